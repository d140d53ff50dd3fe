"""What `check` finds on Discord, before a start and beside the running bridge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.adapters.discord.client import Discord
from bot.clock import SystemClock
from bot.cog import Cog, Context, Reply, command
from bot.core.errors import Problem, Severity
from bot.core.model import ChannelId, RelayChannel
from bot.dispatch import Dispatcher
from tests.discord.town import Town, adapter, running
from tests.emulators.discord import permissions
from tests.findings import codes, found, wrong


async def look(town: Town, *channels: str, discord: Discord | None = None) -> list[Problem]:
    chosen = channels or (town.channel,)
    members = [RelayChannel(ChannelId("discord", channel), "en") for channel in chosen]
    return await (discord or town.discord).check(members)


async def test_a_healthy_bridge_has_no_problems(town: Town) -> None:
    thread = town.emu.add_thread(town.channel, "topic")
    listed = await look(town, town.channel, thread)
    assert wrong(listed) == []
    assert codes(listed).count("discord.channel.ok") == 2
    assert "discord.ok" in codes(listed)


async def test_the_limit_for_files_is_told(town: Town) -> None:
    assert found(await look(town), "discord.channel.ok").values == {"megabytes": 10}


async def test_a_look_beside_the_running_bridge_finds_the_same(town: Town) -> None:
    async with running(town.discord):
        listed = await look(town)
        assert wrong(listed) == []
        assert "discord.channel.ok" in codes(listed)
        assert town.emu.connected == 1
        assert await town.discord.problems(town.here) == []


async def test_lacking_permissions_are_named(town: Town) -> None:
    few = permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES
    town.emu.set_permissions(town.channel, few)
    (problem,) = wrong(await look(town))
    assert problem.code == "discord.channel.rights"
    assert problem.key == f"discord:{town.channel}"
    assert "Manage Webhooks" in str(problem)
    assert "Send Messages" not in str(problem)


async def test_threads_that_can_not_be_opened_are_a_warning(town: Town) -> None:
    town.emu.set_permissions(town.channel, permissions.ALL & ~permissions.CREATE_PRIVATE_THREADS)
    (problem,) = wrong(await look(town))
    assert problem.code == "discord.channel.threads"
    async with running(town.discord):
        assert await town.discord.problems(town.here) == []


async def test_reactions_that_can_not_be_shown_are_worth_knowing(town: Town) -> None:
    town.emu.set_permissions(town.channel, permissions.ALL & ~permissions.ADD_REACTIONS)
    listed = await look(town)
    assert wrong(listed) == []
    told = found(listed, "discord.channel.reactions")
    assert told.severity is Severity.NOTE
    assert "Add Reactions" in str(told)


async def test_what_is_no_place_for_messages_is_named(town: Town) -> None:
    forum = town.emu.add_channel(town.guild, "forum", "forum")
    listed = {one.key: one.code for one in wrong(await look(town, forum, "4"))}
    assert listed == {
        f"discord:{forum}": "discord.channel.forum",
        "discord:4": "discord.channel.deleted",
    }


async def test_a_server_that_the_bot_is_not_in_is_named(town: Town) -> None:
    town.emu.kick_bot(town.guild)
    assert codes(wrong(await look(town))) == ["discord.channel.unknown"]


async def test_a_channel_full_of_webhooks_is_named(town: Town) -> None:
    for number in range(15):
        town.emu.add_webhook(town.channel, f"Hook {number}")
    (problem,) = wrong(await look(town))
    assert problem.code == "discord.channel.webhooks"
    assert problem.values == {"count": 15}


async def test_a_full_channel_with_a_webhook_of_ours_is_in_order(town: Town) -> None:
    await town.say("hello")
    for number in range(14):
        town.emu.add_webhook(town.channel, f"Hook {number}")
    assert wrong(await look(town)) == []


async def test_slow_mode_is_worth_knowing(town: Town) -> None:
    town.emu.edit_channel(town.channel, rate_limit_per_user=30)
    listed = await look(town)
    assert found(listed, "discord.channel.slow").values == {"seconds": 30}
    assert wrong(listed) == []


async def test_a_thread_that_sleeps_is_no_problem_and_a_locked_one_is(town: Town) -> None:
    thread = town.emu.add_thread(town.channel, "topic", archived=True)
    listed = await look(town, thread)
    assert "discord.channel.archived" in codes(listed)
    assert wrong(listed) == []
    town.emu.edit_channel(thread, locked=True)
    assert codes(wrong(await look(town, thread))) == ["discord.channel.locked"]


async def test_a_wrong_token_is_named(town: Town) -> None:
    discord = adapter(town.emu, town.ears, token="wrong")
    assert codes(await look(town, discord=discord)) == ["discord.token"]
    await discord.aclose()


@pytest.mark.parametrize(
    ("base", "code"),
    [("http://127.0.0.1:9/api/v10", "discord.unreachable"), ("{}/nothing", "discord.address")],
)
async def test_an_address_that_leads_nowhere_is_named(town: Town, base: str, code: str) -> None:
    discord = adapter(town.emu, town.ears, api_base=base.format(town.emu.api_base))
    assert codes(await look(town, discord=discord)) == [code]
    await discord.aclose()


async def test_a_server_that_fails_in_the_middle_is_named(town: Town) -> None:
    town.emu.fault("GET", "/channels/", status=502, times=9)
    assert "discord.unreachable" in codes(await look(town))


@pytest.mark.parametrize(
    ("intent", "code"), [("message_content", "discord.content"), ("members", "discord.members")]
)
async def test_a_switch_that_is_off_is_named(town: Town, intent: str, code: str) -> None:
    town.emu.disallow_intents(intent)
    listed = await look(town)
    assert codes(wrong(listed)) == [code]
    assert "discord.ok" not in codes(listed)
    assert "discord.channel.ok" in codes(listed)


async def test_an_intent_that_is_switched_off_while_the_bridge_runs_is_named(town: Town) -> None:
    async with running(town.discord):
        town.emu.disallow_intents("members")
        assert "discord.members" in codes(await look(town))


async def test_commands_that_wait_for_the_first_start_are_no_problem(town: Town) -> None:
    listed = await look(town)
    assert "discord.commands" in codes(listed)
    assert wrong(listed) == []


class Purr(Cog):
    name = "purr"

    @command("purr", "Purr")
    async def purr(self, ctx: Context) -> Reply:
        return Reply("purr")


async def test_commands_that_discord_lacks_while_the_bridge_runs_are_named(town: Town) -> None:
    host: Any = None
    dispatcher = Dispatcher(lambda channel: None)
    dispatcher.add(Purr(host))
    discord = adapter(town.emu, town.ears, dispatcher=dispatcher)
    async with running(discord):
        await town.emu.wait(town.emu.commands)
        assert "discord.commands" not in codes(await look(town, discord=discord))
        town.emu.state.commands.clear()
        lacking = found(await look(town, discord=discord), "discord.commands")
        assert (lacking.values, lacking.is_light) == ({"commands": ("purr",)}, False)


async def test_a_server_without_our_commands_is_named_with_the_invitation(town: Town) -> None:
    missing = {"message": "Missing Access", "code": 50001}
    town.emu.fault("GET", r"/guilds/\d+/commands", status=403, json=missing)
    problem = found(await look(town), "discord.scope")
    assert "applications.commands" in problem.remedy
    assert problem.values["id"] == town.emu.bot_id


async def test_a_live_connection_that_is_down_is_named(town: Town) -> None:
    async with running(town.discord):
        town.emu.refuses_sockets = True
        await town.emu.drop_gateway()
        await town.emu.wait(lambda: not town.discord.is_online)
        assert "discord.offline" in codes(await look(town))


class FastClock(SystemClock):
    def now(self) -> datetime:
        return super().now() + timedelta(minutes=5)


async def test_a_clock_that_goes_wrong_is_found_by_discords(town: Town) -> None:
    discord = Discord(
        town.emu.token,
        api_base=town.emu.api_base,
        intake=town.ears,  # type: ignore[arg-type]
        dispatcher=Dispatcher(lambda channel: None),
        clock=FastClock(),
    )
    skewed = found(await look(town, discord=discord), "clock.skew")
    assert "ahead" in skewed.reason
    await discord.aclose()
