"""Commands and buttons on Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Button, MessageId
from tests.telegram.world import World, plain


async def answered(world: World, text: str, **more: Any) -> dict[str, Any]:
    async with world.running():
        await world.emulator.post(world.group, world.ann, text, **more)
        sent = await world.until(lambda: world.emulator.sent(world.group))
    return sent[0]


async def test_a_command_is_answered_in_place_and_not_relayed(world: World) -> None:
    sent = await answered(world, "/say@catbridge_bot hi there")
    assert sent["text"] == "en False hi there"
    assert sent["reply_to_message"]["text"].startswith("/say")
    assert not world.heard.texts


async def test_a_command_to_another_bot_is_just_talk(world: World) -> None:
    async with world.running():
        await world.emulator.post(world.group, world.ann, "/say@other_bot hi")
        await world.emulator.post(world.group, world.ann, "/nothing")
        await world.until(lambda: world.heard.texts == ["/say@other_bot hi", "/nothing"])


async def test_an_administrator_is_a_mod_at_that_moment(world: World) -> None:
    world.emulator.set_status(world.group, world.ann, "administrator")
    assert (await answered(world, "/say"))["text"] == "en True"


async def test_an_anonymous_administrator_is_a_mod(world: World) -> None:
    sent = await answered(world, "/say", sender_chat=world.group)
    assert "True" in sent["text"]


async def test_a_person_is_named_by_answering_them(world: World) -> None:
    first = await world.emulator.post(world.group, world.ann, "hi")
    sent = await answered(world, "/greet", reply_to=first["message_id"])
    assert sent["text"] == f"hello {world.ann}"


async def test_a_person_without_a_username_is_named_by_mention(world: World) -> None:
    user = world.emulator.state.users[world.ann]
    mention = {"type": "text_mention", "offset": 7, "length": 3, "user": user}
    sent = await answered(world, "/greet Ann", entities=[mention])
    assert sent["text"] == f"hello {world.ann}"


async def test_a_long_answer_comes_in_pieces(world: World) -> None:
    world.emulator.set_status(world.group, world.ann, "creator")
    async with world.running():
        await world.emulator.post(world.group, world.ann, "/ban all")
        await world.until(lambda: len(world.emulator.sent(world.group)) == 2)
    assert [len(sent["text"]) for sent in world.emulator.sent(world.group)] == [4096, 904]


async def test_a_slow_command_does_not_stop_the_hearing(world: World) -> None:
    world.emulator.fault("getChatMember", delay=1.0)
    async with world.running():
        await world.emulator.post(world.group, world.ann, "/say slow")
        await world.emulator.post(world.group, world.ann, "talk")
        await world.until(lambda: world.heard.texts == ["talk"])
        assert not world.emulator.sent(world.group)


async def test_an_answer_waits_out_a_flood_limit(world: World) -> None:
    world.emulator.fault("sendMessage", status=429, retry_after=3)
    assert (await answered(world, "/say hi"))["text"] == "en False hi"
    assert 3.0 in world.clock.waits


async def test_a_press_is_run_and_answered(world: World) -> None:
    async with world.running():
        await world.emulator.post(world.group, world.ann, "/say hi")
        (sent,) = await world.until(lambda: world.emulator.sent(world.group))
        button = sent["reply_markup"]["inline_keyboard"][0][0]
        await world.emulator.callback(
            world.group, world.ann, sent["message_id"], button["callback_data"]
        )
        (answer,) = await world.until(lambda: world.emulator.callback_answers)
    assert (answer["text"], answer["show_alert"]) == ("pressed a:b", True)


async def test_a_press_under_a_post_reaches_the_cog_with_the_post(world: World) -> None:
    again = Button("Again", "parrot.again", "x")
    sent = await world.telegram.chat.send(world.channel, plain("Who?", buttons=(again,)))
    async with world.running():
        await world.emulator.callback(world.group, world.ann, int(sent), "cb:parrot.again:x")
        (answer,) = await world.until(lambda: world.emulator.callback_answers)
    assert (answer["text"], answer["show_alert"]) == ("pressed x", True)
    (ctx,) = world.pressed
    assert ctx.reply_to == MessageId(world.channel, sent)
    assert (ctx.channel, ctx.language) == (world.channel, "en")


@pytest.mark.parametrize("what", ["open", "silent"])
async def test_a_press_may_be_answered_for_all_to_see_or_not_at_all(
    world: World, what: str
) -> None:
    button = Button("Again", "parrot.again", what)
    sent = await world.telegram.chat.send(world.channel, plain("Who?", buttons=(button,)))
    async with world.running():
        data = f"cb:parrot.again:{what}"
        await world.emulator.callback(world.group, world.ann, int(sent), data)
        (answer,) = await world.until(lambda: world.emulator.callback_answers)
        if what == "open":
            await world.until(lambda: len(world.emulator.sent(world.group)) == 2)
    assert not answer["text"]
    answers = world.emulator.sent(world.group)[1:]
    assert [one["text"] for one in answers] == (["pressed open"] if what == "open" else [])
    assert [one["reply_to_message"]["message_id"] for one in answers] in ([], [int(sent)])


async def test_a_button_nobody_knows_is_answered_too(world: World) -> None:
    sent = await world.telegram.chat.send(world.channel, plain("x"))
    async with world.running():
        await world.emulator.callback(world.group, world.ann, int(sent), "what?")
        await world.until(lambda: world.emulator.callback_answers)


async def test_the_menus_are_there_in_both_languages(world: World) -> None:
    async with world.running():
        scope = {"type": "all_chat_administrators"}
        await world.until(lambda: world.emulator.commands(scope, "zh"))
    members = [entry["command"] for entry in world.emulator.commands(None, "zh")]
    assert members == ["say", "greet", "secret"]
    admins = world.emulator.commands(scope)
    assert admins[0] == {"command": "say", "description": "Say it again"}
    assert len(admins) == 4
