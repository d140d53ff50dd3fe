"""What is said on Telegram, and the files fetched from there: the Chat port and its abilities.

There is no `Recalls`: the Bot API can't look back at a chat. After a doubt the courier sends again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import structlog
from telegram.error import ChatMigrated, TelegramError

from bot.adapters.telegram import address, albums, buttons, failures, markup, media, reactions
from bot.adapters.telegram.api import Api, upload
from bot.adapters.telegram.topics import Topics
from bot.core.errors import Blocked, DeliveryError, FileUnavailable, Rejected, Transient
from bot.core.model import (
    Attachment,
    ChannelId,
    Copy,
    File,
    MessageId,
    Migrated,
    Part,
    PersonId,
    Reaction,
)
from bot.core.ports import Capabilities
from bot.core.richtext import RichText, Style
from bot.i18n import N_
from bot.intake import Intake

log = structlog.get_logger(__name__)

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
UPLOAD_LIMIT = 50_000_000
DOWNLOAD_LIMIT = 20_000_000

Answer = TypeVar("Answer")

CAPABILITIES = Capabilities(
    text_limit=TEXT_LIMIT,
    caption_limit=CAPTION_LIMIT,
    measure=markup.measure,
    file_limit=UPLOAD_LIMIT,
    files_per_part=1,
    shows_authors=False,
    replies=True,
    albums=True,
)


class Outbound:
    platform = address.PLATFORM
    reaction_pace = 3.0  # a group takes about 20 messages a minute, and those go first

    def __init__(self, api: Api, intake: Intake) -> None:
        self._api = api
        self._intake = intake
        self._usernames: dict[int, str | None] = {}
        self._topics = Topics(api)
        self._us = ""

    async def capabilities(self, channel: ChannelId) -> Capabilities:
        return CAPABILITIES

    async def send(self, channel: ChannelId, part: Part) -> str:
        sent = await self._reached(channel, self._send(channel, part))
        return str(sent["message_id"])

    def together(self, parts: Sequence[Part]) -> int:
        return albums.length(parts)

    async def send_album(self, channel: ChannelId, parts: Sequence[Part]) -> list[str]:
        if len(parts) == 1:
            return [await self.send(channel, parts[0])]
        asked = _common(channel, parts[0]) | {"media": albums.items(parts, _caption(parts[0]))}
        try:
            sent = await self._reached(channel, self._api.call("sendMediaGroup", asked))
        except Rejected as error:
            fewer = min(albums.sendable(error.reason), len(parts) - 1)
            return await self.send_album(channel, parts[:fewer])
        return [str(message["message_id"]) for message in sent]

    async def edit(self, channel: ChannelId, id: str, part: Part) -> None:
        await self._reached(channel, self._edit(channel, int(id), part))

    async def delete(self, channel: ChannelId, id: str) -> None:
        await self._reached(channel, self._delete(channel, int(id)))

    async def react(
        self,
        channel: ChannelId,
        id: str,
        wanted: Sequence[Reaction],
        shown: Sequence[str],
        *,
        is_sure: bool,
    ) -> Sequence[str]:
        chat = address.chat_of(channel)
        reacting = reactions.react(self._api, chat, int(id), wanted, shown, is_sure=is_sure)
        return await self._reached(channel, reacting)

    def link(self, copy: Copy) -> str | None:
        username = self._usernames.get(address.chat_of(copy.channel))
        return address.link(copy.channel, copy.id, username)

    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        names = {name.lower(): chat for chat, name in self._usernames.items() if name}
        return address.located(text, channel, names, self._topics.plain())

    def note_chat(self, chat: int, *, username: str | None, is_forum: bool) -> None:
        """Remember the public name that links to this chat use, and whether it has topics."""
        self._usernames[chat] = username
        self._topics.note(chat, is_forum=is_forum)

    async def username(self) -> str:
        """The bot's own. Raises `TelegramError`."""
        if not self._us:
            self._us = (await self._api.call("getMe", {}))["username"]
        return self._us

    async def open_room(
        self, channel: ChannelId, title: str, people: Sequence[PersonId]
    ) -> ChannelId:
        """A topic, which the whole forum sees. After a kill another one is opened."""
        return await self._reached(channel, self._topics.open(channel, title))

    async def open_thread(self, channel: ChannelId, id: str, title: str) -> ChannelId:
        """A topic that begins with a link to the message."""
        topic = await self._reached(channel, self._topics.open(channel, title))
        link = self.link(Copy(channel, id))
        if link is not None:
            first = RichText("⬆️ ") + RichText.styled(title, Style.LINK, link)
            try:
                await self.send(topic, Part(first, is_silent=True))
            except DeliveryError as error:
                log.info("a topic begins without its link", reason=error.reason)
        return topic

    async def fetch(self, attachment: Attachment, *, limit: int) -> File:
        most = min(limit, DOWNLOAD_LIMIT)
        _refuse_larger(attachment.size, most)
        try:
            found = await self._api.call("getFile", {"file_id": attachment.source})
            _refuse_larger(found.get("file_size", 0), most)
            content = await self._api.download(found["file_path"])
        except TelegramError as error:
            raise _unfetched(error) from None
        _refuse_larger(len(content), most)
        return File(
            attachment.name, attachment.mime, attachment.kind, content, attachment.is_spoiler
        )

    async def _reached(self, channel: ChannelId, request: Awaitable[Answer]) -> Answer:
        """Its answer, or the `DeliveryError` that its failure means."""
        try:
            return await request
        except ChatMigrated as error:
            new = address.channel(error.new_chat_id)
            await self._intake.hear([Migrated(channel, new)])
            raise failures.delivery_error(error) from None
        except TelegramError as error:
            raise failures.delivery_error(error) from None

    async def _send(self, channel: ChannelId, part: Part) -> Any:
        common = _common(channel, part) | {"reply_markup": await self._keyboard(part)}
        if not part.files:
            return await self._api.call("sendMessage", {**common, **_text(part)})
        file = part.files[0]
        method = media.method_for(file)
        try:
            return await self._send_file(method, file, common | _caption(part))
        except TelegramError as error:
            if method is media.DOCUMENT or not failures.is_of_no_such_kind(error):
                raise
        return await self._send_file(media.DOCUMENT, file, common | _caption(part))

    async def _send_file(self, method: media.Method, file: File, parameters: dict[str, Any]) -> Any:
        hidden = (method.hides and file.is_spoiler) or None
        sent = {**parameters, "has_spoiler": hidden, method.field: upload(file)}
        return await self._api.call(method.name, sent)

    async def _edit(self, channel: ChannelId, message: int, part: Part) -> None:
        """A caption where the part has files; else a text, which may prove to be a caption."""
        target = {
            "chat_id": address.chat_of(channel),
            "message_id": message,
            "reply_markup": await self._keyboard(part),
        }
        edits = [("editMessageText", _text(part)), ("editMessageCaption", _caption(part))]
        first, second = reversed(edits) if part.files else edits
        try:
            await self._change(first[0], target | first[1])
        except TelegramError as error:
            if not failures.is_of_other_kind(error):
                raise
            await self._change(second[0], target | second[1])

    async def _keyboard(self, part: Part) -> dict[str, Any] | None:
        leads_here = any(button.opens_private for button in part.buttons)
        return buttons.keyboard(part.buttons, await self.username() if leads_here else "")

    async def _change(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._api.call(method, parameters)
        except TelegramError as error:
            if not failures.is_unchanged(error):
                raise

    async def _delete(self, channel: ChannelId, message: int) -> None:
        target = {"chat_id": address.chat_of(channel), "message_id": message}
        try:
            await self._api.call("deleteMessage", target)
        except TelegramError as error:
            if not failures.is_gone(error):
                raise


def _common(channel: ChannelId, part: Part) -> dict[str, Any]:
    if not part.text and not part.files:
        raise Rejected("the message is empty")
    answered = {"message_id": int(part.reply_to or 0), "allow_sending_without_reply": True}
    return {
        "chat_id": address.chat_of(channel),
        "message_thread_id": address.topic_of(channel),
        "reply_parameters": answered if part.reply_to else None,
        "disable_notification": part.is_silent or None,
    }


def _text(part: Part) -> dict[str, Any]:
    words, entities = markup.write(part.text)
    # The names and quotes we add may hide links, whose preview nobody asked for.
    shows_link = "http://" in words or "https://" in words
    return {
        "text": words,
        "entities": entities or None,
        "link_preview_options": {"is_disabled": not shows_link},
    }


def _caption(part: Part) -> dict[str, Any]:
    words, entities = markup.write(part.text)
    return {"caption": words or None, "caption_entities": entities or None}


def _unfetched(error: TelegramError) -> Exception:
    """A network that failed may do better later; a file Telegram refuses stays refused."""
    failure = failures.delivery_error(error)
    if isinstance(failure, Rejected | Blocked):
        return FileUnavailable(N_("it can no longer be downloaded"))
    return Transient(failure.reason, getattr(failure, "retry_after", None))


def _refuse_larger(size: int, limit: int) -> None:
    if size > limit:
        raise FileUnavailable(N_("it is larger than bots can fetch"))
