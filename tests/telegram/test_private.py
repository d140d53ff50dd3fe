"""The private chat with the bot: links into it, and answers that nobody else may read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.telegram import links
from bot.adapters.telegram.whispers import KEPT_FOR, MOST, Whisper, Whispers
from bot.cog import Reply
from bot.core.errors import Rejected, Unwelcome
from bot.core.model import Button, ChannelId, PersonId
from tests.telegram.world import World, plain

PRIVATE = Button("Talk / 聊", "parrot.again", "a:b 猫", opens_private=True)
ANN, BO = PersonId("telegram", "1"), PersonId("telegram", "2")


async def start(world: World, user: int, payload: str = "") -> dict[str, Any]:
    """What somebody reads in their private chat after following a link there."""
    emulator = world.emulator
    said = await emulator.post(user, user, f"/start {payload}".strip())
    after = said["message_id"]
    answers = await world.until(
        lambda: [one for one in emulator.sent(user) if one["message_id"] > after]
    )
    return answers[-1]


def link_in(message: dict[str, Any]) -> str:
    (row,) = message["reply_markup"]["inline_keyboard"]
    (button,) = row
    return button["url"]


def payload_of(link: str) -> str:
    address, _, payload = link.partition("?start=")
    assert address == "https://t.me/catbridge_bot"
    assert len(payload) <= 64
    assert all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in payload)
    return payload


async def secret_asked(world: World, by: int, *, long: bool = True, **more: Any) -> dict[str, Any]:
    """What the group reads after somebody asked for a secret there."""
    await world.emulator.post(world.group, by, f"/secret {'long' if long else 'x'}", **more)
    (told,) = await world.until(lambda: world.emulator.sent(world.group))
    return told


async def test_a_button_into_private_is_a_link_that_comes_back_as_a_press(world: World) -> None:
    sent = await world.telegram.chat.send(world.channel, plain("Meet!", buttons=(PRIVATE,)))
    message = world.emulator.message(world.group, int(sent))
    assert message is not None
    async with world.running():
        answer = await start(world, world.ann, payload_of(link_in(message)))
    assert answer["text"] == "pressed a:b 猫"
    (ctx,) = world.pressed
    assert ctx.is_direct
    assert ctx.channel == ChannelId("telegram", str(world.ann))
    assert ctx.person.person.id == str(world.ann)
    assert world.heard.texts == []


def test_the_longest_button_fits_into_a_link() -> None:
    longest = Button("x", "buddy.private", "7" * (46 - len("buddy.private:")), opens_private=True)
    payload_of(links.to_press("catbridge_bot", longest))


@pytest.mark.parametrize("payload", ["hello", "p", "p!!", "pAAAA", "a" * 64, "p" + "_" * 63])
async def test_what_is_no_link_of_ours_presses_nothing(world: World, payload: str) -> None:
    async with world.running():
        await world.emulator.post(world.ann, world.ann, f"/start {payload}")
        await world.emulator.post(world.group, world.ann, "talk")
        await world.until(lambda: "talk" in world.heard.texts)
    assert world.pressed == []


async def test_a_start_with_a_link_in_a_group_presses_nothing(world: World) -> None:
    payload = payload_of(links.to_press("catbridge_bot", PRIVATE))
    async with world.running():
        await world.emulator.post(world.group, world.ann, f"/start {payload}")
        await world.emulator.post(world.group, world.ann, "talk")
        await world.until(lambda: "talk" in world.heard.texts)
    assert world.pressed == []


async def test_a_secret_is_told_in_private_and_the_group_reads_only_that(world: World) -> None:
    world.emulator.add_chat("", "private", user=world.ann)
    async with world.running():
        told = await secret_asked(world, world.ann)
    assert told["text"] == "I told you in private."
    (secret,) = world.emulator.sent(world.ann)
    assert secret["text"].startswith("secret of")
    assert not [one for one in world.emulator.sent(world.group) if "secret" in one["text"]]


async def test_a_secret_waits_for_who_never_opened_the_private_chat(world: World) -> None:
    async with world.running():
        told = await secret_asked(world, world.ann)
        assert "secret" not in told["text"]
        payload = payload_of(link_in(told))
        bob = world.emulator.add_user("Bob")
        assert (await start(world, bob, payload))["text"] == "那个回答已经不在了，再问一次吧。"
        answer = await start(world, world.ann, payload)
        assert answer["text"].startswith("secret of")
        again = await start(world, world.ann, payload)
    assert again["text"] == "That answer is gone; ask again."


async def test_a_secret_waits_for_who_blocked_the_bot(world: World) -> None:
    chat = world.emulator.add_chat("", "private", user=world.ann)
    world.emulator.bot_status(chat, "kicked")
    async with world.running():
        told = await secret_asked(world, world.ann)
    assert told["text"] == "Open a private chat with me to read it."


async def test_buttons_under_a_secret_work_in_the_private_chat(world: World) -> None:
    chat = world.emulator.add_chat("", "private", user=world.ann)
    async with world.running():
        await secret_asked(world, world.ann)
        (secret,) = world.emulator.sent(chat)
        button = secret["reply_markup"]["inline_keyboard"][0][0]
        await world.emulator.callback(
            chat, world.ann, secret["message_id"], button["callback_data"]
        )
        (answer,) = await world.until(lambda: world.emulator.callback_answers)
    assert answer["text"] == "pressed x"
    (ctx,) = world.pressed
    assert (ctx.channel, ctx.asked_in) == (ChannelId("telegram", str(chat)), world.channel)


async def test_in_a_private_chat_a_secret_is_just_told(world: World) -> None:
    async with world.running():
        await world.emulator.post(world.ann, world.ann, "/secret long")
        (told,) = await world.until(lambda: world.emulator.sent(world.ann))
    assert told["text"].startswith("secret of")


async def test_who_asks_anonymously_is_told_no_secret(world: World) -> None:
    async with world.running():
        told = await secret_asked(world, world.ann, sender_chat=world.group)
    assert "“Remain anonymous”" in told["text"]
    assert len(world.emulator.sent(world.group)) == 1


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_secret_answer_to_a_press_is_told_in_private(world: World, is_open: bool) -> None:
    if is_open:
        world.emulator.add_chat("", "private", user=world.ann)
    button = Button("Tell me", "parrot.whisper")
    post = await world.telegram.chat.send(world.channel, plain("Who?", buttons=(button,)))
    async with world.running():
        await world.emulator.callback(world.group, world.ann, int(post), "cb:parrot.whisper:")
        (note,) = await world.until(lambda: world.emulator.callback_answers)
        if is_open:
            assert note["text"] == "I told you in private."
            secret = world.emulator.sent(world.ann)[0]
        else:
            secret = await start(world, world.ann, payload_of(note["url"]))
    assert secret["text"].startswith("secret of")
    assert len(world.emulator.sent(world.group)) == 1


async def test_who_pressed_is_answered_also_while_telegram_does_not_say_our_name(
    world: World,
) -> None:
    post = await world.telegram.chat.send(
        world.channel, plain("Who?", buttons=(Button("Tell me", "parrot.whisper"),))
    )
    async with world.running():
        world.emulator.fault("getMe", status=502, times=50)
        await world.emulator.callback(world.group, world.ann, int(post), "cb:parrot.whisper:")
        (note,) = await world.until(lambda: world.emulator.callback_answers)
    assert note["text"] == "Open a private chat with me first, then press this again."
    assert len(world.emulator.sent(world.group)) == 1


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2025, 1, 15, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


def test_an_answer_is_kept_ten_minutes_for_its_person_once() -> None:
    clock = Clock()
    whispers = Whispers(clock)
    psst = Whisper(Reply("psst"), ChannelId("telegram", "-100"))
    token = whispers.keep(ANN, psst)
    clock.at += KEPT_FOR - timedelta(seconds=1)
    assert whispers.take(token, BO) is None
    assert whispers.take(token, ANN) == psst
    assert whispers.take(token, ANN) is None
    late = whispers.keep(ANN, psst)
    clock.at += KEPT_FOR
    assert whispers.take(late, ANN) is None


def test_at_most_a_thousand_answers_are_kept() -> None:
    whispers = Whispers(Clock())
    said = [Whisper(Reply(str(one)), ChannelId("telegram", "-100")) for one in range(MOST + 1)]
    tokens = [whispers.keep(ANN, one) for one in said]
    assert whispers.take(tokens[0], ANN) is None
    assert whispers.take(tokens[1], ANN) == said[1]


async def test_a_person_who_blocked_the_bot_is_told_from_a_closed_group(world: World) -> None:
    chat = world.emulator.add_chat("", "private", user=world.ann)
    world.emulator.bot_status(chat, "kicked")
    with pytest.raises(Unwelcome):
        await world.telegram.chat.send(ChannelId("telegram", str(chat)), plain("hi"))


def forum(world: World, **rights: bool) -> ChannelId:
    chat = world.emulator.add_chat("Forum", forum=True)
    world.emulator.set_status(chat, world.emulator.bot_id, "administrator", **rights)
    return ChannelId("telegram", str(chat))


async def test_a_room_in_a_forum_is_a_topic(world: World) -> None:
    here = forum(world)
    room = await world.telegram.chat.open_room(here, "Ned · Mei #7 " + "猫" * 200, [ANN])
    chat, _, topic = room.id.partition("/")
    name = world.emulator.state.chats[int(chat)].topics[int(topic)]
    assert name.startswith("Ned · Mei #7 猫")
    assert len(name) == 128
    sent = await world.telegram.chat.send(room, plain("Meet!"))
    message = world.emulator.message(int(chat), int(sent))
    assert message is not None
    assert message["message_thread_id"] == int(topic)


async def test_a_thread_in_a_forum_is_a_topic_that_leads_back(world: World) -> None:
    here = forum(world)
    post = await world.telegram.chat.send(here, plain("Who?"))
    thread = await world.telegram.chat.open_thread(here, post, "No. 7")
    (first,) = world.emulator.sent(int(here.id), int(thread.id.partition("/")[2]))
    (entity,) = first["entities"]
    assert first["text"].endswith("No. 7")
    assert entity["url"] == f"https://t.me/c/{here.id.removeprefix('-100')}/{post}"


async def test_a_group_without_topics_has_no_rooms_and_no_threads(world: World) -> None:
    chat = world.telegram.chat
    for _ in range(2):
        with pytest.raises(Rejected):
            await chat.open_room(world.channel, "Ned · Mei", [ANN])
    with pytest.raises(Rejected):
        await chat.open_thread(world.channel, "1", "No. 7")
    asked = [request.method for request in world.emulator.requests]
    assert asked == ["getChat"]


async def test_a_forum_where_the_bot_may_not_manage_topics_has_none(world: World) -> None:
    here = forum(world, can_manage_topics=False)
    with pytest.raises(Rejected):
        await world.telegram.chat.open_room(here, "Ned · Mei", [ANN])
