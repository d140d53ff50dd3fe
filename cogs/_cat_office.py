"""The cat tax office: takes a picture in, numbers it, stamps it, tells both sides; or voids it.

Each step is a state of the receipt's row and ends in one transaction with the posts it causes, so
that whatever dies in between, the next look goes on from there.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cog import Host
from bot.community import cat_words as words
from bot.community import stamp, thumbnail
from bot.core.errors import FileUnavailable, Transient
from bot.core.language import base
from bot.core.model import ChannelId, MessageId, Relay, RelayChannel
from bot.core.richtext import RichText
from bot.i18n import pick, translate
from bot.services import Post
from bot.store import cat_calendar, cat_reactions, cats, messages
from bot.store.cats import Receipt

LARGEST_FILE = 20 * 1024 * 1024  # what Telegram lets a bot download
FETCH_TIMEOUT = 30.0  # seconds
LEASE = timedelta(minutes=2)  # for one step; after a kill it is done again
RELAY_TIME = timedelta(seconds=4)  # for the picture to be on the other side
LONGEST_RELAY_TIME = timedelta(minutes=1)  # then its receipt follows without replying to it
PAUSE_TIME = timedelta(minutes=1)  # until a paused relay is looked at again
MOST_TRIES = 10
MOST_STEPS = 60  # in one look

REFUSALS = {
    "empty": words.EMPTY,
    "unreadable": words.UNREADABLE,
    "too_many_pixels": words.TOO_MANY_PIXELS,
}
OPEN = ("waiting", "numbered", "stamped", "paid", "repeated", "refused")  # all but void


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture that was looked at. `thumbnail` is absent where it is not to be shown."""

    sha256: str
    thumbnail: bytes


def receipt_key(id: int) -> str:
    return f"cat_tax.receipt:{id}"


def week_key(relay: int, its_side: str, week: str) -> str:
    return f"cat_tax.week:{relay}:{its_side}:{week}"


class Office:
    def __init__(self, host: Host) -> None:
        self._host = host

    async def work(self) -> None:
        """Take every due step of every receipt."""
        for _ in range(MOST_STEPS):
            now = self._host.clock.now()
            async with self._host.store.transaction() as connection:
                receipt = await cats.claim(connection, now, now + LEASE)
            if receipt is None:
                return
            await self._step(receipt)

    async def _step(self, receipt: Receipt) -> None:
        if receipt.tries >= MOST_TRIES and receipt.state == "waiting":
            await self._refuse(receipt, words.UNFETCHED)
        elif receipt.state == "waiting":
            await self._look(receipt)
        elif receipt.state == "numbered":
            await self._stamp(receipt)
        elif receipt.state == "stamped":
            await self._tell_others(receipt)

    # waiting → numbered, repeated or refused

    async def _look(self, receipt: Receipt) -> None:
        try:
            seen = await self._seen(receipt)
        except (Transient, TimeoutError):
            wait = timedelta(seconds=min(600, 5 * 2**receipt.tries))
            await self._postpone(receipt, self._host.clock.now() + wait)
            return
        except FileUnavailable:
            await self._refuse(receipt, words.UNFETCHED)
            return
        except thumbnail.NoPicture as refused:
            await self._refuse(receipt, REFUSALS[refused.reason])
            return
        picture = None
        if not receipt.is_hidden:
            picture = await self._host.posts.keep(
                seen.thumbnail, name="cat.jpg", mime=thumbnail.MIME
            )
        if not await self._number(receipt, seen.sha256, picture) and picture:
            await self.discard([picture])

    async def _seen(self, receipt: Receipt) -> _Seen:
        if receipt.attachment is None:
            raise FileUnavailable("it was not kept")
        ref = receipt.ref or MessageId(receipt.channel, "")
        async with asyncio.timeout(FETCH_TIMEOUT):
            file = await self._host.fetch(ref, receipt.attachment, limit=LARGEST_FILE)
        return await asyncio.to_thread(_examined, file.content)

    async def _number(self, receipt: Receipt, sha256: str, picture: str | None) -> bool:
        """False where these bytes have paid before, or the message is gone."""
        now = self._host.clock.now()
        async with self._host.store.transaction() as connection:
            await cats.lock(connection, receipt.relay)
            earlier = await cats.same_picture(connection, receipt.relay, sha256)
            if earlier is not None and earlier.number is not None:
                await self._say_repeated(connection, receipt, earlier.number)
                return False
            return await cats.change(
                connection,
                receipt.id,
                of=["waiting"],
                state="numbered",
                number=await cats.next_number(connection, receipt.relay),
                sha256=sha256,
                thumbnail=picture,
                attachment=None,
                tries=0,
                paid_at=now,
                due_at=now,
            )

    async def _say_repeated(self, connection: Any, receipt: Receipt, number: int) -> None:
        ended = await cats.change(
            connection, receipt.id, of=["waiting"], state="repeated", attachment=None, due_at=None
        )
        if ended:
            said = words.twice(
                words.REPEATED, self._language(receipt.channel), number=stamp.numbered(number)
            )
            await self._say(connection, receipt.channel, Post(RichText(said)), receipt)

    async def _refuse(self, receipt: Receipt, reason: str) -> None:
        said = translate(reason, pick(self._language(receipt.channel)))
        async with self._host.store.transaction() as connection:
            ended = await cats.change(
                connection,
                receipt.id,
                of=["waiting"],
                state="refused",
                attachment=None,
                due_at=None,
            )
            if ended:
                await self._say(connection, receipt.channel, Post(RichText(said)), receipt)

    # numbered → stamped

    async def _stamp(self, receipt: Receipt) -> None:
        relay = self.relay(receipt)
        zone = self._host.preferences.zone(relay, receipt.side) if relay else "UTC"
        date = _local(receipt.paid_at or receipt.heard_at, zone)
        said = stamp.Receipt(receipt.number or 0, receipt.name, date)
        content, name, mime = await self._drawn(receipt, said)
        image = await self._host.posts.keep(content, name=name, mime=mime)
        due = self._host.clock.now() + RELAY_TIME
        async with self._host.store.transaction() as connection:
            done = await cats.change(
                connection, receipt.id, of=["numbered"], state="stamped", stamp=image, due_at=due
            )
            if done:
                post = self._post(replace(receipt, stamp=image), receipt.channel)
                await self._say(connection, receipt.channel, post, receipt)
        if not done:
            await self.discard([image])

    async def _drawn(self, receipt: Receipt, said: stamp.Receipt) -> tuple[bytes, str, str]:
        """The seal; on the picture itself where no message shows it."""
        shown = receipt.thumbnail if receipt.native_id is None else None
        kept = await self._host.posts.picture(shown) if shown else None
        if kept is None:
            content = await asyncio.to_thread(stamp.stamp, said)
            return content, "cat-tax.png", "image/png"
        content = await asyncio.to_thread(stamp.stamped, kept.content, said)
        return content, "cat-tax.jpg", "image/jpeg"

    # stamped → paid

    async def _tell_others(self, receipt: Receipt) -> None:
        now = self._host.clock.now()
        relay = self.relay(receipt)
        if relay is not None and relay.is_paused:  # they are told once it goes on
            await self._postpone(receipt, now + PAUSE_TIME)
            return
        async with self._host.store.transaction() as connection:
            others = self.other_side(receipt)
            copies = await self._copies(connection, receipt)
            is_early = now < (receipt.paid_at or now) + LONGEST_RELAY_TIME
            if receipt.native_id and is_early and any(to.channel not in copies for to in others):
                due = now + RELAY_TIME
                await cats.change(connection, receipt.id, of=["stamped"], due_at=due)
                return
            if not await cats.change(
                connection, receipt.id, of=["stamped"], state="paid", due_at=None
            ):
                return
            for to in others:
                post = replace(self._post(receipt, to.channel), reply_to=copies.get(to.channel))
                await self._host.posts.say(
                    connection, to.channel, post, key=receipt_key(receipt.id)
                )

    async def _copies(self, connection: Any, receipt: Receipt) -> dict[ChannelId, str]:
        """Where the other side sees the picture: the first message of it in each channel."""
        rows = await messages.originals_of(connection, [receipt.ref] if receipt.ref else [])
        found: dict[ChannelId, str] = {}
        for made in (await messages.copies_of(connection, rows.values())).values():
            for copy, _ in made:
                found.setdefault(copy.channel, copy.id)
        return found

    # any → void

    async def void(self, connection: Any, receipt: Receipt, reason: str | None = None) -> list[str]:
        """Take it all back; the keys of the pictures to `discard` once that has committed."""
        changed = await cats.change(
            connection,
            receipt.id,
            of=OPEN,
            state="void",
            void_reason=reason,
            attachment=None,
            sha256=None,
            thumbnail=None,
            stamp=None,
            due_at=None,
        )
        if not changed:
            return []
        await cat_reactions.drop(connection, receipt.id)
        await self._take_back(connection, receipt_key(receipt.id), receipt)
        pictures = [receipt.thumbnail, receipt.stamp]
        if receipt.paid_at is not None:
            pictures += await self._take_back_collages(connection, receipt, receipt.paid_at)
        return [picture for picture in pictures if picture]

    async def _take_back_collages(
        self, connection: Any, receipt: Receipt, since: datetime
    ) -> list[str | None]:
        found = await cat_calendar.collages_with(connection, receipt.relay, receipt.id, since)
        for its_side, week, _ in found:
            await self._take_back(connection, week_key(receipt.relay, its_side, week), receipt)
            await cat_calendar.taken_back(connection, receipt.relay, its_side, week)
        return [picture for _, _, picture in found]

    async def _take_back(self, connection: Any, key: str, receipt: Receipt) -> None:
        relay = self.relay(receipt)
        ordered = [member.channel for member in relay.channels] if relay else []
        said = [post.ref.channel for post in await self._host.posts.find(connection, key)]
        for channel in dict.fromkeys([*ordered, *said]):
            await self._host.posts.remove(connection, channel, key=key)

    async def discard(self, pictures: Sequence[str]) -> None:
        """Delete what no other receipt shows."""
        async with self._host.store.reading() as connection:
            gone = [one for one in pictures if not await cats.is_kept(connection, one)]
        for picture in gone:
            await self._host.posts.discard(picture)

    # where and how it is said

    def relay(self, receipt: Receipt) -> Relay | None:
        return next((one for one in self._host.relays.all() if one.id == receipt.relay), None)

    def other_side(self, receipt: Receipt) -> list[RelayChannel]:
        relay = self.relay(receipt)
        if relay is None:
            return []
        here = next((one for one in relay.channels if one.channel == receipt.channel), None)
        if here is not None and not here.options.sends:
            return []
        others = (one for one in relay.channels if base(one.language) != receipt.side)
        return [to for to in others if to.options.receives]

    def _post(self, receipt: Receipt, channel: ChannelId) -> Post:
        text = words.receipt(receipt.number or 0, receipt.name, self._language(channel))
        return Post(text, image=receipt.stamp)

    async def _say(self, connection: Any, channel: ChannelId, post: Post, receipt: Receipt) -> None:
        answered = replace(post, reply_to=receipt.native_id)
        await self._host.posts.say(connection, channel, answered, key=receipt_key(receipt.id))

    async def _postpone(self, receipt: Receipt, due: datetime) -> None:
        async with self._host.store.transaction() as connection:
            await cats.change(connection, receipt.id, of=[receipt.state], due_at=due)

    def _language(self, channel: ChannelId) -> str:
        relay = self._host.relays.of(channel)
        members = relay.channels if relay else ()
        return next((one.language for one in members if one.channel == channel), "en")


def _examined(content: bytes) -> _Seen:
    return _Seen(hashlib.sha256(content).hexdigest(), thumbnail.thumbnail(content))


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat()
