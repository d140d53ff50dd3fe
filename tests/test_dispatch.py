"""A command is found, permitted, cooled down, parsed and called; the asker gets a sentence."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest

from bot.cog import (
    Button,
    Choice,
    Cog,
    Context,
    Describe,
    Host,
    Kind,
    Member,
    Reply,
    command,
    listener,
    on_button,
)
from bot.core.errors import Refused
from bot.core.model import Attachment, AttachmentKind, ChannelId, Inbound, MessageId
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, NOW, ZH, World, host_of, running, world_of

HELLO = Inbound(MessageId(EN, "1"), ANN, RichText("hello"), NOW)


class Cats(Cog):
    """One command of every kind."""

    name = "cats"
    group = "cat"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.given: dict[str, object] = {}
        self.context: Context | None = None
        self.heard: list[object] = []

    @command("feed", "Feed a cat")
    async def feed(
        self,
        ctx: Context,
        times: Annotated[int, Describe("…", minimum=1, maximum=9)],
        loud: Annotated[bool, Describe("…")] = False,
        after: Annotated[timedelta, Describe("…")] = timedelta(0),
        why: Annotated[str, Describe("…")] = "",
    ) -> Reply:
        self.context = ctx
        self.given = {"times": times, "loud": loud, "after": after, "why": why}
        return Reply("fed")

    @command("show", "Show a cat")
    async def show(
        self,
        ctx: Context,
        to: Annotated[Member | None, Describe("…")] = None,
        picture: Annotated[Attachment | None, Describe("…")] = None,
        mood: Annotated[str, Describe("…", choices=(Choice("happy", "Happy"),))] = "happy",
    ) -> Reply:
        self.given = {"to": to, "picture": picture, "mood": mood}
        return Reply("shown", buttons=(Button("Again", "again", "7"),))

    @command("shave", "Shave a cat", for_mods=True)
    async def shave(self, ctx: Context) -> Reply:
        return Reply("shaved")

    @command("pet", "Pet a cat", cooldown=30)
    async def pet(self, ctx: Context, times: Annotated[int, Describe("…", maximum=9)] = 1) -> Reply:
        return Reply("purr")

    @command("scare", "Scare a cat")
    async def scare(self, ctx: Context) -> Reply:
        raise ZeroDivisionError("what a person wrote")

    @command("refuse", "Ask too much of a cat")
    async def refuse(self, ctx: Context) -> Reply:
        raise Refused("“{name}” is missing.", name="fish {}")

    @command("bark", "Only where there are dogs", platforms=frozenset({"west"}))
    async def bark(self, ctx: Context) -> Reply:
        return Reply("woof")

    @on_button("again")
    async def again(self, ctx: Context, argument: str) -> Reply | None:
        self.context = ctx
        return Reply(f"again {argument}") if argument != "quiet" else None

    @on_button("broken")
    async def broken(self, ctx: Context, argument: str) -> Reply:
        raise ZeroDivisionError

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        self.heard.append(message)
        raise ZeroDivisionError


class Listening(Cog):
    name = "listening"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.heard: list[object] = []

    @listener("message")
    async def hear(self, message: Inbound) -> None:
        self.heard.append(message)


class Desk:
    """A dispatcher with its cogs, and a person who asks."""

    def __init__(self, world: World) -> None:
        self.clock = world.clock
        self.dispatcher = Dispatcher({EN: "en", ZH: "zh"}.get)
        self.host = host_of(world, self.dispatcher)
        self.dispatcher.attach(self.host)
        self.cats, self.listening = Cats(self.host), Listening(self.host)
        self.host.add_cog(self.cats)
        self.host.add_cog(self.listening)

    async def ask(self, *path: str, text: str | None = "", **how: Any) -> str:
        return (await self.reply(*path, text=text, **how)).rich.text

    async def reply(self, *path: str, text: str | None = "", **how: Any) -> Reply:
        asked: dict[str, Any] = {
            "channel": EN,
            "person": ANN,
            "is_mod": False,
            "locale": "en",
            "text": text,
        }
        return await self.dispatcher.run(Invocation(path, **(asked | how)))

    async def press(self, action: str, argument: str = "", **how: Any) -> Reply | None:
        asked: dict[str, Any] = {
            "channel": EN,
            "person": ANN,
            "is_mod": False,
            "locale": "en",
        }
        return await self.dispatcher.press(Press(action, argument, **(asked | how)))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with world_of(database, tmp_path) as world:
        yield Desk(world)


async def test_typed_words_become_what_the_command_asks_for(desk: Desk) -> None:
    assert await desk.ask("cat", text="feed 3 yes 2h it was hungry") == "fed"
    assert desk.cats.given == {
        "times": 3,
        "loud": True,
        "after": timedelta(hours=2),
        "why": "it was hungry",
    }


async def test_a_commands_own_spaces_are_kept(desk: Desk) -> None:
    await desk.ask("cat", text="  feed  3 yes 2h it   was\nhungry ")
    assert desk.cats.given["why"] == "it   was\nhungry"


async def test_what_was_not_said_has_its_default(desk: Desk) -> None:
    await desk.ask("cat", "feed", text="3")
    assert desk.cats.given == {"times": 3, "loud": False, "after": timedelta(0), "why": ""}


async def test_a_platforms_own_arguments_are_given_as_they_are(desk: Desk) -> None:
    mei = Member(MEI.person, MEI.name)
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "1")
    await desk.ask("cat", "show", text=None, arguments={"to": mei, "picture": cat})
    assert desk.cats.given == {"to": mei, "picture": cat, "mood": "happy"}


async def test_what_the_platform_gave_is_not_read_from_the_words(desk: Desk) -> None:
    mei = Member(MEI.person, MEI.name)
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "1")
    await desk.ask("cat", "show", text="happy", arguments={"to": mei, "picture": cat})
    assert desk.cats.given == {"to": mei, "picture": cat, "mood": "happy"}


async def test_a_command_is_found_however_it_is_written(desk: Desk) -> None:
    assert await desk.ask("CAT", text="Pet") == "purr"


async def test_the_context_says_who_asks_where_in_which_language(desk: Desk) -> None:
    answered = MessageId(ZH, "7")
    asked = {"channel": ZH, "person": MEI, "locale": "zh-TW", "is_mod": True}
    await desk.ask("cat", "feed", text="3", reply_to=answered, **asked)
    context = desk.cats.context
    assert context is not None
    assert (context.channel, context.person, context.language) == (ZH, MEI, "zh-Hant")
    assert (context.is_mod, context.reply_to, context.host) == (True, answered, desk.host)


@pytest.mark.parametrize(
    ("locale", "channel", "language"),
    [
        ("zh-CN", EN, "zh"),
        ("en-GB", ZH, "en"),
        (None, ZH, "zh"),
        (None, EN, "en"),
        ("fr", ZH, "zh"),
        (None, ChannelId("east", "unlinked"), "en"),
    ],
)
async def test_people_are_answered_in_their_language_or_their_channels(
    desk: Desk, locale: str | None, channel: ChannelId, language: str
) -> None:
    await desk.ask("cat", "feed", text="3", channel=channel, locale=locale)
    assert desk.cats.context
    assert desk.cats.context.language == language


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "There is no command “/dog walk”."), ("zh", "没有"), ("zh-TW", "沒有")],
)
async def test_an_unknown_command_is_told_so(desk: Desk, locale: str, said: str) -> None:
    answer = await desk.ask("dog", text="walk now", locale=locale)
    assert answer.startswith(said)
    assert "/dog walk" in answer


@pytest.mark.parametrize("path", ["cat", "Cat"])
async def test_half_a_command_is_answered_with_its_group(desk: Desk, path: str) -> None:
    lines = (await desk.ask(path)).splitlines()
    assert lines[:2] == ["/cat feed — Feed a cat", "/cat show — Show a cat"]


async def test_only_mods_use_mods_commands(desk: Desk) -> None:
    assert await desk.ask("cat", "shave") == "Only moderators can use this command."
    assert await desk.ask("cat", "shave", is_mod=True) == "shaved"


async def test_a_command_cools_down_for_each_person(desk: Desk) -> None:
    assert await desk.ask("cat", "pet") == "purr"
    desk.clock.advance(10)
    assert await desk.ask("cat", "pet") == "Please wait 20 seconds before you use this again."
    assert await desk.ask("cat", "pet", person=MEI) == "purr"
    desk.clock.advance(20)
    assert await desk.ask("cat", "pet") == "purr"


async def test_a_slip_of_the_pen_costs_no_waiting(desk: Desk) -> None:
    assert await desk.ask("cat", "pet", text="often") == "“often” is not a whole number."
    assert await desk.ask("cat", "pet") == "purr"


async def test_the_last_second_is_told_in_good_grammar(desk: Desk) -> None:
    await desk.ask("cat", "pet")
    desk.clock.advance(29)
    assert await desk.ask("cat", "pet") == "Please wait 2 seconds before you use this again."


async def test_waiting_is_not_started_anew_by_asking(desk: Desk) -> None:
    await desk.ask("cat", "pet")
    desk.clock.advance(29)
    await desk.ask("cat", "pet")
    desk.clock.advance(1)
    assert await desk.ask("cat", "pet") == "purr"


async def test_a_command_of_another_platform_is_unknown_here(desk: Desk) -> None:
    assert (await desk.ask("cat", "bark")).startswith("There is no command “/cat bark”.")
    assert await desk.ask("cat", "bark", channel=ZH) == "woof"


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "Something went wrong on our side."), ("zh", "我们这边出了点问题")],
)
async def test_a_cogs_mistake_is_one_sentence(desk: Desk, locale: str, said: str) -> None:
    answer = await desk.ask("cat", "scare", locale=locale)
    assert "what a person wrote" not in answer
    assert "Error" not in answer
    assert answer.startswith(said) or locale == "zh"
    assert answer.isascii() is (locale == "en")


async def test_a_refusal_is_told_in_its_own_words(desk: Desk) -> None:
    assert await desk.ask("cat", "refuse") == "“fish {}” is missing."


async def test_what_does_not_fit_is_told_before_anything_is_done(desk: Desk) -> None:
    assert await desk.ask("cat", "feed", text="10") == "“times” must be between 1 and 9."
    assert desk.cats.given == {}


async def test_a_button_reaches_its_cog(desk: Desk) -> None:
    [button] = (await desk.reply("cat", "show", text="")).buttons
    message = MessageId(EN, "9")
    answer = await desk.press(button.action, button.argument, message=message)
    assert answer is not None
    assert answer.rich.text == "again 7"
    assert desk.cats.context
    assert desk.cats.context.reply_to == message


async def test_a_button_may_say_nothing(desk: Desk) -> None:
    assert await desk.press("cats.again", "quiet") is None


@pytest.mark.parametrize("action", ["cats.gone", "dogs.again", "again", ""])
async def test_an_old_button_says_so(desk: Desk, action: str) -> None:
    answer = await desk.press(action)
    assert answer
    assert answer.rich.text == "This button no longer works."


async def test_a_button_that_breaks_is_one_sentence(desk: Desk) -> None:
    answer = await desk.press("cats.broken")
    assert answer
    assert answer.rich.text.startswith("Something went wrong on our side.")


async def test_a_listener_that_breaks_harms_no_other(desk: Desk) -> None:
    desk.dispatcher.announce(HELLO)
    async with running(desk.dispatcher.listen()):
        await desk.dispatcher.settle()
    assert desk.cats.heard == desk.listening.heard == [HELLO]


def test_two_cogs_of_one_name_are_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="two cogs are named cats"):
        desk.host.add_cog(Cats(desk.host))


def test_two_commands_of_one_name_are_refused(desk: Desk) -> None:
    class Others(Cats):
        name = "others"

    with pytest.raises(ValueError, match="two commands are named /cat feed"):
        desk.host.add_cog(Others(desk.host))


def test_a_commands_parameters_are_read_from_its_annotations(desk: Desk) -> None:
    feed, show = desk.host.commands()[:2]
    assert [(p.name, p.kind, p.is_required) for p in feed.parameters] == [
        ("times", Kind.INT, True),
        ("loud", Kind.BOOL, False),
        ("after", Kind.DURATION, False),
        ("why", Kind.STR, False),
    ]
    assert [p.kind for p in show.parameters] == [Kind.MEMBER, Kind.ATTACHMENT, Kind.STR]


async def _five(self: Any, ctx: Context, a: _S, b: _S, c: _S, d: _S, e: _S) -> Reply:
    raise AssertionError


async def _undescribed(self: Any, ctx: Context, a: str) -> Reply:
    raise AssertionError


async def _unheard_of(self: Any, ctx: Context, a: Annotated[bytes, Describe("…")]) -> Reply:
    raise AssertionError


_S = Annotated[str, Describe("…")]


@pytest.mark.parametrize("method", [_five, _undescribed, _unheard_of])
def test_a_command_outside_the_vocabulary_is_refused(desk: Desk, method: Any) -> None:
    cog = type("Odd", (Cog,), {"name": "odd", "odd": command("odd", "Odd")(method)})
    with pytest.raises((TypeError, ValueError)):
        desk.host.add_cog(cog(desk.host))


@pytest.fixture
def cogs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place whose modules are found as cogs too."""
    package = importlib.import_module("cogs")
    before = set(sys.modules)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("cogs."):
            del sys.modules[name]


COG = """
from bot.cog import Cog

class Late(Cog):
    name = "late"
    async def load(self):
        {load}

async def setup(host):
    host.add_cog(Late(host))
"""


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import nothing_of_this_name", ModuleNotFoundError),
        ("async def setup(host): raise ZeroDivisionError", ZeroDivisionError),
        ("x = 1", AttributeError),
        (COG.format(load="raise ZeroDivisionError"), ZeroDivisionError),
    ],
    ids=["import", "setup", "no setup", "load"],
)
async def test_a_cog_with_a_mistake_stops_the_start(
    cogs_folder: Path, desk: Desk, source: str, error: type[Exception]
) -> None:
    (cogs_folder / "mistaken.py").write_text(source)
    importlib.invalidate_caches()
    with pytest.raises(error):
        await load_cogs(["mistaken"], desk.host, desk.dispatcher)


async def test_every_cog_is_there_before_the_first_is_loaded(cogs_folder: Path, desk: Desk) -> None:
    (cogs_folder / "early.py").write_text(
        COG.format(load="assert 'help' in [c.name for c in self.host.commands()]")
    )
    importlib.invalidate_caches()
    await load_cogs(["early", "help"], desk.host, desk.dispatcher)
