"""What the operator can set, as frozen types; every default is here and in config.example.toml.

Reading a file, the environment and the wording of mistakes live elsewhere. A validator here raises
a `PydanticCustomError` whose type `bot.mistakes` knows how to say.
"""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from bot.core.model import ChannelId, ChannelOptions, RelayChannel
from bot.core.options import AttachmentKind
from bot.i18n import LANGUAGES, Language

COGS = tuple(
    sorted(
        module.name
        for module in iter_modules([str(Path(__file__).parent.parent / "cogs")])
        if not module.name.startswith("_")
    )
)
DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}
CHANNEL_IDS = {
    "discord": re.compile(r"[0-9]{1,20}"),
    "telegram": re.compile(r"-[0-9]+(/[0-9]+)?"),
    "sandbox": re.compile(r"[\w-]{1,40}"),
}


def _wrong(mistake: str, **context: object) -> PydanticCustomError:
    return PydanticCustomError(mistake, mistake, context)  # pyright: ignore[reportArgumentType]


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _digits_as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    if not token or re.search(r"\s", token):
        raise _wrong("token_shape")
    return SecretStr(token)


def _telegram_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[\w-]+", value.get_secret_value(), re.ASCII):
        raise _wrong("telegram_token_shape")
    return value


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 — reading the port is what checks it
    except ValueError:
        return None
    return parts


def _web_address(value: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong("web_address")
    return value.rstrip("/")


def _host_and_port(value: str) -> str:
    parts = _split(f"//{value}")
    if parts is None or not parts.hostname or parts.port is None or parts.path:
        raise _wrong("host_and_port")
    return value


def _database_url(value: SecretStr) -> SecretStr:
    scheme, separator, rest = value.get_secret_value().strip().partition("://")
    if scheme not in DRIVERS or not separator or not rest or _split(f"db://{rest}") is None:
        raise _wrong("database_url")
    place, _, query = rest.partition("?")
    # libpq and most hosts say sslmode; asyncpg knows the same values under the name ssl.
    options = [("ssl" if k == "sslmode" else k, v) for k, v in parse_qsl(query)]
    suffix = f"?{urlencode(options)}" if options else ""
    return SecretStr(f"{DRIVERS[scheme]}://{place}{suffix}")


def _sqlite_url(data_dir: Path) -> str:
    return f"sqlite+aiosqlite:///{data_dir / 'catbridge.db'}"


def _room(name: str) -> str:
    if not CHANNEL_IDS["sandbox"].fullmatch(name):
        raise _wrong("sandbox_channel")
    return name


def _attachment_kind(name: str) -> str:
    if name not in list(AttachmentKind):
        raise _wrong("attachment_kind", value=name, choices=tuple(AttachmentKind))
    return name


def _time_of_day(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise _wrong("time_of_day", value=value)
    return value


def _cog(name: str) -> str:
    if name not in COGS:
        raise _wrong("cog", value=name)
    return name


EngineName = Literal["argos", "deepl", "libretranslate", "openai"]
OPENAI = "https://api.openai.com/v1"
Token = Annotated[SecretStr, AfterValidator(_token)]
Room = Annotated[str, AfterValidator(_room)]
Kind = Annotated[str, AfterValidator(_attachment_kind)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DiscordSettings(Section):
    token: Annotated[Token | None, BeforeValidator(_none_if_empty)] = None
    api_base: WebAddress = "https://discord.com/api/v10"
    catch_up_limit: int = Field(default=500, ge=0, le=10_000)  # messages per channel, read at start


class TelegramSettings(Section):
    token: Annotated[
        Annotated[Token, AfterValidator(_telegram_token)] | None, BeforeValidator(_none_if_empty)
    ] = None
    api_base: WebAddress = "https://api.telegram.org"


class SandboxSettings(Section):
    listen: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8765, ge=0, le=65_535)  # 0: any free port
    token: Annotated[Token | None, BeforeValidator(_none_if_empty)] = None
    rooms: tuple[Room, ...] = ()  # besides those of the relays: for mods to link


class PairingSettings(Section):
    relays: int = Field(default=50, ge=1, le=10_000)  # made by commands and from this file
    channels: int = Field(default=20, ge=2, le=100)  # in one relay made by commands


class HttpSettings(Section):
    listen: Annotated[str, AfterValidator(_host_and_port)]

    @property
    def host(self) -> str:
        return urlsplit(f"//{self.listen}").hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(f"//{self.listen}").port or 0


class RemoteSettings(Section):
    """What every engine that is not on this machine has."""

    timeout_seconds: int = Field(default=10, ge=1, le=120)  # for one message
    daily_characters: int = Field(default=100_000, ge=0)  # 0: no limit


class LibreTranslateSettings(RemoteSettings):
    url: WebAddress | None = None
    api_key: Annotated[Token | None, BeforeValidator(_none_if_empty)] = None


class DeepLSettings(RemoteSettings):
    key: Annotated[Token | None, BeforeValidator(_none_if_empty)] = None
    api_base: WebAddress | None = None  # None: DeepL's own, for a free or a paid key
    model: Literal["prefer_quality_optimized", "quality_optimized", "latency_optimized"] = (
        "prefer_quality_optimized"
    )


class OpenAISettings(RemoteSettings):
    timeout_seconds: int = Field(default=20, ge=1, le=120)
    api_base: WebAddress = OPENAI
    model: Annotated[str | None, BeforeValidator(_none_if_empty)] = None
    key: Annotated[Token | None, BeforeValidator(_none_if_empty)] = None  # yours may need none


class TranslateSettings(Section):
    engines: tuple[EngineName, ...] = ("argos",)  # asked in this order until one can
    remote_relays: tuple[str, ...] = ()  # whose messages may leave this machine; empty: all
    libretranslate: LibreTranslateSettings = LibreTranslateSettings()
    deepl: DeepLSettings = DeepLSettings()
    openai: OpenAISettings = OpenAISettings()
    package_dirs: tuple[Path, ...] = ()  # looked in before the default places
    index_url: WebAddress | None = None  # None: the index that argostranslate knows
    threads: int = Field(default=0, ge=0, le=256)  # 0: one per processor core


class RetentionSettings(Section):
    text_days: int = Field(default=2, ge=1, le=365)
    ids_days: int = Field(default=30, ge=2, le=3650)


class ChannelSettings(Section):
    platform: Literal["discord", "telegram", "sandbox"]
    channel: Annotated[str, BeforeValidator(_digits_as_text)]
    language: Language
    names: Literal["full", "plain"] = "full"
    original: Literal["hidden", "spoiler", "button"] = "hidden"
    attachments: tuple[Kind, ...] | None = None  # None: all kinds
    join_lines: StrictBool = False
    bots: StrictBool = False
    quiet_from: TimeOfDay | None = None
    quiet_to: TimeOfDay | None = None
    mode: Literal["both", "read", "write"] = "both"
    reactions: StrictBool = True

    @field_validator("channel")
    @classmethod
    def _fits_platform(cls, value: str, info: ValidationInfo) -> str:
        platform = info.data.get("platform")
        if platform and not CHANNEL_IDS[platform].fullmatch(value):
            raise _wrong(f"{platform}_channel")
        return value

    @property
    def id(self) -> ChannelId:
        return ChannelId(self.platform, self.channel)

    @property
    def options(self) -> ChannelOptions:
        kinds = self.attachments
        return ChannelOptions(
            names=self.names,
            original=self.original,
            attachments=None if kinds is None else frozenset(map(AttachmentKind, kinds)),
            join_lines=self.join_lines,
            bots=self.bots,
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            mode=self.mode,
            reactions=self.reactions,
        )


class RelaySettings(Section):
    name: str = Field(min_length=1, max_length=50)
    channels: tuple[ChannelSettings, ...] = Field(min_length=2)

    @property
    def relay_channels(self) -> tuple[RelayChannel, ...]:
        return tuple(RelayChannel(one.id, one.language, one.options) for one in self.channels)


class Settings(Section):
    data_dir: Path = Path("data")
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        default_factory=lambda earlier: SecretStr(_sqlite_url(earlier["data_dir"]))
    )
    nats_url: SecretStr | None = None
    language: Language = LANGUAGES[0]  # the operator's own, for the log and the command line
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    cogs: tuple[Annotated[str, AfterValidator(_cog)], ...] = COGS
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    sandbox: SandboxSettings | None = None  # None: off
    http: HttpSettings | None = None  # None: off
    translate: TranslateSettings = TranslateSettings()
    retention: RetentionSettings = RetentionSettings()
    pairing: PairingSettings = PairingSettings()
    relays: tuple[RelaySettings, ...] = ()

    @property
    def platforms(self) -> frozenset[str]:
        """Those switched on: the ones with a token, and the sandbox where it has a section."""
        switched_on = {
            "discord": self.discord.token is not None,
            "telegram": self.telegram.token is not None,
            "sandbox": self.sandbox is not None,
        }
        return frozenset(platform for platform, is_on in switched_on.items() if is_on)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never appear in a log, as it may be written there."""
        engines = self.translate
        tokens = [
            self.discord.token,
            self.telegram.token,
            self.sandbox and self.sandbox.token,
            engines.libretranslate.api_key,
            engines.deepl.key,
            engines.openai.key,
        ]
        passwords = [
            _password(url.get_secret_value()) for url in (self.database_url, self.nats_url) if url
        ]
        texts = [token.get_secret_value() for token in tokens if token] + passwords
        return tuple({spelling for text in texts if text for spelling in (text, unquote(text))})


def _password(url: str) -> str:
    parts = _split(url)
    return (parts and parts.password) or ""
