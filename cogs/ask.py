"""/ask: a question to the other side, its answers carried back, the best one kept as a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Annotated, Any

from bot.cog import Cog, Context, Describe, Host, Reply, command, daily, on_button, repeating
from bot.community import ask_cards, likeness
from bot.core import asks as core
from bot.core.asks import Ask, Choice, Consent, Draft, State, open_to
from bot.core.errors import Refused
from bot.core.language import base, chinese_script
from bot.core.model import Button, PersonId, Relay
from bot.core.richtext import RichText, Style, join
from bot.core.shield import bare
from bot.i18n import N_, aside
from bot.store import ask_words, asks, messages, translations
from cogs._ask_desk import DELETED, OVER_ALREADY, STALE, Desk

SHORTEST, LONGEST = 5, 500
DRAFTS_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=30)  # questions that came to nothing
HIGHEST = 1_000_000  # a number
MOST_CHOICES = 5
MOST_FOUND = 5
FITS = 0.5  # a card is found by at least this share of the words

QUESTION = N_("Your question, in your own language")
WORDS = N_("Words to look for, in either language")
NUMBER = N_("The question's number")
INTO = N_("The number of the question it repeats")

ONE_SIDE = N_("Everyone in this relay writes the same language, so there is no other side to ask.")
ONE_WAY = N_("The other side's channels are set to one direction, so nobody there could answer.")
PAUSED = N_("The relay is paused, so your question would not reach the other side now.")
WRONG_LENGTH = N_("A question has {shortest} to {longest} characters; yours has {count}.")
NO_WORDS = N_("Please put your question into words.")
ASKED = N_("Asked as No. {number}. What people answer is translated and shown here too.")
ASKED_BEFORE = N_("This may have been asked before:")
SOLVED = N_("solved")
ASK_ANYWAY = N_("Ask anyway")
SHOW_ANSWER = N_("Show the answer to No. {number}")
SHOW = N_("Show No. {number}")
NONE_FOUND = N_("No answered question matches that. Ask the other side with “/ask”.")
ONLY_ASKER = N_("Only {name} and the moderators can choose the best answer.")
ONLY_ASKER_REPEATS = N_("Only {name} can ask this once more.")
ONLY_ANSWERER = N_("Only {name} can decide about this answer.")
NO_ANSWERS = N_("Nobody else has answered No. {number} yet.")
WHICH = N_("Which answer to No. {number} is the best?")
WORDLESS = N_("(no words)")
CHOSEN = N_(
    "Thank you! No. {number} is solved. We are asking {name} whether to archive the answer."
)
CHOSEN_WORDLESS = N_(
    "Thank you! No. {number} is solved. That answer's words are not kept, so it is not archived."
)
AGREED = N_("Thank you! Your answer is in the archive; “/answers” finds it.")
DECLINED = N_("All right, your answer is not archived. Thank you for helping!")
NO_SUCH = N_("There is no question No. {number} here.")
CLOSED = N_("No. {number} is closed.")
MERGED = N_("No. {number} now points to No. {into}.")
SAME = N_("A question can't be merged into itself.")
SOLVED_ALREADY = N_("No. {number} is solved already.")


class AskTheOtherSide(Cog):
    name = "ask"
    describe = N_("Questions to the other side, and their best answers")
    is_optional = True
    title = N_("questions to the other side")
    stores = N_(
        "The questions you asked, with your name; and answers of yours that were chosen, "
        "their words only if you agreed."
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._desk = Desk(host)

    async def load(self) -> None:
        async with self.host.store.transaction() as connection:
            await ask_words.prepare(connection)

    @command("ask", N_("Ask the other side a question; the answers come back translated"))
    async def ask(
        self,
        ctx: Context,
        question: Annotated[str, Describe(QUESTION, minimum=SHORTEST, maximum=LONGEST)],
    ) -> Reply:
        relay = self._reached(ctx)
        text = _checked(question)
        asker = ctx.person.person
        async with self.host.store.reading() as connection:
            await self._desk.admit(connection, asker)
        channel = self.host.relays.home(ctx.channel) or ctx.channel
        side = core.side_of(relay, channel)
        texts = await self._desk.in_all(relay, text, prior=side)
        draft = Draft(relay.id, channel, side, asker, ctx.person.name, texts)
        async with self.host.store.transaction() as connection:
            await self._desk.admit(connection, asker)
            alike = await self._desk.alike(connection, draft)
            if not alike:
                number = await self._desk.post(connection, relay, draft)
                return Reply(ctx.t(ASKED, number=number))
            row = await asks.draft(connection, draft, self.host.clock.now())
        return _offer(ctx, alike, row)

    @on_button("anyway")
    async def ask_anyway(self, ctx: Context, argument: str) -> Reply:
        relay = self._reached(ctx)
        (row,) = _numbers(argument, 1)
        async with self.host.store.transaction() as connection:
            draft = await asks.take_draft(connection, row, ctx.person.person)
            if draft is None or draft.relay != relay.id:
                raise Refused(STALE)
            await self._desk.admit(connection, ctx.person.person)
            number = await self._desk.post(connection, relay, draft)
        return Reply(ctx.t(ASKED, number=number))

    @command("answers", N_("Find questions that were answered, in either language"))
    async def answers(
        self, ctx: Context, words: Annotated[str, Describe(WORDS, minimum=1, maximum=100)]
    ) -> Reply:
        relay = ctx.relay()
        if chinese_script(words) == "Hant":
            made = await self.host.translator.translate(
                RichText(words), target="zh", prior="zh-Hant"
            )
            words = made.text.text
        wanted = likeness.terms(words)
        async with self.host.store.reading() as connection:
            rows = await ask_words.find(connection, relay.id, wanted, [State.ARCHIVED])
            share = {row: likeness.coverage(wanted, indexed) for row, indexed in rows}
            best = sorted((row for row in share if share[row] >= FITS), key=lambda row: -share[row])
            cards = await asks.among(connection, best[:MOST_FOUND])
        if not cards:
            raise Refused(NONE_FOUND)
        most = ask_cards.CARD // len(cards)
        shown = join([ask_cards.found(card, ctx.language, most=most) for card in cards], "\n\n")
        more = cards if len(cards) > 1 else ()
        buttons = [Button(ctx.t(SHOW, number=card.number), "show", str(card.id)) for card in more]
        return Reply(shown, buttons=tuple(buttons))

    @on_button("show")
    async def show(self, ctx: Context, argument: str) -> Reply:
        (row,) = _numbers(argument, 1)
        async with self.host.store.reading() as connection:
            ask = await self._named(connection, ctx, row)
        if ask.state is not State.ARCHIVED:
            raise Refused(STALE)
        return Reply(ask_cards.found(ask, ctx.language))

    @on_button("choose")
    async def choose(self, ctx: Context, argument: str) -> Reply:
        (row,) = _numbers(argument, 1)
        async with self.host.store.reading() as connection:
            ask = await self._to_choose_for(connection, ctx, row)
            rows = await asks.answers(connection, ask, most=MOST_CHOICES)
            heard = await messages.get(connection, rows)
            known = await translations.load(connection, rows)
        if not rows:
            raise Refused(NO_ANSWERS, number=ask.number)
        lines = [RichText.styled(ctx.t(WHICH, number=ask.number), Style.BOLD)]
        buttons: list[Button] = []
        for one in (heard[row] for row in rows):
            made = known.get((one.id, one.revision, ctx.language))
            words = " ".join((made.text if made else one.text).text.split()) or ctx.t(WORDLESS)
            lines.append(RichText(f"• {one.author.name}: {ask_cards.clipped(words, 200)}"))
            label = f"{ask_cards.clipped(one.author.name, 20)}: {words}"
            buttons.append(Button(ask_cards.clipped(label, 60), "pick", f"{ask.id}.{one.id}"))
        return Reply(join(lines, "\n"), buttons=tuple(buttons))

    @on_button("pick")
    async def pick(self, ctx: Context, argument: str) -> Reply:
        row, message = _numbers(argument, 2)
        async with self.host.store.transaction() as connection:
            ask = await self._to_choose_for(connection, ctx, row)
            choice = await self._desk.choose(connection, ask, message)
        told = CHOSEN if choice.consent is Consent.ASKED else CHOSEN_WORDLESS
        return Reply(ctx.t(told, number=ask.number, name=choice.name))

    @on_button("agree")
    async def agree(self, ctx: Context, argument: str) -> Reply:
        (row,) = _numbers(argument, 1)
        async with self.host.store.reading() as connection:
            ask, choice = await self._to_consent(connection, ctx, row)
            one = (await messages.get(connection, [choice.message])).get(choice.message)
        relay = self._desk.relay_of(ask)
        if one is None or relay is None or not one.text:
            raise Refused(DELETED)
        texts = await self._desk.in_all(relay, one.text.text, prior=choice.side)
        async with self.host.store.transaction() as connection:
            ask, choice = await self._to_consent(connection, ctx, row)
            if (await messages.get(connection, [one.id])).get(one.id) != one:
                raise Refused(DELETED)
            await self._desk.settle(connection, ask, Consent.GIVEN, texts)
        return Reply(ctx.t(AGREED))

    @on_button("decline")
    async def decline(self, ctx: Context, argument: str) -> Reply:
        (row,) = _numbers(argument, 1)
        async with self.host.store.transaction() as connection:
            ask, _ = await self._to_consent(connection, ctx, row)
            await self._desk.settle(connection, ask, Consent.REFUSED, {})
        return Reply(ctx.t(DECLINED))

    @on_button("repeat")
    async def repeat(self, ctx: Context, argument: str) -> Reply:
        relay = self._reached(ctx)
        (row,) = _numbers(argument, 1)
        async with self.host.store.transaction() as connection:
            ask = await self._named(connection, ctx, row)
            if ask.state is not State.UNANSWERED:
                raise Refused(STALE)
            if ask.asker != ctx.person.person:
                raise Refused(ONLY_ASKER_REPEATS, name=_asker(ctx, ask))
            await self._desk.admit(connection, ctx.person.person)
            number = await self._desk.repeat(connection, relay, ask, ctx.person.name)
        return Reply(ctx.t(ASKED, number=number))

    @command("ask-close", N_("Close a question; what was archived of it goes"), for_mods=True)
    async def close(
        self, ctx: Context, number: Annotated[int, Describe(NUMBER, minimum=1, maximum=HIGHEST)]
    ) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            ask = await self._numbered(connection, relay, number)
            await self._desk.finish(connection, ask, State.CLOSED)
        return Reply(ctx.t(CLOSED, number=number))

    @command("ask-merge", N_("Point a question to another that asks the same"), for_mods=True)
    async def merge(
        self,
        ctx: Context,
        number: Annotated[int, Describe(NUMBER, minimum=1, maximum=HIGHEST)],
        into: Annotated[int, Describe(INTO, minimum=1, maximum=HIGHEST)],
    ) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            ask = await self._numbered(connection, relay, number)
            other = await self._numbered(connection, relay, into)
            if ask.id == other.id:
                raise Refused(SAME)
            if other.state not in core.LASTING:
                raise Refused(OVER_ALREADY, number=into)
            if ask.state in {State.SOLVED, State.ARCHIVED}:
                raise Refused(SOLVED_ALREADY, number=number)
            await self._desk.finish(connection, ask, State.MERGED, successor=into)
        return Reply(ctx.t(MERGED, number=number, into=into))

    @repeating(timedelta(minutes=1))
    async def look(self) -> None:
        """Expire what is past its time, and end the talk under what is over."""
        async with self.host.store.reading() as connection:
            found = await asks.due(connection, self.host.clock.now())
        for ask in found:
            relay = self._desk.relay_of(ask)
            if relay is None or relay.is_paused or not self._is_on(relay):
                continue
            async with self.host.store.transaction() as connection:
                if ask.state is State.OPEN:
                    await self._desk.expire(connection, ask)
                else:
                    await self._desk.end(connection, ask)

    @daily(time(4, 10))
    async def let_go(self) -> None:
        """Keep nothing of drafts nobody wanted, nor of questions that came to nothing."""
        now = self.host.clock.now()
        async with self.host.store.transaction() as connection:
            await asks.drop_drafts(connection, before=now - DRAFTS_FOR)
            for row in await asks.let_go(connection, before=now - KEPT_FOR):
                await ask_words.put(connection, row, "")

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        async with self.host.store.reading() as connection:
            asked = await asks.of_person(connection, person)
            answered = await asks.answered_by(connection, person)
            drafts = await asks.drafts_of(connection, person)
        chosen = [(ask.number, ask.choice) for ask in answered if ask.choice is not None]
        return {
            "questions": [_exported(ask) for ask in asked],
            "chosen_answers": [
                {"number": number, "consent": choice.consent.value, "texts": dict(choice.texts)}
                for number, choice in chosen
            ],
            "drafts": [dict(draft.texts) for draft in drafts],
        }

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await self._desk.forget(connection, person)

    def _is_on(self, relay: Relay) -> bool:
        return self.host.preferences.is_on(relay, self.name)

    def _reached(self, ctx: Context) -> Relay:
        """The relay, where there is another side that would hear a question now."""
        relay = ctx.relay()
        if len({base(member.language) for member in relay.channels}) < 2:
            raise Refused(ONE_SIDE)
        if not set(open_to(relay, ctx.channel)) - {ctx.channel}:
            raise Refused(ONE_WAY)
        if relay.is_paused:
            raise Refused(PAUSED)
        return relay

    async def _named(self, connection: Any, ctx: Context, row: int) -> Ask:
        """The question of a button that was pressed in its own community."""
        ask = await asks.get(connection, row)
        here = self.host.relays.of(ctx.asked_in or ctx.channel)
        if ask is None or ask.state is State.GONE or here is None or here.id != ask.relay:
            raise Refused(STALE)
        return ask

    async def _numbered(self, connection: Any, relay: Relay, number: int) -> Ask:
        ask = await asks.numbered(connection, relay.id, number)
        if ask is None or ask.state is State.GONE:
            raise Refused(NO_SUCH, number=number)
        return ask

    async def _to_choose_for(self, connection: Any, ctx: Context, row: int) -> Ask:
        """The question, if this person may choose its answer now."""
        ask = await self._named(connection, ctx, row)
        if ask.asker != ctx.person.person and not ctx.is_mod:
            raise Refused(ONLY_ASKER, name=_asker(ctx, ask))
        if ask.state in {State.SOLVED, State.ARCHIVED}:
            raise Refused(SOLVED_ALREADY, number=ask.number)
        if not ask.can_be_answered:
            raise Refused(OVER_ALREADY, number=ask.number)
        return ask

    async def _to_consent(self, connection: Any, ctx: Context, row: int) -> tuple[Ask, Choice]:
        """The question whose chosen answer is this person's, while they are asked about it."""
        ask = await self._named(connection, ctx, row)
        choice = ask.choice
        if choice is None or choice.consent is not Consent.ASKED:
            raise Refused(STALE)
        if choice.author != ctx.person.person:
            raise Refused(ONLY_ANSWERER, name=choice.name)
        return ask, choice


def _checked(question: str) -> str:
    """The question without what nobody sees. Raises `Refused` where it is none."""
    clean = question.replace("\0", "").encode("utf-8", "replace").decode()
    lines = (" ".join(line.split()) for line in clean.splitlines())
    text = "\n".join(line for line in lines if line)
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refused(WRONG_LENGTH, shortest=SHORTEST, longest=LONGEST, count=len(text))
    if not any(character.isalpha() for character in bare(RichText(text))):
        raise Refused(NO_WORDS)
    return text


def _numbers(argument: str, count: int) -> list[int]:
    """A button's argument. Raises `Refused` for what no button of ours says."""
    parts = argument.split(".")
    if len(parts) != count or not all(part.isascii() and part.isdigit() for part in parts):
        raise Refused(STALE)
    return [int(part[:18]) for part in parts]


def _offer(ctx: Context, alike: Sequence[Ask], draft: int) -> Reply:
    """What was asked before, and whether to ask all the same."""
    lines = [RichText.styled(ctx.t(ASKED_BEFORE), Style.BOLD)]
    buttons = [Button(ctx.t(ASK_ANYWAY), "anyway", str(draft), "primary")]
    for ask in alike:
        is_solved = ask.state is State.ARCHIVED
        mark = aside(ctx.t(SOLVED), ctx.language) if is_solved else ""
        lines.append(RichText(f"• {ask_cards.title(ask, ctx.language)}{mark}"))
        if is_solved:
            buttons.append(Button(ctx.t(SHOW_ANSWER, number=ask.number), "show", str(ask.id)))
    return Reply(join(lines, "\n"), buttons=tuple(buttons))


def _asker(ctx: Context, ask: Ask) -> str:
    return ask.name or ctx.t(ask_cards.SOMEONE)


def _exported(ask: Ask) -> dict[str, Any]:
    return {
        "number": ask.number,
        "asked_at": ask.asked_at.isoformat(),
        "state": ask.state.value,
        "texts": dict(ask.texts),
    }


async def setup(host: Host) -> None:
    host.add_cog(AskTheOtherSide(host))
