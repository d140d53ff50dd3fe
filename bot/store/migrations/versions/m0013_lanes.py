"""What keeps a lane closed, and who has been told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_lanes",
        sa.Column("lane", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("lane", name="pk_closed_lanes"),
    )
