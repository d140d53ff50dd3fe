"""/name: a Chinese name for an English one and the other way round. Nothing is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from bot.cog import Cog, Context, Describe, Host, Reply, command, on_button
from bot.community import name_cards, naming
from bot.community.name_cards import Suggestion
from bot.community.naming import PAGES, Asked
from bot.core.errors import Refused
from bot.core.model import Button, ChannelId, PersonId
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, translate
from bot.services import Post
from cogs._explain_hint import hint

NAME = N_("An English or Chinese name; yours if you leave it out")
MORE = N_("🎲 Three more")
TELL = N_("📣 Tell everyone: {name}")
TOLD = N_("Done, both sides can see it.")
TOLD_ALREADY = N_("Everyone has seen this one already.")
TOO_SOON = N_("You just told everyone about a name. Wait a minute before the next.")
NOT_YOURS = N_("These names are somebody else's. Use “/name” for your own.")
OUTDATED = N_("This button is from an older version. Use “/name” again.")
ANNOUNCED = N_("🏷️ A new name for {name}, found by {person}:")
RULE = "———"
BETWEEN_CARDS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a button belongs to. `owner` is a piece of a hash: enough to know them again."""

    owner: str
    page: int
    asked: Asked

    def argument(self) -> str:
        return f"{self.owner}{self.page}~{self.asked.text}"


class Names(Cog):
    name = "names"
    describe = N_("Chinese and English names")
    is_optional = True
    title = N_("Chinese and English names")
    stores = N_("Nothing: names are made anew each time you ask.")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._last_told: dict[PersonId, datetime] = {}

    @command("name", N_("Get a Chinese name, or an English one, with the reasons"), cooldown=3)
    async def suggest(
        self, ctx: Context, name: Annotated[str, Describe(NAME, minimum=1, maximum=40)] = ""
    ) -> Reply:
        asked = naming.read(name or ctx.person.name)
        return _page(ctx, _Offer(_owner(asked, ctx.person.person), 0, asked))

    @on_button("more")
    async def more(self, ctx: Context, argument: str) -> Reply:
        return _page(ctx, _offer(argument, ctx.person.person))

    @on_button("tell")
    async def tell(self, ctx: Context, argument: str) -> Reply:
        post, number, rest = argument[:8], argument[8:9], argument[9:]
        offer = _offer(rest, ctx.person.person)
        found = _suggestions(offer, ctx.person.person)
        if not number.isdecimal() or int(number) >= len(found):
            raise Refused(OUTDATED)
        now = self.host.clock.now()
        last = self._last_told.get(ctx.person.person)
        if last is not None and now < last + BETWEEN_CARDS:
            raise Refused(TOO_SOON)
        text = _announced(found[int(number)], offer.asked, ctx.person.name)
        said: list[bool] = []
        async with self.host.store.transaction() as connection:
            for channel in self._everywhere(ctx.channel):
                key = f"name:{post}:{number}"
                said.append(await self.host.posts.say(connection, channel, Post(text), key=key))
        if not any(said):
            return Reply(ctx.t(TOLD_ALREADY))
        self._last_told = {
            who: at for who, at in self._last_told.items() if now < at + BETWEEN_CARDS
        }
        self._last_told[ctx.person.person] = now
        return Reply(ctx.t(TOLD))

    async def forget(self, person: PersonId) -> None:
        self._last_told.pop(person, None)

    def _everywhere(self, here: ChannelId) -> list[ChannelId]:
        relay = self.host.relays.of(here)
        if relay is None:
            return [here]
        reads = (one for one in relay.channels if one.options.receives or one.channel == here)
        return [member.channel for member in reads]


def _owner(asked: Asked, person: PersonId) -> str:
    return naming.seed_of(asked, _seed(person))[:4]


def _seed(person: PersonId) -> str:
    return f"{person.platform}:{person.id}"


def _offer(argument: str, person: PersonId) -> _Offer:
    """Raises `Refused` where the button is another person's."""
    start, _, text = argument.partition("~")
    owner, page = start[:4], start[4:]
    if not text or not page.isdecimal():
        raise Refused(OUTDATED)
    asked = naming.read(text)
    if owner != _owner(asked, person):
        raise Refused(NOT_YOURS)
    return _Offer(owner, int(page) % PAGES, asked)


def _suggestions(offer: _Offer, person: PersonId) -> tuple[Suggestion, ...]:
    suggest = naming.chinese_names if offer.asked.script == "latin" else naming.english_names
    return suggest(offer.asked, _seed(person), offer.page)


def _page(ctx: Context, offer: _Offer) -> Reply:
    found = _suggestions(offer, ctx.person.person)
    cards = [name_cards.card(each, offer.asked, ctx.language) for each in found]
    heading = RichText(name_cards.heading(offer.asked, ctx.language))
    post = secrets.token_hex(4)  # names the posts that come of these buttons
    tells = [
        Button(
            ctx.t(TELL, name=name_cards.shown(each, ctx.language)),
            "names.tell",
            f"{post}{number}{offer.argument()}",
        )
        for number, each in enumerate(found)
    ]
    after = _Offer(offer.owner, (offer.page + 1) % PAGES, offer.asked)
    more = Button(ctx.t(MORE), "names.more", after.argument(), "primary")
    return Reply(join([heading, *cards, *hint(ctx)], "\n\n"), buttons=(*tells, more))


def _announced(found: Suggestion, asked: Asked, person: str) -> RichText:
    """In both languages, the one of the name first."""
    languages: tuple[Language, ...] = ("zh", "en") if asked.script == "latin" else ("en", "zh")
    blocks: list[RichText] = []
    for language in languages:
        told = translate(ANNOUNCED, language, name=asked.text, person=person[:60])
        card = name_cards.card(found, asked, language)
        blocks.append(join([RichText.styled(told, Style.SMALL), card], "\n"))
    return join(blocks, f"\n{RULE}\n")


async def setup(host: Host) -> None:
    host.add_cog(Names(host))
