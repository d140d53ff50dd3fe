"""Everything that can go wrong, as the core names it.

CatbridgeError
├── Misconfigured        the operator must mend something; ends the program with exit status 2
├── DeliveryError        raised by a Chat port; says how certain the failure is
│   ├── Transient        certainly not delivered; try again after `retry_after` seconds
│   ├── Blocked          certainly not delivered; the lane waits until someone mends it
│   │   └── Gone         this very place was deleted or closed; those around it may be open
│   ├── Rejected         certainly not delivered, and never will be
│   │   └── Unwelcome    this person takes no private messages of ours
│   └── Uncertain        perhaps delivered: look, or send again
├── FileUnavailable      an attachment can't be fetched from where it came
├── TranslationError     no translation was made
│   ├── NoModel          nothing installed serves this pair of languages
│   └── EngineFailed     the engine answered with nothing usable
└── Refused              a person asked for something that can't be; holds a sentence for them
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, cast


class CatbridgeError(Exception):
    """The root: catching it catches nothing of the standard library or a platform's."""


class Severity(StrEnum):
    """The worst first."""

    BROKEN = "broken"  # messages do not cross, or something people rely on does not work
    WARNING = "warning"
    NOTE = "fine-to-know"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the operator must mend: where, what is wrong, and how to mend it.

    A look at everything also finds what is only worth knowing, and what is as it should be: then
    there is no remedy. `code` names the finding for programs and handbooks, and never changes.

    `reason` and `remedy` are catalogue entries (English) filled from `values`, of which tuples are
    lists of words, or sentences that are in the operator's language already and have no values.
    """

    key: str
    reason: str
    remedy: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    severity: Severity = Severity.BROKEN
    code: str = "config"

    @property
    def is_light(self) -> bool:
        """Whether nothing needs to be done about it."""
        return self.severity in {Severity.NOTE, Severity.OK}

    def __str__(self) -> str:
        sentences = f"{self.reason} {self.remedy}".rstrip()
        shown = {
            name: ", ".join(map(str, cast("tuple[object, ...]", value)))
            if isinstance(value, tuple)
            else value
            for name, value in self.values.items()
        }
        return f"{self.key}: {sentences.format(**shown) if shown else sentences}"


class Misconfigured(CatbridgeError):
    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def united(cls, group: BaseExceptionGroup[Misconfigured]) -> Misconfigured:
        """All the problems of a task group's errors as one error."""
        problems: list[Problem] = []
        for error in group.exceptions:
            is_group = isinstance(error, BaseExceptionGroup)
            problems += cls.united(error).problems if is_group else error.problems
        return cls(*problems)


class DeliveryError(CatbridgeError):
    """`reason` is for the log and the trace: a short English phrase without message text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transient(DeliveryError):
    """`retry_after`: seconds the platform asked for, or None to let the back-off decide."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Blocked(DeliveryError):
    """The destination is closed to us: rights lost, channel deleted, bot kicked."""


class Gone(Blocked):
    """This very place was deleted, or closed for everybody; those around it may be open."""


class Rejected(DeliveryError):
    """This message is refused for what it is (too large, empty, not found)."""


class Unwelcome(Rejected):
    """A person's private chat is closed to us: never opened, or we were blocked."""


class Uncertain(DeliveryError):
    """The connection broke after the request went out."""


class FileUnavailable(CatbridgeError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TranslationError(CatbridgeError):
    pass


class NoModel(TranslationError):
    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no model translates {source} to {target}")
        self.source = source
        self.target = target


# Who must mend it, in a word: for breakers, metrics and `check`.
Trouble = Literal[
    "answer",  # what came back is no answer
    "budget",  # the operator's characters for today are used up
    "busy",  # asked to come back later
    "certificate",  # not the server it says it is
    "key",  # refused
    "missing",  # no such model or address
    "quota",  # what was paid for is used up
    "refused",  # this request, for what it is
    "resting",  # left alone after failures
    "server",  # out of order
    "slow",  # no answer in time
    "unreachable",
]


class EngineFailed(TranslationError):
    """`reason` holds no text of a message and no secret. `retry_after`: seconds it asked for."""

    def __init__(
        self, reason: str, *, trouble: Trouble = "answer", retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.trouble: Trouble = trouble
        self.retry_after = retry_after


class Refused(CatbridgeError):
    """`message` is a catalogue entry (English), filled from `values` in the reader's language."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
