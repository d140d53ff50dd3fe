"""/etiquette: one small culture tip a day, kind to both sides. Nothing is kept."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.cog import Cog, Context, Host, Reply, command
from bot.community.tips import all_tips, tip_for
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from cogs._explain_hint import hint

TITLE = N_("💡 Tip of the day")
RULE = "———"


class Etiquette(Cog):
    name = "etiquette"
    describe = N_("Culture tips")
    is_optional = True
    title = N_("culture tips")
    stores = N_("Nothing: your tip of the day is worked out from the date.")

    @command("etiquette", N_("One small tip a day on how the other side does things"))
    async def tip(self, ctx: Context) -> Reply:
        relay = self.host.relays.of(ctx.channel)
        zone = self.host.preferences.zone(relay, ctx.language) if relay else "UTC"
        day = self.host.clock.now().astimezone(ZoneInfo(zone)).date()
        person = ctx.person.person
        tip = tip_for(f"{person.platform}:{person.id}", day, all_tips())
        other = "zh" if ctx.language == "en" else "en"
        texts = (tip.say(ctx.language), RULE, tip.say(other))
        title = RichText.styled(ctx.t(TITLE), Style.BOLD)
        return Reply(join([title, *map(RichText, texts), *hint(ctx)], "\n"))


async def setup(host: Host) -> None:
    host.add_cog(Etiquette(host))
