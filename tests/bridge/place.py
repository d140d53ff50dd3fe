"""A place where people talk, as the tests see it: what they do there, and what the bridge said.

Every platform implements it once, on its emulator or its own HTTP interface, so that one test
serves them all. Nothing here may use the bridge's code: a mistake must not be made twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

PATIENCE = 30.0  # seconds; only what fails takes as long
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc0000003249444154789c6dc2"
    "311100200003b10a43047367442002118840c4cbc2c0e712467598d56155875d1d4e75b8d5e15507aa3f924269"
    "01c154a3830000000049454e44ae426082"
)  # eight by eight

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. `style` is "", bold, spoiler, code or link; `address` is a link's."""

    words: str
    style: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message of the bridge's. `text` is without the author's name and without the quote."""

    id: str
    author: str
    text: str
    reply_to: str | None = None
    pieces: frozenset[Piece] = frozenset()
    files: tuple[bytes, ...] = ()
    buttons: tuple[str, ...] = ()  # what is written on them
    album: str = ""  # whose files stand together, where each is a message


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person was told. `handle` is what their place needs to press its buttons."""

    text: str
    buttons: tuple[str, ...] = ()
    handle: Any = None
    files: tuple[bytes, ...] = ()


class Place(Protocol):
    @property
    def platform(self) -> str: ...

    @property
    def channel(self) -> str:
        """As the configuration names it."""
        ...

    @property
    def limit(self) -> int:
        """Characters in one message."""
        ...

    async def say(
        self,
        text: str | Sequence[Piece],
        *,
        by: str = "Sam",
        reply_to: str | None = None,
        files: Sequence[bytes] = (),
    ) -> str: ...

    async def edit(self, id: str, text: str) -> None: ...
    async def delete(self, id: str) -> None: ...

    async def react(
        self, id: str, emoji: str, *, by: str = "Sam", is_added: bool = True
    ) -> None: ...

    async def mirrored(self, id: str) -> list[str]:
        """Which reactions the bridge shows under this message, colored or not."""
        ...

    async def join(self, name: str) -> None:
        """Come in as somebody new, without a word."""
        ...

    async def ask(
        self,
        command: str,
        *,
        by: str = "",
        is_mod: bool = False,
        locale: str = "en",
        reply_to: str | None = None,
    ) -> Answer:
        """Run a command, typed without its slash, and answer what the asker reads.

        Where commands can be typed in a reply to a message, `reply_to` is that message.
        """
        ...

    async def ask_about(
        self, message: str, command: str, *, menu: str, locale: str = "en"
    ) -> Answer:
        """Ask it as a mod about one message, by its menu if there is one, else in a reply.

        What the asker alone reads, wherever they read it.
        """
        ...

    def link(self, message: str) -> str:
        """As people copy it."""
        ...

    async def press(
        self,
        under: str | Answer,
        label: str,
        *,
        by: str = "Sam",
        is_mod: bool = False,
        locale: str = "en",
    ) -> Answer:
        """Press a button under a message or an answer, and answer what the presser reads."""
        ...

    async def arrived(self) -> list[Arrived]:
        """What the bridge said here and is still there, in order, without answers to commands."""
        ...

    async def say_about(self, post: str, text: str, *, by: str = "Sam") -> str:
        """Say it where people talk about a post of ours: in its thread, or as a reply to it."""
        ...

    async def arrived_about(self, post: str) -> list[Arrived]:
        """What the bridge said there."""
        ...

    async def meet(self, words: str, *, by: str) -> Talk:
        """Go where this person was introduced with these words, apart from the others if we can."""
        ...


class Talk(Protocol):
    """Where a few talk."""

    async def say(self, text: str, *, by: str) -> str: ...
    async def arrived(self) -> list[Arrived]: ...


@dataclass(frozen=True, slots=True)
class Below:
    """Where nobody can be apart: the replies to a post."""

    place: Place
    post: str

    async def say(self, text: str, *, by: str) -> str:
        return await self.place.say_about(self.post, text, by=by)

    async def arrived(self) -> list[Arrived]:
        return await self.place.arrived_about(self.post)


async def until(look: Callable[[], Awaitable[Found]], within: float = PATIENCE) -> Found:
    """The first true answer. Raises TimeoutError with the last one."""
    deadline = asyncio.get_running_loop().time() + within
    while not (found := await look()):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"not within {within} s; the last answer was {found!r}")
        await asyncio.sleep(0.01)
    return found


async def arrivals(place: Place, count: int, within: float = PATIENCE) -> list[Arrived]:
    """The messages there once there are `count`; fails where there are more, or too few in time."""
    deadline = asyncio.get_running_loop().time() + within
    while len(found := await place.arrived()) < count:
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{len(found)} of {count} arrived within {within} s: {found!r}")
        await asyncio.sleep(0.01)
    assert len(found) == count, f"more than {count}: {found!r}"
    return found


async def arrival(place: Place) -> Arrived:
    return (await arrivals(place, 1))[0]


async def shows(place: Place, *texts: str, within: float = PATIENCE) -> None:
    """Wait until exactly these texts are there."""
    deadline = asyncio.get_running_loop().time() + within
    while (found := [one.text for one in await place.arrived()]) != list(texts):
        assert asyncio.get_running_loop().time() < deadline, f"{found!r} instead of {texts!r}"
        await asyncio.sleep(0.01)
