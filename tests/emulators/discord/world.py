"""Building the emulated world: guilds, channels, people and what the bot may do."""

from __future__ import annotations

import hashlib
from typing import Any

from . import permissions
from .payloads import channel_json, guild_create, user_json, webhook_json
from .routes_channels import announce_channel, make_thread, remove_channel
from .routes_webhooks import announce_webhooks, make_webhook
from .state import DM, KINDS, Channel, Guild, Payload, State


class World:
    """Setting up is quiet before the bot connects; afterwards each change is dispatched."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.owner_id = self.add_user("owner")
        bot = user_json(self.bot_id, "Catbridge", global_name=None, bot=True, avatar=None)
        state.users[self.bot_id] = bot

    @property
    def bot_id(self) -> str:
        return self.state.bot_id

    def add_guild(self, name: str = "Guild", *, bot: bool = True) -> str:
        state = self.state
        guild = Guild(state.snowflake(), name, self.owner_id, state.now(), bot_inside=False)
        guild.roles[guild.id] = _role(guild.id, "@everyone", permissions.EVERYONE, 0)
        state.guilds[guild.id] = guild
        self.add_member(guild.id, self.owner_id)
        if bot:
            self.add_bot(guild.id)
        return guild.id

    def add_bot(self, guild_id: str) -> None:
        """Invites the bot: GUILD_CREATE."""
        guild = self.state.guilds[guild_id]
        self.add_member(guild_id, self.bot_id, permissions=permissions.ALL)
        guild.bot_inside = True
        body = guild_create(self.state, guild)
        del body["unavailable"]
        self.state.emit("GUILD_CREATE", body, guild_id=guild_id)

    def kick_bot(self, guild_id: str) -> None:
        """GUILD_DELETE; afterwards the guild's routes answer as to a stranger."""
        guild = self.state.guilds[guild_id]
        self.state.emit("GUILD_DELETE", {"id": guild_id}, guild_id=guild_id)
        guild.bot_inside = False
        guild.members.pop(self.bot_id, None)
        self.state.touch()

    def add_channel(
        self,
        guild: str,
        name: str,
        kind: str = "text",
        *,
        rate_limit_per_user: int = 0,
        topic: str | None = None,
        parent: str | None = None,
        nsfw: bool = False,
    ) -> str:
        place = self.state.guilds[guild]
        channel = Channel(self.state.snowflake(), name, KINDS[kind], guild, parent)
        channel.position = len(place.channels)
        channel.topic, channel.nsfw = topic, nsfw
        channel.rate_limit_per_user = rate_limit_per_user
        place.channels[channel.id] = self.state.channels[channel.id] = channel
        announce_channel(self.state, channel, "CREATE")
        return channel.id

    def add_thread(
        self, channel: str, name: str, *, archived: bool = False, user: str | None = None
    ) -> str:
        parent = self.state.channels[channel]
        owner = user or self.owner_id
        return make_thread(self.state, parent, name, owner, archived=archived).id

    def edit_channel(self, channel: str, **changes: Any) -> None:
        """Sets name, topic, archived, locked, rate_limit_per_user…: CHANNEL_ or THREAD_UPDATE."""
        one = self.state.channels[channel]
        for key, value in changes.items():
            setattr(one, key, value)
        announce_channel(self.state, one, "UPDATE")

    def delete_channel(self, channel: str) -> None:
        remove_channel(self.state, self.state.channels[channel])

    def add_user(
        self,
        name: str,
        global_name: str | None = None,
        *,
        bot: bool = False,
        avatar: bytes | str | None = None,
    ) -> str:
        """A person. `avatar` is a hash, or a PNG that is served under its own hash."""
        user_id = self.state.snowflake()
        if isinstance(avatar, bytes):
            image, avatar = avatar, hashlib.md5(avatar, usedforsecurity=False).hexdigest()
            path = f"/avatars/{user_id}/{avatar}.png"
            self.state.files[path] = ("avatar.png", image, "image/png")
        self.state.users[user_id] = user_json(
            user_id, name, global_name=global_name, bot=bot, avatar=avatar
        )
        return user_id

    def add_member(
        self, guild: str, user: str, nick: str | None = None, permissions: int | None = None
    ) -> None:
        """Puts a person into a guild without an event (`join` sends one)."""
        place = self.state.guilds[guild]
        member = place.members.get(user)
        if member is None:
            member = place.members[user] = _member(self.state, user)
        if nick is not None:
            member["nick"] = nick
        if permissions is not None:
            member["roles"] = [self.add_role(guild, f"role of {user}", permissions)]

    def add_role(self, guild: str, name: str, permissions: int = 0) -> str:
        place = self.state.guilds[guild]
        role = _role(self.state.snowflake(), name, permissions, len(place.roles))
        place.roles[role["id"]] = role
        body = {"guild_id": guild, "role": role}
        self.state.emit("GUILD_ROLE_CREATE", body, guild_id=guild)
        return role["id"]

    def join(
        self, guild: str, user: str, nick: str | None = None, *, pending: bool = False
    ) -> None:
        """GUILD_MEMBER_ADD; `pending` where the server's rules have to be accepted first."""
        self.add_member(guild, user, nick)
        self.state.guilds[guild].members[user]["pending"] = pending
        body = self.state.guilds[guild].members[user] | {"guild_id": guild}
        self.state.emit("GUILD_MEMBER_ADD", body, guild_id=guild)

    def change_member(self, guild: str, user: str, **changes: Any) -> None:
        """Sets pending, nick, roles…: GUILD_MEMBER_UPDATE."""
        member = self.state.guilds[guild].members[user]
        member |= changes
        self.state.emit("GUILD_MEMBER_UPDATE", member | {"guild_id": guild}, guild_id=guild)

    def leave(self, guild: str, user: str) -> None:
        """GUILD_MEMBER_REMOVE."""
        del self.state.guilds[guild].members[user]
        body = {"guild_id": guild, "user": self.state.users[user]}
        self.state.emit("GUILD_MEMBER_REMOVE", body, guild_id=guild)

    def set_permissions(self, channel: str, granted: int | None) -> None:
        """The bot's permissions in a channel and its threads; None means all again."""
        one = self.state.channels[channel]
        one.bot_permissions = granted
        announce_channel(self.state, one, "UPDATE")

    def dm(self, user: str, *, open: bool = True) -> str:
        """The bot's direct-message channel with a person; a closed one answers 50007."""
        found = [one for one in self.state.channels.values() if one.recipient == user]
        channel = found[0] if found else Channel(self.state.snowflake(), "", DM, recipient=user)
        channel.open = open
        self.state.channels[channel.id] = channel
        return channel.id

    def channel(self, channel: str) -> Payload:
        return channel_json(self.state, self.state.channels[channel])

    def webhooks(self, channel: str) -> list[Payload]:
        found = self.state.webhooks.values()
        return [webhook_json(one) for one in found if one["channel_id"] == channel]

    def add_webhook(self, channel: str, name: str = "Hook", user: str | None = None) -> str:
        """A webhook that a person (by default the owner) made; the bot does not get its token."""
        place = self.state.channels[channel]
        return make_webhook(self.state, place, name, user or self.owner_id)["id"]

    def delete_webhook(self, webhook_id: str) -> None:
        announce_webhooks(self.state, self.state.webhooks.pop(webhook_id))


def _role(role_id: str, name: str, granted: int, position: int) -> Payload:
    return {
        "id": role_id,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(granted),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _member(state: State, user_id: str) -> Payload:
    return {
        "user": state.users[user_id],
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": state.now(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
