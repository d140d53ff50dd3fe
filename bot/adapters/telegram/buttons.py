"""Buttons as Telegram's inline keyboards, and what a press of one names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.adapters.telegram import links
from bot.core.model import Button

_MARK = "cb:"


def keyboard(buttons: Sequence[Button], bot: str = "") -> dict[str, Any] | None:
    """None where there are none: an edit that says nothing of a keyboard takes it away.

    `bot` is our username, which links into the private chat need.
    """
    rows = [[_native(button, bot)] for button in buttons]
    return {"inline_keyboard": rows} if rows else None


def _native(button: Button, bot: str) -> dict[str, str]:
    if button.opens_private:
        return {"text": button.label, "url": links.to_press(bot, button)}
    return {"text": button.label, "callback_data": f"{_MARK}{button.action}:{button.argument}"}


def named(callback_data: str) -> tuple[str, str] | None:
    """The action and its argument; None for a button that is not ours."""
    if not callback_data.startswith(_MARK):
        return None
    action, _, argument = callback_data.removeprefix(_MARK).partition(":")
    return action, argument
