"""What people type after a command becomes what the command asks for, or one clear sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.arguments import read_arguments
from bot.cog import Choice, Describe, Kind, Parameter, Value
from bot.core.errors import Refused
from bot.i18n import translate


def of(
    kind: Kind, name: str = "what", *, default: Value | None = None, **describe: object
) -> Parameter:
    return Parameter(
        name,
        kind,
        Describe("…", **describe),  # pyright: ignore[reportArgumentType]
        is_required=default is None,
        default=default,
    )


def read(kind: Kind, text: str, **how: object) -> Value:
    return read_arguments([of(kind, **how)], text)["what"]  # pyright: ignore[reportArgumentType]


def refusal(kind: Kind, text: str, **how: object) -> str:
    with pytest.raises(Refused) as caught:
        read(kind, text, **how)
    return translate(caught.value.message, "en", **caught.value.values)


def test_a_text_takes_all_that_is_left() -> None:
    assert read(Kind.STR, "  why do cats\npurr?  ") == "why do cats\npurr?"


def test_words_are_read_in_the_order_of_the_parameters() -> None:
    parameters = [of(Kind.STR, "who"), of(Kind.INT, "times"), of(Kind.STR, "why")]
    assert read_arguments(parameters, "Ann 3 for no reason") == {
        "who": "Ann",
        "times": 3,
        "why": "for no reason",
    }


@pytest.mark.parametrize("gap", [" ", "   ", "\n", "\t", "\u3000"])
def test_any_white_space_stands_between_words(gap: str) -> None:
    parameters = [of(Kind.DURATION, "when"), of(Kind.STR, "why")]
    assert read_arguments(parameters, f"2h{gap}feed the cat") == {
        "when": timedelta(hours=2),
        "why": "feed the cat",
    }


@pytest.mark.parametrize("text", ['"Ann Lee" hi', "“Ann Lee” hi", '"Ann Lee"hi'])
def test_quotation_marks_hold_words_together(text: str) -> None:
    parameters = [of(Kind.STR, "who"), of(Kind.STR, "why")]
    assert read_arguments(parameters, text) == {"who": "Ann Lee", "why": "hi"}


def test_a_quotation_mark_that_never_closes_is_a_character() -> None:
    parameters = [of(Kind.STR, "who"), of(Kind.STR, "why")]
    assert read_arguments(parameters, '"Ann Lee') == {"who": '"Ann', "why": "Lee"}


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-3", -3), ("+12", 12), ("７", 7)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert read(Kind.INT, text) == number


@pytest.mark.parametrize("text", ["seven", "1.5", "1e3", "0x10", "9" * 30, "--1"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert refusal(Kind.INT, text) == f"“{text}” is not a whole number."


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "on", "1", "是", "开"])
def test_yes_is_said_in_many_ways(text: str) -> None:
    assert read(Kind.BOOL, text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "off", "0", "否", "关"])
def test_no_is_said_in_many_ways(text: str) -> None:
    assert read(Kind.BOOL, text) is False


def test_perhaps_is_neither() -> None:
    assert refusal(Kind.BOOL, "perhaps") == "“perhaps” is neither yes nor no."


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30m", timedelta(minutes=30)),
        ("30min", timedelta(minutes=30)),
        ("5minutes", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("2Hours", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("1week", timedelta(weeks=1)),
        ("30分", timedelta(minutes=30)),
        ("30分钟", timedelta(minutes=30)),
        ("30分鐘", timedelta(minutes=30)),
        ("2时", timedelta(hours=2)),
        ("2小时", timedelta(hours=2)),
        ("2个小时", timedelta(hours=2)),
        ("2小時", timedelta(hours=2)),
        ("3天", timedelta(days=3)),
        ("3日", timedelta(days=3)),
        ("1周", timedelta(weeks=1)),
        ("1週", timedelta(weeks=1)),
        ("1个星期", timedelta(weeks=1)),
    ],
)
def test_a_length_of_time_is_read_in_both_languages(text: str, duration: timedelta) -> None:
    assert read(Kind.DURATION, text) == duration


@pytest.mark.parametrize("text", ["soon", "5", "1month", "3months", "2y", "-1h", "1.5h", "m"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    assert refusal(Kind.DURATION, text).startswith(f"“{text}” is not a length of time")


def test_a_file_that_is_wanted_and_was_not_sent_is_asked_for() -> None:
    assert refusal(Kind.ATTACHMENT, "") == "A file is missing: attach it to the command."


CHOICES = (Choice("en", "English"), Choice("zh-Hant", "Traditional Chinese"))


@pytest.mark.parametrize("text", ["zh-Hant", "ZH-hant"])
def test_a_choice_is_found_however_it_is_written(text: str) -> None:
    assert read(Kind.STR, text, choices=CHOICES) == "zh-Hant"


def test_what_is_no_choice_is_refused_with_the_choices() -> None:
    assert refusal(Kind.STR, "fr", choices=CHOICES) == "“fr” is not one of: en, zh-Hant."


@pytest.mark.parametrize("text", ["0", "11"])
def test_a_number_keeps_its_bounds(text: str) -> None:
    said = refusal(Kind.INT, text, minimum=1, maximum=10)
    assert said == "“what” must be between 1 and 10."
    assert read(Kind.INT, "10", minimum=1, maximum=10) == 10


def test_a_text_keeps_its_length() -> None:
    said = refusal(Kind.STR, "four", minimum=1, maximum=3)
    assert said == "“what” must be 1 to 3 characters long."
    assert read(Kind.STR, "cat", maximum=3) == "cat"


def test_what_is_missing_is_named() -> None:
    assert refusal(Kind.STR, " ") == "“what” is missing."


def test_what_was_left_out_has_its_default() -> None:
    assert read(Kind.INT, "", default=5) == 5


def test_nothing_is_made_up_for_what_has_no_default() -> None:
    optional = Parameter("who", Kind.MEMBER, Describe("…"), is_required=False)
    assert read_arguments([optional], "") == {}


def test_who_tries_to_type_a_person_is_told_how_to_name_one() -> None:
    assert refusal(Kind.MEMBER, "@Ann").startswith("I can't tell who “@Ann” is. Use the command in")


@pytest.mark.parametrize("typed", ["cat.png", ""])
def test_who_sends_no_file_is_told_to_send_one(typed: str) -> None:
    told = refusal(Kind.ATTACHMENT, typed)
    assert told == "A file is missing: attach it to the command."


def test_a_refusal_repeats_only_the_beginning_of_a_long_word() -> None:
    assert len(refusal(Kind.INT, "x" * 4000)) < 120


def test_a_choice_may_be_left_out_before_text() -> None:
    to = of(Kind.STR, "to", default="", choices=(Choice("en", "English"), Choice("zh", "Chinese")))
    ways = [to, of(Kind.STR, "text", default="")]
    assert read_arguments(ways, "ZH good\nmorning") == {"to": "zh", "text": "good\nmorning"}
    assert read_arguments(ways, "good\nmorning") == {"to": "", "text": "good\nmorning"}
    assert read_arguments(ways, "") == {"to": "", "text": ""}
