"""What a mod reads of a message's way, for every turn it can take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.model import ChannelId, Step, Translation
from bot.core.richtext import RichText, Style
from bot.i18n import LANGUAGES, Language
from bot.store.outbox import Action, State
from bot.store.traces import Failure, Traced
from cogs._trace_reader import Reader
from cogs._trace_story import Journey, OurPost, Said, Skipped, Story
from cogs._trace_words import CHANGES, SKIPPED, told
from tests.parts import EN, NOW, ZH

SOON = NOW + timedelta(seconds=1)
LATER = NOW + timedelta(seconds=5)


def reader(language: Language = "en", **more: Any) -> Reader:
    known: dict[str, Any] = {
        "zone": "UTC",
        "now": LATER,
        "here": EN,
        "members": frozenset({EN, ZH}),
    }
    return Reader(language, **(known | more))


def row(state: State = State.SENT, action: Action = Action.SEND, **more: Any) -> Traced:
    is_over = state not in (State.PENDING, State.SENDING)
    known: dict[str, Any] = {
        "id": 1,
        "lane": ZH,
        "language": "zh",
        "prior": "en",
        "attempts": 0,
        "reason": None,
        "created_at": NOW,
        "due_at": LATER,
        "settled_at": SOON if is_over else None,
    }
    return Traced(state=state, action=action, **(known | more))


def story(*journeys: Journey, **more: Any) -> Story:
    known: dict[str, Any] = {"author": "Ann", "origin": EN, "sent_at": NOW, "heard_at": NOW}
    return Story(journeys=journeys, **(known | more))


def texts(found: Any, **how: Any) -> list[str]:
    return [line.text for line in told(found, reader(**how))]


def made(*steps: tuple[str, str], engine: str | None = "argos", label: str = "") -> dict[str, Any]:
    timed = tuple(Step(name, detail, 10.4) for name, detail in steps)
    return {"made": {"zh": Translation(RichText("你好"), "en", "zh", engine, label, timed)}}


BY_MODEL = "Simplified Chinese: translated from English by the model on this machine"
BEGINNING = 2  # the headline, and when it was heard


def middle(found: Story) -> list[str]:
    return texts(found)[BEGINNING:-1]


@pytest.mark.parametrize(
    ("journey", "line"),
    [
        (Journey(row()), "12:00:01 · arrived in west zh"),
        (Journey(row(), ("a", None, "c")), "12:00:01 · arrived in west zh (in 3 messages) 2 3"),
        (
            Journey(row(), ("a",), together=4),
            "12:00:01 · arrived in west zh (together with 4 more in one message)",
        ),
        (
            Journey(row(State.DEAD, reason="too long")),
            "12:00:01 · given up for west zh, which refuses it: too long",
        ),
        (
            Journey(row(State.DROPPED)),
            "12:00:01 · not carried over to west zh: it was no longer wanted by then",
        ),
    ],
)
def test_how_a_way_ended_is_told(journey: Journey, line: str) -> None:
    assert middle(story(journey))[0] == line


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        (row(State.SENDING), ["Being sent to west zh right now."]),
        (row(State.PENDING), ["Waits for west zh; the next try is at 12:00:05."]),
        (
            row(State.PENDING, ahead=2, head=row(State.SENDING)),
            ["Waits for west zh. Ahead of it in the queue: 2."],
        ),
        (
            row(
                State.PENDING,
                ahead=2,
                head=row(State.PENDING, failures=(Failure("kicked", 3, NOW, SOON),)),
            ),
            [
                "Waits for west zh. Ahead of it in the queue: 2.",
                "The first of those has failed since 12:00:00: kicked. "
                "The next try is at 12:00:05.",
            ],
        ),
    ],
)
def test_what_is_waited_for_is_told(sent: Traced, lines: list[str]) -> None:
    assert middle(story(Journey(sent)))[1:] == lines


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (Failure("busy", 1, SOON, SOON), "12:00:01 · the way to west zh failed: busy"),
        (
            Failure("busy", 3, SOON, LATER),
            "12:00:01 · the way to west zh failed 3 times until 12:00:05: busy",
        ),
    ],
)
def test_failures_are_told_with_their_times(failure: Failure, line: str) -> None:
    assert middle(story(Journey(row(settled_at=LATER, failures=(failure,)))))[0] == line


@pytest.mark.parametrize(
    ("translation", "lines"),
    [
        (
            made(("language", "en"), ("shield", "3: emoji 2, link 1"), ("checks", "ok")),
            [
                f"{BY_MODEL} in 31 ms.",
                "Kept as it was: emoji × 2, link × 1.",
                "The checks found nothing wrong.",
            ],
        ),
        (
            made(("shield", "0"), ("checks", "echo 1, something new 2")),
            [
                f"{BY_MODEL} in 21 ms.",
                "The checks found and mended: the original repeated × 1, something new × 2.",
            ],
        ),
        (
            made(engine=None, label="same-language"),
            ["Simplified Chinese: written in that language already, carried as it is."],
        ),
        (
            made(engine=None, label="nothing-to-translate"),
            ["Simplified Chinese: nothing in it to translate, carried as it is."],
        ),
        (
            made(engine=None, label="no-model"),
            [
                "Simplified Chinese: no model translates English; the original was carried, "
                "with a note."
            ],
        ),
        (
            made(engine=None, label="failed"),
            [
                "Simplified Chinese: no good translation was found; the original was carried, "
                "with a note."
            ],
        ),
        ({}, ["Simplified Chinese: not translated yet."]),
        (
            {"has_words": False},
            ["Simplified Chinese: the words are no longer kept, nor how they were translated."],
        ),
    ],
)
def test_what_the_translator_did_is_told(translation: dict[str, Any], lines: list[str]) -> None:
    assert middle(story(Journey(row()), **translation))[1:] == lines


def test_one_language_on_both_sides_needs_no_translation() -> None:
    journey = Journey(row(language="en", prior="en"))
    assert middle(story(journey))[1] == (
        "English: the same language on both sides, carried as it is."
    )


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("state", [State.SENT, State.DROPPED, State.DEAD])
def test_how_a_change_ended_is_told(action: Action, state: State) -> None:
    later = row(state, action, settled_at=LATER, reason="gone")
    line = middle(story(Journey(row(), later=(later,))))[1]
    assert line.startswith("12:00:05 · ")
    assert "west zh" in line
    assert ("gone" in line) is (state is State.DEAD)


def test_a_change_that_waits_is_told() -> None:
    later = row(State.PENDING, Action.EDIT)
    assert middle(story(Journey(row(), later=(later,))))[-1] == (
        "What its author changed waits for west zh too; the next try is at 12:00:05."
    )


def test_what_happened_is_told_in_order() -> None:
    found = story(
        Journey(row(settled_at=LATER)),
        Journey(row(lane=ChannelId("west", "tw"), settled_at=SOON)),
        edited_at=NOW + timedelta(seconds=3),
    )
    times = [line[:8] for line in texts(found) if " · " in line]
    assert times == ["12:00:00", "12:00:01", "12:00:03", "12:00:05"]


@pytest.mark.parametrize("reason", SKIPPED)
def test_every_reason_to_skip_has_words(reason: str) -> None:
    (line,) = texts(Skipped(reason, NOW))
    assert line.startswith("12:00:00 · Not carried over: ")
    assert texts(story(skipped=reason))[-2] == line.removeprefix("12:00:00 · ")


def test_a_reason_nobody_knows_yet_is_told_as_it_is() -> None:
    assert texts(Skipped("moon", NOW)) == ["12:00:00 · Not carried over: moon."]


def test_a_message_with_no_other_place_is_told_so() -> None:
    assert middle(story()) == ["Carried nowhere: there was no other place for it then."]


def test_a_channel_that_was_left_out_is_named() -> None:
    found = story(Journey(row(lane=ChannelId("west", "tw"))), left_out=(ZH,))
    assert middle(found)[-1] == (
        "Not for west zh: it was not linked then, or the channels' options leave it out."
    )


def test_an_author_who_is_forgotten_is_somebody() -> None:
    assert texts(story(author=""))[0] == "Message from somebody, written in this channel"


def test_the_number_of_a_private_place_is_not_told() -> None:
    chat = ChannelId("telegram", "12345")
    assert texts(story(origin=chat))[0] == (
        "Message from Ann, written in a thread or private chat on Telegram"
    )


def test_another_day_is_told_with_its_date() -> None:
    line = texts(story(), now=NOW + timedelta(days=1))[1]
    assert line == "2025-01-15 12:00:00 · heard, 0 s after it was written"


def test_times_are_those_of_the_side() -> None:
    lines = texts(story(), zone="Asia/Shanghai")
    assert lines[1].startswith("20:00:00 · ")
    assert lines[-1] == "Times are those of Asia/Shanghai."


def test_places_lead_to_their_messages() -> None:
    found = story(Journey(row(), ("https://one", "https://two")), link="https://origin")
    lines = told(found, reader())
    links = [
        (line.text[span.start : span.end], span.value)
        for line in lines
        for span in line.spans
        if span.style is Style.LINK
    ]
    assert links == [
        ("this channel", "https://origin"),
        ("west zh", "https://one"),
        ("2", "https://two"),
    ]


def test_a_post_of_ours_that_was_refused_says_why() -> None:
    dead = row(State.DEAD, Action.POST, reason="too long")
    post = OurPost((Said(EN, NOW, is_there=True), Said(ZH, NOW, waits=(dead,))))
    assert texts(post)[3:-1] == [
        "Said in this channel.",
        "Not said in west zh yet.",
        "west zh refuses it: too long",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_as_much(language: Language) -> None:
    """A placeholder that a translation had lost, or made up, would fail here."""
    failing = row(State.PENDING, failures=(Failure("busy", 2, NOW, SOON),), ahead=1, head=row())
    later = (row(State.DEAD, Action.EDIT), row(State.PENDING, Action.DELETE))
    found = story(
        Journey(failing, later=later),
        Journey(row(), ("a", "b")),
        skipped="paused",
        is_copy=True,
        edited_at=SOON,
        **made(("shield", "1: link 1"), ("checks", "echo 1")),
    )
    assert len(texts(found, language=language)) == len(texts(found))
