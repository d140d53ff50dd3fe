"""Understanding on every platform: a copy explained, and the original words for who learns."""

from __future__ import annotations

import itertools

import pytest

from tests.bridge.conftest import PLATFORMS
from tests.bridge.place import Answer, Arrived, Place, arrivals, until
from tests.bridge.town import Town

CHINESE = "我们明天去公园看猫吧。"
ALOUD = "wǒmen míngtiān qù gōngyuán kàn māo ba。"


async def first(place: Place) -> Arrived:
    return (await arrivals(place, 1, within=30))[0]


async def explained(place: Place, copy: Arrived) -> Answer:
    """A copy is shown a moment before the bridge has written down whose it is."""
    readers = itertools.count()

    async def told() -> Answer | None:
        answer = await place.ask("explain", by=f"Reader {next(readers)}", reply_to=copy.id)
        return None if "I don't know" in answer.text else answer

    answer = await until(told)
    assert answer is not None
    return answer


@pytest.mark.parametrize("platform", ["telegram", "sandbox"])
async def test_a_copy_is_explained_in_a_reply_to_it(town: Town, platform: str) -> None:
    english, chinese = await town.place(platform), await town.place(platform, "zh")
    async with town.running():
        await chinese.say(CHINESE, by="Mei")
        copy = await first(english)
        told = await explained(english, copy)
        assert told.text.split("\n")[:5] == [
            "Original (Chinese)",
            CHINESE,
            ALOUD,
            "In English",
            copy.text,
        ]
        assert "Translated by" in told.text
        assert told.buttons == ("Report a bad translation",)
        assert "No. 1" in (await english.press(told, "Report a bad translation")).text
        assert (await english.ask("pinyin", reply_to=copy.id)).text == f"{CHINESE}\n{ALOUD}"


@pytest.mark.parametrize(
    ("here", "there"),
    [("discord", "telegram"), ("telegram", "sandbox"), ("sandbox", "discord")],
    ids=["discord-to-telegram", "telegram-to-sandbox", "sandbox-to-discord"],
)
async def test_a_link_to_a_message_is_enough_on_every_platform(
    town: Town, here: str, there: str
) -> None:
    """To the copy in one's own channel, or to the original on the other platform."""
    english, chinese = await town.place(here), await town.place(there, "zh")
    async with town.running():
        said = await chinese.say(CHINESE, by="Mei")
        copy = await first(english)

        async def told(link: str, by: str) -> str:
            return (await english.ask(f"explain {link}", by=by)).text.replace("*", "")

        readers = itertools.count()

        async def is_known() -> bool:
            return ALOUD in await told(english.link(copy.id), f"Reader {next(readers)}")

        await until(is_known)
        by_original = await told(chinese.link(said), "Ann")
        assert by_original.split("\n")[1:3] == [CHINESE, ALOUD]
        assert "Translated by" in by_original
        nowhere = await told(english.link("123456789"), "Ben")
        assert "That link leads to no message of this channel" in nowhere


async def test_a_telegram_link_with_a_public_name_is_one_too(town: Town) -> None:
    telegram = await town.telegram()
    english = await town.telegram_place(telegram.add_chat("Cats", username="cats_talk"))
    chinese = await town.place("discord", "zh")
    async with town.running():
        await chinese.say(CHINESE, by="Mei")
        copy = await first(english)
        readers = itertools.count()

        async def told() -> Answer | None:
            by = f"Reader {next(readers)}"
            answer = await english.ask(f"explain https://t.me/Cats_talk/{copy.id}", by=by)
            return None if "leads to no message" in answer.text else answer

        answer = await until(told)
        assert answer is not None
        assert answer.text.split("\n")[1:3] == [CHINESE, ALOUD]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_typed_words_are_explained_and_translated(town: Town, platform: str) -> None:
    english = await town.place(platform)
    await town.place(platform, "zh")
    async with town.running():
        told = await english.ask(f"explain {CHINESE}")
        assert told.text.replace("*", "").split("\n")[1:3] == [CHINESE, ALOUD]
        assert ALOUD in (await english.ask(f"pinyin {CHINESE}")).text.replace("*", "")
        chinese = (await english.ask(f"explain {CHINESE}", by="Li", locale="zh")).text
        assert chinese.replace("*", "").split("\n")[1:3] == [CHINESE, ALOUD]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_learns_reads_the_original_words_behind_a_spoiler(
    town: Town, platform: str
) -> None:
    english, chinese = await town.place(platform), await town.place(platform, "zh")
    async with town.running():
        assert "/learn off" in (await english.ask("learn on", by="Sam")).text
        await chinese.say(CHINESE, by="Mei")
        copy = await first(english)
        spoilers = [one.words for one in copy.pieces if one.style == "spoiler"]
        assert spoilers == [f"{CHINESE}\n{ALOUD}"]
        await english.ask("learn off", by="Sam")
        await chinese.say("猫在睡觉。", by="Mei")
        *_, last = await arrivals(english, 2, within=30)
        assert [one.words for one in last.pieces if one.style == "spoiler"] == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_community_that_switched_it_off_reads_translations_alone(
    town: Town, platform: str
) -> None:
    english, chinese = await town.place(platform), await town.place(platform, "zh")
    async with town.running():
        await english.ask("learn on", by="Sam")
        await english.ask("community switch learner off", is_mod=True)
        await chinese.say(CHINESE, by="Mei")
        assert "māo" not in (await first(english)).text
