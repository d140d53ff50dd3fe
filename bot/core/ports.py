"""What the core asks of the world. Optional abilities are protocols of their own.

A destination that can edit implements `Edits`; the courier asks with isinstance and does without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.core.errors import Problem
from bot.core.model import (
    Attachment,
    ChannelId,
    Copy,
    Cursor,
    Explanation,
    File,
    MessageId,
    Part,
    PersonId,
    Reaction,
    RelayChannel,
    Term,
    Translation,
)
from bot.core.richtext import RichText


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one destination channel can show.

    `text_limit` and `caption_limit` are compared with `measure(text)`, in the platform's own unit
    and syntax. `file_limit` is bytes for one file, `files_per_part` how many one message carries.
    """

    text_limit: int
    caption_limit: int
    measure: Callable[[RichText], int]
    file_limit: int
    files_per_part: int = 1
    shows_authors: bool = False  # name and avatar appear as if the person were there
    replies: bool = False  # a native reply to one of the channel's messages
    albums: bool = False  # messages with a file each stand together, but then without buttons


class Chat(Protocol):
    """One platform's way out."""

    platform: str

    async def capabilities(self, channel: ChannelId) -> Capabilities: ...

    async def send(self, channel: ChannelId, part: Part) -> str:
        """Send one part and answer its native id.

        Raises one of `DeliveryError`: every native error is turned into one.
        """
        ...


@runtime_checkable
class Edits(Protocol):
    async def edit(self, channel: ChannelId, id: str, part: Part) -> None:
        """Replace the text and the buttons of our message `id` (files stay).

        Raises `DeliveryError`.
        """
        ...


@runtime_checkable
class Deletes(Protocol):
    async def delete(self, channel: ChannelId, id: str) -> None:
        """Delete our message; one that is gone already is no error. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Albums(Protocol):
    def together(self, parts: Sequence[Part]) -> int:
        """How many of these, from the first on, are to be sent as one album; at least one."""
        ...

    async def send_album(self, channel: ChannelId, parts: Sequence[Part]) -> list[str]:
        """Send them as one, each a message of its own, and answer their native ids in order.

        Where one of them is refused, only those before it are sent, or the first. Raises
        `DeliveryError`, as `Chat.send` does.
        """
        ...


@runtime_checkable
class Reacts(Protocol):
    reaction_pace: float  # seconds from one message's reactions to the next in the same channel

    async def react(
        self,
        channel: ChannelId,
        id: str,
        wanted: Sequence[Reaction],
        shown: Sequence[str],
        *,
        is_sure: bool,
    ) -> Sequence[str]:
        """Let our account's reactions to this message be those of `wanted` that it can give.

        `wanted` begins with the one that most people hold. `shown` is what an earlier call
        answered; unless it `is_sure`, some of it may not be there. Doing it twice does no harm.
        Answers what is there now, in words of the platform's own. Raises `DeliveryError`.
        """
        ...


@runtime_checkable
class Recalls(Protocol):
    async def recall(self, channel: ChannelId, part: Part, since: datetime) -> str | None:
        """The native id of our message that looks like `part`, sent since then, or None.

        Raises `DeliveryError` where the channel can't be read.
        """
        ...


@runtime_checkable
class Threads(Protocol):
    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        """Open a thread under our message `id`, or find the one that is there already.

        Raises `DeliveryError`: `Rejected` where this message or its channel can have none.
        """
        ...


@runtime_checkable
class Rooms(Protocol):
    async def open_room(
        self, channel: ChannelId, title: str, people: Sequence[PersonId]
    ) -> ChannelId:
        """Open a place for these people in `channel`, or find the one of this title of ours.

        It is theirs alone where the platform can do that. Raises `DeliveryError`: `Rejected` where
        this channel can have none.
        """
        ...


@runtime_checkable
class Links(Protocol):
    def link(self, copy: Copy) -> str | None:
        """The address that opens this message in its own app, or None."""
        ...


@runtime_checkable
class Locates(Protocol):
    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        """The message that a link of this platform leads to; a bare id is one in `channel`.

        None for anything else. Nothing is looked up: there may be no such message.
        """
        ...


@runtime_checkable
class Checks(Protocol):
    """What a platform can say of a channel that is to be linked. All raise `DeliveryError`."""

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        """Why messages could not be read or written there, each with its remedy."""
        ...

    async def newest(self, channel: ChannelId) -> Cursor | None:
        """Where hearing begins if all that is there by now is to stay there.

        None where nothing older than a link can come through anyway.
        """
        ...

    async def recent(self, channel: ChannelId, limit: int) -> Sequence[str]:
        """What people last wrote there, as far as it can be read."""
        ...


@runtime_checkable
class Checkable(Protocol):
    """A platform that can look at itself and at channels of its own, at any time."""

    async def check(
        self, members: Sequence[RelayChannel], *, may_listen: bool = False
    ) -> Sequence[Problem]:
        """What is wrong, what is worth knowing and what is in order. Changes nothing, never raises.

        `may_listen` where nobody of ours hears now, in no other process either: then its stream of
        events may be opened for a moment, to see whether somebody else holds it.
        """
        ...


class Files(Protocol):
    """One platform's way to read what was attached there."""

    platform: str

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        """The bytes, at most `limit`.

        Raises `Transient` where a later try may do better, else `FileUnavailable`.
        """
        ...


@runtime_checkable
class Discards(Protocol):
    async def discard(self, sources: Collection[str]) -> None:
        """Delete these attached files where we keep them and nothing shows them any more."""
        ...


class Translator(Protocol):
    async def translate(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Translation:
        """Never raises for what is in the text: a failure answers with the labelled original.

        `prior` is the language of the channel the text was written in, `community` the relay whose
        own words and corrections count.
        """
        ...


@runtime_checkable
class Explains(Protocol):
    async def explain(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Explanation:
        """As `Translator.translate`, with alternatives. Never raises for what is in the text."""
        ...


@runtime_checkable
class Serves(Protocol):
    def serves(self, source: str, target: str) -> bool:
        """Whether a model translates between these two base languages."""
        ...


class Wordbook(Protocol):
    """A community's own words. Kept in memory: it answers at once."""

    def terms(self, community: int | None, source: str, target: str) -> Sequence[Term]: ...
    def remembered(self, community: int | None, source: str, target: str, text: str) -> str | None:
        """The corrected translation that a mod accepted for exactly this text, or None."""
        ...

    def version(self, community: int | None) -> int:
        """Another number whenever something of it has changed."""
        ...


class Engine(Protocol):
    """A translation engine: sentences in, sentences out."""

    name: str

    def serves(self, source: str, target: str) -> bool: ...

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        """One translation per sentence, in order; an empty one where it would not say any.

        Raises `TranslationError`. Never called inside a transaction: it may take seconds.
        """
        ...


@runtime_checkable
class Chained(Protocol):
    """An engine that is several: where an answer of one is not good enough the next is asked."""

    @property
    def engines(self) -> Sequence[Engine]: ...


@runtime_checkable
class Hypothesizes(Protocol):
    async def hypotheses(
        self, sentences: Sequence[str], source: str, target: str, count: int
    ) -> list[list[str]]:
        """Up to `count` translations of each sentence, the best first.

        Raises `TranslationError`.
        """
        ...


@runtime_checkable
class Scores(Protocol):
    async def scores(
        self, sentences: Sequence[str], answers: Sequence[str], source: str, target: str
    ) -> list[float | None]:
        """How likely the engine thinks each answer: the mean log-probability of its pieces.

        Raises `TranslationError`.
        """
        ...


@runtime_checkable
class Versioned(Protocol):
    def version(self, source: str, target: str) -> str:
        """Names the model that answers: another one may answer otherwise."""
        ...


@runtime_checkable
class ReadsChat(Protocol):
    def reads_chat(self, source: str, target: str) -> bool:
        """Whether it has learnt sentences without capitals and stops; others guess badly."""
        ...


@runtime_checkable
class KnowsSlots(Protocol):
    async def slots(self, source: str, target: str) -> Sequence[str]:
        """The slots it carries over, such as "<x{}>", the best kept first.

        Raises `TranslationError`.
        """
        ...


class Lexicon(Protocol):
    """What chat writes and no model has learnt."""

    def expand(self, text: str, language: str) -> str:
        """Abbreviations written out, for an engine to read."""
        ...

    def phrase(self, text: str, source: str, target: str) -> str | None:
        """The translation of a whole sentence that is always said like this, or None."""
        ...

    def opening(self, text: str, source: str, target: str) -> tuple[int, int]:
        """Where a greeting that `text` begins with ends, and where what follows it begins.

        Zeros where there is none. `phrase` knows the greeting.
        """
        ...

    def clarity(self, text: str, language: str) -> float:
        """How far words that mean one thing in chat alone, or several, leave it clear: 1 is all."""
        ...
