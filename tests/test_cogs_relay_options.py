"""/relay options, the button under a copy, and the lines about who came and went."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.model import (
    AttachmentKind,
    Author,
    ChannelId,
    ChannelOptions,
    Deleted,
    Joined,
    Left,
    MessageId,
    PersonId,
    RelayChannel,
)
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.recall import Recall
from bot.store import private, relays, retention
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, World, host_of, world_of
from tests.test_bundles import pressed

pytestmark = pytest.mark.databases("sqlite", "postgresql")

HALL, CAFE = ChannelId("east", "hall"), ChannelId("west", "cafe")
BOB, CID = (Author(PersonId("east", name.lower()), name) for name in ("Bob", "Cid"))


class Mods:
    """A relay of commands between HALL and CAFE, beside the file's between EN and ZH."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)
        self.recall = Recall(world.database, self.dispatcher, world.clock)

    async def start(self) -> None:
        await load_cogs(["relays"], self.host, self.dispatcher)
        await self.recall.replay()
        book = self.world.relaybook
        async with book.changing() as connection:
            cats = await book.create(connection, "Cats", RelayChannel(HALL, "en"))
            await book.join(connection, cats.id, RelayChannel(CAFE, "zh"))

    async def ask(self, text: str = "", channel: ChannelId = HALL, **how: Any) -> str:
        asked: dict[str, Any] = {"person": ANN, "is_mod": True, "locale": "en"} | how
        self.reply = await self.dispatcher.run(
            Invocation(("relay", "options"), channel, text=text, **asked)
        )
        return self.reply.rich.text

    async def press(self, label: str, channel: ChannelId = HALL, **how: Any) -> str:
        """A button of the last answer."""
        (button,) = [one for one in self.reply.buttons if one.label == label]
        return await self.press_action(button.action, button.argument, channel, **how)

    async def press_action(
        self, action: str, argument: str = "", channel: ChannelId = HALL, **how: Any
    ) -> str:
        asked: dict[str, Any] = {"person": ANN, "is_mod": True, "locale": "en"} | how
        reply = await self.dispatcher.press(Press(action, argument, channel, **asked))
        assert reply is not None
        self.reply = reply
        return reply.rich.text

    async def original(self, copy: str, channel: ChannelId = CAFE) -> str:
        message = MessageId(channel, copy)
        return await self.press_action(
            "relays.original", "", channel, message=message, is_mod=False, person=MEI
        )

    def options(self, channel: ChannelId = HALL) -> ChannelOptions:
        return self.world.relaybook.options(channel)

    async def choose(self, channel: ChannelId, **chosen: Any) -> None:
        async with self.world.relaybook.changing() as connection:
            await relays.set_options(connection, channel, ChannelOptions(**chosen))

    async def look(self) -> None:
        (look,) = [one for one in self.dispatcher.repeatings() if "comings" in one.name]
        await look.run()
        await self.world.deliver()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        yield world


@pytest.fixture
async def mods(world: World) -> Mods:
    mods = Mods(world)
    await mods.start()
    return mods


async def test_all_options_are_shown_in_plain_words(mods: Mods) -> None:
    told = (await mods.ask()).splitlines()
    assert told == [
        "The options of this channel in “Cats”",
        "• names: People from the other side appear with their name and their picture.",
        "• original: Only the translation is shown.",
        "• attachments: Files of all kinds come over.",
        "• quiet: There are no quiet hours.",
        "• mode: Messages cross in both directions.",
        "• join_lines: Nothing is said about who joins or leaves on the other side.",
        "• bots: What other bots write here stays here.",
        "• reactions: Reactions cross, from here and to here.",
        "Press a button to change one, or write its name and what you want: "
        "/relay options original button",
    ]
    assert [one.label for one in mods.reply.buttons] == [
        "Names",
        "Original",
        "Files",
        "Quiet hours",
        "More …",
    ]


@pytest.mark.parametrize(
    ("typed", "chosen", "told"),
    [
        (
            "names plain",
            {"names": "plain"},
            "People from the other side appear with their name, without a picture.",
        ),
        (
            "original spoiler",
            {"original": "spoiler"},
            "The original stands below the translation, under a spoiler.",
        ),
        (
            "Original BUTTON",
            {"original": "button"},
            "A button under the translation shows the original to whoever presses it.",
        ),
        (
            "attachments none",
            {"attachments": frozenset[AttachmentKind]()},
            "No files come over; a line names what was left out.",
        ),
        (
            "attachments video, image",
            {"attachments": frozenset({AttachmentKind.IMAGE, AttachmentKind.VIDEO})},
            "These come over: picture, video. A line names what was left out.",
        ),
        ("attachments all", {}, "Files of all kinds come over."),
        (
            "quiet 22:00-08:30",
            {"quiet_from": "22:00", "quiet_to": "08:30"},
            "From 22:00 to 08:30 (America/New_York) messages arrive without a sound.",
        ),
        (
            "quiet 9 到 17：05",
            {"quiet_from": "09:00", "quiet_to": "17:05"},
            "From 09:00 to 17:05 (America/New_York) messages arrive without a sound.",
        ),
        ("quiet off", {}, "There are no quiet hours."),
        (
            "mode read",
            {"mode": "read"},
            "This channel only receives: what is written here stays here.",
        ),
        (
            "mode write",
            {"mode": "write"},
            "This channel only sends: what the other side writes is not shown here.",
        ),
        (
            "join_lines on",
            {"join_lines": True},
            "A line tells who has joined or left on the other side.",
        ),
        (
            "join-lines on",
            {"join_lines": True},
            "A line tells who has joined or left on the other side.",
        ),
        (
            "bots on",
            {"bots": True},
            "What other bots write here crosses too, at most 10 messages a minute.",
        ),
        ("bots 关", {}, "What other bots write here stays here."),
        (
            "reactions off",
            {"reactions": False},
            "Reactions do not cross, neither from here nor to here.",
        ),
        ("reactions on", {}, "Reactions cross, from here and to here."),
    ],
)
async def test_an_option_is_chosen_by_a_command(
    mods: Mods, typed: str, chosen: dict[str, Any], told: str
) -> None:
    assert await mods.ask(typed) == f"Done. {told}"
    assert mods.options() == ChannelOptions(**chosen)
    assert mods.options(CAFE) == ChannelOptions()
    await mods.world.relaybook.reload()
    assert mods.options() == ChannelOptions(**chosen)


async def test_options_are_chosen_one_beside_the_other(mods: Mods) -> None:
    await mods.ask("names plain")
    await mods.ask("bots on")
    await mods.ask("quiet 22-8")
    await mods.ask("quiet off")
    assert mods.options() == ChannelOptions(names="plain", bots=True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "names none",
            "“none” does not fit “names”. Write one of these: full, plain.",
        ),
        (
            "attachments image pictures",
            "“image pictures” does not fit “attachments”. Write one of these: all, none, image, "
            "animation, video, audio, voice, sticker, file.",
        ),
        ("quiet 25:00-08:00", "“25:00-08:00” does not fit “quiet”. Write one of these: "),
        ("quiet 22:00-22:00", "“22:00-22:00” does not fit “quiet”. Write one of these: "),
        ("quiet 22:61-23", "“22:61-23” does not fit “quiet”. Write one of these: "),
        (
            "colors red",
            "There is no option “colors”. They are: names, original, attachments, quiet, mode, "
            "join_lines, bots, reactions.",
        ),
    ],
)
async def test_what_fits_nothing_is_answered_with_what_does(
    mods: Mods, typed: str, told: str
) -> None:
    assert (await mods.ask(typed)).startswith(told)
    assert mods.options() == ChannelOptions()


async def test_an_option_is_chosen_with_buttons(mods: Mods) -> None:
    await mods.ask()
    await mods.press("Original")
    assert [one.label for one in mods.reply.buttons] == [
        "Hidden",
        "Under a spoiler",
        "Behind a button",
    ]
    await mods.press("Under a spoiler")
    await mods.ask()
    await mods.press("More …")
    await mods.press("Direction")
    await mods.press("Only send")
    assert mods.options() == ChannelOptions(original="spoiler", mode="write")


@pytest.mark.parametrize(
    "setting",
    ["names", "original", "attachments", "quiet", "mode", "join_lines", "bots", "reactions"],
)
async def test_every_value_that_is_offered_can_be_chosen(mods: Mods, setting: str) -> None:
    await mods.ask(setting)
    buttons = mods.reply.buttons
    assert len(buttons) >= 2
    found = set[Any]()
    for button in buttons:
        assert len(f"cb:{button.action}:{button.argument}".encode()) <= 64
        told = await mods.press_action(button.action, button.argument)
        assert told.startswith("Done. ")
        found.add(mods.options())
    assert len(found) == len(buttons)


async def test_a_member_changes_nothing(mods: Mods) -> None:
    assert await mods.ask("names plain", is_mod=False) == "Only moderators can use this command."
    await mods.ask()
    told = await mods.press("Names", is_mod=False)
    assert told == "Only moderators can use this command."
    told = await mods.press_action("relays.option", "names/plain", is_mod=False)
    assert told == "Only moderators can use this command."
    assert mods.options() == ChannelOptions()


async def test_options_from_the_file_are_shown_and_not_changed(mods: Mods) -> None:
    told = await mods.ask("", EN)
    assert "• original: Only the translation is shown." in told
    assert told.splitlines()[-1] == (
        "They are set in the configuration file; whoever runs Catbridge can change them."
    )
    assert mods.reply.buttons == ()
    refusal = "The relay “main” is in the configuration file; change it there."
    assert await mods.ask("names plain", EN) == refusal
    assert await mods.ask("names", EN) == refusal
    assert await mods.press_action("relays.option", "names/plain", EN) == refusal
    assert mods.options(EN) == ChannelOptions()


async def test_a_channel_without_a_relay_has_no_options(mods: Mods) -> None:
    told = await mods.ask("", ChannelId("east", "elsewhere"))
    assert told.startswith("This channel is in no relay yet.")


async def copied(mods: Mods, words: str = "hello") -> MessageId:
    await mods.choose(CAFE, original="button")
    ref = await mods.world.say(words, channel=HALL)
    await mods.world.deliver()
    return ref


async def test_a_press_shows_the_original_to_the_presser_alone(mods: Mods) -> None:
    await copied(mods)
    (shown,) = mods.world.west.sent
    (button,) = shown.part.buttons
    assert await mods.original(shown.id) == "hello"
    assert button.action == "relays.original"
    assert mods.reply.is_secret


async def test_a_press_after_a_restart_still_finds_it(mods: Mods) -> None:
    await copied(mods)
    again = Mods(mods.world)
    await load_cogs(["relays"], again.host, again.dispatcher)
    assert await again.original(mods.world.west.sent[0].id) == "hello"


async def test_every_original_of_a_bundle_is_shown(mods: Mods) -> None:
    await mods.choose(CAFE, original="button")
    for words, author in (("one", ANN), ("two", BOB)):
        await mods.world.say(words, channel=HALL, author=author)
    await pressed(mods.world)
    (shown,) = mods.world.west.sent
    assert len(shown.part.buttons) == 1
    assert await mods.original(shown.id) == "Ann\none\n\nBob\ntwo"


GONE = "The original is not kept any more: words go after 2 days, or with their author."


async def test_an_original_whose_words_were_let_go_is_gone(mods: Mods) -> None:
    await copied(mods)
    at = mods.world.clock.now() + timedelta(days=3)
    async with mods.world.database.transaction() as connection:
        await retention.empty_texts(connection, heard_before=at)
    assert await mods.original(mods.world.west.sent[0].id) == GONE


async def test_an_original_that_was_deleted_is_gone(mods: Mods) -> None:
    ref = await copied(mods)
    await mods.world.hear(Deleted((ref,)))
    assert await mods.original(mods.world.west.sent[0].id) == GONE


async def test_an_original_by_somebody_on_pause_is_gone(mods: Mods) -> None:
    await copied(mods)
    async with mods.world.database.transaction() as connection:
        await private.pause(connection, ANN.person, mods.world.clock.now())
    assert await mods.original(mods.world.west.sent[0].id) == GONE


async def test_a_press_under_nothing_of_ours_says_so(mods: Mods) -> None:
    assert await mods.original("12345") == GONE


def joined(mods: Mods, who: Author, channel: ChannelId = HALL) -> Joined:
    return Joined(channel, who, mods.world.clock.now())


def left(mods: Mods, who: Author, channel: ChannelId = HALL) -> Left:
    return Left(channel, who, mods.world.clock.now())


async def test_nothing_is_said_of_comings_unless_that_is_chosen(mods: Mods) -> None:
    await mods.world.hear(joined(mods, ANN))
    await mods.look()
    assert mods.world.west.texts() == mods.world.east.texts() == []


async def test_who_came_and_who_left_is_told_on_the_other_side(mods: Mods) -> None:
    await mods.choose(HALL, join_lines=True)
    mei, lin = (replace(MEI, name=name, person=PersonId("west", name)) for name in ("Mei", "Lin"))
    await mods.world.hear(joined(mods, mei, CAFE))
    await mods.look()
    await mods.world.hear(left(mods, lin, CAFE), joined(mods, ANN))
    await mods.look()
    await mods.look()
    assert mods.world.east.texts() == [
        "👋 Mei has joined on the other side.",
        "Lin has left the other side.",
    ]
    assert mods.world.west.texts() == []


async def test_many_are_told_in_one_line(mods: Mods) -> None:
    await mods.choose(HALL, join_lines=True)
    many = [replace(MEI, name=f"P{n}", person=PersonId("west", f"{n}")) for n in range(30)]
    await mods.world.hear(*(joined(mods, one, CAFE) for one in many))
    await mods.world.hear(*(left(mods, one, CAFE) for one in many[:2]))
    third = replace(MEI, name="x" * 100, person=PersonId("west", "x"))
    await mods.world.hear(left(mods, third, CAFE), left(mods, BOB, CAFE))
    await mods.look()
    assert mods.world.east.texts() == [
        "👋 P2, P3, P4, P5, P6 and 23 more have joined on the other side.\n"
        + "x" * 39
        + "…, Bob have left the other side."
    ]


async def test_people_on_pause_come_and_go_unseen(mods: Mods) -> None:
    await mods.choose(HALL, join_lines=True)
    async with mods.world.database.transaction() as connection:
        await private.pause(connection, MEI.person, mods.world.clock.now())
    await mods.world.hear(joined(mods, MEI, CAFE))
    await mods.world.hear(left(mods, MEI, CAFE))
    await mods.world.hear(left(mods, CID, CAFE))
    await mods.look()
    assert mods.world.east.texts() == ["Cid has left the other side."]


async def test_comings_are_told_once_also_after_a_kill(mods: Mods) -> None:
    await mods.choose(HALL, join_lines=True)
    await mods.world.hear(joined(mods, MEI, CAFE))
    await mods.recall.note()
    again = Mods(mods.world)
    await load_cogs(["relays"], again.host, again.dispatcher)
    await again.recall.replay()
    await again.look()
    await mods.look()
    assert mods.world.east.texts() == ["👋 小梅 has joined on the other side."]
