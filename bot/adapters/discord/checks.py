"""What an operator must mend before Discord works, said with the switch to turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiohttp
import discord

from bot.adapters.discord.rest import OFFICIAL, Rest, Unauthorized, UnknownChannel
from bot.adapters.discord.webhooks import THREADS
from bot.core.errors import Blocked, DeliveryError, Problem, Rejected
from bot.core.model import ChannelId
from bot.i18n import N_

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "manage_webhooks": "Manage Webhooks",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
}
FOR_THREADS = {  # of posts of ours; without them people reply to the post
    "create_public_threads": "Create Public Threads",
    "create_private_threads": "Create Private Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
IN_A_THREAD = {"send_messages_in_threads": FOR_THREADS["send_messages_in_threads"]}
_MESSAGE_CONTENT = 1 << 18 | 1 << 19  # the flag of large applications, and of all others
_GUILD_MEMBERS = 1 << 14 | 1 << 15

TOKEN_REFUSED = N_("Discord refuses the bot token.")
RENEW_TOKEN = N_(
    "Reset it in the Developer Portal (your application → Bot → Reset Token) "
    "and set DISCORD_TOKEN to the new one."
)
NO_CONTENT = N_("The bot may not read what people write.")
SWITCH_ON = N_(
    "Switch on Developer Portal → your application → Bot → Message Content Intent, "
    "then start again."
)
UNREACHABLE = N_("{address} can't be reached.")
CHECK_ADDRESS = N_("Check the address, the network and HTTPS_PROXY.")
NO_DISCORD = N_("{address} does not answer like Discord.")
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


class Checks:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def application(self) -> list[Problem]:
        """The token and the intents. Raises `Transient` while Discord itself can't be reached."""
        address = self._rest.api_base
        try:
            me = await self._rest.me()
        except Unauthorized:
            return [self.token_refused()]
        except (Blocked, Rejected):
            return [Problem("discord.api_base", NO_DISCORD, CHECK_ADDRESS, {"address": address})]
        except DeliveryError:
            if address == OFFICIAL:
                raise
            return [self.unreachable()]
        return [] if me.get("flags", 0) & _MESSAGE_CONTENT else [self.no_content()]

    async def has_members_intent(self) -> bool:
        return bool((await self._rest.me()).get("flags", 0) & _GUILD_MEMBERS)

    def unreachable(self) -> Problem:
        values = {"address": self._rest.api_base}
        return Problem("discord.api_base", UNREACHABLE, CHECK_ADDRESS, values)

    def token_refused(self) -> Problem:
        return Problem("discord.token", TOKEN_REFUSED, RENEW_TOKEN)

    def no_content(self) -> Problem:
        return Problem("discord.intents", NO_CONTENT, SWITCH_ON)

    async def channels(
        self, client: discord.Client, channels: Sequence[ChannelId]
    ) -> list[Problem]:
        """`client` is logged in. One problem at most for each channel."""
        found = [await self._channel(client, channel) for channel in channels]
        return [problem for problem in found if problem is not None]

    async def _channel(self, client: discord.Client, channel: ChannelId) -> Problem | None:
        key = str(channel)
        try:
            native = await self._rest.call("GET", f"/channels/{channel.id}")
            if "guild_id" not in native:
                return Problem(key, FORUM, NAME_A_THREAD)
            parent, granted = await _granted(client, native)
        except UnknownChannel:
            return Problem(key, DELETED, LINK_ANOTHER)
        except (DeliveryError, discord.HTTPException, aiohttp.ClientError, TimeoutError):
            return Problem(key, UNKNOWN_CHANNEL, INVITE)
        if parent.id == int(channel.id) and not isinstance(parent, discord.abc.Messageable):
            return Problem(key, FORUM, NAME_A_THREAD)
        needed = NEEDED | (IN_A_THREAD if native["type"] in THREADS else {})
        lacking = [name for flag, name in needed.items() if not getattr(granted, flag)]
        if not lacking:
            return None
        return Problem(key, LACKS, GRANT, {"permissions": ", ".join(lacking)})


async def _granted(
    client: discord.Client, native: Any
) -> tuple[discord.abc.GuildChannel, discord.Permissions]:
    """The channel, or the thread's parent, and what we may do there."""
    guild = await client.fetch_guild(int(native["guild_id"]), with_counts=False)
    me = await guild.fetch_member(client.user.id if client.user else 0)
    holder = int(native["parent_id"] if native["type"] in THREADS else native["id"])
    parent = next((one for one in await guild.fetch_channels() if one.id == holder), None)
    if parent is None:
        raise UnknownChannel("the channel is gone")
    return parent, parent.permissions_for(me)
