"""Structured logs on stderr: what happened to which message, never what it says, never a secret.

Other libraries' loggers are routed through the same formatter, so that the same rules hold there.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import textwrap
import traceback
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import is_dataclass
from typing import Any, Literal

import structlog
from structlog.typing import ExcInfo, Processor

from bot.core.errors import CatbridgeError
from bot.core.model import ChannelId, MessageId, PersonId
from bot.i18n import Language, translate

HIDDEN = "***"
SHORTEST_SECRET = 4  # hiding a shorter word would make the log unreadable and tell what it is
# What these say below the level named holds message text, addresses with tokens, or only noise.
QUIETER = {
    "aiohttp": logging.INFO,
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.INFO,
    "discord": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "telegram": logging.INFO,
}
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bot)?[0-9]{6,}:[\w-]{20,}"), rf"\1{HIDDEN}"),  # Telegram token
    (re.compile(r"\b[\w-]{23,}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),  # Discord token
    (re.compile(r"(/(?:webhooks|interactions)/[0-9]+/)[\w.~%-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?s)\b(exception=\w+)\(.*\)(?=>)"), rf"\1({HIDDEN})"),  # asyncio tells of a task
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"), rf"\1{HIDDEN}"),  # password in an address
    (
        re.compile(r"(?m)\[parameters: .*\]$"),
        f"[parameters: {HIDDEN}]",
    ),  # SQL values: people's text
)


def configure(
    level: str = "info",
    log_format: Literal["console", "json"] = "console",
    secrets: Iterable[str] = (),
    language: Language = "en",
) -> None:
    """Send every log line of the process to stderr; calling it again replaces the rules.

    On a console, sentences that are in the catalogues are said in `language`; JSON keeps the
    entries themselves, so that what machines look for does not change.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_values,
    ]
    if log_format == "console" and language != "en":
        before.append(_speaker(language))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(before, _renderer(log_format), secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that can't be written must not come out unredacted
    for name, lowest in QUIETER.items():
        logging.getLogger(name).setLevel(max(lowest, logging.getLogger().level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def about(
    message: MessageId | None = None, *, relay: str | None = None
) -> AbstractContextManager[None]:
    """Every line inside names this message and relay."""
    named = {"message": message and written(message), "relay": relay}
    return structlog.contextvars.bound_contextvars(**{k: v for k, v in named.items() if v})


def written(value: MessageId | ChannelId | PersonId) -> str:
    if isinstance(value, MessageId):
        return f"{value.channel}/{value.id}"
    return f"{value.platform}:{value.id}"


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without the secrets, in every spelling, and without what looks like one."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def traced(exc_info: ExcInfo) -> str:
    """Where it went wrong and what kind of error it was; what it says may be people's text."""
    return "".join(_traced(exc_info[1], set())).rstrip()


def _traced(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traced(before, seen)
        yield "\nwhich led to:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_named(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield textwrap.indent("".join(_traced(one, seen)), "  | ")


def _named(error: BaseException) -> str:
    """Its kind, and what it says where that can't be what somebody wrote."""
    kind = type(error).__qualname__
    match error:
        case CatbridgeError() | ImportError():
            return f"{kind}: {error}"
        case OSError(strerror=str(reason)):
            return f"{kind}: {reason}"
        case AttributeError(name=str(name)) | NameError(name=str(name)):
            return f"{kind}: {name}"
        case _:
            return kind


def _spellings(secrets: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            found |= {secret, repr(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return sorted(found, key=len, reverse=True)  # the longest first: one may hold another


def _name_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Ids in their short form; any other domain value by its type alone: it may hold text."""
    for key, value in event.items():
        if isinstance(value, MessageId | ChannelId | PersonId):
            event[key] = written(value)
        elif is_dataclass(value) and key != "_record":
            event[key] = f"<{type(value).__name__}>"
    return event


def _speaker(language: Language) -> Processor:
    def speak(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        event["event"] = translate(str(event.get("event", "")), language)
        return event

    return speak


def _redact_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Before JSON escapes the ends of lines, which the patterns need."""
    if "exception" in event:
        event["exception"] = redact(event["exception"], ())
    return event


def _renderer(log_format: str) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    # The default formatter of exceptions prints local variables: message text among them.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
        exception_formatter=structlog.dev.plain_traceback,
    )


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that exception texts are covered too."""

    def __init__(self, before: list[Processor], render: Processor, secrets: Iterable[str]) -> None:
        strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        explain = structlog.processors.ExceptionRenderer(traced)
        super().__init__(
            foreign_pre_chain=before, processors=[strip, explain, _redact_exception, render]
        )
        self._secrets = _spellings(secrets)

    def format(self, record: logging.LogRecord) -> str:
        bare = logging.makeLogRecord(record.__dict__ | {"exc_text": None})  # another handler's
        return redact(super().format(bare), self._secrets)
