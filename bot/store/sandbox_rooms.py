"""Rooms that people made on the sandbox page. A room's id is never given to another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, String, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import Instant, metadata, sandbox_messages

table = Table(
    "sandbox_rooms",
    metadata,
    Column("room", String(40), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # a repeated request makes one room
    Column("name", String(50), nullable=False),  # empty once removed
    Column("look", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("removed_at", Instant),
)


@dataclass(frozen=True, slots=True)
class MadeRoom:
    """`look` is the platform that the page makes it resemble, or plain."""

    id: str
    name: str
    look: str


async def all_there(connection: AsyncConnection) -> list[MadeRoom]:
    """In the order in which they were made."""
    rows = await connection.execute(
        select(table).where(table.c.removed_at.is_(None)).order_by(table.c.made_at, table.c.room)
    )
    return [_made(row) for row in rows]


async def made_with(connection: AsyncConnection, key: str) -> MadeRoom | None:
    row = (await connection.execute(select(table).where(table.c.key == key))).one_or_none()
    return _made(row) if row else None


async def taken(connection: AsyncConnection) -> set[str]:
    """Every id that was ever a room's."""
    made = await connection.scalars(select(table.c.room))
    written_in = await connection.scalars(select(sandbox_messages.c.room).distinct())
    return {*made, *written_in}


async def add(connection: AsyncConnection, room: MadeRoom, *, key: str, now: datetime) -> None:
    await connection.execute(
        insert(table).values(room=room.id, key=key, name=room.name, look=room.look, made_at=now)
    )


async def remove(connection: AsyncConnection, room: str, now: datetime) -> None:
    await connection.execute(
        update(table).where(table.c.room == room).values(name="", removed_at=now)
    )


def _made(row: Row[Any]) -> MadeRoom:
    return MadeRoom(row.room, row.name, row.look)
