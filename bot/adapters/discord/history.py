"""What was said, changed and deleted in a channel while we were away. Discord keeps it, but brings
none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import discord

from bot.adapters.discord.inbound import Us, deleted, edited_meanwhile, inbound, is_echo
from bot.core.model import ChannelId, Edited, Event, Inbound, Missed

_LOOKED_THROUGH = 4  # times the limit: our own messages count too, and those beyond are counted
_LEAST_LOOKED_THROUGH = 400
_LOOKED_BACK = 300  # messages before those that are new, for changes: three requests


@dataclass(frozen=True, slots=True)
class Past:
    """Events with their messages' ids, oldest first; `newest` is the last id there is."""

    events: tuple[tuple[Event, int], ...]
    newest: int


@dataclass(slots=True)
class _Changes:
    """What became of messages that were heard before, as the history is read from its end."""

    known: dict[int, Edited]
    edited: list[Edited] = field(default_factory=list[Edited])
    seen: set[int] = field(default_factory=set[int])
    oldest: int | None = None  # of all that was read

    def look(self, message: discord.Message) -> None:
        self.oldest = message.id
        known = self.known.get(message.id)
        if known is not None:
            self.seen.add(message.id)
            if edited := edited_meanwhile(message, known):
                self.edited.append(edited)

    @property
    def is_complete(self) -> bool:
        return self.oldest is not None and all(self.oldest < one for one in self.known)

    def events(self, channel: ChannelId) -> list[Event]:
        """Only what is newer than a message that is still there has certainly been deleted.

        Without the right to read the history Discord shows an empty channel, or ends it early.
        """
        oldest = self.oldest
        unseen = self.known.keys() - self.seen
        gone = [one for one in unseen if oldest is not None and oldest < one]
        found: list[Event] = list(reversed(self.edited))
        return [*found, deleted(int(channel.id), gone)] if gone else found


async def read_past(
    place: discord.abc.Messageable,
    channel: ChannelId,
    *,
    after: int,
    limit: int,
    us: Us,
    known: Sequence[Edited] = (),
) -> Past:
    """The newest `limit` messages since `after`, and how many came before those.

    Before them, what was changed or deleted of what is `known`. Raises `discord.HTTPException`
    where the channel can't be read.
    """
    kept: list[Inbound] = []
    newest, older, looked, looked_back = after, 0, 0, 0
    most = max(_LOOKED_THROUGH * limit, _LEAST_LOOKED_THROUGH)
    changes = _Changes({int(one.ref.id): one for one in known})
    async for message in place.history(limit=most + _LOOKED_BACK):
        newest = max(newest, message.id)
        changes.look(message)
        if message.id <= after:
            looked_back += 1
            if changes.is_complete or looked_back == _LOOKED_BACK:
                break
            continue
        looked += 1
        event = None if is_echo(message, us) else inbound(message, us)
        if event is not None and len(kept) < limit:
            kept.append(event)
        elif event is not None:
            older += 1
        if looked == most:
            break
    is_whole = looked < most
    events: list[tuple[Event, int]] = [(event, int(event.ref.id)) for event in reversed(kept)]
    if older or not is_whole:
        first = int(kept[-1].ref.id) if kept else newest
        events.insert(0, (Missed(channel, older if is_whole else None), first - 1))
    changed = [(event, after) for event in changes.events(channel)]
    return Past((*changed, *events), newest)


async def newest_message(place: discord.abc.Messageable) -> int:
    """0 in an empty channel. Raises `discord.HTTPException`."""
    newest = [message.id async for message in place.history(limit=1)]
    return newest[0] if newest else 0
