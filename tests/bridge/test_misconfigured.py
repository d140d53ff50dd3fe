"""What only the operator can mend ends the start, or shows in `check`: a sentence with its key."""

from __future__ import annotations

import pytest

from bot import app, beside
from bot.core.errors import Misconfigured, Problem
from tests.bridge.place import arrivals
from tests.bridge.town import Town
from tests.findings import wrong


async def problems_of(town: Town) -> dict[str, Problem]:
    """What the start fails with."""
    with pytest.raises(Misconfigured) as raised:
        async with town.running():
            pass
    return {problem.key: problem for problem in raised.value.problems}


async def found_by_check(town: Town) -> dict[str, Problem]:
    return {problem.key: problem for problem in wrong(await beside.check(town.settings()))}


async def test_a_wrong_discord_token_ends_the_start(town: Town) -> None:
    await town.place("discord")
    await town.place("sandbox")
    town.changes["discord"] = {"token": "wrong"}
    assert set(await problems_of(town)) == {"discord.token"}


async def test_a_wrong_telegram_token_ends_the_start(town: Town) -> None:
    await town.place("telegram")
    await town.place("sandbox")
    town.changes["telegram"] = {"token": "123456:wrong"}
    assert set(await problems_of(town)) == {"telegram.token"}


@pytest.mark.parametrize("platform", ["discord", "telegram"])
async def test_a_wrong_token_is_found_before_the_start(town: Town, platform: str) -> None:
    await town.place(platform)
    await town.place("sandbox")
    town.changes[platform] = {"token": "123456:wrong"}
    assert f"{platform}.token" in await found_by_check(town)


async def test_a_bot_that_may_not_read_ends_the_start(town: Town) -> None:
    await town.place("discord")
    await town.place("sandbox")
    (await town.discord()).disallow_intents("message_content")
    assert set(await problems_of(town)) == {"discord.intents"}


async def test_privacy_mode_is_found_before_the_start(town: Town) -> None:
    place = await town.telegram_place()
    await town.place("sandbox")
    place.emulator.privacy_mode = True
    found = await found_by_check(town)
    assert "/setprivacy" in str(found[f"telegram:{place.channel}"])


async def test_a_channel_where_the_bot_may_not_speak_is_found_before_the_start(town: Town) -> None:
    place = await town.discord_place()
    await town.place("sandbox")
    place.emulator.set_permissions(place.channel, 1 << 10)
    found = await found_by_check(town)
    assert "Manage Webhooks" in str(found[f"discord:{place.channel}"])


async def test_a_group_without_the_bot_is_found_before_the_start(town: Town) -> None:
    place = await town.telegram_place()
    await town.place("sandbox")
    place.emulator.bot_status(place.chat, "left")
    assert f"telegram:{place.channel}" in await found_by_check(town)


async def test_a_sound_configuration_has_no_problems(town: Town) -> None:
    for platform in ("discord", "telegram", "sandbox"):
        await town.place(platform)
    assert await found_by_check(town) == {}


async def test_a_group_that_moved_is_looked_for_where_it_is_now(town: Town) -> None:
    here, there = await town.telegram_place(), await town.place("sandbox")
    here.chat = here.emulator.add_chat("Cats", "group")
    async with town.running():
        await here.say("before")
        await arrivals(there, 1)
        moved = await here.emulator.migrate(here.chat)
        await town.hears("telegram", str(moved))
    found = await beside.check(town.settings())
    assert wrong(found) == []
    assert {one.key for one in found if one.code == "telegram.chat.ok"} == {f"telegram:{moved}"}


async def test_what_commands_linked_and_paused_is_looked_at_too(town: Town) -> None:
    here, _ = await town.place("sandbox"), await town.place("sandbox", "zh")
    lonely = await town.unlinked("sandbox")
    async with town.running():
        await here.ask("relay pause", is_mod=True)
        await lonely.ask("relay create Lonely en", is_mod=True)
    found = {one.code: one.key for one in wrong(await beside.check(town.settings()))}
    assert found == {"relay.paused": "relay:cats", "relay.alone": "relay:Lonely"}


async def test_a_second_bridge_on_the_same_folder_does_not_start(town: Town) -> None:
    await town.place("sandbox")
    await town.place("sandbox")
    async with town.running():
        with pytest.raises(Misconfigured, match="data_dir"):
            async with app.assembled(town.settings()):
                pass
