"""Making, changing and removing messages: what a REST call and a person's post have in common."""

from __future__ import annotations

import mimetypes
import re
import struct
import time
from typing import Any

from . import validation
from .payloads import member_part, public
from .state import Channel, File, Payload, State

_MENTION = re.compile(r"<@(!?|&)(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

REPLY = 19
SUPPRESSED_EMBEDS, EPHEMERAL, LOADING = 1 << 2, 1 << 6, 1 << 7


def create(
    state: State,
    channel: Channel,
    author: Payload,
    body: Payload,
    files: dict[int, File] | None = None,
    *,
    extra: Payload | None = None,
    hidden: bool = False,
) -> Payload:
    """Stores a message and announces it; a hidden (ephemeral) one is neither stored nor seen."""
    files = files or {}
    validation.check_message(body)
    validation.check_files(files, state.upload_limit)
    message = _blank(state, channel, author)
    message["content"] = str(body.get("content") or "").strip()
    message["embeds"] = _rich(body.get("embeds"))
    message["components"] = body.get("components") or []
    message["flags"] = int(body.get("flags") or 0)
    message["attachments"] = _attach(state, channel, body.get("attachments"), files)
    message |= extra or {}
    allowed = body.get("allowed_mentions")
    message["_allowed_mentions"] = allowed
    _mention(state, channel, message, allowed)
    if not message["flags"] & LOADING:
        parts = message["attachments"], message["embeds"], message["components"]
        validation.check_not_empty(message["content"], *parts, body.get("poll"))
    if not hidden:
        channel.log.add(message)
        announce(state, channel, "MESSAGE_CREATE", message)
    return message


def edit(
    state: State,
    channel: Channel,
    message: Payload,
    body: Payload,
    files: dict[int, File] | None = None,
    *,
    hidden: bool = False,
) -> None:
    """Changes what the body names; without allowed_mentions the content is parsed afresh."""
    files = files or {}
    validation.check_message(body)
    validation.check_files(files, state.upload_limit)
    content = body["content"] if "content" in body else message["content"]
    embeds = _rich(body["embeds"]) if "embeds" in body else message["embeds"]
    parts = body["components"] or [] if "components" in body else message["components"]
    attachments = _kept(state, channel, message, body.get("attachments"), files)
    validation.check_not_empty(content, embeds, parts, attachments)
    message["content"] = str(content or "").strip()
    message["embeds"], message["components"], message["attachments"] = embeds, parts, attachments
    if "flags" in body:
        message["flags"] = int(body["flags"] or 0) | message["flags"] & EPHEMERAL
    message["flags"] &= ~LOADING
    if "content" in body:
        message["_edit_allowed_mentions"] = body.get("allowed_mentions")
        _mention(state, channel, message, body.get("allowed_mentions"))
    message["edited_timestamp"] = state.now()
    if not hidden:
        announce(state, channel, "MESSAGE_UPDATE", message)


def delete(state: State, channel: Channel, *ids: str) -> None:
    """Removes the messages that exist: one alone as DELETE, several together as DELETE_BULK."""
    gone = [one for one in ids if channel.log.remove(one) is not None]
    place: Payload = {"channel_id": channel.id}
    if channel.guild_id is not None:
        place["guild_id"] = channel.guild_id
    if len(ids) > 1 and gone:
        _emit(state, channel, "MESSAGE_DELETE_BULK", {"ids": gone, **place})
    elif gone:
        _emit(state, channel, "MESSAGE_DELETE", {"id": gone[0], **place})
    state.touch()


def announce(state: State, channel: Channel, event: str, message: Payload) -> None:
    """Dispatches a message with what only the gateway adds: the guild and the member."""
    shown = public(state, message)
    if channel.guild_id is not None:
        guild = state.guilds[channel.guild_id]
        shown["guild_id"] = guild.id
        if "webhook_id" not in message or "interaction_metadata" in message:
            shown["member"] = member_part(guild, message["author"]["id"])
        shown["mentions"] = [
            user | {"member": part} if (part := member_part(guild, user["id"])) else user
            for user in message["mentions"]
        ]
    _emit(state, channel, event, shown)
    state.touch()


def _emit(state: State, channel: Channel, event: str, body: Payload) -> None:
    state.emit(event, body, guild_id=channel.guild_id, channel=channel)


def _blank(state: State, channel: Channel, author: Payload) -> Payload:
    return {
        "id": state.snowflake(),
        "type": 0,
        "channel_id": channel.id,
        "author": author,
        "content": "",
        "timestamp": state.now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "flags": 0,
        "_received_at": time.perf_counter(),
    }


def _rich(embeds: list[Payload] | None) -> list[Payload]:
    return [{"type": "rich", **embed} for embed in embeds or []]


def _mention(state: State, channel: Channel, message: Payload, allowed: Any) -> None:
    content = message["content"]
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    rule = allowed or {}
    users: dict[str, Payload] = {}
    roles: dict[str, None] = {}
    for kind, target in _MENTION.findall(content) if "<@" in content else ():
        if kind == "&":
            if "roles" in parse or target in map(str, rule.get("roles") or ()):
                roles[target] = None
        elif target in state.users and (
            "users" in parse or target in map(str, rule.get("users") or ())
        ):
            users[target] = state.users[target]
    reference = message.get("message_reference")
    if reference is not None and (allowed is None or rule.get("replied_user")):
        target = channel.log.by_id.get(reference["message_id"])
        if target is not None and "webhook_id" not in target:
            users[target["author"]["id"]] = target["author"]
    message["mentions"] = list(users.values())
    message["mention_roles"] = list(roles)
    message["mention_everyone"] = "everyone" in parse and bool(_EVERYONE.search(content))


def _attach(
    state: State, channel: Channel, described: list[Payload] | None, files: dict[int, File]
) -> list[Payload]:
    notes = {str(one.get("id")): one for one in described or []}
    return [
        upload(state, channel, file, notes.get(str(place), {})) for place, file in files.items()
    ]


def _kept(
    state: State,
    channel: Channel,
    message: Payload,
    described: list[Payload] | None,
    files: dict[int, File],
) -> list[Payload]:
    old = message["attachments"]
    if described is not None:
        kept = {str(one["id"]) for one in described}
        old = [one for one in old if one["id"] in kept]
    return old + _attach(state, channel, described, files)


def upload(state: State, channel: Channel, file: File, note: Payload) -> Payload:
    """Keeps a file for the CDN and gives its attachment object."""
    name, content, kind = file
    file_id = state.snowflake()
    wanted = str(note.get("filename") or name)
    safe = _UNSAFE.sub("_", wanted)
    if kind == "application/octet-stream":
        kind = mimetypes.guess_type(safe)[0] or kind
    state.files[f"/attachments/{channel.id}/{file_id}/{safe}"] = (safe, content, kind)
    url = f"{state.base_url}/attachments/{channel.id}/{file_id}/{safe}?ex=7fffffff&is=1&hm=0&"
    shown: Payload = {
        "id": file_id,
        "filename": safe,
        "size": len(content),
        "url": url,
        "proxy_url": url,
        "content_type": kind,
    }
    if safe != wanted:
        shown["title"] = wanted.rpartition(".")[0]
    if note.get("description"):
        shown["description"] = note["description"]
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        shown["width"], shown["height"] = struct.unpack(">II", content[16:24])
    return shown
