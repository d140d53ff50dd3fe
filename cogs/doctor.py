"""/doctor: tells mods in private why nothing crosses, or that nothing keeps it from crossing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cog import NOT_LINKED, Cog, Context, Host, Reply, command
from bot.core.errors import Problem, Refused, Severity
from bot.core.model import ChannelId, Relay
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, said
from cogs._relay_lines import place

HEADINGS = {
    Severity.BROKEN: N_("❌ Broken"),
    Severity.WARNING: N_("⚠️ Warnings"),
    Severity.NOTE: N_("💡 Good to know"),
    Severity.OK: N_("✅ In order"),
}
NO_TROUBLE = N_("Nothing is broken. Of a message that did not cross, “/relay trace” tells why.")
WHOSE = {  # what a finding is about, where it is about no channel
    "data_dir": N_("Disk"),
    "database_url": N_("Database"),
    "translate": N_("Translation"),
    "system": N_("System"),
    "program": "Catbridge",
    "clock": N_("Clock"),
    "sandbox": N_("Sandbox"),
    "discord": "Discord",
    "telegram": "Telegram",
}


class Doctor(Cog):
    name = "doctor"
    describe = N_("Why nothing crosses")
    stores = N_("Nothing.")

    @command(
        "doctor",
        N_("Look for what keeps messages from crossing, and how to mend it"),
        for_mods=True,
        cooldown=10,
    )
    async def look(self, ctx: Context) -> Reply:
        relay = self.host.relays.find(ctx.channel)
        if relay is None:
            raise Refused(NOT_LINKED)
        found = [said(one, ctx.language) for one in await self.host.findings(relay)]
        return Reply(join(_told(ctx, relay, found), "\n"), is_secret=True)


def _told(ctx: Context, relay: Relay, found: Sequence[Problem]) -> list[RichText]:
    lines: list[RichText] = []
    for severity, heading in HEADINGS.items():
        listed = [one for one in found if one.severity is severity]
        if listed:
            lines.append(RichText.styled(ctx.t(heading), Style.BOLD))
            lines += [RichText(f"• {_line(ctx, relay, one)}") for one in listed]
    if all(one.severity is not Severity.BROKEN for one in found):
        lines.append(RichText(ctx.t(NO_TROUBLE)))
    return lines


def _line(ctx: Context, relay: Relay, problem: Problem) -> str:
    sentences = f"{problem.reason} {problem.remedy}".rstrip().replace("。 ", "。")
    colon = ": " if ctx.language == "en" else "："
    return f"{_whose(ctx, relay, problem.key)}{colon}{sentences}"


def _whose(ctx: Context, relay: Relay, key: str) -> str:
    channels: dict[str, ChannelId] = {str(one.channel): one.channel for one in relay.channels}
    if key in channels:
        return place(ctx, channels[key])
    what = key.partition(".")[0] if key not in WHOSE else key
    if what in WHOSE:
        return ctx.t(WHOSE[what])
    return relay.name


async def setup(host: Host) -> None:
    host.add_cog(Doctor(host))
