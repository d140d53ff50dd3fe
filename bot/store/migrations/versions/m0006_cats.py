"""Tables of the cats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "cat_receipts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=64), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("person_name", sa.String(length=256), nullable=False),
        sa.Column("attachment", _JSON, nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("stamp", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("paid_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_cat_receipts_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cat_receipts"),
        sa.UniqueConstraint("relay_id", "number", name="uq_cat_receipts_relay_id_number"),
        sa.UniqueConstraint(
            "platform", "channel", "native_id", name="uq_cat_receipts_platform_channel_native_id"
        ),
    )
    op.create_index("ix_cat_receipts_due_at", "cat_receipts", ["due_at"])
    op.create_index("ix_cat_receipts_platform_person_id", "cat_receipts", ["platform", "person_id"])
    op.create_table(
        "cat_reactions",
        sa.Column("receipt_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("emoji", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["cat_receipts.id"],
            name="fk_cat_reactions_receipt_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "receipt_id", "platform", "person_id", "emoji", name="pk_cat_reactions"
        ),
    )
    op.create_index(
        "ix_cat_reactions_platform_person_id", "cat_reactions", ["platform", "person_id"]
    )
    op.create_table(
        "cat_newcomers",
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_cat_newcomers_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", "platform", "person_id", name="pk_cat_newcomers"),
    )
    op.create_index("ix_cat_newcomers_due_at", "cat_newcomers", ["due_at"])
    op.create_table(
        "cat_weeks",
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("shown", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_cat_weeks_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", "side", "week", name="pk_cat_weeks"),
    )
