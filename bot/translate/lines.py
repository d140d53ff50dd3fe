"""Translates a stream of lines in order, many at a time: one text in, one line out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import BinaryIO

from bot.core.errors import NoModel
from bot.core.language import base
from bot.core.ports import Engine, Translator
from bot.core.richtext import RichText

AHEAD = 64  # lines

Say = Callable[[str], Awaitable[str]]


async def translate_lines(
    lines: BinaryIO,
    out: BinaryIO,
    *,
    engine: Engine,
    source: str,
    target: str,
    translator: Translator | None = None,
    community: int | None = None,
) -> None:
    """Through `translator`, or through the bare engine where there is none.

    `community` is the relay whose own words count.

    Raises `NoModel` before it reads anything, and `TranslationError` only without a translator.
    """
    if base(source) != base(target) and not engine.serves(base(source), base(target)):
        raise NoModel(base(source), base(target))

    async def say(text: str) -> str:
        if translator is None:
            return (await engine.translate([text], base(source), base(target)))[0]
        said = await translator.translate(
            RichText(text), target=target, prior=source, community=community
        )
        return said.text.text

    await _in_order(lines, out, say)


async def _in_order(lines: BinaryIO, out: BinaryIO, say: Say) -> None:
    waiting: asyncio.Queue[asyncio.Task[str] | None] = asyncio.Queue(AHEAD)
    async with asyncio.TaskGroup() as group:
        group.create_task(_write(waiting, out))
        while line := await asyncio.to_thread(lines.readline):
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            await waiting.put(group.create_task(_said(text, say)))
        await waiting.put(None)


async def _said(text: str, say: Say) -> str:
    answer = await say(text) if text.strip() else text
    return answer.replace("\n", " ")


async def _write(waiting: asyncio.Queue[asyncio.Task[str] | None], out: BinaryIO) -> None:
    while (answer := await waiting.get()) is not None:
        out.write((await answer).encode("utf-8", "replace") + b"\n")
        if waiting.empty():
            out.flush()
    out.flush()
