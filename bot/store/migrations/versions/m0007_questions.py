"""Daily questions: what members suggested, and what was asked when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question_suggestions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=256), nullable=True),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("suggested_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_question_suggestions_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question_suggestions"),
    )
    op.create_index(
        "ix_question_suggestions_relay_id_state", "question_suggestions", ["relay_id", "state"]
    )
    op.create_table(
        "question_days",
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("local_date", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=True),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("tags", sa.String(length=200), nullable=False),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.Column("is_skipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_question_days_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", "local_date", name="pk_question_days"),
    )
