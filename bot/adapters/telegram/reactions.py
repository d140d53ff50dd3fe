"""Our account's reaction on Telegram: one a message, from Telegram's list and the chat's choice.

Telegram writes its emoji without the sign that asks for colors; everybody else writes them with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.adapters.telegram.api import Api
from bot.adapters.telegram.failures import is_no_reaction
from bot.core.model import Reaction

_SIGN = "\ufe0f"
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
# Letters where nobody asks for colors.
_BARE = ["❤", "❤\u200d🔥", "✍", "☃", "🕊", "🤷\u200d♂", "🤷\u200d♀"]
_STANDARD = frozenset(one.value.replace(_SIGN, "") for one in ReactionEmoji)
_LIKE = {"😂": "🤣", "♥": "❤"}  # what Telegram lacks, and what nobody would mind


def written_out(emoji: str) -> str:
    """As everybody else writes it: ❤ becomes ❤️."""
    if emoji not in _BARE:
        return emoji
    return re.sub("[❤✍☃🕊♂♀]", lambda sign: sign[0] + _SIGN, emoji)


def native(emoji: str) -> str | None:
    """As Telegram writes it, in any color of skin; None where it has no such reaction."""
    bare = _SKIN.sub("", emoji).replace(_SIGN, "")
    bare = _LIKE.get(bare, bare)
    return bare if bare in _STANDARD else None


async def react(
    api: Api,
    chat: int,
    message: int,
    wanted: Sequence[Reaction],
    shown: Sequence[str],
    *,
    is_sure: bool,
) -> list[str]:
    """What is there then. Raises `TelegramError`."""
    best = _ranked(wanted)
    if is_sure and best[:1] == list(shown):
        return best[:1]
    if await _is_set(api, chat, message, best[:1]):
        return best[:1]
    allowed = await _allowed(api, chat)
    best = [one for one in best[1:] if one in allowed]
    if await _is_set(api, chat, message, best[:1]):
        return best[:1]
    await _set(api, chat, message, [])  # what was there before is held no more
    return []


def _ranked(wanted: Sequence[Reaction]) -> list[str]:
    """Those that Telegram has, the most held first."""
    counts: Counter[str] = Counter()
    for one in wanted:
        if emoji := native(one.emoji):
            counts[emoji] += one.people
    return sorted(counts, key=lambda emoji: -counts[emoji])


async def _is_set(api: Api, chat: int, message: int, emoji: Sequence[str]) -> bool:
    """False where this message takes no such reaction."""
    try:
        await _set(api, chat, message, emoji)
    except TelegramError as error:
        if not is_no_reaction(error):
            raise
        return False
    return True


async def _set(api: Api, chat: int, message: int, emoji: Sequence[str]) -> None:
    reaction = [{"type": "emoji", "emoji": one} for one in emoji]
    asked = {"chat_id": chat, "message_id": message, "reaction": reaction}
    await api.call("setMessageReaction", asked)


async def _allowed(api: Api, chat: int) -> frozenset[str]:
    """What the administrators let people choose from."""
    found = await api.call("getChat", {"chat_id": chat})
    listed = found.get("available_reactions")
    if listed is None:
        return _STANDARD
    return frozenset(one["emoji"].replace(_SIGN, "") for one in listed if "emoji" in one)
