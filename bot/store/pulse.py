"""When something was last heard and last said in each channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId
from bot.store.outbox import State
from bot.store.schema import Instant, messages, outbox


async def last_heard(
    connection: AsyncConnection, channels: Sequence[ChannelId]
) -> dict[ChannelId, datetime]:
    """Without those where nothing was heard, as far as messages are kept."""
    rows = await connection.execute(
        select(
            messages.c.platform,
            messages.c.channel,
            func.max(messages.c.heard_at, type_=Instant).label("at"),
        )
        .where(messages.c.channel.in_([channel.id for channel in channels]))
        .group_by(messages.c.platform, messages.c.channel)
    )
    found = {ChannelId(row.platform, row.channel): row.at for row in rows}
    return {channel: found[channel] for channel in channels if channel in found}


async def last_said(
    connection: AsyncConnection, lanes: Sequence[ChannelId]
) -> dict[ChannelId, datetime]:
    rows = await connection.execute(
        select(outbox.c.lane, func.max(outbox.c.settled_at, type_=Instant).label("at"))
        .where(outbox.c.lane.in_([str(lane) for lane in lanes]), outbox.c.state == State.SENT)
        .group_by(outbox.c.lane)
    )
    return {ChannelId.parse(row.lane): row.at for row in rows}
