"""What a command takes: parameters of a few kinds, read from how a cog annotates them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from bot.core.model import Attachment, PersonId

MAX_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class Member:
    """A person named in a command."""

    person: PersonId
    name: str


Duration = timedelta
Value = str | int | bool | Member | Duration | Attachment


class Kind(Enum):
    STR = str
    INT = int
    BOOL = bool
    MEMBER = Member
    DURATION = timedelta
    ATTACHMENT = Attachment


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a parameter's fixed values; `label` is a catalogue entry."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Describe:
    """Goes into a parameter's `Annotated`: its catalogue entry, bounds and fixed choices.

    `minimum` and `maximum` bound an int's value or a str's length in characters. Where
    `takes_other`, the choices are only what a menu offers, and people may type something else.
    """

    text: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()
    takes_other: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Kind
    describe: Describe
    is_required: bool
    default: Value | None = None


def parameters_of(method: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Read a command's parameters from its annotations. Raises TypeError for one outside them."""
    hints = get_type_hints(method, include_extras=True)
    names = [
        p for p in inspect.signature(method).parameters.values() if p.name not in {"self", "ctx"}
    ]
    if len(names) > MAX_PARAMETERS:
        raise TypeError(f"{method.__qualname__}: at most {MAX_PARAMETERS} parameters")
    return tuple(_parameter(p, hints[p.name]) for p in names)


def _parameter(parameter: inspect.Parameter, hint: Any) -> Parameter:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{parameter.name}: say what it is with Annotated[type, Describe(…)]")
    kind, describe = get_args(hint)[:2]
    is_required = parameter.default is inspect.Parameter.empty
    options = [a for a in get_args(kind) if a is not type(None)]
    return Parameter(
        name=parameter.name,
        kind=Kind(options[0] if options else kind),
        describe=describe,
        is_required=is_required,
        default=None if is_required else parameter.default,
    )
