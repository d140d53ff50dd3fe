"""A community's own words, from a mod's command on one platform to what people read on another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import beside
from bot.core.model import PersonId
from tests.bridge.place import Answer, Arrived, Place, until
from tests.bridge.town import Town

WITHIN = 20.0  # seconds; the first sentence waits for its model


@pytest.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    """With the program's own translator: the others' knows no community."""
    async with Town(tmp_path / "data", migrated, None) as town:
        yield town


async def shown(place: Place, count: int) -> Arrived:
    """The newest once there are so many."""

    async def look() -> list[Arrived]:
        found = await place.arrived()
        return found if len(found) == count else []

    return (await until(look, WITHIN))[-1]


async def changed(place: Place, text: str) -> None:
    async def look() -> bool:
        return (await place.arrived())[-1].text == text

    await until(look, WITHIN)


async def test_a_word_that_a_mod_adds_is_used_in_the_next_message(town: Town) -> None:
    chinese, english = await town.place("telegram", "zh"), await town.place("discord", "en")
    async with town.running():
        await chinese.say("圆圆很可爱。", by="Mei")
        assert "Cottontail" not in (await shown(english, 1)).text
        told = await chinese.ask("glossary add 圆圆 Cottontail", is_mod=True, locale="zh")
        assert "Cottontail" in told.text
        await chinese.say("圆圆很可爱。", by="Mei")
        assert "Cottontail" in (await shown(english, 2)).text


async def test_the_glossary_outlives_a_restart(town: Town) -> None:
    chinese, english = await town.place("telegram", "zh"), await town.place("discord", "en")
    async with town.running():
        await chinese.ask("glossary add 圆圆 Cottontail", is_mod=True)
    async with town.running():
        await chinese.say("圆圆很可爱。", by="Mei")
        assert "Cottontail" in (await shown(english, 1)).text


async def test_a_correction_accepted_on_one_side_is_used_for_the_next_equal_message(
    town: Town,
) -> None:
    chinese, english = await town.place("discord", "zh"), await town.place("telegram", "en")
    better = "Long live the cat tax!"
    async with town.running():
        await chinese.say("猫税万岁！", by="Mei")
        copy = await shown(english, 1)
        assert copy.text != better
        await english.say(f"/correct {better}", reply_to=copy.id)
        waiting = await until(lambda: _listed(english), WITHIN)
        assert waiting is not None
        accepted = await english.press(waiting, "Accept it", by="Mod")
        assert "is accepted" in accepted.text
        await changed(english, better)
        await chinese.say("猫税万岁！", by="Mei")
        assert (await shown(english, 2)).text == better


async def test_what_somebody_taught_is_forgotten_once_the_terminal_erased_them(town: Town) -> None:
    chinese, english = await town.discord_place(language="zh"), await town.place("telegram", "en")
    better = "Long live the cat tax!"
    async with town.running() as bridge:
        await chinese.say("猫税万岁！", by="Mei")
        copy = await shown(english, 1)
        await english.say(f"/correct {better}", reply_to=copy.id)
        waiting = await until(lambda: _listed(english), WITHIN)
        assert waiting is not None
        await english.press(waiting, "Accept it", by="Mod")
        await changed(english, better)
        async with beside.idle(town.settings()) as idle:
            await idle.host.privacy.erase(PersonId("discord", chinese.person("Mei")))
        await bridge.look_at_all()
        await chinese.say("猫税万岁！", by="Lee")

        async def is_told_anew() -> bool:
            left = [(one.author, one.text == better) for one in await english.arrived()]
            return left == [("Lee", False)]

        await until(is_told_anew, WITHIN)


async def _listed(place: Place) -> Answer | None:
    """What waits for the mods, once something does."""
    told = await place.ask("corrections list", is_mod=True)
    return told if "Accept it" in told.buttons else None


SHEET = "圆圆\tCottontail\r\n猫税\tcat tax\r\n".encode("utf-16")  # as Excel saves text


async def test_a_spreadsheet_comes_with_a_command_on_discord(town: Town) -> None:
    place = await town.discord_place(language="zh")
    await town.place("sandbox", "en")
    async with town.running():
        asked = await place.emulator.interact(
            place.channel,
            place.person("Mod"),
            "glossary import",
            {"table": ("words.txt", SHEET, "text/plain")},
            permissions=1 << 4,  # Manage Channels
        )
        answer = await asked.response(WITHIN)
        assert answer["content"] == "Done. Read: 2; new: 2."


async def test_a_spreadsheet_comes_with_a_command_on_telegram(town: Town) -> None:
    place, other = await town.telegram_place(language="zh"), await town.place("sandbox", "en")
    async with town.running():
        mod = place.person("Mod")
        place.emulator.set_status(place.chat, mod, "administrator")
        await place.emulator.post(
            place.chat, mod, "/glossary import", document=("words.txt", SHEET, "text/plain")
        )

        async def answers() -> list[str]:
            return [one["text"] for one in place.emulator.sent(place.chat, None)]

        assert await until(answers, WITHIN) == ["Done. Read: 2; new: 2."]
        assert await other.arrived() == []


@pytest.mark.parametrize("platform", ["discord", "telegram", "sandbox"])
async def test_the_glossary_is_handed_out_as_a_file(town: Town, platform: str) -> None:
    place = await town.place(platform, "zh")
    await town.place("sandbox", "en")
    async with town.running():
        await place.ask("glossary add 圆圆 Cottontail", is_mod=True)
        told = await place.ask("glossary export", is_mod=True)
        assert "Cottontail" in told.files[0].decode("utf-8-sig")
