"""Comparisons, their answers, and marks of who has answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("results", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_comparisons_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_comparisons_open",
        "comparisons",
        ["relay_id", "topic"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "comparison_answers",
        sa.Column("comparison_id", _ID, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name="fk_comparison_answers_comparison_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comparison_id", "number", name="pk_comparison_answers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comparison_answered",
        sa.Column("comparison_id", _ID, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name="fk_comparison_answered_comparison_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comparison_id", "person", name="pk_comparison_answered"),
        sqlite_with_rowid=False,
    )
