"""A person's name as Discord accepts it for a webhook's message. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80  # characters, not bytes
_HAIR_SPACE = "\u200a"
_FORBIDDEN = re.compile(r"d(?=iscord)|c(?=lyde)|^e(?=veryone$)|^h(?=ere$)", re.IGNORECASE)
_JOINERS = "\u200d\ufe0f"


def webhook_username(name: str) -> str | None:
    """None where nothing visible is left: the webhook's own name is shown then."""
    visible = "".join(c for c in name if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    broken = _FORBIDDEN.sub(rf"\g<0>{_HAIR_SPACE}", " ".join(visible.split()))
    short = broken[:LONGEST].rstrip(_JOINERS).strip()
    return short if any(_is_seen(c) for c in short) else None


_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co"})


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"
