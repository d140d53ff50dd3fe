"""Conversations of a few: private threads, topics, private chats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "posts",
        sa.Column("is_inside", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("posts", sa.Column("seated_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_posts_platform_thread", "posts", ["platform", "thread"])
