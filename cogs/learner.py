"""/learn: who learns the other language gets the original words too, hidden until tapped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from bot.cog import Choice, Cog, Context, Describe, Host, Reply, command, daily, listener
from bot.consign import LEARNING
from bot.core.model import ChannelId, Inbound, PersonId
from bot.i18n import N_
from bot.store import learners

STATE = N_("On or off; leave it out to see how it is")
ON = N_(
    "From now on, translated messages here bring their original words, with pinyin for Chinese."
    " They are hidden until you tap them. It stops after {days} days without a message of yours"
    " here; “/learn off” ends it."
)
OFF = N_("You no longer learn here.")
IS_ON = N_("You are learning here. “/learn off” ends it.")
IS_OFF = N_("You are not learning here. “/learn on” begins it.")
KEPT = timedelta(days=90)  # after which somebody who no longer writes is forgotten
SELDOM = timedelta(hours=1)  # more often nothing is written down


class Learner(Cog):
    name = "learner"
    describe = N_("Original words and pinyin for those who learn")
    is_optional = True
    title = N_("help for learners")
    stores = N_("In which channels you learn, since when, and when you last wrote there.")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._people: set[PersonId] = set()
        self._seen: dict[tuple[PersonId, ChannelId], datetime] = {}

    async def load(self) -> None:
        async with self.host.store.reading() as connection:
            self._people = await learners.people(connection)

    @command("learn", N_("See original words and pinyin under translations, hidden until tapped"))
    async def learn(
        self,
        ctx: Context,
        state: Annotated[
            str, Describe(STATE, choices=(Choice("on", N_("on")), Choice("off", N_("off"))))
        ] = "",
    ) -> Reply:
        ctx.relay()
        channel, person = self._home(ctx.channel), ctx.person.person
        if not state:
            async with self.host.store.reading() as connection:
                is_one = await learners.is_one(connection, person, channel)
            return Reply(ctx.t(IS_ON if is_one else IS_OFF))
        async with self.host.store.transaction() as connection:
            if state == "on":
                await learners.begin(connection, person, channel, self.host.clock.now())
            else:
                await learners.end(connection, person, channel)
        if state == "off":
            return Reply(ctx.t(OFF))
        self._people.add(person)
        return Reply(ctx.t(ON, days=LEARNING.days))

    @listener("message")
    async def see(self, message: Inbound) -> None:
        person, channel = message.author.person, self._home(message.ref.channel)
        if person not in self._people:
            return
        now = self.host.clock.now()
        if now < self._seen.get((person, channel), now - SELDOM) + SELDOM:
            return
        async with self.host.store.transaction() as connection:
            await learners.see(connection, person, channel, now)
        self._seen[person, channel] = now

    @daily(time(3, 50))
    async def let_go(self) -> None:
        async with self.host.store.transaction() as connection:
            await learners.let_go(connection, seen_before=self.host.clock.now() - KEPT)
            self._people = await learners.people(connection)
        self._seen.clear()

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        async with self.host.store.reading() as connection:
            found = await learners.of(connection, person)
        return {"learning": found} if found else {}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await learners.forget(connection, person)
        self._people.discard(person)

    def _home(self, channel: ChannelId) -> ChannelId:
        """In a thread of ours people learn as in the channel it hangs in."""
        return self.host.relays.home(channel) or channel


async def setup(host: Host) -> None:
    host.add_cog(Learner(host))
