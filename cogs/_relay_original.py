"""The button under a copy that shows what was written, to whoever presses it and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cog import Context, Host, Reply
from bot.core.model import MessageId
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.store import messages, private
from bot.store.messages import Stored

GONE = N_("The original is not kept any more: words go after {days} days, or with their author.")


async def shown(host: Host, ctx: Context) -> Reply:
    found = await _behind(host, ctx.reply_to)
    if not found:
        return Reply(ctx.t(GONE, days=host.text_days), is_secret=True)
    if len(found) == 1:
        return Reply(found[0].text, is_secret=True)
    several = [RichText.styled(one.author.name, Style.BOLD) + "\n" + one.text for one in found]
    return Reply(join(several, "\n\n"), is_secret=True)


async def _behind(host: Host, copy: MessageId | None) -> Sequence[Stored]:
    """The messages of which there still are words to be shown, in the order they were said."""
    if copy is None:
        return []
    async with host.store.reading() as connection:
        stored = await messages.get(connection, await messages.originals_behind(connection, copy))
        authors = {one.author.person for one in stored.values()}
        silent = (await private.pauses(connection, authors)).now
    return [
        one
        for _, one in sorted(stored.items())
        if one.text and not one.is_deleted and one.author.person not in silent
    ]
