"""What `check` finds on Telegram: token, privacy mode, and the bot's standing in bridged chats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.adapters.telegram import address
from bot.adapters.telegram.api import Api
from bot.adapters.telegram.polling import REFUSED_TOKEN
from bot.core.errors import Problem
from bot.core.model import ChannelId
from bot.i18n import N_

_ADMINS = ("creator", "administrator")
_ABSENT = ("left", "kicked")
REMOVED = N_("The bot is not in this chat.")
ADD_AGAIN = N_("Add @{bot} to it.")
_PRIVACY_REMEDY = N_(
    "In Telegram, write /setprivacy to @BotFather, choose @{bot}, choose Disable; then remove the "
    "bot from the group and add it again. Making the bot an administrator works too."
)


async def problems(api: Api, channels: Sequence[ChannelId]) -> list[Problem]:
    try:
        us = await api.call("getMe", {})
    except InvalidToken:
        return [REFUSED_TOKEN]
    except TelegramError as error:
        return [_unreachable(error)]
    found: list[Problem] = []
    for channel in sorted(channels):
        found += await _channel(api, us, channel)
    return found


def _unreachable(error: TelegramError) -> Problem:
    reason = N_("Telegram can't be reached: {error}.")
    remedy = N_("Check the network, HTTPS_PROXY and telegram.api_base.")
    return Problem("telegram", reason, remedy, {"error": error.message})


async def _channel(api: Api, us: dict[str, Any], channel: ChannelId) -> list[Problem]:
    key = str(channel)
    try:
        chat_id = address.chat_of(channel)
        chat = await api.call("getChat", {"chat_id": chat_id})
        member = await api.call("getChatMember", {"chat_id": chat_id, "user_id": us["id"]})
    except ValueError:
        remedy = N_("Write the chat's number: -100…, with /42 behind it for a topic.")
        return [Problem(key, N_("This is no Telegram chat."), remedy)]
    except TelegramError as error:
        return [_unknown(key, us, error)]
    if member["status"] in _ABSENT:
        return [Problem(key, REMOVED, ADD_AGAIN, {"bot": us["username"]})]
    found = _rights(key, chat, member) + _privacy(key, us, chat, member)
    return found + await _topic(api, channel, chat)


def _unknown(key: str, us: dict[str, Any], error: TelegramError) -> Problem:
    if isinstance(error, Forbidden):  # kicked, or a private chat that was closed
        return Problem(key, REMOVED, ADD_AGAIN, {"bot": us["username"]})
    reason = N_("The bot can't see this chat ({error}).")
    remedy = N_("Add @{bot} to the chat and compare the number.")
    return Problem(key, reason, remedy, {"error": error.message, "bot": us["username"]})


def _rights(key: str, chat: dict[str, Any], member: dict[str, Any]) -> list[Problem]:
    """Whether the bot may write there."""
    is_admin = member["status"] in _ADMINS
    if chat["type"] == "channel" and not member.get("can_post_messages", is_admin):
        reason = N_("The bot may not post in this channel.")
        return [Problem(key, reason, N_("Make it an administrator who can post messages."))]
    permitted = {**chat.get("permissions", {}), **member}.get("can_send_messages", True)
    if not is_admin and not permitted:
        reason = N_("The bot may not send messages here.")
        remedy = N_("Allow it in the group's permissions, or make it an admin.")
        return [Problem(key, reason, remedy)]
    return []


def _privacy(
    key: str, us: dict[str, Any], chat: dict[str, Any], member: dict[str, Any]
) -> list[Problem]:
    """With privacy mode on, a bot that is no admin hears commands only."""
    if us.get("can_read_all_group_messages") or member["status"] in _ADMINS:
        return []
    if chat["type"] == "private":
        return []
    reason = N_("Privacy mode hides this group's messages from the bot.")
    return [Problem(key, reason, _PRIVACY_REMEDY, {"bot": us["username"]})]


async def _topic(api: Api, channel: ChannelId, chat: dict[str, Any]) -> list[Problem]:
    """Telegram tells nobody which topics there are, but it knows where one can't type."""
    topic = address.topic_of(channel)
    if topic is None:
        return []
    if not chat.get("is_forum"):
        reason = N_("This group has no topics.")
        return [Problem(str(channel), reason, N_("Leave out the “/” and what follows it."))]
    typing = {"chat_id": chat["id"], "message_thread_id": topic, "action": "typing"}
    try:
        await api.call("sendChatAction", typing)
    except TelegramError as error:
        reason = N_("There is no such topic ({error}).")
        remedy = N_("Copy a link to a message of the topic: its number stands before the last one.")
        return [Problem(str(channel), reason, remedy, {"error": error.message})]
    return []
