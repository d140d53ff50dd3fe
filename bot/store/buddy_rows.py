"""The buddies' tables, and their rows as values."""

from __future__ import annotations

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
    UniqueConstraint,
)

from bot.core.model import ChannelId, PersonId
from bot.store.schema import Instant, Json, RowId, metadata

# `state` is greeted, waiting, matched or done; a spell is one time of waiting.
newcomers = Table(
    "buddy_newcomers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("name", String(256), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("side", String(16), nullable=False),
    Column("languages", String(60), nullable=False),
    Column("interests", Json, nullable=False),
    Column("zone", String(60)),
    Column("state", String(10), nullable=False),
    Column("spell", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("asked_at", Instant),
    Column("due_at", Instant),
    Column("told_at", Instant),  # that nobody is free, in this spell
    Column("escalated_at", Instant),  # to the mods, in this spell
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("relay_id", "platform", "person"),
    Index(None, "state", "due_at"),
    sqlite_autoincrement=True,  # an id names posts for good: it must never come again
)

# `state` is free, paused or left; `misses` counts the proposals in a row left to expire.
volunteers = Table(
    "buddy_volunteers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("name", String(256), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("side", String(16), nullable=False),
    Column("languages", String(60), nullable=False),
    Column("interests", Json, nullable=False),
    Column("zone", String(60)),
    Column("state", String(10), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("idle_since", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("relay_id", "platform", "person"),
    sqlite_autoincrement=True,
)

# It holds both ways, and only the first of the two knows. The other is kept as a fingerprint, which
# goes on to keep them apart where the other asked to be forgotten.
blocks = Table(
    "buddy_blocks",
    metadata,
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("other", String(64), primary_key=True),
)

# `state` is proposed, accepted, introduced, nudged, asked or closed; never the same pair again.
matches = Table(
    "buddy_matches",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("relay_id", RowId, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column(
        "newcomer_id", RowId, ForeignKey("buddy_newcomers.id", ondelete="CASCADE"), nullable=False
    ),
    Column(
        "volunteer_id", RowId, ForeignKey("buddy_volunteers.id", ondelete="CASCADE"), nullable=False
    ),
    Column("state", String(10), nullable=False),
    Column("due_at", Instant),
    Column("seed", String(80), nullable=False),  # decided between equals, and what they talk of
    Column("facts", Json, nullable=False),
    Column("newcomer_accepts", Boolean, nullable=False),
    Column("volunteer_accepts", Boolean, nullable=False),
    Column("newcomer_talked", Boolean),
    Column("volunteer_talked", Boolean),
    Column("outcome", String(10)),
    Column("proposed_at", Instant, nullable=False),
    Column("introduced_at", Instant),
    Column("closed_at", Instant),
    UniqueConstraint("newcomer_id", "volunteer_id"),
    Index(None, "state", "due_at"),
    Index(None, "volunteer_id"),
    sqlite_autoincrement=True,
)

LOADING = ("proposed", "accepted", "introduced", "nudged", "asked")  # count towards a capacity


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two: where to write to them, and what they gave."""

    id: int
    relay: int
    person: PersonId
    name: str
    channel: ChannelId
    side: str
    languages: tuple[str, ...]
    interests: tuple[str, ...]
    zone: str | None
    state: str
    misses: int


@dataclass(frozen=True, slots=True)
class Newcomer(Party):
    spell: int
    asked_at: datetime | None
    due_at: datetime | None
    told_at: datetime | None
    escalated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Volunteer(Party):
    capacity: int
    load: int
    idle_since: datetime
    asked_at: datetime | None  # the last time somebody was proposed to them


@dataclass(frozen=True, slots=True)
class Match:
    id: int
    relay: int
    newcomer: Newcomer
    volunteer: Volunteer
    state: str
    due_at: datetime | None
    seed: str
    facts: dict[str, Any]
    newcomer_accepts: bool
    volunteer_accepts: bool
    newcomer_talked: bool | None
    volunteer_talked: bool | None
    outcome: str | None

    @property
    def key(self) -> str:
        """Of the introduction, and of the strand under it."""
        return f"buddy:{self.id}"

    @property
    def proposal_key(self) -> str:
        return f"buddy-proposal:{self.id}"

    @property
    def question_key(self) -> str:
        return f"buddy-question:{self.id}"

    @property
    def parties(self) -> tuple[Newcomer, Volunteer]:
        return self.newcomer, self.volunteer

    def other(self, party: Party) -> Party:
        return self.volunteer if party is self.newcomer else self.newcomer

    def party(self, person: PersonId) -> Party | None:
        return next((party for party in self.parties if party.person == person), None)


def _party(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "relay": row.relay_id,
        "person": PersonId(row.platform, row.person),
        "name": row.name,
        "channel": ChannelId(row.platform, row.channel),
        "side": row.side,
        "languages": tuple(row.languages.split()),
        "interests": tuple(row.interests),
        "zone": row.zone,
        "state": row.state,
        "misses": row.misses,
    }


def newcomer_of(row: Row[Any]) -> Newcomer:
    return Newcomer(
        **_party(row),
        spell=row.spell,
        asked_at=row.asked_at,
        due_at=row.due_at,
        told_at=row.told_at,
        escalated_at=row.escalated_at,
    )


def volunteer_of(row: Row[Any]) -> Volunteer:
    return Volunteer(
        **_party(row),
        capacity=row.capacity,
        load=row.load,
        idle_since=row.idle_since,
        asked_at=row.last_asked,
    )


def match_of(row: Row[Any], newcomer: Newcomer, volunteer: Volunteer) -> Match:
    return Match(
        id=row.id,
        relay=row.relay_id,
        newcomer=newcomer,
        volunteer=volunteer,
        state=row.state,
        due_at=row.due_at,
        seed=row.seed,
        facts=row.facts,
        newcomer_accepts=row.newcomer_accepts,
        volunteer_accepts=row.volunteer_accepts,
        newcomer_talked=row.newcomer_talked,
        volunteer_talked=row.volunteer_talked,
        outcome=row.outcome,
    )
