"""A person's name as Discord accepts it for a webhook's message. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80  # characters, not bytes
_HAIR_SPACE = "\u200a"
_FORBIDDEN = re.compile(r"(d)(iscord)|(c)(lyde)", re.IGNORECASE)
_JOINERS = "\u200d\ufe0f"


def webhook_username(name: str) -> str | None:
    """None where nothing visible is left: the webhook's own name is shown then."""
    visible = "".join(c for c in name if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    broken = _FORBIDDEN.sub(_break, " ".join(visible.split()))
    short = broken[:LONGEST].rstrip(_JOINERS).strip()
    return short if any(_is_seen(c) for c in short) else None


_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co"})


def _break(found: re.Match[str]) -> str:
    first, rest = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{first}{_HAIR_SPACE}{rest}"


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"
