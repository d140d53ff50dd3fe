"""One small line under other cogs' answers, where /explain is there to be asked."""

from __future__ import annotations

from bot.cog import Context
from bot.community.explain_cards import HINT
from bot.core.richtext import RichText, Style


def hint(ctx: Context) -> list[RichText]:
    if not any(one.path == ("explain",) for one in ctx.host.commands()):
        return []
    return [RichText.styled(ctx.t(HINT), Style.SMALL)]
