"""The JSON objects of the API, made from the state."""

from __future__ import annotations

from typing import Any

from . import permissions
from .state import DM, FORUM, MEDIA, PRIVATE_THREAD, VOICE, Channel, Guild, Payload, State


def public(state: State, message: Payload) -> Payload:
    """A message as the API shows it: without our private keys, its reply resolved."""
    shown = {key: value for key, value in message.items() if key[0] != "_"}
    reference = message.get("message_reference")
    if reference is not None:
        channel = state.channels.get(reference["channel_id"])
        target = channel and channel.log.by_id.get(reference["message_id"])
        shown["referenced_message"] = target and {
            key: value for key, value in target.items() if key[0] != "_"
        }
    return shown


def without_content(message: Payload) -> Payload:
    """What a bot without the message content intent sees of a stranger's message."""
    return {
        **message,
        "content": "",
        "embeds": [],
        "attachments": [],
        "components": [],
    }


def reads_content(state: State, message: Payload) -> bool:
    """Whether the content may be shown without the intent: own, direct or mentioning messages."""
    if message["author"]["id"] == state.bot_id or message.get("application_id") == state.bot_id:
        return True
    if any(user["id"] == state.bot_id for user in message["mentions"]):
        return True
    return state.channels[message["channel_id"]].guild_id is None


def member_part(guild: Guild, user_id: str) -> Payload | None:
    """A member without its user, as inside a message."""
    member = guild.members.get(user_id)
    return member and {key: value for key, value in member.items() if key != "user"}


def overwrites(state: State, channel: Channel) -> list[Payload]:
    granted = channel.bot_permissions
    if granted is None:
        return []
    denied = permissions.ALL & ~granted
    return [{"id": state.bot_id, "type": 1, "allow": str(granted), "deny": str(denied)}]


def channel_json(state: State, channel: Channel) -> Payload:
    last = next(reversed(channel.log.by_id), None)
    if channel.type == DM:
        recipients = [state.users[channel.recipient]] if channel.recipient else []
        return {"id": channel.id, "type": DM, "last_message_id": last, "recipients": recipients}
    shown: Payload = {
        "id": channel.id,
        "type": channel.type,
        "guild_id": channel.guild_id,
        "name": channel.name,
        "parent_id": channel.parent_id,
        "last_message_id": last,
        "rate_limit_per_user": channel.rate_limit_per_user,
        "flags": 0,
    }
    return shown | (_thread_part(channel) if channel.is_thread else _channel_part(state, channel))


def _thread_part(thread: Channel) -> Payload:
    count = len(thread.log.by_id)
    return {
        "owner_id": thread.owner_id,
        "member_count": len(thread.thread_members),
        "message_count": count,
        "total_message_sent": count,
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": thread.created_at,
            "create_timestamp": thread.created_at,
            **({"invitable": thread.invitable} if thread.type == PRIVATE_THREAD else {}),
        },
    }


def _channel_part(state: State, channel: Channel) -> Payload:
    part: Payload = {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
        "permission_overwrites": overwrites(state, channel),
        "default_auto_archive_duration": 1440,
    }
    if channel.type == VOICE:
        part |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.type in (FORUM, MEDIA):
        part |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return part


def guild_json(guild: Guild) -> Payload:
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": guild.owner_id,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": list(guild.roles.values()),
        "emojis": guild.emojis,
        "stickers": [],
        "features": ["COMMUNITY"],
        "mfa_level": 0,
        "nsfw_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "max_members": 25000000,
        "max_presences": None,
        "widget_enabled": False,
    }


def guild_create(state: State, guild: Guild) -> Payload:
    """The GUILD_CREATE body with all members, of which a session may get only the bot."""
    seen = guild.channels.values()
    return guild_json(guild) | {
        "joined_at": guild.joined_at,
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": list(guild.members.values()),
        "channels": [channel_json(state, one) for one in seen if not one.is_thread],
        "threads": [channel_json(state, one) for one in seen if one.is_thread and not one.archived],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def webhook_json(webhook: Payload, *, token: bool = True) -> Payload:
    return {
        key: value
        for key, value in webhook.items()
        if key[0] != "_" and (token or key not in ("token", "user"))
    }


def application_json(state: State) -> Payload:
    bot = state.users[state.bot_id]
    # GATEWAY_*_LIMITED: an app below a hundred guilds with its privileged intents switched on.
    flags = 1 << 13
    flags |= (0 if state.members_hidden else 1 << 15) | (0 if state.content_hidden else 1 << 19)
    return {
        "id": state.bot_id,
        "name": bot["username"],
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "owner": next(iter(state.users.values())),
        "team": None,
        "bot": bot,
        "approximate_guild_count": sum(one.bot_inside for one in state.guilds.values()),
    }


def user_json(
    user_id: str, name: str, *, global_name: str | None, bot: bool, avatar: str | None
) -> Payload:
    shown: dict[str, Any] = {
        "id": user_id,
        "username": name,
        "global_name": global_name,
        "discriminator": "0",
        "avatar": avatar,
        "public_flags": 0,
    }
    if bot:
        shown["bot"] = True
    return shown
