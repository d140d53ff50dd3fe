"""Compare what things cost on both sides, 对账: anonymous amounts in, medians out.

Nothing here may ever join a person and an amount.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from bot.cog import Choice, Cog, Context, Describe, Host, Reply, command, on_button, repeating
from bot.community import compare_words, spread_chart
from bot.community.amounts import Amount, Currency, read_amount
from bot.community.compare_words import Pay
from bot.community.spread import Spread, per_hour, spreads
from bot.community.topics import WAGE, Topic, topics
from bot.core.errors import Refused
from bot.core.language import base
from bot.core.model import Button, ChannelId, PersonId, Relay, RelayChannel
from bot.i18n import N_
from bot.preferences import SIDES
from bot.services import Post
from bot.store import comparisons
from bot.store.comparisons import Comparison

TOPIC = N_("What to compare")
AMOUNT = N_("What you pay or get, like 650, $12.50, 3万 or ¥1,200")
OPENED = N_("Done. Both sides can answer for {hours} hours.")
OPEN_ALREADY = N_("“{topic}” is open already. Answer with “/mine {key}” and your amount.")
TOO_MANY = N_("{count} comparisons are open already. Wait until one of them closes.")
NOT_OPEN = N_("“{topic}” is not open now. “/compare {key}” opens it.")
ADD = "✍️ Add my answer / 填我的"
HOW_TO = N_(
    "{question}\n"
    "Write “/mine {key}” and your amount, like “/mine {key} {example}”. Without a sign it counts"
    " as {currency}.\n"
    "We keep the amount and your side, not who wrote it. Where everyone can read commands, they"
    " can read yours too."
)
YOU_ANSWERED = N_(
    "You have answered this one already. We don't know which amount is yours, so it can't be"
    " changed."
)
NOTED = N_("Noted: {amount}. It is kept without your name. Results come when it closes.")
OFF_THE_SCALE = N_("{amount} looks off for “{topic}”. Between {low} and {high}, please.")
CLOSED = N_("“{topic}” is closed. The results are on their way.")
STALE = N_("This comparison is closed.")
CURRENCIES: Mapping[Currency, str] = {"USD": N_("dollars"), "CNY": N_("yuan")}

MOST_OPEN = 3
HOURS = 48
MOST_HOURS = 14 * 24
LOOKED_BACK = 100  # closed comparisons that are searched for the wage
CHOICES = tuple(Choice(key, f"{each.label.en} {each.label.zh}") for key, each in topics().items())
Wanted = Annotated[str, Describe(TOPIC, choices=CHOICES)]


class Compare(Cog):
    name = "compare"
    describe = N_("Compare prices and pay")
    is_optional = True
    title = N_("comparing prices and pay")
    passing_posts = ("compare:",)
    stores = N_(
        "Amounts with the side and the day, never with a person. While a comparison is open, a"
        " one-way mark notes that you have answered, so that nobody answers twice; it is deleted"
        " when the comparison closes, and so are the amounts: only medians stay. Nothing can be"
        " linked to you afterwards, so amounts can be neither exported nor taken back."
    )

    @command("compare", N_("Ask both sides what something costs, anonymously"), cooldown=10)
    async def compare(self, ctx: Context, topic: Wanted) -> Reply:
        relay, chosen = ctx.relay(), topics()[topic]
        hours = self._hours(relay)
        now = self.host.clock.now()
        async with self.host.store.transaction() as connection:
            if await comparisons.opened(connection, relay.id, topic):
                raise Refused(OPEN_ALREADY, topic=chosen.label.say(ctx.language), key=topic)
            if await comparisons.count_open(connection, relay.id) >= MOST_OPEN:
                raise Refused(TOO_MANY, count=MOST_OPEN)
            opened = await comparisons.open_one(
                connection, relay.id, topic, now=now, due=now + timedelta(hours=hours)
            )
            if opened is None:
                raise Refused(OPEN_ALREADY, topic=chosen.label.say(ctx.language), key=topic)
            for member in _asked(relay, ctx.channel):
                text = compare_words.card(chosen, member.language, hours=hours)
                add = Button(ADD, "compare.add", str(opened.id), "primary")
                post = Post(text, buttons=(add,))
                await self.host.posts.say(connection, member.channel, post, key=opened.key)
        return Reply(ctx.t(OPENED, hours=hours))

    @on_button("add")
    async def add(self, ctx: Context, argument: str) -> Reply:
        relay = ctx.relay()
        async with self.host.store.reading() as connection:
            found = await comparisons.get(connection, int(argument) if argument.isdecimal() else 0)
            if found is None or found.salt is None or found.relay != relay.id:
                raise Refused(STALE)
            mark = _mark(found.salt, ctx.person.person)
            if await comparisons.has_answered(connection, found, mark):
                raise Refused(YOU_ANSWERED)
        topic, currency = topics()[found.topic], self._currency(ctx, relay)
        return Reply(
            ctx.t(
                HOW_TO,
                question=topic.question.say(ctx.language),
                key=topic.key,
                example=_example(topic, currency),
                currency=ctx.t(CURRENCIES[currency]),
            )
        )

    @command("mine", N_("Add your amount to an open comparison, without your name"))
    async def mine(
        self,
        ctx: Context,
        topic: Wanted,
        amount: Annotated[str, Describe(AMOUNT, minimum=1, maximum=40)],
    ) -> Reply:
        relay, chosen = ctx.relay(), topics()[topic]
        read = read_amount(amount, self._currency(ctx, relay))
        if not chosen.takes(read):
            low, high = (Amount(cents, read.currency) for cents in chosen.bounds[read.currency])
            label = chosen.label.say(ctx.language)
            raise Refused(OFF_THE_SCALE, amount=read, topic=label, low=low, high=high)
        async with self.host.store.transaction() as connection:
            found = await comparisons.opened(connection, relay.id, topic)
            if found is None or found.salt is None:
                raise Refused(NOT_OPEN, topic=chosen.label.say(ctx.language), key=topic)
            is_new = await comparisons.answer(
                connection,
                found,
                _mark(found.salt, ctx.person.person),
                side=self._side(ctx, relay),
                currency=read.currency,
                cents=read.cents,
                day=self.host.clock.now().date(),
            )
        if is_new is None:
            raise Refused(STALE)
        if not is_new:
            raise Refused(YOU_ANSWERED)
        return Reply(ctx.t(NOTED, amount=read))

    @command("compare-close", N_("Close a comparison now and show the results"), for_mods=True)
    async def close(self, ctx: Context, topic: Wanted) -> Reply:
        relay, label = ctx.relay(), topics()[topic].label.say(ctx.language)
        async with self.host.store.reading() as connection:
            found = await comparisons.opened(connection, relay.id, topic)
        if found is None:
            raise Refused(NOT_OPEN, topic=label, key=topic)
        await self._close(found)
        await self._tell_all()
        return Reply(ctx.t(CLOSED, topic=label))

    @repeating(timedelta(minutes=1))
    async def close_due(self) -> None:
        async with self.host.store.reading() as connection:
            due = await comparisons.due(connection, self.host.clock.now())
        for found in due:
            await self._close(found)
        await self._tell_all()

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        marked = [found.topic for found in await self._marked(person)]
        return {"answered_and_still_open": marked} if marked else {}

    async def forget(self, person: PersonId) -> None:
        """The marks go. What was answered has no name to be found by."""
        for found in await self._marked(person):
            async with self.host.store.transaction() as connection:
                await comparisons.unmark(connection, found, _mark(found.salt or "", person))

    async def _marked(self, person: PersonId) -> list[Comparison]:
        async with self.host.store.reading() as connection:
            return [
                found
                for found in await comparisons.all_open(connection)
                if await comparisons.has_answered(
                    connection, found, _mark(found.salt or "", person)
                )
            ]

    async def _close(self, found: Comparison) -> None:
        """From here on it takes no answers, and only its medians are left."""
        async with self.host.store.transaction() as connection:
            given = await comparisons.given(connection, found)
            if given is None:
                return
            made = spreads((side, _amount(currency, cents)) for side, currency, cents in given)
            results = [spread.to_json() for spread in made]
            await comparisons.close(connection, found, results, self.host.clock.now())

    async def _tell_all(self) -> None:
        async with self.host.store.reading() as connection:
            waiting = await comparisons.untold(connection)
        for found in waiting:
            await self._tell(found)

    async def _tell(self, found: Comparison) -> None:
        """Say the results everywhere, once; a kill before leaves them to the next look."""
        relay = next((each for each in self.host.relays.all() if each.id == found.relay), None)
        topic = topics().get(found.topic)
        if relay is None or topic is None:
            return
        made = _results(found)
        image = await self._drawn(topic, made) if made else None
        async with self.host.store.transaction() as connection:
            if not await comparisons.tell(connection, found, self.host.clock.now()):
                return
            pays = _pays(found, await comparisons.closed(connection, found, most=LOOKED_BACK))
            for member in relay.channels:
                told = compare_words.result(topic, made, pays, member.language)
                post, key = Post(told, image=image), f"{found.key}:result"
                if member.options.receives:
                    await self.host.posts.say(connection, member.channel, post, key=key)
                closed = Post(compare_words.card(topic, member.language, hours=None))
                await self.host.posts.revise(connection, member.channel, closed, key=found.key)

    async def _drawn(self, topic: Topic, made: list[Spread]) -> str:
        picture = await asyncio.to_thread(spread_chart.chart, topic.label, made)
        name = f"{topic.key}.png"
        return await self.host.posts.keep(picture, name=name, mime=spread_chart.MIME)

    def _hours(self, relay: Relay) -> int:
        return max(
            1, min(MOST_HOURS, int(self.host.preferences.get(relay, "compare.hours", HOURS)))
        )

    def _side(self, ctx: Context, relay: Relay) -> str:
        here = self.host.relays.home(ctx.channel) or ctx.channel  # in a thread, whose it is
        return next(base(each.language) for each in relay.channels if each.channel == here)

    def _currency(self, ctx: Context, relay: Relay) -> Currency:
        """Of an amount without a sign."""
        return "USD" if self._side(ctx, relay) == "en" else "CNY"


def _asked(relay: Relay, here: ChannelId) -> list[RelayChannel]:
    """Where people can answer, and where it was opened."""
    return [one for one in relay.channels if one.options.is_mutual or one.channel == here]


def _mark(salt: str, person: PersonId) -> str:
    """That this person has answered, to be made only while the salt is there."""
    who = f"{person.platform}:{person.id}".encode()
    return hashlib.blake2b(who, key=bytes.fromhex(salt), digest_size=32).hexdigest()


def _amount(currency: str, cents: int) -> Amount:
    return Amount(cents, "USD" if currency == "USD" else "CNY")


def _example(topic: Topic, currency: Currency) -> Amount:
    """Between the bounds, in proportion: a number nobody takes for advice."""
    low, high = topic.bounds[currency]
    whole = round((low * high) ** 0.5 / 100)
    return Amount(max(1, whole) * 100, currency)


def _results(found: Comparison) -> list[Spread]:
    return [Spread.from_json(each) for each in found.results or ()]


def _pays(found: Comparison, others: list[Comparison]) -> list[Pay]:
    """What an hour's pay buys on each side that knows both the pay and the price."""
    pays: list[Pay] = []
    for one in SIDES:
        for other in others:
            if (found.topic == WAGE) == (other.topic == WAGE):
                continue
            wage, price = (found, other) if found.topic == WAGE else (other, found)
            pay = _pay(one, wage, price)
            if pay is not None:
                pays.append(pay)
                break
    return pays


def _pay(one: str, wage: Comparison, price: Comparison) -> Pay | None:
    topic = topics().get(price.topic)
    for hour in _results(wage):
        for each in _results(price):
            if topic and hour.side == each.side == one and per_hour(hour, each) is not None:
                return hour, topic, each
    return None


async def setup(host: Host) -> None:
    host.add_cog(Compare(host))
