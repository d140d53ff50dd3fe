"""Reactions that people hold, and what of them our account shows at each copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant, Json, RowId

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reactions",
        sa.Column("message_id", RowId, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("emoji", sa.String(length=64), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_reactions_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "message_id",
            "platform",
            "channel",
            "native_id",
            "person",
            "emoji",
            name="pk_reactions",
        ),
    )
    op.create_index(
        "ix_reactions_platform_channel_native_id",
        "reactions",
        ["platform", "channel", "native_id"],
    )
    op.create_index("ix_reactions_platform_person", "reactions", ["platform", "person"])
    op.create_table(
        "mirrors",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", RowId, nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("is_doubted", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_mirrors_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "channel", "native_id", name="pk_mirrors"),
    )
    op.create_index("ix_mirrors_due_at", "mirrors", ["due_at"])
    op.create_index("ix_mirrors_message_id", "mirrors", ["message_id"])
