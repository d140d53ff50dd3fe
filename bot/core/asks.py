"""A question to the other side, and the answer that was chosen: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.language import base
from bot.core.model import ChannelId, PersonId, Relay

Texts = Mapping[str, str]  # language → the same words in it


class State(StrEnum):
    OPEN = "open"
    SOLVED = "solved"  # an answer was chosen; it is not archived, or not yet
    ARCHIVED = "archived"  # its author agreed: question and answer can be found
    EXPIRED = "expired"  # it had answers, and none was chosen
    UNANSWERED = "unanswered"
    REPEATED = "repeated"  # unanswered, and asked once more under another number
    MERGED = "merged"
    CLOSED = "closed"  # by the moderators
    GONE = "gone"  # nothing of it is kept but its number


CHOOSABLE = (State.OPEN, State.EXPIRED, State.UNANSWERED)
LASTING = (*CHOOSABLE, State.SOLVED, State.ARCHIVED)  # others are over for good
FINDABLE = (State.OPEN, State.ARCHIVED)


class Consent(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer that was chosen. `texts` is empty unless its author agreed to keep it."""

    message: int  # the row of what was heard
    lane: ChannelId  # where it was said, and its author is asked
    author: PersonId
    name: str
    side: str
    consent: Consent
    texts: Texts


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that has no number yet."""

    relay: int
    channel: ChannelId
    side: str
    asker: PersonId | None
    name: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Ask:
    """`due_at` is when an open one expires, and when the talk under any other ends.

    `successor` is the question it was merged into or repeated as.
    """

    id: int
    number: int  # in its community
    relay: int
    channel: ChannelId
    side: str  # "en" or "zh": whence it was asked
    asker: PersonId | None  # None once forgotten
    name: str
    texts: Texts
    state: State
    asked_at: datetime
    due_at: datetime | None
    successor: int | None = None
    choice: Choice | None = None

    @property
    def key(self) -> str:
        """The name of its cards, and of the strand under them."""
        return f"ask:{self.id}"

    @property
    def consent_key(self) -> str:
        return f"{self.key}:consent"

    @property
    def over_key(self) -> str:
        return f"{self.key}:over"

    @property
    def can_be_answered(self) -> bool:
        """Whether one of its answers may be chosen now."""
        return self.state in CHOOSABLE and self.due_at is not None


def in_language(texts: Texts, language: str) -> str:
    """The words for a reader of `language`, in the other Chinese script where there is no other."""
    if language in texts:
        return texts[language]
    return next((said for key, said in texts.items() if base(key) == base(language)), "")


def languages(relay: Relay) -> list[str]:
    """All that a question is written in: both languages, and both scripts where both are read."""
    read = (member.language for member in relay.channels)
    return list(dict.fromkeys(["en", "zh", *read]))


def chinese(relay: Relay) -> str:
    """The script that this community's Chinese readers share, or the first of the two."""
    return next((m.language for m in relay.channels if base(m.language) == "zh"), "zh")


def destinations(relay: Relay, asked_in: ChannelId) -> list[ChannelId]:
    """Where a question is shown: the asker's channel, and every channel of another side."""
    mine = side_of(relay, asked_in)
    return [
        member.channel
        for member in relay.channels
        if member.channel == asked_in or base(member.language) != mine
    ]


def open_to(relay: Relay, asked_in: ChannelId) -> list[ChannelId]:
    """Those of them where people can answer: a one-way channel is left alone."""
    mutual = {member.channel for member in relay.channels if member.options.is_mutual}
    return [one for one in destinations(relay, asked_in) if one == asked_in or one in mutual]


def side_of(relay: Relay, channel: ChannelId) -> str:
    """ "en" or "zh"; "" for a channel that is in no relay any more."""
    return base(next((m.language for m in relay.channels if m.channel == channel), ""))
