"""Buttons as Discord's message components, and what a press of one names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.model import Button

IN_A_ROW = 5
_MARK = "cb:"
_ROW, _BUTTON = 1, 2
_LABEL_LIMIT = 80
_STYLES = {"primary": 1, "plain": 2, "danger": 4}


def rows(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Also what an edit must say to take buttons away: an empty list.

    A member's private messages with the bot are no place of ours here: nothing leads there.
    """
    native = [_native(button) for button in buttons if not button.opens_private]
    return [
        {"type": _ROW, "components": native[start : start + IN_A_ROW]}
        for start in range(0, len(native), IN_A_ROW)
    ]


def pressed(custom_id: str) -> tuple[str, str] | None:
    """The action and its argument; None for a component that is not ours."""
    if not custom_id.startswith(_MARK):
        return None
    action, _, argument = custom_id.removeprefix(_MARK).partition(":")
    return action, argument


def _native(button: Button) -> dict[str, Any]:
    return {
        "type": _BUTTON,
        "style": _STYLES[button.style],
        "label": button.label[:_LABEL_LIMIT],
        "custom_id": f"{_MARK}{button.action}:{button.argument}",
    }
