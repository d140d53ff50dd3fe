"""The cogs' commands and buttons as people use them on Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated, Any

import pytest

from bot.adapters.discord.rules import check_commands
from bot.clock import SystemClock
from bot.cog import (
    Button,
    Choice,
    Cog,
    Command,
    Context,
    Describe,
    Duration,
    Kind,
    Member,
    Parameter,
    Reply,
    command,
    on_button,
)
from bot.core.errors import Refused
from bot.core.model import Attachment, AttachmentKind, File
from bot.dispatch import Dispatcher
from tests.discord.town import Town, adapter, running

Times = Annotated[int, Describe("How often", minimum=1, maximum=5)]
MOODS = (Choice("a", "Happy"), Choice("b", "Sad"))
Mood = Annotated[str | None, Describe("Which mood", choices=MOODS)]
PNG = b"\x89PNG"


class Cats(Cog):
    name = "cats"
    group = "cat"
    describe = "All about cats"

    def __init__(self, host: Any) -> None:
        super().__init__(host)
        self.asked: list[dict[str, Any]] = []

    @command("meow", "Say meow")
    async def meow(self, ctx: Context, times: Times = 1, mood: Mood = None) -> Reply:
        self.asked.append({"times": times, "mood": mood, "ctx": ctx})
        return Reply("meow " * times, is_private=False)

    @command("feed", "Feed somebody")
    async def feed(
        self,
        ctx: Context,
        whom: Annotated[Member, Describe("Whom")],
        every: Annotated[Duration, Describe("How often, like 2h")],
        what: Annotated[Attachment | None, Describe("A picture")] = None,
    ) -> Reply:
        self.asked.append({"whom": whom, "every": every, "what": what})
        buttons = (Button("Again", "cats.again", "42"), Button("Stop", "cats.stop", style="danger"))
        image = File("cat.png", "image/png", AttachmentKind.IMAGE, PNG)
        return Reply("*fed*", image=image, buttons=buttons)

    @on_button("again")
    async def again(self, ctx: Context, argument: str) -> Reply:
        return Reply(f"again {argument} {ctx.is_mod}")

    @command("sleep", "Take long")
    async def sleep(
        self, ctx: Context, openly: Annotated[bool, Describe("For all to see")] = False
    ) -> Reply:
        await asyncio.sleep(2.2)
        return Reply("slept", is_private=not openly)

    @command("refuse", "Say no")
    async def refuse(self, ctx: Context) -> Reply:
        raise Refused("No, {name}.", name=ctx.person.name)


class Tools(Cog):
    name = "tools"

    @command("clean", "Clean up", for_mods=True)
    async def clean(self, ctx: Context) -> Reply:
        return Reply("x" * 2500)


class Menus(Cog):
    """What looks at a message; English is in every catalogue."""

    name = "menus"

    @command("look", "Look at a message", menu="English")
    async def look(self, ctx: Context) -> Reply:
        where = ctx.reply_to and (ctx.reply_to.channel.id, ctx.reply_to.id)
        return Reply(f"{where} {ctx.language}", is_private=False)

    @command("weigh", "Weigh a message", menu="paused", for_mods=True)
    async def weigh(self, ctx: Context) -> Reply:
        return Reply("heavy")


class Hostess:
    clock = SystemClock()


def dispatcher(*kinds: type[Cog]) -> Dispatcher:
    made = Dispatcher(lambda channel: "en")
    made.attach(Hostess())  # type: ignore[arg-type]
    for kind in kinds:
        made.add(kind(Hostess()))  # type: ignore[arg-type]
    return made


@asynccontextmanager
async def serving(town: Town, *kinds: type[Cog]) -> AsyncIterator[Dispatcher]:
    made = dispatcher(*kinds)
    async with running(adapter(town.emu, town.ears, dispatcher=made)):
        await town.emu.wait(town.emu.commands)
        yield made


def cog(made: Dispatcher) -> Any:
    return made.cogs[0]


async def test_a_groups_commands_are_registered_with_their_bounds(town: Town) -> None:
    async with serving(town, Cats, Tools):
        cat, clean = sorted(town.emu.commands(), key=lambda one: one["name"])
    assert [one["name"] for one in cat["options"]] == ["meow", "feed", "sleep", "refuse"]
    times, mood = cat["options"][0]["options"]
    assert (times["min_value"], times["max_value"]) == (1, 5)
    assert [(c["name"], c["value"]) for c in mood["choices"]] == [("Happy", "a"), ("Sad", "b")]
    assert int(clean["default_member_permissions"]) == 1 << 4


async def test_an_unchanged_set_is_not_registered_again(town: Town) -> None:
    async with serving(town, Cats, Tools):
        pass
    before = len(syncs(town, "GET"))
    async with serving(town, Cats, Tools):
        await town.emu.wait(lambda: len(syncs(town, "GET")) > before)
        await asyncio.sleep(0.1)
    assert len(syncs(town, "PUT")) == 1


def syncs(town: Town, method: str) -> list[Any]:
    requests = town.emu.requests
    return [r for r in requests if r.method == method and r.path.endswith("/commands")]


async def test_a_command_is_run_with_typed_arguments(town: Town) -> None:
    bob = town.emu.add_user("bob", "Bob")
    async with serving(town, Cats) as made:
        options = {"whom": bob, "every": "2h", "what": ("c.png", PNG, "image/png")}
        used = await town.emu.interact(town.channel, bob, "cat feed", options)
        answer = await used.response()
        (asked,) = cog(made).asked
    assert asked["whom"].name == "Bob"
    assert asked["every"] == timedelta(hours=2)
    assert (asked["what"].name, asked["what"].size) == ("c.png", 4)
    assert answer["ephemeral"]
    assert answer["content"] == r"\*fed\*"
    assert [(name, content) for name, content, _ in answer["files"]] == [("cat.png", PNG)]


async def test_what_is_left_out_is_the_commands_own_default(town: Town) -> None:
    bob = town.emu.add_user("bob", "Bob")
    async with serving(town, Cats) as made:
        used = await town.emu.interact(town.channel, bob, "cat meow", locale="zh-TW")
        answer = await used.response()
        (asked,) = cog(made).asked
    assert (asked["times"], asked["mood"]) == (1, None)
    assert (asked["ctx"].language, asked["ctx"].channel) == ("zh-Hant", town.here)
    assert not answer["ephemeral"]


async def test_a_wrong_duration_is_explained(town: Town) -> None:
    bob = town.emu.add_user("bob")
    async with serving(town, Cats):
        options = {"whom": bob, "every": "soon"}
        used = await town.emu.interact(town.channel, bob, "cat feed", options)
        assert "soon" in (await used.response())["content"]


async def test_a_refusal_is_told_to_the_asker_alone(town: Town) -> None:
    bob = town.emu.add_user("bob", "Bob")
    async with serving(town, Cats):
        used = await town.emu.interact(town.channel, bob, "cat refuse")
        answer = await used.response()
    assert (answer["content"], answer["ephemeral"]) == ("No, Bob.", True)


async def test_a_mods_command_is_checked_again_when_used(town: Town) -> None:
    bob = town.emu.add_user("bob")
    async with serving(town, Tools):
        used = await town.emu.interact(town.channel, bob, "clean")
        assert "x" not in (await used.response())["content"].replace("except", "")
        used = await town.emu.interact(town.channel, bob, "clean", permissions=1 << 4)
        first, second = await used.response(), await used.response()
    assert first["content"] + second["content"] == "x" * 2500
    assert first["ephemeral"]
    assert second["ephemeral"]


@pytest.mark.parametrize("openly", [False, True])
async def test_a_slow_command_is_announced_and_then_answered(town: Town, openly: bool) -> None:
    bob = town.emu.add_user("bob")
    async with serving(town, Cats):
        used = await town.emu.interact(town.channel, bob, "cat sleep", {"openly": openly})
        await town.emu.wait(lambda: used.responses and used.responses[-1].get("content") == "slept")
    assert used.responses[0]["kind"] == "deferred"
    assert used.responses[-1]["ephemeral"] is not openly


async def test_a_button_works_also_after_a_restart(town: Town) -> None:
    bob = town.emu.add_user("bob")
    async with serving(town, Cats):
        options = {"whom": bob, "every": "2h"}
        used = await town.emu.interact(town.channel, bob, "cat feed", options)
        answer = await used.response()
    async with serving(town, Cats):
        pressed = await town.emu.click(town.channel, bob, answer, "cb:cats.again:42")
        assert (await pressed.response())["content"] == "again 42 False"
        pressed = await town.emu.click(town.channel, bob, answer, "cb:cats.stop:")
        assert (await pressed.response())["ephemeral"]


async def test_a_command_is_in_the_menu_of_messages_in_every_language(town: Town) -> None:
    async with serving(town, Cats, Menus):
        entries = {one["name"]: one for one in town.emu.commands() if one["type"] == 3}
    assert set(entries) == {"English", "paused"}
    assert entries["English"]["name_localizations"] == {"zh-CN": "英语", "zh-TW": "英文"}
    assert entries["English"]["default_member_permissions"] is None
    assert int(entries["paused"]["default_member_permissions"]) == 1 << 4


async def test_a_menu_runs_its_command_on_that_message_for_the_asker_alone(town: Town) -> None:
    bob = town.emu.add_user("bob", "Bob")
    said = await town.emu.post(town.channel, bob, "hello")
    async with serving(town, Menus):
        used = await town.emu.interact_message(
            town.channel, bob, "English", said["id"], locale="zh-CN"
        )
        answer = await used.response()
        refused = await town.emu.interact_message(town.channel, bob, "paused", said["id"])
        assert "eavy" not in (await refused.response())["content"]
    assert answer["content"] == f"{(town.channel, said['id'])} zh"
    assert answer["ephemeral"]


async def test_menus_that_have_not_changed_are_not_registered_again(town: Town) -> None:
    async with serving(town, Menus):
        pass
    before = len(syncs(town, "GET"))
    async with serving(town, Menus):
        await town.emu.wait(lambda: len(syncs(town, "GET")) > before)
        await asyncio.sleep(0.1)
    assert len(syncs(town, "PUT")) == 1


def named(*names: str) -> list[Command]:
    return [command_of(f"c{number}", menu=name) for number, name in enumerate(names)]


def command_of(word: str, **options: Any) -> Command:
    async def run() -> Reply:
        return Reply("")

    return Command(**{"path": (word,), "describe": "Fine", "parameters": (), "run": run} | options)


NEEDS = (Parameter("what", Kind.STR, Describe("What"), is_required=True),)


@pytest.mark.parametrize(
    "commands",
    [
        named("x" * 33),
        named("Look", "Look"),
        named("one", "two", "three", "four", "five", "six"),
        [command_of("look", menu="Look", parameters=NEEDS)],
    ],
    ids=["too long", "twice the same", "too many", "asks for something"],
)
def test_a_menu_that_discord_would_refuse_is_named(commands: list[Command]) -> None:
    with pytest.raises(ValueError, match=r"^/(c0|look)"):
        check_commands(commands, {})


def test_five_menus_are_fine() -> None:
    check_commands(named("one", "two", "three", "four", "x" * 32), {})


def wrong(**options: Any) -> type[Cog]:
    class Wrong(Cog):
        name = "wrong"

        def commands(self) -> list[Command]:
            async def run() -> Reply:
                return Reply("")

            fields = {"path": ("fine",), "describe": "Fine", "parameters": (), "run": run}
            return [Command(**fields | options)]

    return Wrong


@pytest.mark.parametrize(
    "options",
    [{"path": ("Loud",)}, {"path": ("a b",)}, {"describe": ""}, {"describe": "x" * 101}],
)
async def test_one_bad_text_stops_the_start_with_its_name(
    town: Town, options: dict[str, Any]
) -> None:
    made = dispatcher(wrong(**options))
    with pytest.raises(ExceptionGroup) as caught:
        async with running(adapter(town.emu, town.ears, dispatcher=made)):
            pass
    (error,) = caught.value.exceptions
    assert isinstance(error, ValueError)
    assert str(error).startswith("/")
