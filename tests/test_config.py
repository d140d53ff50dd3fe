"""What the operator writes, and what they are told about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.config import Settings, demo, load, unready
from bot.core.errors import Misconfigured, Problem
from bot.core.model import ChannelId, ChannelOptions, RelayChannel
from bot.core.options import AttachmentKind

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
DISCORD = '[[relays.channels]]\nplatform = "discord"\nchannel = "112233445566"\nlanguage = "en"\n'
TELEGRAM = '[[relays.channels]]\nplatform = "telegram"\nchannel = "-1001234"\nlanguage = "zh"\n'
TOKENS = {"DISCORD_TOKEN": "MTk4.G5x.secret", "TELEGRAM_TOKEN": "123456:AAF-secret_Token"}


def read(folder: Path, text: str | bytes, environ: Mapping[str, str] = TOKENS) -> Settings:
    path = folder / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, environ)


def problems(
    folder: Path, text: str | bytes, environ: Mapping[str, str] = TOKENS
) -> dict[str, Problem]:
    with pytest.raises(Misconfigured) as caught:
        read(folder, text, environ)
    return {problem.key: problem for problem in caught.value.problems}


def test_an_empty_file_is_enough(tmp_path: Path) -> None:
    settings = read(tmp_path, "", {})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url.get_secret_value() == (
        f"sqlite+aiosqlite:///{tmp_path}/data/catbridge.db"
    )
    assert settings.platforms == frozenset()


def test_relays_are_read_as_they_are_written(tmp_path: Path) -> None:
    settings = read(tmp_path, f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}')
    [relay] = settings.relays
    assert relay.name == "main"
    assert relay.relay_channels == (
        RelayChannel(ChannelId("discord", "112233445566"), "en"),
        RelayChannel(ChannelId("telegram", "-1001234"), "zh"),
    )


def test_a_channels_options_are_read_as_they_are_written(tmp_path: Path) -> None:
    chosen = """
    names = "plain"
    original = "button"
    attachments = ["image", "voice"]
    join_lines = true
    bots = true
    quiet_from = "22:00"
    quiet_to = "07:30"
    mode = "read"
    reactions = false
    """
    settings = read(tmp_path, f'[[relays]]\nname = "a"\n{DISCORD}{chosen}{TELEGRAM}', TOKENS)
    one, other = settings.relays[0].relay_channels
    assert one.options == ChannelOptions(
        names="plain",
        original="button",
        attachments=frozenset({AttachmentKind.IMAGE, AttachmentKind.VOICE}),
        join_lines=True,
        bots=True,
        quiet_from="22:00",
        quiet_to="07:30",
        mode="read",
        reactions=False,
    )
    assert other.options == ChannelOptions()


def test_a_list_without_kinds_lets_no_file_over(tmp_path: Path) -> None:
    relay = f'[[relays]]\nname = "a"\n{DISCORD}attachments = []\n{TELEGRAM}'
    assert read(tmp_path, relay, TOKENS).relays[0].channels[0].options.attachments == frozenset()


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('names = "nick"', "names", ("“nick” is not known here.", "full, plain")),
        ('original = "buton"', "original", ("“buton” is not known here.", "button")),
        ('mode = "send"', "mode", ("“send” is not known here.", "both, read, write")),
        ('attachments = ["images"]', "attachments[0]", ("“images” is not", "image, animation")),
        ('attachments = "image"', "attachments", ("This must be a list.", "square")),
        ('bots = "yes"', "bots", ("This must be true or false.", "without quotes")),
        ("reactions = 0", "reactions", ("This must be true or false.", "without quotes")),
        ("join_lines = 1", "join_lines", ("This must be true or false.", "without quotes")),
        (
            'quiet_from = "25:00"\nquiet_to = "7:00"',
            "quiet_to",
            ("“7:00” is not a time of day.", "22:30"),
        ),
        ('quiet_from = "22:00"', "quiet_from", ("Quiet hours need", "Add quiet_to beside it.")),
        ('quiet_to = "22:00"', "quiet_to", ("Quiet hours need", "Add quiet_from beside it.")),
    ],
)
def test_a_wrong_option_is_answered_with_what_fits(
    tmp_path: Path, line: str, key: str, words: tuple[str, str]
) -> None:
    found = problems(tmp_path, f'[[relays]]\nname = "a"\n{DISCORD}{line}\n{TELEGRAM}')
    problem = found[f"relays[0].channels[0].{key}"]
    assert words[0] in problem.reason
    assert words[1] in (problem.remedy or "").format(**problem.values)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    assert read(tmp_path, b'\xef\xbb\xbflog_level = "debug"').log_level == "debug"


def test_an_unquoted_channel_id_is_accepted(tmp_path: Path) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'.replace('"-1001234"', "-1001234")
    assert read(tmp_path, text).relays[0].channels[1].channel == "-1001234"


@pytest.mark.parametrize("channel", ["-1001234/42", "-4012345678"])
def test_topics_and_small_groups_are_telegram_channels(tmp_path: Path, channel: str) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'.replace("-1001234", channel)
    assert read(tmp_path, text).relays[0].channels[1].channel == channel


def test_a_relay_may_join_channels_of_one_language(tmp_path: Path) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'.replace('"zh"', '"en"')
    assert {channel.language for channel in read(tmp_path, text).relays[0].channels} == {"en"}


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    settings = read(
        tmp_path,
        '[discord]\ntoken = "from-the-file"\n',
        TOKENS | {"DATABASE_URL": url, "NATS_URL": "nats://queue:4222"},
    )
    assert settings.discord.token
    assert settings.discord.token.get_secret_value() == TOKENS["DISCORD_TOKEN"]
    assert settings.database_url.get_secret_value() == f"sqlite+aiosqlite:///{tmp_path}/other.db"
    assert settings.nats_url
    assert settings.platforms == {"discord", "telegram"}


def test_an_empty_variable_leaves_the_file_alone(tmp_path: Path) -> None:
    settings = read(tmp_path, '[discord]\ntoken = "from-the-file"\n', {"DISCORD_TOKEN": " "})
    assert settings.discord.token
    assert settings.discord.token.get_secret_value() == "from-the-file"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_hosts_postgres_address_is_made_to_fit(scheme: str) -> None:
    settings = Settings.model_validate(
        {"database_url": f"{scheme}://cat:p%40ss@db.example:5432/bridge?sslmode=require"}
    )
    assert settings.database_url.get_secret_value() == (
        "postgresql+asyncpg://cat:p%40ss@db.example:5432/bridge?ssl=require"
    )


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_operators_language_comes_from_the_locale(
    tmp_path: Path, environ: dict[str, str], language: str
) -> None:
    assert read(tmp_path, "", environ).language == language


def test_package_folders_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    settings = read(tmp_path, '[translate]\npackage_dirs = ["models", "/srv/models"]\n')
    assert settings.translate.package_dirs == (tmp_path / "models", Path("/srv/models"))


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    environ = TOKENS | {"NATS_URL": "nats://cat:p%40ss@queue"}
    settings = read(tmp_path, "", environ)
    assert set(settings.secrets) == {*TOKENS.values(), "p%40ss", "p@ss"}
    assert not any(secret in f"{settings!r}{settings}" for secret in settings.secrets)


def test_keys_of_engines_come_from_the_environment_and_are_secrets(tmp_path: Path) -> None:
    keys = {
        "LIBRETRANSLATE_API_KEY": "libre-s3cret",
        "DEEPL_API_KEY": "deepl-s3cret:fx",
        "OPENAI_API_KEY": "sk-s3cret",
    }
    settings = read(tmp_path, '[translate.deepl]\nkey = "from-the-file"\n', keys)
    assert settings.translate.deepl.key
    assert settings.translate.deepl.key.get_secret_value() == "deepl-s3cret:fx"
    assert set(settings.secrets) == set(keys.values())
    assert "s3cret" not in f"{settings!r}{settings}"


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ('engines = ["libretranslate"]', {"translate.libretranslate.url"}),
        ('engines = ["deepl", "argos"]', {"translate.deepl.key"}),
        ('engines = ["openai"]', {"translate.openai.key", "translate.openai.model"}),
        ("engines = []", {"translate.engines"}),
        ('engines = ["argos", "argos"]', {"translate.engines[1]"}),
    ],
)
def test_an_engine_in_use_needs_what_it_is_asked_with(
    tmp_path: Path, text: str, lacking: set[str]
) -> None:
    found = problems(tmp_path, f"[translate]\n{text}\n")
    assert set(found) == lacking
    assert all(problem.reason and problem.remedy for problem in found.values())


def test_a_missing_key_is_told_with_its_variable(tmp_path: Path) -> None:
    found = problems(tmp_path, '[translate]\nengines = ["deepl"]\n')
    assert "DEEPL_API_KEY" in str(found["translate.deepl.key"])
    settings = read(tmp_path, '[translate]\nengines = ["deepl"]\n', {"DEEPL_API_KEY": "k"})
    assert settings.translate.engines == ("deepl",)


def test_a_language_model_of_your_own_needs_no_key(tmp_path: Path) -> None:
    text = '[translate]\nengines = ["openai"]\n[translate.openai]\nmodel = "cat"\n'
    address = 'api_base = "http://127.0.0.1:11434/v1/"\n'
    assert read(tmp_path, text + address).translate.openai.api_base.endswith("/v1")
    assert set(problems(tmp_path, text)) == {"translate.openai.key"}


def test_a_relay_whose_messages_may_leave_must_exist(tmp_path: Path) -> None:
    relay = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'
    text = '[translate]\nremote_relays = ["main", "mian"]\n'
    assert set(problems(tmp_path, text + relay)) == {"translate.remote_relays[1]"}


def test_a_command_that_stays_offline_needs_no_key_of_an_engine(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[translate]\nengines = ["deepl"]\n')
    settings = load(path, {}, is_offline=True)
    assert [problem.key for problem in unready(settings)] == ["translate.deepl.key"]
    assert unready(load(path, {"DEEPL_API_KEY": "k"}, is_offline=True)) == []


@pytest.mark.parametrize("text", ["translate = 3", "[translate]\ndeepl = 3\nengines = 3"])
def test_a_key_in_the_environment_does_not_hide_a_wrong_section(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text, {"DEEPL_API_KEY": "k"})


def test_a_problem_never_quotes_a_secret(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "",
        {
            "DISCORD_TOKEN": "Bot s3cret",
            "TELEGRAM_TOKEN": "s3cret",
            "DATABASE_URL": "mysql://cat:s3cret@host/name",
        },
    )
    assert set(found) == {"DISCORD_TOKEN", "TELEGRAM_TOKEN", "DATABASE_URL"}
    assert "s3cret" not in str(list(found.values()))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        data_dri = "x"
        log_level = "loud"
        cogs = ["no_such_cog"]
        database_url = "mysql://host/name"
        relays = 3
        [discord]
        catch_up_limit = "many"
        [http]
        listen = "9090"
        [sandbox]
        listen = "0.0.0.0"
        [translate]
        engines = ["argos", "google"]
        index_url = "example.org"
        threads = -1
        [translate.deepl]
        daily_characters = -1
        """,
    )
    assert set(found) == {
        "data_dri",
        "log_level",
        "cogs[0]",
        "database_url",
        "relays",
        "discord.catch_up_limit",
        "http.listen",
        "sandbox.token",
        "translate.deepl.daily_characters",
        "translate.engines[1]",
        "translate.index_url",
        "translate.threads",
    }
    assert all(problem.reason and problem.remedy for problem in found.values())


@pytest.mark.parametrize(
    ("line", "key", "suggestion"),
    [
        ('data_dri = "x"', "data_dri", "data_dir"),
        ('[discord]\ntokn = "x"', "discord.tokn", "token"),
        ("[retension]\nids_days = 3", "retension", "retention"),
        ('language = "ZH"', "language", "zh"),
        ('log_level = "inof"', "log_level", "info"),
        ('[translate]\nengines = ["DeepLs"]', "translate.engines[0]", "deepl"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_the_right_word(
    tmp_path: Path, line: str, key: str, suggestion: str
) -> None:
    assert problems(tmp_path, line)[key].remedy == f"Did you mean “{suggestion}”?"


def test_a_key_below_the_wrong_header_is_sent_to_the_top(tmp_path: Path) -> None:
    found = problems(tmp_path, f'[[relays]]\nname = "a"\n{DISCORD}{TELEGRAM}log_level = "debug"')
    assert "top of the file" in found["relays[0].channels[1].log_level"].remedy


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('"discord"', '"irc"', "platform"),
        ('"en"', '"fr"', "language"),
        ('"112233445566"', '"#general"', "channel"),
        ('platform = "discord"', "", "platform"),
    ],
)
def test_a_wrong_channel_is_named_by_its_place(
    tmp_path: Path, before: str, after: str, key: str
) -> None:
    text = f'[[relays]]\nname = "main"\n{TELEGRAM}{DISCORD.replace(before, after)}'
    assert set(problems(tmp_path, text)) == {f"relays[0].channels[1].{key}"}


@pytest.mark.parametrize("channel", ["1234567", "@catbridge", "-100123/", "-100123/x"])
def test_what_is_not_a_telegram_group_is_refused(tmp_path: Path, channel: str) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'.replace("-1001234", channel)
    assert set(problems(tmp_path, text)) == {"relays[0].channels[1].channel"}


def test_a_relay_needs_two_channels(tmp_path: Path) -> None:
    assert set(problems(tmp_path, f'[[relays]]\nname = "main"\n{DISCORD}')) == {
        "relays[0].channels"
    }


def test_two_relays_can_share_neither_name_nor_channel(tmp_path: Path) -> None:
    other = DISCORD.replace("112233445566", "99")
    text = f'[[relays]]\nname = "a"\n{DISCORD}{TELEGRAM}[[relays]]\nname = "a"\n{other}{TELEGRAM}'
    found = problems(tmp_path, text)
    assert set(found) == {"relays[1].name", "relays[1].channels[1].channel"}
    assert "relays[0].channels[1]" in found["relays[1].channels[1].channel"].reason


def test_a_channel_is_linked_once_in_a_relay(tmp_path: Path) -> None:
    text = f'[[relays]]\nname = "a"\n{DISCORD}{TELEGRAM}{TELEGRAM}'
    assert set(problems(tmp_path, text)) == {"relays[0].channels[2].channel"}


def test_a_platform_in_use_needs_its_token(tmp_path: Path) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}'
    found = problems(tmp_path, text, {})
    assert set(found) == {"discord.token", "telegram.token"}
    assert "DISCORD_TOKEN" in found["discord.token"].remedy


def test_a_command_that_stays_offline_needs_no_token(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[[relays]]\nname = "main"\n{DISCORD}{TELEGRAM}')
    assert load(path, {}, is_offline=True).relays


def test_a_sandbox_room_needs_the_sandbox(tmp_path: Path) -> None:
    room = '[[relays.channels]]\nplatform = "sandbox"\nchannel = "{}"\nlanguage = "en"\n'
    text = f'[[relays]]\nname = "main"\n{room.format("one")}{room.format("two")}'
    assert set(problems(tmp_path, text)) == {"sandbox"}
    assert read(tmp_path, f"{text}[sandbox]\n").sandbox


def test_a_data_dir_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert set(problems(tmp_path, 'data_dir = "taken/data"')) == {"data_dir"}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path / "none.toml", {})
    [problem] = caught.value.problems
    assert problem.key == str(tmp_path / "none.toml")


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="can't be read"):
        load(tmp_path, {})


def test_another_encoding_is_told(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "# 猫桥".encode("gb18030")).values()
    assert "UTF-8" in problem.reason


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    [key] = problems(tmp_path, 'log_level = "info"\nlog_format = “json”\n')
    assert key.endswith("config.toml:2")


def test_problems_are_told_in_the_operators_language(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "retension = 3", {"LANG": "zh_CN.UTF-8"}).values()
    assert re.search(r"[\u4e00-\u9fff]", problem.reason + problem.remedy)
    [problem] = problems(tmp_path, 'language = "en"\nretension = 3', {"LANG": "zh_CN"}).values()
    assert problem.reason == "There is no such key."


def test_the_demo_joins_two_rooms_on_loopback(tmp_path: Path) -> None:
    settings = demo(9000, tmp_path / "demo", {})
    assert settings.platforms == {"sandbox"}
    assert settings.sandbox
    assert (settings.sandbox.listen, settings.sandbox.port) == ("127.0.0.1", 9000)
    assert [str(channel.id) for channel in settings.relays[0].channels] == [
        "sandbox:english",
        "sandbox:chinese",
    ]


def test_the_example_loads_as_it_is_and_holds_the_defaults() -> None:
    places = {"data_dir", "database_url"}
    defaults = load(None, {}).model_dump(exclude=places)
    assert load(EXAMPLE, {}).model_dump(exclude=places) == defaults


def test_the_example_loads_with_every_section_switched_on(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^# (# |\[|\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^(database_url|cogs|token) = .*$", "", text)
    settings = read(tmp_path, text)
    assert settings.platforms == {"discord", "telegram", "sandbox"}
    assert settings.http
    assert settings.http.port == 9090
    assert len(settings.relays[0].channels) == 2


def test_the_example_shows_every_key() -> None:
    shown = set(re.findall(r"(?m)^(?:# )?(\w+) = ", EXAMPLE.read_text(encoding="utf-8")))
    headers = set(re.findall(r"(?m)^(?:# )?\[+(?:\w+\.)?(\w+)\]+$", EXAMPLE.read_text("utf-8")))
    assert set(_keys(Settings)) <= shown | headers


def _keys(model: type[BaseModel]) -> list[str]:
    found: list[str] = []
    for name, field in model.model_fields.items():
        found.append(name)
        for section in _sections(field.annotation):
            found += _keys(section)
    return found


def _sections(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [section for inner in get_args(annotation) for section in _sections(inner)]


@pytest.mark.parametrize(
    ("option", "key", "listed"),
    [
        ("colour = 1", "colour", "、language、names、"),
        ('mode = "x"', "mode", "both、read、write"),
        ('attachments = ["x"]', "attachments[0]", "image、animation、"),
    ],
)
def test_what_may_be_written_is_listed_as_the_operators_language_lists_it(
    tmp_path: Path, option: str, key: str, listed: str
) -> None:
    text = f'[[relays]]\nname = "main"\n{DISCORD}{option}\n{TELEGRAM}'
    at = f"relays[0].channels[0].{key}"
    assert listed in problems(tmp_path, f'language = "zh"\n{text}')[at].remedy
    assert listed.replace("、", ", ").strip(", ") in problems(tmp_path, text)[at].remedy


def test_a_problem_that_nobody_has_translated_yet_lists_words_all_the_same() -> None:
    found = Problem("fonts", "Missing: {fonts}.", "Install them.", {"fonts": ("A", "B")})
    assert str(found) == "fonts: Missing: A, B. Install them."
