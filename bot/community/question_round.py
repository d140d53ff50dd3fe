"""What happens around a daily question: it is asked, left out, told next morning, or rests.

A community's day is the date in its Chinese side's zone. Both sides are asked at one moment that
suits both, or each in its own morning. Rows and post keys decide what has happened; the clock only
makes somebody look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.cog import Host
from bot.community.calendar import Due, Question, choose, last_due, left, moment
from bot.community.question_pool import bundled, own
from bot.core.language import base
from bot.core.model import PersonId, Relay, RelayChannel
from bot.core.render import excerpt
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, pick, translate
from bot.preferences import SIDES
from bot.services import Post
from bot.store import questions
from bot.store.questions import Day

TITLE = "每日一问 · Question of the day"
ANSWER_HERE = N_("Answer here, in your own language. The other side reads it in theirs.")
LEFT_OUT = N_(
    "No question on {day}: the bridge was down when it was due. The next one comes in time."
)
SLEPT = N_("While you slept, the other side answered “{question}”")
MORE = N_("… and {count} more.")
RESTS = N_(
    "The daily question takes a rest: nobody answered the last {count}. "
    "Moderators can wake it with “/question resume”."
)
LOW_STOCK = N_(
    "For the moderators: {count} daily questions are left before they repeat. "
    "“/question suggest” adds new ones."
)
ASK_AT = time(20, 0)  # in the Chinese side's evening it is morning on the American east coast
OWN_AT = time(9, 0)
DIGEST_AT = time(9, 0)
LOW = 7  # unused questions left
LATE = "late"  # stands among the tags of a date that was slept through
SHOWN = 5  # answers in a digest
TALKED_ABOUT = 14  # questions, from the latest on, under which talk is carried
UNANSWERED = 3  # questions in a row after which it rests


@dataclass(frozen=True, slots=True)
class Plan:
    """When a community asks: `sides` with the zone whose clock counts for each."""

    at: time
    zones: dict[str, str]
    is_own: bool


class Rounds:
    """`name` is under which the community's choices are kept."""

    def __init__(self, host: Host, name: str) -> None:
        self.host = host
        self.name = name
        self._seen: set[str] = set()  # what was decided, so that the store is asked once

    async def look(self, relay: Relay) -> None:
        """Do what is due in this community; twice does it no harm."""
        await self._ask_if_due(relay)
        await self._tell_if_due(relay)

    async def _ask_if_due(self, relay: Relay) -> None:
        """At most one question a date and side, however often this looks."""
        if self.is_resting(relay):
            return
        now = self.host.clock.now()
        plan = self.plan(relay)
        for group, zone in plan.zones.items():
            due = last_due(now, plan.at, zone)
            mark = f"{relay.id}:{due.day}:{group}"
            if mark in self._seen:
                continue
            channels = _channels(relay, group if plan.is_own else "")
            if not channels:
                continue
            if due.is_late or self._woken(relay) > moment(due.day, plan.at, zone):
                await self._leave_out(relay, due, channels)
            else:
                await self._ask(relay, due, channels)
            self._seen.add(mark)

    async def _ask(self, relay: Relay, due: Due, channels: Sequence[RelayChannel]) -> None:
        async with self.host.store.reading() as connection:
            day = await questions.day(connection, relay.id, due.day)
            pool, used, last = await self.pool(connection, relay)
            is_ignored = day is None and await self._is_ignored(connection, relay)
        if is_ignored:
            await self._rest(relay, due, channels)
            return
        if day is None:
            chosen = choose(pool, used, last, seed(relay, due.day))
            if chosen is None:
                return
            day = Day(due.day, chosen.key, chosen.en, chosen.zh, chosen.tags, is_skipped=False)
        if day.is_skipped:
            return
        said = {c.channel: _question_post(day, c) for c in channels}
        key = _key(relay, due.day)
        async with self.host.store.transaction() as connection:
            if not await questions.add_day(connection, relay.id, day, self.host.clock.now()):
                decided = await questions.day(connection, relay.id, due.day)
                if decided != day:  # another process chose, or skipped it, in between
                    return
            for channel, post in said.items():
                await self.host.posts.say(connection, channel, post, key=key)
            await self.host.posts.open_strand(connection, key, dict.fromkeys(said, key))
            await self._close_old(connection, relay)
            remaining = left(pool, used) - 1
            if remaining <= LOW:
                await self._warn(connection, relay, max(0, remaining), len(pool))

    async def _close_old(self, connection: Any, relay: Relay) -> None:
        """Every open one is kept in memory, and its thread read up on whenever we were away."""
        latest = await questions.days(connection, relay.id, limit=2 * TALKED_ABOUT)
        for day in latest[TALKED_ABOUT:]:
            await self.host.posts.close_strand(connection, _key(relay, day.day))

    async def _answers(
        self,
        relay: Relay,
        on: date,
        place: RelayChannel,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[RichText]:
        """What the other side said, in this channel's language."""
        async with self.host.store.reading() as connection:
            found = await questions.answers(connection, _key(relay, on), since=since, until=until)
        theirs = [
            (language, answer)
            for language, answer in found
            if language and base(language) != base(place.language) and answer.text
        ]
        lines: list[RichText] = []
        for language, answer in theirs[:SHOWN]:
            made = await self.host.translator.translate(
                answer.text, target=place.language, prior=language, community=relay.id
            )
            name = RichText.styled(answer.author.name, Style.BOLD)
            lines.append(RichText("• ") + name + ": " + excerpt(made.text))
        if len(theirs) > SHOWN:
            more = translate(MORE, pick(place.language), count=len(theirs) - SHOWN)
            lines.append(RichText(more))
        return lines

    async def _leave_out(self, relay: Relay, due: Due, channels: Sequence[RelayChannel]) -> None:
        """Too late for this date. It is said where people are used to a question."""
        nothing = Day(due.day, None, "", "", (LATE,) if due.is_late else (), is_skipped=True)
        async with self.host.store.transaction() as connection:
            before = await questions.days(connection, relay.id, limit=2)
            asked = await self.host.posts.find(connection, _key(relay, due.day))
            told = {post.ref.channel for post in asked}
            await questions.add_day(connection, relay.id, nothing, self.host.clock.now())
            decided = await questions.day(connection, relay.id, due.day) or nothing
            is_used_to = any(not day.is_skipped for day in before)
            is_by_a_mod = decided.is_skipped and LATE not in decided.tags
            if not due.is_late or not is_used_to or is_by_a_mod:
                return
            for place in channels:
                if place.channel in told:
                    continue
                text = translate(LEFT_OUT, pick(place.language), day=str(due.day))
                key = f"question-late:{relay.id}:{due.day}"
                await self.host.posts.say(connection, place.channel, Post(RichText(text)), key=key)

    async def _tell_if_due(self, relay: Relay) -> None:
        """Each side's morning digest of what the other side answered since the last one."""
        now = self.host.clock.now()
        for group in SIDES:
            zone = self.host.preferences.zone(relay, group)
            due = last_due(now, DIGEST_AT, zone)
            mark = f"digest:{relay.id}:{due.day}:{group}"
            if mark in self._seen or due.is_late:
                continue
            since, until = (
                moment(day, DIGEST_AT, zone) for day in (due.day - timedelta(days=1), due.day)
            )
            async with self.host.store.reading() as connection:
                latest = await questions.days(connection, relay.id, limit=3)
            asked = [day for day in latest if not day.is_skipped]
            for place in _side(relay, group):
                if place.options.receives:
                    await self._tell(relay, place, asked, (since, until), mark)
            self._seen.add(mark)

    async def _tell(
        self,
        relay: Relay,
        place: RelayChannel,
        asked: Sequence[Day],
        night: tuple[datetime, datetime],
        key: str,
    ) -> None:
        """`night` ends where the next one begins: nothing is told twice, however late we look."""
        since, until = night
        parts: list[RichText] = []
        for day in asked:
            lines = await self._answers(relay, day.day, place, since=since, until=until)
            if lines:
                question = day.en if base(place.language) == "en" else day.zh
                text = translate(SLEPT, pick(place.language), question=question)
                parts.append(join([RichText.styled(text, Style.BOLD), *lines], "\n"))
        if not parts:
            return
        async with self.host.store.transaction() as connection:
            post = Post(join(parts, "\n\n"))
            await self.host.posts.say(connection, place.channel, post, key=key)

    async def take_back(self, connection: Any, person: PersonId) -> None:
        """The digests that may quote this person."""
        answered = await questions.answered_by(connection, person)
        mornings = {
            (relay, heard_at.date() + timedelta(days=later))
            for relay, heard_at in answered
            for later in range(3)  # the next one, wherever it is morning first
        }
        for relay, day in sorted(mornings):
            for group in SIDES:
                key = f"digest:{relay}:{day}:{group}"
                for post in await self.host.posts.find(connection, key):
                    await self.host.posts.remove(connection, post.ref.channel, key=key)

    async def _is_ignored(self, connection: Any, relay: Relay) -> bool:
        """Whether nobody answered the last few; what was asked before it was woken is forgiven."""
        woken = self._woken(relay).date()
        asked = [
            day
            for day in await questions.days(connection, relay.id, limit=10)
            if not day.is_skipped and day.day > woken
        ][:UNANSWERED]
        if len(asked) < UNANSWERED:
            return False
        return not any([await questions.answers(connection, _key(relay, day.day)) for day in asked])

    async def _rest(self, relay: Relay, due: Due, channels: Sequence[RelayChannel]) -> None:
        async with self.host.store.transaction() as connection:
            for place in channels:
                text = translate(RESTS, pick(place.language), count=UNANSWERED)
                key = f"question-rests:{relay.id}:{due.day}"
                await self.host.posts.say(connection, place.channel, Post(RichText(text)), key=key)
        await self.host.preferences.put(relay, f"{self.name}.rests", value=True)

    async def _warn(self, connection: Any, relay: Relay, count: int, size: int) -> None:
        """Once for each size of the pool, in the community's first channel."""
        place = relay.channels[0]
        text = translate(LOW_STOCK, pick(place.language), count=count)
        key = f"question-low:{relay.id}:{size}"
        await self.host.posts.say(connection, place.channel, Post(RichText(text)), key=key)

    async def pool(
        self, connection: Any, relay: Relay
    ) -> tuple[list[Question], dict[str, date], tuple[str, ...]]:
        """All questions, when each was asked last, and what the last was about."""
        mine = await questions.suggested(connection, relay.id, state="approved")
        pool = [*bundled(), *(own(one.id, one.en, one.zh) for one in mine)]
        past = [day for day in await questions.days(connection, relay.id) if day.question]
        used = {day.question: day.day for day in reversed(past) if day.question}
        return pool, used, past[0].tags if past else ()

    def plan(self, relay: Relay) -> Plan:
        is_own = self.host.preferences.get(relay, f"{self.name}.mode", "both") == "own"
        at = self.host.preferences.get(relay, f"{self.name}.at")
        zones = {"zh": self.host.preferences.zone(relay, "zh")}
        if is_own:
            zones["en"] = self.host.preferences.zone(relay, "en")
        otherwise = OWN_AT if is_own else ASK_AT
        return Plan(time.fromisoformat(at) if at else otherwise, zones, is_own)

    def is_resting(self, relay: Relay) -> bool:
        return bool(self.host.preferences.get(relay, f"{self.name}.rests", default=False))

    def _woken(self, relay: Relay) -> datetime:
        woken = self.host.preferences.get(relay, f"{self.name}.woken")
        return datetime.fromisoformat(woken) if woken else datetime.min.replace(tzinfo=UTC)


def _channels(relay: Relay, group: str) -> list[RelayChannel]:
    """Those of one side, or all, where people can answer."""
    return [one for one in _side(relay, group) if one.options.is_mutual]


def _side(relay: Relay, group: str) -> list[RelayChannel]:
    return [one for one in relay.channels if group in ("", base(one.language))]


def _key(relay: Relay, day: date) -> str:
    return f"question:{relay.id}:{day}"


def seed(relay: Relay, day: date) -> str:
    return f"{relay.id}:{day}"


def _question_post(day: Day, place: RelayChannel) -> Post:
    first, second = (day.en, day.zh) if base(place.language) == "en" else (day.zh, day.en)
    reader = pick(place.language)
    lines = [
        RichText.styled(TITLE, Style.BOLD),
        RichText(first),
        RichText(second),
        RichText(translate(ANSWER_HERE, reader)),
    ]
    return Post(join(lines, "\n"), thread=excerpt(RichText(first), 80).text)
