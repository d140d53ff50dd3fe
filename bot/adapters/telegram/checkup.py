"""What `check` finds on Telegram: token, privacy mode, and the bot's standing in bridged chats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.adapters.telegram import address
from bot.adapters.telegram.address import PLATFORM
from bot.adapters.telegram.api import Api
from bot.adapters.telegram.outbound import UPLOAD_LIMIT
from bot.adapters.telegram.polling import ANOTHER_INSTANCE, REFUSED_TOKEN, UPDATES, Polling
from bot.core.errors import Problem
from bot.core.model import ChannelId, RelayChannel
from bot.core.ports import Clock
from bot.findings import broken, in_order, note, skew, warning
from bot.i18n import N_

UNKNOWN, RIGHTS = "telegram.chat.unknown", "telegram.chat.rights"
TOPIC = "telegram.chat.topic"
LISTEN_SECONDS = 3  # a program that was sent away is back by then

WEBHOOK = N_("Another program had this bot's messages sent to {server}.")
NO_WEBHOOK = N_(
    "Catbridge takes them back when it starts. If the other program still runs, stop it, or make a "
    "bot of its own for one of the two with @BotFather."
)
OTHER_BOTS = N_(
    "A channel is to carry what other bots say. Telegram shows it to the bot only in its "
    "bot-to-bot mode, and does not tell whether that is on."
)
SWITCH_BOTS_ON = N_("Look in @BotFather: the bot → Bot Settings → Bot-to-Bot Communication Mode.")
AWAY = N_("The connection to Telegram is down; it is tried again without end.")
CHECK_NETWORK = N_("Check the network and HTTPS_PROXY.")
TAKEN_OFF = N_("Another program has taken these kinds of news from the bot: {kinds}.")
ALL_RIGHT = N_("Token and connection are in order.")
CHAT_OK = N_("The bot may read and write here. Files cross up to {megabytes} MB.")
NO_ADMIN = N_(
    "The bot is no administrator here: it sees no reactions, and not everybody who comes or goes."
)
MAKE_ADMIN = N_("Make it one: group info → Edit → Administrators → Add Admin.")
SLOW = N_("Slow mode lets the bot write every {seconds} s only: messages pile up.")
CLOSED = N_("The topic is closed.")
REOPEN = N_("Open it again: the topic's ⋯ menu → Reopen Topic. Or make the bot an administrator.")

_ADMINS = ("creator", "administrator")
_ABSENT = ("left", "kicked")
REMOVED = N_("The bot is not in this chat.")
ADD_AGAIN = N_("Add @{bot} to it.")
_PRIVACY_REMEDY = N_(
    "In Telegram, write /setprivacy to @BotFather, choose @{bot}, choose Disable; then remove the "
    "bot from the group and add it again. Making the bot an administrator works too."
)


@dataclass(frozen=True, slots=True)
class Checkup:
    """One look at Telegram, beside the running bridge or before a start."""

    api: Api
    clock: Clock
    polling: Polling | None = None  # where it runs here

    async def all(self, members: Sequence[RelayChannel], *, may_listen: bool) -> list[Problem]:
        us = await self._introduce()
        if isinstance(us, Problem):
            return [us]
        there = self.api.server_time
        found = skew("Telegram", self.clock.now(), there) if there else []
        found += await self._stream(may_listen=may_listen)
        if any(member.options.bots for member in members):
            found.append(note(PLATFORM, "telegram.bots", OTHER_BOTS, SWITCH_BOTS_ON))
        if all(one.is_light for one in found):
            found.append(in_order(PLATFORM, "telegram.ok", ALL_RIGHT))
        for member in members:
            found += await _channel(self.api, us, member.channel)
        return found

    async def channel(self, channel: ChannelId) -> list[Problem]:
        """What keeps the bridge from working there."""
        us = await self._introduce()
        return [us] if isinstance(us, Problem) else broken(await _channel(self.api, us, channel))

    async def _introduce(self) -> dict[str, Any] | Problem:
        try:
            return await self.api.call("getMe", {})
        except InvalidToken:
            return REFUSED_TOKEN
        except TelegramError as error:
            return _unreachable(error)

    async def _stream(self, *, may_listen: bool) -> list[Problem]:
        """Whether updates come to us, and all that we need."""
        try:
            webhook = await self.api.call("getWebhookInfo", {})
        except TelegramError as error:
            return [_unreachable(error)]
        if webhook.get("url"):
            values = {"server": urlsplit(webhook["url"]).hostname or "?"}
            return [warning(PLATFORM, "telegram.webhook", WEBHOOK, NO_WEBHOOK, values)]
        if self.polling is not None:
            return _heard(self.polling, webhook.get("allowed_updates"))
        return await self._contested() if may_listen else []

    async def _contested(self) -> list[Problem]:
        """Whoever else waits for updates is sent away by this, comes back, and sends us away.

        Nothing is confirmed, so nothing is lost.
        """
        try:
            await self.api.poll({"timeout": LISTEN_SECONDS, "limit": 1})
        except Conflict:
            return [ANOTHER_INSTANCE]
        except TelegramError as error:
            return [_unreachable(error)]
        return []


def _heard(polling: Polling, allowed: Sequence[str] | None) -> list[Problem]:
    if polling.is_contested:
        return [ANOTHER_INSTANCE]
    if not polling.is_online:
        return [warning(PLATFORM, "telegram.offline", AWAY, CHECK_NETWORK)]
    lacking = sorted(set(UPDATES) - set(allowed)) if allowed else []
    if lacking:
        values = {"kinds": tuple(lacking)}
        return [warning(PLATFORM, "telegram.updates", TAKEN_OFF, ANOTHER_INSTANCE.remedy, values)]
    return []


def _unreachable(error: TelegramError) -> Problem:
    reason = N_("Telegram can't be reached: {error}.")
    remedy = N_("Check the network, HTTPS_PROXY and telegram.api_base.")
    return Problem(PLATFORM, reason, remedy, {"error": error.message}, code="telegram.unreachable")


async def _channel(api: Api, us: dict[str, Any], channel: ChannelId) -> list[Problem]:
    key = str(channel)
    try:
        chat_id = address.chat_of(channel)
        chat = await api.call("getChat", {"chat_id": chat_id})
        member = await api.call("getChatMember", {"chat_id": chat_id, "user_id": us["id"]})
    except ValueError:
        remedy = N_("Write the chat's number: -100…, with /42 behind it for a topic.")
        return [Problem(key, N_("This is no Telegram chat."), remedy, code=UNKNOWN)]
    except TelegramError as error:
        if isinstance(error, Forbidden | BadRequest | ChatMigrated):
            return [_unknown(key, us, error)]
        return [_unreachable(error)]
    if member["status"] in _ABSENT:
        values = {"bot": us["username"]}
        return [Problem(key, REMOVED, ADD_AGAIN, values, code="telegram.chat.absent")]
    found = _rights(key, chat, member) + _privacy(key, us, chat, member)
    found += _pace(key, chat, member) + await _topic(api, channel, chat)
    if all(one.is_light for one in found):
        size = {"megabytes": UPLOAD_LIMIT // 10**6}
        found.append(in_order(key, "telegram.chat.ok", CHAT_OK, size))
    return found


def _unknown(key: str, us: dict[str, Any], error: TelegramError) -> Problem:
    if isinstance(error, Forbidden):  # kicked, or a private chat that was closed
        values = {"bot": us["username"]}
        return Problem(key, REMOVED, ADD_AGAIN, values, code="telegram.chat.absent")
    reason = N_("The bot can't see this chat ({error}).")
    remedy = N_("Add @{bot} to the chat and compare the number.")
    values = {"error": error.message, "bot": us["username"]}
    return Problem(key, reason, remedy, values, code=UNKNOWN)


def _rights(key: str, chat: dict[str, Any], member: dict[str, Any]) -> list[Problem]:
    """Whether the bot may write there."""
    is_admin = member["status"] in _ADMINS
    if chat["type"] == "channel" and not member.get("can_post_messages", is_admin):
        reason = N_("The bot may not post in this channel.")
        remedy = N_("Make it an administrator who can post messages.")
        return [Problem(key, reason, remedy, code=RIGHTS)]
    permitted = {**chat.get("permissions", {}), **member}.get("can_send_messages", True)
    if not is_admin and not permitted:
        reason = N_("The bot may not send messages here.")
        remedy = N_("Allow it in the group's permissions, or make it an admin.")
        return [Problem(key, reason, remedy, code=RIGHTS)]
    if not is_admin and chat["type"] != "private":
        return [note(key, "telegram.chat.member", NO_ADMIN, MAKE_ADMIN)]
    return []


def _pace(key: str, chat: dict[str, Any], member: dict[str, Any]) -> list[Problem]:
    """Slow mode holds a bot too, unless it is an administrator."""
    seconds = chat.get("slow_mode_delay")
    if not seconds or member["status"] in _ADMINS:
        return []
    return [warning(key, "telegram.chat.slow", SLOW, MAKE_ADMIN, {"seconds": seconds})]


def _privacy(
    key: str, us: dict[str, Any], chat: dict[str, Any], member: dict[str, Any]
) -> list[Problem]:
    """With privacy mode on, a bot that is no admin hears commands only."""
    if us.get("can_read_all_group_messages") or member["status"] in _ADMINS:
        return []
    if chat["type"] == "private":
        return []
    reason = N_("Privacy mode hides this group's messages from the bot.")
    values = {"bot": us["username"]}
    return [Problem(key, reason, _PRIVACY_REMEDY, values, code="telegram.chat.privacy")]


async def _topic(api: Api, channel: ChannelId, chat: dict[str, Any]) -> list[Problem]:
    """Telegram tells nobody which topics there are, but it knows where one can't type."""
    topic = address.topic_of(channel)
    if topic is None:
        return []
    if not chat.get("is_forum"):
        reason = N_("This group has no topics.")
        remedy = N_("Leave out the “/” and what follows it.")
        return [Problem(str(channel), reason, remedy, code=TOPIC)]
    typing = {"chat_id": chat["id"], "message_thread_id": topic, "action": "typing"}
    try:
        await api.call("sendChatAction", typing)
    except TelegramError as error:
        if "topic_closed" in error.message.lower():
            return [Problem(str(channel), CLOSED, REOPEN, code="telegram.chat.closed")]
        if not isinstance(error, Forbidden | BadRequest):
            return [_unreachable(error)]
        reason = N_("There is no such topic ({error}).")
        remedy = N_("Copy a link to a message of the topic: its number stands before the last one.")
        return [Problem(str(channel), reason, remedy, {"error": error.message}, code=TOPIC)]
    return []
