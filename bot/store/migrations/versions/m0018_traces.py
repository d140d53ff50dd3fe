"""Why messages did or did not cross, and tests of the bridge that are to be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "skips",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("skipped_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", "native_id", name="pk_skips"),
    )
    op.create_index("ix_skips_skipped_at", "skips", ["skipped_at"])
    op.create_table(
        "failed_attempts",
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["outbox.id"],
            name="fk_failed_attempts_delivery_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "reason", name="pk_failed_attempts"),
    )
    op.create_table(
        "trials",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_trials"),
    )
    op.create_index("ix_trials_ends_at", "trials", ["ends_at"])
