"""The cat tax's rounds: newcomers are asked, and each side sees the other's cats of the week."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.cog import Host
from bot.community import cat_words as words
from bot.community.cat_calls import CATCH_UP, Week, last_week
from bot.community.collage import MIME, MOST, Framed, collage
from bot.community.stamp import numbered
from bot.core.language import base
from bot.core.model import Button, ChannelId, Joined, Left, Relay, RelayChannel
from bot.core.render import excerpt
from bot.core.richtext import RichText, Style, join
from bot.i18n import pick, translate
from bot.preferences import SIDES
from bot.services import Post
from bot.store import cat_calendar, cats
from bot.store.cat_calendar import Newcomer
from bot.store.cats import Receipt
from cogs._cat_office import week_key

NAME = "cat_tax"
GATHER = timedelta(minutes=2)  # newcomers are asked together
TOO_LATE = timedelta(hours=24)  # to greet someone as new
FAVORITES = 3
LONGEST_NAME = 30
SUNDAY, EVENING = 7, 19  # unless the community chose otherwise


def ask_post(message: str, names: Sequence[str], language: str) -> Post:
    button = Button(words.NO_PET_BUTTON, f"{NAME}.no_pet")
    return Post(words.ask(message, names, language), buttons=(button,))


def ask_key(relay: int, which: str) -> str:
    return f"{NAME}.ask:{relay}:{which}"


def is_ask(key: str | None) -> bool:
    return key is not None and key.startswith(f"{NAME}.ask:")


class Rounds:
    def __init__(self, host: Host) -> None:
        self._host = host

    async def welcome(self, joined: Joined) -> None:
        """Ask them with whoever else joins within two minutes; nobody is asked twice."""
        relay = self._host.relays.of(joined.channel)
        if relay is None or joined.person.is_bot or not self._greets(relay):
            return
        due_at = self._host.clock.now() + GATHER
        person = joined.person
        newcomer = Newcomer(relay.id, person.person, person.name, joined.channel, due_at)
        async with self._host.store.transaction() as connection:
            await cat_calendar.welcome(connection, newcomer)

    async def take_leave(self, left: Left) -> None:
        """Nobody who has gone is asked."""
        relay = self._host.relays.of(left.channel)
        if relay is None:
            return
        async with self._host.store.transaction() as connection:
            await cat_calendar.left(connection, relay.id, left.person.person, left.channel)

    async def ask_newcomers(self) -> None:
        now = self._host.clock.now()
        async with self._host.store.reading() as connection:
            waiting = bool(await cat_calendar.to_be_asked(connection, now))
        if not waiting:
            return
        async with self._host.store.transaction() as connection:
            due = await cat_calendar.to_be_asked(connection, now)
            for channel, group in groupby(due, lambda one: one.channel):
                await self._ask(connection, channel, list(group))
            for newcomer in due:
                await cat_calendar.asked(connection, newcomer)

    async def _ask(self, connection: Any, channel: ChannelId, group: Sequence[Newcomer]) -> None:
        relay = self._host.relays.of(channel)
        if relay is None or not self._greets(relay) or not _is_mutual(relay, channel):
            return
        names = [one.name for one in group if await self._is_to_be_asked(connection, one)]
        if names:
            language = _language(relay, channel)
            post = ask_post(words.WELCOME, names, language)
            key = ask_key(
                relay.id, f"at:{self._host.clock.now().isoformat()}"
            )  # no one's id: it stays
            await self._host.posts.say(connection, channel, post, key=key)

    async def _is_to_be_asked(self, connection: Any, newcomer: Newcomer) -> bool:
        """Not who has paid meanwhile, or joined so long ago that we must have been away."""
        if newcomer.due_at < self._host.clock.now() - TOO_LATE:
            return False
        brought = await cats.of_person(connection, newcomer.person, newcomer.relay)
        return not any(one.state in ("waiting", *cats.PAID) for one in brought)

    def _greets(self, relay: Relay) -> bool:
        chosen = self._host.preferences
        return chosen.is_on(relay, NAME) and bool(chosen.get(relay, f"{NAME}.greets", True))

    async def show_weeks(self) -> None:
        """Whatever week has ended on either side of any community, and was not shown yet."""
        now = self._host.clock.now()
        for relay in self._host.relays.all():
            if relay.is_paused or not self._host.preferences.is_on(relay, NAME):
                continue
            for its_side in SIDES:
                week = self.week(relay, its_side, now)
                if now < week.until + CATCH_UP:
                    await self._show(relay, its_side, week)

    def week(self, relay: Relay, its_side: str, now: datetime) -> Week:
        chosen = self._host.preferences
        return last_week(
            now,
            weekday=int(chosen.get(relay, f"{NAME}.weekday", SUNDAY)),
            hour=int(chosen.get(relay, f"{NAME}.hour", EVENING)),
            zone=chosen.zone(relay, its_side),
        )

    async def _show(self, relay: Relay, its_side: str, week: Week) -> None:
        members = [
            one for one in relay.channels if base(one.language) == its_side and one.options.receives
        ]
        others = next((one for one in SIDES if one != its_side), "")
        async with self._host.store.reading() as connection:
            if not members or await cat_calendar.was_shown(
                connection, relay.id, its_side, week.key
            ):
                return
            found = await cats.between(connection, relay.id, others, week.since, week.until)
        best = sorted(found, key=lambda one: (-one.hearts, -(one.number or 0)))[:MOST]
        best.sort(key=lambda one: one.number or 0)
        framed = await self.framed(best)
        picture = None
        if framed:
            content = await asyncio.to_thread(
                collage, list(framed.values()), words.WEEK_TITLE, week.days
            )
            picture = await self._host.posts.keep(content, name="cats.jpg", mime=MIME)
        await self._say(relay, its_side, week, members, found, list(framed), picture)

    async def _say(
        self,
        relay: Relay,
        its_side: str,
        week: Week,
        members: Sequence[RelayChannel],
        found: Sequence[Receipt],
        shown: Sequence[int],
        picture: str | None,
    ) -> None:
        key = week_key(relay.id, its_side, week.key)
        async with self._host.store.transaction() as connection:
            is_first = await cat_calendar.show(
                connection,
                relay.id,
                its_side,
                week.key,
                picture=picture,
                shown=shown,
                now=self._host.clock.now(),
            )
            if not is_first or picture is None:
                return
            for member in members:
                text = _told(found, shown, member.language)
                post = Post(text, image=picture)
                await self._host.posts.say(connection, member.channel, post, key=key)

    async def framed(self, receipts: Sequence[Receipt]) -> Mapping[int, Framed]:
        """Receipt row → its picture in a frame, for those whose pictures are still there."""
        found: dict[int, Framed] = {}
        for one in receipts:
            kept = await self._host.posts.picture(one.thumbnail) if one.thumbnail else None
            if kept is not None:
                found[one.id] = Framed(kept.content, one.number or 0, one.name, one.hearts)
        return found


def _told(found: Sequence[Receipt], shown: Sequence[int], language: str) -> RichText:
    """The same in words, for whoever can't see the picture; then the favorites."""
    reader = pick(language)
    head = translate(words.WEEK, reader, count=len(found))
    lines = [RichText.styled(head, Style.BOLD)]
    lines += [RichText(f"{_called(one)}") for one in found if one.id in shown]
    if len(found) > len(shown):
        lines.append(RichText(translate(words.NOT_SHOWN, reader, count=len(found) - len(shown))))
    loved = sorted((one for one in found if one.hearts), key=lambda one: -one.hearts)[:FAVORITES]
    if loved:
        lines.append(RichText.styled("\n" + translate(words.FAVORITES, reader), Style.BOLD))
        lines += [
            RichText(f"{place}. {_called(one)} · ❤️ {one.hearts}")
            for place, one in enumerate(loved, 1)
        ]
    return join(lines, "\n")


def _called(receipt: Receipt) -> str:
    """Short enough that all of them are one message with their picture, which goes with it."""
    name = excerpt(RichText(receipt.name), LONGEST_NAME).text
    return f"{numbered(receipt.number or 0)} · {name}"


def _is_mutual(relay: Relay, channel: ChannelId) -> bool:
    return any(one.channel == channel and one.options.is_mutual for one in relay.channels)


def _language(relay: Relay, channel: ChannelId) -> str:
    return next((one.language for one in relay.channels if one.channel == channel), "en")
