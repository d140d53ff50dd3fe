"""Lets go of what is no longer needed: texts first, then the rows themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import IS_WAITING
from bot.store.schema import messages, outbox, translations


async def empty_texts(connection: AsyncConnection, *, heard_before: datetime) -> int:
    """Forget the words of old messages that no delivery waits for; edits to them end here."""
    needed = select(outbox.c.message_id).where(IS_WAITING, outbox.c.message_id.is_not(None))
    old = select(messages.c.id).where(
        messages.c.heard_at < heard_before,
        messages.c.content.is_not(None),
        messages.c.id.not_in(needed),
    )
    await connection.execute(delete(translations).where(translations.c.message_id.in_(old)))
    emptied = await connection.execute(
        update(messages).where(messages.c.id.in_(old)).values(content=None, attachments=None)
    )
    return emptied.rowcount


async def forget_rows(connection: AsyncConnection, *, before: datetime) -> int:
    """Forget settled deliveries and the messages that nothing points to any more."""
    await connection.execute(delete(outbox).where(outbox.c.settled_at < before))
    needed = select(outbox.c.message_id).where(outbox.c.message_id.is_not(None))
    gone = await connection.execute(
        delete(messages).where(messages.c.heard_at < before, messages.c.id.not_in(needed))
    )
    return gone.rowcount
