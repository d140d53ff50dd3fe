"""What cogs say and keep: posts, strands of talk, and what a community has chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_preferences_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", "name", name="pk_preferences"),
    )
    op.create_table(
        "strands",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_strands"),
        sa.UniqueConstraint("key", name="uq_strands_key"),
    )
    op.create_table(
        "posts",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=64), nullable=True),
        sa.Column("thread", sa.String(length=100), nullable=True),
        sa.Column("strand_id", _ID, nullable=True),
        sa.Column("ordered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["strand_id"], ["strands.id"], name="fk_posts_strand_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", "platform", "channel", name="pk_posts"),
    )
    op.create_index(
        "ix_posts_platform_channel_native_id", "posts", ["platform", "channel", "native_id"]
    )
    op.create_index("ix_posts_strand_id", "posts", ["strand_id"])
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("strand_id", _ID, nullable=True))
        batch.create_foreign_key(
            "fk_messages_strand_id", "strands", ["strand_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index("ix_messages_strand_id", ["strand_id"])
