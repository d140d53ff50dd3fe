"""A look at Discord as it stands: the server's leave for us, each channel's rights, limits, state.

It only reads, and does so beside the running bridge as well as before a start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.adapters.discord.checks import FOR_REACTIONS, FOR_THREADS, IN_A_THREAD, NEEDED
from bot.adapters.discord.inbound import PLATFORM
from bot.adapters.discord.rest import Rest, UnknownChannel
from bot.adapters.discord.webhooks import MOST, THREADS, is_ours
from bot.core.errors import Blocked, Problem, Rejected
from bot.core.model import ChannelId
from bot.findings import in_order, note, warning
from bot.i18n import N_

UNKNOWN_CHANNEL = N_("The bot can't see this channel.")
INVITE = N_("Check the id, invite the bot to its server, and let it see the channel.")
DELETED = N_("This channel does not exist, or no longer.")
LINK_ANOTHER = N_(
    "Link another one in its place, and take this one out: “/relay leave” with the id that "
    "“/relay status” shows. The operator's own relays are changed in the configuration file."
)
FORUM = N_("Messages can't go into a forum or a category itself.")
NAME_A_THREAD = N_("Name a text channel, or one of the forum's threads.")
LACKS = N_("The bot lacks these permissions: {permissions}.")
GRANT = N_("Grant them to the bot's role in the channel's settings.")
LACKS_THREADS = N_("Posts stand without threads: the bot lacks {permissions}.")
LACKS_REACTIONS = N_("The other side's reactions are not shown here: the bot lacks {permissions}.")
FULL = N_("The channel has {count} webhooks, as many as Discord allows, and none is the bot's.")
DELETE_WEBHOOK = N_("Delete one: Edit Channel → Integrations → Webhooks.")
LOCKED = N_("The thread is locked.")
UNLOCK = N_("Unlock it: the thread's ⋯ menu → Unlock Thread. Or name another one.")
ASLEEP = N_("The thread is archived; the next message to it wakes it.")
SLOW = N_("Slow mode makes people wait {seconds} s between messages; the bridge need not wait.")
CHANNEL_OK = N_("The bot may do all it needs here. Files cross up to {megabytes} MB.")
NO_SCOPE = N_("The bot was invited to the server “{server}” without commands.")
INVITE_AGAIN = N_(
    "Open this address and choose the server again: "
    "https://discord.com/oauth2/authorize?client_id={id}&scope=bot+applications.commands"
)
NO_COMMANDS_YET = N_("The commands are not registered yet; the first start does that.")
COMMANDS_LACK = N_("Discord does not know these commands of ours: {commands}.")
START_AGAIN = N_("Start the bridge again: it registers them.")


@dataclass(frozen=True, slots=True)
class _Server:
    guild: discord.Guild
    me: discord.Member
    channels: Mapping[int, discord.abc.GuildChannel]


class Examination:
    """One look; servers are asked once in it. Raises `Transient` where Discord can't be reached."""

    def __init__(self, rest: Rest, client: discord.Client) -> None:
        """`client` is logged in."""
        self._rest = rest
        self._client = client
        self._servers: dict[int, _Server] = {}

    async def channel(self, channel: ChannelId) -> list[Problem]:
        key = str(channel)
        try:
            native = await self._rest.call("GET", f"/channels/{channel.id}")
        except UnknownChannel:
            return [_deleted(key)]
        except (Blocked, Rejected):
            return [_unknown(key)]
        if "guild_id" not in native:
            return [_forum(key)]
        try:
            server = await self._server(int(native["guild_id"]))
        except (discord.Forbidden, discord.NotFound):
            return [_unknown(key)]
        is_thread = native["type"] in THREADS
        holder = server.channels.get(int(native["parent_id"] if is_thread else native["id"]))
        if holder is None:
            return [_deleted(key)]
        if not is_thread and not isinstance(holder, discord.abc.Messageable):
            return [_forum(key)]
        granted = holder.permissions_for(server.me)
        found = _rights(key, granted, is_thread=is_thread)
        if granted.manage_webhooks:
            found += await self._webhooks(key, holder.id)
        found += _manners(key, native)
        if all(one.is_light for one in found):
            size = {"megabytes": server.guild.filesize_limit >> 20}
            found.append(in_order(key, "discord.channel.ok", CHANNEL_OK, size))
        return found

    async def commands(self, ours: set[str] | None) -> list[Problem]:
        """`ours` are those that should be there by now; None before the first start."""
        me = await self._rest.me()
        listed = await self._rest.call("GET", f"/applications/{me['id']}/commands")
        known = {one["name"] for one in listed}
        if ours is None:
            return [] if known else [note(PLATFORM, "discord.commands", NO_COMMANDS_YET)]
        lacking = sorted(ours - known)
        if not lacking:
            return []
        values = {"commands": tuple(lacking)}
        return [warning(PLATFORM, "discord.commands", COMMANDS_LACK, START_AGAIN, values)]

    async def scopes(self) -> list[Problem]:
        """Of the servers that were looked at: whether they let our commands in."""
        me = await self._rest.me()
        found: list[Problem] = []
        for server in self._servers.values():
            path = f"/applications/{me['id']}/guilds/{server.guild.id}/commands"
            try:
                await self._rest.call("GET", path)
            except Blocked:
                values = {"server": server.guild.name, "id": me["id"]}
                found.append(warning(PLATFORM, "discord.scope", NO_SCOPE, INVITE_AGAIN, values))
        return found

    async def _server(self, id: int) -> _Server:
        if id not in self._servers:
            guild = await self._client.fetch_guild(id, with_counts=False)
            me = await guild.fetch_member(self._client.user.id if self._client.user else 0)
            channels = {one.id: one for one in await guild.fetch_channels()}
            self._servers[id] = _Server(guild, me, channels)
        return self._servers[id]

    async def _webhooks(self, key: str, holder: int) -> list[Problem]:
        me = await self._rest.me()
        listed = await self._rest.call("GET", f"/channels/{holder}/webhooks")
        if len(listed) < MOST or any(one.get("token") and is_ours(one, me) for one in listed):
            return []
        code = "discord.channel.webhooks"
        return [Problem(key, FULL, DELETE_WEBHOOK, {"count": len(listed)}, code=code)]


def _rights(key: str, granted: discord.Permissions, *, is_thread: bool) -> list[Problem]:
    needed = NEEDED | (IN_A_THREAD if is_thread else {})
    if lacking := _lacking(granted, needed):
        return [Problem(key, LACKS, GRANT, lacking, code="discord.channel.rights")]
    found: list[Problem] = []
    if lacking := _lacking(granted, {} if is_thread else FOR_THREADS):
        found.append(warning(key, "discord.channel.threads", LACKS_THREADS, GRANT, lacking))
    if lacking := _lacking(granted, FOR_REACTIONS):
        found.append(note(key, "discord.channel.reactions", LACKS_REACTIONS, GRANT, lacking))
    return found


def _lacking(granted: discord.Permissions, wanted: Mapping[str, str]) -> dict[str, object]:
    """Their names, for a sentence; nothing where all are granted."""
    names = tuple(name for flag, name in wanted.items() if not getattr(granted, flag))
    return {"permissions": names} if names else {}


def _manners(key: str, native: Any) -> list[Problem]:
    """What the channel's own settings do to those who write there."""
    found: list[Problem] = []
    state = native.get("thread_metadata", {})
    if state.get("locked"):
        found.append(Problem(key, LOCKED, UNLOCK, code="discord.channel.locked"))
    elif state.get("archived"):
        found.append(note(key, "discord.channel.archived", ASLEEP))
    if seconds := native.get("rate_limit_per_user"):
        found.append(note(key, "discord.channel.slow", SLOW, "", {"seconds": seconds}))
    return found


def _unknown(key: str) -> Problem:
    return Problem(key, UNKNOWN_CHANNEL, INVITE, code="discord.channel.unknown")


def _deleted(key: str) -> Problem:
    return Problem(key, DELETED, LINK_ANOTHER, code="discord.channel.deleted")


def _forum(key: str) -> Problem:
    return Problem(key, FORUM, NAME_A_THREAD, code="discord.channel.forum")
