"""python-telegram-bot's errors → the core's, once: what failed, and how certainly."""

from __future__ import annotations

import os
import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.core.errors import (
    Blocked,
    DeliveryError,
    Gone,
    Rejected,
    Transient,
    Uncertain,
    Unwelcome,
)

LONGEST_REASON = 200  # a proxy may answer with a whole page
MIGRATION_PAUSE = 1.0  # seconds until the lane should have followed its group


class NotSent(NetworkError):
    """No byte of the request reached Telegram."""


class TooLarge(NetworkError):
    """The server would not read a request of this size."""


# A missing right to send photos is not among these: texts can still be said there.
_CLOSED = re.compile(
    r"chat not found|chat_restricted|chat_write_forbidden|chat_admin_required|channel_private"
    r"|have no rights to send|not enough rights to send text|need administrator rights"
    r"|group chat was deactivated|peer_id_invalid|bot is not a member|bot was kicked",
    re.IGNORECASE,
)
_NO_TOPIC = re.compile(r"message thread not found|topic_closed|topic_deleted", re.IGNORECASE)
_UNWELCOME = re.compile(
    r"blocked by the user|user is deactivated|initiate conversation", re.IGNORECASE
)
_NOT_MODIFIED = "message is not modified"
_NO_TEXT = "there is no text in the message to edit"
_NO_CAPTION = "there is no caption in the message to edit"
_GONE = ("message to delete not found", "message_id_invalid")
_NO_REACTION = ("reaction_invalid", "reactions_too_many")
_OF_NO_SUCH_KIND = (
    *("photo_", "image_process_failed", "too big for a photo"),
    *("video_", "audio_", "media_invalid"),
)


def delivery_error(error: TelegramError) -> DeliveryError:
    """What the courier should make of it. A server that failed (5xx) may have sent before that."""
    reason = error.message[:LONGEST_REASON]
    match error:
        case RetryAfter():
            return Transient("flood limit", retry_after(error))
        case ChatMigrated():
            return Transient("the group became a supergroup", MIGRATION_PAUSE)
        case Forbidden():
            return (Unwelcome if _UNWELCOME.search(reason) else Blocked)(reason)
        case InvalidToken():
            return Blocked("Telegram refuses the token")
        case TooLarge():
            return Rejected(reason)
        case BadRequest() if _NO_TOPIC.search(reason):
            return Gone(reason)
        case BadRequest():
            return (Blocked if _CLOSED.search(reason) else Rejected)(reason)
        case NotSent():
            return Transient(reason)
        case _ if "too many requests" in error.message.lower():
            return Transient("flood limit")
        case _:
            return Uncertain(reason)


def retry_after(error: RetryAfter) -> float:
    """Seconds; python-telegram-bot is changing from a number to a timedelta."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the new form, without the warning
    wait: int | timedelta = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_unchanged(error: TelegramError) -> bool:
    return _says(error, _NOT_MODIFIED)


def is_of_other_kind(error: TelegramError) -> bool:
    """A caption where a text was edited, or the other way round."""
    return _says(error, _NO_TEXT, _NO_CAPTION)


def is_gone(error: TelegramError) -> bool:
    return _says(error, *_GONE)


def is_no_reaction(error: TelegramError) -> bool:
    """The chat does not offer this emoji, or has as many kinds under the message as it may."""
    return _says(error, *_NO_REACTION)


def is_of_no_such_kind(error: TelegramError) -> bool:
    """No photo, film or music that Telegram could show: it can go as a document."""
    return _says(error, *_OF_NO_SUCH_KIND)


def _says(error: TelegramError, *sentences: str) -> bool:
    return isinstance(error, BadRequest) and any(s in error.message.lower() for s in sentences)
