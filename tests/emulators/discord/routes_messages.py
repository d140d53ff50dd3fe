"""Routes about the messages of a channel and their reactions."""

from __future__ import annotations

import re
import time

from . import messages
from .errors import ApiError, api_error, bad_length, invalid_form, leaf
from .payloads import public, reads_content, without_content
from .permissions import (
    ADD_REACTIONS,
    ATTACH_FILES,
    MANAGE_CHANNELS,
    MANAGE_MESSAGES,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
)
from .rest import Call, route
from .routes_channels import announce_channel
from .state import EPOCH_MS, Channel, Payload, State

_TWO_WEEKS_MS = 14 * 24 * 3600 * 1000
_MOST_REACTIONS = 20  # kinds under one message
_CUSTOM_EMOJI = re.compile(r"(\w+):(\d+)\Z")


def shown(state: State, message: Payload) -> Payload:
    """A message over REST: an app without the message content intent sees no content there."""
    plain = public(state, message)
    if state.content_hidden and not reads_content(state, message):
        return without_content(plain)
    return plain


@route("GET", "/channels/{id}/messages")
def history(call: Call, channel_id: str) -> list[Payload]:
    channel = call.state.channel(channel_id)
    if not channel.holds_messages:
        raise api_error(50008)
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        message = "int value should be less than or equal to 100."
        raise invalid_form({"limit": leaf("NUMBER_TYPE_MAX", message)})
    if not call.state.bot_permissions(channel) & READ_MESSAGE_HISTORY:
        return []
    named = ("before", "after", "around")
    edges = {key: int(call.query[key]) for key in named if key in call.query}
    return [shown(call.state, one) for one in channel.log.window(limit, **edges)]


@route("GET", "/channels/{id}/messages/{id}")
def message(call: Call, channel_id: str, message_id: str) -> Payload:
    channel = call.state.channel(channel_id)
    call.state.need(channel, READ_MESSAGE_HISTORY)
    return shown(call.state, call.state.message(channel, message_id))


@route("POST", "/channels/{id}/messages", bucket="messages")
def post(call: Call, channel_id: str) -> Payload:
    state, body = call.state, call.body
    channel = state.channel(channel_id)
    _may_post(call, channel)
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        known = state.nonces.get((channel.id, str(nonce)))
        if known is not None:
            return public(state, known)
    extra: Payload = {} if nonce is None else {"nonce": nonce}
    reference = body.get("message_reference")
    if reference is not None:
        extra |= _reply(state, channel, reference)
    made = messages.create(state, channel, state.users[state.bot_id], body, call.files, extra=extra)
    if nonce is not None:
        state.nonces[channel.id, str(nonce)] = made
    return public(state, made)


def _may_post(call: Call, channel: Channel) -> None:
    state = call.state
    if not channel.holds_messages:
        raise api_error(50008)
    if channel.recipient is not None and not channel.open:
        raise api_error(50007)
    state.need(channel, SEND_MESSAGES_IN_THREADS if channel.is_thread else SEND_MESSAGES)
    if call.files:
        state.need(channel, ATTACH_FILES)
    if channel.archived and channel.locked:
        raise api_error(50083)
    slow = channel.rate_limit_per_user
    if slow and not state.bot_permissions(channel) & (MANAGE_MESSAGES | MANAGE_CHANNELS):
        _slow_mode(state, channel, slow)
    unarchive(state, channel)


def _slow_mode(state: State, channel: Channel, seconds: int) -> None:
    for one in reversed(channel.log.by_id.values()):
        if one["author"]["id"] == state.bot_id:
            waited = time.perf_counter() - one["_received_at"]
            if waited < seconds:
                text = "This action cannot be performed due to slowmode rate limit."
                error = ApiError(429, 20016, text)
                error.extra = {"retry_after": round(seconds - waited, 3), "global": False}
                raise error
            return


def unarchive(state: State, thread: Channel) -> None:
    """A message wakes an archived thread, as on Discord."""
    if thread.archived:
        thread.archived = False
        announce_channel(state, thread, "UPDATE")


def _reply(state: State, channel: Channel, reference: Payload) -> Payload:
    target = str(reference.get("message_id"))
    if target not in channel.log.by_id:
        if reference.get("fail_if_not_exists") is False:
            return {}
        text = "Unknown message"
        raise invalid_form({"message_reference": leaf("REPLIES_UNKNOWN_MESSAGE", text)})
    return reply_part(channel, target)


def reply_part(channel: Channel, message_id: str) -> Payload:
    reference = {"type": 0, "channel_id": channel.id, "message_id": message_id}
    if channel.guild_id is not None:
        reference["guild_id"] = channel.guild_id
    return {"type": messages.REPLY, "message_reference": reference}


@route("PATCH", "/channels/{id}/messages/{id}", bucket="edit")
def edit(call: Call, channel_id: str, message_id: str) -> Payload:
    state = call.state
    channel = state.channel(channel_id)
    one = state.message(channel, message_id)
    if one["author"]["id"] != state.bot_id:
        if set(call.body) - {"flags"}:
            raise api_error(50005)
        state.need(channel, MANAGE_MESSAGES)
    if channel.archived:
        raise api_error(50083)
    messages.edit(state, channel, one, call.body, call.files)
    return public(state, one)


@route("DELETE", "/channels/{id}/messages/{id}", bucket="delete")
def delete(call: Call, channel_id: str, message_id: str) -> None:
    channel = call.state.channel(channel_id)
    if call.state.message(channel, message_id)["author"]["id"] != call.state.bot_id:
        call.state.need(channel, MANAGE_MESSAGES)
    if channel.archived:
        raise api_error(50083)
    messages.delete(call.state, channel, message_id)


@route("POST", "/channels/{id}/messages/bulk-delete", bucket="bulk-delete")
def bulk_delete(call: Call, channel_id: str) -> None:
    channel = call.state.channel(channel_id)
    call.state.need(channel, MANAGE_MESSAGES)
    ids = list(dict.fromkeys(str(one) for one in call.body["messages"]))
    if not 2 <= len(ids) <= 100:
        raise invalid_form({"messages": bad_length(2, 100)})
    oldest = call.state.clock() * 1000 - EPOCH_MS - _TWO_WEEKS_MS
    if any(int(one) >> 22 < oldest for one in ids):
        raise api_error(50034)
    messages.delete(call.state, channel, *ids)


@route("POST", "/channels/{id}/typing")
def typing(call: Call, channel_id: str) -> None:
    call.state.need(call.state.channel(channel_id), SEND_MESSAGES)


@route("PUT", "/channels/{id}/messages/{id}/reactions/{emoji}/@me", bucket="reactions")
def add_reaction(call: Call, channel_id: str, message_id: str, emoji: str) -> None:
    channel = call.state.channel(channel_id)
    call.state.need(channel, READ_MESSAGE_HISTORY)
    one = call.state.message(channel, message_id)
    if channel.archived:
        raise api_error(50083)
    kinds = [kind for kind, users in one.get("_reactors", {}).items() if users]
    if emoji not in kinds:
        call.state.need(channel, ADD_REACTIONS)
        _need_own_server(call.state, emoji)
        if len(kinds) >= _MOST_REACTIONS:
            raise api_error(30010)
    react(call.state, channel, one, call.state.bot_id, emoji)


@route("DELETE", "/channels/{id}/messages/{id}/reactions/{emoji}/{user}", bucket="reactions")
def remove_reaction(call: Call, channel_id: str, message_id: str, emoji: str, user_id: str) -> None:
    channel = call.state.channel(channel_id)
    user = call.state.bot_id if user_id == "@me" else user_id
    if user != call.state.bot_id:
        call.state.need(channel, MANAGE_MESSAGES)
    unreact(call.state, channel, call.state.message(channel, message_id), user, emoji)


@route("DELETE", "/channels/{id}/messages/{id}/reactions")
def remove_reactions(call: Call, channel_id: str, message_id: str) -> None:
    channel = call.state.channel(channel_id)
    call.state.need(channel, MANAGE_MESSAGES)
    clear(call.state, channel, call.state.message(channel, message_id))


@route("GET", "/channels/{id}/messages/{id}/reactions/{emoji}")
def reactors(call: Call, channel_id: str, message_id: str, emoji: str) -> list[Payload]:
    channel = call.state.channel(channel_id)
    one = call.state.message(channel, message_id)
    ids = one.get("_reactors", {}).get(emoji, [])
    return [call.state.users[user] for user in ids]


def _emoji(emoji: str) -> Payload:
    custom = _CUSTOM_EMOJI.search(emoji)
    if custom is not None:
        return {"id": custom[2], "name": custom[1], "animated": False}
    if emoji.isascii() and not emoji[:1].isdigit() and emoji[:1] not in "#*":
        raise api_error(10014)
    return {"id": None, "name": emoji}


def _need_own_server(state: State, emoji: str) -> None:
    """Custom emoji are their server's; the emulated ones have none."""
    if _CUSTOM_EMOJI.search(emoji) is not None:
        raise api_error(10014)


def clear(state: State, channel: Channel, one: Payload, emoji: str = "") -> None:
    """A moderator takes everybody's reactions away: all of them, or one emoji."""
    given = one.setdefault("_reactors", {})
    for kind in [emoji] if emoji else list(given):
        given.pop(kind, None)
    _count(state, one)
    body = {"channel_id": channel.id, "message_id": one["id"], "guild_id": channel.guild_id}
    if emoji:
        body["emoji"] = _emoji(emoji)
    _emit(state, channel, f"MESSAGE_REACTION_REMOVE_{'EMOJI' if emoji else 'ALL'}", body)


def react(state: State, channel: Channel, one: Payload, user_id: str, emoji: str) -> None:
    shape = _emoji(emoji)
    reacted = one.setdefault("_reactors", {}).setdefault(emoji, [])
    if user_id in reacted:
        return
    reacted.append(user_id)
    _count(state, one)
    body = _reaction(channel, one, user_id, shape)
    body["message_author_id"] = one["author"]["id"]
    if channel.guild_id is not None:
        body["member"] = state.guilds[channel.guild_id].members[user_id]
    _emit(state, channel, "MESSAGE_REACTION_ADD", body)


def unreact(state: State, channel: Channel, one: Payload, user_id: str, emoji: str) -> None:
    shape = _emoji(emoji)
    reacted = one.get("_reactors", {}).get(emoji, [])
    if user_id not in reacted:
        return
    reacted.remove(user_id)
    _count(state, one)
    body = _reaction(channel, one, user_id, shape)
    _emit(state, channel, "MESSAGE_REACTION_REMOVE", body)


def _emit(state: State, channel: Channel, event: str, body: Payload) -> None:
    state.emit(event, body, guild_id=channel.guild_id, channel=channel)
    state.touch()


def _reaction(channel: Channel, one: Payload, user_id: str, emoji: Payload) -> Payload:
    body = {
        "user_id": user_id,
        "channel_id": channel.id,
        "message_id": one["id"],
        "emoji": emoji,
        "burst": False,
        "type": 0,
    }
    return body if channel.guild_id is None else body | {"guild_id": channel.guild_id}


def _count(state: State, one: Payload) -> None:
    one["reactions"] = [
        {
            "emoji": _emoji(emoji),
            "count": len(users),
            "count_details": {"normal": len(users), "burst": 0},
            "me": state.bot_id in users,
            "me_burst": False,
            "burst_colors": [],
        }
        for emoji, users in one["_reactors"].items()
        if users
    ]
