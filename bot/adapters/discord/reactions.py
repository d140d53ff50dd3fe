"""Our account's reactions on Discord: up to twenty kinds under a message, given one by one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.adapters.discord.rest import ReactionsFull, Rest, UnknownEmoji
from bot.core.model import Reaction

MOST = 20  # kinds under one message, those of people included
_PATIENCE = 2.0  # seconds; Discord lets a bot react about four times a second in a channel


async def react(
    rest: Rest,
    channel: str,
    message: str,
    wanted: Sequence[Reaction],
    shown: Sequence[str],
    *,
    is_sure: bool,
) -> list[str]:
    """What is there then, as `bot.core.ports.Reacts` says it. Raises `DeliveryError`."""
    wish = [one.emoji for one in wanted[:MOST]]
    for emoji in shown:
        if emoji not in wish:
            await _take(rest, channel, message, emoji)
    kept = [emoji for emoji in wish if is_sure and emoji in shown]
    is_full = False
    for emoji in wish:
        if emoji in kept:
            continue
        if not is_full:
            try:
                await _call(rest, "PUT", channel, message, emoji)
            except UnknownEmoji:
                continue
            except ReactionsFull:
                is_full = True
        if not is_full or emoji in shown:  # which may be one of those that fill it
            kept.append(emoji)
    return kept


async def _take(rest: Rest, channel: str, message: str, emoji: str) -> None:
    try:
        await _call(rest, "DELETE", channel, message, emoji)
    except UnknownEmoji:  # it was never there
        return


async def _call(rest: Rest, method: str, channel: str, message: str, emoji: str) -> None:
    path = f"/channels/{channel}/messages/{message}/reactions/{quote(emoji)}/@me"
    await rest.call(method, path, bucket=f"reactions {channel}", patience=_PATIENCE)
