"""Discord's rules for the body of a message; a broken one is answered with code 50035."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import api_error, bad_length, invalid_form, leaf, required, too_long
from .state import File, Payload

_URL = re.compile(r"https?://\S+\Z")


def check_message(body: Payload) -> None:
    """Raises for content, embeds, mentions or components that Discord would refuse."""
    errors: dict[str, Any] = {}
    content = body.get("content")
    if content is not None and len(str(content)) > 2000:
        errors["content"] = too_long(2000)
    embeds = _embeds(body.get("embeds") or [])
    if embeds:
        errors["embeds"] = embeds
    mentions = _mentions(body.get("allowed_mentions") or {})
    if mentions:
        errors["allowed_mentions"] = mentions
    components = _components(body.get("components") or [])
    if components:
        errors["components"] = components
    if len(str(body.get("nonce") or "")) > 25:
        errors["nonce"] = leaf("NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer in length.")
    if errors:
        raise invalid_form(errors)


def check_not_empty(content: Any, *others: Any) -> None:
    if not str(content or "").strip() and not any(others):
        raise api_error(50006)


def check_files(files: dict[int, File], limit: int) -> None:
    if len(files) > 10:
        raise invalid_form({"files": too_long(10)})
    if any(len(file[1]) > limit for file in files.values()):
        raise api_error(40005)


def check_webhook_name(name: Any, *, field: str) -> None:
    """A webhook's name: 1-80 characters, not "discord" or "clyde" in any case."""
    trimmed = str(name).strip()
    if not trimmed:
        raise invalid_form({field: required()})
    if len(trimmed) > 80:
        raise invalid_form({field: bad_length(1, 80)})
    for word in ("discord", "clyde"):
        if word in trimmed.lower():
            fault = leaf("USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
            raise invalid_form({field: fault})


def check_url(value: Any, *, field: str) -> None:
    if len(str(value)) > 2048:
        raise invalid_form({field: too_long(2048)})
    if not _URL.match(str(value)):
        raise invalid_form({field: leaf("URL_TYPE_INVALID_URL", "Not a well formed URL.")})


def _embeds(embeds: list[Payload]) -> dict[str, Any]:
    if len(embeds) > 10:
        return too_long(10)
    errors: dict[str, Any] = {}
    limits = {"title": 256, "description": 4096}
    for place, embed in enumerate(embeds):
        wrong = {
            key: too_long(most) for key, most in limits.items() if len(embed.get(key) or "") > most
        }
        if wrong:
            errors[str(place)] = wrong
    if not errors and sum(_embed_size(embed) for embed in embeds) > 6000:
        message = "Embed size exceeds maximum size of 6000"
        return leaf("MAX_EMBED_SIZE_EXCEEDED", message)
    return errors


def _embed_size(embed: Payload) -> int:
    texts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
    ]
    for part in embed.get("fields") or []:
        texts += [part.get("name"), part.get("value")]
    return sum(len(text or "") for text in texts)


def _mentions(allowed: Payload) -> dict[str, Any]:
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            return leaf("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        if len(allowed.get(kind) or []) > 100:
            return {kind: too_long(100)}
    return {}


def each_component(components: list[Payload]) -> Iterator[Payload]:
    """Every component in these rows, nested ones too."""
    for one in components:
        yield one
        yield from each_component(one.get("components") or [])
        if "accessory" in one:
            yield one["accessory"]


def _components(rows: list[Payload]) -> dict[str, Any]:
    action_rows = [row for row in rows if row.get("type") == 1]
    if len(action_rows) == len(rows) > 5:
        return too_long(5)
    for place, row in enumerate(rows):
        if row.get("type") == 1 and not 1 <= len(row.get("components") or []) <= 5:
            return {str(place): {"components": bad_length(1, 5)}}
    seen: set[str] = set()
    for part in each_component(rows):
        custom_id = part.get("custom_id")
        if len(part.get("label") or "") > 80:
            return leaf("BASE_TYPE_MAX_LENGTH", "label: Must be 80 or fewer in length.")
        if part.get("type") == 2 and not (custom_id or part.get("url") or part.get("sku_id")):
            return leaf("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
        if custom_id is None:
            continue
        if not 1 <= len(custom_id) <= 100:
            return bad_length(1, 100)
        if custom_id in seen:
            message = "Component custom id cannot be duplicated"
            return leaf("COMPONENT_CUSTOM_ID_DUPLICATED", message)
        seen.add(custom_id)
    return {}
