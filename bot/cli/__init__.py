"""`python -m bot …`: what an operator can do from a terminal.

What a command needs beyond the configuration is imported when it runs, so that help comes at once.
"""

from __future__ import annotations

import typer

from bot.cli import models, outbox, person, service, text
from bot.cli.speech import say
from bot.i18n import N_

program = typer.Typer(
    name="catbridge",
    help=say(N_("Catbridge joins a Chinese and an English channel, translated.")),
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
service.add_to(program)
text.add_to(program)
person.add_to(program)
program.add_typer(models.program, name="models")
program.add_typer(outbox.program, name="outbox")


@program.callback()
def explain(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    program(prog_name="python -m bot")
