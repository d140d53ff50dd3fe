"""What is said on Discord: through a webhook, under the author's name, pinging nobody, once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from discord.utils import snowflake_time

from bot.adapters.discord import components, links, reactions, threads
from bot.adapters.discord.downloads import Downloads
from bot.adapters.discord.inbound import PLATFORM
from bot.adapters.discord.markup import to_markdown
from bot.adapters.discord.names import webhook_username
from bot.adapters.discord.rest import Rest, ThreadArchived, UnknownMessage, UnknownWebhook
from bot.adapters.discord.webhooks import Place, Webhook, Webhooks
from bot.core.errors import Blocked, Rejected
from bot.core.model import (
    Attachment,
    ChannelId,
    Copy,
    File,
    MessageId,
    Part,
    PersonId,
    Reaction,
)
from bot.core.ports import Capabilities, Clock
from bot.core.richtext import RichText

TEXT_LIMIT = 2000
FILES_PER_MESSAGE = 10
SMALLEST_UPLOAD = 10 * 1024 * 1024  # bytes every server accepts
SUPPRESS_NOTIFICATIONS = 1 << 12
NO_MENTIONS: dict[str, list[str]] = {"parse": []}

_ROUNDING = timedelta(milliseconds=10)  # an id's time is cut to whole milliseconds
_ADDRESS = re.compile(r"https?://\S{1,2000}")
_PAGES_TO_RECALL = 5
_REMEMBERED = 512


class DiscordChat:
    """The `Chat` port with all that Discord's webhooks can do, and `Files`."""

    platform = PLATFORM
    reaction_pace = 0.25  # seconds; `reactions` waits for as long between two of its own

    def __init__(
        self,
        rest: Rest,
        *,
        clock: Clock,
        upload_limit: int | None,
        server_limit: Callable[[str], int | None],
    ) -> None:
        """`server_limit` answers a server's own upload limit in bytes, once it is known."""
        self._rest = rest
        self._clock = clock
        self._webhooks = Webhooks(rest)
        self._downloads = Downloads(rest)
        self._upload_limit = upload_limit
        self._server_limit = server_limit
        self._settled: OrderedDict[str, None] = OrderedDict()

    async def capabilities(self, channel: ChannelId) -> Capabilities:
        place = await self._webhooks.place(channel)
        allowed = self._server_limit(place.guild) or SMALLEST_UPLOAD
        return Capabilities(
            text_limit=TEXT_LIMIT,
            caption_limit=TEXT_LIMIT,
            measure=partial(_measure, place.guild),
            file_limit=max(allowed, self._upload_limit or 0),
            files_per_part=FILES_PER_MESSAGE,
            shows_authors=True,
        )

    async def send(self, channel: ChannelId, part: Part) -> str:
        place = await self._webhooks.place(channel)
        webhook = await self._webhooks.of(place)
        try:
            native_id = await self._execute(place, webhook, part)
        except UnknownWebhook:
            self._webhooks.forget(place, webhook)
            webhook = await self._webhooks.of(place)
            native_id = await self._execute(place, webhook, part)
        self._settle(native_id)
        return native_id

    async def edit(self, channel: ChannelId, id: str, part: Part) -> None:
        place = await self._webhooks.place(channel)
        webhook = await self._webhooks.of(place)
        body = {
            "content": to_markdown(part.text, guild=place.guild),
            "allowed_mentions": NO_MENTIONS,
            "components": components.rows(part.buttons),
        }
        path = f"{webhook.path}/messages/{id}"
        query = _query(thread_id=place.thread, with_components=part.buttons and "true")
        try:
            await self._awake(
                place,
                lambda: self._rest.call("PATCH", path, body=body, query=query, with_token=False),
            )
        except UnknownWebhook as error:
            self._webhooks.forget(place, webhook)
            raise Rejected("the webhook that wrote it is gone") from error

    async def delete(self, channel: ChannelId, id: str) -> None:
        place = await self._webhooks.place(channel)
        webhook = await self._webhooks.of(place)
        path, query = f"{webhook.path}/messages/{id}", _query(thread_id=place.thread)
        try:
            await self._awake(
                place, lambda: self._rest.call("DELETE", path, query=query, with_token=False)
            )
        except UnknownWebhook:
            self._webhooks.forget(place, webhook)
            await self._awake(place, lambda: self._delete_as_bot(channel, id))
        except UnknownMessage:
            await self._awake(place, lambda: self._delete_as_bot(channel, id))

    async def react(
        self,
        channel: ChannelId,
        id: str,
        wanted: Sequence[Reaction],
        shown: Sequence[str],
        *,
        is_sure: bool,
    ) -> Sequence[str]:
        return await reactions.react(self._rest, channel.id, id, wanted, shown, is_sure=is_sure)

    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        opened = await threads.open_thread(self._rest, channel.id, id, title)
        return ChannelId(PLATFORM, opened)

    async def open_room(
        self, channel: ChannelId, title: str, people: Sequence[PersonId]
    ) -> ChannelId:
        place = await self._webhooks.place(channel)
        if place.thread is not None:
            raise Rejected("a thread holds no threads")
        here = [person.id for person in people if person.platform == PLATFORM]
        opened = await threads.open_room(self._rest, place.guild, place.parent, title, here)
        return ChannelId(PLATFORM, opened)

    async def _awake(self, place: Place, change: Callable[[], Awaitable[None]]) -> None:
        """Change a message, after waking its thread where that sleeps."""
        try:
            await change()
        except ThreadArchived:
            if place.thread is None:
                raise
            await threads.wake(self._rest, place.thread)
            await change()

    async def _delete_as_bot(self, channel: ChannelId, id: str) -> None:
        """For what an earlier webhook wrote; needs the right to manage messages."""
        try:
            await self._rest.call("DELETE", f"/channels/{channel.id}/messages/{id}")
        except UnknownMessage:
            return
        except ThreadArchived:
            raise
        except Blocked as error:
            raise Rejected("the webhook that wrote it is gone") from error

    async def recall(self, channel: ChannelId, part: Part, since: datetime) -> str | None:
        place = await self._webhooks.place(channel)
        webhook = await self._webhooks.of(place)
        path, before = f"/channels/{channel.id}/messages", ""
        found: str | None = None
        for _ in range(_PAGES_TO_RECALL):
            page = await self._rest.call("GET", path, query=f"limit=100{before}")
            earliest = self._earliest(since)
            recent = [one for one in page if snowflake_time(int(one["id"])) >= earliest]
            for message in recent:
                if self._is_it(message, webhook, part, place):
                    found = message["id"]
            if len(recent) < 100:
                break
            before = f"&before={page[-1]['id']}"
        if found is not None:
            self._settle(found)
        return found

    def _earliest(self, since: datetime) -> datetime:
        """`since` by Discord's clock and by ours, whichever is earlier: they may differ."""
        by_theirs = self._rest.server_time() - (self._clock.now() - since)
        return min(since, by_theirs) - _ROUNDING

    def link(self, copy: Copy) -> str | None:
        place = self._webhooks.known_place(copy.channel)
        if place is None:
            return None
        return links.written(place.guild, copy)

    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        return links.read(text, channel)

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        return await self._downloads.fetch(attachment, limit=limit)

    async def _execute(self, place: Place, webhook: Webhook, part: Part) -> str:
        # Buttons go through the same webhook. Discord's documentation, "Execute Webhook",
        # `components`: "Application-owned webhooks can always send components", and others can't
        # send interactive ones; "Using Message Components" asks for `with_components` with every
        # webhook, and the former page says it is ignored for those of applications. Ours is our
        # application's, so presses reach us like those of the bot's own messages, and one endpoint
        # sends, edits and finds again whatever the bridge says.
        said = await self._rest.call(
            "POST",
            webhook.path,
            body=await self._body(part, place),
            files=part.files,
            query=_query(
                wait="true",
                thread_id=place.thread,
                with_components=part.buttons and "true",
            ),
            is_repeatable=False,
            with_token=False,
        )
        return said["id"]

    async def _body(self, part: Part, place: Place) -> dict[str, Any]:
        name, avatar_url = await self._shown(part)
        body: dict[str, Any] = {
            "content": to_markdown(part.text, guild=place.guild),
            "allowed_mentions": NO_MENTIONS,
        }
        if name:
            body["username"] = name
        if avatar_url and _ADDRESS.fullmatch(avatar_url):
            body["avatar_url"] = avatar_url
        if part.is_silent:
            body["flags"] = SUPPRESS_NOTIFICATIONS
        if part.buttons:
            body["components"] = components.rows(part.buttons)
        return body

    async def _shown(self, part: Part) -> tuple[str | None, str | None]:
        if part.author is not None:
            avatar_url = None if part.is_plain else part.author.avatar_url
            return webhook_username(part.author.name), avatar_url
        account = (await self._rest.me())["bot"]
        return webhook_username(account["username"]), _avatar_url(account)

    def _is_it(self, message: Any, webhook: Webhook, part: Part, place: Place) -> bool:
        """Written by us, not known to be another message of ours, and reading the same."""
        is_ours = message.get("webhook_id") == webhook.id or (
            webhook.application is not None
            and message.get("webhook_id") is not None
            and message.get("application_id") == webhook.application
        )
        if not is_ours or message["id"] in self._settled:
            return False
        name = webhook_username(part.author.name) if part.author else None
        return (
            message["content"].strip() == to_markdown(part.text, guild=place.guild).strip()
            and (name is None or message["author"]["username"] == name)
            # Their number, not their sizes: Discord may take a picture's metadata out.
            and len(message["attachments"]) == len(part.files)
        )

    def _settle(self, native_id: str) -> None:
        self._settled[native_id] = None
        if len(self._settled) > _REMEMBERED:
            self._settled.popitem(last=False)


def _measure(guild: str, text: RichText) -> int:
    return len(to_markdown(text, guild=guild))


def _query(**fields: object) -> str:
    return "&".join(f"{name}={value}" for name, value in fields.items() if value)


def _avatar_url(account: Any) -> str | None:
    if not account.get("avatar"):
        return None
    return f"https://cdn.discordapp.com/avatars/{account['id']}/{account['avatar']}.png"
