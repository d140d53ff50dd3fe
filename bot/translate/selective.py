"""Keeps what a community writes on this machine, unless the operator named it."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.model import Explanation, Translation
from bot.core.ports import Explains, Translator
from bot.core.richtext import RichText


class Selective:
    """Implements `core.ports.Translator` and `Explains` on two of them.

    `may_leave` says of a community, or of None where it is not known, whether `everywhere` is
    asked; all others get `here`.
    """

    def __init__(
        self, everywhere: Translator, here: Translator, may_leave: Callable[[int | None], bool]
    ) -> None:
        self._everywhere = everywhere
        self._here = here
        self._may_leave = may_leave

    async def translate(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Translation:
        chosen = self._chosen(community)
        return await chosen.translate(text, target=target, prior=prior, community=community)

    async def explain(
        self, text: RichText, *, target: str, prior: str, community: int | None = None
    ) -> Explanation:
        chosen = self._chosen(community)
        if isinstance(chosen, Explains):
            return await chosen.explain(text, target=target, prior=prior, community=community)
        return Explanation(
            await chosen.translate(text, target=target, prior=prior, community=community)
        )

    def _chosen(self, community: int | None) -> Translator:
        return self._everywhere if self._may_leave(community) else self._here
