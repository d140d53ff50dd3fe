"""Discord's REST API and gateway on loopback, good enough for an unpatched discord.py.

Point `discord.http.Route.BASE` at `api_base` and `DiscordWebSocket.DEFAULT_GATEWAY` at
`gateway_url`; the bot's `[discord] api_base` does both.
"""

from .emulator import DiscordEmulator
from .faults import Fault
from .interactions import Interaction
from .rest import Request

__all__ = ["DiscordEmulator", "Fault", "Interaction", "Request"]
