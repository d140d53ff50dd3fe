"""Questions to the other side, the answers chosen for them, and drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("person_name", sa.String(length=256), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("successor", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_asks_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asks"),
        sa.UniqueConstraint("relay_id", "number", name="uq_asks_relay_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asks_due_at", "asks", ["due_at"])
    op.create_index("ix_asks_platform_person_id", "asks", ["platform", "person_id"])
    op.create_table(
        "ask_choices",
        sa.Column("ask_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("lane", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.String(length=256), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["asks.id"], name="fk_ask_choices_ask_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ask_id", name="pk_ask_choices"),
    )
    op.create_index("ix_ask_choices_platform_person_id", "ask_choices", ["platform", "person_id"])
    op.create_table(
        "ask_drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.String(length=256), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_ask_drafts_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ask_drafts"),
        sa.UniqueConstraint("platform", "person_id", name="uq_ask_drafts_platform_person_id"),
        sqlite_autoincrement=True,
    )
