"""What an operator must mend before Discord works, said with the switch to turn."""

from __future__ import annotations

from bot.adapters.discord.inbound import PLATFORM
from bot.adapters.discord.rest import OFFICIAL, Rest, Unauthorized
from bot.core.errors import Blocked, DeliveryError, Problem, Rejected
from bot.findings import in_order, warning
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
FOR_REACTIONS = {"add_reactions": "Add Reactions"}  # without it none of the others' show
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
NO_MEMBERS = N_("Newcomers go unnoticed: Server Members Intent is off.")
SWITCH_MEMBERS_ON = N_(
    "Switch on Developer Portal → your application → Bot → Server Members Intent, then start again."
)
CHECK_NETWORK = N_("Check the network and HTTPS_PROXY.")
AWAY = N_("The live connection to Discord is down; it is tried again without end.")
ALL_RIGHT = N_("Token, intents and commands are in order.")


class Checks:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def application(self, *, is_fresh: bool = False) -> list[Problem]:
        """The token and the intents. Raises `Transient` while Discord itself can't be reached."""
        address = self._rest.api_base
        try:
            me = await self._rest.me(is_fresh=is_fresh)
        except Unauthorized:
            return [self.token_refused()]
        except (Blocked, Rejected):
            values = {"address": address}
            code = "discord.address"
            return [Problem("discord.api_base", NO_DISCORD, CHECK_ADDRESS, values, code=code)]
        except DeliveryError:
            if address == OFFICIAL:
                raise
            return [self.unreachable()]
        return [] if me.get("flags", 0) & _MESSAGE_CONTENT else [self.no_content()]

    async def has_members_intent(self) -> bool:
        return bool((await self._rest.me()).get("flags", 0) & _GUILD_MEMBERS)

    def unreachable(self) -> Problem:
        values = {"address": self._rest.api_base}
        code = "discord.unreachable"
        return Problem("discord.api_base", UNREACHABLE, CHECK_ADDRESS, values, code=code)

    def token_refused(self) -> Problem:
        return Problem("discord.token", TOKEN_REFUSED, RENEW_TOKEN, code="discord.token")

    def no_members(self) -> Problem:
        return warning("discord.intents", "discord.members", NO_MEMBERS, SWITCH_MEMBERS_ON)

    def is_away(self) -> Problem:
        return warning(PLATFORM, "discord.offline", AWAY, CHECK_NETWORK)

    def in_order(self) -> Problem:
        return in_order(PLATFORM, "discord.ok", ALL_RIGHT)

    def no_content(self) -> Problem:
        return Problem("discord.intents", NO_CONTENT, SWITCH_ON, code="discord.content")
