"""/correct and /corrections: members suggest better translations, mods decide, and it is learnt.

What is learnt stays in its community and is used for exactly that text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from bot.cog import Cog, Context, Describe, Host, Reply, command, daily, on_button
from bot.community import corrections as queue
from bot.community.corrections import LONGEST, STALE, Accepted, Said
from bot.community.glossary import MOST, entries_of, is_short
from bot.core.errors import Refused
from bot.core.model import Button, PersonId
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.store import corrections, glossary
from bot.store.corrections import Correction, State
from cogs import _correction_words as words

BETWEEN = timedelta(seconds=30)  # two corrections of one person
PENDING = timedelta(minutes=10)  # for which it is remembered what a person wants to correct
KEPT = timedelta(days=30)  # in the queue
MOST_PENDING = 1_000
ON_A_PAGE = 10

TEXT = N_("The better translation")
NUMBER = N_("The correction's number")
ROW = N_("Its number in “/corrections learned”")
PAGE = N_("Which page")


@dataclass(frozen=True, slots=True)
class _Pending:
    """A message that somebody is about to suggest better words for."""

    relay: int
    argument: str
    at: datetime


class Corrections(Cog):
    name = "corrections"
    describe = N_("Better translations: suggested by members, decided by mods")
    is_optional = True
    title = N_("better translations")
    stores = N_(
        "Translations you reported, until a mod has decided, and what you decided as a mod."
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._pending: dict[PersonId, _Pending] = {}
        self._last: dict[PersonId, datetime] = {}

    @command(
        "correct",
        N_("Suggest a better translation: use it in a reply to one of mine"),
        menu=N_("Better translation"),
    )
    async def correct(
        self, ctx: Context, text: Annotated[str, Describe(TEXT, maximum=LONGEST)] = ""
    ) -> Reply:
        better = text.strip() or None
        if better is not None and not any(sign.isalnum() for sign in better):
            raise Refused(words.NOTHING_SAID)
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            if ctx.reply_to is not None:
                said = await queue.meant(connection, self.host.relays, relay, ctx.reply_to)
            else:
                argument = self._awaited(ctx, relay.id)
                said = await queue.reported(connection, self.host.relays, relay, argument)
            if better is None:
                self._await(ctx, relay.id, said)
                return Reply(ctx.t(words.NOW_SAY, shown=words.clipped(said.shown)))
            self._cool_down(ctx.person.person)
            number = await queue.report(
                connection,
                relay,
                said,
                by=ctx.person.person,
                name=ctx.person.name,
                words=better,
                now=self.host.clock.now(),
            )
        self._pending.pop(ctx.person.person, None)
        self._last[ctx.person.person] = self.host.clock.now()
        return Reply(ctx.t(words.THANKS, number=number))

    @on_button("report")
    async def report(self, ctx: Context, argument: str) -> Reply:
        """Under an explanation: the translation is bad, whatever would be better."""
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            said = await queue.reported(connection, self.host.relays, relay, argument)
            number = await queue.report(
                connection,
                relay,
                said,
                by=ctx.person.person,
                name=ctx.person.name,
                words=None,
                now=self.host.clock.now(),
            )
        self._await(ctx, relay.id, said)
        return Reply(ctx.t(words.REPORTED, number=number))

    @command("corrections list", N_("Decide about suggested translations"), for_mods=True)
    async def list(self, ctx: Context) -> Reply:
        return await self._desk(ctx, 0)

    @on_button("next", for_mods=True)
    async def next(self, ctx: Context, argument: str) -> Reply:
        return await self._desk(ctx, _number(argument))

    @on_button("accept", for_mods=True)
    async def accept(self, ctx: Context, argument: str) -> Reply:
        number = _number(argument)
        return self._learnt(ctx, number, await self._accept(ctx, number, None))

    @on_button("edit", for_mods=True)
    async def edit(self, ctx: Context, argument: str) -> Reply:
        number = _number(argument)
        async with self.host.store.reading() as connection:
            await queue.still_open(connection, ctx.relay(), number)
        return Reply(ctx.t(words.HOW_TO_EDIT, number=number))

    @on_button("reject", for_mods=True)
    async def reject(self, ctx: Context, argument: str) -> Reply:
        number, relay = _number(argument), ctx.relay()
        async with self.host.store.transaction() as connection:
            await queue.still_open(connection, relay, number)
            await queue.decide(
                connection,
                relay,
                number,
                State.REJECTED,
                by=ctx.person.person,
                now=self.host.clock.now(),
            )
        following = Button(ctx.t(words.NEXT), "next", str(number))
        return Reply(ctx.t(words.REJECTED, number=number), buttons=(following,))

    @command("corrections fix", N_("Accept a correction in your own words"), for_mods=True)
    async def fix(
        self,
        ctx: Context,
        number: Annotated[int, Describe(NUMBER, minimum=1)],
        text: Annotated[str, Describe(TEXT, minimum=1, maximum=LONGEST)],
    ) -> Reply:
        return self._learnt(ctx, number, await self._accept(ctx, number, text.strip()))

    @on_button("term", for_mods=True)
    async def term(self, ctx: Context, argument: str) -> Reply:
        """What was learnt is a word: use it inside other texts too."""
        row, relay = _number(argument), ctx.relay()
        async with self.host.store.transaction() as connection:
            lesson = await glossary.lesson(connection, relay.id, row)
            if lesson is None or not is_short(lesson.original) or not is_short(lesson.target):
                raise Refused(STALE)
            way = f"{lesson.source_language}-{lesson.target_language}"
            entries = entries_of(lesson.original, lesson.target, way)
            now = self.host.clock.now()
            await glossary.put(connection, relay.id, entries, ctx.person.person, now)
            if await glossary.count(connection, relay.id) > MOST:
                raise Refused(words.GLOSSARY_FULL, most=MOST)
            self.host.wordbook.renew(connection, relay.id)
        told = ctx.t(words.IN_GLOSSARY, source=entries[0].source, target=lesson.target)
        return Reply(told, is_private=False)

    @command("corrections learned", N_("Show what corrections have taught"), for_mods=True)
    async def learned(
        self, ctx: Context, page: Annotated[int, Describe(PAGE, minimum=1, maximum=9999)] = 1
    ) -> Reply:
        return await self._lessons(ctx, page)

    @on_button("lessons", for_mods=True)
    async def lessons(self, ctx: Context, argument: str) -> Reply:
        return await self._lessons(ctx, max(1, _number(argument)))

    @command("corrections unlearn", N_("Forget what a correction has taught"), for_mods=True)
    async def unlearn(
        self, ctx: Context, number: Annotated[int, Describe(ROW, minimum=1)]
    ) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            if not await glossary.unlearn(connection, relay.id, number):
                raise Refused(words.NOT_LEARNT, number=number)
            self.host.wordbook.renew(connection, relay.id)
        return Reply(ctx.t(words.UNLEARNT, number=number), is_private=False)

    @daily(time(3, 40))
    async def let_go(self) -> None:
        async with self.host.store.transaction() as connection:
            before = self.host.clock.now() - KEPT
            await corrections.let_go(connection, made_before=before)
            await glossary.lose_sight(connection)

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        async with self.host.store.reading() as connection:
            found = await corrections.of_person(connection, person)
            learnt = await glossary.learnt_of(connection, person)
        exported = {
            "corrections": [words.exported(one, person) for one in found],
            "learned": [{"original": one.original, "translation": one.target} for one in learnt],
        }
        return {name: listed for name, listed in exported.items() if listed}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await corrections.forget(connection, person)
            for community in await glossary.forget_learner(connection, person):
                self.host.wordbook.renew(connection, community)
        self._pending.pop(person, None)
        self._last.pop(person, None)

    async def _accept(self, ctx: Context, number: int, better: str | None) -> Accepted:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            return await queue.accept(
                connection,
                self.host.wordbook,
                relay,
                number,
                by=ctx.person.person,
                words=better,
                now=self.host.clock.now(),
            )

    def _learnt(self, ctx: Context, number: int, accepted: Accepted) -> Reply:
        buttons = [Button(ctx.t(words.NEXT), "next", str(number))]
        if is_short(accepted.original) and is_short(accepted.words):
            add = Button(ctx.t(words.ADD_TERM), "term", str(accepted.row), "primary")
            buttons.insert(0, add)
        return Reply(ctx.t(words.ACCEPTED, number=number), buttons=tuple(buttons))

    async def _desk(self, ctx: Context, after: int) -> Reply:
        """The oldest open one after this number, else the oldest of all."""
        relay = ctx.relay()
        async with self.host.store.reading() as connection:
            count = await corrections.count_open(connection, relay.id)
            found = await corrections.next_open(connection, relay.id, after)
            found = found or await corrections.next_open(connection, relay.id)
        if found is None:
            return Reply(ctx.t(words.NONE_OPEN))
        return Reply(words.card(ctx, found, count), buttons=tuple(_choices(ctx, found, count)))

    async def _lessons(self, ctx: Context, page: int) -> Reply:
        relay = ctx.relay()
        async with self.host.store.reading() as connection:
            count = await glossary.count_lessons(connection, relay.id)
            pages = max(1, -(-count // ON_A_PAGE))
            at = min(page, pages)
            listed = await glossary.lessons(
                connection, relay.id, limit=ON_A_PAGE, offset=(at - 1) * ON_A_PAGE
            )
        if not listed:
            return Reply(ctx.t(words.NOTHING_LEARNT))
        heading = ctx.t(words.LEARNT_HEADING, count=count, page=at, pages=pages)
        lines = [RichText.styled(heading, Style.BOLD)]
        for one in listed:
            values = {"original": words.clipped(one.original), "target": words.clipped(one.target)}
            lines.append(RichText(ctx.t(words.LESSON, number=one.id, **values)))
        buttons: list[Button] = []
        if at > 1:
            buttons.append(Button(ctx.t(words.EARLIER), "lessons", str(at - 1)))
        if at < pages:
            buttons.append(Button(ctx.t(words.LATER), "lessons", str(at + 1)))
        return Reply(join(lines, "\n"), buttons=tuple(buttons))

    def _await(self, ctx: Context, relay: int, said: Said) -> None:
        if len(self._pending) >= MOST_PENDING:
            self._pending.clear()
        argument = queue.argument_of(said.message.id, said.language)
        self._pending[ctx.person.person] = _Pending(relay, argument, self.host.clock.now())

    def _awaited(self, ctx: Context, relay: int) -> str:
        pending = self._pending.get(ctx.person.person)
        is_fresh = pending is not None and self.host.clock.now() < pending.at + PENDING
        if pending is None or not is_fresh or pending.relay != relay:
            raise Refused(words.REPLY_FIRST)
        return pending.argument

    def _cool_down(self, person: PersonId) -> None:
        """Raises `Refused`."""
        now = self.host.clock.now()
        self._last = {who: at for who, at in self._last.items() if now < at + BETWEEN}
        if person in self._last:
            left = (self._last[person] + BETWEEN - now).total_seconds()
            raise Refused(words.TOO_SOON, seconds=max(2, round(left)))


def _choices(ctx: Context, found: Correction, count: int) -> list[Button]:
    number = str(found.id)
    buttons: list[Button] = []
    if found.suggested is not None:
        buttons.append(Button(ctx.t(words.ACCEPT), "accept", number, "primary"))
    buttons.append(Button(ctx.t(words.EDIT), "edit", number))
    buttons.append(Button(ctx.t(words.REJECT), "reject", number, "danger"))
    if count > 1:
        buttons.append(Button(ctx.t(words.NEXT), "next", number))
    return buttons


def _number(argument: str) -> int:
    """Raises `Refused`."""
    if not argument.isascii() or not argument.isdigit():
        raise Refused(STALE)
    return int(argument[:18])


async def setup(host: Host) -> None:
    host.add_cog(Corrections(host))
