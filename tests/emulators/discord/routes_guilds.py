"""Routes about the bot itself, guilds, members and direct-message channels."""

from __future__ import annotations

from typing import Any

from .errors import api_error
from .payloads import application_json, channel_json, guild_json
from .rest import Call, route
from .state import DM, Channel, Payload


@route("GET", "/gateway", auth=False)
def gateway(call: Call) -> Payload:
    return {"url": call.gateway_url}


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Payload:
    limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
    return {"url": call.gateway_url, "shards": 1, "session_start_limit": limit}


@route("GET", "/users/@me")
def me(call: Call) -> Payload:
    bot = call.state.users[call.state.bot_id]
    return bot | {"verified": True, "mfa_enabled": True, "locale": "en-US", "flags": 0}


@route("GET", "/users/{id}")
def user(call: Call, user_id: str) -> Payload:
    if user_id not in call.state.users:
        raise api_error(10013)
    return call.state.users[user_id]


@route("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> list[Payload]:
    return [
        {"id": one.id, "name": one.name, "icon": None, "owner": False, "permissions": "0"}
        for one in call.state.guilds.values()
        if one.bot_inside
    ]


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Payload:
    channel = direct_channel(call, str(call.body["recipient_id"]))
    return channel_json(call.state, channel)


def direct_channel(call: Call, user_id: str) -> Channel:
    state = call.state
    if user_id not in state.users:
        raise api_error(10013)
    for channel in state.channels.values():
        if channel.recipient == user_id:
            return channel
    channel = Channel(state.snowflake(), "", DM, recipient=user_id)
    state.channels[channel.id] = channel
    return channel


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(call: Call) -> Payload:
    return application_json(call.state)


@route("GET", "/guilds/{id}")
def guild(call: Call, guild_id: str) -> Payload:
    one = call.state.guild(guild_id)
    count = len(one.members)
    return guild_json(one) | {
        "approximate_member_count": count,
        "approximate_presence_count": count,
    }


@route("GET", "/guilds/{id}/channels")
def guild_channels(call: Call, guild_id: str) -> list[Payload]:
    channels = call.state.guild(guild_id).channels.values()
    return [channel_json(call.state, one) for one in channels if not one.is_thread]


@route("GET", "/guilds/{id}/threads/active")
def active_threads(call: Call, guild_id: str) -> Payload:
    channels = call.state.guild(guild_id).channels.values()
    threads = [one for one in channels if one.is_thread and not one.archived]
    return {"threads": [channel_json(call.state, one) for one in threads], "members": []}


@route("GET", "/guilds/{id}/roles")
def guild_roles(call: Call, guild_id: str) -> list[Payload]:
    return list(call.state.guild(guild_id).roles.values())


@route("GET", "/guilds/{id}/emojis")
def guild_emojis(call: Call, guild_id: str) -> list[Payload]:
    return call.state.guild(guild_id).emojis


@route("GET", "/guilds/{id}/members")
def members(call: Call, guild_id: str) -> list[Payload]:
    after = int(call.query.get("after", 0))
    limit = int(call.query.get("limit", 1))
    found = sorted(call.state.guild(guild_id).members.values(), key=_member_id)
    return [one for one in found if _member_id(one) > after][:limit]


def _member_id(member: Payload) -> int:
    return int(member["user"]["id"])


@route("GET", "/guilds/{id}/members/{id}")
def member(call: Call, guild_id: str, user_id: str) -> Payload:
    one = call.state.guild(guild_id).members.get(user_id)
    if one is None:
        raise api_error(10007)
    return one


@route("DELETE", "/users/@me/guilds/{id}")
def leave(call: Call, guild_id: str) -> None:
    one: Any = call.state.guild(guild_id)
    call.state.emit("GUILD_DELETE", {"id": guild_id}, guild_id=guild_id)
    one.bot_inside = False
    one.members.pop(call.state.bot_id, None)
