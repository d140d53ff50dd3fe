"""Links into the private chat with the bot, and the presses that they bring back.

Whoever follows one says "/start payload" there, with at most 64 of A-Z a-z 0-9 _ and -. Anybody can
type that: it proves nothing but who they are. Pure.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from telegram import Message

from bot.adapters.telegram import address
from bot.adapters.telegram.people import person
from bot.core.model import Button
from bot.dispatch import Press

_PRESS = "p"
_START = re.compile(r"/start(?:@\w+)?\s+([\w-]{1,64})\s*", re.ASCII)
_NAMED = re.compile(r"(\w+\.\w+):(.*)", re.ASCII | re.DOTALL)


def to_press(bot: str, button: Button) -> str:
    """Following it is a press of this button in the private chat with `bot`, a username."""
    named = urlsafe_b64encode(f"{button.action}:{button.argument}".encode())
    return f"https://t.me/{bot}?start={_PRESS}{named.decode().rstrip('=')}"


def press_in(message: Message, us: int) -> Press | None:
    """None for what is no link of ours."""
    payload = _payload(message)
    if not payload.startswith(_PRESS) or message.from_user is None:
        return None
    named = _NAMED.fullmatch(_decoded(payload.removeprefix(_PRESS)))
    if named is None:
        return None
    return Press(
        action=named[1],
        argument=named[2],
        channel=address.channel_of(message),
        person=person(message.from_user, us),
        is_mod=False,
        locale=message.from_user.language_code,
        is_direct=True,
    )


def _payload(message: Message) -> str:
    is_private = message.chat.type == message.chat.PRIVATE
    found = _START.fullmatch(message.text or "") if is_private else None
    return found[1] if found else ""


def _decoded(payload: str) -> str:
    """Nothing where somebody typed it who is no link of ours."""
    try:
        return urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    except ValueError:
        return ""
