"""A relay and its queues in lines that people read."""

from __future__ import annotations

from bot.cog import Context, Host
from bot.core.errors import Refused
from bot.core.model import ChannelId, Relay, RelayChannel
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, aside, listed
from bot.services import LaneStatus

LANGUAGES = {
    "en": N_("English"),
    "zh": N_("Simplified Chinese"),
    "zh-Hant": N_("Traditional Chinese"),
}
PLATFORMS = {"discord": "Discord", "telegram": "Telegram", "sandbox": N_("Sandbox")}

PAUSED = N_("paused")
FROM_FILE = N_("in the configuration file")
WAITS = N_("waits for a second channel")
HERE = N_("this channel")
ALL_ARRIVED = N_("everything has arrived")
WAITING = N_("{count} waiting, the oldest for {seconds} s")
CLOSED = N_("closed to the bot for {minutes} min; it looks again by itself")
DEAD = N_("{count} could not be delivered")
NOT_LOST = N_(
    "No channel of this relay that is closed to the bot has that id. “/relay status” shows them; "
    "an open one is taken out by “/relay leave” there."
)
REASON = N_("last problem: {reason}")


def headline(ctx: Context, relay: Relay) -> RichText:
    facts = {
        PAUSED: relay.is_paused,
        FROM_FILE: relay.from_file,
        WAITS: len(relay.channels) < 2,
    }
    told = listed([ctx.t(fact) for fact, holds in facts.items() if holds], ctx.language)
    name = RichText.styled(relay.name, Style.BOLD)
    return name + aside(told, ctx.language) if told else name


def described(ctx: Context, relay: Relay) -> RichText:
    lines, is_known = [headline(ctx, relay)], knows(ctx, relay)
    lines += [
        RichText(f"• {member_line(ctx, member, with_id=is_known)}") for member in relay.channels
    ]
    return join(lines, "\n")


def knows(ctx: Context, relay: Relay) -> bool:
    """Which channels other communities have linked is told to them alone."""
    home = ctx.host.relays.home(ctx.channel) or ctx.channel
    return relay.from_file or home in {member.channel for member in relay.channels}


def member_line(ctx: Context, member: RelayChannel, *, with_id: bool = True) -> str:
    """Where it is, its language, and what was chosen for it."""
    where = place(ctx, member.channel) if with_id else platform(ctx, member.channel)
    line = f"{where} — {ctx.t(LANGUAGES[member.language])}"
    chosen = [f"{name}: {_value(value)}" for name, value in member.options.to_json().items()]
    return f"{line} [{'; '.join(chosen)}]" if chosen else line


def lane_line(ctx: Context, lane: LaneStatus, *, with_id: bool = True) -> RichText:
    facts: list[str] = []
    if lane.closed_seconds is not None:
        facts.append(ctx.t(CLOSED, minutes=int(lane.closed_seconds // 60)))
    if lane.waiting:
        facts.append(ctx.t(WAITING, count=lane.waiting, seconds=round(lane.oldest_seconds)))
    if lane.dead:
        facts.append(ctx.t(DEAD, count=lane.dead))
    if lane.blocked_reason:
        facts.append(ctx.t(REASON, reason=ctx.t(lane.blocked_reason)))
    state = ("; " if ctx.language == "en" else "；").join(facts) or ctx.t(ALL_ARRIVED)
    where = place(ctx, lane.channel) if with_id else platform(ctx, lane.channel)
    return RichText(f"• {where} — {state}")


async def lost_channel(host: Host, relay: Relay, typed: str) -> RelayChannel:
    """The channel of this relay that is closed to us and has this id. Raises `Refused`."""
    closed = {
        one.channel for one in await host.relays.status(relay) if one.closed_seconds is not None
    }
    wanted = typed.split()[-1] if typed.split() else ""
    for one in relay.channels:
        if one.channel in closed and wanted in (one.channel.id, str(one.channel)):
            return one
    raise Refused(NOT_LOST)


def place(ctx: Context, channel: ChannelId) -> str:
    if channel == ctx.channel:
        return ctx.t(HERE)
    return f"{platform(ctx, channel)} {channel.id}"


def platform(ctx: Context, channel: ChannelId) -> str:
    return ctx.t(PLATFORMS.get(channel.platform, channel.platform))


def _value(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value) or "-"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)
