"""Cat tax 交猫税: a picture of a cat is asked for, warmly, and whoever brings one gets a receipt.

It is never a gate to anything: nothing else may ask whether someone has paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from bot.cog import (
    Choice,
    Cog,
    Context,
    Describe,
    Host,
    Reply,
    command,
    listener,
    on_button,
    repeating,
)
from bot.community import cat_words as words
from bot.community.cat_calls import is_call, is_hidden, is_picture, picture_in
from bot.community.stamp import numbered
from bot.core.errors import Refused
from bot.core.language import base
from bot.core.model import (
    Attachment,
    ChannelId,
    Deleted,
    Inbound,
    Joined,
    Left,
    MessageId,
    PersonId,
    Reacted,
    Relay,
    RelayChannel,
)
from bot.core.richtext import RichText
from bot.i18n import N_
from bot.store import cat_calendar, cat_reactions, cats, messages
from bot.store.cats import Brought, Receipt
from cogs._cat_ledger import Ledger
from cogs._cat_office import Office
from cogs._cat_rounds import EVENING, NAME, SUNDAY, Rounds, ask_key, ask_post, is_ask

PICTURE = N_("A picture of a cat; dogs, plants and drawings count too")
NUMBER = N_("The receipt's number")
REASON = N_("Why, for the person who paid")
GREETS = N_("Whether newcomers are asked")
WEEKDAY = N_("The day on which each side sees the other's cats")
HOUR = N_("The hour of that day, on each side's own clock")

IN_A_THREAD = N_("The cat tax is paid in the channel itself, not in a thread.")
NO_PICTURE = N_("That is no picture. A JPEG, PNG, GIF or WebP would be lovely.")
NOT_YOURS = N_("That picture is someone else's. They are welcome to pay with it themselves.")
BROUGHT_ALREADY = N_("That picture is at the tax office already.")
TAKEN_IN = N_("Received! Your receipt is being stamped.")
ASKED = N_("The tax office has asked the room. Reply to its post with your picture.")
NO_SUCH = N_("There is no receipt {number} here.")
VOID_ALREADY = N_("{number} is void already.")
VOIDED = N_("{number} is void now; its receipts are taken back.")
SETTINGS = N_("Newcomers are asked: {greets}. Cats of the week: {weekday}, {hour}:00 on each side.")
ON, OFF = N_("on"), N_("off")

DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
DAY_CHOICES = tuple(Choice(str(number), day) for number, day in enumerate(DAYS, 1))


class CatTax(Cog):
    name = NAME
    describe = N_("Cat tax: pictures of cats, stamped receipts, cats of the week")
    is_optional = True
    title = N_("cat tax")
    passing_posts = (f"{NAME}.ask:",)
    stores = N_(
        "Your cat tax: receipts with your name and the date, a small copy of each picture without "
        "its place and camera, and your reactions to others' pictures."
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.office = Office(host)
        self.rounds = Rounds(host)
        self.ledger = Ledger(host, self.rounds)

    async def load(self) -> None:
        """What was deleted while nobody listened is taken back now."""
        async with self.host.store.reading() as connection:
            gone = await cat_calendar.deleted(connection)
        await self.void_deleted(Deleted(tuple(gone)))

    @command("cattax", N_("Pay the cat tax, or ask the room for pictures of cats"), cooldown=10)
    async def cattax(
        self, ctx: Context, picture: Annotated[Attachment | None, Describe(PICTURE)] = None
    ) -> Reply:
        relay, here = self._here(ctx)
        if picture is None:
            await self._ask_the_room(ctx, relay, here)
            return Reply(ctx.t(ASKED))
        if not is_picture(picture):
            raise Refused(NO_PICTURE)
        native_id = await self._message_with(ctx, picture)
        brought = Brought(
            relay.id,
            base(here.language),
            ctx.channel,
            ctx.person.person,
            ctx.person.name,
            native_id,
            picture,
            is_hidden(RichText(), picture),
        )
        async with self.host.store.transaction() as connection:
            if await cats.bring(connection, brought, self.host.clock.now()) is None:
                raise Refused(BROUGHT_ALREADY)
        return Reply(ctx.t(TAKEN_IN))

    async def _ask_the_room(self, ctx: Context, relay: Relay, here: RelayChannel) -> None:
        post = ask_post(words.COLLECTING, [ctx.person.name], here.language)
        key = ask_key(relay.id, f"at:{self.host.clock.now().isoformat()}")
        async with self.host.store.transaction() as connection:
            await self.host.posts.say(connection, ctx.channel, post, key=key)

    async def _message_with(self, ctx: Context, picture: Attachment) -> str | None:
        """The message answered with the command, where the picture is in that one."""
        if ctx.reply_to is None:
            return None
        async with self.host.store.reading() as connection:
            rows = await messages.ids_of(connection, [ctx.reply_to])
            found = await messages.get(connection, rows.values())
        for message in found.values():
            if picture.source in {one.source for one in message.attachments}:
                if message.author.person != ctx.person.person:
                    raise Refused(NOT_YOURS)
                return message.ref.id
        return None

    @on_button("no_pet")
    async def no_pet(self, ctx: Context, argument: str) -> Reply:
        relay, here = self._here(ctx)
        brought = Brought(
            relay.id,
            base(here.language),
            ctx.channel,
            ctx.person.person,
            ctx.person.name,
        )
        async with self.host.store.transaction() as connection:
            await cats.lock(connection, relay.id)
            theirs = await cats.of_person(connection, ctx.person.person, relay.id)
            paid = next((one for one in theirs if one.state in cats.PAID), None)
            if paid is not None:
                return Reply(ctx.t(words.SETTLED, number=numbered(paid.number or 0)))
            number = await cats.next_number(connection, relay.id)
            await cats.exempt(connection, brought, number, self.host.clock.now())
        return Reply(ctx.t(words.EXEMPT, number=numbered(number)))

    @command("cats", N_("How the cat tax stands on each side, and your own receipts"))
    async def standing(self, ctx: Context) -> Reply:
        relay, here = self._here(ctx)
        return await self.ledger.standing(ctx, relay, base(here.language))

    @command("cattax-void", N_("Take a receipt back"), for_mods=True)
    async def void(
        self,
        ctx: Context,
        number: Annotated[int, Describe(NUMBER, minimum=1, maximum=2_000_000_000)],
        reason: Annotated[str, Describe(REASON, maximum=200)] = "",
    ) -> Reply:
        relay, _ = self._here(ctx)
        async with self.host.store.transaction() as connection:
            receipt = await cats.numbered(connection, relay.id, number)
            if receipt is None:
                raise Refused(NO_SUCH, number=numbered(number))
            if receipt.state == "void":
                raise Refused(VOID_ALREADY, number=numbered(number))
            pictures = await self.office.void(connection, receipt, reason.strip() or None)
        await self.office.discard(pictures)
        return Reply(ctx.t(VOIDED, number=numbered(number)))

    @command(
        "cattax-settings",
        N_("Set when cats are shown, and whether newcomers are asked"),
        for_mods=True,
    )
    async def settings(
        self,
        ctx: Context,
        greets: Annotated[
            str, Describe(GREETS, choices=(Choice("on", ON), Choice("off", OFF)))
        ] = "",
        weekday: Annotated[str, Describe(WEEKDAY, choices=DAY_CHOICES)] = "",
        hour: Annotated[int | None, Describe(HOUR, minimum=0, maximum=23)] = None,
    ) -> Reply:
        relay, _ = self._here(ctx)
        chosen = self.host.preferences
        if greets:
            await chosen.put(relay, f"{NAME}.greets", greets == "on")
        if weekday:
            await chosen.put(relay, f"{NAME}.weekday", int(weekday))
        if hour is not None:
            await chosen.put(relay, f"{NAME}.hour", hour)
        told = ctx.t(
            SETTINGS,
            greets=ctx.t(ON if chosen.get(relay, f"{NAME}.greets", True) else OFF),
            weekday=ctx.t(DAYS[int(chosen.get(relay, f"{NAME}.weekday", SUNDAY)) - 1]),
            hour=chosen.get(relay, f"{NAME}.hour", EVENING),
        )
        return Reply(told)

    @listener("message")
    async def see(self, message: Inbound) -> None:
        relay = self.host.relays.of(message.ref.channel)
        here = _member(relay, message.ref.channel) if relay else None
        picture = picture_in(message.attachments)
        author = message.author
        if relay is None or here is None or picture is None or author.is_bot or author.is_us:
            return
        if not await self._is_tax(message):
            return
        brought = Brought(
            relay.id,
            base(here.language),
            message.ref.channel,
            author.person,
            author.name,
            message.ref.id,
            picture,
            is_hidden(message.text, picture),
        )
        async with self.host.store.transaction() as connection:
            await cats.bring(connection, brought, self.host.clock.now())
        await self.office.work()

    async def _is_tax(self, message: Inbound) -> bool:
        """Called so by its sender, or an answer to us. A command is heard as a command."""
        words_said = message.text.text.strip()
        if words_said.startswith("/"):
            return False
        return is_call(words_said) or await self._answers_us(message.reply_to)

    async def _answers_us(self, answered: MessageId | None) -> bool:
        if answered is None:
            return False
        async with self.host.store.reading() as connection:
            return is_ask(await self.host.posts.named(connection, answered))

    @listener("member_joined")
    async def welcome(self, joined: Joined) -> None:
        await self.rounds.welcome(joined)

    @listener("member_left")
    async def take_leave(self, left: Left) -> None:
        await self.rounds.take_leave(left)

    @listener("reaction")
    async def count_reaction(self, reacted: Reacted) -> None:
        if reacted.person.is_bot or reacted.person.is_us:
            return
        async with self.host.store.transaction() as connection:
            for receipt in await self._shown_at(connection, reacted.ref):
                if receipt.state != "void" and receipt.person != reacted.person.person:
                    await cat_reactions.react(
                        connection,
                        receipt.id,
                        reacted.person.person,
                        reacted.emoji,
                        is_added=reacted.is_added,
                    )

    async def _shown_at(self, connection: Any, ref: MessageId) -> list[Receipt]:
        """Whose picture this message is, or is a copy of."""
        found = await cats.at(connection, [ref])
        if found:
            return found
        rows = await messages.originals_of(connection, [ref])
        originals = await messages.get(connection, rows.values())
        return await cats.at(connection, [one.ref for one in originals.values()])

    @listener("deleted")
    async def void_deleted(self, deleted: Deleted) -> None:
        async with self.host.store.transaction() as connection:
            pictures = [
                picture
                for receipt in await cats.at(connection, deleted.refs)
                for picture in await self.office.void(connection, receipt)
            ]
        await self.office.discard(pictures)

    @repeating(timedelta(seconds=5))
    async def work(self) -> None:
        await self.office.work()

    @repeating(timedelta(minutes=1))
    async def make_rounds(self) -> None:
        await self.rounds.ask_newcomers()
        await self.rounds.show_weeks()

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        return await self.ledger.of(person)

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            pictures = [
                picture
                for receipt in await cats.of_person(connection, person)
                for picture in await self.office.void(connection, receipt)
            ]
            await cats.forget(connection, person)
        await self.office.discard(pictures)

    def _here(self, ctx: Context) -> tuple[Relay, RelayChannel]:
        """The community, and this channel in it. Raises `Refused`."""
        relay = ctx.relay()
        member = _member(relay, ctx.channel)
        if member is None:
            raise Refused(IN_A_THREAD)
        return relay, member


def _member(relay: Relay, channel: ChannelId) -> RelayChannel | None:
    """None for a thread: the picture would not be seen where its receipts are."""
    return next((one for one in relay.channels if one.channel == channel), None)


async def setup(host: Host) -> None:
    host.add_cog(CatTax(host))
