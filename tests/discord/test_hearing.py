"""What the adapter hears, live and after it was away: over the real gateway."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import Misconfigured
from bot.core.model import ChannelId, Deleted, Edited, Inbound, Joined, Left, Missed, Reacted
from tests.discord.town import Town, adapter, running


@pytest.fixture
def bob(town: Town) -> str:
    return town.emu.add_user("bob", "Bob")


async def test_what_people_say_is_heard_in_order(town: Town, bob: str) -> None:
    async with running(town.discord):
        posted = [await town.emu.post(town.channel, bob, f"{n}") for n in range(30)]
        await town.emu.wait(lambda: len(town.ears.events) == 30)
    assert town.ears.texts() == [f"{n}" for n in range(30)]
    assert town.ears.events[0].author.name == "Bob"
    assert town.ears.cursors == {town.channel: posted[-1]["id"]}


async def test_other_channels_are_not_heard(town: Town, bob: str) -> None:
    async with running(town.discord):
        await town.emu.post(town.emu.add_channel(town.guild, "secret"), bob, "psst")
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.events)
    assert town.ears.texts() == ["hi"]


async def test_our_own_words_are_not_heard(town: Town, bob: str) -> None:
    async with running(town.discord):
        await town.say("echo?")
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.events)
    assert town.ears.texts() == ["hi"]


async def test_an_edit_is_heard_and_a_link_preview_is_not(town: Town, bob: str) -> None:
    async with running(town.discord):
        posted = await town.emu.post(town.channel, bob, "see https://a.cn/b")
        await town.emu.unfurl(town.channel, posted["id"], [{"type": "link"}])
        await town.emu.edit(town.channel, posted["id"], "saw")
        await town.emu.wait(lambda: town.ears.of(Edited))
    assert [event.text.text for event in town.ears.of(Edited)] == ["saw"]


async def test_deletions_are_heard_alone_and_together(town: Town, bob: str) -> None:
    ids = [(await town.emu.post(town.channel, bob, f"{n}"))["id"] for n in range(3)]
    async with running(town.discord):
        await town.emu.delete(town.channel, ids[0])
        await town.emu.delete(town.channel, *ids[1:])
        await town.emu.wait(lambda: len(town.ears.of(Deleted)) == 2)
    heard = [[ref.id for ref in event.refs] for event in town.ears.of(Deleted)]
    assert heard == [ids[:1], ids[1:]]


async def test_reactions_are_heard(town: Town, bob: str) -> None:
    posted = await town.emu.post(town.channel, bob, "hi")
    async with running(town.discord):
        town.emu.react(town.channel, posted["id"], bob, "🐱")
        town.emu.unreact(town.channel, posted["id"], bob, "🐱")
        await town.emu.wait(lambda: len(town.ears.of(Reacted)) == 2)
    added, taken = town.ears.of(Reacted)
    assert (added.emoji, added.is_added, added.person.name) == ("🐱", True, "Bob")
    assert not taken.is_added


async def test_a_newcomer_is_noticed(town: Town, bob: str) -> None:
    async with running(town.discord):
        town.emu.join(town.guild, bob)
        await town.emu.wait(lambda: town.ears.of(Joined))
    (event,) = town.ears.of(Joined)
    assert (event.channel, event.person.name) == (town.here, "Bob")


async def test_a_newcomer_is_noticed_once_the_rules_are_accepted(town: Town, bob: str) -> None:
    second = ChannelId("discord", town.emu.add_channel(town.guild, "chinese"))
    town.ears.bridged.append(second)
    town.ears.threads.append(ChannelId("discord", town.emu.add_thread(town.channel, "topic")))
    ann = town.emu.add_user("ann", "Ann")
    async with running(town.discord):
        town.emu.join(town.guild, bob, pending=True)
        town.emu.change_member(town.guild, bob, nick="Bobby")
        town.emu.join(town.guild, ann)
        await town.emu.wait(lambda: town.ears.of(Joined))
        assert {event.person.name for event in town.ears.of(Joined)} == {"Ann"}
        town.emu.change_member(town.guild, bob, pending=False)
        town.emu.change_member(town.guild, bob, nick="Bob")
        town.emu.change_member(town.guild, ann, nick="Anna")
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.of(Inbound))
    joined = [(event.person.name, event.channel) for event in town.ears.of(Joined)]
    assert joined == [(name, one) for name in ("Ann", "Bob") for one in (town.here, second)]


async def test_who_leaves_before_accepting_the_rules_never_joined(town: Town, bob: str) -> None:
    async with running(town.discord):
        town.emu.join(town.guild, bob, pending=True)
        town.emu.leave(town.guild, bob)
        town.emu.join(town.guild, bob, pending=True)
        town.emu.leave(town.guild, bob)
        town.emu.add_member(town.guild, bob)
        town.emu.change_member(town.guild, bob, pending=False)
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.of(Inbound))
    assert not town.ears.of(Joined)
    assert not town.ears.of(Left)


async def test_who_leaves_the_server_leaves_its_bridged_channels(town: Town, bob: str) -> None:
    second = ChannelId("discord", town.emu.add_channel(town.guild, "chinese"))
    town.ears.bridged.append(second)
    town.ears.threads.append(ChannelId("discord", town.emu.add_thread(town.channel, "topic")))
    async with running(town.discord):
        town.emu.join(town.guild, bob)
        town.emu.leave(town.guild, bob)
        await town.emu.wait(lambda: len(town.ears.of(Left)) == 2)
    left = [(event.person.name, event.channel) for event in town.ears.of(Left)]
    assert left == [("Bob", town.here), ("Bob", second)]


async def test_a_thread_is_a_channel_of_its_own(town: Town, bob: str) -> None:
    thread = town.emu.add_thread(town.channel, "topic")
    town.ears.bridged.append(ChannelId("discord", thread))
    async with running(town.discord):
        await town.emu.post(thread, bob, "inside")
        await town.emu.wait(lambda: town.ears.events)
    assert town.ears.events[0].ref.channel.id == thread


async def test_all_that_is_said_in_a_thread_of_ours_is_heard(town: Town, bob: str) -> None:
    post = await town.say("Who?", name=None)
    async with running(town.discord):
        await town.emu.wait(lambda: town.ears.cursors)
        thread = await town.discord.chat.open_thread(town.here, post, "topic")
        await town.emu.post(thread.id, bob, "too early")
        await town.emu.post(town.channel, bob, "aside")
        await town.emu.wait(lambda: town.ears.texts() == ["aside"])
        town.ears.threads.append(thread)
        said = await town.emu.post(thread.id, bob, "in time")
        await town.emu.edit(thread.id, said["id"], "edited")
        await town.emu.delete(thread.id, said["id"])
        await town.emu.wait(lambda: town.ears.of(Deleted))
    assert town.ears.texts() == ["aside", "too early", "in time", "edited"]
    assert town.ears.cursors[thread.id] == said["id"]


async def test_a_thread_of_ours_is_caught_up_on_from_its_beginning(town: Town, bob: str) -> None:
    post = await town.say("Who?", name=None)
    thread = await town.discord.chat.open_thread(town.here, post, "topic")
    town.ears.threads.append(thread)
    await town.emu.post(thread.id, bob, "first")
    await town.emu.post(thread.id, bob, "second")
    town.emu.edit_channel(thread.id, archived=True)
    async with running(town.discord):
        await town.emu.wait(lambda: len(town.ears.events) == 2)
        await town.emu.post(thread.id, bob, "live")
        await town.emu.wait(lambda: len(town.ears.events) == 3)
    assert town.ears.texts() == ["first", "second", "live"]


async def test_a_reaction_under_a_picture_is_heard(town: Town, bob: str) -> None:
    posted = await town.emu.post(
        town.channel, bob, attachments=[("cat.png", b"\x89PNG", "image/png")]
    )
    async with running(town.discord):
        town.emu.react(town.channel, posted["id"], bob, "❤️")
        await town.emu.delete(town.channel, posted["id"])
        await town.emu.wait(lambda: town.ears.of(Deleted))
    (reacted,) = town.ears.of(Reacted)
    assert reacted.ref.id == posted["id"]
    assert [ref.id for ref in town.ears.of(Deleted)[0].refs] == [posted["id"]]


async def test_the_first_start_relays_nothing_old(town: Town, bob: str) -> None:
    old = await town.emu.post(town.channel, bob, "old")
    async with running(town.discord):
        await town.emu.wait(lambda: town.ears.cursors)
        assert town.ears.cursors == {town.channel: old["id"]}
        await town.emu.post(town.channel, bob, "new")
        await town.emu.wait(lambda: town.ears.events)
    assert town.ears.texts() == ["new"]


async def test_what_was_said_meanwhile_is_caught_up_on(town: Town, bob: str) -> None:
    town.ears.cursors[town.channel] = (await town.emu.post(town.channel, bob, "known"))["id"]
    for number in range(150):
        await town.emu.post(town.channel, bob, f"{number}")
    async with running(town.discord):
        await town.emu.post(town.channel, bob, "live")
        await town.emu.wait(lambda: len(town.ears.of(Inbound)) >= 151)
    assert town.ears.texts() == [*(f"{n}" for n in range(150)), "live"]


async def test_what_is_beyond_the_limit_is_owned_up_to(town: Town, bob: str) -> None:
    town.ears.cursors[town.channel] = (await town.emu.post(town.channel, bob, "known"))["id"]
    for number in range(12):
        await town.emu.post(town.channel, bob, f"{number}")
    async with running(adapter(town.emu, town.ears, catch_up_limit=10)):
        await town.emu.wait(lambda: len(town.ears.of(Inbound)) == 10)
    assert town.ears.events[0] == Missed(town.here, 2)
    assert town.ears.texts() == [f"{n}" for n in range(2, 12)]


async def test_an_endless_past_is_not_counted(town: Town, bob: str) -> None:
    town.ears.cursors[town.channel] = (await town.emu.post(town.channel, bob, "known"))["id"]
    for number in range(420):
        await town.emu.post(town.channel, bob, f"{number}")
    async with running(adapter(town.emu, town.ears, catch_up_limit=1)):
        await town.emu.wait(lambda: town.ears.of(Inbound))
    assert town.ears.of(Missed) == [Missed(town.here, None)]


async def test_a_resumed_session_needs_no_catching_up(town: Town, bob: str) -> None:
    async with running(town.discord):
        await town.emu.wait(lambda: town.ears.cursors)
        reads = [r for r in town.emu.requests if r.path.endswith("/messages")]
        await town.emu.drop_gateway(4000)
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.events)
    assert [r for r in town.emu.requests if r.path.endswith("/messages")] == reads


async def test_a_lost_session_is_caught_up_on(town: Town, bob: str) -> None:
    async with running(town.discord):
        await town.emu.wait(lambda: town.ears.cursors)
        town.emu.invalidate_sessions()
        await town.emu.drop_gateway(4000)
        await town.emu.post(town.channel, bob, "while away")
        await town.emu.wait(lambda: town.ears.events, timeout=20)
        await town.emu.post(town.channel, bob, "back")
        await town.emu.wait(lambda: len(town.ears.events) == 2)
    assert town.ears.texts() == ["while away", "back"]


async def test_a_history_that_fails_for_now_is_read_before_what_is_new(
    town: Town, bob: str
) -> None:
    town.ears.cursors[town.channel] = (await town.emu.post(town.channel, bob, "known"))["id"]
    await town.emu.post(town.channel, bob, "missed")
    town.emu.fault("GET", "/messages$", status=502, times=2)
    async with running(town.discord):
        await town.emu.post(town.channel, bob, "live")
        await town.emu.wait(lambda: len(town.ears.events) == 2, timeout=20)
    assert town.ears.texts() == ["missed", "live"]


async def test_a_closed_channel_keeps_nobody_else_waiting(town: Town, bob: str) -> None:
    town.ears.bridged.append(ChannelId("discord", "4"))
    town.ears.cursors = {town.channel: "0", "4": "0"}
    async with running(town.discord):
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.events)
    assert town.ears.texts() == ["hi"]


async def test_what_waits_for_the_database_goes_in_one_batch(town: Town, bob: str) -> None:
    async with running(town.discord):
        await town.emu.wait(lambda: town.ears.cursors)
        town.ears.gate = asyncio.Event()
        for number in range(20):
            await town.emu.post(town.channel, bob, f"{number}")
        await asyncio.sleep(0.1)
        town.ears.gate.set()
        await town.emu.wait(lambda: len(town.ears.events) == 20)
    assert town.ears.texts() == [f"{n}" for n in range(20)]


async def failure(town: Town, **more: object) -> list[str]:
    with pytest.raises(Misconfigured) as caught:
        async with running(adapter(town.emu, town.ears, **more)):  # type: ignore[arg-type]
            pass
    return [problem.key for problem in caught.value.problems]


async def test_a_wrong_token_is_named(town: Town) -> None:
    assert await failure(town, token="wrong") == ["discord.token"]


async def test_a_server_that_is_not_there_is_named(town: Town) -> None:
    assert await failure(town, api_base="http://127.0.0.1:9/api/v10") == ["discord.api_base"]


async def test_a_server_that_is_not_discord_is_named(town: Town) -> None:
    assert await failure(town, api_base=f"{town.emu.api_base}/nothing") == ["discord.api_base"]


async def test_the_missing_switch_is_named(town: Town) -> None:
    town.emu.disallow_intents("message_content")
    with pytest.raises(Misconfigured, match="Message Content Intent") as caught:
        async with running(town.discord):
            pass
    assert caught.value.problems[0].key == "discord.intents"


async def test_the_gateways_own_refusal_is_named_too(town: Town) -> None:
    town.emu.disallow_intents("message_content")
    town.emu.state.content_hidden = False
    assert await failure(town) == ["discord.intents"]


async def test_without_the_members_intent_newcomers_go_unnoticed_and_the_rest_goes_on(
    town: Town, bob: str
) -> None:
    town.emu.disallow_intents("members")
    async with running(town.discord):
        town.emu.join(town.guild, bob)
        await town.emu.post(town.channel, bob, "hi")
        await town.emu.wait(lambda: town.ears.of(Inbound))
    assert not town.ears.of(Joined)
