"""What happens to a question: its rows and the posts that show them, always in one transaction.

Whoever calls has checked that the person may do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.cog import Host
from bot.community import ask_cards, likeness
from bot.core import asks as core
from bot.core.asks import CHOOSABLE, Ask, Choice, Consent, Draft, State
from bot.core.errors import Refused
from bot.core.language import base, chinese_script, detect, is_traditional
from bot.core.model import ChannelId, MessageId, PersonId, Relay
from bot.core.richtext import RichText
from bot.core.shield import bare
from bot.i18n import N_
from bot.services import Post
from bot.store import ask_words, asks, messages
from bot.store.messages import Stored

COOLDOWN = 60  # seconds
MOST_OPEN = 3  # for one person
DAYS = 3  # until a question expires, unless the community chose otherwise
MOST_DAYS = 14  # well before the messages themselves are forgotten
AFTERGLOW = timedelta(hours=24)  # the talk under a question goes on for so long after its end
MOST_ALIKE = 3

TOO_SOON = N_("Please wait {seconds} seconds before you use this again.")
TOO_MANY = N_("You have {count} open questions already. Choose an answer for one of them first.")
STALE = N_("This button no longer works.")
DELETED = N_("That message has just been changed or deleted.")
OVER_ALREADY = N_("No. {number} is closed already.")


class Desk:
    def __init__(self, host: Host) -> None:
        self._host = host

    def relay_of(self, ask: Ask) -> Relay | None:
        return next((relay for relay in self._host.relays.all() if relay.id == ask.relay), None)

    async def admit(self, connection: Any, person: PersonId) -> None:
        """Raises `Refused` where they have asked too much, or too lately."""
        last = await asks.last_asked(connection, person)
        if last is not None:
            left = COOLDOWN - (self._host.clock.now() - last).total_seconds()
            if left > 0:
                raise Refused(TOO_SOON, seconds=max(2, round(left)))
        count = await asks.count_open(connection, person)
        if count >= MOST_OPEN:
            raise Refused(TOO_MANY, count=count)

    async def in_all(self, relay: Relay, text: str, *, prior: str) -> dict[str, str]:
        """The words in every language that is read here; as they are where they are in it."""
        made: dict[str, str] = {}
        for language in core.languages(relay):
            made[language] = text
            if not _is_in(text, language, prior):
                translation = await self._host.translator.translate(
                    RichText(text), target=language, prior=prior, community=relay.id
                )
                made[language] = translation.text.text
        return made

    async def alike(self, connection: Any, draft: Draft) -> list[Ask]:
        """Open and archived questions that may be the same, the likest first."""
        wanted = likeness.terms(" ".join(draft.texts.values()))
        rows = await ask_words.find(connection, draft.relay, wanted, core.FINDABLE)
        known = await asks.among(connection, [row for row, _ in rows])
        like = {ask.id: likeness.likeness(draft.texts, ask.texts) for ask in known}
        alike = [ask for ask in known if like[ask.id] >= likeness.ALIKE]
        return sorted(alike, key=lambda ask: -like[ask.id])[:MOST_ALIKE]

    async def post(self, connection: Any, relay: Relay, draft: Draft) -> int:
        """A number, and a card on each side; the talk under the cards is one."""
        now = self._host.clock.now()
        ask = await asks.add(connection, draft, now, now + self._lifetime(relay))
        await ask_words.put(connection, ask.id, likeness.index_words(ask.texts.values()))
        channels = core.open_to(relay, ask.channel)
        for channel in channels:
            card = ask_cards.card(ask, _language(relay, channel), core.chinese(relay))
            await self._host.posts.say(connection, channel, card, key=ask.key)
        await self._host.posts.open_strand(connection, ask.key, dict.fromkeys(channels, ask.key))
        return ask.number

    async def repeat(self, connection: Any, relay: Relay, ask: Ask, name: str) -> int:
        draft = Draft(relay.id, ask.channel, ask.side, ask.asker, name, ask.texts)
        number = await self.post(connection, relay, draft)
        await self.finish(connection, ask, State.REPEATED, successor=number)
        return number

    async def choose(self, connection: Any, ask: Ask, message: int) -> Choice:
        """Solve it by this answer, and ask whoever wrote that whether it may be kept."""
        one = await self._answer(connection, ask, message)
        until = self._host.clock.now() + AFTERGLOW
        if not await asks.move(connection, ask, State.SOLVED, due=until):
            raise Refused(STALE)
        choice = Choice(
            message=one.id,
            lane=one.ref.channel,
            author=one.author.person,
            name=one.author.name,
            side=await self._side(connection, ask, one.ref.channel),
            consent=Consent.ASKED if one.text else Consent.REFUSED,  # no words: nothing to keep
            texts={},
        )
        await asks.choose(connection, ask, choice)
        solved = await self.show(connection, ask)
        await self._tell_over(connection, solved)
        if choice.consent is Consent.ASKED:
            post = self._consent(solved, reply_to=one.ref)
            await self._host.posts.say(connection, choice.lane, post, key=ask.consent_key)
        return choice

    async def settle(
        self, connection: Any, ask: Ask, consent: Consent, texts: Mapping[str, str]
    ) -> None:
        """What the author of the chosen answer decided; with `texts` it goes into the archive."""
        if not await asks.settle_consent(connection, ask, consent, dict(texts)):
            raise Refused(STALE)
        if consent is Consent.GIVEN:
            if not await asks.move(connection, ask, State.ARCHIVED, due=ask.due_at):
                raise Refused(STALE)
            words = likeness.index_words([*ask.texts.values(), *texts.values()])
            await ask_words.put(connection, ask.id, words)
        settled = await self.show(connection, ask)
        if settled.choice is not None:
            post = self._consent(settled)
            await self._host.posts.revise(
                connection, settled.choice.lane, post, key=ask.consent_key
            )

    async def finish(
        self, connection: Any, ask: Ask, state: State, *, successor: int | None = None
    ) -> None:
        """End it for good, and all that was kept of its answer."""
        if ask.state not in core.LASTING or not await asks.move(
            connection, ask, state, successor=successor
        ):
            raise Refused(OVER_ALREADY, number=ask.number)
        await self._drop_choice(connection, ask)
        await self._host.posts.close_strand(connection, ask.key)
        await self._tell_over(connection, await self.show(connection, ask))

    async def expire(self, connection: Any, ask: Ask) -> None:
        answered = await asks.answers(connection, ask, most=1)
        state = State.EXPIRED if answered else State.UNANSWERED
        until = self._host.clock.now() + AFTERGLOW
        if await asks.move(connection, ask, state, due=until):
            await self._tell_over(connection, await self.show(connection, ask), is_new=True)

    async def end(self, connection: Any, ask: Ask) -> None:
        """The talk under it ends. Who has not agreed by now is not asked any more."""
        if not await asks.end_talk(connection, ask):
            return
        await self._host.posts.close_strand(connection, ask.key)
        if ask.choice is not None and ask.choice.consent is Consent.ASKED:
            await self.settle(connection, ask, Consent.REFUSED, {})
        elif ask.state in CHOOSABLE:
            await self._tell_over(connection, await self.show(connection, ask))

    async def forget(self, connection: Any, person: PersonId) -> None:
        asked = await asks.of_person(connection, person)
        answered = await asks.answered_by(connection, person)
        for ask in answered:
            if ask.state is State.ARCHIVED:
                await asks.move(connection, ask, State.SOLVED, due=ask.due_at)
            await self._drop_choice(connection, ask)
        await asks.forget(connection, person)
        for ask in {ask.id: ask for ask in (*asked, *answered)}.values():
            shown = await self.show(connection, ask)
            await self._tell_over(connection, shown)

    async def show(self, connection: Any, ask: Ask) -> Ask:
        """Bring its cards up to date; answers it as it is now."""
        now = await asks.get(connection, ask.id)
        assert now is not None
        relay = self.relay_of(now)
        if relay is not None:
            for channel in core.destinations(relay, now.channel):
                card = ask_cards.card(now, _language(relay, channel), core.chinese(relay))
                await self._host.posts.revise(connection, channel, card, key=now.key)
        return now

    async def _tell_over(self, connection: Any, ask: Ask, *, is_new: bool = False) -> None:
        """The notice to the asker; where it was never said, nothing is changed."""
        relay = self.relay_of(ask)
        if relay is None or not core.side_of(relay, ask.channel):
            return
        notice = ask_cards.over(ask, _language(relay, ask.channel), core.chinese(relay))
        if not is_new:
            await self._host.posts.revise(connection, ask.channel, notice, key=ask.over_key)
            return
        said = await self._host.posts.find(connection, ask.key)
        card = next((post.ref for post in said if post.ref.channel == ask.channel), None)
        await self._host.posts.say(
            connection, ask.channel, _replying(notice, card), key=ask.over_key
        )

    async def _drop_choice(self, connection: Any, ask: Ask) -> None:
        if ask.choice is None:
            return
        await asks.unchoose(connection, ask)
        await ask_words.put(connection, ask.id, likeness.index_words(ask.texts.values()))
        await self._host.posts.remove(connection, ask.choice.lane, key=ask.consent_key)

    async def _answer(self, connection: Any, ask: Ask, message: int) -> Stored:
        """This message, if it was said under the question and is there still."""
        one = (await messages.get(connection, [message])).get(message)
        if one is None or one.is_deleted:
            raise Refused(DELETED)
        if await self._host.posts.strand_of(connection, one.ref) != ask.key:
            raise Refused(STALE)
        return one

    async def _side(self, connection: Any, ask: Ask, lane: ChannelId) -> str:
        """The side on which it was said: a thread is where its card is."""
        said = await self._host.posts.find(connection, ask.key)
        home = next((post.ref.channel for post in said if post.thread == lane), lane)
        relay = self.relay_of(ask)
        return core.side_of(relay, home) if relay else ""

    def _consent(self, ask: Ask, *, reply_to: MessageId | None = None) -> Post:
        relay = self.relay_of(ask)
        chinese = core.chinese(relay) if relay else "zh"
        is_english = ask.choice is not None and ask.choice.side == "en"
        return _replying(ask_cards.consent(ask, "en" if is_english else chinese, chinese), reply_to)

    def _lifetime(self, relay: Relay) -> timedelta:
        days = self._host.preferences.get(relay, "ask.expires_days", DAYS)
        return timedelta(days=days if isinstance(days, int) and 1 <= days <= MOST_DAYS else DAYS)


def _replying(post: Post, to: MessageId | None) -> Post:
    return replace(post, reply_to=to.id) if to else post


def _language(relay: Relay, channel: ChannelId) -> str:
    return next((m.language for m in relay.channels if m.channel == channel), "en")


def _is_in(text: str, language: str, prior: str) -> bool:
    """Whether a reader of `language` can read it as it is, in their own script."""
    if detect(bare(RichText(text)), prior) != base(language):
        return False
    written = chinese_script(text)
    return base(language) != "zh" or written in ("", "Hant" if is_traditional(language) else "Hans")
