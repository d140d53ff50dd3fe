"""Sixty days of a community's life at a held clock, with the real database and cogs.

Rooms are in memory and people are drawn by a seed: they join, press, wait, decline, pause, or say
nothing. What the cogs promise is counted from what the rooms showed and what the database holds.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.audit import STEP, Audit, Member, Plan, Tally, instant, table
from bench.chart import draw
from bot.core.model import Author, Joined, MessageId, PersonId
from bot.dispatch import Dispatcher, Invocation, Press
from bot.store.database import Database
from bot.store.migrate import upgrade
from cogs.daily_question import DailyQuestion
from cogs.welcome_buddy import WelcomeBuddy
from tests.parts import EN, ZH, HeldClock, Shown, World, host_of, running, world_of

CHART = Path(__file__).parent.parent / "docs" / "community-simulation.svg"
IDLE_HOUR = 1  # UTC: the morning in Shanghai, when the other side's answers are told
ASKED = "每日一问 · Question of the day"
INTRODUCED = "新人伙伴 · Welcome buddy"
LIKES = (
    "cats",
    "cooking",
    "hiking",
    "tea",
    "music",
    "films",
    "books",
    "games",
    "猫",
    "做饭",
    "徒步",
)
ZONES = {
    "en": ("America/New_York", "America/Los_Angeles", "America/Chicago", "Europe/London"),
    "zh": ("Asia/Shanghai", "Asia/Shanghai", "Asia/Taipei", "Asia/Singapore"),
}
QUIET_END = 5  # days in which nobody new comes, so that what was begun can end
PLACES = {"en": EN, "zh": ZH}


class Life:
    """One community for some days."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world = world
        self.plan = plan
        self.dice = random.Random(plan.seed)
        self.dispatcher = Dispatcher(world.relaybook.language)
        host = host_of(world, self.dispatcher)
        self.dispatcher.attach(host)
        self.cogs = (DailyQuestion(host), WelcomeBuddy(host))
        for cog in self.cogs:
            host.add_cog(cog)
        self.members: dict[PersonId, Member] = {}
        self.tally = Tally()
        self._pressing: list[tuple[datetime, Member, str, str]] = []
        self._read = {"east": 0, "west": 0}
        self._talking: list[tuple[datetime, Member, MessageId]] = []

    async def live(self) -> Tally:
        plan, dice = self.plan, self.dice
        people = [self._member(number) for number in range(plan.members)]
        for member in people[: plan.volunteers]:
            await self._volunteer(member)
        arrivals = sorted(
            (plan.start + timedelta(minutes=dice.randrange(30, (plan.days - QUIET_END) * 1440)), n)
            for n in range(plan.volunteers, plan.members)
        )
        end = plan.start + timedelta(days=plan.days)
        while self.world.clock.now() < end:
            await self._go_on(arrivals[0][0] if arrivals else end)
            now = self.world.clock.now()
            while arrivals and arrivals[0][0] <= now:
                await self._arrive(people[arrivals.pop(0)[1]])
            await self._do_what_they_meant_to(now)
            for cog in self.cogs:
                await cog.look()
            await self._deliver()
            if now >= plan.start + timedelta(days=len(self.tally.by_day) + 1):
                await self._measure(now)
        await Audit(self.world, self.plan, self.members, self.tally).count()
        return self.tally

    async def _go_on(self, arrival: datetime) -> None:
        """To the next tenth minute at which anything can happen, or the next full third hour."""
        now = self.world.clock.now()
        meant = [one[0] for one in (*self._pressing, *self._talking)]
        rows = await self.world.query(
            "SELECT min(due_at) FROM (SELECT due_at FROM buddy_matches WHERE state != 'closed'"
            " UNION ALL SELECT due_at FROM buddy_newcomers WHERE state = 'waiting')"
        )
        due = [instant(row[0]) for row in rows if row[0] is not None]
        idle = now.replace(minute=0, second=0) + timedelta(hours=1)
        while idle.hour % 3 and idle.hour != IDLE_HOUR:
            idle += timedelta(hours=1)
        wanted = max(now, min(arrival, idle, *meant, *due))
        steps = max(1, -((now - wanted) // STEP))
        self.world.clock.advance(steps * STEP.total_seconds())

    def _member(self, number: int) -> Member:
        dice = self.dice
        is_volunteer = number < self.plan.volunteers
        side = ("en", "zh")[number % 2]
        place = PLACES[side]
        author = Author(PersonId(place.platform, f"p{number}"), f"P{number}")
        manners = ("eager", "slow", "silent", "choosy")
        weights = (80, 10, 4, 6) if is_volunteer else (65, 15, 12, 8)
        manner = dice.choices(manners, weights)[0]
        member = Member(author, side, manner, is_volunteer)
        member.pauses = is_volunteer and dice.random() < 0.15
        member.capacity = dice.choice((1, 2, 2, 3))
        self.members[author.person] = member
        return member

    async def _volunteer(self, member: Member) -> None:
        likes = ",".join(self.dice.sample(LIKES, self.dice.randrange(4)))
        zone = self.dice.choice(ZONES[member.side])
        known = self.dice.choice(("", "en zh", member.side))
        await self._ask(member, f'join "{known}" "{likes}" {zone} {member.capacity}')

    async def _arrive(self, member: Member) -> None:
        """Some press the button, some write the command, some just look around."""
        now = self.world.clock.now()
        self.dispatcher.announce(Joined(PLACES[member.side], member.author, now))
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()
        if self.dice.random() < 0.2:
            return
        member.asked_at = now
        likes = self.dice.sample(LIKES, self.dice.randrange(4))
        told = await self._ask(member, f"find {','.join(likes)}")
        member.was_anyone_free = told.startswith("We are looking")

    async def _ask(self, member: Member, text: str) -> str:
        asked = Invocation(
            (), PLACES[member.side], member.author, False, "en", text=f"buddy {text}"
        )
        return (await self.dispatcher.run(asked)).rich.text

    async def _do_what_they_meant_to(self, now: datetime) -> None:
        due = [one for one in self._pressing if one[0] <= now]
        self._pressing = [one for one in self._pressing if one[0] > now]
        for _, member, action, argument in due:
            press = Press(action, argument, PLACES[member.side], member.author, False, "en")
            await self.dispatcher.press(press)
        talk = [one for one in self._talking if one[0] <= now]
        self._talking = [one for one in self._talking if one[0] > now]
        for _, member, root in talk:
            await self.world.say("hello", channel=root.channel, author=member.author, reply_to=root)
        for member in self.members.values():
            if member.pauses and self.dice.random() < 0.001:
                await self._ask(member, self.dice.choice(("pause", "resume")))

    async def _deliver(self) -> None:
        while await self.world.query("SELECT 1 FROM outbox WHERE state = 'pending' LIMIT 1"):
            await self.world.deliver()
        for room in self.world.chats.values():
            for shown in room.sent[self._read[room.platform] :]:
                self._notice(shown.channel == EN, shown)
            self._read[room.platform] = len(room.sent)

    def _notice(self, is_english: bool, shown: Shown) -> None:
        """What people read, and what they mean to do about it."""
        now = self.world.clock.now()
        text = shown.part.text.text
        side = "en" if is_english else "zh"
        if text.startswith(ASKED):
            self.tally.days[side][now.astimezone(ZoneInfo("Asia/Shanghai")).date()] += 1
            self._answer_question(side, shown)
        whose = [m for m in self.members.values() if _names(text, m.author.name)]
        if text.startswith(INTRODUCED):
            self._talk(whose, shown)
        for button in shown.part.buttons:
            for member in whose:
                self._mean(member, button.action, button.argument)

    def _answer_question(self, side: str, shown: Shown) -> None:
        """One a day is enough to keep it from resting."""
        if side != "en":
            return
        member = self.dice.choice([m for m in self.members.values() if m.side == "en"])
        root = MessageId(shown.channel, shown.id)
        self._talking.append((self.world.clock.now() + timedelta(hours=1), member, root))

    def _talk(self, whose: list[Member], shown: Shown) -> None:
        root = MessageId(shown.channel, shown.id)
        for member in whose:
            if self.dice.random() < 0.6:
                when = self.world.clock.now() + timedelta(hours=self.dice.randrange(1, 90))
                self._talking.append((_next_hour(when), member, root))

    def _mean(self, member: Member, action: str, argument: str) -> None:
        """A person looks at their phone every now and then, and answers in their own way."""
        dice = self.dice
        if action in {"buddy.find", "buddy.looking"}:
            return
        patience = {"eager": 4, "slow": 30, "choosy": 8, "silent": 1000}[member.manner]
        when = _next_hour(self.world.clock.now() + timedelta(hours=patience * dice.random()))
        if action == "buddy.accept" and member.manner == "choosy" and dice.random() < 0.5:
            action = "buddy.decline"
        elif action == "buddy.decline":
            return  # they press one of the two
        elif (action == "buddy.talked" and not argument.endswith("yes")) or (
            action == "buddy.another" and dice.random() > 0.15
        ):
            return
        if member.manner != "silent":
            self._pressing.append((when, member, action, argument))

    async def _measure(self, now: datetime) -> None:
        """The open loads of those volunteers of the commonest kind who never paused."""
        rows = await self.world.query(
            "SELECT v.capacity, (SELECT count(*) FROM buddy_matches m WHERE m.volunteer_id = v.id"
            " AND m.state != 'closed') FROM buddy_volunteers v WHERE v.state = 'free'"
        )
        loads = [int(str(load)) for capacity, load in rows if capacity == 2]
        day = (now - self.plan.start) / timedelta(days=1)
        if loads:
            self.tally.open_loads.append((day, min(loads), max(loads)))
        rows = await self.world.query("SELECT count(*), count(introduced_at) FROM buddy_matches")
        self.tally.by_day.append((int(str(rows[0][0])), int(str(rows[0][1]))))


def _next_hour(when: datetime) -> datetime:
    """People look at their phones on the hour: it spares the simulation most of its steps."""
    return when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _names(text: str, name: str) -> bool:
    """Whether this person is spoken to."""
    at = text.find(f"@{name}")
    return at >= 0 and not text[at + len(name) + 1 : at + len(name) + 2].isdigit()


@asynccontextmanager
async def community(plan: Plan) -> AsyncGenerator[Life, None]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
        await upgrade(database)
        async with world_of(database, folder) as world:
            assert isinstance(world.clock, HeldClock)
            world.clock.at = plan.start
            yield Life(world, plan)
        await database.aclose()


PLANS = (
    Plan(datetime(2025, 2, 20, tzinfo=UTC), 60, 300, 120, 1),  # over 9 March, New York's spring
    Plan(datetime(2025, 10, 10, tzinfo=UTC), 60, 300, 120, 2),  # over 2 November
)


async def main() -> None:
    print("community: two times sixty days at a held clock")
    drawn: list[tuple[Plan, Tally]] = []
    for plan in PLANS:
        started = time.perf_counter()
        async with community(plan) as life:
            tally = await life.live()
        drawn.append((plan, tally))
        print("\n".join(table(plan, tally)))
        print(f"  simulated in {time.perf_counter() - started:.0f} s")
    CHART.write_text(
        draw([(f"{p.start:%Y-%m-%d}", t.by_day, t.open_loads) for p, t in drawn]),
        encoding="utf-8",
    )
    print(f"  drawn: {CHART.relative_to(CHART.parent.parent)}")
    if any(tally.problems for _, tally in drawn):
        raise RuntimeError("a promise was broken")
