"""A community's own words and corrections: kept in memory, so that every translation finds them."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bot.core.model import Term
from bot.store import glossary
from bot.store.database import Database
from bot.store.glossary import Entry, Lesson
from bot.translate.script import simplified

Way = tuple[str, str]  # the languages it is read and written in


class StoredWordbook:
    """`bot.services.Words`. What a community has switched off is not answered."""

    def __init__(
        self,
        database: Database,
        is_on: Callable[[int, str], bool] = lambda community, cog: True,
    ) -> None:
        self._database = database
        self._is_on = is_on
        self._terms: dict[int, dict[Way, tuple[Term, ...]]] = {}
        self._memory: dict[int, dict[Way, dict[str, str]]] = {}
        self._changes = Counter[int]()
        self._loading = asyncio.Lock()  # what was read last must be what is kept

    async def load(self) -> None:
        """Raises `StoreUnavailable`."""
        async with self._loading:
            async with self._database.reading() as connection:
                entries, lessons = await glossary.load(connection)
            for community in {*self._terms, *self._memory, *entries, *lessons}:
                self._keep(community, entries.get(community, ()), lessons.get(community, ()))

    def terms(self, community: int | None, source: str, target: str) -> Sequence[Term]:
        if community is None or not self._is_on(community, "glossary"):
            return ()
        return self._terms.get(community, {}).get((source, target), ())

    def remembered(self, community: int | None, source: str, target: str, text: str) -> str | None:
        if community is None or not self._is_on(community, "corrections"):
            return None
        known = self._memory.get(community, {}).get((source, target))
        return known.get(text_key(text)) if known else None

    def version(self, community: int | None) -> int:
        if community is None:
            return 0
        switches = 2 * self._is_on(community, "glossary") + self._is_on(community, "corrections")
        return 4 * self._changes[community] + switches

    def renew(self, connection: Any, community: int) -> None:
        """Once this transaction has committed, answer by what it wrote."""

        async def reload() -> None:
            async with self._loading:
                async with self._database.reading() as reading:
                    entries, lessons = await glossary.load(reading, community)
                self._keep(community, entries.get(community, ()), lessons.get(community, ()))

        self._database.after_commit(connection, reload)

    def _keep(self, community: int, entries: Sequence[Entry], lessons: Sequence[Lesson]) -> None:
        terms: dict[Way, list[Term]] = {}
        for entry in entries:
            way = (entry.source_language, entry.target_language)
            terms.setdefault(way, []).append(Term(entry.source, entry.target))
        memory: dict[Way, dict[str, str]] = {}
        for lesson in lessons:
            way = (lesson.source_language, lesson.target_language)
            memory.setdefault(way, {})[lesson.key] = lesson.target
        self._terms[community] = {way: tuple(listed) for way, listed in terms.items()}
        self._memory[community] = memory
        self._changes[community] += 1


def text_key(text: str) -> str:
    """The same for one text in both scripts, in any width, case and spacing."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(simplified(folded).encode("utf-8", "replace")).hexdigest()
