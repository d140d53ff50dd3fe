"""/buddy: a newcomer gets somebody from the other side to show them around 新人伙伴."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any

from bot.cog import (
    NOT_LINKED,
    Choice,
    Cog,
    Context,
    Describe,
    Host,
    Member,
    Reply,
    command,
    daily,
    listener,
    on_button,
    repeating,
)
from bot.community import buddy_words as words
from bot.community import interests as liking
from bot.community.buddy_desk import AFTER, Desk, has_sides, place
from bot.community.buddy_farewell import Farewell
from bot.community.buddy_rounds import Rounds
from bot.core.errors import Refused
from bot.core.model import ChannelId, Joined, Left, PersonId, Relay
from bot.i18n import N_
from bot.store import buddies
from bot.store.buddy_rows import Match, Newcomer, Party
from cogs import _buddy_replies as say
from cogs import _buddy_standing as standing

GREETED_FOR = timedelta(days=30)
GRACE = timedelta(hours=1)  # that a proposal has at least after each start


class WelcomeBuddy(Cog):
    name = "buddy"
    group = "buddy"
    describe = N_("Newcomers and their buddies from the other side")
    is_optional = True
    title = N_("buddies for newcomers")
    stores = N_(
        "Your name, channel, languages, interests and time zone if you look for a buddy or are "
        "one; who was introduced to you; whom you blocked."
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._desk = Desk(host)
        self._rounds = Rounds(host, self._desk)
        self._farewell = Farewell(host, self._desk)

    async def load(self) -> None:
        """Hours in which nobody could answer count against nobody."""
        async with self.host.store.transaction() as connection:
            await buddies.grant(connection, until=self.host.clock.now() + GRACE)

    @repeating(timedelta(minutes=1))
    async def look(self) -> None:
        """Do what is due in every community."""
        for relay in self.host.relays.all():
            if not relay.is_paused and self.host.preferences.is_on(relay, self.name):
                await self._rounds.look(relay)

    @daily(time(4))
    async def let_go(self) -> None:
        """Of those who were greeted and never wanted a buddy."""
        async with self.host.store.transaction() as connection:
            await buddies.forget_greeted(connection, self.host.clock.now() - GREETED_FOR)

    @listener("member_joined")
    async def greet(self, joined: Joined) -> None:
        relay = self.host.relays.of(joined.channel)
        person = joined.person
        if relay is None or person.is_bot or relay.is_paused or not self._greets(relay):
            return
        if joined.channel not in [one.channel for one in relay.channels if one.options.is_mutual]:
            return
        async with self.host.store.transaction() as connection:
            known = (
                await buddies.newcomer(connection, relay.id, person.person),
                await buddies.volunteer(connection, relay.id, person.person),
            )
            if any(known) or not has_sides(relay):
                return await self._farewell.welcome_back(connection, known[1], joined)
            values = self._known(relay, joined.channel, person.name) | {"state": "greeted"}
            newcomer = await buddies.put_newcomer(connection, relay.id, person.person, values)
            await self._greet(connection, newcomer, is_open=True)

    @listener("member_left")
    async def take_leave(self, left: Left) -> None:
        await self._farewell.depart(left)

    @on_button("find")
    async def press_find(self, ctx: Context, argument: str) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            newcomer = await self._own(connection, ctx, argument)
            reply = await self._seek(connection, ctx, relay, newcomer)
            await self._greet(connection, newcomer, is_open=False)
        return reply

    @on_button("looking")
    async def press_looking(self, ctx: Context, argument: str) -> Reply:
        async with self.host.store.transaction() as connection:
            newcomer = await self._own(connection, ctx, argument)
            if newcomer.state == "greeted":
                await buddies.set_newcomer(connection, newcomer.id, state="done")
            await self._greet(connection, newcomer, is_open=False)
        return Reply(ctx.t(say.LOOK_AROUND))

    @command("find", N_("Find a buddy from the other side"), cooldown=5)
    async def find(
        self, ctx: Context, about: Annotated[str, Describe(say.ABOUT, maximum=300)] = ""
    ):
        relay = self._two_sides(ctx)
        said = liking.about(about)
        values = self._known(relay, ctx.channel, ctx.person.name)
        if said.interests:
            values["interests"] = list(said.interests)
        if said.languages:
            values["languages"] = " ".join(said.languages)
        if said.zone:
            values["zone"] = said.zone
        async with self.host.store.transaction() as connection:
            person = ctx.person.person
            if await buddies.newcomer(connection, relay.id, person) is None:
                values["state"] = "greeted"
            newcomer = await buddies.put_newcomer(connection, relay.id, person, values)
            return await self._seek(connection, ctx, relay, newcomer)

    @command("join", N_("Become a buddy for newcomers from the other side"))
    async def join(
        self,
        ctx: Context,
        languages: Annotated[str, Describe(say.LANGUAGES, maximum=60)] = "",
        interests: Annotated[str, Describe(say.INTERESTS, maximum=300)] = "",
        zone: Annotated[str, Describe(say.ZONE, maximum=60)] = "",
        capacity: Annotated[int, Describe(say.CAPACITY, minimum=1, maximum=5)] = 1,
    ) -> Reply:
        relay = self._two_sides(ctx)
        spoken = liking.languages(languages)
        if spoken is None:
            raise Refused(say.NO_LANGUAGE, text=languages[:60])
        there = liking.zone(zone) if zone else None
        if zone and there is None:
            raise Refused(say.NO_ZONE, name=zone[:60])
        now = self.host.clock.now()
        values = self._known(relay, ctx.channel, ctx.person.name) | {
            "languages": " ".join(spoken),
            "interests": list(liking.interests(interests)),
            "zone": there,
            "capacity": capacity,
            "state": "free",
            "misses": 0,
            "idle_since": now,
        }
        async with self.host.store.transaction() as connection:
            await buddies.put_volunteer(connection, relay.id, ctx.person.person, values)
        return Reply(ctx.t(say.JOINED_ONE if capacity == 1 else say.JOINED, capacity=capacity))

    @command("pause", N_("Get no new newcomers for now"))
    async def pause(self, ctx: Context) -> Reply:
        await self._switch(ctx, "paused")
        return Reply(ctx.t(say.PAUSED))

    @command("resume", N_("Get newcomers again"))
    async def resume(self, ctx: Context) -> Reply:
        await self._switch(ctx, "free")
        return Reply(ctx.t(say.RESUMED))

    @on_button("back")
    async def press_back(self, ctx: Context, argument: str) -> Reply:
        relay = ctx.relay()
        async with self.host.store.reading() as connection:
            mine = await buddies.volunteer(connection, relay.id, ctx.person.person)
        if mine is None or str(mine.id) != argument:
            raise Refused(say.NOT_YOURS)
        return await self.resume(ctx)

    @command("leave", N_("Be neither a buddy nor look for one any more"))
    async def leave(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        person = ctx.person.person
        async with self.host.store.transaction() as connection:
            if not await self._farewell.leave(connection, relay, person):
                raise Refused(say.NOT_IN)
        return Reply(ctx.t(say.LEFT))

    @command("block", N_("Never be introduced to somebody; nobody is told"))
    async def block(
        self, ctx: Context, member: Annotated[Member | None, Describe(say.MEMBER)] = None
    ) -> Reply:
        relay = ctx.relay()
        person = ctx.person.person
        async with self.host.store.transaction() as connection:
            mine = await buddies.matches_of(connection, person, relay=relay.id)
            other = member.person if member else standing.latest_other(mine, person)
            if other is None:
                raise Refused(say.WHOM)
            if other == person:
                raise Refused(say.NOT_YOURSELF)
            await buddies.block(connection, relay.id, person, other)
            for match in mine:
                me = match.party(person)
                if me is not None and match.other(me).person == other:
                    await self._farewell.part(connection, match, me, seeks_on=True)
        return Reply(ctx.t(say.BLOCKED), is_secret=True)

    @command("status", N_("See where you stand as a buddy or with yours"))
    async def status(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        person = ctx.person.person
        async with self.host.store.reading() as connection:
            helping = await buddies.volunteer(connection, relay.id, person)
            looking = await buddies.newcomer(connection, relay.id, person)
            mine = await buddies.matches_of(connection, person, relay=relay.id)
            waiting = await buddies.waiting(connection, relay.id)
            free = await buddies.free(connection, relay.id)
        lines = standing.lines(ctx, helping, looking, mine)
        if ctx.is_mod:
            lines.append(ctx.t(say.FOR_MODS, waiting=len(waiting), free=len(free)))
        return Reply("\n".join(lines) or ctx.t(say.NOT_IN), is_secret=True)

    @command("theme", N_("Play spies and pen pals, or don't"), for_mods=True)
    async def theme(
        self,
        ctx: Context,
        theme: Annotated[
            str,
            Describe(
                say.THEME,
                choices=(
                    Choice("spy", N_("“Your Chinese spy has been assigned”")),
                    Choice("plain", N_("In plain words")),
                ),
            ),
        ],
    ) -> Reply:
        await self.host.preferences.put(ctx.relay(), "buddy.theme", theme)
        told = say.SPY_ON if theme == "spy" else say.SPY_OFF
        return Reply(ctx.t(told), is_private=False)

    @command("greet", N_("Greet newcomers, or don't"), for_mods=True)
    async def set_greeting(
        self,
        ctx: Context,
        state: Annotated[
            str, Describe(say.STATE, choices=(Choice("on", N_("on")), Choice("off", N_("off"))))
        ],
    ) -> Reply:
        await self.host.preferences.put(ctx.relay(), "buddy.greets", state == "on")
        return Reply(ctx.t(say.GREETS_ON if state == "on" else say.GREETS_OFF), is_private=False)

    @on_button("accept")
    async def press_accept(self, ctx: Context, argument: str) -> Reply:
        async with self.host.store.transaction() as connection:
            match, party = await self._mine(connection, ctx, argument)
            if match.state != "proposed":
                raise Refused(say.OVER)
            are_both = await self._desk.accept(connection, match, party)
        if not are_both:
            return Reply(ctx.t(say.ACCEPTED))
        await self._rounds.introduce(match)
        return Reply(ctx.t(say.INTRODUCED))

    @on_button("private")
    async def press_private(self, ctx: Context, argument: str) -> Reply:
        """From the link under an introduction: here is where the two talk from now on."""
        async with self.host.store.transaction() as connection:
            match, party = await self._mine(connection, ctx, argument)
            if not ctx.is_direct or match.state not in AFTER:
                raise Refused(say.OVER)
            posts = self.host.posts
            talks = await posts.seat(connection, match.key, party.channel, ctx.channel)
            if not talks:
                raise Refused(say.OVER)
        told = standing.seated(ctx, match.other(party).name, len(talks))
        return Reply(told, is_secret=True)

    @on_button("decline")
    async def press_decline(self, ctx: Context, argument: str) -> Reply:
        async with self.host.store.transaction() as connection:
            match, party = await self._mine(connection, ctx, argument)
            if not await self._desk.decline(connection, match, party):
                raise Refused(say.OVER)
        is_newcomer = isinstance(party, Newcomer)
        return Reply(ctx.t(say.DECLINED_NEWCOMER if is_newcomer else say.DECLINED_VOLUNTEER))

    @on_button("talked")
    async def press_talked(self, ctx: Context, argument: str) -> Reply:
        number, _, said = argument.partition(":")
        async with self.host.store.transaction() as connection:
            match, party = await self._mine(connection, ctx, number)
            if not await self._desk.answer(connection, match, party, talked=said == "yes"):
                raise Refused(say.OVER)
        if said == "yes":
            return Reply(ctx.t(say.GLAD))
        return Reply(ctx.t(say.NO_HARM if isinstance(party, Newcomer) else say.THANKS))

    @on_button("another")
    async def press_another(self, ctx: Context, argument: str) -> Reply:
        async with self.host.store.transaction() as connection:
            match, party = await self._mine(connection, ctx, argument)
            if not isinstance(party, Newcomer):
                raise Refused(say.NOT_YOURS)
            if not await self._desk.close(connection, match, "another"):
                raise Refused(say.OVER)
        return Reply(ctx.t(say.ANOTHER_SOON))

    async def export(self, person: PersonId) -> dict[str, Any]:
        async with self.host.store.reading() as connection:
            kept = await buddies.rows_of(connection, person)
            mine = await buddies.matches_of(connection, person)
        introductions = [
            {"as": standing.role(match, person), "state": match.state, "outcome": match.outcome}
            for match in mine
        ]
        return {**kept, "introductions": introductions} if any(kept.values()) else {}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await self._farewell.forget(connection, person)

    async def _seek(self, connection: Any, ctx: Context, relay: Relay, newcomer: Newcomer) -> Reply:
        if newcomer.state == "matched":
            raise Refused(say.MATCHED)
        if newcomer.state == "waiting":
            return Reply(ctx.t(say.NOTED))
        await self._desk.queue(connection, newcomer)
        if await self._desk.is_anyone_free(connection, newcomer):
            minutes = int(self._desk.batch(relay) / timedelta(minutes=1))
            said = say.SEARCHING_TOLD if newcomer.interests else say.SEARCHING
            return Reply(ctx.t(said, minutes=minutes))
        now = self.host.clock.now()
        await buddies.set_newcomer(connection, newcomer.id, told_at=now)
        return Reply(ctx.t(say.NOBODY_FREE))

    async def _greet(self, connection: Any, newcomer: Newcomer, *, is_open: bool) -> None:
        reader = self._desk.reader(newcomer)
        is_spy = self._desk.is_spy(newcomer.relay)
        post = words.greeting(newcomer, reader, is_spy=is_spy, is_open=is_open)
        key = f"buddy-greet:{newcomer.id}"
        if is_open:
            await self._desk.say(connection, newcomer, post, key)
        else:
            await self.host.posts.revise(connection, newcomer.channel, post, key=key)

    async def _switch(self, ctx: Context, state: str) -> None:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            mine = await buddies.volunteer(connection, relay.id, ctx.person.person)
            if mine is None or mine.state == "left":
                raise Refused(say.NO_VOLUNTEER)
            await buddies.set_volunteer(connection, mine.id, state=state, misses=0)

    async def _own(self, connection: Any, ctx: Context, argument: str) -> Newcomer:
        """Whose greeting this is, if they are the one who presses."""
        relay = ctx.relay()
        mine = await buddies.newcomer(connection, relay.id, ctx.person.person)
        if mine is None or str(mine.id) != argument:
            raise Refused(say.NOT_YOURS)
        return mine

    async def _mine(self, connection: Any, ctx: Context, argument: str) -> tuple[Match, Party]:
        number = int(argument) if argument.isdecimal() else 0
        match = await buddies.match(connection, number)
        if match is None:
            raise Refused(say.OVER)
        party = match.party(ctx.person.person)
        if party is None:
            raise Refused(say.NOT_YOURS)
        return match, party

    def _known(self, relay: Relay, channel: ChannelId, name: str) -> dict[str, Any]:
        found = place(relay, channel)
        if found is None:
            raise Refused(NOT_LINKED)
        now = self.host.clock.now()
        return {"name": name[:256], "channel": found[0].id, "side": found[1], "created_at": now}

    def _greets(self, relay: Relay) -> bool:
        return bool(self.host.preferences.get(relay, "buddy.greets", default=True))

    def _two_sides(self, ctx: Context) -> Relay:
        relay = ctx.relay()
        if not has_sides(relay):
            raise Refused(say.ONE_SIDE)
        return relay


async def setup(host: Host) -> None:
    host.add_cog(WelcomeBuddy(host))
