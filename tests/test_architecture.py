"""The shape of the program: who may import whom, and what no module may hold."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    path.relative_to(ROOT) for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py")
)
# An import goes down, or stays within its own group. Higher numbers are further up.
LAYERS = {
    "bot": 0,
    "bot.core": 0,
    "bot.clock": 1,
    "bot.i18n": 1,
    "bot.log": 2,
    "bot.parameters": 2,
    "bot.services": 2,
    "bot.settings": 2,
    "bot.cog": 3,
    "bot.store": 3,
    "bot.translate": 3,
    "bot.adapters": 5,
    "bot.adapters.discord": 5,
    "bot.adapters.sandbox": 5,
    "bot.adapters.telegram": 5,
    "bot.schedule": 5,
    "cogs": 5,
    "bot.mistakes": 6,
    "bot.crosscheck": 7,
    "bot.config": 8,
    "bot.platforms": 8,
    "bot.app": 9,
    "bot.beside": 10,
    "bot.cli": 11,
    "bot.__main__": 12,
}
MIDDLE = 4  # dispatch, intake, deliver and their parts: what hears, plans and says
HOMES = {
    "discord": ("bot/adapters/discord/",),
    "telegram": ("bot/adapters/telegram/",),
    "sqlalchemy": ("bot/store/",),
    "alembic": ("bot/store/",),
    "aiosqlite": ("bot/store/",),
    "apscheduler": ("bot/schedule.py",),
    "ctranslate2": ("bot/translate/argos.py",),
    "argostranslate": ("bot/translate/argos.py", "bot/translate/packages.py"),
    "lap": ("bot/community/matching.py",),
    "numpy": ("bot/community/matching.py",),
    "pypinyin": ("bot/translate/pinyin.py",),
    "typer": ("bot/cli/",),
    "rich": ("bot/cli/",),
}
BOUNDARIES = re.compile(
    r"bot/(cli/\w+|dispatch|deliver|lane|mirror|schedule|translate/(worker|mishap)"
    r"|adapters/\w+/(client|ingest|batch))\.py"
)
LONGEST = 400  # lines
VAGUE = {"util", "utils", "helper", "helpers", "base", "manager", "common", "misc"}


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def group(dotted: str) -> str:
    """The longest known group that `dotted` is in, else its first two words."""
    parts = dotted.split(".")
    known = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((name for name in known if name in LAYERS and name != "bot"), ".".join(parts[:2]))


def layer(name: str) -> int:
    return LAYERS.get(name, MIDDLE)


def dotted(module: Path) -> str:
    parts = module.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def handlers() -> Iterator[tuple[Path, ast.ExceptHandler]]:
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ExceptHandler):
                yield module, node


def test_imports_go_one_way() -> None:
    assert [
        f"{module} imports {imported}"
        for module in MODULES
        for imported in imports(module)
        if imported.split(".")[0] in {"bot", "cogs"}
        and not may_import(group(dotted(module)), group(imported))
    ] == []


def may_import(here: str, there: str) -> bool:
    are_both_middle = layer(here) == layer(there) == MIDDLE
    return here == there or are_both_middle or layer(there) < layer(here)


def test_a_library_is_imported_in_its_home_only() -> None:
    assert [
        f"{module} imports {imported}"
        for module in MODULES
        for imported in imports(module)
        if not str(module).startswith(HOMES.get(imported.split(".")[0], ("",)))
    ] == []


def test_the_core_needs_the_standard_library_alone() -> None:
    assert [
        f"{module} imports {imported}"
        for module in MODULES
        if str(module).startswith("bot/core/")
        for imported in imports(module)
        if imported.split(".")[0] not in sys.stdlib_module_names
        and not imported.startswith("bot.core.")
    ] == []


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [module for module in MODULES if VAGUE & set(module.with_suffix("").parts)] == []


def test_a_module_fits_in_the_head() -> None:
    assert [
        module
        for module in MODULES
        if len((ROOT / module).read_text(encoding="utf-8").splitlines()) > LONGEST
    ] == []


def test_no_error_is_swallowed() -> None:
    assert [
        f"{module}:{handler.lineno}"
        for module, handler in handlers()
        if all(does_nothing(step) for step in handler.body)
    ] == []


def does_nothing(step: ast.stmt) -> bool:
    is_constant = isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
    return is_constant or isinstance(step, ast.Pass)


def test_everything_is_caught_at_a_boundary_only() -> None:
    assert [
        f"{module}:{handler.lineno}"
        for module, handler in handlers()
        if catches_all(handler) and not raises_again(handler) and not BOUNDARIES.match(str(module))
    ] == []


def catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_every_public_module_in_cogs_is_a_cog() -> None:
    public = [m for m in MODULES if m.parts[0] == "cogs" and not m.parts[1].startswith("_")]
    roots = [m for m in public if len(m.parts) == 2 or m.name == "__init__.py"]
    assert [module for module in roots if "setup" not in offers(module)] == []


def offers(module: Path) -> set[str]:
    written = {node.name for node in tree(module).body if isinstance(node, ast.AsyncFunctionDef)}
    return written | {name.rsplit(".", 1)[-1] for name in imports(module)}
