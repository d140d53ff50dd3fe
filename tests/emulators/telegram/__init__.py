"""A Telegram Bot API server on loopback, so that tests drive the real client over real HTTP."""

from .emulator import Request, TelegramEmulator
from .errors import ApiError
from .faults import Fault, FloodLimits

__all__ = ["ApiError", "Fault", "FloodLimits", "Request", "TelegramEmulator"]
