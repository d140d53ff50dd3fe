"""Who came and went on the other side, as one channel is told of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.model import ChannelId, Joined, Left, PersonId, Relay
from bot.core.relay import readers

Coming = Joined | Left


@dataclass(frozen=True, slots=True)
class Comings:
    """Names of those who are there now and were not, and the other way round."""

    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.left)


def told(
    relay: Relay, what: Sequence[Coming], *, private: Collection[PersonId] = ()
) -> Mapping[ChannelId, Comings]:
    """What each channel that wants such lines is told of these, which stand as they happened.

    Nobody is told of bots, of people in `private`, nor of those who came and went again meanwhile.
    Whoever came into the channel itself too, as all channels of a server see it, is nobody new.
    """
    if relay.is_paused:
        return {}
    people = [one for one in what if not one.person.is_bot and one.person.person not in private]
    found = {
        member.channel: _for(relay, member.channel, people)
        for member in relay.channels
        if member.options.join_lines
    }
    return {channel: comings for channel, comings in found.items() if comings}


def _for(relay: Relay, here: ChannelId, what: Sequence[Coming]) -> Comings:
    known = {one.person.person for one in what if one.channel == here}
    others: dict[PersonId, list[Coming]] = {}
    for one in what:
        is_elsewhere = one.channel != here and _is_read(relay, one.channel, here)
        if is_elsewhere and one.person.person not in known:
            others.setdefault(one.person.person, []).append(one)
    lasting = [them[-1] for them in others.values() if type(them[0]) is type(them[-1])]
    return Comings(
        joined=tuple(one.person.name for one in lasting if isinstance(one, Joined)),
        left=tuple(one.person.name for one in lasting if isinstance(one, Left)),
    )


def _is_read(relay: Relay, there: ChannelId, here: ChannelId) -> bool:
    is_linked = any(member.channel == there for member in relay.channels)
    return is_linked and any(member.channel == here for member in readers(relay, there))
