"""Who is not to be relayed nor kept; posts that were said are let go, and people are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_people",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("paused_at", Instant(), nullable=False),
        sa.Column("resumed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "person", name="pk_private_people"),
    )
    op.create_table(
        "erasures",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "person", name="pk_erasures"),
    )
    op.create_index("ix_messages_author_id_platform", "messages", ["author_id", "platform"])
    op.execute("UPDATE outbox SET post = NULL WHERE state IN ('sent', 'dropped')")
