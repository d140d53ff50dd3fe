"""What people do in the rooms: written down first, then handed to the intake.

Whatever a crash leaves between the two is handed over at the next start: `catch_up` goes by the
intake's own cursor, which moves in the same transaction as the message.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.adapters.sandbox.bell import Bell
from bot.adapters.sandbox.inbound import PLATFORM, cursor_after, events_of
from bot.adapters.sandbox.refusals import message_is_gone, not_yours
from bot.adapters.sandbox.wire import body_of
from bot.core.model import Attachment, PersonId
from bot.core.ports import Clock
from bot.core.richtext import RichText
from bot.intake import Intake
from bot.store import sandbox as store
from bot.store.database import Connection, Database
from bot.store.sandbox import Stored


@dataclass(frozen=True, slots=True)
class Persona:
    """The part somebody plays in a room. `avatar` names one of the page's drawings."""

    person: PersonId
    name: str
    avatar: str


class Rooms:
    def __init__(self, *, database: Database, intake: Intake, clock: Clock, bell: Bell) -> None:
        self._database = database
        self._intake = intake
        self._clock = clock
        self._bell = bell
        self._handing_over = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def post(
        self,
        room: str,
        persona: Persona,
        text: RichText,
        *,
        key: str,
        reply_to: str | None = None,
        files: Sequence[Attachment] = (),
    ) -> Stored:
        """Durable when it returns; the same `key` again answers the same message."""
        body = body_of(
            name=persona.name, avatar=persona.avatar, text=text, files=files, reply_to=reply_to
        )
        async with self._database.transaction() as connection:
            body["is_first"] = await store.is_new(connection, room, persona.person)
            row = await store.add(
                connection,
                room=room,
                key=key,
                person=persona.person,
                is_ours=False,
                sent_at=self._clock.now(),
                body=body,
            )
        await self._changed(room)
        return row

    async def welcome(self, room: str, persona: Persona, *, key: str) -> Stored:
        """Somebody new comes in: a line of the room, and no message."""
        body = body_of(name=persona.name, avatar=persona.avatar, text=RichText())
        async with self._database.transaction() as connection:
            row = await store.add(
                connection,
                room=room,
                key=key,
                person=persona.person,
                is_ours=False,
                sent_at=self._clock.now(),
                body=body | {"is_arrival": True},
            )
        await self._changed(room)
        return row

    async def react(
        self, room: str, id: int, persona: Persona, emoji: str, *, is_added: bool
    ) -> Stored:
        """To anybody's message, ours too."""
        async with self._database.transaction() as connection:
            row = await store.react(
                connection,
                await _message(connection, room, id),
                emoji=emoji,
                person=persona.person,
                name=persona.name,
                is_added=is_added,
            )
        await self._changed(room)
        return row

    async def rewrite(self, room: str, id: int, person: PersonId, text: RichText) -> Stored:
        async with self._database.transaction() as connection:
            row = await _message(connection, room, id)
            if not _is_by(row, person):
                raise not_yours()
            body = dict(row.body) | {"text": text.to_json()}
            row = await store.change(connection, id, body=body, now=self._clock.now())
        await self._changed(room)
        return row

    async def remove(self, room: str, id: int, person: PersonId, *, is_mod: bool) -> None:
        """Mods may delete what others wrote."""
        async with self._database.transaction() as connection:
            row = await _message(connection, room, id)
            if not is_mod and not _is_by(row, person):
                raise not_yours()
            await store.remove(connection, id, self._clock.now())
        await self._changed(room)

    async def catch_up(self, room: str) -> None:
        """Hand over what the intake has not heard of this room, in order."""
        async with self._handing_over[room]:
            since = int(await self._intake.cursor(PLATFORM, room) or 0)
            async with self._database.reading() as connection:
                rows = await store.unheard(connection, room, since)
            if rows:
                await self._intake.hear(events_of(rows, since), cursors=[cursor_after(rows)])

    async def _changed(self, room: str) -> None:
        self._bell.ring()
        await self.catch_up(room)


async def _message(connection: Connection, room: str, id: int) -> Stored:
    """Raises `Refusal` where there is none (any more)."""
    row = await store.find(connection, room, id)
    if row is None or row.body.get("is_arrival"):
        raise message_is_gone()
    return row


def _is_by(row: Stored, person: PersonId) -> bool:
    return not row.is_ours and row.person == store.person_key(person)
