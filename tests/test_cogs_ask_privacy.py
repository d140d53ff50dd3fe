"""What /ask keeps about people: what they are told of it, and that it goes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.asking import BOB, DAY, LI, QUESTION, Community, town_of
from tests.parts import (
    ANN,
    EN,
    ZH,
)

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Community]:
    async with town_of(database, tmp_path) as town:
        yield town


async def test_an_answer_that_is_declined_leaves_no_words_behind(town: Community) -> None:
    await town.ask()
    await town.answer("用猪肉和白菜")
    await town.choose()
    await town.press(town.button("ask.decline", "west"), channel=ZH, person=LI)
    assert await town.world.query("SELECT CAST(texts AS TEXT) FROM ask_choices") == [("{}",)]
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    assert "Solved. 小李 from the Chinese side" in town.texts(EN)
    assert not town.has("ask.agree")


async def test_a_person_sees_all_that_is_kept_about_them(town: Community) -> None:
    await town.archive()
    await town.ask("How do you make dumplings")
    kept = await town.cog.export(ANN.person)
    assert [(one["number"], one["state"]) for one in kept["questions"]] == [(1, "archived")]
    assert kept["questions"][0]["texts"]["en"] == QUESTION
    assert kept["drafts"][0]["en"] == "How do you make dumplings"
    kept = await town.cog.export(LI.person)
    assert kept["chosen_answers"] == [
        {
            "number": 1,
            "consent": "given",
            "texts": {"en": "en<用猪肉和白菜>", "zh": "用猪肉和白菜"},
        }
    ]
    assert await town.cog.export(BOB.person) == {
        "questions": [],
        "chosen_answers": [],
        "drafts": [],
    }


async def test_a_forgotten_askers_questions_stay_without_their_name(town: Community) -> None:
    await town.archive()
    await town.ask("How do you make dumplings")
    await town.cog.forget(ANN.person)
    await town.world.deliver()
    assert "Ann" not in town.texts(EN) + town.texts(ZH)
    assert "用猪肉和白菜" in town.world.west.texts(ZH)[0]
    assert (await town.cog.export(ANN.person))["questions"] == []
    assert await town.count("ask_drafts") == 0
    found = (await town.run("answers", text="dumplings")).rich.text
    assert QUESTION in found
    assert "Ann" not in found


async def test_a_forgotten_answerers_words_and_consent_go(town: Community) -> None:
    await town.archive()
    await town.cog.forget(LI.person)
    await town.world.deliver()
    assert await town.count("ask_choices") == 0
    assert "No answered question" in (await town.run("answers", text="dumplings")).rich.text
    assert "猪肉" not in town.world.east.texts(EN)[0]
    assert "Solved." in town.world.east.texts(EN)[0]
    assert "小李" not in town.texts(EN)
    assert [text for text in town.world.west.texts(ZH) if "小李" in text] == []


async def test_a_forgotten_persons_answers_are_not_offered(town: Community) -> None:
    await town.ask()
    await town.answer()
    await town.cog.forget(LI.person)
    assert "Nobody else" in (await town.press(town.button("ask.choose"))).rich.text
    await town.cog.forget(ANN.person)
    told = await town.press(town.button("ask.choose"))
    assert told.rich.text.startswith("Only Someone and the moderators")


async def test_what_came_to_nothing_is_let_go_after_a_month(town: Community) -> None:
    await town.ask()
    await town.later(3 * DAY + 1)
    await town.later(DAY + 1)
    button = town.button("ask.repeat")
    town.world.clock.advance(30 * DAY)
    for job in town.dispatcher.dailies():
        await job.run()
    row = await town.world.query(
        "SELECT person_id, person_name, CAST(texts AS TEXT), words FROM asks"
    )
    assert row == [(None, "", "{}", "")]
    assert (await town.press(button)).rich.text == "This button no longer works."
    assert "no question" in (await town.run("ask-close", text="1", is_mod=True)).rich.text
    assert (await town.ask()).rich.text.startswith("Asked as No. 2.")


async def test_no_text_of_members_is_logged(
    town: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.archive()
    said = capsys.readouterr()
    assert not re.search("dumplings|猪肉", said.out + said.err)
