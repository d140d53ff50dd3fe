"""Buttons as Telegram's inline keyboards, and what a press of one names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.model import Button

_MARK = "cb:"


def keyboard(buttons: Sequence[Button]) -> dict[str, Any] | None:
    """None where there are none: an edit that says nothing of a keyboard takes it away."""
    if not buttons:
        return None
    rows = [
        [{"text": b.label, "callback_data": f"{_MARK}{b.action}:{b.argument}"}] for b in buttons
    ]
    return {"inline_keyboard": rows}


def named(callback_data: str) -> tuple[str, str] | None:
    """The action and its argument; None for a button that is not ours."""
    if not callback_data.startswith(_MARK):
        return None
    action, _, argument = callback_data.removeprefix(_MARK).partition(":")
    return action, argument
