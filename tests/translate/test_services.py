"""What each service is sent, in its own protocol, and how its answer is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.errors import NoModel
from bot.core.shield import FAMILIES
from bot.translate.deepl import FREE, PRO, DeepLEngine
from bot.translate.libretranslate import LibreTranslateEngine
from tests.parts import HeldClock
from tests.translate.services import DeepL, LibreTranslate


@pytest.fixture
async def deepl() -> AsyncIterator[tuple[DeepLEngine, DeepL]]:
    service = DeepL()
    async with service.serving() as address:
        engine = DeepLEngine("k", model="latency_optimized", timeout_seconds=5, api_base=address)
        yield engine, service
        await engine.aclose()


def libre(address: str, clock: HeldClock, key: str | None = None) -> LibreTranslateEngine:
    return LibreTranslateEngine(address, clock=clock, timeout_seconds=5, api_key=key)


async def test_deepl_is_asked_as_among_friends(deepl: tuple[DeepLEngine, DeepL]) -> None:
    engine, service = deepl
    await engine.translate(["Thank you."], "en", "zh")
    await engine.translate(["谢谢你。"], "zh", "en")
    first, second = service.bodies
    assert first == {
        "text": ["Thank you."],
        "source_lang": "EN",
        "target_lang": "ZH-HANS",
        "formality": "prefer_less",
        "model_type": "latency_optimized",
        "split_sentences": "0",
    }
    assert (second["source_lang"], second["target_lang"]) == ("ZH", "EN-US")
    assert service.asked[0].headers["Authorization"] == "DeepL-Auth-Key k"


async def test_deepl_is_sent_fifty_texts_at_most(deepl: tuple[DeepLEngine, DeepL]) -> None:
    engine, service = deepl
    await engine.translate(["Thank you."] * 101, "en", "zh")
    assert [len(body["text"]) for body in service.bodies] == [50, 50, 1]


async def test_slots_reach_deepl_as_tags_and_come_back_as_slots(
    deepl: tuple[DeepLEngine, DeepL],
) -> None:
    engine, service = deepl
    texts = ['<x id="2"></x>说 Tom &amp; Jerry 比 <x id="1"/> 好 &lt;3', "1 &lt; 2"]
    service.say(json.dumps({"translations": [{"text": text} for text in texts]}))
    said = await engine.translate(["Tom & Jerry <x1> beat <x2> <3", "1 < 2"], "en", "zh")
    assert service.bodies[0]["tag_handling"] == "xml"
    assert service.bodies[0]["text"] == [
        'Tom &amp; Jerry <x id="1"/> beat <x id="2"/> &lt;3',
        "1 &lt; 2",
    ]
    assert said == ["<x2>说 Tom & Jerry 比 <x1> 好 <3", "1 < 2"]


async def test_text_without_slots_reaches_deepl_as_it_is(deepl: tuple[DeepLEngine, DeepL]) -> None:
    engine, service = deepl
    assert await engine.translate(["R&D <3"], "en", "zh") == ["cat: R&D <3"]
    assert service.bodies[0]["text"] == ["R&D <3"]
    assert "tag_handling" not in service.bodies[0]


@pytest.mark.parametrize(("key", "address"), [("abc:fx", FREE), ("abc", PRO)])
async def test_the_key_says_which_deepl_it_is_for(key: str, address: str) -> None:
    engine = DeepLEngine(key, model="m", timeout_seconds=5)
    assert engine.address == address


async def test_deepl_reads_more_languages_than_it_is_asked_to_write() -> None:
    engine = DeepLEngine("k", model="m", timeout_seconds=5)
    assert engine.serves("ja", "zh")
    assert not engine.serves("en", "ja")


async def test_libretranslate_is_asked_for_text_with_its_key() -> None:
    service = LibreTranslate()
    async with service.serving() as address:
        engine = libre(address, HeldClock(), "k")
        await engine.translate(["谢谢你。", "我有一只猫。"], "zh", "en")
        await engine.aclose()
    assert service.bodies == [
        {
            "q": ["谢谢你。", "我有一只猫。"],
            "source": "zh-Hans",
            "target": "en",
            "format": "text",
            "api_key": "k",
        }
    ]


@pytest.mark.parametrize("code", ["zh", "zh-Hans", "zh-CN"])
async def test_chinese_is_called_what_the_server_calls_it(code: str) -> None:
    service = LibreTranslate("en", code)
    async with service.serving() as address:
        engine = libre(address, HeldClock())
        assert await engine.translate(["Thank you."], "en", "zh") == ["谢谢你。"]
        await engine.aclose()
    assert service.bodies[0]["target"] == code
    assert "api_key" not in service.bodies[0]


async def test_a_server_without_chinese_is_not_asked_to_translate() -> None:
    service = LibreTranslate("en", "ja")
    async with service.serving() as address:
        engine = libre(address, HeldClock())
        assert engine.serves("zh", "en")  # nobody has asked it yet
        with pytest.raises(NoModel):
            await engine.translate(["谢谢你。"], "zh", "en")
        assert not engine.serves("zh", "en")
        assert engine.serves("ja", "en")
        await engine.aclose()
    assert [one.path for one in service.asked] == ["/languages"]


async def test_the_languages_are_asked_for_once_an_hour() -> None:
    service, clock = LibreTranslate("en", "ja"), HeldClock()
    async with service.serving() as address:
        engine = libre(address, clock)
        for _ in range(2):
            with pytest.raises(NoModel):
                await engine.translate(["谢谢你。"], "zh", "en")
        service.codes = ("en", "zh")
        assert not engine.serves("zh", "en")
        clock.advance(timedelta(hours=1).total_seconds())
        assert engine.serves("zh", "en")
        assert await engine.translate(["谢谢你。"], "zh", "en") == ["Thank you."]
        await engine.aclose()
    assert [one.path for one in service.asked] == ["/languages", "/languages", "/translate"]


async def test_an_old_server_that_names_no_targets_means_all() -> None:
    service = LibreTranslate()
    async with service.serving() as address:
        engine = libre(address, HeldClock())
        service.say('[{"code": "en"}, {"code": "zh"}]')
        assert await engine.translate(["谢谢你。"], "zh", "en") == ["Thank you."]
        await engine.aclose()


def test_an_engine_names_slots_that_the_shield_can_write() -> None:
    known = {family.slot for family in FAMILIES}
    assert set(DeepLEngine.slot_families) <= known
    assert set(LibreTranslateEngine.slot_families) <= known
