"""Reactions to pictures that paid the cat tax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.cats import reactions, receipts
from bot.store.whose import is_about


async def react(
    connection: AsyncConnection, receipt: int, person: PersonId, emoji: str, *, is_added: bool
) -> None:
    """Each person's emoji counts once."""
    row: Mapping[str, Any] = {
        "receipt_id": receipt,
        "platform": person.platform,
        "person_id": person.id,
        "emoji": emoji[:100],
    }
    is_this = [reactions.c[name] == value for name, value in row.items()]
    await connection.execute(delete(reactions).where(*is_this))
    if is_added:
        await connection.execute(insert(reactions).values(**row))


async def drop(connection: AsyncConnection, receipt: int) -> None:
    await connection.execute(delete(reactions).where(reactions.c.receipt_id == receipt))


async def by(connection: AsyncConnection, person: PersonId) -> list[tuple[int, str]]:
    """(receipt's number, emoji)."""
    rows = await connection.execute(
        select(receipts.c.number, reactions.c.emoji)
        .join(receipts, reactions.c.receipt_id == receipts.c.id)
        .where(is_about(reactions, person))
        .order_by(reactions.c.receipt_id, reactions.c.emoji)
    )
    return [(number, emoji) for number, emoji in rows]
