"""A test of the bridge: posts through the real lanes, and how each of them fared."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from bot.cog import Context, Host
from bot.core.language import base
from bot.core.model import ChannelId, Relay, RelayChannel, Translation
from bot.core.richtext import RichText, join
from bot.i18n import N_, Language, translate
from bot.services import Post
from bot.store import traces, trials
from bot.store.outbox import State
from bot.store.traces import Traced
from cogs._trace_reader import Reader
from cogs._trace_words import REFUSED, failures, waiting

KEY = "trace.test:"
LASTS = timedelta(minutes=10)
PATIENCE = 20.0  # seconds
LOOK = 0.1  # seconds between two looks whether all are there

MESSAGE = N_(
    "🔧 Test {mark}: a moderator is checking that the bridge reaches this channel. No need to "
    "answer; it is taken back in {minutes} minutes."
)
SAMPLE = {
    "en": "Good morning! The cat slept on the keyboard again.",
    "zh": "早上好！猫又在键盘上睡着了。",
}

HEADLINE = N_("Test {mark} of “{name}”")
COMMITTED = N_("accepted, and safe in the database after {ms} ms")
TRANSLATED = N_("a sample was translated into {target} by {engine} in {ms} ms: {text}")
UNTRANSLATED = N_("a sample could not be translated into {target}: {why}.")
WHYS = {
    "same-language": N_("it counts as written in that language already"),
    "nothing-to-translate": N_("there is nothing to translate in it"),
    "no-model": N_("no model translates into it from {source}"),
    "failed": N_("no engine gave a good translation"),
}
ARRIVED = N_("{place}: sent after {sent} s, confirmed after {confirmed} s")
MISSING = N_("{place}: not there after {seconds} s.")
ALL_THERE = N_("Everything came through.")
SOME_MISSING = N_("Not reached so far: {count} of {all}. What waits goes on trying.")
PAUSED = N_("The relay is paused: what people write is not carried over until “/relay resume”.")
TAKEN_BACK = N_("The test messages are taken back in {minutes} minutes.")


@dataclass(slots=True)
class Trial:
    """One test on its way. `rows` are its deliveries, `arrived` when each was confirmed."""

    key: str
    mark: str
    relay: Relay
    began_at: datetime
    committed_at: datetime
    rows: dict[ChannelId, int]
    arrived: dict[ChannelId, datetime] = field(default_factory=dict[ChannelId, datetime])
    all_there: asyncio.Event = field(default_factory=asyncio.Event)

    def confirm(self, channel: ChannelId, at: datetime) -> None:
        self.arrived.setdefault(channel, at)
        if set(self.rows) <= set(self.arrived):
            self.all_there.set()


@dataclass(frozen=True, slots=True)
class Sample:
    """What the translator made of a sentence, and how long that took."""

    text: str
    made: Translation
    milliseconds: int


def new_trial(host: Host, relay: Relay) -> Trial:
    now = host.clock.now()
    mark = secrets.token_hex(3).upper()
    return Trial(f"{KEY}{relay.id}:{now:%Y%m%d%H%M%S}:{mark}", mark, relay, now, now, {})


async def order(host: Host, trial: Trial, here: ChannelId) -> None:
    """All of it in one transaction, with the row by which it is taken back also after a kill."""
    async with host.store.transaction() as connection:
        await trials.begin(connection, trial.key, trial.began_at + LASTS)
        for member in trial.relay.channels:
            if member.channel != here:
                post = Post(_message(trial, member))
                await host.posts.say(connection, member.channel, post, key=trial.key)
                trial.rows[member.channel] = await traces.last_in(connection, member.channel)
    trial.committed_at = host.clock.now()


async def take_back(host: Host) -> None:
    """What is over goes, and is forgotten in the same transaction."""
    async with host.store.transaction() as connection:
        for key in await trials.over(connection, host.clock.now()):
            for channel in await trials.end(connection, key):
                await host.posts.remove(connection, channel, key=key)


async def wait(host: Host, trial: Trial) -> None:
    for _ in range(round(PATIENCE / LOOK)):
        if trial.all_there.is_set():
            return
        await host.clock.sleep(LOOK)


async def sampled(host: Host, trial: Trial, here: RelayChannel) -> Sample | None:
    """A sentence of this channel's language in that of another; None where all speak one."""
    own = base(here.language)
    target = next((m.language for m in trial.relay.channels if base(m.language) != own), None)
    if target is None or own not in SAMPLE:
        return None
    text, began_at = SAMPLE[own], host.clock.now()
    made = await host.translator.translate(
        RichText(text), target=target, prior=here.language, community=trial.relay.id
    )
    took = host.clock.now() - began_at
    return Sample(text, made, round(took.total_seconds() * 1000))


async def report(
    host: Host, ctx: Context, trial: Trial, sample: Sample | None, reader: Reader
) -> RichText:
    async with host.store.reading() as connection:
        rows = {
            one.lane: one for one in await traces.deliveries_at(connection, trial.rows.values())
        }
        places = {c: shown for c, shown, _ in await traces.ordered(connection, trial.key)}
    ms = round((trial.committed_at - trial.began_at).total_seconds() * 1000)
    lines = [
        RichText(ctx.t(HEADLINE, mark=trial.mark, name=trial.relay.name)),
        RichText(f"• {ctx.t(COMMITTED, ms=ms)}"),
    ]
    if sample is not None:
        lines.append(RichText(f"• {_sampled(sample, reader)}"))
    for channel in trial.rows:
        shown = places.get(channel)
        link = host.link(shown) if shown else None
        lines += _hop(trial, channel, rows.get(channel), link, reader)
    missing = len(trial.rows) - len(trial.arrived)
    ending = ctx.t(SOME_MISSING, count=missing, all=len(trial.rows)) if missing else None
    lines.append(RichText(ending or ctx.t(ALL_THERE)))
    if trial.relay.is_paused:
        lines.append(RichText(ctx.t(PAUSED)))
    lines.append(RichText(ctx.t(TAKEN_BACK, minutes=_minutes())))
    return join(lines, "\n")


def _hop(
    trial: Trial, channel: ChannelId, row: Traced | None, link: str | None, reader: Reader
) -> list[RichText]:
    confirmed = trial.arrived.get(channel)
    if confirmed is not None:
        sent = row.settled_at if row and row.settled_at else confirmed
        values = {"sent": _since(trial, sent), "confirmed": _since(trial, confirmed)}
        return [RichText("• ") + reader.linked(ARRIVED, channel, link, **values)]
    if row is not None and row.state is State.DEAD:
        return [
            RichText("• ") + reader.linked(REFUSED, channel, None, reason=reader.reason(row.reason))
        ]
    lines = [RichText("• ") + reader.linked(MISSING, channel, None, seconds=round(PATIENCE))]
    if row is not None:
        lines += [line for _, line in failures(row, reader)]
        lines += waiting(row, reader) if row.settled_at is None else []
    return lines


def _sampled(sample: Sample, reader: Reader) -> str:
    made, target = sample.made, reader.spoken(sample.made.target)
    if made.engine is None:
        source = reader.spoken(base(made.source))
        why = reader.t(WHYS.get(made.label, WHYS["failed"]), source=source)
        return reader.t(UNTRANSLATED, target=target, why=why)
    text = f"{sample.text} → {made.text.text}"
    return reader.t(
        TRANSLATED,
        target=target,
        engine=reader.engine(made.engine),
        ms=sample.milliseconds,
        text=text,
    )


def _message(trial: Trial, there: RelayChannel) -> RichText:
    """In the channel's own language, and in the other one beneath."""
    language = cast("Language", there.language)
    languages = (language, other_language(language, trial.relay))
    values: dict[str, Any] = {"mark": trial.mark, "minutes": _minutes()}
    return RichText("\n\n".join(translate(MESSAGE, one, **values) for one in languages))


def _chinese(relay: Relay) -> Language:
    spoken = {member.language for member in relay.channels}
    return "zh-Hant" if "zh-Hant" in spoken and "zh" not in spoken else "zh"


def other_language(language: Language, relay: Relay) -> Language:
    """The one that the other side reads, beneath the reader's own."""
    return "en" if base(language) == "zh" else _chinese(relay)


def _since(trial: Trial, at: datetime) -> float:
    return round(max(0.0, (at - trial.began_at).total_seconds()), 2)


def _minutes() -> int:
    return round(LASTS.total_seconds() / 60)
