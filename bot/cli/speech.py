"""The operator's language before any file is read, for help texts and for what can't be read."""

from __future__ import annotations

import os

from bot.config import operator_language
from bot.i18n import translate


def say(message: str, **values: object) -> str:
    return translate(message, operator_language(os.environ), **values)
