"""What `check` finds on Telegram."""

from __future__ import annotations

from bot.core.model import ChannelId
from tests.telegram.world import World, build


async def test_a_bridge_in_order_has_no_problems(world: World) -> None:
    assert await world.telegram.check() == []


async def test_privacy_mode_is_found_with_its_remedy(world: World) -> None:
    world.emulator.privacy_mode = True
    (problem,) = await world.telegram.check()
    assert "/setprivacy" in problem.remedy
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")
    assert await world.telegram.check() == []


async def test_chats_and_topics_that_are_not_there_are_found(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    bridged = ["-100999", f"{forum}/77", f"{world.group}/5", "cats"]
    world.heard.bridged = [ChannelId("telegram", one) for one in bridged]
    found = {problem.key for problem in await world.telegram.check()}
    assert found == {f"telegram:{one}" for one in bridged}


async def test_a_right_that_is_missing_is_found(world: World) -> None:
    world.emulator.set_status(
        world.group, world.emulator.bot_id, "restricted", can_send_messages=False
    )
    (problem,) = await world.telegram.check()
    assert "may not send" in problem.reason


async def test_a_refused_token_is_found(world: World) -> None:
    telegram = build(world.emulator, world.heard, world.clock, "123456:wrong")
    (problem,) = await telegram.check()
    assert problem.key == "telegram.token"
    await telegram.aclose()
