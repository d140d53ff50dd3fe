"""/relay options: what is chosen for one channel, in plain words, and how it is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.cog import Button, Context, Reply
from bot.core.errors import Refused
from bot.core.model import Relay, RelayChannel
from bot.core.options import AttachmentKind, ChannelOptions
from bot.core.relay import BOTS_A_MINUTE
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.kinds import KINDS

HEADING = N_("The options of this channel in “{name}”")
HOW = N_("Press a button to change one, or write its name and what you want: {example}")
READ_ONLY = N_("They are set in the configuration file; whoever runs Catbridge can change them.")
NO_OPTION = N_("There is no option “{name}”. They are: {names}.")
NO_VALUE = N_("“{value}” does not fit “{name}”. Write one of these: {values}.")
MORE = N_("More …")
EXAMPLE = "/relay options original button"

FULL = N_("People from the other side appear with their name and their picture.")
PLAIN = N_("People from the other side appear with their name, without a picture.")
HIDDEN = N_("Only the translation is shown.")
SPOILER = N_("The original stands below the translation, under a spoiler.")
BUTTON = N_("A button under the translation shows the original to whoever presses it.")
ORIGINALS = {"hidden": HIDDEN, "spoiler": SPOILER, "button": BUTTON}
ALL_KINDS = N_("Files of all kinds come over.")
NO_KINDS = N_("No files come over; a line names what was left out.")
SOME_KINDS = N_("These come over: {kinds}. A line names what was left out.")
LINES = N_("A line tells who has joined or left on the other side.")
NO_LINES = N_("Nothing is said about who joins or leaves on the other side.")
BOTS = N_("What other bots write here crosses too, at most {most} messages a minute.")
NO_BOTS = N_("What other bots write here stays here.")
QUIET = N_("From {start} to {end} ({zone}) messages arrive without a sound.")
NEVER_QUIET = N_("There are no quiet hours.")
BOTH = N_("Messages cross in both directions.")
READ = N_("This channel only receives: what is written here stays here.")
WRITE = N_("This channel only sends: what the other side writes is not shown here.")
REACTIONS = N_("Reactions cross, from here and to here.")
NO_REACTIONS = N_("Reactions do not cross, neither from here nor to here.")

_TIME = r"(\d{1,2})(?:[:：](\d{2}))?"
_RANGE = re.compile(rf"{_TIME}\s*(?:-|–|—|~|～|至|到|\s)\s*{_TIME}")
_ON, _OFF = {"on", "yes", "true", "1", "开", "開"}, {"off", "no", "false", "0", "关", "關"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One option: its label, the values offered with theirs, and how a value is read.

    `read` answers None for what is no such value.
    """

    label: str
    offers: Mapping[str, str]
    read: Callable[[str], Mapping[str, Any] | None]
    values: tuple[str, ...] = ()  # that may be written, where it is more than what is offered


def _one_of(field: str, *values: str) -> Callable[[str], Mapping[str, Any] | None]:
    return lambda typed: {field: typed} if typed in values else None


def _switch(field: str) -> Callable[[str], Mapping[str, Any] | None]:
    return lambda typed: {field: typed in _ON} if typed in _ON | _OFF else None


def _kinds(typed: str) -> Mapping[str, Any] | None:
    if typed == "all":
        return {"attachments": None}
    if typed == "none":
        return {"attachments": frozenset[AttachmentKind]()}
    words = re.split(r"[\s,，、]+", typed)
    known = {kind.value for kind in AttachmentKind}
    if not set(words) <= known:
        return None
    return {"attachments": frozenset(map(AttachmentKind, words))}


def _hours(typed: str) -> Mapping[str, Any] | None:
    if typed in _OFF:
        return {"quiet_from": None, "quiet_to": None}
    found = _RANGE.fullmatch(typed)
    if found is None:
        return None
    hours, minutes = (int(found[1]), int(found[3])), (int(found[2] or 0), int(found[4] or 0))
    if max(hours) > 23 or max(minutes) > 59 or (hours[0], minutes[0]) == (hours[1], minutes[1]):
        return None
    start, end = (f"{h:02}:{m:02}" for h, m in zip(hours, minutes, strict=True))
    return {"quiet_from": start, "quiet_to": end}


ON_OFF = {"on": N_("On"), "off": N_("Off")}
SETTINGS: Mapping[str, Setting] = {
    "names": Setting(
        N_("Names"),
        {"full": N_("Name and picture"), "plain": N_("Name only")},
        _one_of("names", "full", "plain"),
    ),
    "original": Setting(
        N_("Original"),
        {"hidden": N_("Hidden"), "spoiler": N_("Under a spoiler"), "button": N_("Behind a button")},
        _one_of("original", "hidden", "spoiler", "button"),
    ),
    "attachments": Setting(
        N_("Files"),
        {"all": N_("All"), "image animation sticker": N_("Only pictures"), "none": N_("None")},
        _kinds,
        ("all", "none", *AttachmentKind),
    ),
    "quiet": Setting(
        N_("Quiet hours"),
        {"22:00-08:00": "22:00-08:00", "23:00-07:00": "23:00-07:00", "off": N_("Off")},
        _hours,
        ("22:00-08:00", "off"),
    ),
    "mode": Setting(
        N_("Direction"),
        {"both": N_("Both ways"), "read": N_("Only receive"), "write": N_("Only send")},
        _one_of("mode", "both", "read", "write"),
    ),
    "join_lines": Setting(N_("Joins and departures"), ON_OFF, _switch("join_lines")),
    "bots": Setting(N_("Other bots"), ON_OFF, _switch("bots")),
    "reactions": Setting(N_("Reactions"), ON_OFF, _switch("reactions")),
}
FIRST = 4  # settings that have a button at once; the others are behind one more


def listed(ctx: Context, relay: Relay, member: RelayChannel, *, more: bool = False) -> Reply:
    """All of them in plain words; buttons where commands may change them."""
    lines = [RichText.styled(ctx.t(HEADING, name=relay.name), Style.BOLD)]
    colon = ": " if ctx.language == "en" else "："
    for name, words in described(ctx, relay, member).items():
        lines.append(RichText("• ") + RichText.styled(name, Style.CODE) + colon + words)
    if relay.from_file:
        return Reply(join([*lines, RichText(ctx.t(READ_ONLY))], "\n"))
    lines.append(RichText(ctx.t(HOW, example=EXAMPLE)))
    names = list(SETTINGS)
    shown = names[FIRST:] if more else names[:FIRST]
    buttons = [Button(ctx.t(SETTINGS[name].label), "option", name) for name in shown]
    if not more:
        buttons.append(Button(ctx.t(MORE), "option", "more"))
    return Reply(join(lines, "\n"), buttons=tuple(buttons))


def offered(ctx: Context, relay: Relay, member: RelayChannel, name: str) -> Reply:
    """One of them, with its values to choose from."""
    setting = SETTINGS[name]
    line = RichText.styled(ctx.t(setting.label), Style.BOLD) + "\n"
    buttons = [
        Button(ctx.t(label), "option", f"{name}/{value}") for value, label in setting.offers.items()
    ]
    return Reply(line + described(ctx, relay, member)[name], buttons=tuple(buttons))


def named(typed: str) -> str:
    """The setting of this name. Raises `Refused`."""
    name = typed.strip().casefold().replace("-", "_")
    if name not in SETTINGS:
        raise Refused(NO_OPTION, name=typed[:40], names=tuple(SETTINGS))
    return name


def changed(options: ChannelOptions, name: str, typed: str) -> ChannelOptions:
    """Raises `Refused` for what is no value of it."""
    setting = SETTINGS[name]
    fields = setting.read(typed.strip().casefold())
    if fields is None:
        values = setting.values or tuple(setting.offers)
        raise Refused(NO_VALUE, value=typed[:40], name=name, values=values)
    return replace(options, **fields)


def described(ctx: Context, relay: Relay, member: RelayChannel) -> Mapping[str, str]:
    """What each setting means here, in a sentence."""
    chosen = member.options
    names = {"plain": PLAIN, "full": FULL}[chosen.names]
    original = ORIGINALS[chosen.original]
    mode = {"both": BOTH, "read": READ, "write": WRITE}[chosen.mode]
    return {
        "names": ctx.t(names),
        "original": ctx.t(original),
        "attachments": _files(ctx, chosen),
        "quiet": _quiet(ctx, relay, member),
        "mode": ctx.t(mode),
        "join_lines": ctx.t(LINES if chosen.join_lines else NO_LINES),
        "bots": ctx.t(BOTS, most=BOTS_A_MINUTE) if chosen.bots else ctx.t(NO_BOTS),
        "reactions": ctx.t(REACTIONS if chosen.reactions else NO_REACTIONS),
    }


def _files(ctx: Context, chosen: ChannelOptions) -> str:
    if chosen.attachments is None:
        return ctx.t(ALL_KINDS)
    if not chosen.attachments:
        return ctx.t(NO_KINDS)
    names: Sequence[str] = [ctx.t(KINDS[kind]) for kind in KINDS if kind in chosen.attachments]
    return ctx.t(SOME_KINDS, kinds=tuple(names))


def _quiet(ctx: Context, relay: Relay, member: RelayChannel) -> str:
    start, end = member.options.quiet_from, member.options.quiet_to
    if start is None or end is None:
        return ctx.t(NEVER_QUIET)
    zone = ctx.host.preferences.zone(relay, member.language)
    return ctx.t(QUIET, start=start, end=end, zone=zone)
