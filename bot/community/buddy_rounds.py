"""What comes due around buddies: matches are made in rounds, introduced, asked after, ended.

Rows say what is due and what was done; looking twice, late, or after a kill does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.cog import Host
from bot.community import buddy_words as words
from bot.community.buddy_desk import Desk
from bot.community.interests import name as interest_name
from bot.community.matching import Helper, Person, Seeker, assign
from bot.core.model import ChannelId, Relay
from bot.core.richtext import RichText
from bot.i18n import pick, translate
from bot.services import Post
from bot.store import buddies
from bot.store.buddy_rows import Match, Newcomer, Party, Volunteer

ANSWER_WITHIN = timedelta(hours=24)
NUDGE_AFTER = timedelta(days=2)
ASK_AFTER = timedelta(days=5)  # after the day of the nudge: a week in all
END_AFTER = timedelta(days=3)  # where nobody answers


class Rounds:
    def __init__(self, host: Host, desk: Desk) -> None:
        self.host = host
        self.desk = desk

    async def look(self, relay: Relay) -> None:
        """Do what is due in this community; twice does it no harm."""
        now = self.host.clock.now()
        async with self.host.store.reading() as connection:
            due = await buddies.due_matches(connection, relay.id, now)
            waiting = await buddies.waiting(connection, relay.id)
        for match in due:
            await self._advance(match)
        if any(one.due_at is not None and one.due_at <= now for one in waiting):
            await self._match(relay, now)
        late = now - self.desk.patience(relay)
        if any(one.asked_at and one.asked_at <= late and not one.escalated_at for one in waiting):
            await self._escalate(relay, now)

    async def _advance(self, match: Match) -> None:
        if match.state == "accepted":
            await self.introduce(match)
            return
        async with self.host.store.transaction() as connection:
            match match.state:
                case "proposed":
                    await self.desk.expire(connection, match)
                case "introduced":
                    await self.desk.nudge(connection, match, ASK_AFTER)
                case "nudged":
                    await self.desk.question(connection, match, END_AFTER)
                case _:
                    await self.desk.close(connection, match)

    async def introduce(self, match: Match) -> None:
        """Once both have accepted. What they gave of themselves is put into the other's words."""
        posts: dict[ChannelId, Post] = {}
        now = self.host.clock.now()
        for party in match.parties:
            other = match.other(party)
            posts[party.channel] = words.introduction(
                match,
                party,
                self.desk.reader(party),
                likes=await self._likes(other, party),
                zones=(self.desk.zone(party), self.desk.zone(other)),
                now=now,
                is_spy=self.desk.is_spy(match.relay),
            )
        async with self.host.store.transaction() as connection:
            await self.desk.introduce(connection, match, posts, NUDGE_AFTER)

    async def _likes(self, of: Party, reader: Party) -> list[str]:
        found: list[str] = []
        for interest in of.interests:
            called = interest_name(interest, reader.side)
            if called is None:
                made = await self.host.translator.translate(
                    RichText(interest),
                    target=self.desk.reader(reader),
                    prior=of.side,
                    community=of.relay,
                )
                called = made.text.text
            found.append(called)
        return found

    async def _match(self, relay: Relay, now: datetime) -> None:
        """One round: all who wait and all who are free. All of it is committed together."""
        seed = f"{relay.id}:{now:%Y%m%d%H%M%S}"
        async with self.host.store.transaction() as connection:
            waiting = await buddies.waiting(connection, relay.id)
            free = await buddies.free(connection, relay.id)
            people = [one.person for one in (*waiting, *free)]
            pairs = assign(
                [Seeker(_person(one), one.asked_at or now) for one in waiting],
                [self._helper(one) for one in free],
                apart=await buddies.kept_apart(connection, relay.id, people),
                now=now,
                seed=seed,
            )
            for pair in pairs:
                match = await buddies.propose(
                    connection,
                    relay.id,
                    (waiting[pair.seeker].id, free[pair.helper].id),
                    seed=seed,
                    facts=pair.facts.to_json(),
                    now=now,
                    due=now + ANSWER_WITHIN,
                )
                is_spy = self.desk.is_spy(relay.id)
                for party in match.parties:
                    reader = self.desk.reader(party)
                    post = words.proposal(match, party, reader, is_spy=is_spy)
                    await self.desk.say(connection, party, post, match.proposal_key)
            served = {pair.seeker for pair in pairs}
            for number, newcomer in enumerate(waiting):
                if number not in served:
                    await self._wait_on(connection, relay, newcomer, now)

    async def _wait_on(
        self, connection: Any, relay: Relay, newcomer: Newcomer, now: datetime
    ) -> None:
        due = now + self.desk.batch(relay)
        told = newcomer.told_at or now
        await buddies.set_newcomer(connection, newcomer.id, due_at=due, told_at=told)
        if newcomer.told_at is None:
            text = words.addressed(newcomer, words.NOBODY, self.desk.reader(newcomer))
            key = f"buddy-nobody:{newcomer.id}:{newcomer.spell}"
            await self.desk.say(connection, newcomer, Post(text), key)

    async def _escalate(self, relay: Relay, now: datetime) -> None:
        late = now - self.desk.patience(relay)
        first = relay.channels[0]
        async with self.host.store.transaction() as connection:
            for one in await buddies.waiting(connection, relay.id):
                if one.escalated_at or not one.asked_at or one.asked_at > late:
                    continue
                await buddies.set_newcomer(connection, one.id, escalated_at=now)
                hours = int((now - one.asked_at) / timedelta(hours=1))
                text = translate(words.LONG_WAIT, pick(first.language), name=one.name, hours=hours)
                key = f"buddy-long-wait:{one.id}:{one.spell}"
                await self.host.posts.say(connection, first.channel, Post(RichText(text)), key=key)

    def _helper(self, one: Volunteer) -> Helper:
        who = Person(one.person, one.side, self.desk.zone(one), one.languages, one.interests)
        return Helper(who, one.capacity, one.load, one.idle_since, one.asked_at)


def _person(one: Newcomer) -> Person:
    return Person(one.person, one.side, one.zone, one.languages, one.interests)
