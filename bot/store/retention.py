"""Lets go of what is no longer needed: texts first, then the rows themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import IS_WAITING
from bot.store.schema import messages, outbox, strands, translations

ASKED_FOR = timedelta(days=30)  # a question's talk has ended long before


async def empty_texts(connection: AsyncConnection, *, heard_before: datetime) -> int:
    """Forget the words of old messages that no delivery waits for; edits to them end here.

    What was said under an open question may still be chosen as its best answer, and stays.
    """
    needed = select(outbox.c.message_id).where(IS_WAITING, outbox.c.message_id.is_not(None))
    old = select(messages.c.id).where(
        messages.c.heard_at < heard_before,
        messages.c.content.is_not(None),
        messages.c.id.not_in(needed),
        _answers_nothing(heard_before),
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
        delete(messages).where(
            messages.c.heard_at < before, messages.c.id.not_in(needed), _answers_nothing(before)
        )
    )
    return gone.rowcount


def _answers_nothing(before: datetime) -> ColumnElement[bool]:
    """Not said under a question that can still be answered."""
    asked = select(strands.c.id).where(
        and_(
            strands.c.key.like("ask:%"),
            strands.c.closed_at.is_(None),
            strands.c.opened_at >= before - ASKED_FOR,
        )
    )
    return or_(messages.c.strand_id.is_(None), messages.c.strand_id.not_in(asked))
