"""Which files Telegram shows together, as one album. Pure.

Photos and videos stand beside each other, documents and audio only beside their own kind; nothing
else goes into an album. An album has no buttons, and shows the words of its first file only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, takewhile
from typing import Any

from telegram import InputMedia

from bot.adapters.telegram import media
from bot.adapters.telegram.api import upload
from bot.core.model import File, Part

LONGEST = 10  # files
BYTES_LIMIT = 50_000_000  # of one request

_FAMILIES = {media.PHOTO: "seen", media.VIDEO: "seen", media.AUDIO: "heard", media.DOCUMENT: "kept"}
_REFUSED = re.compile(r"failed to send message #(\d+)", re.IGNORECASE)


def length(parts: Sequence[Part]) -> int:
    """How many of these, from the first on, are one album; at least one."""
    family = _family(parts[0])
    if family is None:
        return 1
    beside = takewhile(lambda part: part.is_further and _family(part) == family, parts[1:LONGEST])
    sizes = accumulate(len(part.files[0].content) for part in [parts[0], *beside])
    return max(1, sum(1 for size in sizes if size <= BYTES_LIMIT))


def _family(part: Part) -> str | None:
    if len(part.files) != 1 or part.buttons:
        return None
    return _FAMILIES.get(media.method_for(part.files[0]))


def sendable(reason: str) -> int:
    """How many come before the one that Telegram names in its refusal; at least one."""
    named = _REFUSED.search(reason)
    return max(1, int(named[1]) - 1) if named else 1


def items(parts: Sequence[Part], caption: dict[str, Any]) -> list[InputMedia]:
    """The `media` of `sendMediaGroup`."""
    words = {name: value for name, value in caption.items() if value is not None}
    return [_item(part.files[0], words if number == 0 else {}) for number, part in enumerate(parts)]


def _item(file: File, words: dict[str, Any]) -> InputMedia:
    method = media.method_for(file)
    hidden = {"has_spoiler": True} if method.hides and file.is_spoiler else {}
    return InputMedia(method.field, upload(file, attach=True), api_kwargs=words | hidden)
