"""What else cogs must hear after a kill: joins, departures, reactions, deletions.

And of a post of ours: its further messages, and whether its channel has moved away from it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("after_message", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_happenings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_happenings_heard_at", "happenings", ["heard_at"])
    op.create_index("ix_happenings_platform_person_id", "happenings", ["platform", "person_id"])
    op.add_column("posts", sa.Column("more", _JSON, nullable=True))
    op.add_column("posts", sa.Column("moved_at", Instant(), nullable=True))
