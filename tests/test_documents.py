"""What the documents tell people to type, open and write down is there, and works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from typer.testing import CliRunner

from bot import config
from bot.adapters.discord.checks import FOR_REACTIONS, FOR_THREADS, NEEDED
from bot.cli import program
from bot.cog import Cog
from bot.settings import COGS
from bot.store.schema import metadata

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
HANDBOOKS = ("docs/community.md", "docs/community.zh-CN.md")
GUIDES = ("docs/pairing.md", "docs/pairing.zh-CN.md")
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
)
TOKENS = {
    "DISCORD_TOKEN": "a.token",
    "DEEPL_API_KEY": "k",
    "TELEGRAM_TOKEN": "123456:a-token",
    "LANG": "en",
}
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"python -m bot((?: [a-z][a-z-]*)*)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
INVITATION = re.compile(r"https://discord\.com/oauth2/authorize\?\S+")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
HAN = "[\u4e00-\u9fff]"


def text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def prose(document: str) -> str:
    return BLOCK.sub("", text(document))


def blocks(document: str) -> list[tuple[str, str]]:
    return [(kind, body) for _, kind, body in BLOCK.findall(text(document))]


def commands() -> Iterator[tuple[str, ...]]:
    """The words after `python -m bot` that name a command, in every document."""
    for document in DOCUMENTS:
        for words in COMMAND.findall(text(document)):
            yield tuple(words.split())


def anchors(document: str) -> set[str]:
    """Headings as addresses, the way code hosts make them."""
    titles = (title.lower() for _, title in HEADING.findall(prose(document)))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def links() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for target in LINK.findall(prose(document)):
            if not urlsplit(target).scheme:
                yield document, target


def invited(document: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(INVITATION.findall(text(document))[0]).query)


def test_the_documents_name_commands() -> None:
    assert {("run",), ("check",), ("models", "install"), ("outbox",)} <= {c[:2] for c in commands()}


@pytest.mark.parametrize("words", sorted({c[:2] for c in commands()}), ids=" ".join)
def test_a_command_that_the_documents_name_exists(words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(program, [*words, "--help"], prog_name="python -m bot")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith(f"Usage: python -m bot {' '.join(words)}".rstrip())


def test_every_command_is_in_the_operators_handbook() -> None:
    known = {name for command in program.registered_commands if (name := command.callback.__name__)}  # type: ignore[union-attr]
    known |= {str(group.name) for group in program.registered_groups}
    told = {title for _, title in HEADING.findall(prose("docs/operating.md"))}
    assert known <= told


@pytest.mark.parametrize(("document", "target"), sorted(set(links())))
def test_a_link_leads_somewhere(document: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    file = (ROOT / document).parent / path if path else ROOT / document
    assert file.exists()
    if anchor:
        assert anchor in anchors(str(file.resolve().relative_to(ROOT)))


@pytest.mark.parametrize("script", sorted(set(re.findall(r"scripts/\w+", text("README.md")))))
def test_a_script_that_the_readme_names_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111


@pytest.mark.parametrize("document", DOCUMENTS)
def test_settings_that_a_document_shows_are_accepted(document: str, tmp_path: Path) -> None:
    for kind, body in blocks(document):
        if kind == "toml":
            file = tmp_path / "config.toml"
            file.write_text(body, encoding="utf-8")
            config.load(file, TOKENS)


def test_the_readme_s_relay_joins_two_languages_on_two_platforms(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(dict(blocks("README.md"))["toml"], encoding="utf-8")
    one, other = config.load(file, TOKENS).relays[0].channels
    assert {one.platform, other.platform} == {"discord", "telegram"}
    assert {one.language, other.language} == {"en", "zh"}


def test_both_readmes_show_the_same_blocks() -> None:
    assert blocks("README.md") == blocks("README.zh-CN.md")
    assert blocks("README.md")


@pytest.mark.parametrize(
    "pair", [READMES, HANDBOOKS, GUIDES], ids=["readmes", "handbooks", "guides"]
)
def test_both_languages_have_the_same_outline(pair: tuple[str, str]) -> None:
    english, chinese = (
        [len(level) for level, _ in HEADING.findall(prose(document))] for document in pair
    )
    assert english == chinese


def slash_commands() -> set[str]:
    """As people type them, without the slash. The classes tell: no host is needed for that."""
    found: set[str] = set()
    for name in COGS:
        for cog in vars(import_module(f"cogs.{name}")).values():
            if isinstance(cog, type) and issubclass(cog, Cog):
                marks = (getattr(method, "__catbridge__", None) for method in vars(cog).values())
                words = [mark.options["name"] for mark in marks if mark and mark.what == "command"]
                found |= {f"{cog.group} {word}" if cog.group else word for word in words}
    return found


def test_the_commands_are_found() -> None:
    assert {"help", "relay list", "buddy find", "ask-close"} <= slash_commands()


@pytest.mark.parametrize("document", HANDBOOKS)
def test_every_command_of_the_community_is_in_its_handbook(document: str) -> None:
    commands = {command for command in slash_commands() if not command.startswith("relay ")}
    assert [c for c in sorted(commands) if not re.search(rf"/{c}(?![\w-])", text(document))] == []


@pytest.mark.parametrize("document", GUIDES)
def test_every_command_that_links_channels_is_in_its_guide(document: str) -> None:
    commands = {command for command in slash_commands() if command.startswith("relay ")}
    assert [c for c in sorted(commands) if not re.search(rf"/{c}(?![\w-])", text(document))] == []


@pytest.mark.parametrize("document", [*HANDBOOKS, *GUIDES])
def test_every_command_that_a_handbook_names_exists(document: str) -> None:
    known = {tuple(command.split()) for command in slash_commands()}
    known |= {command[:1] for command in known}
    typed = re.findall(r"(?:`|^)/([a-z_-]+)(?: ([a-z]+))?", text(document), re.MULTILINE)
    named = {(first.replace("_", "-"), second) for first, second in typed}
    grouped = {command[0] for command in known if len(command) == 2}
    said = {(one, two) if one in grouped and two else (one,) for one, two in named}
    assert said - known == {("setprivacy",)} & said  # that one is @BotFather's


@pytest.mark.parametrize("document", READMES)
def test_the_invitation_asks_for_what_the_program_needs(document: str) -> None:
    needed = discord.Permissions(**dict.fromkeys(NEEDED | FOR_THREADS | FOR_REACTIONS, True))
    assert invited(document)["permissions"] == [str(needed.value)]
    assert invited(document)["scope"] == ["bot applications.commands"]


@pytest.mark.parametrize("document", READMES)
def test_the_invitations_permissions_are_named_beside_it(document: str) -> None:
    shown = re.sub(r"View Channels", "View Channel", text(document))
    names = (NEEDED | FOR_THREADS | FOR_REACTIONS).values()
    assert [name for name in names if f"**{name}**" not in shown] == []


def test_the_log_lines_explained_to_operators_are_those_of_the_program() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    log = text("docs/operating.md").split("\n## The log\n")[1].split("\n## ")[0]
    cells = [row.split(" | ")[0] for row in log.splitlines() if row.startswith("| `")]
    lines = [line for cell in cells for line in re.findall("`([^`]+)`", cell)]
    assert len(lines) > 15
    assert [line for line in lines if f'"{line}"' not in source] == []


CODE = re.compile(
    r'"((?:channel|clock|database|discord|disk|fonts|lane|models|program|relay|system|telegram|zones)'
    r'\.[a-z.]+)"'
)
KEYS = {"discord.intents"}  # of the configuration


def test_every_finding_of_the_doctor_is_explained_to_operators() -> None:
    modules = (
        *("bot/checkup.py", "bot/doctor.py", "bot/findings.py", "bot/standing.py"),
        *(f"bot/adapters/discord/{name}.py" for name in ("checks", "examination")),
        *(f"bot/adapters/telegram/{name}.py" for name in ("checkup", "polling")),
    )
    codes = {code for module in modules for code in CODE.findall(text(module))} - KEYS
    table = text("docs/operating.md").split("\n## The doctor's findings\n")[1].split("\n## ")[0]
    assert len(codes) > 50
    assert codes - set(re.findall("`([a-z.]+)`", table)) == set()


def test_the_privacy_page_names_every_table_in_both_languages() -> None:
    english, chinese = text("PRIVACY.md").split("\n## 中文\n")
    for table in metadata.tables:
        assert f"`{table}`" in english
        assert f"`{table}`" in chinese


def chinese_prose() -> list[str]:
    """Lines of Chinese, without addresses and marks; code stands as one Latin letter."""
    documents = map(prose, ("README.zh-CN.md", HANDBOOKS[1], GUIDES[1]))
    whole = "\n".join((*documents, prose("PRIVACY.md").split("\n## 中文\n")[1]))
    bare = re.sub(r"!\[|\]\([^)]*\)|[*|\[\]]", "", re.sub(r"`[^`]*`|<[^>]*>", "x", whole))
    return [line.strip() for line in bare.splitlines() if re.search(HAN, line)]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(f"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", id="no space between Han and Latin"),
        pytest.param(f"{HAN}[,;:!?()]|[,;:!?()]{HAN}", id="half-width punctuation"),
        pytest.param(f" [，。；：！？（）]|[，。；：！？（）] {HAN}", id="space at punctuation"),
    ],
)
def test_chinese_is_set_as_chinese(fault: str) -> None:
    assert [line for line in chinese_prose() if re.search(fault, line)] == []


@pytest.mark.parametrize("name", ["sandbox", "sandbox.zh", "pairing", "pairing.zh"])
def test_a_picture_loads_quickly(name: str) -> None:
    assert (ROOT / "docs" / f"{name}.png").stat().st_size < 200_000
