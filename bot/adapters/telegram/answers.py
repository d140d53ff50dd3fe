"""Answers to commands and presses: asks who may moderate, runs them, replies in the same place.

What is secret is told in the asker's private chat. Where they have never opened one, it waits for
them behind a link into it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from telegram import CallbackQuery, Message, User
from telegram.error import TelegramError

from bot.adapters.telegram import address, links, markup
from bot.adapters.telegram.api import Api
from bot.adapters.telegram.outbound import CAPTION_LIMIT, TEXT_LIMIT, Outbound
from bot.adapters.telegram.people import person
from bot.adapters.telegram.rights import Rights
from bot.adapters.telegram.whispers import Whisper, Whispers
from bot.cog import Reply
from bot.core.errors import DeliveryError, Transient
from bot.core.model import Button, ChannelId, MessageId, Part
from bot.core.ports import Clock
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.i18n import N_, translate

log = structlog.get_logger(__name__)

ALERT_LIMIT = 200
PATIENCE = 60.0  # seconds; who asked is gone after that
TOLD = N_("I told you in private.")
OPEN = N_("Open a private chat with me to read it.")
OPEN_FIRST = N_("Open a private chat with me first, then press this again.")
ME = "Open / 打开"
READ = "whisper.read"  # no cog's: the button of an answer that waits
GONE = N_("That answer is gone; ask again.")
NOBODY = N_(
    "I can tell that to one person only, and you write as the group. Turn “Remain anonymous” off "
    "in your admin rights, then ask again."
)


class Answers:
    def __init__(self, api: Api, chat: Outbound, dispatcher: Dispatcher, clock: Clock) -> None:
        self._api = api
        self._chat = chat
        self._dispatcher = dispatcher
        self._clock = clock
        self._rights = Rights(api)
        self._whispers = Whispers(clock)

    async def command(self, message: Message, invocation: Invocation) -> None:
        right = await self._rights.of_speaker(message)
        asked = replace(invocation, is_mod=bool(right), rights_unknown=right is None)
        reply = await self._dispatcher.run(asked)
        if reply.is_secret and not invocation.is_direct:
            asker = None if message.sender_chat else message.from_user
            reply = await self._apart(asker, reply, invocation.channel)
        await self._say(invocation.channel, reply, str(message.message_id))

    async def open(self, message: Message, press: Press) -> None:
        """Somebody followed a link into their private chat."""
        if press.action == READ:
            whisper = self._whispers.take(press.argument, press.person.person)
            if whisper is not None:
                await self._is_told(press.channel, whisper)
                return
            reply = Reply(self._t(GONE, press.locale, press.channel))
        else:
            reply = await self._dispatcher.press(press)
        if reply is not None:
            await self._say(press.channel, reply, str(message.message_id))

    async def press(self, query: CallbackQuery, press: Press | None) -> None:
        """Always answers the press: the button shows a clock until then."""
        reply = await self._pressed(query, press) if press else None
        alert = _alert(reply)
        note: dict[str, Any] = {"text": alert, "show_alert": True} if alert else {}
        if reply and press and reply.is_secret and not alert and not press.is_direct:
            note = await self._note_apart(query.from_user, reply, press.channel)
            reply = None
        try:
            await self._api.call("answerCallbackQuery", {"callback_query_id": query.id, **note})
        except TelegramError as error:
            log.info("a press was answered too late", reason=error.message)
        if reply and press and not alert:
            await self._say(press.channel, reply, press.message.id if press.message else None)

    async def _pressed(self, query: CallbackQuery, press: Press) -> Reply | None:
        message = query.message
        right = bool(message) and await self._rights.of(message.chat, query.from_user.id)
        asked = replace(
            press,
            is_mod=bool(right),
            rights_unknown=right is None,
            asked_in=self._whispers.asked_in(press.message),
        )
        return await self._dispatcher.press(asked)

    async def _apart(self, asker: User | None, reply: Reply, channel: ChannelId) -> Reply:
        """Tells it in private; what the group reads instead holds nothing of it."""
        if asker is None:
            return Reply(self._t(NOBODY, None, channel))
        if await self._is_told(address.channel(asker.id), Whisper(reply, channel)):
            return Reply(self._t(TOLD, asker.language_code, channel))
        way = self._way(asker, reply, channel)
        return Reply(way.label, buttons=(replace(way, label=ME),))

    async def _note_apart(self, asker: User, reply: Reply, channel: ChannelId) -> dict[str, Any]:
        """The same for a press, whose note can lead into the private chat by itself."""
        if await self._is_told(address.channel(asker.id), Whisper(reply, channel)):
            return {"text": self._t(TOLD, asker.language_code, channel), "show_alert": True}
        way = self._way(asker, reply, channel)
        try:
            username = await self._chat.username()
        except TelegramError as error:
            log.info("the link into a private chat can't be made", reason=error.message)
            told = self._t(OPEN_FIRST, asker.language_code, channel)
            return {"text": told, "show_alert": True}
        return {"url": links.to_press(username, way)}

    def _way(self, asker: User, reply: Reply, channel: ChannelId) -> Button:
        """To where the answer waits."""
        token = self._whispers.keep(person(asker, 0).person, Whisper(reply, channel))
        label = self._t(OPEN, asker.language_code, channel)
        return Button(label, READ, token, opens_private=True)

    async def _is_told(self, chat: ChannelId, whisper: Whisper) -> bool:
        """False where we may not write to them: they never opened the private chat."""
        try:
            await self._whisper(chat, whisper)
        except DeliveryError as error:
            log.info("an answer can't be told in private", reason=error.reason)
            return False
        return True

    async def _whisper(self, chat: ChannelId, whisper: Whisper) -> None:
        for part in parts_of(whisper.reply, None):
            sent = await self._send(chat, replace(part, is_silent=False))
            self._whispers.told(MessageId(chat, sent), whisper.asked_in)

    def _t(self, message: str, locale: str | None, channel: ChannelId) -> str:
        return translate(message, self._dispatcher.language(locale, channel))

    async def _say(self, channel: ChannelId, reply: Reply, to: str | None) -> None:
        try:
            for part in parts_of(reply, to):
                await self._send(channel, part)
        except DeliveryError as error:
            log.warning(N_("An answer could not be sent"), channel=channel, reason=error.reason)

    async def _send(self, channel: ChannelId, part: Part) -> str:
        try:
            return await self._chat.send(channel, part)
        except Transient as error:
            if error.retry_after is None or error.retry_after > PATIENCE:
                raise
            await self._clock.sleep(error.retry_after)
            return await self._chat.send(channel, part)


def parts_of(reply: Reply, to: str | None) -> list[Part]:
    """The messages that say it: the first as a reply, the last with its buttons.

    Nobody can be whispered to in a group.
    """
    text, files = reply.rich, [Part(RichText(), files=(file,)) for file in reply.files]
    if files and markup.measure(text) <= CAPTION_LIMIT:
        parts = [replace(files[0], text=text), *files[1:]]
    else:
        parts = [*files, *(Part(piece) for piece in markup.pieces(text, TEXT_LIMIT))]
    parts[0] = replace(parts[0], reply_to=to)
    parts[-1] = replace(parts[-1], buttons=reply.buttons)
    return [replace(part, is_silent=reply.is_private) for part in parts]


def _alert(reply: Reply | None) -> str:
    """What a press can be told for the presser's eyes alone, or nothing."""
    if reply is None or not reply.is_private or reply.files or reply.buttons:
        return ""
    return reply.rich.text if markup.measure(reply.rich) <= ALERT_LIMIT else ""
