"""/question: the daily question 每日一问, suggested by members, kept in order by moderators."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.cog import (
    Button,
    Choice,
    Cog,
    Context,
    Describe,
    Host,
    Reply,
    command,
    on_button,
    repeating,
)
from bot.community.calendar import choose, last_due, left, moment
from bot.community.question_round import Rounds, seed
from bot.core.errors import Refused
from bot.core.language import base, detect
from bot.core.model import PersonId, Relay
from bot.core.richtext import RichText
from bot.i18n import N_, aside
from bot.preferences import SIDES
from bot.store import questions
from bot.store.questions import Day, Suggestion

MOST_WAITING = 5  # suggestions of one person
LENGTHS = (4, 200)  # characters

SUGGESTED = N_(
    "Thank you! Your question waits for a moderator. In the other language it reads: {text}"
)
TOO_MANY = N_(
    "{count} of your questions are waiting already. Please let the moderators catch up first."
)
LENGTH = N_("A question has {low} to {high} characters.")
NOTHING_WAITS = N_("No suggestions are waiting.")
WAITING = N_("No. {number}, suggested by {name}:")
APPROVE, REJECT = N_("Approve"), N_("Reject")
APPROVED, REJECTED = N_("No. {number} is in the pool now."), N_("No. {number} is turned down.")
NO_SUCH = N_("There is no suggestion No. {number}.")
REWORDED = N_("No. {number} reads differently now:")
HOW_TO_REWORD = N_("To change the wording: “/question reword {number} en New words” (or zh).")
SKIPPED_NEXT = N_("The next question is left out: there is none on {day}.")
SKIPPED_ALREADY = N_("The next question is left out already.")
PAUSED, RESUMED = N_("The daily question rests."), N_("The daily question goes on.")
NEXT = N_("Next: {when}")
IN_POOL = N_("{count} not asked yet, {all} in all.")
IS_RESTING = N_("It is resting. “/question resume” wakes it.")
AT_SET = N_("Both sides are asked at {time} ({zone}).")
OWN_SET = N_("Each side is asked at {time} of its own day.")
BAD_TIME = N_("“{text}” is no time of day. Write it like 20:00.")


class DailyQuestion(Cog):
    name = "daily_question"
    group = "question"
    describe = N_("The question of the day")
    is_optional = True
    title = N_("the question of the day")
    passing_posts = ("question:", "question-late:", "question-rests:")  # dated: rows say what was
    stores = N_(
        "Questions you suggested, with your name, until a moderator has decided; an approved one "
        "stays without your name if you ask to be forgotten."
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rounds = Rounds(host, self.name)

    @repeating(timedelta(minutes=1))
    async def look(self) -> None:
        """Do what is due in every community."""
        for relay in self.host.relays.all():
            if relay.is_paused or not self.host.preferences.is_on(relay, self.name):
                continue
            await self._rounds.look(relay)

    @command("suggest", N_("Suggest a question for both sides"), cooldown=20)
    async def suggest(
        self,
        ctx: Context,
        question: Annotated[str, Describe(N_("Your question, in your own language"))],
    ) -> Reply:
        relay = ctx.relay()
        words = " ".join(question.split())
        if not LENGTHS[0] <= len(words) <= LENGTHS[1]:
            raise Refused(LENGTH, low=LENGTHS[0], high=LENGTHS[1])
        prior = base(self.host.relays.language(ctx.channel) or "en")
        written = detect(words, prior)
        source = written if written in SIDES else prior
        target = "zh" if source == "en" else "en"
        made = await self.host.translator.translate(
            RichText(words), target=target, prior=source, community=relay.id
        )
        texts = (words, made.text.text) if source == "en" else (made.text.text, words)
        person = ctx.person
        async with self.host.store.transaction() as connection:
            waiting = await questions.count_by(connection, relay.id, person.person)
            if waiting >= MOST_WAITING:
                raise Refused(TOO_MANY, count=waiting)
            await questions.suggest(
                connection, relay.id, person.person, person.name, texts, self.host.clock.now()
            )
        return Reply(ctx.t(SUGGESTED, text=made.text.text))

    @command("review", N_("Look at the oldest suggestion"), for_mods=True)
    async def review(self, ctx: Context) -> Reply:
        return await self._next_suggestion(ctx, ctx.relay())

    @command("reword", N_("Change a suggestion's wording in one language"), for_mods=True)
    async def reword(
        self,
        ctx: Context,
        number: Annotated[int, Describe(N_("The suggestion's number"), minimum=1, maximum=10**9)],
        language: Annotated[
            str,
            Describe(
                N_("Which of its languages"),
                choices=(Choice("en", N_("English")), Choice("zh", N_("Chinese"))),
            ),
        ],
        text: Annotated[str, Describe(N_("The new words"), minimum=2, maximum=LENGTHS[1])],
    ) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            await self._suggestion(connection, relay, number)
            await questions.reword(connection, number, language, text.strip())
            found = await self._suggestion(connection, relay, number)
        return self._shown(ctx, found, ctx.t(REWORDED, number=number))

    @on_button("approve", for_mods=True)
    async def approve(self, ctx: Context, argument: str) -> Reply:
        return await self._judge(ctx, argument, "approved", APPROVED)

    @on_button("reject", for_mods=True)
    async def reject(self, ctx: Context, argument: str) -> Reply:
        return await self._judge(ctx, argument, "rejected", REJECTED)

    @command("preview", N_("See what is asked next, and when"), for_mods=True)
    async def preview(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        now = self.host.clock.now()
        plan = self._rounds.plan(relay)
        due = last_due(now, plan.at, plan.zones["zh"])
        async with self.host.store.reading() as connection:
            asked = await questions.day(connection, relay.id, due.day)
            day = due.day if asked is None and not due.is_late else due.day + timedelta(days=1)
            pool, used, last = await self._rounds.pool(connection, relay)
        chosen = choose(pool, used, last, seed(relay, day))
        when = moment(day, plan.at, plan.zones["zh"])
        lines = [ctx.t(NEXT, when=_times(ctx, when, relay))]
        if chosen is not None:
            lines += [chosen.en, chosen.zh]
        lines.append(ctx.t(IN_POOL, count=left(pool, used), all=len(pool)))
        if self._rounds.is_resting(relay):
            lines.append(ctx.t(IS_RESTING))
        return Reply("\n".join(lines))

    @command("skip", N_("Leave the next question out"), for_mods=True)
    async def skip(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        plan = self._rounds.plan(relay)
        now = self.host.clock.now()
        due = last_due(now, plan.at, plan.zones["zh"])
        day = due.day + timedelta(days=1)
        nothing = Day(day, None, "", "", (), is_skipped=True)
        async with self.host.store.transaction() as connection:
            is_new = await questions.add_day(connection, relay.id, nothing, now)
        return Reply(ctx.t(SKIPPED_NEXT if is_new else SKIPPED_ALREADY, day=day), is_private=False)

    @command("pause", N_("Let the daily question rest"), for_mods=True)
    async def pause(self, ctx: Context) -> Reply:
        await self.host.preferences.put(ctx.relay(), f"{self.name}.rests", value=True)
        return Reply(ctx.t(PAUSED), is_private=False)

    @command("resume", N_("Wake the daily question"), for_mods=True)
    async def resume(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        await self.host.preferences.put(relay, f"{self.name}.rests", value=False)
        woken = self.host.clock.now().isoformat()
        await self.host.preferences.put(relay, f"{self.name}.woken", woken)
        return Reply(ctx.t(RESUMED), is_private=False)

    @command("time", N_("Set when the question is asked"), for_mods=True)
    async def time(
        self,
        ctx: Context,
        at: Annotated[str, Describe(N_("A time of day, such as 20:00"), maximum=10)],
        mode: Annotated[
            str,
            Describe(
                N_("Once for both sides, or for each in its own day"),
                choices=(
                    Choice("both", N_("Once, by the Chinese side's clock")),
                    Choice("own", N_("Each side by its own clock")),
                ),
            ),
        ] = "both",
    ) -> Reply:
        relay = ctx.relay()
        try:
            found = time.fromisoformat(at.strip().replace("：", ":").zfill(5))
        except ValueError:
            raise Refused(BAD_TIME, text=at[:10]) from None
        await self.host.preferences.put(relay, f"{self.name}.at", found.strftime("%H:%M"))
        await self.host.preferences.put(relay, f"{self.name}.mode", mode)
        told = OWN_SET if mode == "own" else AT_SET
        zone = self.host.preferences.zone(relay, "zh")
        return Reply(ctx.t(told, time=found.strftime("%H:%M"), zone=zone), is_private=False)

    async def export(self, person: PersonId) -> dict[str, Any]:
        async with self.host.store.reading() as connection:
            mine = await questions.of_person(connection, person)
        return {"suggestions": [{"en": s.en, "zh": s.zh, "state": s.state} for s in mine]}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await self._rounds.take_back(connection, person)
            await questions.forget(connection, person)

    async def _next_suggestion(self, ctx: Context, relay: Relay, told: str = "") -> Reply:
        async with self.host.store.reading() as connection:
            waiting = await questions.suggested(connection, relay.id)
        if not waiting:
            return Reply("\n".join(line for line in (told, ctx.t(NOTHING_WAITS)) if line))
        heading = ctx.t(WAITING, number=waiting[0].id, name=waiting[0].name)
        return self._shown(ctx, waiting[0], f"{told}\n\n{heading}".strip())

    def _shown(self, ctx: Context, found: Suggestion, heading: str) -> Reply:
        lines = [heading, found.en, found.zh, "", ctx.t(HOW_TO_REWORD, number=found.id)]
        number = str(found.id)
        return Reply(
            "\n".join(lines),
            buttons=(
                Button(ctx.t(APPROVE), "approve", number, "primary"),
                Button(ctx.t(REJECT), "reject", number, "danger"),
            ),
        )

    async def _judge(self, ctx: Context, argument: str, state: str, told: str) -> Reply:
        relay = ctx.relay()
        number = int(argument) if argument.isdecimal() and len(argument) < 10 else 0
        async with self.host.store.transaction() as connection:
            await self._suggestion(connection, relay, number)
            await questions.judge(connection, number, state)
        return await self._next_suggestion(ctx, relay, ctx.t(told, number=number))

    async def _suggestion(self, connection: Any, relay: Relay, number: int) -> Suggestion:
        found = await questions.get(connection, relay.id, number)
        if found is None or found.state != "suggested":
            raise Refused(NO_SUCH, number=number)
        return found


def _times(ctx: Context, when: datetime, relay: Relay) -> str:
    """The moment on both sides' clocks."""
    clocks = (ZoneInfo(ctx.host.preferences.zone(relay, language)) for language in SIDES)
    return " · ".join(
        f"{when.astimezone(zone):%m-%d %H:%M}" + aside(zone.key, ctx.language) for zone in clocks
    )


async def setup(host: Host) -> None:
    host.add_cog(DailyQuestion(host))
