"""All tables: the bridge's own in `schema`, and each cog's beside its queries."""

from __future__ import annotations

from bot.store import asks, buddies, cats, comparisons, engine_budgets, questions
from bot.store.schema import metadata

__all__ = ["asks", "buddies", "cats", "comparisons", "engine_budgets", "metadata", "questions"]
