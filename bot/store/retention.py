"""Lets go of what is no longer needed: texts first, then the rows themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import private
from bot.store.buddy_rows import matches, newcomers, volunteers
from bot.store.outbox import IS_WAITING
from bot.store.questions import suggestions
from bot.store.schema import Instant, messages, outbox, strands, translations

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


async def forget_inactive(connection: AsyncConnection, *, before: datetime) -> int:
    """Buddies and newcomers nothing has happened with since then, and questions nobody wants."""
    count = 0
    for table, mine, active in (
        (volunteers, matches.c.volunteer_id, volunteers.c.idle_since),
        (newcomers, matches.c.newcomer_id, func.coalesce(newcomers.c.asked_at, 0)),
    ):
        later = select(matches.c.id).where(mine == table.c.id, matches.c.proposed_at >= before)
        gone = await connection.execute(
            delete(table).where(
                table.c.created_at < before,
                type_coerce(active, Instant) < before,
                ~later.exists(),
            )
        )
        count += gone.rowcount
    unwanted = and_(suggestions.c.state != "approved", suggestions.c.suggested_at < before)
    gone = await connection.execute(delete(suggestions).where(unwanted))
    return count + gone.rowcount


async def forget_rows(connection: AsyncConnection, *, before: datetime) -> int:
    """Forget settled deliveries and the messages that nothing points to any more."""
    await connection.execute(delete(outbox).where(outbox.c.settled_at < before))
    await private.forget_ended(connection, before=before)
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
