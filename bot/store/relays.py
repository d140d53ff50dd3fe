"""Which channels are joined: relays from the file and from commands, side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, ChannelOptions, Relay, RelayChannel
from bot.store.schema import relay_channels, relays
from bot.store.whose import is_in


async def load(connection: AsyncConnection) -> list[Relay]:
    rows = await connection.execute(select(relay_channels).order_by(relay_channels.c.position))
    members: dict[int, list[RelayChannel]] = {}
    for row in rows:
        options = ChannelOptions.from_json(row.options or {})
        member = RelayChannel(ChannelId(row.platform, row.channel), row.language, options)
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

    A channel that moved since the file was written stays where it moved to. What the file claims
    it gets: a channel leaves the relay that commands put it into, and that relay gives its name up.
    """
    known_moves = await moved(connection)
    names = [name for name, _ in declared]
    from_file = relays.c.is_from_file.is_(True)
    await connection.execute(delete(relays).where(from_file, relays.c.name.not_in(names)))
    rows = await connection.execute(select(relays.c.name, relays.c.id).where(from_file))
    known = {row.name: row.id for row in rows}
    named = {member.channel for _, channels in declared for member in channels}
    moves = {
        old: new for old, new in known_moves.items() if ChannelId(old.platform, new) not in named
    }
    await connection.execute(
        delete(relay_channels).where(relay_channels.c.relay_id.in_(list(known.values())))
    )
    here = {ChannelId(one.platform, moves.get(one, one.id)) for one in named}
    await _make_way(connection, names, here)
    for name, channels in declared:
        relay_id: int | None = known.get(name)
        if relay_id is None:
            relay_id = await create(connection, name, is_from_file=True)
        await connection.execute(
            insert(relay_channels),
            [
                {
                    "platform": member.channel.platform,
                    "channel": moves.get(member.channel, member.channel.id),
                    "relay_id": relay_id,
                    "position": position,
                    "language": member.language,
                    "declared_as": member.channel.id if member.channel in moves else None,
                    "options": member.options.to_json() or None,
                }
                for position, member in enumerate(channels)
            ],
        )


async def _make_way(
    connection: AsyncConnection, names: Sequence[str], channels: Collection[ChannelId]
) -> None:
    """Take from commands' relays the names and the channels that the file claims."""
    rows = await connection.execute(select(relays).where(relays.c.is_from_file.is_(False)))
    ours = {row.id: row.name for row in rows}
    taken = {name.casefold() for name in (*names, *ours.values())}
    for relay, name in ours.items():
        if name.casefold() in {claimed.casefold() for claimed in names}:
            other = next(free for n in count(2) if (free := f"{name} {n}").casefold() not in taken)
            taken.add(other.casefold())
            await rename(connection, relay, other)
    for channel in channels:
        await remove_channel(connection, channel)


async def create(connection: AsyncConnection, name: str, *, is_from_file: bool = False) -> int:
    """A relay without a channel yet."""
    made = await connection.execute(
        insert(relays).values(name=name, is_from_file=is_from_file).returning(relays.c.id)
    )
    return made.scalar_one()


async def add_channel(connection: AsyncConnection, relay: int, member: RelayChannel) -> None:
    """Behind the relay's other channels. It must be in no relay."""
    behind = select(func.coalesce(func.max(relay_channels.c.position) + 1, 0))
    position = await connection.scalar(behind.where(relay_channels.c.relay_id == relay))
    await connection.execute(
        insert(relay_channels).values(
            platform=member.channel.platform,
            channel=member.channel.id,
            relay_id=relay,
            position=position,
            language=member.language,
            options=member.options.to_json() or None,
        )
    )


async def remove_channel(connection: AsyncConnection, channel: ChannelId) -> None:
    """Take it out of its relay; a relay of commands without a channel goes too."""
    removed = await connection.execute(
        delete(relay_channels).where(_is(channel)).returning(relay_channels.c.relay_id)
    )
    relay = removed.scalar_one_or_none()
    left = select(relay_channels.c.relay_id).where(relay_channels.c.relay_id == relays.c.id)
    await connection.execute(
        delete(relays).where(relays.c.id == relay, relays.c.is_from_file.is_(False), ~left.exists())
    )


async def rename(connection: AsyncConnection, relay: int, name: str) -> None:
    await connection.execute(update(relays).where(relays.c.id == relay).values(name=name))


async def set_language(connection: AsyncConnection, channel: ChannelId, language: str) -> None:
    await connection.execute(update(relay_channels).where(_is(channel)).values(language=language))


async def set_options(
    connection: AsyncConnection, channel: ChannelId, options: ChannelOptions
) -> None:
    await connection.execute(
        update(relay_channels).where(_is(channel)).values(options=options.to_json() or None)
    )


async def moved(connection: AsyncConnection) -> dict[ChannelId, str]:
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
    linked = await connection.scalar(select(relay_channels.c.relay_id).where(_is(new)))
    if linked is not None:
        gone = await connection.execute(delete(relay_channels).where(_is(old)))
        return gone.rowcount > 0
    declared = func.coalesce(relay_channels.c.declared_as, relay_channels.c.channel)
    moved = await connection.execute(
        update(relay_channels).where(_is(old)).values(channel=new.id, declared_as=declared)
    )
    return moved.rowcount > 0


def _is(channel: ChannelId) -> ColumnElement[bool]:
    return is_in(relay_channels, channel)
