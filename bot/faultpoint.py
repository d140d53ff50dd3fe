"""Where the tests kill the program: named points between two steps that must not depend on luck.

CATBRIDGE_FAULT="journaled:3" ends this process with SIGKILL the third time it reaches the point
"journaled". Without that variable a point does nothing.
"""

from __future__ import annotations

import os
import signal

_name, _, _count = os.environ.get("CATBRIDGE_FAULT", "").partition(":")
_left = int(_count or 1)


def reach(name: str) -> None:
    """heard · committed · claimed · opened (a post's room or thread) · attempted · answered ·
    journaled · before-verdict-commit · after-verdict-commit, in a message's order;
    mirroring · mirrored, in a reaction's."""
    global _left
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
