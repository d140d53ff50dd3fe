"""/relay trace and /relay test: why a message did or did not cross, and whether one would."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from bot.cog import NOT_LINKED, Cog, Context, Describe, Host, Reply, command, listener, repeating
from bot.core.errors import Refused
from bot.core.model import ChannelId, MessageId, Posted, Relay, RelayChannel
from bot.core.richtext import join
from bot.i18n import N_, Language
from bot.store import posts
from cogs._trace_reader import Reader
from cogs._trace_story import gathered, seen_from
from cogs._trace_trial import (
    KEY,
    Trial,
    new_trial,
    order,
    other_language,
    report,
    sampled,
    take_back,
    wait,
)
from cogs._trace_words import told

LINK = N_("A link to the message, or its id; not needed when you reply to it")
WHICH = N_(
    "Which message? Use this in a reply to it or from its menu, or give a link to it: "
    "“/relay trace LINK”."
)
NO_LINK = N_("That is no link to a message of a linked channel, and no id of one.")
ELSEWHERE = N_("That message is in none of this relay's channels.")


class Trace(Cog):
    name = "trace"
    group = "relay"
    describe = N_("The links between channels")
    passing_posts = (KEY,)

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._trials: dict[str, Trial] = {}

    @command(
        "trace",
        N_("Why a message did or did not cross"),
        for_mods=True,
        menu=N_("Trace this message"),
    )
    async def trace(self, ctx: Context, link: Annotated[str, Describe(LINK)] = "") -> Reply:
        relay = ctx.relay()
        ref = self._which(ctx, relay, link)
        async with self.host.store.reading() as connection:
            places = await self._places(connection, ctx, relay)
            found = seen_from(places, await gathered(self.host, connection, ref))
        both = (ctx.language, other_language(ctx.language, relay))
        texts = [join(told(found, self._reader(ctx, relay, one)), "\n") for one in both]
        return Reply(join(texts, "\n\n"), is_secret=True)

    @command(
        "test",
        N_("Send a test to every other channel, and see it arrive"),
        for_mods=True,
        cooldown=30.0,
    )
    async def test(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        here = self._member(ctx, relay)
        trial = new_trial(self.host, relay)
        self._trials[trial.key] = trial
        try:
            await order(self.host, trial, here.channel)
            sample = await sampled(self.host, trial, here)
            await wait(self.host, trial)
            reader = self._reader(ctx, relay, ctx.language)
            return Reply(await report(self.host, ctx, trial, sample, reader))
        finally:
            del self._trials[trial.key]

    @listener("posted")
    async def arrived(self, post: Posted) -> None:
        trial = self._trials.get(post.key)
        if trial is not None:
            trial.confirm(post.channel, self.host.clock.now())

    @repeating(timedelta(minutes=1))
    async def end_tests(self) -> None:
        await take_back(self.host)

    def _which(self, ctx: Context, relay: Relay, link: str) -> MessageId:
        """Whoever asks sees what is in their relay's channels, or where they are. Or `Refused`."""
        found = self.host.locate(link, ctx.channel) if link else ctx.reply_to
        if found is None:
            raise Refused(NO_LINK if link else WHICH)
        is_ours = any(member.channel == found.channel for member in relay.channels)
        if not is_ours and found.channel != ctx.channel:
            raise Refused(ELSEWHERE)
        return found

    async def _places(self, connection: Any, ctx: Context, relay: Relay) -> set[ChannelId]:
        """The relay's channels, what hangs in them, and where it is asked."""
        found = {ctx.channel, *(member.channel for member in relay.channels)}
        for member in relay.channels:
            found |= set(await posts.threads_in(connection, member.channel))
        return found

    def _member(self, ctx: Context, relay: Relay) -> RelayChannel:
        """The channel, or that in which this thread hangs. Raises `Refused`."""
        channel = self.host.relays.home(ctx.channel) or ctx.channel
        here = next((one for one in relay.channels if one.channel == channel), None)
        if here is None:
            raise Refused(NOT_LINKED)
        return here

    def _reader(self, ctx: Context, relay: Relay, language: Language) -> Reader:
        """By the clock of the asker's side, in whichever language."""
        side = self.host.relays.language(ctx.channel) or ctx.language
        return Reader(
            language=language,
            zone=self.host.preferences.zone(relay, side),
            now=self.host.clock.now(),
            here=ctx.channel,
            members=frozenset(member.channel for member in relay.channels),
        )


async def setup(host: Host) -> None:
    host.add_cog(Trace(host))
