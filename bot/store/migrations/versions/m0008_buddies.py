"""Buddies: who looks for one, who is one, and what became of each match."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "buddy_newcomers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("languages", sa.String(length=60), nullable=False),
        sa.Column("interests", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("spell", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_buddy_newcomers_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_buddy_newcomers"),
        sa.UniqueConstraint(
            "relay_id", "platform", "person", name="uq_buddy_newcomers_relay_id_platform_person"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_buddy_newcomers_state_due_at", "buddy_newcomers", ["state", "due_at"])
    op.create_table(
        "buddy_volunteers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("languages", sa.String(length=60), nullable=False),
        sa.Column("interests", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("idle_since", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_buddy_volunteers_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_buddy_volunteers"),
        sa.UniqueConstraint(
            "relay_id", "platform", "person", name="uq_buddy_volunteers_relay_id_platform_person"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "buddy_blocks",
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("other", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_buddy_blocks_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", "platform", "person", "other", name="pk_buddy_blocks"),
    )
    op.create_table(
        "buddy_matches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("newcomer_id", _ID, nullable=False),
        sa.Column("volunteer_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("newcomer_accepts", sa.Boolean(), nullable=False),
        sa.Column("volunteer_accepts", sa.Boolean(), nullable=False),
        sa.Column("newcomer_talked", sa.Boolean(), nullable=True),
        sa.Column("volunteer_talked", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("introduced_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["newcomer_id"],
            ["buddy_newcomers.id"],
            name="fk_buddy_matches_newcomer_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_buddy_matches_relay_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["buddy_volunteers.id"],
            name="fk_buddy_matches_volunteer_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_buddy_matches"),
        sa.UniqueConstraint(
            "newcomer_id", "volunteer_id", name="uq_buddy_matches_newcomer_id_volunteer_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_buddy_matches_state_due_at", "buddy_matches", ["state", "due_at"])
    op.create_index("ix_buddy_matches_volunteer_id", "buddy_matches", ["volunteer_id"])
