"""/relay: which channels are linked, how their queues stand, and a pause for mods."""

from __future__ import annotations

from typing import Annotated

from bot.cog import Cog, Context, Describe, Host, Reply, command
from bot.core.errors import Refused
from bot.core.model import ChannelId, Relay
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.services import LaneStatus

NAME = N_("The relay's name; the one of this channel if you leave it out")
LANGUAGES = {
    "en": N_("English"),
    "zh": N_("Simplified Chinese"),
    "zh-Hant": N_("Traditional Chinese"),
}
PLATFORMS = {"discord": "Discord", "telegram": "Telegram", "sandbox": N_("Sandbox")}

NO_RELAYS = N_("No channels are linked yet.")
NO_SUCH = N_("There is no relay named “{name}”. “/relay list” shows them all.")
PAUSED = N_("paused")
PAUSED_NOW = N_("Relay “{name}” is paused. Messages are not carried over until “/relay resume”.")
PAUSED_ALREADY = N_("Relay “{name}” is paused already.")
RESUMED_NOW = N_("Relay “{name}” runs again. What was written during the pause stays where it is.")
RUNS_ALREADY = N_("Relay “{name}” is not paused.")
HERE = N_("this channel")
ALL_ARRIVED = N_("everything has arrived")
WAITING = N_("{count} waiting, the oldest for {seconds} s")
DEAD = N_("{count} could not be delivered")
REASON = N_("last problem: {reason}")


class Relays(Cog):
    name = "relays"
    group = "relay"
    describe = N_("The links between channels")

    @command("list", N_("All relays and the channels they link"), for_mods=True)
    async def list(self, ctx: Context) -> Reply:
        relays = self.host.relays.all()
        if not relays:
            return Reply(ctx.t(NO_RELAYS))
        return Reply(join([_described(ctx, relay) for relay in relays], "\n\n"))

    @command("status", N_("How a relay is doing: what waits and what failed"), for_mods=True)
    async def status(
        self, ctx: Context, name: Annotated[str, Describe(NAME, maximum=100)] = ""
    ) -> Reply:
        relay = self._find(ctx, name)
        lanes = await self.host.relays.status(relay)
        lines = [_headline(ctx, relay), *(_lane(ctx, lane) for lane in lanes)]
        return Reply(join(lines, "\n"))

    @command("pause", N_("Stop carrying messages over until you resume"), for_mods=True)
    async def pause(
        self, ctx: Context, name: Annotated[str, Describe(NAME, maximum=100)] = ""
    ) -> Reply:
        relay = self._find(ctx, name)
        if relay.is_paused:
            return Reply(ctx.t(PAUSED_ALREADY, name=relay.name))
        await self.host.relays.pause(relay)
        return Reply(ctx.t(PAUSED_NOW, name=relay.name), is_private=False)

    @command("resume", N_("Carry messages over again"), for_mods=True)
    async def resume(
        self, ctx: Context, name: Annotated[str, Describe(NAME, maximum=100)] = ""
    ) -> Reply:
        relay = self._find(ctx, name)
        if not relay.is_paused:
            return Reply(ctx.t(RUNS_ALREADY, name=relay.name))
        await self.host.relays.resume(relay)
        return Reply(ctx.t(RESUMED_NOW, name=relay.name), is_private=False)

    def _find(self, ctx: Context, name: str) -> Relay:
        if not name:
            return ctx.relay()
        for relay in self.host.relays.all():
            if relay.name.casefold() == name.strip().casefold():
                return relay
        raise Refused(NO_SUCH, name=name[:60])


def _headline(ctx: Context, relay: Relay) -> RichText:
    name = RichText.styled(relay.name, Style.BOLD)
    return name + f" ({ctx.t(PAUSED)})" if relay.is_paused else name


def _described(ctx: Context, relay: Relay) -> RichText:
    lines = [_headline(ctx, relay)]
    for member in relay.channels:
        language = ctx.t(LANGUAGES[member.language])
        lines.append(RichText(f"• {_place(ctx, member.channel)} — {language}"))
    return join(lines, "\n")


def _lane(ctx: Context, lane: LaneStatus) -> RichText:
    facts: list[str] = []
    if lane.waiting:
        facts.append(ctx.t(WAITING, count=lane.waiting, seconds=round(lane.oldest_seconds)))
    if lane.dead:
        facts.append(ctx.t(DEAD, count=lane.dead))
    if lane.blocked_reason:
        facts.append(ctx.t(REASON, reason=lane.blocked_reason))
    state = "; ".join(facts) or ctx.t(ALL_ARRIVED)
    return RichText(f"• {_place(ctx, lane.channel)} — {state}")


def _place(ctx: Context, channel: ChannelId) -> str:
    if channel == ctx.channel:
        return ctx.t(HERE)
    return f"{ctx.t(PLATFORMS.get(channel.platform, channel.platform))} {channel.id}"


async def setup(host: Host) -> None:
    host.add_cog(Relays(host))
