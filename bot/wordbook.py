"""A community's own words and corrections: kept in memory, so that every translation finds them."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import structlog

from bot.core.model import Term
from bot.i18n import N_
from bot.store import glossary
from bot.store.database import Database, StoreUnavailable
from bot.store.glossary import Entry, Lesson
from bot.translate.script import simplified

RETRY_LOAD = 1.0  # seconds

log = structlog.get_logger(__name__)

Way = tuple[str, str]  # the languages it is read and written in


class StoredWordbook:
    """`bot.services.Words`. What a community has switched off is not answered."""

    def __init__(
        self,
        database: Database,
        is_on: Callable[[int, str], bool] = lambda community, cog: True,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_change` is called once a change counts: something may have to be said anew."""
        self._on_change = on_change
        self._database = database
        self._is_on = is_on
        self._terms: dict[int, dict[Way, tuple[Term, ...]]] = {}
        self._memory: dict[int, dict[Way, dict[str, str]]] = {}
        self._changes = Counter[int]()
        self._loading = asyncio.Lock()  # what was read last must be what is kept

    async def load(self) -> None:
        """Raises `StoreUnavailable`."""
        async with self._loading:
            entries, lessons = await self._read()
            for community in {*self._terms, *self._memory, *entries, *lessons}:
                self._keep(community, entries.get(community, ()), lessons.get(community, ()))

    def keep(self, communities: Collection[int]) -> None:
        """Drop the words of relays that are gone: their numbers are given out again."""
        for known in (self._terms, self._memory):
            for community in known.keys() - set(communities):
                del known[community]
                self._changes[community] += 1

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

        self._database.after_commit(connection, partial(self._reload, community))

    async def _reload(self, community: int) -> None:
        """What caused it is committed: it must not fail for that."""
        async with self._loading:
            while True:
                try:
                    entries, lessons = await self._read(community)
                    break
                except StoreUnavailable as error:
                    log.error(
                        N_("The database can't be read: a community's words wait"),
                        reason=error.reason,
                    )
                    await asyncio.sleep(RETRY_LOAD)
            self._keep(community, entries.get(community, ()), lessons.get(community, ()))
        self._on_change()

    async def _read(self, community: int | None = None) -> glossary.All:
        async with self._database.reading() as connection:
            return await glossary.load(connection, community)

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
