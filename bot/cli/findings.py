"""What `check` found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from bot.core.errors import Problem, Severity
from bot.i18n import N_, Language, translate

HEADINGS = {
    Severity.BROKEN: N_("Broken:"),
    Severity.WARNING: N_("Warnings:"),
    Severity.NOTE: N_("Good to know:"),
    Severity.OK: N_("In order:"),
}
ALL_GOOD = N_("All good.")


def as_text(problems: Sequence[Problem], language: Language) -> None:
    """Grouped, the worst last, where a terminal shows it; `problems` are in `language`."""
    for severity in reversed(Severity):
        lines = [_line(problem) for problem in problems if problem.severity is severity]
        if lines:
            typer.echo(translate(HEADINGS[severity], language))
            typer.echo("\n".join(lines))
    if all(problem.is_light for problem in problems):
        typer.echo(translate(ALL_GOOD, language))


def as_json(problems: Sequence[Problem]) -> None:
    found = [
        {
            "severity": problem.severity.value,
            "place": problem.key,
            "code": problem.code,
            "problem": problem.reason,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]
    is_ok = not any(problem.severity is Severity.BROKEN for problem in problems)
    typer.echo(json.dumps({"ok": is_ok, "findings": found}, ensure_ascii=False, indent=2))


def _line(problem: Problem) -> str:
    """Nothing stands between two Chinese sentences."""
    return f"  {problem}".replace("。 ", "。")
