"""The cat tax's dates: newcomers who are to be asked, weeks that were shown, what was deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, MessageId, PersonId
from bot.store.cats import newcomers, receipts, weeks
from bot.store.schema import messages
from bot.store.whose import is_about, is_in


@dataclass(frozen=True, slots=True)
class Newcomer:
    relay: int
    person: PersonId
    name: str
    channel: ChannelId
    due_at: datetime


async def welcome(connection: AsyncConnection, newcomer: Newcomer) -> bool:
    """Ask them when it is due, or together with who waits in their channel. False: known before."""
    key = (newcomer.relay, newcomer.person.platform, newcomer.person.id)
    is_them = and_(
        newcomers.c.relay_id == key[0],
        newcomers.c.platform == key[1],
        newcomers.c.person_id == key[2],
    )
    if await connection.scalar(select(newcomers.c.relay_id).where(is_them)) is not None:
        return False
    earlier = await connection.scalar(
        select(newcomers.c.due_at)
        .where(
            newcomers.c.platform == newcomer.channel.platform,
            newcomers.c.channel == newcomer.channel.id,
            newcomers.c.due_at.is_not(None),
        )
        .order_by(newcomers.c.due_at)
        .limit(1)
    )
    due_at = min(earlier, newcomer.due_at) if earlier else newcomer.due_at
    await connection.execute(
        insert(newcomers).values(
            relay_id=key[0],
            platform=key[1],
            person_id=key[2],
            name=newcomer.name[:256],
            channel=newcomer.channel.id,
            due_at=due_at,
        )
    )
    return True


async def left(connection: AsyncConnection, relay: int, person: PersonId, where: ChannelId) -> None:
    """Don't ask them; should they come back, they are new again."""
    await connection.execute(
        delete(newcomers).where(
            newcomers.c.relay_id == relay,
            is_about(newcomers, person),
            newcomers.c.channel == where.id,
            newcomers.c.due_at.is_not(None),
        )
    )


async def to_be_asked(connection: AsyncConnection, now: datetime) -> list[Newcomer]:
    rows = await connection.execute(
        select(newcomers)
        .where(newcomers.c.due_at <= now)
        .order_by(newcomers.c.channel, newcomers.c.due_at, newcomers.c.person_id)
    )
    return [
        Newcomer(
            row.relay_id,
            PersonId(row.platform, row.person_id),
            row.name,
            ChannelId(row.platform, row.channel),
            row.due_at,
        )
        for row in rows
    ]


async def asked(connection: AsyncConnection, newcomer: Newcomer) -> None:
    await connection.execute(
        update(newcomers)
        .where(
            newcomers.c.relay_id == newcomer.relay,
            newcomers.c.platform == newcomer.person.platform,
            newcomers.c.person_id == newcomer.person.id,
        )
        .values(due_at=None, name="")
    )


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Newcomers, and what is still to be told of receipts, follow a channel to its new id.

    Of a finished receipt the old name of its message stays: the copies that people react to lead
    there. One that is not finished can't answer that message any more.
    """
    for table in (newcomers, receipts):
        is_old = is_in(table, old)
        if table is newcomers:
            await connection.execute(update(table).where(is_old).values(channel=new.id))
        else:
            unfinished = and_(is_old, receipts.c.due_at.is_not(None))
            await connection.execute(
                update(table).where(unfinished).values(channel=new.id, native_id=None)
            )


async def joined(connection: AsyncConnection, person: PersonId) -> int:
    """In how many communities this person was seen to join."""
    rows = await connection.execute(select(newcomers.c.relay_id).where(is_about(newcomers, person)))
    return len(rows.all())


async def was_shown(connection: AsyncConnection, relay: int, side: str, week: str) -> bool:
    found = await connection.scalar(
        select(weeks.c.week).where(
            weeks.c.relay_id == relay, weeks.c.side == side, weeks.c.week == week
        )
    )
    return found is not None


async def show(
    connection: AsyncConnection,
    relay: int,
    side: str,
    week: str,
    *,
    picture: str | None,
    shown: Sequence[int],
    now: datetime,
) -> bool:
    """False where this week was shown to this side before."""
    if await was_shown(connection, relay, side, week):
        return False
    values = {"relay_id": relay, "side": side, "week": week, "picture": picture}
    await connection.execute(insert(weeks).values(**values, shown=list(shown), shown_at=now))
    return True


async def collages_with(
    connection: AsyncConnection, relay: int, receipt: int, since: datetime
) -> list[tuple[str, str, str | None]]:
    """(side, week, picture) of every collage after `since` that shows this receipt's picture."""
    rows = await connection.execute(
        select(weeks).where(weeks.c.relay_id == relay, weeks.c.shown_at >= since)
    )
    return [(row.side, row.week, row.picture) for row in rows if receipt in row.shown]


async def taken_back(connection: AsyncConnection, relay: int, side: str, week: str) -> None:
    await connection.execute(
        update(weeks)
        .where(weeks.c.relay_id == relay, weeks.c.side == side, weeks.c.week == week)
        .values(picture=None, shown=[])
    )


async def deleted(connection: AsyncConnection) -> list[MessageId]:
    """Messages with pictures that were deleted while nobody listened."""
    rows = await connection.execute(
        select(receipts.c.platform, receipts.c.channel, receipts.c.native_id)
        .join(
            messages,
            and_(
                messages.c.platform == receipts.c.platform,
                messages.c.channel == receipts.c.channel,
                messages.c.native_id == receipts.c.native_id,
            ),
        )
        .where(messages.c.deleted_at.is_not(None), receipts.c.state != "void")
    )
    return [MessageId(ChannelId(row.platform, row.channel), row.native_id) for row in rows]
