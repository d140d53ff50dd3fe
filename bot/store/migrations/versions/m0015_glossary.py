"""A community's own words, corrections and what was learned from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "glossary_terms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("source_language", sa.String(length=16), nullable=False),
        sa.Column("target_language", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=True),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_glossary_terms_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_terms"),
        sa.UniqueConstraint(
            "relay_id",
            "source_language",
            "target_language",
            "key",
            name="uq_glossary_terms_key",
        ),
    )
    op.create_index(
        "ix_glossary_terms_platform_person_id", "glossary_terms", ["platform", "person_id"]
    )
    op.create_table(
        "translation_memory",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("source_language", sa.String(length=16), nullable=False),
        sa.Column("target_language", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("author_platform", sa.String(length=16), nullable=True),
        sa.Column("author_id", sa.String(length=64), nullable=True),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_translation_memory_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_translation_memory"),
        sa.UniqueConstraint(
            "relay_id",
            "source_language",
            "target_language",
            "key",
            name="uq_translation_memory_key",
        ),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["message_id"],
        ["platform", "person_id"],
        ["author_platform", "author_id"],
    ):
        name = f"ix_translation_memory_{'_'.join(columns)}"
        op.create_index(name, "translation_memory", columns)
    op.create_table(
        "corrections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("relay_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("author_platform", sa.String(length=16), nullable=True),
        sa.Column("author_id", sa.String(length=64), nullable=True),
        sa.Column("source_language", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Text(), nullable=True),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("person_name", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("decider_platform", sa.String(length=16), nullable=True),
        sa.Column("decider_id", sa.String(length=64), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relay_id"], ["relays.id"], name="fk_corrections_relay_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["relay_id", "state"],
        ["message_id"],
        ["made_at"],
        ["platform", "person_id"],
        ["author_platform", "author_id"],
        ["decider_platform", "decider_id"],
    ):
        op.create_index(f"ix_corrections_{'_'.join(columns)}", "corrections", columns)
