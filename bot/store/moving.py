"""A channel goes on under another id: everything that names it follows, in one transaction.

Its messages have other ids there, which nobody tells us. So what was said stays known under the old
name, and what is still to be said is said in the new place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId
from bot.store import (
    asks,
    buddies,
    cat_calendar,
    happenings,
    lanes,
    learners,
    outbox,
    pairing,
    posts,
    relays,
)


async def follow(
    connection: AsyncConnection, old: ChannelId, new: ChannelId, now: datetime
) -> None:
    await relays.move_channel(connection, old, new)
    await pairing.move_channel(connection, old, new)
    await outbox.move_lane(connection, old, new)
    await learners.move_channel(connection, old, new)
    await lanes.move(connection, old, new)
    await posts.move_channel(connection, old, new, now)
    await happenings.move_channel(connection, old, new)
    await asks.move_channel(connection, old, new)
    await cat_calendar.move_channel(connection, old, new)
    await buddies.move_channel(connection, old, new)
