from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Sequence

import pytest

from bot.core.errors import NoModel
from bot.translate.lines import translate_lines
from bot.translate.pipeline import Pipeline
from tests.translate.engines import Absent, Parrot


class Counting(Parrot):
    """Numbers its answers, and takes longer over the earlier ones."""

    async def translate(self, sentences: Sequence[str], source: str, target: str) -> list[str]:
        await asyncio.sleep(0.002 if sentences[0].endswith("0") else 0)
        return [f"said {sentence}" for sentence in sentences]


async def through(text: bytes, engine: Parrot, *, is_bare: bool = False) -> bytes:
    out = io.BytesIO()
    translator = None if is_bare else Pipeline(engine)
    await translate_lines(
        io.BytesIO(text), out, engine=engine, source="zh", target="en", translator=translator
    )
    return out.getvalue()


async def test_every_line_is_answered_in_its_place() -> None:
    lines = "".join(f"第{n}\n" for n in range(300))
    answers = (await through(lines.encode(), Counting(), is_bare=True)).decode()
    assert answers == "".join(f"said 第{n}\n" for n in range(300))


async def test_the_pipeline_keeps_what_the_bare_engine_would_not() -> None:
    assert await through("你好！😂\n\nhello\n再见".encode(), Parrot()) == (
        "Cat! 😂\n\nhello\nCat\n".encode()
    )


async def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    assert (await through(b"\xff\xfe\n\xe4\xbd\n", Parrot())).count(b"\n") == 2


async def test_without_a_model_nothing_is_read() -> None:
    text = io.BytesIO("你好\n".encode())
    with pytest.raises(NoModel):
        await translate_lines(text, io.BytesIO(), engine=Absent(), source="zh", target="en")
    assert text.tell() == 0


async def test_a_line_is_answered_before_the_next_is_typed() -> None:
    typed, typing = os.pipe()
    read, write = os.pipe()
    with os.fdopen(typed, "rb") as lines, os.fdopen(write, "wb") as out:
        engine = Parrot()
        task = asyncio.create_task(
            translate_lines(lines, out, engine=engine, source="zh", target="en")
        )
        os.write(typing, "你好\n".encode())
        async with asyncio.timeout(30):
            assert await asyncio.to_thread(os.read, read, 100) == b"cat.\n"
        os.close(typing)
        await task
    os.close(read)
