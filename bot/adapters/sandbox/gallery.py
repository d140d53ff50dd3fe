"""All pictures of the rooms, once each: what crossed is shown where it came from. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.adapters.sandbox.inbound import PLATFORM
from bot.adapters.sandbox.wire import shown_file
from bot.core.model import Attachment, AttachmentKind
from bot.store.sandbox import Stored

SEEN = frozenset({AttachmentKind.IMAGE.value, AttachmentKind.ANIMATION.value})
# "No. 0042", "#42", "第 42 号": the number that the first line of a message of ours gives out.
RECEIPT = re.compile(
    r"(?:\bno\.\s*|№\s*|#|第\s*|编号[:：]?\s*|編號[:：]?\s*)(\d{1,6})(?!\d)", re.IGNORECASE
)


def pictures(rows: Sequence[Stored], languages: Mapping[str, str]) -> list[dict[str, Any]]:
    """Newest first. `languages` are the rooms'; a caption is there in each it was said in."""
    receipts = dict(_receipts(rows))
    copies: dict[object, list[Stored]] = {}
    for origin, row in _with_origins(rows):
        copies.setdefault(origin, []).append(row)
    entries = (_entry(rows[::-1], languages, receipts) for rows in copies.values())
    return [entry for entry in entries if entry["files"]]


def _entry(
    together: Sequence[Stored],
    languages: Mapping[str, str],
    receipts: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """`together`, oldest first: the original where it was written here, and its copies."""
    first = together[0]
    numbers = (receipts.get((each.room, str(each.id))) for each in together)
    captions: dict[str, str] = {}
    for room in dict.fromkeys(each.room for each in together):
        parts = (each.body["text"]["text"] for each in together if each.room == room)
        captions.setdefault(languages[room], "\n".join(filter(None, parts)))
    return {
        "id": str(first.id),
        "room": first.room,
        "person": first.person,
        "name": first.body["name"],
        "avatar": first.body["avatar"],
        "is_ours": first.is_ours,
        "sent_at": int(first.sent_at.timestamp() * 1000),
        "captions": captions,
        "files": [file for each in together if each.room == first.room for file in _files(each)],
        "receipt": next((number for number in numbers if number), None),
    }


def _with_origins(rows: Iterable[Stored]) -> Iterable[tuple[object, Stored]]:
    """Each message with what it is, or is a copy of.

    We say the same in several rooms: a picture of ours is one with its like in the other rooms.
    """
    shown: Counter[object] = Counter()
    for row in rows:
        sources = tuple(file["hash"] for file in _files(row))
        if row.body.get("origins"):
            origin = row.body["origins"][0]
            yield (origin["platform"], origin["room"], origin["id"]), row
        elif _is_own(row) and sources:
            shown[row.room, sources] += 1
            yield (sources, shown[row.room, sources]), row
        else:
            yield (PLATFORM, row.room, str(row.id)), row


def _is_own(row: Stored) -> bool:
    return row.is_ours and not row.body["name"]


def _files(row: Stored) -> list[dict[str, Any]]:
    return [
        shown_file(Attachment.from_json(file)) for file in row.body["files"] if file["kind"] in SEEN
    ]


def _receipts(rows: Iterable[Stored]) -> Iterable[tuple[tuple[str, str], str]]:
    """A number that our own words give to a message: to themselves, or to what they answer."""
    for row in rows:
        first_line = row.body["text"]["text"].partition("\n")[0] if _is_own(row) else ""
        if found := RECEIPT.search(first_line):
            yield (row.room, str(row.id)), found[1]
            if row.body["reply_to"]:
                yield (row.room, row.body["reply_to"]), found[1]
