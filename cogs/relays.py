"""/relay: mods link channels by a code, see how their queues stand, pause and take them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Annotated, Any

from bot.cog import (
    NOT_LINKED,
    Button,
    Choice,
    Cog,
    Context,
    Describe,
    Host,
    Reply,
    command,
    daily,
    on_button,
    repeating,
)
from bot.core.errors import Refused
from bot.core.model import Joined, Left, PersonId, Relay, RelayChannel
from bot.core.pairing import read_language
from bot.core.richtext import RichText, join
from bot.i18n import N_
from bot.store import pairing
from cogs import _relay_comings as comings
from cogs import _relay_options as options
from cogs import _relay_original as originals
from cogs._relay_hello import say_goodbye
from cogs._relay_lines import LANGUAGES, described, headline, knows, lane_line, lost_channel, place
from cogs._relay_pairing import (
    MEND,
    NO_LANGUAGE,
    guessed_language,
    join_by_code,
    language_buttons,
    make_code,
    missing,
    named_apart,
    start_of,
    told_apart,
    unserved,
)

NAME = N_("The relay's name; the one of this channel if you leave it out")
NEW_NAME = N_("A name of your choice, 1 to 50 characters")
CODE = N_("The code that “/relay link” gave in the other channel")
LOST = N_("A channel that is closed to the bot, as “/relay status” shows it; else this one")
SPOKEN = N_("What is written in this channel: en, zh or zh-Hant")
SETTING = N_("What to choose; all options are shown if you leave it out")
VALUE = N_("What you want; the choices are shown if you leave it out")
KEPT_CODES = timedelta(days=1)  # so that a late one is told that the code is over

NO_RELAYS = N_("No channels are linked yet.")
NO_SUCH = N_("There is no relay named “{name}”. “/relay list” shows them all.")
ELSEWHERE = N_("“{name}” links other channels. Only their moderators can do that, and there.")
NO_RELAY_HERE = N_(
    "This channel is in no relay yet. “/relay create” makes one, “/relay join” joins one."
)
IN_THE_FILE = N_("The relay “{name}” is in the configuration file; change it there.")
PAUSED_NOW = N_("Relay “{name}” is paused. Messages are not carried over until “/relay resume”.")
PAUSED_ALREADY = N_("Relay “{name}” is paused already.")
RESUMED_NOW = N_("Relay “{name}” runs again. What was written during the pause stays where it is.")
RUNS_ALREADY = N_("Relay “{name}” is not paused.")
LOOKING = N_(
    "I look again at once at what is closed to me. When messages go over again, you read it here; "
    "“/relay status” shows how it stands."
)
CHOSEN = N_("Done. {what}")
CREATED = N_(
    "The relay “{name}” is made, with this channel in it ({spoken}). Next: “/relay link” here, "
    "and “/relay join” with the code in the other channel."
)
GUESSED = N_("Is that the language people write here? If not, choose:")
RENAMED = N_("The relay is called “{name}” now.")
SPEAKS = N_("This channel's language is now {spoken}.")
LEAVE = N_("Take this channel out of “{name}”? What still waits for it is dropped.")
LEAVE_LOST = N_("Take {place} out of “{name}”? What still waits for it is dropped.")
LEAVE_BUTTON = N_("Leave the relay")
LEFT_NOW = N_("Done. Both sides are told.")
LEFT_ALONE = N_("Done. This channel is in no relay any more.")

Name = Annotated[str, Describe(NAME, maximum=100)]
Language = Annotated[
    str,
    Describe(
        SPOKEN,
        choices=tuple(Choice(code, label) for code, label in LANGUAGES.items()),
        takes_other=True,
    ),
]


class Relays(Cog):
    name = "relays"
    group = "relay"
    describe = N_("The links between channels")
    stores = N_(
        "Codes for linking channels that you made as a moderator, and when you typed a wrong one: "
        "a day at most."
    )
    gathers = (Joined, Left)
    passing_posts = (comings.KEY,)

    @command("list", N_("All relays and the channels they link"), for_mods=True)
    async def list(self, ctx: Context) -> Reply:
        relays = self._all()
        if not relays:
            return Reply(ctx.t(NO_RELAYS))
        return Reply(join([described(ctx, relay) for relay in relays], "\n\n"))

    @command("status", N_("How a relay is doing: what waits and what failed"), for_mods=True)
    async def status(self, ctx: Context, name: Name = "") -> Reply:
        relay = self._find(ctx, name)
        lanes = await self.host.relays.status(relay)
        is_known = knows(ctx, relay)
        lines = [headline(ctx, relay)]
        lines += [lane_line(ctx, lane, with_id=is_known) for lane in lanes]
        return Reply(join(lines, "\n"))

    @command("pause", N_("Stop carrying messages over until you resume"), for_mods=True)
    async def pause(self, ctx: Context, name: Name = "") -> Reply:
        relay = self._changeable(ctx, name)
        if relay.is_paused:
            return Reply(ctx.t(PAUSED_ALREADY, name=relay.name))
        await self.host.relays.pause(relay)
        return Reply(ctx.t(PAUSED_NOW, name=relay.name), is_private=False)

    @command("resume", N_("Carry messages over again"), for_mods=True)
    async def resume(self, ctx: Context, name: Name = "") -> Reply:
        relay = self._changeable(ctx, name)
        closed = await self.host.relays.look_again(relay)
        if not relay.is_paused:
            return Reply(ctx.t(LOOKING if closed else RUNS_ALREADY, name=relay.name))
        await self.host.relays.resume(relay)
        return Reply(ctx.t(RESUMED_NOW, name=relay.name), is_private=False)

    @command("create", N_("Make a relay, with this channel as its first"), for_mods=True)
    async def create(
        self, ctx: Context, name: Annotated[str, Describe(NEW_NAME)], language: Language = ""
    ) -> Reply:
        name, chosen = named_apart(name, language)
        spoken = chosen or await guessed_language(self.host, ctx)
        start = await start_of(self.host, ctx.channel)
        first = RelayChannel(ctx.channel, spoken)
        async with self.host.relays.changing() as connection:
            relay = await self.host.relays.create(connection, name, first, start)
        told = ctx.t(CREATED, name=relay.name, spoken=ctx.t(LANGUAGES[spoken]))
        lines = [RichText(told)]
        problems = await self.host.problems(ctx.channel)
        if problems:
            lines.append(missing(ctx, MEND, [(ctx.channel, problems)]))
        if chosen:
            return Reply(join(lines, "\n"))
        lines.append(RichText(ctx.t(GUESSED)))
        return Reply(join(lines, "\n"), buttons=language_buttons(ctx, spoken, "speaks"))

    @command("link", N_("A one-time code that links another channel to this relay"), for_mods=True)
    async def link(self, ctx: Context) -> Reply:
        return await make_code(self.host, ctx, self._own(ctx))

    @command("join", N_("Link this channel to a relay, with its code"), for_mods=True)
    async def join(
        self, ctx: Context, code: Annotated[str, Describe(CODE)], language: Language = ""
    ) -> Reply:
        typed, spoken = told_apart(code, language)
        return await join_by_code(self.host, ctx, typed, spoken)

    @on_button("join", for_mods=True)
    async def join_in(self, ctx: Context, argument: str) -> Reply:
        """`argument` is the code and the language that was chosen."""
        code, _, language = argument.partition("/")
        return await join_by_code(self.host, ctx, code, _spoken(language))

    @command("leave", N_("Take this channel out of its relay"), for_mods=True)
    async def leave(
        self, ctx: Context, channel: Annotated[str, Describe(LOST, maximum=100)] = ""
    ) -> Reply:
        relay = self._own(ctx)
        if not channel:
            button = Button(ctx.t(LEAVE_BUTTON), "leave", str(relay.id), "danger")
            return Reply(ctx.t(LEAVE, name=relay.name), buttons=(button,))
        gone = await lost_channel(self.host, relay, channel)
        argument = f"{relay.id}/{gone.channel}"
        button = Button(ctx.t(LEAVE_BUTTON), "leave", argument, "danger")
        told = ctx.t(LEAVE_LOST, place=place(ctx, gone.channel), name=relay.name)
        return Reply(told, buttons=(button,))

    @on_button("leave", for_mods=True)
    async def leave_now(self, ctx: Context, argument: str) -> Reply:
        """`argument` is the relay that the mod was asked about, and a lost channel of it."""
        relay = self._own(ctx)
        number, _, lost = argument.partition("/")
        if str(relay.id) != number:
            raise Refused(NO_RELAY_HERE)
        gone = next(one for one in relay.channels if one.channel == ctx.channel)
        if lost:
            gone = await lost_channel(self.host, relay, lost)
        key = f"relays.goodbye:{relay.id}:{self.host.clock.now().isoformat()}"
        async with self.host.relays.changing() as connection:
            await self.host.relays.leave(connection, relay.id, gone.channel)
            await say_goodbye(self.host, connection, relay, gone, key, is_lost=bool(lost))
        return Reply(ctx.t(LEFT_NOW if len(relay.channels) > 1 else LEFT_ALONE))

    @command("rename", N_("Give this channel's relay another name"), for_mods=True)
    async def rename(self, ctx: Context, name: Annotated[str, Describe(NEW_NAME)]) -> Reply:
        relay = self._own(ctx)
        async with self.host.relays.changing() as connection:
            renamed = await self.host.relays.rename(connection, relay.id, name)
        return Reply(ctx.t(RENAMED, name=renamed.name), is_private=False)

    @command("language", N_("Say which language is written in this channel"), for_mods=True)
    async def language(self, ctx: Context, language: Language) -> Reply:
        relay, spoken = self._own(ctx), _spoken(language)
        async with self.host.relays.changing() as connection:
            changed = await self.host.relays.set_language(connection, relay.id, ctx.channel, spoken)
        lines = [RichText(ctx.t(SPEAKS, spoken=ctx.t(LANGUAGES[spoken])))]
        return Reply(join([*lines, *unserved(self.host, ctx, changed)], "\n"), is_private=False)

    @on_button("speaks", for_mods=True)
    async def speaks(self, ctx: Context, argument: str) -> Reply:
        return await self.language(ctx, argument)

    @command("options", N_("How this channel shows the other side"), for_mods=True)
    async def options(
        self,
        ctx: Context,
        setting: Annotated[
            str,
            Describe(
                SETTING,
                choices=tuple(Choice(name, one.label) for name, one in options.SETTINGS.items()),
                takes_other=True,
            ),
        ] = "",
        value: Annotated[str, Describe(VALUE, maximum=100)] = "",
    ) -> Reply:
        relay, member = self._member(ctx)
        if not setting:
            return options.listed(ctx, relay, member)
        name = options.named(setting)
        if not value and not relay.from_file:
            return options.offered(ctx, relay, member, name)
        return await self._choose(ctx, name, value)

    @on_button("option", for_mods=True)
    async def option(self, ctx: Context, argument: str) -> Reply:
        """`argument` is a setting, one with the value to choose, or "more" for the other ones."""
        if argument == "more":
            return options.listed(ctx, *self._member(ctx), more=True)
        setting, _, value = argument.partition("/")
        return await self.options(ctx, setting, value)

    async def _choose(self, ctx: Context, name: str, value: str) -> Reply:
        async with self.host.relays.changing() as connection:
            self._own(ctx)
            chosen = options.changed(self._member(ctx)[1].options, name, value)
            await self.host.relays.set_options(connection, ctx.channel, chosen)
        what = options.described(ctx, *self._member(ctx))[name]
        return Reply(ctx.t(CHOSEN, what=what), is_private=False)

    @on_button("original")
    async def original(self, ctx: Context, argument: str) -> Reply:
        """Anybody's; it finds what was written by the message it is under."""
        return await originals.shown(self.host, ctx)

    @repeating(comings.EVERY)
    async def tell_comings(self) -> None:
        await comings.tell(self.host, self.name)

    @daily(time(3, 40))
    async def let_go(self) -> None:
        async with self.host.store.transaction() as connection:
            await pairing.let_go(connection, self.host.clock.now() - KEPT_CODES)

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        async with self.host.store.reading() as connection:
            found = await pairing.of_person(connection, person)
        return {what: listed for what, listed in found.items() if listed}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await pairing.forget_person(connection, person)

    def _all(self) -> Sequence[Relay]:
        book = self.host.relays
        return sorted((*book.all(), *book.waiting()), key=lambda relay: relay.id)

    def _find(self, ctx: Context, name: str) -> Relay:
        if not name:
            return self._here(ctx)
        for relay in self._all():
            if relay.name.casefold() == name.strip().casefold():
                return relay
        raise Refused(NO_SUCH, name=name[:60])

    def _changeable(self, ctx: Context, name: str) -> Relay:
        """What mods linked is theirs; the operator's relays are every mod's. Raises `Refused`."""
        relay = self._find(ctx, name)
        if not relay.from_file and self.host.relays.find(ctx.channel) != relay:
            raise Refused(ELSEWHERE, name=relay.name)
        return relay

    def _here(self, ctx: Context) -> Relay:
        found = self.host.relays.find(ctx.channel)
        if found is None:
            raise Refused(NOT_LINKED)
        return found

    def _member(self, ctx: Context) -> tuple[Relay, RelayChannel]:
        """This channel in its relay. Raises `Refused`."""
        relay = self.host.relays.find(ctx.channel)
        members = relay.channels if relay else ()
        member = next((one for one in members if one.channel == ctx.channel), None)
        if relay is None or member is None:
            raise Refused(NO_RELAY_HERE)
        return relay, member

    def _own(self, ctx: Context) -> Relay:
        """The relay of this channel, which commands may change. Raises `Refused`."""
        found = self.host.relays.find(ctx.channel)
        if found is None or all(one.channel != ctx.channel for one in found.channels):
            raise Refused(NO_RELAY_HERE)
        if found.from_file:
            raise Refused(IN_THE_FILE, name=found.name)
        return found


def _spoken(typed: str) -> str:
    language = read_language(typed)
    if language is None:
        raise Refused(NO_LANGUAGE, name=typed[:40])
    return language


async def setup(host: Host) -> None:
    host.add_cog(Relays(host))
