"""Linking a channel by a one-time code: made in one place, typed in another, checked on both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.cog import Context, Host, Reply
from bot.core.errors import DeliveryError, Problem, Refused
from bot.core.language import base
from bot.core.model import Button, ChannelId, Cursor, Relay, RelayChannel
from bot.core.pairing import (
    CODE_LENGTH,
    clean_code,
    likely_language,
    new_code,
    read_language,
    shown_code,
)
from bot.core.ports import Serves
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.store import pairing
from cogs._relay_hello import say_hello
from cogs._relay_lines import LANGUAGES, member_line, place

VALID = timedelta(minutes=10)
WINDOW = timedelta(minutes=10)  # in which wrong codes are counted
MOST_BY_PERSON, MOST_IN_CHANNEL = 5, 10

CODE = N_("The code for “{name}”, valid for {minutes} minutes:")
HOW_TO_JOIN = N_(
    "Let a moderator of the other channel write this there:\n/relay join {code}\n"
    "It works once. A newer code of yours makes it void."
)
WRONG_CODE = N_("No such code. “/relay link” in the first channel makes a new one.")
TOO_MANY_TRIES = N_("Too many wrong codes. Wait {minutes} minutes, then try with a new one.")
USED = N_("This code has been used already. “/relay link” makes a new one.")
EXPIRED = N_("This code has expired. “/relay link” makes a new one.")
IS_HERE = N_("This channel is in the relay “{name}” already.")
IS_LINKED = N_(
    "This channel is in the relay “{name}” already, and can be in one only. "
    "“/relay leave” takes it out."
)
FIXED = N_(
    "This channel is in the relay “{name}” of the configuration file. Take it out there first."
)
MEND = N_("Before you link it, mend this:")
MISSING = N_("Not linked yet. Mend this, then send the same command again:")
UNREADABLE = N_("This channel can't be read now. Try again in a minute.")
WHICH = N_("Which language is written in this channel? It will be linked with:")
JOINED = N_("Done: this channel is in “{name}” now. Try it: write something.")
UNSERVED = N_("No model translates {source} to {target}; messages will cross untranslated.")
INSTALL = N_("Install one: python -m bot models install {source}-{target}")
NO_LANGUAGE = N_("I don't know a language “{name}”. These can be linked: en, zh, zh-Hant.")


async def make_code(host: Host, ctx: Context, relay: Relay) -> Reply:
    code, now = new_code(), host.clock.now()
    async with host.store.transaction() as connection:
        await pairing.make(
            connection,
            code,
            relay=relay.id,
            maker=ctx.person.person,
            channel=ctx.channel,
            now=now,
            expires_at=now + VALID,
        )
    minutes = int(VALID.total_seconds() // 60)
    lines = [
        RichText(ctx.t(CODE, name=relay.name, minutes=minutes)),
        RichText.styled(shown_code(code), Style.CODE),
        RichText(ctx.t(HOW_TO_JOIN, code=shown_code(code))),
    ]
    return Reply(join(lines, "\n"), is_secret=True)


def told_apart(typed: str, language: str) -> tuple[str, str | None]:
    """The code and the language of what was typed, in however many words. Raises `Refused`."""
    words = f"{typed} {language}".split()
    for end in range(len(words), 0, -1):
        code, rest = clean_code(" ".join(words[:end])), " ".join(words[end:])
        if len(code) == CODE_LENGTH and (not rest or read_language(rest)):
            return code, read_language(rest) if rest else None
    if len(clean_code(typed)) == CODE_LENGTH:
        raise Refused(NO_LANGUAGE, name=language[:40])
    return clean_code(" ".join(words)), None


def named_apart(name: str, language: str) -> tuple[str, str | None]:
    """The name and the language; typed without quotation marks, a name may have several words.

    Raises `Refused`.
    """
    spoken = read_language(language)
    if spoken or not language:
        return name, spoken
    *more, last = language.split()
    spoken = read_language(last)
    if spoken is None:
        raise Refused(NO_LANGUAGE, name=language[:40])
    return " ".join([name, *more]), spoken


async def join_by_code(host: Host, ctx: Context, code: str, language: str | None) -> Reply:
    """Link this channel, or ask for what is missing. Raises `Refused`."""
    found = await _looked_up(host, ctx, code)
    relay = _relay_of(host, found)
    _require_unlinked(host, ctx, relay)
    other = _other_end(relay, found)
    problems = [(one, await host.problems(one)) for one in (ctx.channel, other)]
    if any(listed for _, listed in problems):
        return Reply(missing(ctx, MISSING, problems))
    if language is None:
        return await _asked_for_language(host, ctx, relay, code)
    joined = await _completed(host, ctx, found, relay, language)
    lines = [RichText(ctx.t(JOINED, name=joined.name))]
    lines += [RichText(f"• {member_line(ctx, member)}") for member in joined.channels]
    return Reply(join([*lines, *unserved(host, ctx, joined)], "\n"))


def missing(
    ctx: Context, told: str, problems: Sequence[tuple[ChannelId, Sequence[Problem]]]
) -> RichText:
    lines = [RichText(ctx.t(told))]
    lines += [
        RichText(f"• {place(ctx, channel)}: {sentence(ctx, problem)}")
        for channel, listed in problems
        for problem in listed
    ]
    return join(lines, "\n")


def sentence(ctx: Context, problem: Problem) -> str:
    reason = ctx.t(problem.reason, **problem.values)
    between = "" if reason.endswith("。") else " "
    return f"{reason}{between}{ctx.t(problem.remedy, **problem.values)}".rstrip()


def unserved(host: Host, ctx: Context, relay: Relay) -> list[RichText]:
    """A warning for each pair of its languages that nothing here translates."""
    translator = host.translator
    if not isinstance(translator, Serves):
        return []
    spoken = sorted({base(member.language) for member in relay.channels})
    pairs = [(source, target) for source in spoken for target in spoken if source != target]
    return [
        RichText(
            f"⚠️ {ctx.t(UNSERVED, source=source, target=target)} "
            f"{ctx.t(INSTALL, source=source, target=target)}"
        )
        for source, target in pairs
        if not translator.serves(source, target)
    ]


async def guessed_language(host: Host, ctx: Context) -> str:
    """Of what was last written here; where that tells nothing, the asker's own."""
    return likely_language(await host.recent(ctx.channel)) or ctx.language


def language_buttons(ctx: Context, first: str, action: str, prefix: str = "") -> tuple[Button, ...]:
    """One for each language, the likely one first."""
    ordered = sorted(LANGUAGES, key=lambda language: language != first)
    return tuple(
        Button(
            ctx.t(LANGUAGES[language]),
            action,
            f"{prefix}{language}",
            "primary" if language == first else "plain",
        )
        for language in ordered
    )


async def start_of(host: Host, channel: ChannelId) -> Cursor | None:
    """Where hearing begins. Raises `Refused`."""
    try:
        return await host.newest(channel)
    except DeliveryError as error:
        raise Refused(UNREADABLE) from error


async def _looked_up(host: Host, ctx: Context, code: str) -> pairing.Code:
    """The code that was typed, still to be spent. Raises `Refused`; a wrong one is counted."""
    now = host.clock.now()
    async with host.store.transaction() as connection:
        by_person, in_channel = await pairing.guessed(
            connection, ctx.person.person, ctx.channel, now - WINDOW
        )
        is_barred = by_person >= MOST_BY_PERSON or in_channel >= MOST_IN_CHANNEL
        found = None if is_barred else await pairing.find(connection, code)
        if found is None and not is_barred:
            await pairing.note_guess(connection, ctx.person.person, ctx.channel, now)
    if is_barred:
        raise Refused(TOO_MANY_TRIES, minutes=int(WINDOW.total_seconds() // 60))
    if found is None:
        raise Refused(WRONG_CODE)
    if found.is_used:
        raise Refused(USED)
    if found.expires_at <= now:
        raise Refused(EXPIRED)
    return found


def _relay_of(host: Host, code: pairing.Code) -> Relay:
    known = (*host.relays.all(), *host.relays.waiting())
    relay = next((one for one in known if one.id == code.relay), None)
    if relay is None:
        raise Refused(WRONG_CODE)
    return relay


def _require_unlinked(host: Host, ctx: Context, relay: Relay) -> None:
    holder = host.relays.find(ctx.channel)
    if holder is None:
        return
    if holder.id == relay.id:
        raise Refused(IS_HERE, name=holder.name)
    raise Refused(FIXED if holder.from_file else IS_LINKED, name=holder.name)


def _other_end(relay: Relay, code: pairing.Code) -> ChannelId:
    """Where the code was made, or what is there in its place."""
    channels = [member.channel for member in relay.channels]
    return code.channel if code.channel in channels else channels[0]


async def _asked_for_language(host: Host, ctx: Context, relay: Relay, code: str) -> Reply:
    lines = [RichText(ctx.t(WHICH))]
    lines += [RichText(f"• {member_line(ctx, member)}") for member in relay.channels]
    likely = await guessed_language(host, ctx)
    return Reply(join(lines, "\n"), buttons=language_buttons(ctx, likely, "join", f"{code}/"))


async def _completed(
    host: Host, ctx: Context, code: pairing.Code, relay: Relay, language: str
) -> Relay:
    """All of it in one transaction: of two who are as quick, one is told that the code is used."""
    beginners = [ctx.channel]
    if relay in host.relays.waiting():
        beginners += [member.channel for member in relay.channels]
    starts = [await start_of(host, channel) for channel in beginners]
    async with host.relays.changing() as connection:
        await _spend(host, connection, code)
        member = RelayChannel(ctx.channel, language)
        joined = await host.relays.join(connection, relay.id, member, starts)
        key = f"relays.hello:{code.id}:{host.clock.now():%Y%m%d%H%M%S}"  # ids are given out again
        await say_hello(host, connection, joined, key)
    return joined


async def _spend(host: Host, connection: Any, code: pairing.Code) -> None:
    now = host.clock.now()
    if not await pairing.spend(connection, code.id, now):
        raise Refused(EXPIRED if code.expires_at <= now else USED)
