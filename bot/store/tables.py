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
    happenings,
    lanes,
    learners,
    pairing,
    private,
    questions,
    reactions,
    sandbox_rooms,
    traces,
    trials,
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
    "happenings",
    "lanes",
    "learners",
    "metadata",
    "pairing",
    "private",
    "questions",
    "reactions",
    "sandbox_rooms",
    "traces",
    "trials",
]
