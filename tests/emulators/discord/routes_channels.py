"""Routes about channels and threads themselves."""

from __future__ import annotations

from . import messages
from .errors import api_error, bad_length, invalid_form, leaf
from .payloads import channel_json, public
from .permissions import (
    CREATE_PRIVATE_THREADS,
    CREATE_PUBLIC_THREADS,
    MANAGE_CHANNELS,
    MANAGE_THREADS,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
)
from .rest import Call, route
from .state import FORUM, MEDIA, NEWS, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Payload, State


def announce_channel(state: State, channel: Channel, what: str, **more: object) -> None:
    """Dispatches CHANNEL_CREATE, THREAD_UPDATE and so on; `what` is the last word."""
    kind = "THREAD" if channel.is_thread else "CHANNEL"
    body = channel_json(state, channel) | more
    # A channel that the bot has just lost sight of is still announced to it as an update.
    state.emit(f"{kind}_{what}", body, guild_id=channel.guild_id)
    state.touch()


def make_thread(
    state: State,
    parent: Channel,
    name: str,
    owner_id: str,
    *,
    thread_id: str | None = None,
    archived: bool = False,
    kind: int = PUBLIC_THREAD,
) -> Channel:
    if not 1 <= len(name) <= 100:
        raise invalid_form({"name": bad_length(1, 100)})
    thread = Channel(
        thread_id or state.snowflake(),
        name,
        kind,
        guild_id=parent.guild_id,
        parent_id=parent.id,
        owner_id=owner_id,
        archived=archived,
        created_at=state.now(),
    )
    thread.thread_members.add(owner_id)
    state.channels[thread.id] = thread
    state.guilds[str(parent.guild_id)].channels[thread.id] = thread
    announce_channel(state, thread, "CREATE", newly_created=True)
    return thread


def remove_channel(state: State, channel: Channel) -> None:
    """Deletes a channel with its threads and webhooks."""
    guild = state.guilds[str(channel.guild_id)]
    for thread in [one for one in guild.channels.values() if one.parent_id == channel.id]:
        if thread.is_thread:
            del state.channels[thread.id], guild.channels[thread.id]
    for webhook in [one for one in state.webhooks.values() if one["channel_id"] == channel.id]:
        del state.webhooks[webhook["id"]]
    announce_channel(state, channel, "DELETE")
    del state.channels[channel.id], guild.channels[channel.id]


@route("GET", "/channels/{id}")
def channel(call: Call, channel_id: str) -> Payload:
    return channel_json(call.state, call.state.channel(channel_id))


@route("PATCH", "/channels/{id}")
def edit(call: Call, channel_id: str) -> Payload:
    state, body = call.state, call.body
    one = state.channel(channel_id)
    own = one.is_thread and one.owner_id == state.bot_id
    if one.is_thread and body == {"archived": False} and not one.locked:
        state.need(one, SEND_MESSAGES)
    elif not own:
        state.need(one, MANAGE_THREADS if one.is_thread else MANAGE_CHANNELS)
    for key in ("name", "topic", "nsfw", "rate_limit_per_user", "archived", "locked", "position"):
        if key in body:
            setattr(one, key, body[key])
    announce_channel(state, one, "UPDATE")
    return channel_json(state, one)


@route("DELETE", "/channels/{id}")
def delete(call: Call, channel_id: str) -> Payload:
    one = call.state.channel(channel_id)
    call.state.need(one, MANAGE_THREADS if one.is_thread else MANAGE_CHANNELS)
    shown = channel_json(call.state, one)
    remove_channel(call.state, one)
    return shown


@route("POST", "/channels/{id}/threads")
def start_thread(call: Call, channel_id: str) -> Payload:
    state, body = call.state, call.body
    parent = state.channel(channel_id)
    if parent.is_thread or parent.guild_id is None:
        raise api_error(50024)
    if body.get("type") == PRIVATE_THREAD:
        return start_private_thread(state, parent, body)
    if parent.type not in (FORUM, MEDIA):
        state.need(parent, CREATE_PUBLIC_THREADS)
        return channel_json(state, make_thread(state, parent, body["name"], state.bot_id))
    state.need(parent, SEND_MESSAGES)
    thread = make_thread(state, parent, body["name"], state.bot_id)
    bot = state.users[state.bot_id]
    first = messages.create(state, thread, bot, body.get("message") or {}, call.files)
    return channel_json(state, thread) | {"message": public(state, first)}


def start_private_thread(state: State, parent: Channel, body: Payload) -> Payload:
    """Without a message in the channel; announcement channels and forums can have none."""
    if parent.type != TEXT:
        raise api_error(50024)
    state.need(parent, CREATE_PRIVATE_THREADS)
    thread = make_thread(state, parent, body["name"], state.bot_id, kind=PRIVATE_THREAD)
    thread.invitable = body.get("invitable", True)
    return channel_json(state, thread)


@route("GET", "/guilds/{id}/threads/active")
def active_threads(call: Call, guild_id: str) -> Payload:
    """Of private ones those that the bot is in."""
    state = call.state
    found = [
        channel_json(state, one)
        for one in state.guild(guild_id).channels.values()
        if one.is_thread
        and not one.archived
        and (one.type == PUBLIC_THREAD or state.bot_id in one.thread_members)
    ]
    return {"threads": found, "members": []}


@route("POST", "/channels/{id}/messages/{id}/threads")
def thread_from_message(call: Call, channel_id: str, message_id: str) -> Payload:
    state = call.state
    parent = state.channel(channel_id)
    state.need(parent, CREATE_PUBLIC_THREADS)
    if parent.type not in (TEXT, NEWS):
        raise api_error(50024)
    if call.body.get("auto_archive_duration", 1440) not in (60, 1440, 4320, 10080):
        message = "Value must be one of (60, 1440, 4320, 10080)."
        raise invalid_form({"auto_archive_duration": leaf("BASE_TYPE_CHOICES", message)})
    starter = state.message(parent, message_id)
    if message_id in state.channels:
        raise api_error(160004)
    thread = make_thread(state, parent, call.body["name"], state.bot_id, thread_id=message_id)
    starter["thread"] = channel_json(state, thread)
    return starter["thread"]


@route("PUT", "/channels/{id}/thread-members/{user}")
def add_thread_member(call: Call, channel_id: str, user_id: str) -> None:
    state, thread = call.state, call.state.channel(channel_id)
    if not thread.is_thread:
        raise api_error(50024)
    state.need(thread, SEND_MESSAGES_IN_THREADS)
    if user_id != "@me" and user_id not in state.guilds[str(thread.guild_id)].members:
        raise api_error(10007)
    thread.thread_members.add(state.bot_id if user_id == "@me" else user_id)
    state.touch()


@route("DELETE", "/channels/{id}/thread-members/{user}")
def remove_thread_member(call: Call, channel_id: str, user_id: str) -> None:
    thread = call.state.channel(channel_id)
    if not thread.is_thread:
        raise api_error(50024)
    thread.thread_members.discard(call.state.bot_id if user_id == "@me" else user_id)


@route("GET", "/channels/{id}/threads/archived/public")
def archived_threads(call: Call, channel_id: str) -> Payload:
    parent = call.state.channel(channel_id)
    found = [
        channel_json(call.state, one)
        for one in call.state.guilds[str(parent.guild_id)].channels.values()
        if one.is_thread and one.archived and one.parent_id == parent.id
    ]
    return {"threads": found, "members": [], "has_more": False}
