"""Who may do what: every command and button of every cog, for everybody, on every platform.

Whether a command goes well is no matter here, only whether it was refused to who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pytest

from bot.cog import Cog, Context, Describe, Reply, command
from bot.core.model import Button
from bot.dispatch import BROKEN, FOR_MODS, IN_PRIVATE, OFF, UNSURE
from tests.bridge import on_duty
from tests.bridge.on_duty import Somebody
from tests.bridge.town import Town

MUST_BE_FOR_MODS = {
    "ask-close",
    "ask-merge",
    "buddy greet",
    "buddy theme",
    "cattax-settings",
    "cattax-void",
    "community set",
    "community switch",
    "community zone",
    "compare-close",
    "corrections fix",
    "corrections learned",
    "corrections list",
    "corrections unlearn",
    "doctor",
    "glossary add",
    "glossary export",
    "glossary import",
    "glossary list",
    "glossary remove",
    "question pause",
    "question preview",
    "question resume",
    "question review",
    "question reword",
    "question skip",
    "question time",
    "relay create",
    "relay join",
    "relay language",
    "relay leave",
    "relay link",
    "relay list",
    "relay options",
    "relay pause",
    "relay rename",
    "relay resume",
    "relay status",
    "relay test",
    "relay trace",
}
BUTTONS_FOR_MODS = {
    "corrections.accept",
    "corrections.edit",
    "corrections.lessons",
    "corrections.next",
    "corrections.reject",
    "corrections.term",
    "glossary.page",
    "relays.option",
    "relays.join",
    "relays.leave",
    "relays.speaks",
    "daily_question.approve",
    "daily_question.reject",
}
# What these change is the presser's own, or they look themselves at whose it is.
BUTTONS_FOR_ALL = {
    "ask.agree",
    "ask.anyway",
    "ask.choose",
    "ask.decline",
    "ask.pick",
    "ask.repeat",
    "ask.show",
    "buddy.accept",
    "buddy.another",
    "buddy.back",
    "buddy.decline",
    "buddy.find",
    "buddy.looking",
    "buddy.private",
    "buddy.talked",
    "cat_tax.no_pet",
    "compare.add",
    "corrections.report",
    "explain.others",
    "explain.pinyin",
    "names.more",
    "names.tell",
    "privacy.erase",
    "privacy.erase_and_pause",
    "privacy.keep",
    "privacy.outcome",
    "privacy.pause",
    "relays.original",
}
REFUSED = (FOR_MODS, IN_PRIVATE, "refused by the guard")
GUARDED = {"a stranger's page"}
PEOPLE: Mapping[str, Callable[[Any], Mapping[str, Somebody]]] = {
    "discord": on_duty.on_discord,
    "telegram": on_duty.on_telegram,
    "sandbox": on_duty.on_sandbox,
}


class Keys(Cog):
    """Shows any button to anybody, as if an old message or somebody else's answer held it."""

    name = "keys"

    @command("keys", "Show this button")
    async def keys(self, ctx: Context, action: Annotated[str, Describe("cog.action")]) -> Reply:
        return Reply("Press it", buttons=(Button("Press", action, "x"),))


async def everybody(town: Town, platform: str) -> Mapping[str, Somebody]:
    here = await town.place(platform)
    await town.place("sandbox", "zh")
    town.without = set()
    town.cogs.append(Keys)
    return PEOPLE[platform](here)


@pytest.mark.parametrize("platform", PEOPLE)
async def test_what_is_for_mods_is_done_for_mods_alone(town: Town, platform: str) -> None:
    people = await everybody(town, platform)
    async with town.running() as bridge:
        every = [one for one in bridge.dispatcher.commands if one.name != "keys"]
        here = [one for one in every if not one.platforms or platform in one.platforms]
        expected = {
            (name, one.name): one.is_for_mods and not person.may_moderate
            for name, person in people.items()
            for one in here
        }
        answers = {
            (name, asked): answer
            for name, person in people.items()
            for asked, answer in (await on_duty.all_of(person.ask, [c.name for c in here])).items()
        }
        assert {one.name for one in every if one.is_for_mods} == MUST_BE_FOR_MODS
    assert not {OFF, BROKEN} & set(answers.values())
    assert _refusals(answers) == _beside_the_guard(expected)


@pytest.mark.parametrize("platform", PEOPLE)
async def test_a_button_looks_at_who_presses_it(town: Town, platform: str) -> None:
    people = await everybody(town, platform)
    async with town.running() as bridge:
        buttons = {
            f"{cog.name}.{one.action}": one.is_for_mods
            for cog in bridge.dispatcher.cogs
            for one in cog.buttons()
        }
        expected = {
            (name, action): is_for_mods and not person.may_moderate
            for name, person in people.items()
            for action, is_for_mods in buttons.items()
        }
        answers = {
            (name, pressed): answer
            for name, person in people.items()
            for pressed, answer in (await on_duty.all_of(person.press, list(buttons))).items()
        }
    assert {action for action, is_for_mods in buttons.items() if is_for_mods} == BUTTONS_FOR_MODS
    assert set(buttons) == BUTTONS_FOR_MODS | BUTTONS_FOR_ALL
    assert OFF not in answers.values()
    assert _refusals(answers) == _beside_the_guard(expected)


async def test_who_was_an_admin_a_moment_ago_may_nothing_any_more(town: Town) -> None:
    here = await town.telegram_place()
    await town.place("sandbox")
    async with town.running():
        asked = await here.ask("relay status", by="Ann", is_mod=True)
        assert "everything has arrived" in asked.text
        here.emulator.set_status(here.chat, here.person("Ann"), "member")
        assert (await here.ask("relay status", by="Ann")).text == FOR_MODS


async def test_rights_that_can_t_be_looked_up_count_as_none_and_that_is_said(town: Town) -> None:
    here = await town.telegram_place()
    await town.place("sandbox")
    town.cogs.append(Keys)
    async with town.running():
        here.emulator.fault("getChatMember", status=500, times=3)
        assert (await here.ask("relay status", is_mod=True)).text == UNSURE
        shown = await here.ask("keys relays.leave", is_mod=True)
        assert (await here.press(shown, "Press", is_mod=True)).text == UNSURE
        assert "everything has arrived" in (await here.ask("relay status", is_mod=True)).text


async def test_the_right_of_a_linked_channel_that_can_t_be_looked_up_is_none(town: Town) -> None:
    here = await town.telegram_place()
    await town.place("sandbox")
    channel = here.emulator.add_chat("News", "channel")
    here.emulator.link(here.chat, channel)
    person = here.person("Somebody")
    async with town.running():
        here.emulator.fault("getChat", status=500, times=9)
        asked = await here.emulator.post(here.chat, person, "/relay status", sender_chat=channel)
        told = await here._answer_to(asked["message_id"])
    assert told["text"] == UNSURE


def _refusals(answers: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], bool]:
    return {who: any(one in answer for one in REFUSED) for who, answer in answers.items()}


def _beside_the_guard(expected: Mapping[tuple[str, str], bool]) -> dict[tuple[str, str], bool]:
    """The sandbox's guard lets a stranger do nothing at all."""
    return {who: is_refused or who[0] in GUARDED for who, is_refused in expected.items()}
