"""The sandbox page's rooms: messages as they are shown, and every change to them in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store.schema import sandbox_messages as table

NO_BODY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Stored:
    """One message of a room. `body` is what the page shows: only JSON, empty once deleted.

    In it `edited_in` is the revision that last changed its words, and `reactions` tells of each
    emoji of each person the newest: {emoji, person, name, is_added, revision}. `elsewhere` counts
    by emoji who holds it where the message crossed to or came from.
    """

    id: int
    revision: int
    room: str
    key: str | None
    person: str
    is_ours: bool
    sent_at: datetime
    edited_at: datetime | None = None
    is_deleted: bool = False
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def add(
    connection: AsyncConnection,
    *,
    room: str,
    person: PersonId | None,
    is_ours: bool,
    sent_at: datetime,
    body: Mapping[str, Any],
    key: str | None = None,
) -> Stored:
    """Write a message down; where `key` was used in this room before, answer that message."""
    if key is not None and (known := await _one(connection, table.c.room == room, _is_key(key))):
        return known
    number = await last_revision(connection) + 1
    rows = await connection.execute(
        insert(table)
        .values(
            id=number,
            revision=number,
            room=room,
            key=key,
            person=person_key(person) if person else "",
            is_ours=is_ours,
            sent_at=sent_at,
            body=dict(body),
        )
        .returning(table)
    )
    return _stored(rows.one())


async def change(
    connection: AsyncConnection, id: int, *, body: Mapping[str, Any], now: datetime
) -> Stored:
    """Show other words."""
    number = await last_revision(connection) + 1
    return await _revise(connection, id, body=dict(body) | {"edited_in": number}, edited_at=now)


async def react(
    connection: AsyncConnection,
    row: Stored,
    *,
    emoji: str,
    person: PersonId,
    name: str,
    is_added: bool,
) -> Stored:
    """Add an emoji to a message or take it back; answers the row as it is where nothing changes."""
    given: Sequence[Mapping[str, Any]] = row.body.get("reactions", ())
    key = (emoji, person_key(person))
    known = next((one for one in given if (one["emoji"], one["person"]) == key), None)
    if is_added == bool(known and known["is_added"]):
        return row
    said = {
        "emoji": emoji,
        "person": person_key(person),
        "name": name,
        "is_added": is_added,
        "revision": await last_revision(connection) + 1,
    }
    reactions = [*(one for one in given if one is not known), said]
    return await _revise(connection, row.id, body=dict(row.body) | {"reactions": reactions})


async def show_elsewhere(
    connection: AsyncConnection, row: Stored, elsewhere: Mapping[str, int]
) -> None:
    """Show how many hold which emoji in other channels."""
    if row.body.get("elsewhere", {}) != elsewhere:
        body = dict(row.body) | {"elsewhere": dict(elsewhere)}
        await _revise(connection, row.id, body=body)


async def remove(connection: AsyncConnection, id: int, now: datetime) -> Stored:
    """Empty the row; its number stays."""
    return await _revise(connection, id, body=dict(NO_BODY), deleted_at=now)


async def find(connection: AsyncConnection, room: str, id: int) -> Stored | None:
    """A message that is there and was not deleted."""
    return await _one(
        connection, table.c.room == room, table.c.id == id, table.c.deleted_at.is_(None)
    )


async def latest(
    connection: AsyncConnection, room: str, *, limit: int, before: int | None = None
) -> list[Stored]:
    """The newest messages older than `before`, oldest first."""
    query = select(table).where(table.c.room == room, table.c.deleted_at.is_(None))
    if before is not None:
        query = query.where(table.c.id < before)
    rows = await connection.execute(query.order_by(table.c.id.desc()).limit(limit))
    return [_stored(row) for row in rows][::-1]


async def changed_since(connection: AsyncConnection, revision: int, limit: int) -> list[Stored]:
    """What any room gained, changed or lost after `revision`, in order."""
    rows = await connection.execute(
        select(table).where(table.c.revision > revision).order_by(table.c.revision).limit(limit)
    )
    return [_stored(row) for row in rows]


async def unheard(connection: AsyncConnection, room: str, since: int) -> list[Stored]:
    """What a room gained, changed or lost after `since`, in order."""
    rows = await connection.execute(
        select(table)
        .where(table.c.room == room, table.c.revision > since)
        .order_by(table.c.revision)
    )
    return [_stored(row) for row in rows]


async def ours_since(connection: AsyncConnection, room: str, since: datetime) -> list[Stored]:
    """Our own messages sent since then and still there."""
    rows = await connection.execute(
        select(table)
        .where(
            table.c.room == room,
            table.c.is_ours.is_(True),
            table.c.sent_at >= since,
            table.c.deleted_at.is_(None),
        )
        .order_by(table.c.id)
    )
    return [_stored(row) for row in rows]


async def last_of(connection: AsyncConnection, person: PersonId) -> Stored | None:
    """The newest message this person wrote here themselves."""
    rows = await connection.execute(
        select(table)
        .where(
            table.c.person == person_key(person),
            table.c.is_ours.is_(False),
            table.c.deleted_at.is_(None),
        )
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return _stored(row) if row else None


async def writers(connection: AsyncConnection, room: str, *, most: int) -> list[Stored]:
    """The newest messages of this room that somebody wrote, here or on another side."""
    rows = await connection.execute(
        select(table)
        .where(table.c.room == room, table.c.person != "", table.c.deleted_at.is_(None))
        .order_by(table.c.id.desc())
        .limit(most)
    )
    return [_stored(row) for row in rows]


async def is_new(connection: AsyncConnection, room: str, person: PersonId) -> bool:
    """Whether this person has never written in this room."""
    found = await connection.scalar(
        select(table.c.id)
        .where(table.c.room == room, table.c.person == person_key(person), ~table.c.is_ours)
        .limit(1)
    )
    return found is None


async def attached(connection: AsyncConnection) -> set[str]:
    """The sources of all files that some message still shows."""
    rows = await connection.execute(select(table.c.body).where(table.c.deleted_at.is_(None)))
    return {file["source"] for row in rows for file in row.body["files"]}


async def files_of(connection: AsyncConnection, person: PersonId) -> set[str]:
    """The sources of the files in what this person wrote here, and in copies of it."""
    rows = await connection.execute(
        select(table.c.body).where(
            table.c.person == person_key(person), table.c.deleted_at.is_(None)
        )
    )
    return {file["source"] for row in rows for file in row.body["files"]}


async def all_there(connection: AsyncConnection, rooms: Iterable[str]) -> list[Stored]:
    """Every message of these rooms, newest first."""
    rows = await connection.execute(
        select(table)
        .where(table.c.room.in_(list(rooms)), table.c.deleted_at.is_(None))
        .order_by(table.c.id.desc())
    )
    return [_stored(row) for row in rows]


async def files_in(connection: AsyncConnection, room: str) -> set[str]:
    """The sources of the files in what is written in a room."""
    rows = await connection.execute(
        select(table.c.body).where(table.c.room == room, table.c.deleted_at.is_(None))
    )
    return {file["source"] for row in rows for file in row.body["files"]}


async def clear(connection: AsyncConnection, room: str, now: datetime) -> None:
    """Nothing is left of a room but the row, empty, whose number is the newest of all."""
    newest = select(func.max(table.c.revision)).scalar_subquery()
    await connection.execute(delete(table).where(table.c.room == room, table.c.revision < newest))
    await connection.execute(
        update(table)
        .where(table.c.room == room)
        .values(body=dict(NO_BODY), person="", key=None, deleted_at=now)
    )


async def last_revision(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(table.c.revision))) or 0


async def forget(connection: AsyncConnection, persons: Iterable[PersonId], now: datetime) -> int:
    """Empty everything these people wrote and every copy of it; answers how many rows.

    What they were answered in public and their reactions to what others wrote go too.
    """
    names = {person_key(person) for person in persons}
    rows = await connection.execute(
        select(table.c.id).where(table.c.person.in_(names), table.c.deleted_at.is_(None))
    )
    written = [row.id for row in rows]
    for number in written:
        await remove(connection, number, now)
    await connection.execute(update(table).where(table.c.person.in_(names)).values(person=""))
    for row in await connection.execute(
        select(table.c.id, table.c.body).where(table.c.deleted_at.is_(None))
    ):
        if row.body.get("asker") in names:
            await remove(connection, row.id, now)
            continue
        given = row.body.get("reactions", [])
        left = [one for one in given if one["person"] not in names]
        if len(left) < len(given):
            await _revise(connection, row.id, body=row.body | {"reactions": left})
    return len(written)


def person_key(person: PersonId) -> str:
    return f"{person.platform}:{person.id}"


def person_of(key: str) -> PersonId:
    platform, _, native = key.partition(":")
    return PersonId(platform, native)


async def _revise(connection: AsyncConnection, id: int, **values: Any) -> Stored:
    number = await last_revision(connection) + 1
    rows = await connection.execute(
        update(table).where(table.c.id == id).values(revision=number, **values).returning(table)
    )
    return _stored(rows.one())


async def _one(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> Stored | None:
    row = (await connection.execute(select(table).where(*conditions))).one_or_none()
    return _stored(row) if row else None


def _is_key(key: str) -> ColumnElement[bool]:
    return table.c.key == key


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        id=row.id,
        revision=row.revision,
        room=row.room,
        key=row.key,
        person=row.person,
        is_ours=row.is_ours,
        sent_at=row.sent_at,
        edited_at=row.edited_at,
        is_deleted=row.deleted_at is not None,
        body=row.body,
    )
