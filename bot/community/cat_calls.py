"""When someone calls a picture cat tax, and when a side's week of cats is over. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import Attachment, AttachmentKind
from bot.core.richtext import RichText, Style

CATCH_UP = timedelta(hours=24)  # a week that is over for longer is not shown any more

_CALL = re.compile(r"[猫貓]\s*[税稅]|(?<![a-z0-9])cat[\s_-]*tax(?:es|ed)?(?![a-z])")
_NOT_FOR_ALL = re.compile(r"(?<![a-z])nsfw(?![a-z])")
_PICTURES = {AttachmentKind.IMAGE, AttachmentKind.ANIMATION, AttachmentKind.FILE}


def is_call(text: str) -> bool:
    """“交猫税”, “cat tax”, “#cattax”: in either width and case, with spaces or without."""
    return _CALL.search(_plain(text)) is not None


def is_hidden(text: RichText, picture: Attachment) -> bool:
    """Its sender covered it, or says that it is not for everyone's eyes."""
    is_covered = any(span.style is Style.SPOILER for span in text.spans)
    return picture.is_spoiler or is_covered or bool(_NOT_FOR_ALL.search(_plain(text.text)))


def picture_in(attachments: Sequence[Attachment]) -> Attachment | None:
    """The picture that is meant: the first that is not covered, else the first."""
    pictures = [one for one in attachments if is_picture(one)]
    return next((one for one in pictures if not one.is_spoiler), next(iter(pictures), None))


def is_picture(attachment: Attachment) -> bool:
    is_image = attachment.kind is AttachmentKind.IMAGE or attachment.mime.startswith("image/")
    return is_image and attachment.kind in _PICTURES


def _plain(text: str) -> str:
    """Narrow, small, and without what has no width."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in narrow if unicodedata.category(sign) != "Cf")


@dataclass(frozen=True, slots=True)
class Week:
    """What was paid after `since` and not after `until`; `key` names it, as 2025-W03."""

    key: str
    since: datetime
    until: datetime
    days: str


def last_week(now: datetime, *, weekday: int, hour: int, zone: str) -> Week:
    """The latest that is over: they end on this ISO weekday at this hour of the zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    last = today - timedelta(days=(today.isoweekday() - weekday) % 7)
    if _moment(last, hour, zone) > now:
        last -= timedelta(days=7)
    year, number, _ = last.isocalendar()
    first = last - timedelta(days=7)
    days = f"{first + timedelta(days=1)} – {last}"
    return Week(
        f"{year}-W{number:02d}", _moment(first, hour, zone), _moment(last, hour, zone), days
    )


def monday(now: datetime, zone: str) -> datetime:
    """When this week began there."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return _moment(today - timedelta(days=today.weekday()), 0, zone)


def _moment(day: date, hour: int, zone: str) -> datetime:
    """In UTC: times of one zone are compared by their clocks' hands, which jump twice a year."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
