"""Questions to the other side: each with its number, its state, and the answer chosen for it.

Answers are not copied: they are the messages heard in a question's strand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.asks import Ask, Choice, Consent, Draft, State
from bot.core.model import ChannelId, PersonId
from bot.store.schema import Instant, Json, RowId, messages, metadata, relays, strands
from bot.store.whose import is_about, is_in

asks = Table(
    "asks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("side", String(16), nullable=False),
    Column("person_id", String(64)),  # NULL once forgotten
    Column("person_name", String(256), nullable=False),
    Column("texts", Json, nullable=False),
    Column("words", Text, nullable=False),  # what it is found by; "" where it is not
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("successor", Integer),  # the number it was merged into or repeated as
    UniqueConstraint("relay_id", "number"),
    Index(None, "due_at"),
    Index(None, "platform", "person_id"),
    sqlite_autoincrement=True,  # an id names posts for good: it must never come again
)

# One for a question: the answer that was chosen, kept in words only if its author agreed.
ask_choices = Table(
    "ask_choices",
    metadata,
    Column("ask_id", RowId, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True),
    Column("message_id", RowId, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("lane", String(100), nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("person_name", String(256), nullable=False),
    Column("side", String(16), nullable=False),
    Column("consent", String(16), nullable=False),
    Column("texts", Json, nullable=False),
    Index(None, "platform", "person_id"),
)

# Questions that waited for "ask anyway"; one for a person.
ask_drafts = Table(
    "ask_drafts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("side", String(16), nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("person_name", String(256), nullable=False),
    Column("texts", Json, nullable=False),
    Column("drafted_at", Instant, nullable=False),
    UniqueConstraint("platform", "person_id"),
    sqlite_autoincrement=True,  # an old button must not find another's draft
)

_FORGETTABLE = (State.OPEN, State.ARCHIVED, State.GONE)  # all others are let go in time


async def add(connection: AsyncConnection, draft: Draft, now: datetime, due: datetime) -> Ask:
    """Give it the next number of its community."""
    # Two processes on one database: the second waits here for the first one's number.
    await connection.execute(
        select(relays.c.id).where(relays.c.id == draft.relay).with_for_update()
    )
    last = await connection.scalar(
        select(func.max(asks.c.number)).where(asks.c.relay_id == draft.relay)
    )
    made = await connection.execute(
        insert(asks)
        .values(
            relay_id=draft.relay,
            number=(last or 0) + 1,
            platform=draft.channel.platform,
            channel=draft.channel.id,
            side=draft.side,
            person_id=draft.asker.id if draft.asker else None,
            person_name=draft.name[:256],
            texts=dict(draft.texts),
            words="",
            state=State.OPEN.value,
            asked_at=now,
            due_at=due,
        )
        .returning(asks.c.id)
    )
    found = await get(connection, made.scalar_one())
    assert found is not None
    return found


async def get(connection: AsyncConnection, id: int) -> Ask | None:
    row = (await connection.execute(_asks().where(asks.c.id == id))).one_or_none()
    return _ask(row) if row is not None else None


async def numbered(connection: AsyncConnection, relay: int, number: int) -> Ask | None:
    wanted = _asks().where(asks.c.relay_id == relay, asks.c.number == number)
    row = (await connection.execute(wanted)).one_or_none()
    return _ask(row) if row is not None else None


async def among(connection: AsyncConnection, ids: Sequence[int]) -> list[Ask]:
    """Those of these ids, in their order."""
    rows = await connection.execute(_asks().where(asks.c.id.in_(ids)))
    found = {row.id: _ask(row) for row in rows}
    return [found[row] for row in ids if row in found]


async def due(connection: AsyncConnection, now: datetime) -> list[Ask]:
    rows = await connection.execute(_asks().where(asks.c.due_at <= now).order_by(asks.c.due_at))
    return [_ask(row) for row in rows]


async def of_person(connection: AsyncConnection, person: PersonId) -> list[Ask]:
    """What they asked."""
    rows = await connection.execute(_asks().where(is_about(asks, person)).order_by(asks.c.id))
    return [_ask(row) for row in rows]


async def answered_by(connection: AsyncConnection, person: PersonId) -> list[Ask]:
    """The questions whose chosen answer is theirs."""
    rows = await connection.execute(
        _asks().where(is_about(ask_choices, person)).order_by(asks.c.id)
    )
    return [_ask(row) for row in rows]


async def count_open(connection: AsyncConnection, person: PersonId) -> int:
    mine = select(func.count()).where(is_about(asks, person), asks.c.state == State.OPEN.value)
    return await connection.scalar(mine) or 0


async def last_asked(connection: AsyncConnection, person: PersonId) -> datetime | None:
    """When this person last asked something, or tried to."""
    asked = await connection.scalar(select(func.max(asks.c.asked_at)).where(is_about(asks, person)))
    drafted = await connection.scalar(
        select(func.max(ask_drafts.c.drafted_at)).where(is_about(ask_drafts, person))
    )
    return max((at for at in (asked, drafted) if at is not None), default=None)


async def move(
    connection: AsyncConnection,
    ask: Ask,
    to: State,
    *,
    due: datetime | None = None,
    successor: int | None = None,
) -> bool:
    """From the state it was read in to another; False where someone else was first."""
    moved = await connection.execute(
        update(asks)
        .where(asks.c.id == ask.id, asks.c.state == ask.state.value)
        .values(state=to.value, due_at=due, successor=successor)
    )
    return moved.rowcount == 1


async def end_talk(connection: AsyncConnection, ask: Ask) -> bool:
    """Nothing more becomes due for it; False where that was so already."""
    ended = await connection.execute(
        update(asks)
        .where(asks.c.id == ask.id, asks.c.state == ask.state.value, asks.c.due_at.is_not(None))
        .values(due_at=None)
    )
    return ended.rowcount == 1


async def choose(connection: AsyncConnection, ask: Ask, choice: Choice) -> None:
    await connection.execute(
        insert(ask_choices).values(
            ask_id=ask.id,
            message_id=choice.message,
            platform=choice.author.platform,
            lane=choice.lane.id,
            person_id=choice.author.id,
            person_name=choice.name[:256],
            side=choice.side,
            consent=choice.consent.value,
            texts=dict(choice.texts),
        )
    )


async def settle_consent(
    connection: AsyncConnection, ask: Ask, consent: Consent, texts: dict[str, str]
) -> bool:
    """False where it is settled already."""
    settled = await connection.execute(
        update(ask_choices)
        .where(ask_choices.c.ask_id == ask.id, ask_choices.c.consent == Consent.ASKED.value)
        .values(consent=consent.value, texts=texts)
    )
    return settled.rowcount == 1


async def unchoose(connection: AsyncConnection, ask: Ask) -> None:
    await connection.execute(delete(ask_choices).where(ask_choices.c.ask_id == ask.id))


async def answers(connection: AsyncConnection, ask: Ask, *, most: int) -> list[int]:
    """The rows of the newest messages in its strand that others than the asker wrote."""
    wanted = select(messages.c.id).join(strands, messages.c.strand_id == strands.c.id)
    wanted = wanted.where(
        strands.c.key == ask.key,
        messages.c.heard_at >= ask.asked_at,
        messages.c.deleted_at.is_(None),
        messages.c.author_is_bot.is_(False),
    )
    if ask.asker is not None:
        by_asker = and_(
            messages.c.platform == ask.asker.platform, messages.c.author_id == ask.asker.id
        )
        wanted = wanted.where(not_(by_asker))
    return list(await connection.scalars(wanted.order_by(messages.c.id.desc()).limit(most)))


async def draft(connection: AsyncConnection, question: Draft, now: datetime) -> int:
    """Keep it until its author decides, instead of any earlier one; its row."""
    assert question.asker is not None
    await connection.execute(delete(ask_drafts).where(is_about(ask_drafts, question.asker)))
    made = await connection.execute(
        insert(ask_drafts)
        .values(
            relay_id=question.relay,
            platform=question.channel.platform,
            channel=question.channel.id,
            side=question.side,
            person_id=question.asker.id,
            person_name=question.name[:256],
            texts=dict(question.texts),
            drafted_at=now,
        )
        .returning(ask_drafts.c.id)
    )
    return made.scalar_one()


async def take_draft(connection: AsyncConnection, id: int, person: PersonId) -> Draft | None:
    """Once: it is gone then. None for another's."""
    taken = await connection.execute(
        delete(ask_drafts)
        .where(ask_drafts.c.id == id, is_about(ask_drafts, person))
        .returning(*ask_drafts.c)
    )
    row = taken.one_or_none()
    return _draft(row) if row is not None else None


async def drafts_of(connection: AsyncConnection, person: PersonId) -> list[Draft]:
    rows = await connection.execute(select(ask_drafts).where(is_about(ask_drafts, person)))
    return [_draft(row) for row in rows]


async def drop_drafts(connection: AsyncConnection, *, before: datetime) -> None:
    await connection.execute(delete(ask_drafts).where(ask_drafts.c.drafted_at < before))


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """Nobody knows any more who asked, or answered in a question's strand."""
    await connection.execute(delete(ask_drafts).where(is_about(ask_drafts, person)))
    await connection.execute(delete(ask_choices).where(is_about(ask_choices, person)))
    await connection.execute(
        update(asks).where(is_about(asks, person)).values(person_id=None, person_name="")
    )
    ours = select(strands.c.id).where(strands.c.key.like("ask:%"))
    theirs = is_about(messages, person, column="author_id")
    await connection.execute(
        update(messages).where(theirs, messages.c.strand_id.in_(ours)).values(strand_id=None)
    )


async def move_channel(connection: AsyncConnection, old: ChannelId, new: ChannelId) -> None:
    """Where they were asked and answered has another id now."""
    for table, place in ((asks, "channel"), (ask_choices, "lane"), (ask_drafts, "channel")):
        is_old = is_in(table, old, column=place)
        await connection.execute(update(table).where(is_old).values({place: new.id}))


async def set_words(connection: AsyncConnection, id: int, words: str) -> None:
    await connection.execute(update(asks).where(asks.c.id == id).values(words=words))


async def let_go(connection: AsyncConnection, *, before: datetime) -> list[int]:
    """Empty what came to nothing: its number stays taken, nothing else does. The rows' ids."""
    rows = await connection.scalars(
        select(asks.c.id).where(
            asks.c.state.not_in([state.value for state in _FORGETTABLE]),
            asks.c.due_at.is_(None),
            asks.c.asked_at < before,
        )
    )
    ids = list(rows)
    await connection.execute(delete(ask_choices).where(ask_choices.c.ask_id.in_(ids)))
    await connection.execute(
        update(asks)
        .where(asks.c.id.in_(ids))
        .values(person_id=None, person_name="", texts={}, words="", state=State.GONE.value)
    )
    return ids


def _asks() -> Select[Any]:
    chosen = [column.label(f"chosen_{column.name}") for column in ask_choices.c]
    return select(asks, *chosen).outerjoin(ask_choices, ask_choices.c.ask_id == asks.c.id)


def _ask(row: Row[Any]) -> Ask:
    channel = ChannelId(row.platform, row.channel)
    return Ask(
        id=row.id,
        number=row.number,
        relay=row.relay_id,
        channel=channel,
        side=row.side,
        asker=PersonId(row.platform, row.person_id) if row.person_id is not None else None,
        name=row.person_name,
        texts=row.texts,
        state=State(row.state),
        asked_at=row.asked_at,
        due_at=row.due_at,
        successor=row.successor,
        choice=_choice(row) if row.chosen_ask_id is not None else None,
    )


def _choice(row: Row[Any]) -> Choice:
    return Choice(
        message=row.chosen_message_id,
        lane=ChannelId(row.chosen_platform, row.chosen_lane),
        author=PersonId(row.chosen_platform, row.chosen_person_id),
        name=row.chosen_person_name,
        side=row.chosen_side,
        consent=Consent(row.chosen_consent),
        texts=row.chosen_texts,
    )


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        relay=row.relay_id,
        channel=ChannelId(row.platform, row.channel),
        side=row.side,
        asker=PersonId(row.platform, row.person_id),
        name=row.person_name,
        texts=row.texts,
    )
