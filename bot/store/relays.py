"""Which channels are joined: relays from the file and from commands, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, Relay, RelayChannel
from bot.store.schema import relay_channels, relays


async def load(connection: AsyncConnection) -> list[Relay]:
    rows = await connection.execute(select(relay_channels).order_by(relay_channels.c.position))
    members: dict[int, list[RelayChannel]] = {}
    for row in rows:
        member = RelayChannel(ChannelId(row.platform, row.channel), row.language)
        members.setdefault(row.relay_id, []).append(member)
    return [
        Relay(
            id=row.id,
            name=row.name,
            channels=tuple(members.get(row.id, ())),
            is_paused=row.paused_at is not None,
            from_file=row.is_from_file,
        )
        for row in await connection.execute(select(relays).order_by(relays.c.id))
    ]


async def declare(
    connection: AsyncConnection, declared: Sequence[tuple[str, Sequence[RelayChannel]]]
) -> None:
    """Make the relays from the file be what the file says; a pause stays, commands' relays stay.

    A channel that moved since the file was written stays where it moved to.
    """
    known_moves = await _moved(connection)
    names = [name for name, _ in declared]
    from_file = relays.c.is_from_file.is_(True)
    await connection.execute(delete(relays).where(from_file, relays.c.name.not_in(names)))
    rows = await connection.execute(select(relays.c.name, relays.c.id).where(from_file))
    known = {row.name: row.id for row in rows}
    named = {member.channel for _, channels in declared for member in channels}
    moved = {
        old: new for old, new in known_moves.items() if ChannelId(old.platform, new) not in named
    }
    await connection.execute(
        delete(relay_channels).where(relay_channels.c.relay_id.in_(list(known.values())))
    )
    for name, channels in declared:
        relay_id = known.get(name)
        if relay_id is None:
            relay_id = await connection.scalar(
                insert(relays).values(name=name, is_from_file=True).returning(relays.c.id)
            )
        await connection.execute(
            insert(relay_channels),
            [
                {
                    "platform": member.channel.platform,
                    "channel": moved.get(member.channel, member.channel.id),
                    "relay_id": relay_id,
                    "position": position,
                    "language": member.language,
                    "declared_as": member.channel.id if member.channel in moved else None,
                }
                for position, member in enumerate(channels)
            ],
        )


async def _moved(connection: AsyncConnection) -> dict[ChannelId, str]:
    """By the channel that the file names: the id it has now."""
    rows = await connection.execute(
        select(relay_channels).where(relay_channels.c.declared_as.is_not(None))
    )
    return {ChannelId(row.platform, row.declared_as): row.channel for row in rows}


async def set_paused(connection: AsyncConnection, relay: int, at: datetime | None) -> None:
    await connection.execute(update(relays).where(relays.c.id == relay).values(paused_at=at))


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> bool:
    """Follow a channel to its new id; False where it is in no relay.

    Where the new one is linked already, the old one just goes.
    """
    is_old = (relay_channels.c.platform == old.platform, relay_channels.c.channel == old.id)
    linked = await connection.scalar(
        select(relay_channels.c.relay_id).where(
            relay_channels.c.platform == new.platform, relay_channels.c.channel == new.id
        )
    )
    if linked is not None:
        gone = await connection.execute(delete(relay_channels).where(*is_old))
        return gone.rowcount > 0
    declared = func.coalesce(relay_channels.c.declared_as, relay_channels.c.channel)
    moved = await connection.execute(
        update(relay_channels).where(*is_old).values(channel=new.id, declared_as=declared)
    )
    return moved.rowcount > 0
