"""Emoji as Telegram writes them and as everybody else does, and what it makes of many."""

from __future__ import annotations

import pytest
from telegram.constants import ReactionEmoji

from bot.adapters.telegram.reactions import native, written_out
from bot.core.errors import Rejected
from bot.core.model import Reaction
from tests.emulators.telegram.keyboards import reactions
from tests.telegram.world import World

COLORED = ["❤️", "❤️‍🔥", "✍️", "☃️", "🕊️", "🤷‍♂️", "🤷‍♀️"]


@pytest.mark.parametrize("emoji", COLORED)
def test_what_are_letters_without_color_is_colored_everywhere_else(emoji: str) -> None:
    bare = emoji.replace("\ufe0f", "")
    assert native(emoji) == native(bare) == bare
    assert written_out(bare) == written_out(emoji) == emoji


@pytest.mark.parametrize("emoji", [one.value for one in ReactionEmoji])
def test_all_that_a_bot_may_give_comes_and_goes(emoji: str) -> None:
    given = native(emoji)
    assert given is not None
    assert reactions([{"type": "emoji", "emoji": given}])
    assert native(written_out(given)) == given


def test_the_color_of_skin_is_left_out_and_laughter_is_laughter() -> None:
    assert [native(emoji) for emoji in ("👍🏽", "🤷🏿‍♀️", "😂", "♥️")] == ["👍", "🤷‍♀", "🤣", "❤"]


@pytest.mark.parametrize("emoji", ["🐱", "🇹🇼", "1️⃣", "x", ""])
def test_what_telegram_lacks_is_nothing(emoji: str) -> None:
    assert native(emoji) is None


async def react(world: World, shown: list[str], *wanted: Reaction, is_sure: bool = True) -> object:
    said = world.emulator.messages(world.group)[-1]["message_id"]
    chat = world.telegram.chat
    return await chat.react(world.channel, str(said), wanted, shown, is_sure=is_sure)


def given(world: World) -> list[str]:
    """By the bot, to the last message."""
    said = world.emulator.messages(world.group)[-1]["message_id"]
    return world.emulator.reactions(world.group, said).get(world.emulator.bot_id, [])


async def test_the_same_emoji_in_two_colors_is_one(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "look")
    wanted = [Reaction("🔥", 2), Reaction("👍", 1), Reaction("👍🏿", 2)]
    assert await react(world, [], *wanted) == ["👍"]
    assert given(world) == ["👍"]


async def test_what_is_there_is_not_given_again_unless_it_is_in_doubt(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "look")
    assert await react(world, ["👍"], Reaction("👍", 3)) == ["👍"]
    assert given(world) == []
    assert await react(world, ["👍"], Reaction("👍", 3), is_sure=False) == ["👍"]
    assert given(world) == ["👍"]
    assert await react(world, ["👍"]) == []
    assert given(world) == []


async def test_where_no_other_kind_fits_nothing_old_stays(world: World) -> None:
    await world.emulator.post(world.group, world.ann, "look")
    assert await react(world, [], Reaction("👎", 1)) == ["👎"]
    full = {"status": 400, "description": "Bad Request: REACTIONS_TOO_MANY", "times": 2}
    world.emulator.fault("setMessageReaction", **full)
    assert await react(world, ["👎"], Reaction("👍", 2), Reaction("🔥", 1)) == []
    assert given(world) == []


async def test_a_message_that_is_gone_is_refused(world: World) -> None:
    with pytest.raises(Rejected, match="not found"):
        await world.telegram.chat.react(world.channel, "99", [Reaction("👍", 1)], [], is_sure=True)
