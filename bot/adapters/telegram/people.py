"""Who wrote, joined or pressed: Telegram's users and speaking chats → Author."""

from __future__ import annotations

from telegram import Chat, Message, MessageOrigin, User
from telegram import MessageOriginChannel as FromChannel
from telegram import MessageOriginChat as FromChat
from telegram import MessageOriginHiddenUser as FromHidden
from telegram import MessageOriginUser as FromUser

from bot.adapters.telegram.address import PLATFORM
from bot.core.model import Author, PersonId


def author_of(message: Message, us: int) -> Author:
    """The person, or the chat that speaks: an anonymous admin, a channel."""
    if message.sender_chat:
        return speaking(message.sender_chat, message.author_signature)
    if message.from_user:
        return person(message.from_user, us)
    return speaking(message.chat, message.author_signature)


def person(user: User, us: int) -> Author:
    """Without an avatar: the address of a file on Telegram holds the bot's token."""
    name = user.full_name.strip() or user.username or str(user.id)
    number = PersonId(PLATFORM, str(user.id))
    return Author(number, name, is_bot=user.is_bot, is_us=user.id == us)


def speaking(chat: Chat, signature: str | None = None) -> Author:
    name = signature or chat.title or chat.full_name or str(chat.id)
    return Author(PersonId(PLATFORM, str(chat.id)), name)


def forwarded_from(message: Message) -> str | None:
    """A channel's post that appears in its discussion group by itself is no forward."""
    origin = None if message.is_automatic_forward else message.forward_origin
    return _origin(origin) if origin else None


def _origin(origin: MessageOrigin) -> str | None:
    match origin:
        case FromUser():
            return origin.sender_user.full_name
        case FromHidden():
            return origin.sender_user_name
        case FromChat():
            return origin.sender_chat.title
        case FromChannel():
            return origin.chat.title
        case _:
            return None
