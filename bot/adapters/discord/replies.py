"""Answers to commands and buttons: within Discord's three seconds, seen by the asker alone or all.

They are thin calls too: an answer to everybody must not be posted twice either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import discord
import structlog

from bot.adapters.discord import components
from bot.adapters.discord.markup import to_markdown
from bot.adapters.discord.rest import Rest
from bot.cog import Reply
from bot.core.errors import DeliveryError
from bot.core.ports import Capabilities
from bot.core.render import split
from bot.i18n import N_

log = structlog.get_logger(__name__)

THINK_ALOUD_AFTER = 1.5  # seconds; Discord gives three, the way there and back among them

_CAN = Capabilities(2000, 2000, lambda text: len(to_markdown(text)), file_limit=0)
_MESSAGE, _DEFERRED = 4, 5
_EPHEMERAL = 1 << 6


async def answer(
    rest: Rest, interaction: discord.Interaction, asked: Coroutine[Any, Any, Reply | None]
) -> None:
    """Answer with what `asked` comes to; a slow one is announced as being thought about."""
    task = asyncio.ensure_future(asked)
    done, _ = await asyncio.wait({task}, timeout=THINK_ALOUD_AFTER)
    try:
        if done:
            await _answer_now(rest, interaction, await task)
        else:
            await _call_back(rest, interaction, _DEFERRED, {"flags": _EPHEMERAL})
            await _answer_later(rest, interaction, await task)
    except DeliveryError as error:
        log.warning(N_("An answer could not be sent"), reason=error.reason)


async def _answer_now(rest: Rest, interaction: discord.Interaction, reply: Reply | None) -> None:
    if reply is None:
        await _call_back(rest, interaction, 6, {})
        return
    first, *more = _messages(reply)
    await _call_back(rest, interaction, _MESSAGE, first, reply)
    for message in more:
        await _follow_up(rest, interaction, message)


async def _answer_later(rest: Rest, interaction: discord.Interaction, reply: Reply | None) -> None:
    """What was promised in private becomes the answer, or makes room for a public one."""
    path = f"/webhooks/{interaction.application_id}/{interaction.token}"
    if reply is None or not reply.is_private:
        await rest.call("DELETE", f"{path}/messages/@original", with_token=False)
    if reply is None:
        return
    first, *more = _messages(reply)
    if reply.is_private:
        await rest.call(
            "PATCH", f"{path}/messages/@original", body=first, files=reply.files, with_token=False
        )
    else:
        await _follow_up(rest, interaction, first, reply)
    for message in more:
        await _follow_up(rest, interaction, message)


async def _call_back(
    rest: Rest,
    interaction: discord.Interaction,
    kind: int,
    message: dict[str, Any],
    reply: Reply | None = None,
) -> None:
    await rest.call(
        "POST",
        f"/interactions/{interaction.id}/{interaction.token}/callback",
        body={"type": kind, "data": message},
        files=reply.files if reply else [],
        is_repeatable=False,
        with_token=False,
    )


async def _follow_up(
    rest: Rest,
    interaction: discord.Interaction,
    message: dict[str, Any],
    reply: Reply | None = None,
) -> None:
    await rest.call(
        "POST",
        f"/webhooks/{interaction.application_id}/{interaction.token}",
        body=message,
        files=reply.files if reply else [],
        is_repeatable=False,
        with_token=False,
    )


def _messages(reply: Reply) -> list[dict[str, Any]]:
    """One or several: what is too long goes on in the next; buttons are under the last."""
    texts = [to_markdown(piece) for piece in split(reply.rich, _CAN.text_limit, _CAN)] or [""]
    flags = _EPHEMERAL if reply.is_private or reply.is_secret else 0
    messages: list[dict[str, Any]] = [
        {"content": text, "flags": flags, "allowed_mentions": {"parse": []}} for text in texts
    ]
    if reply.buttons:
        messages[-1]["components"] = components.rows(reply.buttons)
    return messages
