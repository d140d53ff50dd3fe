"""/help: what the bridge does here, and every command, in the reader's language."""

from __future__ import annotations

from bot.cog import Cog, Context, Host, Reply, command
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, aside

ABOUT = N_(
    "I carry messages between this channel and its partner, and translate them on the way. "
    "Write as you always do, in your own language."
)
FOR_MODS = N_("for moderators")


class Help(Cog):
    name = "help"

    @command("help", N_("What this bridge does, and all its commands"))
    async def help(self, ctx: Context) -> Reply:
        lines = [RichText(ctx.t(ABOUT)), RichText()]
        for one in self.host.commands():
            if one.platforms is not None and ctx.channel.platform not in one.platforms:
                continue
            if one.is_for_mods and not ctx.is_mod:
                continue
            mark = aside(ctx.t(FOR_MODS), ctx.language) if one.is_for_mods else ""
            name = RichText.styled(f"/{one.name}", Style.BOLD)
            lines.append(name + f" — {ctx.t(one.describe)}{mark}")
        return Reply(join(lines, "\n"))


async def setup(host: Host) -> None:
    host.add_cog(Help(host))
