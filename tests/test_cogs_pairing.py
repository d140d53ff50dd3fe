"""Mods link channels by codes, take them apart, name them and say their languages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.cog import Reply
from bot.core.errors import Problem, Transient
from bot.core.model import (
    Author,
    ChannelId,
    ChannelOptions,
    Cursor,
    Edited,
    Migrated,
    PersonId,
    Relay,
    RelayChannel,
)
from bot.core.pairing import LETTERS
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.relaybook import Limits, Relaybook
from bot.services import Post
from bot.store import glossary, outbox, relays
from bot.store.database import Database
from bot.store.glossary import Entry
from tests.parts import ANN, EN, MEI, ZH, EditingRoom, Glossator, World, host_of, world_of

HALL, CAFE, TEA = ChannelId("east", "hall"), ChannelId("west", "cafe"), ChannelId("west", "tea")
BOB = Author(PersonId("west", "bob"), "Bob")
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
JOINED = "Done: this channel is in “Cats” now."


class House(EditingRoom):
    """A platform that tells what it knows of its channels."""

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self.wrong: dict[ChannelId, list[Problem]] = {}
        self.said: dict[ChannelId, list[str]] = {}
        self.is_down = False
        self.newest_message = "70"

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        return self.wrong.get(channel, [])

    async def newest(self, channel: ChannelId) -> Cursor | None:
        if self.is_down:
            raise Transient("it is down")
        return Cursor(channel.platform, channel.id, self.newest_message)

    async def recent(self, channel: ChannelId, limit: int) -> Sequence[str]:
        return self.said.get(channel, [])[-limit:]


class Mods:
    """They may use every command; each channel's language is that of who asks there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)
        self.last = Reply("")

    async def ask(self, command: str, channel: ChannelId = HALL, **how: Any) -> str:
        words, _, typed = command.partition(" | ")
        asked: dict[str, Any] = {"person": ANN, "is_mod": True, "locale": "en"} | how
        invocation = Invocation(tuple(words.split()), channel, text=typed, **asked)
        self.last = await self.dispatcher.run(invocation)
        return self.last.rich.text

    async def press(self, label: str, channel: ChannelId, **how: Any) -> str:
        (button,) = [one for one in self.last.buttons if one.label == label]
        return await self.press_as(button.action, button.argument, channel, **how)

    async def press_as(self, action: str, argument: str, channel: ChannelId, **how: Any) -> str:
        asked: dict[str, Any] = {"person": ANN, "is_mod": True, "locale": "en"} | how
        reply = await self.dispatcher.press(Press(action, argument, channel, **asked))
        assert reply is not None
        self.last = reply
        return reply.rich.text

    async def code(self, channel: ChannelId = HALL, **how: Any) -> str:
        found = CODE.search(await self.ask("relay link", channel, **how))
        assert found, self.last
        return found[0]

    async def make(self, name: str = "Cats", channel: ChannelId = HALL) -> str:
        """A relay that waits for its second channel; the code for that."""
        await self.ask(f'relay create | "{name}" en', channel)
        return await self.code(channel)

    async def link(self) -> Relay:
        code = await self.make()
        assert JOINED in await self.ask(f"relay join | {code} zh", CAFE)
        return self.relay("Cats")

    def relay(self, name: str) -> Relay:
        book = self.world.relaybook
        return next(one for one in (*book.all(), *book.waiting()) if one.name == name)

    def members(self, name: str = "Cats") -> list[ChannelId]:
        return [one.channel for one in self.relay(name).channels]

    @property
    def east(self) -> House:
        house = self.world.east
        assert isinstance(house, House)
        return house

    @property
    def west(self) -> House:
        house = self.world.west
        assert isinstance(house, House)
        return house


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        for name in ("east", "west"):
            world.chats[name] = House(name, world.clock)
        world.courier = world.new_courier()
        yield world


@pytest.fixture
async def mods(world: World) -> Mods:
    mods = Mods(world)
    await load_cogs(["relays", "community", "etiquette"], mods.host, mods.dispatcher)
    return mods


@pytest.mark.parametrize("command", ["create | Cats", "link", "join | AAAACCCC", "leave"])
async def test_only_mods_link_channels(mods: Mods, command: str) -> None:
    told = await mods.ask(f"relay {command}", is_mod=False)
    assert told == "Only moderators can use this command."


@pytest.mark.parametrize("action", ["relays.join", "relays.leave", "relays.speaks"])
async def test_only_mods_press_the_buttons_that_link(mods: Mods, action: str) -> None:
    relay = await mods.link()
    arguments = {"relays.leave": str(relay.id), "relays.speaks": "zh"}
    told = await mods.press_as(action, arguments.get(action, "x/zh"), HALL, is_mod=False)
    assert told == "Only moderators can use this command."
    assert mods.relay("Cats") == relay


async def test_the_first_message_after_joining_crosses(mods: Mods) -> None:
    await mods.link()
    await mods.world.say("hello", channel=HALL)
    await mods.world.deliver()
    assert mods.world.west.texts(CAFE)[-1] == "Ann\nzh<hello>"


async def test_a_relay_of_one_channel_relays_nothing_and_hears_nothing(mods: Mods) -> None:
    await mods.make()
    await mods.world.say("to nobody", channel=HALL)
    assert mods.members() == [HALL]
    assert not mods.world.intake.is_bridged(HALL)
    assert await mods.world.query("SELECT * FROM messages") == []


async def test_what_was_said_before_the_link_stays_where_it_is(mods: Mods) -> None:
    code = await mods.make()
    mods.world.west.messages.clear()
    await mods.world.say("long ago", channel=HALL)
    mods.east.newest_message = mods.west.newest_message = "77"
    await mods.ask(f"relay join | {code} zh", CAFE)
    await mods.world.deliver()
    assert "long ago" not in "".join(mods.west.texts())
    for channel in (HALL, CAFE):
        stream = await mods.world.intake.cursor(channel.platform, channel.id)
        assert stream == "77"  # the newest there was: catching up starts behind it


async def test_a_code_is_shown_to_its_mod_alone(mods: Mods) -> None:
    await mods.make()
    assert mods.last.is_secret


async def test_a_code_has_no_letters_that_look_alike(mods: Mods) -> None:
    code = await mods.make()
    assert set(code) <= set("ABCDEFGHJKMNPQRTUVWXYZ346789-")
    assert not set(LETTERS) & set("0O1IL5S2Z8B")


@pytest.mark.parametrize(
    "retyped",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        " ".join,
        lambda code: f"  {code[:2]} - {code[2:]} ",
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
        lambda code: f"“{code}”",
    ],
    ids=["small", "no hyphen", "spaces", "more hyphens", "full-width", "quoted"],
)
async def test_a_code_is_read_as_people_type_it(mods: Mods, retyped: Any) -> None:
    code = await mods.make()
    assert JOINED in await mods.ask(f"relay join | {retyped(code)} zh", CAFE)


@pytest.mark.parametrize(
    "spoken", ["zh-Hant", "zh_TW", "繁體中文", "Traditional Chinese", "ZH-HANT"]
)
async def test_a_language_is_read_as_people_name_it(mods: Mods, spoken: str) -> None:
    code = await mods.make()
    await mods.ask(f"relay join | {code} {spoken}", CAFE)
    assert mods.world.relaybook.language(CAFE) == "zh-Hant"


async def test_a_language_nobody_knows_is_refused(mods: Mods) -> None:
    told = await mods.ask("relay create | Cats klingon")
    assert told == "I don't know a language “klingon”. These can be linked: en, zh, zh-Hant."
    code = await mods.make()
    assert "“klingon”" in await mods.ask(f"relay join | {code} klingon", CAFE)
    assert "“klingon”" in await mods.ask("relay language | klingon")
    assert mods.members() == [HALL]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        (["今天吃什么", "我也不知道", "lol"], "Simplified Chinese"),
        (["今天吃什麼", "我也不知道這個"], "Traditional Chinese"),
        (["good morning", "猫", "see you tonight"], "English"),
        ([], "English"),  # nothing to go by but who asks
    ],
)
async def test_the_language_is_asked_with_the_likely_one_first(
    mods: Mods, said: list[str], first: str
) -> None:
    mods.west.said[CAFE] = said
    code = await mods.make()
    await mods.ask(f"relay join | {code}", CAFE)
    assert mods.members() == [HALL]
    assert next(one.label for one in mods.last.buttons) == first
    assert [one.style for one in mods.last.buttons] == ["primary", "plain", "plain"]
    assert JOINED in await mods.press("Simplified Chinese", CAFE)
    assert mods.world.relaybook.language(CAFE) == "zh"


async def test_the_first_channels_language_is_guessed_and_can_be_chosen(mods: Mods) -> None:
    mods.east.said[HALL] = ["今天吃什么", "我也不知道"]
    assert "(Simplified Chinese)" in await mods.ask("relay create | Cats")
    assert mods.relay("Cats").channels[0].language == "zh"
    await mods.press("English", HALL)
    assert mods.relay("Cats").channels[0].language == "en"


async def test_both_channels_are_told_in_both_languages(mods: Mods) -> None:
    await mods.link()
    await mods.world.deliver()
    (hall,), (cafe,) = mods.east.texts(HALL), mods.west.texts(CAFE)
    assert hall.startswith("👋 “Cats” links this channel with west (Simplified Chinese).")
    assert "the words of messages for 2 days" in hall
    assert "On here besides: culture tips. “/community show” lists them" in hall
    assert len(hall.split("\n\n")) == len(cafe.split("\n\n")) == 2
    assert hall.split("\n\n")[0] != cafe.split("\n\n")[0]
    assert "👋 “Cats” links this channel with east (English)." in cafe.split("\n\n")[1]


async def test_a_third_channel_is_greeted_and_reads_the_others(mods: Mods) -> None:
    await mods.link()
    code = await mods.code(CAFE)
    await mods.ask(f"relay join | {code} zh", TEA)
    await mods.world.deliver()
    assert [len(mods.west.texts(channel)) for channel in (CAFE, TEA)] == [2, 1]
    await mods.world.say("hello", channel=HALL)
    await mods.world.deliver()
    assert [mods.west.texts(one)[-1] for one in (CAFE, TEA)] == ["Ann\nzh<hello>"] * 2


async def test_a_code_works_once(mods: Mods) -> None:
    code = await mods.make()
    await mods.ask(f"relay join | {code} zh", CAFE)
    told = await mods.ask(f"relay join | {code} zh", TEA)
    assert told == "This code has been used already. “/relay link” makes a new one."
    assert mods.members() == [HALL, CAFE]


async def test_a_code_expires_after_ten_minutes(mods: Mods) -> None:
    code = await mods.make()
    mods.world.clock.advance(601)
    told = await mods.ask(f"relay join | {code} zh", CAFE)
    assert told == "This code has expired. “/relay link” makes a new one."
    assert mods.members() == [HALL]


async def test_a_button_pressed_after_ten_minutes_links_nothing(mods: Mods) -> None:
    code = await mods.make()
    await mods.ask(f"relay join | {code}", CAFE)
    mods.world.clock.advance(601)
    assert "has expired" in await mods.press("English", CAFE)
    assert mods.members() == [HALL]


async def test_a_newer_code_of_the_same_mod_voids_the_older_one(mods: Mods) -> None:
    older = await mods.make()
    await mods.code(person=MEI)
    newer = await mods.code()
    assert "has expired" in await mods.ask(f"relay join | {older} zh", CAFE)
    assert JOINED in await mods.ask(f"relay join | {newer} zh", CAFE)


async def test_of_two_mods_with_one_code_one_wins(mods: Mods) -> None:
    code = await mods.make()
    told = await asyncio.gather(
        mods.ask(f"relay join | {code} zh", CAFE), mods.ask(f"relay join | {code} zh", TEA)
    )
    won, lost = sorted(told, key=lambda one: JOINED not in one)
    assert JOINED in won
    assert lost == "This code has been used already. “/relay link” makes a new one."
    assert len(mods.members()) == 2


async def test_a_name_of_several_words_needs_no_quotation_marks(mods: Mods) -> None:
    await mods.ask("relay create | Cat friends of Kyiv zh")
    assert mods.relay("Cat friends of Kyiv").channels == (RelayChannel(HALL, "zh"),)


async def test_what_the_first_channel_lacks_is_told_at_once(mods: Mods) -> None:
    mods.east.wrong[HALL] = [Problem("x", "The bot may not send messages here.", "Allow it.")]
    told = await mods.ask("relay create | Cats en")
    assert told.splitlines()[1:] == [
        "Before you link it, mend this:",
        "• this channel: The bot may not send messages here. Allow it.",
    ]
    assert mods.members() == [HALL]


async def test_two_codes_do_not_put_one_channel_into_two_relays(mods: Mods) -> None:
    one, other = await mods.make("One", HALL), await mods.make("Two", TEA)
    await asyncio.gather(
        mods.ask(f"relay join | {one} zh", CAFE), mods.ask(f"relay join | {other} zh", CAFE)
    )
    assert sum(CAFE in mods.members(name) for name in ("One", "Two")) == 1


async def test_after_five_wrong_codes_a_mod_must_wait(mods: Mods) -> None:
    code = await mods.make()
    for _ in range(5):
        told = await mods.ask("relay join | AAAA-CCCC zh", CAFE)
        assert told == "No such code. “/relay link” in the first channel makes a new one."
    told = await mods.ask(f"relay join | {code} zh", TEA)
    assert told == "Too many wrong codes. Wait 10 minutes, then try with a new one."
    assert mods.members() == [HALL]
    assert JOINED in await mods.ask(f"relay join | {code} zh", CAFE, person=MEI)


async def test_the_wait_outlives_a_restart_and_ends(mods: Mods) -> None:
    await mods.make()
    for _ in range(5):
        await mods.ask("relay join | AAAA-CCCC zh", CAFE)
    again = Mods(mods.world)
    await load_cogs(["relays"], again.host, again.dispatcher)
    assert "Too many" in await again.ask("relay join | AAAA-CCCC zh", CAFE)
    mods.world.clock.advance(601)
    assert JOINED in await again.ask(f"relay join | {await again.code()} zh", CAFE)


async def test_after_ten_wrong_codes_in_a_channel_everybody_there_must_wait(mods: Mods) -> None:
    code = await mods.make()
    people = [Author(PersonId("west", f"p{n}"), "P") for n in range(10)]
    for person in people:
        await mods.ask("relay join | AAAA-CCCC zh", CAFE, person=person)
    assert "Too many" in await mods.ask(f"relay join | {code} zh", CAFE, person=MEI)
    assert JOINED in await mods.ask(f"relay join | {code} zh", TEA, person=MEI)


async def test_what_is_missing_is_told_for_both_ends(mods: Mods) -> None:
    code = await mods.make()
    lacks = Problem("x", "The bot lacks these permissions: {permissions}.", "Grant them.")
    mods.east.wrong[HALL] = [
        Problem("x", lacks.reason, lacks.remedy, {"permissions": "Manage Webhooks"})
    ]
    mods.west.wrong[CAFE] = [Problem("y", "The bot may not send messages here.", "Allow it.")]
    assert (await mods.ask(f"relay join | {code} zh", CAFE)).splitlines() == [
        "Not linked yet. Mend this, then send the same command again:",
        "• this channel: The bot may not send messages here. Allow it.",
        "• east hall: The bot lacks these permissions: Manage Webhooks. Grant them.",
    ]
    assert mods.members() == [HALL]
    mods.east.wrong.clear()
    mods.west.wrong.clear()
    assert JOINED in await mods.ask(f"relay join | {code} zh", CAFE)


async def test_a_channel_that_cannot_be_read_is_not_linked(mods: Mods) -> None:
    code = await mods.make()
    mods.west.is_down = True
    told = await mods.ask(f"relay join | {code} zh", CAFE)
    assert told == "This channel can't be read now. Try again in a minute."
    mods.west.is_down = False
    assert JOINED in await mods.ask(f"relay join | {code} zh", CAFE)


async def test_a_command_for_mods_in_a_private_chat_says_where_to_write_it(mods: Mods) -> None:
    code = await mods.make()
    told = await mods.ask(f"relay join | {code} zh", CAFE, is_mod=False, is_direct=True)
    assert told == "This does nothing in a private chat. Write it in the group or channel itself."


async def test_a_channel_is_in_one_relay_only(mods: Mods) -> None:
    code = await mods.make()
    own = await mods.ask(f"relay join | {code} zh", HALL)
    assert own == "This channel is in the relay “Cats” already."
    await mods.make("Dogs", TEA)
    assert "in the relay “Dogs” already, and" in await mods.ask(f"relay join | {code} zh", TEA)
    assert "in the relay “main” of the conf" in await mods.ask(f"relay join | {code} zh", EN)
    assert "in the relay “main” already" in await mods.ask("relay create | Third zh", EN)


async def test_a_relay_of_the_file_is_changed_there(mods: Mods) -> None:
    refusal = "The relay “main” is in the configuration file; change it there."
    for command in ("link", "leave", "rename | x", "language | zh"):
        assert await mods.ask(f"relay {command}", EN) == refusal
    assert mods.members("main") == [EN, ZH]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("x" * 1000, "That name is too long: at most 50 characters."),
        ("猫" * 51, "That name is too long: at most 50 characters."),
        ("\u200b\u202e\x07", "A relay needs a name that people can read."),
        ("MAIN", "There is a relay named “MAIN” already. Choose another name."),
    ],
    ids=["1,000 characters", "51 characters", "nothing to see", "taken"],
)
async def test_a_name_that_will_not_do_is_refused_in_one_sentence(
    mods: Mods, typed: str, told: str
) -> None:
    assert await mods.ask(f"relay create | {typed} en") == told
    await mods.make()
    assert await mods.ask(f"relay rename | {typed}") == told
    assert [one.name for one in mods.world.relaybook.waiting()] == ["Cats"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("猫" * 50, "猫" * 50),
        ("Cat\n \u202elovers", "Cat lovers"),
        ("@everyone", "＠everyone"),
        ("<@123> & <#9>", "＠123 & #9"),
    ],
)
async def test_a_name_is_cleaned(mods: Mods, typed: str, kept: str) -> None:
    await mods.make()
    await mods.ask(f"relay rename | {typed}")
    assert [one.name for one in mods.world.relaybook.waiting()] == [kept]


async def test_a_relay_is_renamed_to_the_same_name_in_other_letters(mods: Mods) -> None:
    await mods.make()
    assert await mods.ask("relay rename | CATS") == "The relay is called “CATS” now."


async def test_relays_and_channels_are_limited(mods: Mods) -> None:
    book = Relaybook(mods.world.database, mods.world.clock, Limits(relays=2, channels=2))
    await book.reload()
    mods.world.relaybook = mods.host.relays = book
    await mods.link()
    told = await mods.ask("relay create | Dogs en", TEA)
    assert told == "There are 2 relays already; this bot keeps no more."
    code = await mods.code()
    told = await mods.ask(f"relay join | {code} zh", TEA)
    assert told == "“Cats” links 2 channels already; it takes no more."


async def test_a_new_language_counts_from_the_next_message(mods: Mods) -> None:
    await mods.link()
    assert await mods.ask("relay language | zh-Hant", CAFE) == (
        "This channel's language is now Traditional Chinese."
    )
    await mods.world.say("hello", channel=HALL)
    await mods.world.deliver()
    assert mods.west.texts(CAFE)[-1] == "Ann\nzh-Hant<hello>"


class OneWay(Glossator):
    def serves(self, source: str, target: str) -> bool:
        return (source, target) == ("en", "zh")


async def test_a_language_without_a_model_is_linked_with_a_warning(mods: Mods) -> None:
    mods.host.translator = OneWay()
    code = await mods.make()
    told = await mods.ask(f"relay join | {code} zh", CAFE)
    assert JOINED in told
    assert told.splitlines()[-1] == (
        "⚠️ No model translates zh to en; messages will cross untranslated. "
        "Install one: python -m bot models install zh-en"
    )


async def test_a_list_shows_languages_states_and_options(mods: Mods) -> None:
    await mods.link()
    await mods.make("Dogs", TEA)
    chosen = ChannelOptions(names="plain", quiet_from="22:00", quiet_to="07:00")
    async with mods.world.relaybook.changing() as connection:
        await mods.world.relaybook.set_options(connection, CAFE, chosen)
    await mods.world.relaybook.pause(mods.relay("Cats"))
    assert (await mods.ask("relay list")).split("\n\n") == [
        "main (in the configuration file)\n• east en — English\n• west zh — Simplified Chinese",
        "Cats (paused)\n• this channel — English\n• west cafe — Simplified Chinese "
        "[names: plain; quiet_from: 22:00; quiet_to: 07:00]",
        "Dogs (waits for a second channel)\n• west — English",  # whose mods know where that is
    ]


async def test_where_other_communities_are_is_not_in_a_status_either(mods: Mods) -> None:
    await mods.link()
    await mods.world.deliver()
    assert await mods.ask("relay status | Cats", EN) == (
        "Cats\n• east — everything has arrived\n• west — everything has arrived"
    )
    assert await mods.ask("relay status | Cats", CAFE) == (
        "Cats\n• east hall — everything has arrived\n• this channel — everything has arrived"
    )


@pytest.mark.parametrize("command", ["pause", "resume"])
async def test_mods_of_other_channels_do_not_stop_a_relay(mods: Mods, command: str) -> None:
    relay = await mods.link()
    told = await mods.ask(f"relay {command} | Cats", EN)
    assert told == "“Cats” links other channels. Only their moderators can do that, and there."
    assert mods.relay("Cats") == relay


async def test_the_only_channel_of_a_relay_leaves_no_other_side(mods: Mods) -> None:
    await mods.ask("relay create | Cats en", HALL)
    await mods.ask("relay leave", HALL)
    told = await mods.press("Leave the relay", HALL)
    assert told == "Done. This channel is in no relay any more."


async def test_leaving_is_confirmed_and_told_on_the_other_side(mods: Mods) -> None:
    await mods.link()
    await mods.world.deliver()
    await mods.ask("relay leave", CAFE)
    assert mods.members() == [HALL, CAFE]
    told = await mods.press("Leave the relay", CAFE)
    assert told == "Done. Both sides are told."
    await mods.world.say("hello?", channel=HALL)
    await mods.world.deliver()
    assert mods.members() == [HALL]
    assert len(mods.west.texts(CAFE)) == 2
    assert "👋 This channel has left “Cats”. Nothing new crosses" in mods.west.texts(CAFE)[-1]
    goodbye = mods.east.texts(HALL)[-1]
    assert "👋 west (Simplified Chinese) has left “Cats”." in goodbye
    assert "This channel is the last one: “/relay link”" in goodbye


async def test_what_waits_for_a_channel_that_leaves_is_dropped(mods: Mods) -> None:
    await mods.link()
    await mods.world.say("too late", channel=HALL)
    await mods.ask("relay leave", CAFE)
    await mods.press("Leave the relay", CAFE)
    await mods.world.deliver()
    assert [text for text in mods.west.texts(CAFE) if "too late" in text] == []
    assert set(await mods.world.states()) == {outbox.State.DROPPED, outbox.State.SENT}


async def test_an_edit_reaches_the_channels_that_stay(mods: Mods) -> None:
    await mods.link()
    await mods.ask(f"relay join | {await mods.code()} zh", TEA)
    said = await mods.world.say("helo", channel=HALL)
    await mods.world.deliver()
    await mods.ask("relay leave", CAFE)
    await mods.press("Leave the relay", CAFE)
    copies = await mods.world.query("SELECT channel FROM copies ORDER BY channel")
    assert copies == [("cafe",), ("tea",)]
    await mods.world.hear(Edited(said, RichText("hello"), mods.world.clock.now()))
    await mods.world.deliver()
    assert "Ann\nzh<hello>" in mods.west.texts(TEA)


async def test_a_relay_goes_with_its_last_channel_and_its_name_is_free(mods: Mods) -> None:
    await mods.make()
    await mods.ask("relay leave")
    await mods.press("Leave the relay", HALL)
    assert mods.world.relaybook.waiting() == ()
    assert mods.world.relaybook.find(HALL) is None
    assert "is made" in await mods.ask("relay create | cats en")


async def test_what_a_relay_chose_does_not_pass_to_the_next_one(mods: Mods) -> None:
    relay = await mods.link()
    await mods.world.preferences.put(relay, "etiquette.is_on", False)
    for channel in (HALL, CAFE):
        await mods.ask("relay leave", channel)
        await mods.press("Leave the relay", channel)
    again = await mods.link()
    assert mods.world.preferences.is_on(again, "etiquette")


async def test_a_relays_own_words_do_not_pass_to_the_next_one(mods: Mods) -> None:
    first = await mods.link()
    wordbook, term = mods.world.wordbook, Entry("en", "zh", "mei", "Mei", "小美")
    async with mods.world.database.transaction() as connection:
        await glossary.put(connection, first.id, [term], ANN.person, mods.world.clock.now())
        wordbook.renew(connection, first.id)
    assert wordbook.terms(first.id, "en", "zh")
    before = wordbook.version(first.id)
    for channel in (CAFE, HALL):
        await mods.ask("relay leave", channel)
        await mods.press("Leave the relay", channel)
    second = await mods.link()
    assert second.id == first.id  # SQLite gives the number out again
    assert not wordbook.terms(second.id, "en", "zh")
    assert wordbook.version(second.id) != before


async def test_a_channel_that_left_can_come_back(mods: Mods) -> None:
    await mods.link()
    await mods.ask("relay leave", CAFE)
    await mods.press("Leave the relay", CAFE)
    assert JOINED in await mods.ask(f"relay join | {await mods.code()} zh", CAFE)
    await mods.world.deliver()
    assert mods.west.texts(CAFE)[-1].startswith("👋")
    await mods.world.say("hello again", channel=HALL)
    await mods.world.deliver()
    assert mods.west.texts(CAFE)[-1] == "Ann\nzh<hello again>"


async def test_talk_under_an_old_post_does_not_follow_a_channel_into_another_relay(
    mods: Mods,
) -> None:
    relay, world = await mods.link(), mods.world
    channels = [member.channel for member in relay.channels]
    async with world.database.transaction() as connection:
        for channel in channels:
            asked = Post(RichText("Who comes?"))
            await mods.host.posts.say(connection, channel, asked, key="party")
        await mods.host.posts.open_strand(connection, "party", dict.fromkeys(channels, "party"))
    await world.deliver()
    posted = next(one.ref for one in world.posted if one.key == "party" and one.ref.channel == CAFE)
    await mods.ask("relay leave", CAFE)
    await mods.press("Leave the relay", CAFE)
    code = await mods.make("Dogs", TEA)
    assert "“Dogs” now" in await mods.ask(f"relay join | {code} zh", CAFE)
    await world.say("I do", channel=CAFE, author=MEI, reply_to=posted)
    await world.deliver()
    assert "I do" not in "".join(mods.east.texts(HALL))
    assert "I do" in mods.west.texts(TEA)[-1]


async def test_the_button_of_another_relay_takes_nothing_out(mods: Mods) -> None:
    await mods.link()
    await mods.ask("relay leave", CAFE)
    (button,) = mods.last.buttons
    await mods.press_as(button.action, button.argument, CAFE)
    await mods.make("Dogs", CAFE)
    await mods.press_as(button.action, button.argument, CAFE)
    assert mods.members("Dogs") == [CAFE]


async def test_a_link_outlives_a_restart(mods: Mods, tmp_path: Path) -> None:
    await mods.link()
    later = mods.world.killed(tmp_path / "later")
    await later.relaybook.declare([("main", (RelayChannel(EN, "en"), RelayChannel(ZH, "zh")))])
    assert [one.name for one in later.relaybook.all()] == ["main", "Cats"]
    await later.deliver()
    assert len(later.west.texts(CAFE)) == len(later.east.texts(HALL)) == 1


async def test_a_failure_at_the_last_step_leaves_nothing_half_made(
    mods: Mods, tmp_path: Path
) -> None:
    """The greeting can't be written: the channel is not linked, and the code is good again."""
    code = await mods.make()
    async with mods.world.database.transaction() as connection:
        await connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON outbox "
                "BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        )
    assert "Something went wrong" in await mods.ask(f"relay join | {code} zh", CAFE)
    assert mods.members() == [HALL]
    later = mods.world.killed(tmp_path / "later")
    await later.relaybook.reload()
    assert [one.channels for one in later.relaybook.waiting()] == [(RelayChannel(HALL, "en"),)]
    async with mods.world.database.transaction() as connection:
        await connection.execute(text("DROP TRIGGER full"))
    assert JOINED in await mods.ask(f"relay join | {code} zh", CAFE)


async def test_two_makers_of_one_name_do_not_both_get_it(mods: Mods) -> None:
    told = await asyncio.gather(
        mods.ask("relay create | Cats en", HALL), mods.ask("relay create | cats en", TEA)
    )
    assert sum("is made" in one for one in told) == 1
    assert sum("There is a relay named" in one for one in told) == 1


async def test_what_is_kept_of_a_mod_is_shown_and_erased(mods: Mods) -> None:
    await mods.make()
    await mods.ask("relay join | AAAA-CCCC zh", CAFE)
    (cog,) = [one for one in mods.dispatcher.cogs if one.name == "relays"]
    kept = await cog.export(ANN.person)
    assert [len(kept["codes"]), len(kept["wrong_codes"])] == [1, 1]
    await cog.forget(ANN.person)
    assert await cog.export(ANN.person) == {}


async def test_old_codes_are_forgotten_daily(mods: Mods) -> None:
    await mods.make()
    mods.world.clock.advance(90_000)
    (job,) = [one for one in mods.dispatcher.dailies() if one.name == "relays.let_go"]
    await job.run()
    assert await mods.world.query("SELECT * FROM pairing_codes") == []


async def test_a_channel_that_moved_is_still_the_one_of_its_code(mods: Mods) -> None:
    code = await mods.make()
    moved = ChannelId("east", "new hall")
    await mods.world.hear(Migrated(HALL, moved))
    await mods.ask(f"relay join | {code} zh", CAFE)
    assert mods.members() == [moved, CAFE]


async def test_the_file_takes_a_channel_that_mods_had_linked(mods: Mods) -> None:
    await mods.link()
    declared = [("main", (RelayChannel(HALL, "en"), RelayChannel(ZH, "zh")))]
    await mods.world.relaybook.declare(declared)
    assert mods.members("main") == [HALL, ZH]
    assert mods.members() == [CAFE]
    async with mods.world.database.reading() as connection:
        assert len(await relays.load(connection)) == 2
