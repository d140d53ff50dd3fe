"""Somebody goes: by “/buddy leave”, by a block, from the channel, or to be forgotten.

The one who stays is told kindly and without a reason, and a newcomer waits for somebody else.
Every method works within the caller's transaction.
"""

from __future__ import annotations

from typing import Any

from bot.cog import Host
from bot.community import buddy_words as words
from bot.community.buddy_desk import AFTER, Desk
from bot.core.model import Joined, Left, PersonId, Relay
from bot.i18n import translate
from bot.services import Post
from bot.store import buddies
from bot.store.buddy_rows import LOADING, Match, Newcomer, Party, Volunteer


class Farewell:
    def __init__(self, host: Host, desk: Desk) -> None:
        self.host = host
        self._desk = desk

    async def leave(self, connection: Any, relay: Relay, person: PersonId) -> bool:
        """Both as a newcomer and as a buddy; False where they were neither."""
        was_in = False
        matches = await buddies.matches_of(connection, person, relay=relay.id)
        for party in await self._parties(connection, relay, person):
            is_newcomer = isinstance(party, Newcomer)
            if party.state in (("done", "greeted") if is_newcomer else ("left",)):
                continue
            was_in = True
            for match in matches:
                me = match.party(person)
                if me is not None and isinstance(me, Newcomer) == is_newcomer:
                    await self.part(connection, match, me)
            if is_newcomer:
                await buddies.set_newcomer(connection, party.id, state="done", due_at=None)
            else:
                await buddies.set_volunteer(connection, party.id, state="left")
        return was_in

    async def depart(self, left: Left) -> None:
        """They can't be written to any more: as a buddy they are paused until they come back."""
        relay = self.host.relays.of(left.channel)
        if relay is None:
            return
        person = left.person.person
        async with self.host.store.transaction() as connection:
            matches = await buddies.matches_of(connection, person, relay=relay.id)
            for party in await self._parties(connection, relay, person):
                if party.channel != left.channel:  # of another server: they are there still
                    continue
                for match in matches:
                    me = match.party(person)
                    if me is not None and isinstance(me, Newcomer) == isinstance(party, Newcomer):
                        await self.part(connection, match, me)
                if isinstance(party, Newcomer) and party.state != "greeted":
                    await buddies.set_newcomer(connection, party.id, state="done", due_at=None)
                elif isinstance(party, Volunteer) and party.state == "free":
                    await buddies.set_volunteer(connection, party.id, state="paused")

    async def welcome_back(
        self, connection: Any, volunteer: Volunteer | None, joined: Joined
    ) -> None:
        """Who was a buddy before is one again with a press, if they like. They are told once."""
        if volunteer is None or volunteer.state != "paused" or volunteer.channel != joined.channel:
            return
        post = words.back(volunteer, self._desk.reader(volunteer))
        await self._desk.say(connection, volunteer, post, f"buddy-back:{volunteer.id}")

    async def forget(self, connection: Any, person: PersonId) -> None:
        """Their matches end, and their name goes from what was said about them."""
        matches = await buddies.matches_of(connection, person)
        for match in matches:
            me = match.party(person)
            assert me is not None
            await self.part(connection, match, me)
            await self.host.posts.unseat(connection, match.key, me.channel)
            await self.wipe(connection, match)
        for relay in self.host.relays.all():
            for party in await self._parties(connection, relay, person):
                mine = [match for match in matches if match.relay == relay.id]
                await self.wipe_own(connection, party, mine)
        await buddies.forget(connection, person)

    async def part(
        self, connection: Any, match: Match, leaver: Party, *, seeks_on: bool = False
    ) -> None:
        """One of them goes: the other is told without a reason, and a newcomer waits again.

        `seeks_on` where it is the newcomer who goes, and wants somebody else.
        """
        if match.state not in LOADING:
            return
        was_introduced = match.state in AFTER
        if not await self._desk.end(connection, match, [match.state], "left"):
            return
        other = match.other(leaver)
        if was_introduced:
            await self.host.posts.close_strand(connection, match.key)
            for party in match.parties:
                closed = translate(words.FORGOTTEN, self._desk.reader(party))
                await self._desk.show(connection, party, closed, match.question_key)
            said = words.STEPPED_BACK if isinstance(other, Newcomer) else words.MOVED_ON
            text = words.addressed(other, said, self._desk.reader(other))
            post = Post(text, beside=match.key if was_introduced else "")
            await self._desk.say(connection, other, post, f"buddy-end:{match.id}")
        waits = isinstance(other, Newcomer) or seeks_on
        if not was_introduced:
            await self._desk.fall_through(connection, match, seeks_on=waits)
        if waits:
            await self._desk.queue(connection, match.newcomer)
        else:
            await buddies.set_newcomer(connection, match.newcomer.id, state="done", due_at=None)

    async def wipe(self, connection: Any, match: Match) -> None:
        """Take every name of these two out of what was said about them; the talk's post stays."""
        for party in match.parties:
            ended = translate(words.FORGOTTEN, self._desk.reader(party))
            await self._desk.show(connection, party, ended, match.key)
            for what in ("proposal", "nudge", "question"):
                key = f"buddy-{what}:{match.id}"
                await self.host.posts.remove(connection, party.channel, key=key)

    async def wipe_own(self, connection: Any, party: Party, matches: list[Match]) -> None:
        """The posts that name this person alone."""
        keys = [f"buddy-{w}:{m.id}" for m in matches for w in ("end", "paused", "quiet")]
        if isinstance(party, Newcomer):
            spells = range(1, party.spell + 1)
            keys += [f"buddy-greet:{party.id}", *(f"buddy-nobody:{party.id}:{n}" for n in spells)]
            relay = self._desk.relay_of(party.relay)
            for spell in spells if relay else ():
                assert relay is not None
                await self.host.posts.remove(
                    connection,
                    relay.channels[0].channel,
                    key=f"buddy-long-wait:{party.id}:{spell}",
                )
        if isinstance(party, Volunteer):
            keys.append(f"buddy-back:{party.id}")
        for key in keys:
            await self.host.posts.remove(connection, party.channel, key=key)

    async def _parties(self, connection: Any, relay: Relay, person: PersonId) -> list[Party]:
        found = (
            await buddies.newcomer(connection, relay.id, person),
            await buddies.volunteer(connection, relay.id, person),
        )
        return [party for party in found if party is not None]
