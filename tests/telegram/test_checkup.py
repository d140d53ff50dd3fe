"""What `check` finds on Telegram, and what it leaves alone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from bot.core.errors import Problem
from bot.core.model import ChannelId, ChannelOptions, RelayChannel
from tests.findings import codes, found, wrong
from tests.telegram.world import HeldClock, World, build


async def look(world: World, *, may_listen: bool = False, bots: bool = False) -> list[Problem]:
    options = ChannelOptions(bots=bots)
    members = [RelayChannel(channel, "zh", options) for channel in world.heard.bridged]
    return await world.telegram.check(members, may_listen=may_listen)


def make_admin(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "administrator")


async def test_a_bridge_in_order_has_no_problems(world: World) -> None:
    make_admin(world)
    assert codes(await look(world, may_listen=True)) == ["telegram.ok", "telegram.chat.ok"]
    assert await world.telegram.problems(world.channel) == []


async def test_privacy_mode_is_found_with_its_remedy(world: World) -> None:
    world.emulator.privacy_mode = True
    (problem,) = wrong(await look(world))
    assert problem.code == "telegram.chat.privacy"
    assert "/setprivacy" in problem.remedy
    make_admin(world)
    assert wrong(await look(world)) == []


async def test_chats_and_topics_that_are_not_there_are_found(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    bridged = ["-100999", f"{forum}/77", f"{world.group}/5", "cats"]
    world.heard.bridged = [ChannelId("telegram", one) for one in bridged]
    listed = {problem.key: problem.code for problem in wrong(await look(world))}
    assert listed == {
        "telegram:-100999": "telegram.chat.unknown",
        f"telegram:{forum}/77": "telegram.chat.topic",
        f"telegram:{world.group}/5": "telegram.chat.topic",
        "telegram:cats": "telegram.chat.unknown",
    }


async def test_a_topic_that_is_closed_is_found(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    topic = world.emulator.add_topic(forum, "Cats")
    world.heard.bridged = [ChannelId("telegram", f"{forum}/{topic}")]
    closed = "Bad Request: TOPIC_CLOSED"
    world.emulator.fault("sendChatAction", status=400, description=closed)
    assert "Reopen Topic" in found(await look(world), "telegram.chat.closed").remedy


async def test_a_topic_that_can_not_be_asked_about_is_not_called_missing(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    topic = world.emulator.add_topic(forum, "Cats")
    world.heard.bridged = [ChannelId("telegram", f"{forum}/{topic}")]
    world.emulator.fault("sendChatAction", status=502, description="Bad Gateway", times=None)
    assert "telegram.chat.topic" not in codes(listed := await look(world))
    assert found(listed, "telegram.unreachable").values == {"error": "Bad Gateway"}


async def test_a_right_that_is_missing_is_found(world: World) -> None:
    world.emulator.set_status(
        world.group, world.emulator.bot_id, "restricted", can_send_messages=False
    )
    (problem,) = wrong(await look(world))
    assert problem.code == "telegram.chat.rights"
    assert "may not send" in problem.reason
    assert await world.telegram.problems(world.channel) == [problem]


async def test_a_chat_without_the_bot_is_found(world: World) -> None:
    world.emulator.set_status(world.group, world.emulator.bot_id, "left")
    (problem,) = wrong(await look(world))
    assert problem.code in {"telegram.chat.absent", "telegram.chat.unknown"}


async def test_what_a_plain_member_does_not_see_is_worth_knowing(world: World) -> None:
    assert "reactions" in found(await look(world), "telegram.chat.member").reason
    assert await world.telegram.problems(world.channel) == []
    make_admin(world)
    assert "telegram.chat.member" not in codes(await look(world))


async def test_slow_mode_that_holds_the_bot_is_found(world: World) -> None:
    world.emulator.slow_down(world.group, 30)
    slow = found(await look(world), "telegram.chat.slow")
    assert slow.values == {"seconds": 30}
    make_admin(world)
    assert "telegram.chat.slow" not in codes(await look(world))


async def test_a_refused_token_is_found(world: World) -> None:
    telegram = build(world.emulator, world.heard, world.clock, "123456:wrong")
    assert codes(await telegram.check([])) == ["telegram.token"]
    await telegram.aclose()


async def test_a_telegram_out_of_reach_is_found(world: World) -> None:
    await world.emulator.stop()
    assert codes(await look(world)) == ["telegram.unreachable"]


async def test_a_webhook_is_found_without_its_secret_path(world: World) -> None:
    api = world.telegram._api
    await api.call("setWebhook", {"url": "https://other.example/hook/s3cret"})
    problem = found(await look(world), "telegram.webhook")
    assert problem.values == {"server": "other.example"}


def is_awaited(world: World) -> bool:
    return world.emulator.state.updates.is_awaited


def polls(world: World) -> int:
    return sum(request.method == "getUpdates" for request in world.emulator.requests)


async def listens(world: World) -> None:
    """Another program with the same token, which comes back whenever it is sent away."""
    other = build(world.emulator, world.heard, HeldClock())
    try:
        await other.run()
    finally:
        await other.aclose()


async def test_another_program_that_listens_is_found_before_a_start(world: World) -> None:
    other = asyncio.create_task(listens(world))
    await world.until(lambda: is_awaited(world))
    assert "telegram.conflict" in codes(await look(world, may_listen=True))
    assert "telegram.conflict" not in codes(await look(world))
    other.cancel()
    with suppress(asyncio.CancelledError):
        await other


async def test_looking_beside_the_running_bridge_leaves_its_stream_alone(world: World) -> None:
    make_admin(world)
    async with world.running():
        await world.until(lambda: is_awaited(world))
        before = polls(world)
        assert wrong(await look(world)) == []
        assert polls(world) == before
    assert world.clock.waits == []


async def test_a_second_reader_is_found_while_the_bridge_runs(world: World) -> None:
    async with world.running():
        world.emulator.fault("getUpdates", status=409, times=3)
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: len(world.clock.waits) >= 3)
        assert "telegram.conflict" in codes(await look(world))


async def test_a_connection_that_is_down_is_found_while_the_bridge_runs(world: World) -> None:
    async with world.running():
        world.emulator.fault("getUpdates", status=502, times=None)
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: world.clock.waits)
        assert "telegram.offline" in codes(await look(world))


async def test_kinds_of_news_that_were_taken_away_are_found(world: World) -> None:
    async with world.running():
        await world.until(lambda: is_awaited(world))
        world.emulator.state.updates.allowed = ["message"]
        assert "message_reaction" in str(found(await look(world), "telegram.updates").values)


async def test_the_mode_in_which_other_bots_are_heard_is_named_where_it_matters(
    world: World,
) -> None:
    assert "telegram.bots" not in codes(await look(world))
    assert "Bot-to-Bot" in found(await look(world, bots=True), "telegram.bots").remedy


async def test_a_single_conflict_may_be_the_last_run_s(world: World) -> None:
    async with world.running():
        world.emulator.fault("getUpdates", status=409)
        await world.emulator.post(world.group, world.ann, "hi")
        await world.until(lambda: world.clock.waits and world.heard.texts == ["hi"])
        assert "telegram.conflict" not in codes(await look(world))


class SlowClock(HeldClock):
    def now(self) -> datetime:
        return super().now() - timedelta(minutes=5)


async def test_a_clock_that_goes_wrong_is_found_by_telegrams(world: World) -> None:
    telegram = build(world.emulator, world.heard, SlowClock())
    skewed = found(await telegram.check([]), "clock.skew")
    assert "behind" in skewed.reason
    assert 290 <= int(str(skewed.values["seconds"])) <= 310
    await telegram.aclose()
