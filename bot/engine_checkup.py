"""Asks every engine elsewhere for one short sentence, and says what is wrong in plain words.

One on this machine is not asked: it would unpack its models, and a look changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import EngineFailed, NoModel, Problem, Trouble
from bot.i18n import N_
from bot.translate.chain import Chain, Counted, RemoteEngine

SENTENCE, SOURCE, TARGET = "今天天气很好。", "zh", "en"
NAMES = {
    "argos": "Argos",
    "deepl": "DeepL",
    "libretranslate": "LibreTranslate",
    "openai": "OpenAI",
}
KEYS = {"deepl": "key", "libretranslate": "api_key", "openai": "key"}
NOTHING_USABLE = (
    N_("{engine} answers with nothing usable ({reason})."),
    N_("Check that the address is the one of its API; of a language model, try another."),
)
NO_PAIR = (
    N_("{engine} does not translate between Chinese and English."),
    N_("Choose a server that does, or take it out of translate.engines."),
)
WORDS: Mapping[Trouble, tuple[str, str]] = {
    "answer": NOTHING_USABLE,
    "resting": NOTHING_USABLE,
    "budget": (
        N_("{engine} has used up its characters for today."),
        N_("Wait until midnight (UTC), or raise daily_characters."),
    ),
    "busy": (
        N_("{engine} asks to come back later ({reason})."),
        N_("Wait a little; if it stays so, ask less often or get a larger plan there."),
    ),
    "certificate": (
        N_("{engine} can't prove that it is the server you named ({reason})."),
        N_("Check the address. Name the file of a certificate of your own in SSL_CERT_FILE."),
    ),
    "key": (N_("{engine} refuses the key."), N_("Copy it again from your account there.")),
    "missing": (
        N_("{engine} knows no such model or address ({reason})."),
        N_("Check the name of the model and the address in this section."),
    ),
    "quota": (
        N_("{engine} says that your plan there is used up."),
        N_("Get a larger one, or wait for the next month."),
    ),
    "refused": (
        N_("{engine} refuses the request ({reason})."),
        N_("Check the address, the model, and whether this server wants a key."),
    ),
    "server": (N_("{engine} is out of order ({reason})."), N_("Try again later.")),
    "slow": (
        N_("{engine} is too slow ({reason})."),
        N_("Raise timeout_seconds, or choose another server or model."),
    ),
    "unreachable": (
        N_("{engine} can't be reached ({reason})."),
        N_("Check the address, the network and HTTPS_PROXY."),
    ),
}


async def engine_findings(chain: Chain) -> list[Problem]:
    """Each in turn; what they are asked is not counted."""
    found = [await _finding(engine) for engine in chain.engines]
    return [problem for problem in found if problem]


async def _finding(engine: Counted) -> Problem | None:
    if not isinstance(engine, RemoteEngine) or not engine.serves(SOURCE, TARGET):
        return None  # models here, and pairs that a relay needs, are looked for elsewhere
    try:  # also one that is resting since it failed
        [answer] = await engine.try_out([SENTENCE], SOURCE, TARGET)
    except EngineFailed as failure:
        return _problem(engine, WORDS[failure.trouble], failure.trouble, str(failure))
    except NoModel:
        return _problem(engine, NO_PAIR)
    return None if answer else _problem(engine, NOTHING_USABLE, reason="no translation")


def _problem(
    engine: Counted, words: tuple[str, str], trouble: Trouble | None = None, reason: str = ""
) -> Problem:
    place = f".{KEYS[engine.name]}" if trouble == "key" and engine.name in KEYS else ""
    values = {"engine": NAMES.get(engine.name, engine.name), "reason": reason}
    return Problem(f"translate.{engine.name}{place}", *words, values, code="translate.engine")
