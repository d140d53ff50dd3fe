"""All tables: the bridge's own in `schema`, and each cog's beside its queries."""

from __future__ import annotations

from bot.store import (
    asks,
    buddies,
    cats,
    comparisons,
    corrections,
    engine_budgets,
    glossary,
    learners,
    questions,
)
from bot.store.schema import metadata

__all__ = [
    "asks",
    "buddies",
    "cats",
    "comparisons",
    "corrections",
    "engine_budgets",
    "glossary",
    "learners",
    "metadata",
    "questions",
]
