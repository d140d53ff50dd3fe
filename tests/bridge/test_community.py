"""What communities do together, on every platform: asked, stamped, introduced and answered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.core.ports import Translator
from tests.bridge.conftest import PAIRS, PLATFORMS, Pair, settle
from tests.bridge.place import PNG, Arrived, Below, Place, Talk, until
from tests.bridge.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITHIN = 20.0  # seconds; the first sentence waits for its model
HAN = re.compile("[\u4e00-\u9fff]")
QUESTION = "How do you make dumplings at home?"
ON_A_CARD = "No. 1 · Sam from the English side asks:"
CHOSEN = "your answer to No. 1 was chosen as the best"
RECEIPT = "已缴猫税 · CAT TAX PAID"
OF_THE_DAY = "每日一问 · Question of the day"
BUDDIES = "新人伙伴 · Welcome buddy"

each_once = pytest.mark.parametrize(
    "platforms",
    [("discord", "telegram"), ("telegram", "sandbox"), ("sandbox", "discord")],
    ids="-to-".join,
    indirect=True,
)
on_every_platform = pytest.mark.parametrize(
    "platforms", [(one, one) for one in PLATFORMS], ids=PLATFORMS, indirect=True
)


@dataclass(frozen=True, slots=True)
class Club:
    """A community of two places: Sam and others write English, Mei and others Chinese."""

    town: Town
    english: Place
    chinese: Place


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def suburb(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Path,
    translator: Translator,
) -> AsyncIterator[tuple[Town, dict[str, Pair]]]:
    """One bridge for all communities. On Discord each place has its own guild: joins are heard in
    every channel of a guild. It begins in the Chinese afternoon, when nothing is due anywhere.
    """
    async with Town(tmp_path_factory.mktemp("suburb"), migrated, translator) as town:
        town.without.clear()
        town.clock.wait_for(hour=6)
        pairs = await settle(town, request.session, {"club": ("en", "zh")}, in_guild=False)
        async with town.running():
            yield town, pairs


@pytest.fixture
def club(
    request: pytest.FixtureRequest,
    platforms: tuple[str, str],
    suburb: tuple[Town, dict[str, Pair]],
) -> Club:
    town, pairs = suburb
    pair = pairs[request.node.nodeid]
    return Club(town, pair.source, pair.destination)


async def found(place: Place, is_it: Callable[[Arrived], bool], under: str = "") -> Arrived:
    """The first such message there, or in what is said about the post `under`."""

    async def look() -> Arrived | None:
        said = await place.arrived()
        if under:
            said += await place.arrived_about(under)
        return next(filter(is_it, said), None)

    one = await until(look, WITHIN)
    assert one is not None
    return one


def whole(one: Arrived) -> str:
    """Telegram shows authors as a bold first line; a post's title can't be told from one."""
    return f"{one.author}\n{one.text}"


async def saying(place: Place, words: str, under: str = "") -> Arrived:
    return await found(place, lambda one: words in whole(one), under)


async def gone(place: Place, words: str) -> None:
    async def look() -> bool:
        return not any(words in whole(one) for one in await place.arrived())

    await until(look, WITHIN)


async def crosses(club: Club, here: Arrived, there: Arrived) -> None:
    """What Sam says about the one post is read about the other, in Chinese."""
    await club.town.links(club.english, here.id)
    await club.town.links(club.chinese, there.id)
    await club.english.say_about(here.id, "My cat sleeps the whole day.", by="Sam")
    copy = await found(
        club.chinese, lambda one: one.author == "Sam" and bool(HAN.search(one.text)), there.id
    )
    assert copy in await club.chinese.arrived_about(there.id)


async def asked(club: Club) -> tuple[Arrived, Arrived]:
    """Sam's question, as the two sides see it."""
    told = await club.english.ask(f"ask {QUESTION}", by="Sam")
    assert told.text.startswith("Asked as No. 1.")
    here, there = [await saying(place, ON_A_CARD) for place in (club.english, club.chinese)]
    await club.town.links(club.english, here.id)
    await club.town.links(club.chinese, there.id)
    return here, there


async def test_a_question_is_read_on_both_sides_in_both_languages(club: Club) -> None:
    for card in await asked(club):
        assert QUESTION in card.text
        assert HAN.search(card.text.replace(ON_A_CARD, ""))
        assert len(card.buttons) == 1


async def test_an_answer_to_a_question_crosses_translated(club: Club) -> None:
    here, there = await asked(club)
    await club.chinese.say_about(there.id, "我用猪肉和白菜做饺子。", by="Mei")
    answer = await found(club.english, lambda one: one.author == "Mei", here.id)
    assert not HAN.search(answer.text)
    assert answer in await club.english.arrived_about(here.id)


async def test_the_best_answer_is_chosen_kept_and_found(club: Club) -> None:
    here, there = await asked(club)
    await club.chinese.say_about(there.id, "我用猪肉和白菜做饺子。", by="Mei")
    await found(club.english, lambda one: one.author == "Mei", here.id)

    offered = await club.english.press(here.id, here.buttons[0], by="Sam")
    (pick,) = offered.buttons
    assert pick.startswith("Mei: ")
    chosen = await club.english.press(offered, pick, by="Sam")
    assert chosen.text.startswith("Thank you! No. 1 is solved.")

    consent = await saying(club.chinese, CHOSEN, there.id)
    kept = await club.chinese.press(consent.id, consent.buttons[0], by="Mei")
    assert kept.text.startswith("Thank you! Your answer is in the archive")
    for place, words in ((club.english, "dumplings"), (club.chinese, "白菜")):
        answers = (await place.ask(f"answers {words}")).text
        assert QUESTION in answers
        assert "白菜" in answers


async def test_only_who_is_asked_can_choose_and_consent(club: Club) -> None:
    here, there = await asked(club)
    await club.chinese.say_about(there.id, "我用猪肉和白菜做饺子。", by="Mei")
    await found(club.english, lambda one: one.author == "Mei", here.id)
    choose = here.buttons[0]
    assert "Only Sam" in (await club.chinese.press(there.id, choose, by="Mei")).text
    offered = await club.english.press(here.id, choose, by="Sam")
    await club.english.press(offered, offered.buttons[0], by="Sam")
    consent = await saying(club.chinese, CHOSEN, there.id)
    refused = await club.chinese.press(consent.id, consent.buttons[0], by="Li")
    assert "Only Mei" in refused.text


async def taxed(club: Club, words: str) -> str:
    """Sam pays with a picture; both sides have the receipt."""
    paid = await club.english.say(words, by="Sam", files=[PNG])
    await found(club.chinese, lambda one: one.files == (PNG,))
    await saying(club.english, RECEIPT)
    await club.town.pass_time(timedelta(seconds=10))  # the picture is over there: so may this
    await saying(club.chinese, RECEIPT)
    return paid


@pytest.mark.parametrize("words", ["cat tax!", "交猫税"])
@each_once
async def test_who_pays_the_cat_tax_is_thanked_by_name(club: Club, words: str) -> None:
    await taxed(club, words)
    for place in (club.english, club.chinese):
        assert "Sam" in (await saying(place, RECEIPT)).text


async def test_a_receipt_with_a_stamp_follows_the_picture_on_both_sides(club: Club) -> None:
    paid = await taxed(club, "cat tax!")
    copy = await found(club.chinese, lambda one: one.files == (PNG,))
    for place, picture in ((club.english, paid), (club.chinese, copy.id)):
        receipt = await saying(place, RECEIPT)
        webhooks_do_not_reply = place.platform == "discord"
        assert receipt.reply_to == (None if webhooks_do_not_reply else picture)
        (stamp,) = receipt.files
        assert stamp.startswith(b"\x89PNG")
        assert stamp != PNG


@pytest.mark.parametrize(  # Telegram tells bots of no deletion
    "platforms", [one for one in PAIRS if one[0] != "telegram"], ids="-to-".join, indirect=True
)
async def test_with_the_picture_its_receipts_are_taken_back(club: Club) -> None:
    paid = await taxed(club, "cat tax!")
    await club.english.delete(paid)
    for place in (club.english, club.chinese):
        await gone(place, RECEIPT)


@each_once
async def test_a_mod_takes_a_receipt_back(club: Club) -> None:
    await taxed(club, "cat tax!")
    assert "void now" in (await club.english.ask("cattax-void 1", is_mod=True)).text
    for place in (club.english, club.chinese):
        await gone(place, RECEIPT)


async def test_the_daily_question_comes_to_both_sides_once_and_its_answers_cross(
    club: Club,
) -> None:
    soon = club.town.clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=5)
    told = await club.english.ask(f"question time {soon:%H:%M}", is_mod=True)
    assert f"Both sides are asked at {soon:%H:%M}" in told.text
    await club.town.pass_time(timedelta(minutes=1))
    await nothing_so_far(club)
    await club.town.pass_time(timedelta(minutes=5))
    await club.town.pass_time(timedelta(minutes=1))
    here, there = [await saying(place, OF_THE_DAY) for place in (club.english, club.chinese)]
    await crosses(club, here, there)
    for place in (club.english, club.chinese):
        titled = [one for one in await place.arrived() if OF_THE_DAY in whole(one)]
        assert len(titled) == 1


async def nothing_so_far(club: Club) -> None:
    """What had been ordered would have come before this."""
    await club.english.say("12:30", by="Sam")
    await found(club.chinese, lambda one: one.text == "12:30")
    await club.chinese.say("2 + 3 = 5", by="Mei")
    await found(club.english, lambda one: one.text == "2 + 3 = 5")
    for place in (club.english, club.chinese):
        assert not any(OF_THE_DAY in whole(one) for one in await place.arrived())


async def test_a_newcomer_is_greeted_and_introduced_to_a_buddy(club: Club) -> None:
    joined = await club.chinese.ask("buddy join", by="Mei")
    assert joined.text.startswith("Thank you! You are a buddy for one newcomer")
    await club.english.join("Ned")
    greeting = await saying(club.english, "Welcome, Ned! Would you like a buddy")
    sought = await club.english.press(greeting.id, greeting.buttons[0], by="Ned")
    assert sought.text.startswith("We are looking for somebody on the other side")

    await club.town.pass_time(timedelta(minutes=11))
    to_ned = await saying(club.english, "Ned, we thought of Mei as your buddy")
    to_mei = await found(club.chinese, lambda one: "Ned" in one.text and len(one.buttons) == 2)
    accepted = await club.english.press(to_ned.id, to_ned.buttons[0], by="Ned")
    assert accepted.text.startswith("Thank you! As soon as the answer has come")
    accepted = await club.chinese.press(to_mei.id, to_mei.buttons[0], by="Mei")
    assert accepted.text.startswith("You are introduced")

    here, there = [
        await met(club.town, place, by=name)
        for place, name in ((club.english, "Ned"), (club.chinese, "Mei"))
    ]
    await here.say("My cat sleeps the whole day.", by="Ned")
    told = await said_by(there, "Ned")
    assert HAN.search(told.text)
    await there.say("我的猫也是，它最喜欢睡觉。", by="Mei")
    assert not HAN.search((await said_by(here, "Mei")).text)
    for place in (club.english, club.chinese):
        if place.platform != "sandbox":  # its page has no place apart
            assert not [one for one in await place.arrived() if one.author in {"Ned", "Mei"}]


async def met(town: Town, place: Place, *, by: str) -> Talk:
    """Where this person was introduced, once the bridge hears what is said there."""
    talk = await place.meet(BUDDIES, by=by)
    if isinstance(talk, Below):
        await town.links(place, talk.post)
    else:
        await town.hears(place.platform, talk.channel)  # type: ignore[attr-defined]
    return talk


async def said_by(talk: Talk, name: str) -> Arrived:
    async def look() -> Arrived | None:
        return next((one for one in await talk.arrived() if one.author == name), None)

    one = await until(look, WITHIN)
    assert one is not None
    return one


@each_once
async def test_who_asks_for_a_buddy_without_having_been_greeted_is_introduced(club: Club) -> None:
    await club.english.ask("buddy join", by="Sam")
    sought = await club.chinese.ask("buddy find cats", by="Mei")
    assert sought.text.startswith("We are looking for somebody on the other side")
    await club.town.pass_time(timedelta(minutes=11))
    await saying(club.english, "Sam, Mei is new and would like a buddy")
    await found(club.chinese, lambda one: "Sam" in one.text and len(one.buttons) == 2)


@each_once
async def test_three_names_are_offered_and_one_is_told_everyone(club: Club) -> None:
    offered = await club.english.ask("name Emily", by="Sam")
    assert offered.text.startswith("Three Chinese names for Emily:")
    tells = [label for label in offered.buttons if label.startswith("📣 Tell everyone: ")]
    assert len(set(tells)) == 3
    told = await club.english.press(offered, tells[1], by="Sam")
    assert told.text == "Done, both sides can see it."
    name = tells[1].removeprefix("📣 Tell everyone: ")
    for place in (club.english, club.chinese):
        assert name in (await saying(place, "A new name for Emily, found by Sam")).text


@each_once
async def test_prices_are_compared_on_both_sides(club: Club) -> None:
    assert "for 48 hours" in (await club.english.ask("compare coffee", by="Sam")).text
    cards = [await saying(place, "📊 Compare: ") for place in (club.english, club.chinese)]
    explained = await club.chinese.press(cards[1].id, cards[1].buttons[0], by="Mei")
    assert "/mine coffee" in explained.text
    noted = await club.chinese.ask("mine coffee 18", by="Mei")
    assert noted.text.startswith("Noted: ¥18.")
    again = await club.chinese.ask("mine coffee 20", by="Mei")
    assert "answered this one already" in again.text
    await club.english.ask("compare-close coffee", is_mod=True)
    for place in (club.english, club.chinese):
        await saying(place, "📊 Results: ")


FEATURES = {
    "ask": f"ask {QUESTION}",
    "cat_tax": "cats",
    "daily_question": "question suggest What do you have for breakfast?",
    "buddy": "buddy status",
    "names": "name Emily",
    "compare": "compare coffee",
}


@on_every_platform
async def test_a_feature_that_is_off_says_so_until_it_is_on(club: Club) -> None:
    here = club.english
    for feature, command in FEATURES.items():
        await here.ask(f"community switch {feature} off", is_mod=True)
        assert "switched off here" in (await here.ask(command)).text, command
        await here.ask(f"community switch {feature} on", is_mod=True)
        assert "switched off here" not in (await here.ask(command)).text, command


FOR_MODS = (
    "community switch ask off",
    "community zone zh Asia/Taipei",
    "ask-close 1",
    "ask-merge 1 2",
    "cattax-void 1",
    "cattax-settings off",
    "question pause",
    "question review",
    "buddy theme spy",
    "buddy greet off",
    "compare-close coffee",
)


@on_every_platform
@pytest.mark.parametrize("command", FOR_MODS)
async def test_what_is_for_mods_no_member_can_do(club: Club, command: str) -> None:
    refusal = "Only moderators can use this command."
    assert (await club.english.ask(command)).text == refusal
    assert (await club.english.ask(command, is_mod=True)).text != refusal
