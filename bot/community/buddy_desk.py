"""What becomes of newcomers, volunteers and their matches: each step a few rows and posts together.

Every method works within the caller's transaction and does nothing where its step was taken before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.cog import Host
from bot.community import buddy_words as words
from bot.core.language import base
from bot.core.model import ChannelId, Relay
from bot.core.richtext import RichText
from bot.i18n import Language, pick, translate
from bot.services import Post
from bot.store import buddies
from bot.store.buddy_rows import Match, Newcomer, Party

BATCH_MINUTES = 10
ESCALATE_HOURS = 6
MISSES = 2  # proposals in a row left to expire, after which somebody is asked no more
BEFORE = ("proposed", "accepted")
AFTER = ("introduced", "nudged", "asked")


class Desk:
    def __init__(self, host: Host) -> None:
        self.host = host

    def relay_of(self, id: int) -> Relay | None:
        return next((relay for relay in self.host.relays.all() if relay.id == id), None)

    def is_spy(self, relay: int) -> bool:
        known = self.relay_of(relay)
        return known is not None and self.host.preferences.get(known, "buddy.theme") == "spy"

    def reader(self, party: Party) -> Language:
        """The language of the channel in which they are written to."""
        relay = self.relay_of(party.relay)
        members = relay.channels if relay else ()
        found = next((m.language for m in members if m.channel == party.channel), party.side)
        return pick(found)

    def zone(self, party: Party) -> str:
        relay = self.relay_of(party.relay)
        side_zone = self.host.preferences.zone(relay, party.side) if relay else "UTC"
        return party.zone or side_zone

    def batch(self, relay: Relay) -> timedelta:
        return timedelta(minutes=self._number(relay, "buddy.batch_minutes", BATCH_MINUTES))

    def patience(self, relay: Relay) -> timedelta:
        return timedelta(hours=self._number(relay, "buddy.escalate_hours", ESCALATE_HOURS))

    def _number(self, relay: Relay, name: str, otherwise: int) -> int:
        found = self.host.preferences.get(relay, name, otherwise)
        return found if isinstance(found, int) and 0 < found < 1000 else otherwise

    async def say(self, connection: Any, party: Party, post: Post, key: str) -> None:
        await self.host.posts.say(connection, party.channel, post, key=key)

    async def queue(self, connection: Any, newcomer: Newcomer) -> None:
        """From now on they wait; anew, if they have before."""
        relay = self.relay_of(newcomer.relay)
        now = self.host.clock.now()
        await buddies.set_newcomer(
            connection,
            newcomer.id,
            state="waiting",
            spell=newcomer.spell + 1,
            asked_at=now,
            due_at=now + (self.batch(relay) if relay else timedelta(0)),
            told_at=None,
            escalated_at=None,
        )

    async def is_anyone_free(self, connection: Any, newcomer: Newcomer) -> bool:
        free = await buddies.free(connection, newcomer.relay)
        others = [one.person for one in free if one.side != newcomer.side]
        people = [newcomer.person, *others]
        apart = await buddies.kept_apart(connection, newcomer.relay, people)
        pairs = (frozenset({newcomer.person, other}) for other in others)
        return any(len(pair) == 2 and pair not in apart for pair in pairs)

    async def accept(self, connection: Any, match: Match, party: Party) -> bool:
        """Whether both have now."""
        is_newcomer = party is match.newcomer
        mine = "newcomer_accepts" if is_newcomer else "volunteer_accepts"
        if not await buddies.move(connection, match, ["proposed"], **{mine: True}):
            return False
        await self._answered(connection, party)
        now = await buddies.match(connection, match.id)
        if now is None or not (now.newcomer_accepts and now.volunteer_accepts):
            thanks = translate(words.WAITING, self.reader(party))
            await self.show(connection, party, thanks, match.proposal_key)
            return False
        due = self.host.clock.now()
        return await buddies.move(connection, match, ["proposed"], state="accepted", due_at=due)

    async def decline(self, connection: Any, match: Match, party: Party) -> bool:
        if not await self.end(connection, match, BEFORE, "declined"):
            return False
        await self._answered(connection, party)
        await self.fall_through(connection, match)
        await self.queue(connection, match.newcomer)
        return True

    async def expire(self, connection: Any, match: Match) -> None:
        """Who answered is not the one who has to be left in peace."""
        if not await self.end(connection, match, ["proposed"], "expired"):
            return
        volunteer, newcomer = match.volunteer, match.newcomer
        if not match.volunteer_accepts:
            misses = volunteer.misses + 1
            is_absent = misses >= MISSES and volunteer.state == "free"
            state = "paused" if is_absent else volunteer.state
            await buddies.set_volunteer(connection, volunteer.id, misses=misses, state=state)
            if is_absent:
                post = words.paused(volunteer, self.reader(volunteer))
                await self.say(connection, volunteer, post, f"buddy-paused:{match.id}")
        misses = 0 if match.newcomer_accepts else newcomer.misses + 1
        await buddies.set_newcomer(connection, newcomer.id, misses=misses % MISSES)
        await self.fall_through(connection, match, seeks_on=misses < MISSES)
        if misses < MISSES:
            await self.queue(connection, newcomer)
            return
        await buddies.set_newcomer(connection, newcomer.id, state="done", due_at=None)
        post = words.quiet(newcomer, self.reader(newcomer))
        await self.say(connection, newcomer, post, f"buddy-quiet:{match.id}")

    async def introduce(
        self, connection: Any, match: Match, posts: dict[ChannelId, Post], due: timedelta
    ) -> None:
        now = self.host.clock.now()
        if not await buddies.move(
            connection,
            match,
            ["accepted"],
            state="introduced",
            introduced_at=now,
            due_at=now + due,
        ):
            return
        await buddies.set_volunteer(connection, match.volunteer.id, idle_since=now)
        for party in match.parties:
            both = translate(words.CAME_ABOUT, self.reader(party))
            await self.show(connection, party, both, match.proposal_key)
            await self.say(connection, party, posts[party.channel], match.key)
        await self.host.posts.open_strand(connection, match.key, dict.fromkeys(posts, match.key))

    async def nudge(self, connection: Any, match: Match, due: timedelta) -> None:
        """Only where nobody has written yet."""
        due_at = (match.due_at or self.host.clock.now()) + due
        if not await buddies.move(
            connection, match, ["introduced"], state="nudged", due_at=due_at
        ) or not await buddies.is_silent(connection, match.key):
            return
        for party in match.parties:
            post = await self._below(connection, match, party, words.nudge)
            await self.say(connection, party, post, f"buddy-nudge:{match.id}")

    async def question(self, connection: Any, match: Match, due: timedelta) -> None:
        due_at = self.host.clock.now() + due
        if not await buddies.move(connection, match, ["nudged"], state="asked", due_at=due_at):
            return
        for party in match.parties:
            post = await self._below(connection, match, party, words.question)
            await self.say(connection, party, post, match.question_key)

    async def answer(self, connection: Any, match: Match, party: Party, *, talked: bool) -> bool:
        """The newcomer's word ends the introduction; the volunteer's is noted."""
        is_newcomer = party is match.newcomer
        mine = "newcomer_talked" if is_newcomer else "volunteer_talked"
        if not await buddies.move(connection, match, ["asked"], **{mine: talked}):
            return False
        if is_newcomer:
            return await self.close(connection, match, "talked" if talked else "silent")
        closed = translate(words.CLOSED, self.reader(party))
        await self.show(connection, party, closed, match.question_key)
        return True

    async def close(self, connection: Any, match: Match, outcome: str | None = None) -> bool:
        """Kindly, with the strand. Without an outcome, by what the volunteer said."""
        outcome = outcome or ("talked" if match.volunteer_talked else "silent")
        if not await self.end(connection, match, AFTER, outcome):
            return False
        await self.host.posts.close_strand(connection, match.key)
        for party in match.parties:
            closed = translate(words.CLOSED, self.reader(party))
            await self.show(connection, party, closed, match.question_key)
        state = match.newcomer.state
        if outcome == "another":
            await self.queue(connection, match.newcomer)
        elif state == "matched":
            await buddies.set_newcomer(connection, match.newcomer.id, state="done")
        return True

    async def _answered(self, connection: Any, party: Party) -> None:
        is_newcomer = isinstance(party, Newcomer)
        put = buddies.set_newcomer if is_newcomer else buddies.set_volunteer
        await put(connection, party.id, misses=0)

    async def end(self, connection: Any, match: Match, states: Any, outcome: str) -> bool:
        return await buddies.move(
            connection,
            match,
            states,
            state="closed",
            outcome=outcome,
            due_at=None,
            closed_at=self.host.clock.now(),
        )

    async def fall_through(self, connection: Any, match: Match, *, seeks_on: bool = True) -> None:
        """Both are told the same way whoever did not want or did not answer."""
        for party in match.parties:
            said = words.NOT_NEEDED
            if isinstance(party, Newcomer):
                said = words.FELL_THROUGH if seeks_on else words.FORGOTTEN
            text = translate(said, self.reader(party))
            await self.show(connection, party, text, match.proposal_key)

    async def show(self, connection: Any, party: Party, text: str, key: str) -> None:
        await self.host.posts.revise(connection, party.channel, Post(RichText(text)), key=key)

    async def _below(self, connection: Any, match: Match, party: Party, make: Any) -> Post:
        """A post that goes where the introduction is talked about, or hangs under it."""
        said = await self.host.posts.find(connection, match.key)
        root = next((post.ref for post in said if post.channel == party.channel), None)
        post: Post = make(match, party, self.reader(party))
        return replace(post, reply_to=root.id if root else None, beside=match.key)


def place(relay: Relay, channel: ChannelId) -> tuple[ChannelId, str] | None:
    """Where somebody who writes here is written to, and their side: a thread is its channel's."""
    members = [m for m in relay.channels if m.channel == channel] or [
        m for m in relay.channels if m.channel.platform == channel.platform
    ]
    return (members[0].channel, base(members[0].language)) if members else None


def has_sides(relay: Relay) -> bool:
    return len({base(member.language) for member in relay.channels}) > 1
