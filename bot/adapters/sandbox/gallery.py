"""All pictures of the rooms, once each: what crossed is shown where it came from. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.adapters.sandbox.wire import shown_file
from bot.core.model import Attachment, AttachmentKind
from bot.store.sandbox import Stored

SEEN = frozenset({AttachmentKind.IMAGE.value, AttachmentKind.ANIMATION.value})
# "No. 0042", "#42", "第 42 号": the number that a message of ours gives out.
RECEIPT = re.compile(r"(?:\bno\.\s*|№\s*|#|第\s*|编号[:：]?\s*|編號[:：]?\s*)(\d{1,6})(?!\d)", re.IGNORECASE)


def pictures(rows: Sequence[Stored], languages: Mapping[str, str]) -> list[dict[str, Any]]:
    """Newest first. `languages` are the rooms'; a caption is there in each it was said in."""
    receipts = dict(_receipts(rows))
    copies: dict[tuple[str, str, str], list[Stored]] = {}
    for row in rows:
        copies.setdefault(_origin(row), []).append(row)
    return [
        _entry(together, languages, receipts)
        for together in copies.values()
        if _files(together[-1])  # the oldest: the original where it is one of ours
    ]


def _entry(
    together: Sequence[Stored],
    languages: Mapping[str, str],
    receipts: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    row = together[-1]
    numbers = (receipts.get((each.room, str(each.id))) for each in together)
    return {
        "id": str(row.id),
        "room": row.room,
        "person": row.person,
        "name": row.body["name"],
        "avatar": row.body["avatar"],
        "is_ours": row.is_ours,
        "sent_at": int(row.sent_at.timestamp() * 1000),
        "captions": {languages[each.room]: each.body["text"]["text"] for each in together},
        "files": _files(row),
        "receipt": next((number for number in numbers if number), None),
    }


def _origin(row: Stored) -> tuple[str, str, str]:
    """Which message this is, or is a copy of."""
    for origin in row.body.get("origins", ()):
        return origin["platform"], origin["room"], origin["id"]
    return "sandbox", row.room, str(row.id)


def _files(row: Stored) -> list[dict[str, Any]]:
    return [
        shown_file(Attachment.from_json(file)) for file in row.body["files"] if file["kind"] in SEEN
    ]


def _receipts(rows: Iterable[Stored]) -> Iterable[tuple[tuple[str, str], str]]:
    """A number that our own words give to a message: to themselves, or to what they answer."""
    for row in rows:
        if not row.is_ours or row.body["name"]:
            continue
        found = RECEIPT.search(row.body["text"]["text"])
        if found:
            yield (row.room, str(row.id)), found[1]
            if row.body["reply_to"]:
                yield (row.room, row.body["reply_to"]), found[1]
