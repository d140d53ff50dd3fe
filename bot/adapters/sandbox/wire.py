"""What a message is made of in a room's row, and how the page gets it. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from bot.adapters.sandbox.files import address_of
from bot.cog import Button
from bot.core.model import Attachment, File, MessageId, Part, Translation
from bot.core.richtext import RichText
from bot.store.sandbox import Stored

REACTIONS = ("❤️", "😂", "🐱", "👍")  # what the page offers, in this order


def body_of(
    *,
    name: str,
    avatar: str,
    text: RichText,
    files: Sequence[Attachment] = (),
    reply_to: str | None = None,
) -> dict[str, Any]:
    """A message as somebody wrote it. `name` is empty where Catbridge itself speaks."""
    return {
        "name": name,
        "avatar": avatar,
        "text": text.to_json(),
        "files": [file.to_json() for file in files],
        "reply_to": reply_to,
    }


def body_of_part(part: Part, *, avatar: str, files: Sequence[Attachment]) -> dict[str, Any]:
    body = body_of(
        name=part.author.name if part.author else "",
        avatar=avatar,
        text=part.text,
        files=files,
        reply_to=part.reply_to,
    )
    return body | _crossing(part) | {"buttons": shown_buttons(part.buttons)}


def shown(row: Stored) -> dict[str, Any]:
    """The row as JSON for the page. Times are milliseconds since 1970."""
    message: dict[str, Any] = {
        "id": str(row.id),
        "revision": row.revision,
        "room": row.room,
        "key": row.key,
        "person": row.person,
        "is_ours": row.is_ours,
        "sent_at": int(row.sent_at.timestamp() * 1000),
        "is_edited": row.edited_at is not None,
        "is_deleted": row.is_deleted,
    }
    if row.is_deleted:
        return message
    files = [shown_file(Attachment.from_json(stored)) for stored in row.body["files"]]
    return message | dict(row.body) | {"files": files, "reactions": _reactions(row.body)}


def shown_file(file: Attachment) -> dict[str, Any]:
    return {
        "hash": file.source,
        "name": file.name,
        "mime": file.mime,
        "kind": file.kind.value,
        "size": file.size,
        "is_spoiler": file.is_spoiler,
        "url": address_of(file),
    }


def handed_over(file: File) -> dict[str, Any]:
    """A file that goes to one person and is written down nowhere: its address holds it."""
    content = b64encode(file.content).decode()
    return {
        "hash": "",
        "name": file.name,
        "mime": file.mime,
        "kind": file.kind.value,
        "size": len(file.content),
        "is_spoiler": file.is_spoiler,
        "url": f"data:{file.mime};base64,{content}",
    }


def shown_buttons(buttons: Sequence[Button]) -> list[dict[str, str]]:
    return [
        {"label": b.label, "action": b.action, "argument": b.argument, "style": b.style}
        for b in buttons
        if not b.opens_private  # the page has no private chats
    ]


def _reactions(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = [one for one in body.get("reactions", ()) if one["is_added"]]
    people = {
        emoji: [{"person": o["person"], "name": o["name"]} for o in given if o["emoji"] == emoji]
        for emoji in REACTIONS
    }
    elsewhere: Mapping[str, int] = body.get("elsewhere", {})
    return [
        {"emoji": emoji, "people": people.get(emoji, []), "elsewhere": elsewhere.get(emoji, 0)}
        for emoji in dict.fromkeys([*REACTIONS, *elsewhere])
        if people.get(emoji) or emoji in elsewhere
    ]


def _crossing(part: Part) -> dict[str, Any]:
    return {
        "original": part.original.to_json() if part.original else None,
        "translation": _translation(part.translation) if part.translation else None,
        "origins": [_ref(origin) for origin in part.origins],
    }


def _ref(message: MessageId) -> dict[str, str]:
    return {"platform": message.channel.platform, "room": message.channel.id, "id": message.id}


def _translation(made: Translation) -> dict[str, Any]:
    return {
        "source": made.source,
        "target": made.target,
        "engine": made.engine,
        "label": made.label,
        "steps": [
            {"name": step.name, "detail": step.detail, "milliseconds": step.milliseconds}
            for step in made.steps
        ],
    }
