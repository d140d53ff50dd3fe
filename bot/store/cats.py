"""The cat tax: its tables, and receipts by number, by message and by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Attachment, ChannelId, MessageId, PersonId
from bot.store.schema import Instant, Json, RowId, metadata, relays
from bot.store.whose import is_about

# One row per picture that was brought, and per exemption. It goes through the states
# waiting (to be looked at) → numbered → stamped (its own side knows) → paid (both do),
# or ends as repeated, refused or void. A number is never given twice, so such rows stay.
receipts = Table(
    "cat_receipts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer),
    Column("state", String(10), nullable=False),
    Column("kind", String(10), nullable=False),  # picture | no_pet
    Column("side", String(8), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("native_id", String(64)),  # of the message with the picture, where it came in one
    Column("person_id", String(64)),  # none: forgotten
    Column("person_name", String(256), nullable=False),
    Column("attachment", Json),
    Column("is_hidden", Boolean, nullable=False),  # a spoiler: it is never shown again by us
    Column("sha256", String(64)),
    Column("thumbnail", Text, info={"picture": True}),  # keys of kept pictures
    Column("stamp", Text, info={"picture": True}),
    Column("void_reason", String(200)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("heard_at", Instant, nullable=False),
    Column("due_at", Instant),  # none: nothing is left to do
    Column("paid_at", Instant),
    UniqueConstraint("relay_id", "number"),
    UniqueConstraint("platform", "channel", "native_id"),
    Index(None, "due_at"),
    Index(None, "platform", "person_id"),
)

# One for each person and emoji.
reactions = Table(
    "cat_reactions",
    metadata,
    Column(
        "receipt_id", RowId, ForeignKey("cat_receipts.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("platform", String(16), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("emoji", String(100), primary_key=True),
    Index(None, "platform", "person_id"),
)

# Who joined and is asked once. The name goes when they have been.
newcomers = Table(
    "cat_newcomers",
    metadata,
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("name", String(256), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("due_at", Instant),
    Index(None, "due_at"),
)

# A side has seen the other's pictures of this week, or there were none.
weeks = Table(
    "cat_weeks",
    metadata,
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), primary_key=True),
    Column("side", String(8), primary_key=True),
    Column("week", String(10), primary_key=True),
    Column("shown_at", Instant, nullable=False),
    Column("picture", Text, info={"picture": True}),
    Column("shown", Json, nullable=False),  # rows of receipts
)

PAID = ("numbered", "stamped", "paid")


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture, or the word that there is none, as it comes in."""

    relay: int
    side: str
    channel: ChannelId
    person: PersonId
    name: str
    native_id: str | None = None
    attachment: Attachment | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    id: int
    relay: int
    number: int | None
    state: str
    kind: str
    side: str
    channel: ChannelId
    native_id: str | None
    person: PersonId | None
    name: str
    attachment: Attachment | None
    is_hidden: bool
    thumbnail: str | None
    stamp: str | None
    void_reason: str | None
    tries: int
    heard_at: datetime
    paid_at: datetime | None
    hearts: int = 0

    @property
    def ref(self) -> MessageId | None:
        return MessageId(self.channel, self.native_id) if self.native_id else None


async def lock(connection: AsyncConnection, relay: int) -> None:
    """One at a time gives numbers in a community. SQLite has one writer anyway."""
    await connection.execute(
        select(relays.c.id).where(relays.c.id == relay).with_for_update(key_share=True)
    )


async def next_number(connection: AsyncConnection, relay: int) -> int:
    """Under `lock`."""
    last = await connection.scalar(
        select(func.max(receipts.c.number)).where(receipts.c.relay_id == relay)
    )
    return (last or 0) + 1


async def bring(connection: AsyncConnection, brought: Brought, now: datetime) -> int | None:
    """A new row that waits to be looked at; None where this message was brought before."""
    if brought.native_id is not None:
        ref = MessageId(brought.channel, brought.native_id)
        if await at(connection, [ref]):
            return None
    attachment = brought.attachment.to_json() if brought.attachment else None
    return await _insert(
        connection, brought, now, state="waiting", kind="picture", attachment=attachment, due_at=now
    )


async def exempt(connection: AsyncConnection, brought: Brought, number: int, now: datetime) -> None:
    await _insert(connection, brought, now, state="paid", kind="no_pet", number=number, paid_at=now)


async def _insert(
    connection: AsyncConnection, brought: Brought, now: datetime, **values: Any
) -> int:
    row = {
        "relay_id": brought.relay,
        "side": brought.side,
        "platform": brought.channel.platform,
        "channel": brought.channel.id,
        "native_id": brought.native_id,
        "person_id": brought.person.id,
        "person_name": brought.name[:256],
        "is_hidden": brought.is_hidden,
        "heard_at": now,
    }
    made = await connection.execute(
        insert(receipts).values(**row, **values).returning(receipts.c.id)
    )
    return made.scalar_one()


async def claim(connection: AsyncConnection, now: datetime, until: datetime) -> Receipt | None:
    """Whatever is due longest, kept from others `until` then."""
    row = (
        await connection.execute(
            select(receipts)
            .where(receipts.c.due_at <= now)
            .order_by(receipts.c.due_at, receipts.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()
    if row is None:
        return None
    await connection.execute(
        update(receipts)
        .where(receipts.c.id == row.id)
        .values(due_at=until, tries=receipts.c.tries + 1)
    )
    return _receipt(row)


async def change(connection: AsyncConnection, id: int, *, of: Iterable[str], **values: Any) -> bool:
    """Set `values` if it is still in one of these states."""
    changed = await connection.execute(
        update(receipts).where(receipts.c.id == id, receipts.c.state.in_(list(of))).values(**values)
    )
    return changed.rowcount > 0


async def at(connection: AsyncConnection, refs: Sequence[MessageId]) -> list[Receipt]:
    """Those whose pictures are in these messages."""
    found: list[Receipt] = []
    for ref in dict.fromkeys(refs):
        rows = await connection.execute(
            select(receipts).where(
                receipts.c.platform == ref.channel.platform,
                receipts.c.channel == ref.channel.id,
                receipts.c.native_id == ref.id,
            )
        )
        found += map(_receipt, rows)
    return found


async def numbered(connection: AsyncConnection, relay: int, number: int) -> Receipt | None:
    rows = await connection.execute(
        select(receipts).where(receipts.c.relay_id == relay, receipts.c.number == number)
    )
    return next(map(_receipt, rows), None)


async def same_picture(connection: AsyncConnection, relay: int, sha256: str) -> Receipt | None:
    """What was paid with these very bytes."""
    rows = await connection.execute(
        select(receipts)
        .where(
            receipts.c.relay_id == relay,
            receipts.c.sha256 == sha256,
            receipts.c.state.in_(PAID),
        )
        .order_by(receipts.c.number)
        .limit(1)
    )
    return next(map(_receipt, rows), None)


async def of_person(
    connection: AsyncConnection, person: PersonId, relay: int | None = None
) -> list[Receipt]:
    """All that this person brought, oldest first."""
    rows = await connection.execute(
        select(receipts)
        .where(
            is_about(receipts, person),
            true() if relay is None else receipts.c.relay_id == relay,
        )
        .order_by(receipts.c.id)
    )
    return [_receipt(row) for row in rows]


async def counts(
    connection: AsyncConnection, relay: int, since: datetime
) -> dict[str, tuple[int, int]]:
    """Side → how many have been paid since then, and ever."""
    recent = func.count().filter(receipts.c.paid_at >= since)
    rows = await connection.execute(
        select(receipts.c.side, recent, func.count())
        .where(receipts.c.relay_id == relay, receipts.c.state.in_(PAID))
        .group_by(receipts.c.side)
    )
    return {side: (lately, ever) for side, lately, ever in rows}


async def newest(connection: AsyncConnection, relay: int, limit: int) -> list[Receipt]:
    """Paid with pictures that may be shown, the newest first."""
    rows = await connection.execute(
        select(receipts)
        .where(receipts.c.relay_id == relay, _MAY_BE_SHOWN)
        .order_by(receipts.c.number.desc())
        .limit(limit)
    )
    return [_receipt(row) for row in rows]


async def between(
    connection: AsyncConnection, relay: int, side: str, since: datetime, until: datetime
) -> list[Receipt]:
    """This side's pictures that may be shown, by number, with their reactions counted."""
    hearts = (
        select(func.count())
        .where(reactions.c.receipt_id == receipts.c.id)
        .scalar_subquery()
        .label("hearts")
    )
    rows = await connection.execute(
        select(receipts, hearts)
        .where(
            receipts.c.relay_id == relay,
            receipts.c.side == side,
            receipts.c.paid_at > since,
            receipts.c.paid_at <= until,
            _MAY_BE_SHOWN,
        )
        .order_by(receipts.c.number)
    )
    return [_receipt(row, hearts=row.hearts) for row in rows]


async def is_kept(connection: AsyncConnection, picture: str) -> bool:
    """Some row still shows it: the same bytes may have come to two communities."""
    found = await connection.scalar(
        select(receipts.c.id)
        .where(or_(receipts.c.thumbnail == picture, receipts.c.stamp == picture))
        .limit(1)
    )
    return found is not None


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """Their names, reactions and joinings; their receipts are to be void by now."""
    for table in (reactions, newcomers):
        await connection.execute(delete(table).where(is_about(table, person)))
    await connection.execute(
        update(receipts)
        .where(is_about(receipts, person))
        .values(
            person_id=None,
            person_name="",
            native_id=None,
            state="void",
            void_reason=None,
            attachment=None,
            sha256=None,
            thumbnail=None,
            stamp=None,
            due_at=None,
        )
    )


_MAY_BE_SHOWN = receipts.c.thumbnail.is_not(None) & receipts.c.state.in_(PAID)


def _receipt(row: Row[Any], hearts: int = 0) -> Receipt:
    return Receipt(
        id=row.id,
        relay=row.relay_id,
        number=row.number,
        state=row.state,
        kind=row.kind,
        side=row.side,
        channel=ChannelId(row.platform, row.channel),
        native_id=row.native_id,
        person=PersonId(row.platform, row.person_id) if row.person_id else None,
        name=row.person_name,
        attachment=Attachment.from_json(row.attachment) if row.attachment else None,
        is_hidden=row.is_hidden,
        thumbnail=row.thumbnail,
        stamp=row.stamp,
        void_reason=row.void_reason,
        tries=row.tries,
        heard_at=row.heard_at,
        paid_at=row.paid_at,
        hearts=hearts,
    )
