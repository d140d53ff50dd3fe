"""One-time codes that link a channel to a relay, and the wrong guesses at them.

A code itself is never stored, only its hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ChannelId, PersonId
from bot.store.schema import Instant, RowId, metadata
from bot.store.whose import is_about, is_in

codes = Table(
    "pairing_codes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16), nullable=False),  # of the person who made it, and the channel
    Column("person", String(64), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "relay_id"),
)

guesses = Table(
    "pairing_guesses",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("guessed_at", Instant, nullable=False),
    Index(None, "guessed_at"),
)


@dataclass(frozen=True, slots=True)
class Code:
    """What is known of a code that somebody typed."""

    id: int
    relay: int
    maker: PersonId
    channel: ChannelId  # where it was made
    expires_at: datetime
    is_used: bool


async def make(
    connection: AsyncConnection,
    code: str,
    *,
    relay: int,
    maker: PersonId,
    channel: ChannelId,
    now: datetime,
    expires_at: datetime,
) -> None:
    """An open code that the same person made for the same relay is void from here on."""
    await connection.execute(
        update(codes)
        .where(codes.c.relay_id == relay, is_about(codes, maker), codes.c.used_at.is_(None))
        .where(codes.c.expires_at > now)
        .values(expires_at=now)
    )
    await connection.execute(
        insert(codes).values(
            code_hash=_hash(code),
            relay_id=relay,
            platform=maker.platform,
            person=maker.id,
            channel=channel.id,
            made_at=now,
            expires_at=expires_at,
        )
    )


async def find(connection: AsyncConnection, code: str) -> Code | None:
    rows = await connection.execute(select(codes).where(codes.c.code_hash == _hash(code)))
    row = rows.one_or_none()
    if row is None:
        return None
    return Code(
        id=row.id,
        relay=row.relay_id,
        maker=PersonId(row.platform, row.person),
        channel=ChannelId(row.platform, row.channel),
        expires_at=row.expires_at,
        is_used=row.used_at is not None,
    )


async def spend(connection: AsyncConnection, code: int, now: datetime) -> bool:
    """Use it up; False where somebody was quicker, or it has expired."""
    spent = await connection.execute(
        update(codes)
        .where(codes.c.id == code, codes.c.used_at.is_(None), codes.c.expires_at > now)
        .values(used_at=now)
    )
    return spent.rowcount > 0


async def note_guess(
    connection: AsyncConnection, person: PersonId, channel: ChannelId, now: datetime
) -> None:
    await connection.execute(
        insert(guesses).values(
            platform=person.platform, person=person.id, channel=channel.id, guessed_at=now
        )
    )


async def guessed(
    connection: AsyncConnection, person: PersonId, channel: ChannelId, since: datetime
) -> tuple[int, int]:
    """Wrong codes typed since then: by this person, and in this channel."""
    is_recent = guesses.c.guessed_at > since
    by_person = select(func.count()).where(is_about(guesses, person), is_recent)
    in_channel = select(func.count()).where(is_in(guesses, channel), is_recent)
    return (
        await connection.scalar(by_person) or 0,
        await connection.scalar(in_channel) or 0,
    )


async def let_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget codes and guesses that were over before then."""
    await connection.execute(delete(codes).where(codes.c.expires_at < before))
    await connection.execute(delete(guesses).where(guesses.c.guessed_at < before))


async def of_person(connection: AsyncConnection, person: PersonId) -> dict[str, Any]:
    """The codes they made and the wrong ones they typed: where and when."""
    made = await connection.execute(
        select(codes).where(is_about(codes, person)).order_by(codes.c.id)
    )
    typed = await connection.execute(
        select(guesses).where(is_about(guesses, person)).order_by(guesses.c.id)
    )
    return {
        "codes": [
            {
                "channel": str(ChannelId(row.platform, row.channel)),
                "made_at": row.made_at.isoformat(),
                "used_at": row.used_at.isoformat() if row.used_at else None,
            }
            for row in made
        ],
        "wrong_codes": [
            {
                "channel": str(ChannelId(row.platform, row.channel)),
                "typed_at": row.guessed_at.isoformat(),
            }
            for row in typed
        ],
    }


async def forget_person(connection: AsyncConnection, person: PersonId) -> None:
    """Wrong guesses still count for their channel, as nobody's."""
    await connection.execute(delete(codes).where(is_about(codes, person)))
    await connection.execute(update(guesses).where(is_about(guesses, person)).values(person=""))


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Follow a channel to its new id."""
    for table in (codes, guesses):
        await connection.execute(update(table).where(is_in(table, old)).values(channel=new.id))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
