"""The engines that the operator named, in order, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from bot.budgets import ShownPurse, StoredPurse
from bot.core.ports import Clock, Engine, Translator, Wordbook
from bot.settings import EngineName, RemoteSettings, Settings
from bot.store.database import Database
from bot.translate import lexicon
from bot.translate.argos import ArgosEngine
from bot.translate.chain import Chain, Counted, Limits, RemoteEngine, Service
from bot.translate.deepl import DeepLEngine
from bot.translate.libretranslate import LibreTranslateEngine
from bot.translate.openai import OpenAIEngine
from bot.translate.pipeline import PATIENCE, Pipeline


def chain_of(
    settings: Settings, database: Database, clock: Clock, *, is_shown: bool = False
) -> Chain:
    """Nothing is asked yet, and nothing is read from the database.

    `is_shown` where the database is only looked at.
    """
    purse = ShownPurse(database, clock) if is_shown else StoredPurse(database, clock)

    def engine_of(name: EngineName) -> Counted:
        if name == "argos":
            return _argos(settings)
        engine, wanted = _remote(name, settings, clock)
        limits = Limits(wanted.daily_characters, wanted.timeout_seconds)
        return RemoteEngine(engine, limits=limits, purse=purse, clock=clock)

    return Chain([engine_of(name) for name in settings.translate.engines])


def translator_of(
    settings: Settings,
    chain: Chain,
    name_of: Callable[[int], str | None],
    wordbook: Wordbook | None = None,
) -> Translator:
    """`name_of` a relay says whether what is written there may leave this machine."""
    allowed = frozenset(settings.translate.remote_relays)
    remote = {engine.name for engine in chain.engines if engine.is_remote}

    def may_ask(engine: Engine, community: int | None) -> bool:
        if not allowed or engine.name not in remote:
            return True
        return community is not None and name_of(community) in allowed

    return Pipeline(
        chain,
        wordbook=wordbook,
        lexicon=lexicon,
        may_ask=may_ask,
        patience=patience(settings),
    )


def patience(settings: Settings) -> float:
    """Seconds for one message: as long as usual, after every engine elsewhere was too slow."""
    wanted = settings.translate
    waits = {
        "deepl": wanted.deepl.timeout_seconds,
        "libretranslate": wanted.libretranslate.timeout_seconds,
        "openai": wanted.openai.timeout_seconds,
    }
    return PATIENCE + sum(waits.get(name, 0) for name in wanted.engines)


def _argos(settings: Settings) -> ArgosEngine:
    wanted = settings.translate
    return ArgosEngine(settings.data_dir, package_dirs=wanted.package_dirs, threads=wanted.threads)


def _remote(name: EngineName, settings: Settings, clock: Clock) -> tuple[Service, RemoteSettings]:
    if name == "deepl":
        deepl = settings.translate.deepl
        engine = DeepLEngine(
            _said(deepl.key) or "",
            model=deepl.model,
            timeout_seconds=deepl.timeout_seconds,
            api_base=deepl.api_base,
        )
        return engine, deepl
    if name == "openai":
        openai = settings.translate.openai
        engine = OpenAIEngine(
            openai.api_base,
            model=openai.model or "",
            timeout_seconds=openai.timeout_seconds,
            key=_said(openai.key),
        )
        return engine, openai
    libre = settings.translate.libretranslate
    engine = LibreTranslateEngine(
        libre.url or "",
        clock=clock,
        timeout_seconds=libre.timeout_seconds,
        api_key=_said(libre.api_key),
    )
    return engine, libre


def _said(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
