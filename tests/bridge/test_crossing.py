"""What is said on one side is read on the other: every platform to every platform."""

from __future__ import annotations

import re

import pytest

from tests.bridge.conftest import PAIRS, Pair
from tests.bridge.on_discord import DiscordPlace
from tests.bridge.place import PNG, Piece, arrival, arrivals, shows, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HAN = re.compile("[\u4e00-\u9fff]")
WORDLESS = ("🐈", "👩🏽‍🚀❤️‍🔥", "https://example.org/x?y=z", "12:30", "2 + 3 = 5")
ORNATE = "👨‍👩‍👧‍👦 👍🏽 1️⃣ 🏳️‍🌈 https://example.org/a(b)?q=%E7%8C%AB&x=1#frag ¯\\_(ツ)_/¯"


async def test_a_text_arrives_translated(chinese_to_english: Pair) -> None:
    pair = chinese_to_english
    await pair.source.say("今天天气很好，我们一起去公园吧。")
    arrived = await arrival(pair.destination)
    assert re.search(r"weather|park", arrived.text, re.IGNORECASE)
    assert not HAN.search(arrived.text)


async def test_links_code_and_emoji_are_not_translated(chinese_to_english: Pair) -> None:
    pair = chinese_to_english
    await pair.source.say("请看这个网页 https://example.org/猫?a=1&b=2 谢谢 🐱‍👤")
    arrived = await arrival(pair.destination)
    assert "https://example.org/猫?a=1&b=2" in arrived.text
    assert "🐱‍👤" in arrived.text


async def test_a_text_arrives_under_its_authors_name(pair: Pair) -> None:
    await pair.source.say("Hello", by="Mei 梅")
    arrived = await arrival(pair.destination)
    assert (arrived.author, arrived.text) == ("Mei 梅", "Hello")


async def test_what_needs_no_words_arrives_as_it_was(chinese_to_english: Pair) -> None:
    pair = chinese_to_english
    for wordless in WORDLESS:
        await pair.source.say(wordless)
    await shows(pair.destination, *WORDLESS)


async def test_emoji_and_links_arrive_byte_for_byte(pair: Pair) -> None:
    await pair.source.say(ORNATE)
    arrived = await arrival(pair.destination)
    assert _as_read(arrived.text) == _as_read(ORNATE)


@pytest.mark.parametrize(
    "platforms", [one for one in PAIRS if one[0] != "sandbox"], ids="-to-".join, indirect=True
)
async def test_formatting_survives(pair: Pair) -> None:
    """People of the sandbox write plain text."""
    said = [
        Piece("bold words", "bold"),
        Piece(" then "),
        Piece("the murderer", "spoiler"),
        Piece(", "),
        Piece("print(1)", "code"),
        Piece(" and "),
        Piece("a page", "link", "https://example.org/page"),
    ]
    await pair.source.say(said)
    arrived = await arrival(pair.destination)
    assert {piece for piece in said if piece.style} <= arrived.pieces


async def test_a_picture_arrives_with_the_same_bytes_and_its_caption(pair: Pair) -> None:
    await pair.source.say("my cat", files=[PNG])
    arrived = await arrival(pair.destination)
    assert arrived.files == (PNG,)
    assert (arrived.author, arrived.text) == ("Sam", "my cat")


async def test_a_picture_alone_arrives_under_its_authors_name(pair: Pair) -> None:
    await pair.source.say("", files=[PNG])
    arrived = await arrival(pair.destination)
    assert (arrived.author, arrived.files) == ("Sam", (PNG,))


async def test_the_longest_text_arrives_whole(pair: Pair) -> None:
    words = [f"word{number:04d}" for number in range(pair.source.limit // 9)]
    await pair.source.say(" ".join(words))
    await pair.source.say("last")

    found = await _everything_until(pair, "last")
    assert re.findall(r"word\d+", " ".join(text for text in found)) == words
    assert all(len(text) <= pair.destination.limit for text in found)


async def test_quick_messages_arrive_in_order(pair: Pair) -> None:
    said = [f"quick {number}" for number in range(30)]
    for text in said:
        await pair.source.say(text)
    await pair.source.say("last")
    found = await _everything_until(pair, "last")
    assert re.findall(r"quick \d+", "\n".join(found)) == said


async def test_what_the_bridge_says_is_not_carried_back(pair: Pair) -> None:
    await pair.source.say("there")
    await arrivals(pair.destination, 1)
    await pair.destination.say("and back")
    await shows(pair.source, "and back")
    await shows(pair.destination, "there")


async def test_nobody_is_pinged(pair: Pair) -> None:
    await pair.source.say("@everyone @here look")
    arrived = await arrival(pair.destination)
    if not isinstance(pair.destination, DiscordPlace):
        return
    written = pair.destination.emulator.message(pair.destination.channel, arrived.id)
    assert not written["mention_everyone"]
    assert written["_allowed_mentions"]["parse"] == []


async def _everything_until(pair: Pair, last: str) -> list[str]:
    async def everything() -> list[str]:
        texts = [one.text for one in await pair.destination.arrived()]
        return texts if texts and texts[-1].endswith(last) else []

    return await until(everything)


def _as_read(text: str) -> str:
    """Without the backslashes that keep Discord from reading a face as formatting."""
    return text.replace("\\", "")
