"""What was promised to a simulated community, counted from what its database holds at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.model import Author, PersonId
from tests.parts import World

STEP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many, and by which seed."""

    start: datetime
    days: int
    members: int
    volunteers: int
    seed: int


@dataclass(slots=True)
class Member:
    """`manner` is eager, slow, silent or choosy: how they answer what they are asked."""

    author: Author
    side: str
    manner: str
    volunteers: bool
    pauses: bool = False
    capacity: int = 1
    asked_at: datetime | None = None  # as a newcomer
    was_anyone_free: bool = False


@dataclass(slots=True)
class Tally:
    """What was seen. `problems` are broken promises, each a sentence."""

    days: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    proposals: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0
    seekers: int = 0
    willing: int = 0
    introduced: int = 0
    told: int = 0  # in a round, that nobody was free
    waits: list[float] = field(default_factory=list)  # minutes to the first proposal
    loads: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    spread: int = 0
    problems: list[str] = field(default_factory=list)
    open_loads: list[tuple[float, int, int]] = field(default_factory=list)  # day, least, most
    by_day: list[tuple[int, int]] = field(default_factory=list)  # proposals, introductions


class Audit:
    def __init__(
        self, world: World, plan: Plan, members: dict[PersonId, Member], tally: Tally
    ) -> None:
        self.world = world
        self.plan = plan
        self.members = members
        self.tally = tally

    async def count(self) -> None:
        tally = self.tally
        await self._count_matches()
        await self._count_loads()
        zone = ZoneInfo("Asia/Shanghai")
        first = self.plan.start.astimezone(zone).date()
        days = [first + timedelta(days=n + 1) for n in range(self.plan.days - 1)]
        for side in ("en", "zh"):
            for day in days:
                if tally.days[side][day] != 1:
                    tally.problems.append(f"{tally.days[side][day]} questions on {day} ({side})")

    async def _count_matches(self) -> None:
        tally = self.tally
        rows = await self.world.query(
            "SELECT n.person, n.platform, v.person, m.proposed_at, m.introduced_at, m.outcome,"
            " m.newcomer_accepts FROM buddy_matches m JOIN buddy_newcomers n ON"
            " n.id = m.newcomer_id JOIN buddy_volunteers v ON v.id = m.volunteer_id ORDER BY m.id"
        )
        tally.proposals = len(rows)
        tally.introduced = sum(row[4] is not None for row in rows)
        tally.declined = sum(row[5] == "declined" for row in rows)
        tally.expired = sum(row[5] == "expired" for row in rows)
        pairs = Counter((row[0], row[2]) for row in rows)
        tally.problems += [f"{pair} were proposed twice" for pair, n in pairs.items() if n > 1]
        first: dict[str, datetime] = {}
        introduced = {str(row[0]) for row in rows if row[4] is not None}
        for row in rows:
            first.setdefault(str(row[0]), instant(row[3]))
        told = {
            str(row[0])
            for row in await self.world.query(
                "SELECT n.person FROM buddy_newcomers n JOIN posts p"
                " ON p.key LIKE 'buddy-nobody:' || n.id || ':%'"
            )
        }
        tally.told = len(told)
        for member in self.members.values():
            if member.asked_at is None:
                continue
            tally.seekers += 1
            name = member.author.person.id
            met = first.get(name)
            if met is not None:
                tally.waits.append((met - member.asked_at) / timedelta(minutes=1))
            can_be_served = member.was_anyone_free and name not in told
            if can_be_served and (met is None or met - member.asked_at > STEP):
                tally.problems.append(f"{name} waited longer than one round")
            if member.manner == "eager":
                tally.willing += 1
                if can_be_served and name not in introduced:
                    tally.problems.append(f"{name} was willing, and was never introduced")

    async def _count_loads(self) -> None:
        """Nobody is given a newcomer who brings them two ahead of an equal.

        Equals are of the same side and capacity, available throughout, and have not been proposed
        to this newcomer before.
        """
        rows = await self.world.query(
            "SELECT v.id, v.side, v.capacity, v.person FROM buddy_volunteers v ORDER BY v.id"
        )
        steady = {
            int(str(row[0])): (str(row[1]), int(str(row[2])))
            for row in rows
            if not self._paused_ever(str(row[3]))
        }
        spans = await self.world.query(
            "SELECT volunteer_id, newcomer_id, proposed_at, closed_at FROM buddy_matches"
        )
        events: list[tuple[datetime, int, int, int]] = []
        for volunteer, newcomer, begun, ended in spans:
            who = int(str(volunteer)), int(str(newcomer))
            events.append((instant(begun), 1, *who))
            if ended is not None:
                events.append((instant(ended), 0, *who))
        loads = dict.fromkeys(steady, 0)
        total = dict.fromkeys(steady, 0)
        met: dict[int, set[int]] = defaultdict(set)
        for at, batch in groupby(sorted(events), key=lambda event: event[0]):
            given = [(v, n) for _, kind, v, n in batch if self._moved(loads, kind, v)]
            for volunteer, newcomer in given:
                total[volunteer] += 1
                equals = [v for v in steady if steady[v] == steady[volunteer]]
                open_to = [loads[v] for v in equals if v not in met[newcomer]]
                ahead = loads[volunteer] - min(open_to)
                self.tally.spread = max(self.tally.spread, ahead)
                if ahead > 1:
                    self.tally.problems.append(f"at {at} one had {ahead} more than an equal")
            for _, _, volunteer, newcomer in (e for e in events if e[0] == at and e[1]):
                met[newcomer].add(volunteer)
        for volunteer, kind in steady.items():
            self.tally.loads.setdefault(kind, []).append(total[volunteer])

    def _moved(self, loads: dict[int, int], kind: int, volunteer: int) -> bool:
        """Whether one whose load is followed was given somebody."""
        if volunteer not in loads:
            return False
        loads[volunteer] += 1 if kind else -1
        return bool(kind)

    def _paused_ever(self, person: str) -> bool:
        """Also those whom two unanswered proposals paused."""
        found = next(m for m in self.members.values() if m.author.person.id == person)
        return found.pauses or found.manner in {"silent", "slow"}


def instant(value: object) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(str(value)))


def table(plan: Plan, tally: Tally) -> list[str]:
    waits = sorted(tally.waits)
    asked = [sum(days.values()) for days in tally.days.values()]
    totals = {
        f"{side}, capacity {capacity}": f"{min(n)} to {max(n)}"
        for (side, capacity), n in sorted(tally.loads.items())
    }
    p95 = waits[int(len(waits) * 0.95)] if waits else 0
    return [
        f"from {plan.start:%Y-%m-%d}, {plan.days} days, {plan.members} members, "
        f"{plan.volunteers} of them volunteers, seed {plan.seed}",
        f"  daily questions: {asked[0]} and {asked[1]}, one per side and day",
        f"  newcomers who asked for a buddy: {tally.seekers}, eager ones {tally.willing}; "
        f"told in a round that nobody was free: {tally.told}",
        f"  minutes to the first proposal: median {waits[len(waits) // 2]:.0f}, p95 {p95:.0f}",
        f"  proposals: {tally.proposals}; led to an introduction: {tally.introduced} "
        f"({tally.introduced * 100 // max(1, tally.proposals)} %); declined: {tally.declined}; "
        f"expired: {tally.expired}",
        f"  largest lead of one open load over an equal's: {tally.spread}",
        *(
            f"  proposals per steady volunteer ({kind}): {range_}"
            for kind, range_ in totals.items()
        ),
        f"  broken promises: {len(tally.problems)}",
        *(f"    {problem}" for problem in tally.problems[:10]),
    ]
