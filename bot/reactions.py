"""What people's reactions ask for: who holds what is recorded, and the other places are due.

Called in the intake's transaction. That a reaction is taken back counts always, also from people
and in relays that are paused: nothing may stay shown that nobody holds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.model import Cleared, Reacted, Relay
from bot.core.options import ChannelOptions
from bot.store import private, reactions
from bot.store.database import Connection

SETTLE = timedelta(seconds=2)  # quick changes within this time are shown as one


async def note(
    connection: Connection,
    event: Reacted | Cleared,
    relay: Relay | None,
    options: ChannelOptions,
    now: datetime,
) -> bool:
    """Whether anything is to be shown elsewhere. `relay` and `options` are those of its channel."""
    if isinstance(event, Cleared):
        changed = await reactions.take(connection, event.ref, emoji=event.emoji)
    elif not event.is_added:
        person = event.person.person
        changed = await reactions.take(connection, event.ref, person=person, emoji=event.emoji)
    elif relay is None or relay.is_paused or not options.reactions:
        return False
    else:
        changed = await _given(connection, event, options, now)
    await reactions.ask(connection, changed, now + SETTLE, besides=event.ref.channel)
    return bool(changed)


async def _given(
    connection: Connection, event: Reacted, options: ChannelOptions, now: datetime
) -> set[int]:
    """The message, where the reaction is new and crosses."""
    author, person = event.person, event.person.person
    if author.is_us or author.is_bot or not _is_shown_elsewhere(event.emoji):
        return set()
    if await private.is_paused(connection, person):
        return set()
    found = await reactions.message_at(connection, event.ref)
    if found is None:
        return set()
    row, is_in_strand = found
    if not options.sends and not is_in_strand:
        return set()
    is_new = await reactions.give(connection, row, event.ref, person, event.emoji, now)
    return {row} if is_new else set()


def _is_shown_elsewhere(emoji: str) -> bool:
    """No other place has a community's own pictures, which are names between colons."""
    return not emoji.startswith(":") and len(emoji) <= reactions.LONGEST
