"""A message that was deleted goes with all that was kept because of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import corrections, glossary, messages, reactions, translations


async def remove(
    connection: AsyncConnection, rows: Sequence[int], now: datetime
) -> Collection[int]:
    """The communities that unlearned something with it."""
    await messages.remove(connection, rows, now)
    await translations.forget(connection, rows)
    await corrections.drop_messages(connection, rows)
    await reactions.drop(connection, rows)
    return await glossary.unlearn_messages(connection, rows)
