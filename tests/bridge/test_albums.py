"""Several files of one message stand together on Telegram, wherever they come from."""

from __future__ import annotations

import pytest

from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import PNG, Place, arrival, arrivals, shows
from tests.bridge.town import Town


async def say_album(place: Place, words: str, count: int) -> str:
    """The native id of the message, or of its first file."""
    if not isinstance(place, TelegramPlace):
        return await place.say(words, files=[PNG] * count)
    person, captions = place.person("Sam"), [words, *[""] * (count - 1)]
    posted = [
        await place.emulator.post(place.chat, person, caption, photo=PNG, media_group_id="7")
        for caption in captions
    ]
    return str(posted[0]["message_id"])


@pytest.mark.parametrize("platform", ["discord", "sandbox", "telegram"])
async def test_an_album_stays_one_and_is_followed(town: Town, platform: str) -> None:
    here, there = await town.place(platform), await town.place("telegram")
    async with town.running():
        said = await say_album(here, "my cats", 3)
        found = await arrivals(there, 3)
        assert [one.text for one in found] == ["my cats", "", ""]
        assert [one.files for one in found] == [(PNG,)] * 3
        assert found[0].album
        assert {one.album for one in found} == {found[0].album}

        await here.edit(said, "my three cats")
        await shows(there, "my three cats", "", "")
        await there.say("which one?", reply_to=found[2].id)
        assert (await arrival(here)).text == "which one?"
        if platform != "telegram":  # which tells bots of no deletion
            await here.delete(said)
            await shows(there)


async def test_a_reply_to_any_picture_of_an_album_answers_its_message(town: Town) -> None:
    here, there = await town.place("sandbox"), await town.place("telegram")
    async with town.running():
        said = await say_album(here, "my cats", 3)
        for number, copy in enumerate(await arrivals(there, 3), 1):
            await there.say("this one", reply_to=copy.id)
            assert (await arrivals(here, number))[-1].reply_to == said


async def test_pictures_and_papers_of_one_message_arrive_as_two_albums(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram")
    assert isinstance(here, DiscordPlace)
    paper, picture = ("a.pdf", b"%PDF", "application/pdf"), ("cat.png", PNG, "image/png")
    async with town.running():
        await here.emulator.post(
            here.channel,
            here.person("Sam"),
            "all of it",
            attachments=[picture, picture, paper, paper],
        )
        found = await arrivals(there, 4)
        first, second = found[0].album, found[2].album
        assert [one.album for one in found] == [first, first, second, second]
        assert len({first, second, ""}) == 3
        assert [one.author for one in found] == ["Sam", "", "Sam", ""]


async def test_a_text_too_long_for_a_caption_goes_before_its_album(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram")
    words = " ".join(f"word{number:04d}" for number in range(200))
    async with town.running():
        said = await say_album(here, words, 2)
        text, *album = await arrivals(there, 3)
        assert (text.text, len({one.album for one in album})) == (words, 1)
        await here.edit(said, "my cats")
        await shows(there, "my cats", "")
        assert [one.files for one in await arrivals(there, 2)] == [(PNG,)] * 2


async def test_where_pictures_are_not_allowed_the_words_and_the_papers_arrive(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram")
    assert isinstance(here, DiscordPlace)
    assert isinstance(there, TelegramPlace)
    rights = {"can_send_messages": True, "can_send_documents": True}
    there.emulator.bot_status(there.chat, "restricted", is_member=True, **rights)
    paper, picture = ("a.pdf", b"%PDF", "application/pdf"), ("cat.png", PNG, "image/png")
    async with town.running():
        await here.emulator.post(
            here.channel, here.person("Sam"), "look", attachments=[picture, paper, paper]
        )
        words, *papers = await arrivals(there, 3)
        assert words.text.startswith("look\n")
        assert "cat.png" in words.text
        assert [one.files for one in papers] == [(b"%PDF",)] * 2


@pytest.mark.parametrize("failure", [{"status": 502}, {"cut": True}])
async def test_an_album_whose_answer_was_lost_is_there_at_most_twice(
    town: Town, failure: dict[str, int | bool]
) -> None:
    here, there = await town.place("sandbox"), await town.place("telegram")
    assert isinstance(there, TelegramPlace)
    there.emulator.fault("sendMediaGroup", when="after", **failure)  # type: ignore[arg-type]
    async with town.running():
        said = await say_album(here, "my cats", 2)
        first, second, third, fourth = await arrivals(there, 4)
        assert first.album == second.album != third.album == fourth.album
        await here.edit(said, "my two cats")
        await shows(there, "my cats", "", "my two cats", "")


async def test_a_file_that_is_too_large_costs_the_others_nothing(town: Town) -> None:
    here, there = await town.place("discord"), await town.place("telegram")
    assert isinstance(here, DiscordPlace)
    large = ("film.zip", bytes(50_000_001), "application/zip")
    small = ("a.pdf", b"%PDF", "application/pdf")
    here.emulator.state.upload_limit = 60_000_000
    async with town.running():
        await here.emulator.post(
            here.channel, here.person("Sam"), "look", attachments=[small, large, small]
        )
        found = await arrivals(there, 2)
        assert "film.zip" in found[0].text
        assert {one.album for one in found} == {found[0].album}
        assert found[0].album
