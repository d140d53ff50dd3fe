"""A command's arguments out of plain text, for platforms where people type them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.cog import Kind, Parameter, Value
from bot.core.errors import Refused
from bot.i18n import N_

MISSING = N_("“{name}” is missing.")
NO_FILE = N_("A file is missing: attach it to the command.")
NOT_A_NUMBER = N_("“{value}” is not a whole number.")
NOT_YES_OR_NO = N_("“{value}” is neither yes nor no.")
NOT_A_DURATION = N_("“{value}” is not a length of time; write 30m, 2h or 7d.")
NOT_A_CHOICE = N_("“{value}” is not one of: {choices}.")
OUT_OF_BOUNDS = N_("“{name}” must be between {minimum} and {maximum}.")
WRONG_LENGTH = N_("“{name}” must be {minimum} to {maximum} characters long.")
NOT_KNOWN = N_(
    "I can't tell who “{value}” is. Use the command in a reply to something that they have written."
)

_UNITS = {
    "minutes": ("m", "min", "mins", "minute", "minutes", "分", "分钟", "分鐘"),
    "hours": ("h", "hour", "hours", "时", "時", "小时", "小時", "钟头", "鐘頭"),
    "days": ("d", "day", "days", "天", "日"),
    "weeks": ("w", "week", "weeks", "周", "週", "星期", "礼拜", "禮拜"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_DURATION = re.compile(r"(\d{1,5})[个個]?(\D+)")
_YES = frozenset({"yes", "y", "true", "on", "1", "是", "好", "对", "开"})
_NO = frozenset({"no", "n", "false", "off", "0", "否", "不", "关"})


def read_arguments(parameters: Sequence[Parameter], text: str) -> dict[str, Value]:
    """Values by parameter name, defaults included. The last str takes all that is left, and with it
    a word that is none of the values of the choice before it, where that may be left out.

    Raises `Refused` with a sentence for the first thing that does not fit.
    """
    read: dict[str, Value] = {}
    rest = text.strip()
    for number, parameter in enumerate(parameters):
        is_last = number == len(parameters) - 1
        if _is_left_out(parameter, parameters[number + 1 :], rest):
            word = ""
        else:
            word, rest = (rest, "") if is_last and parameter.kind is Kind.STR else _next_word(rest)
        if word:
            read[parameter.name] = _value(parameter, word)
        elif parameter.is_required:
            if parameter.kind is Kind.ATTACHMENT:
                raise Refused(NO_FILE)
            raise Refused(MISSING, name=parameter.name)
        elif parameter.default is not None:
            read[parameter.name] = parameter.default
    return read


def _is_left_out(parameter: Parameter, later: Sequence[Parameter], rest: str) -> bool:
    takes_text = bool(later) and later[-1].kind is Kind.STR and not later[-1].describe.choices
    choices = {choice.value.casefold() for choice in parameter.describe.choices}
    is_closed = bool(choices) and not parameter.describe.takes_other
    may_be = not parameter.is_required and takes_text and is_closed
    return may_be and _next_word(rest)[0].casefold() not in choices


def _next_word(text: str) -> tuple[str, str]:
    """The first word, or what stands in quotation marks; and the rest."""
    if text[:1] in {'"', "“"}:
        end = re.search(r'["”]', text[1:])
        if end:
            return text[1 : end.start() + 1], text[end.end() + 1 :].lstrip()
    word, *rest = text.split(maxsplit=1) or [""]
    return word, "".join(rest)


def _value(parameter: Parameter, word: str) -> Value:
    match parameter.kind:
        case Kind.STR:
            return _chosen(parameter, word)
        case Kind.INT:
            return _number(parameter, word)
        case Kind.BOOL:
            return _yes_or_no(word)
        case Kind.DURATION:
            return _duration(word)
        case Kind.MEMBER:
            raise Refused(NOT_KNOWN, value=word[:60])
        case Kind.ATTACHMENT:
            raise Refused(NO_FILE, name=parameter.name)


def _chosen(parameter: Parameter, word: str) -> str:
    choices = {choice.value.casefold(): choice.value for choice in parameter.describe.choices}
    is_open = parameter.describe.takes_other
    if choices and word.casefold() not in choices and not is_open:
        raise Refused(NOT_A_CHOICE, value=word[:60], choices=tuple(choices.values()))
    _bounded(parameter, len(word), WRONG_LENGTH)
    return choices.get(word.casefold(), word)


def _number(parameter: Parameter, word: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", word):
        raise Refused(NOT_A_NUMBER, value=word[:60])
    _bounded(parameter, int(word), OUT_OF_BOUNDS)
    return int(word)


def _yes_or_no(word: str) -> bool:
    if word.lower() in _YES:
        return True
    if word.lower() in _NO:
        return False
    raise Refused(NOT_YES_OR_NO, value=word[:60])


def _duration(word: str) -> timedelta:
    found = _DURATION.fullmatch(word)
    unit = _UNIT_OF.get(found[2].lower()) if found else None
    if found is None or unit is None:
        raise Refused(NOT_A_DURATION, value=word[:60])
    return timedelta(**{unit: int(found[1])})


def _bounded(parameter: Parameter, amount: int, refusal: str) -> None:
    low, high = parameter.describe.minimum, parameter.describe.maximum
    if (low is not None and amount < low) or (high is not None and amount > high):
        raise Refused(
            refusal,
            name=parameter.name,
            minimum=low if low is not None else "…",
            maximum=high if high is not None else "…",
        )
