"""What mods choose for one linked channel, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Literal


class AttachmentKind(StrEnum):
    IMAGE = "image"
    ANIMATION = "animation"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    STICKER = "sticker"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """What mods chose for one linked channel. Times are "HH:MM" of that side's own clock."""

    names: Literal["full", "plain"] = "full"
    original: Literal["hidden", "spoiler", "button"] = "hidden"
    attachments: frozenset[AttachmentKind] | None = None  # None: all kinds cross
    join_lines: bool = False
    bots: bool = False
    quiet_from: str | None = None
    quiet_to: str | None = None
    mode: Literal["both", "read", "write"] = "both"
    reactions: bool = True  # they cross, from there and to there

    @property
    def sends(self) -> bool:
        """Whether what people write there crosses."""
        return self.mode != "read"

    @property
    def receives(self) -> bool:
        return self.mode != "write"

    @property
    def is_mutual(self) -> bool:
        """Whether people there may be asked something: they read the others and are read."""
        return self.mode == "both"

    def carries(self, kind: AttachmentKind) -> bool:
        return self.attachments is None or kind in self.attachments

    def is_quiet_at(self, at: time) -> bool:
        """Whether the quiet hours hold at this time of that side's day; they may pass midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        now = at.strftime("%H:%M")
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= now < self.quiet_to
        return now >= self.quiet_from or now < self.quiet_to

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the defaults."""
        kinds = None if self.attachments is None else sorted(self.attachments)
        stored = {
            "names": self.names,
            "original": self.original,
            "attachments": kinds,
            "join_lines": self.join_lines,
            "bots": self.bots,
            "quiet_from": self.quiet_from,
            "quiet_to": self.quiet_to,
            "mode": self.mode,
            "reactions": self.reactions,
        }
        plain = ChannelOptions()
        return {name: value for name, value in stored.items() if value != getattr(plain, name)}

    @staticmethod
    def from_json(stored: dict[str, Any]) -> ChannelOptions:
        """What an earlier version did not store has its default; names unknown here are ignored."""
        kinds = stored.get("attachments")
        return ChannelOptions(
            names=stored.get("names", "full"),
            original=stored.get("original", "hidden"),
            attachments=None if kinds is None else frozenset(map(AttachmentKind, kinds)),
            join_lines=stored.get("join_lines", False),
            bots=stored.get("bots", False),
            quiet_from=stored.get("quiet_from"),
            quiet_to=stored.get("quiet_to"),
            mode=stored.get("mode", "both"),
            reactions=stored.get("reactions", True),
        )
