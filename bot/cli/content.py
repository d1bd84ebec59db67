"""Commands for those who write the content: check, train, look at a text."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train also if the content has its model.")] = False,
) -> None:
    """Train the model that belongs to the present content, unless it is there."""
    from bot.supervisor import model

    settings = settings_in_force()
    typer.echo(model.train(settings, typer.echo, force=force))


@app.command()
def check() -> None:
    """Look for faults in flows, texts and examples; say where each one is and how to mend it."""
    from bot.dialogue import compiler

    faults = compiler.check(settings_in_force().content_dir)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)


@app.command()
def preview(
    text: Annotated[str, typer.Argument(help='A text with address markup, e.g. "Czy [mógłby Pan] podać numer?"')],
) -> None:
    """Show a text as each person would read it: to Pan, Pani, Państwo and in three forms of ty."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from bot.language.preview import preview as forms

    table = Table("do kogo", "jak to brzmi", show_lines=True)
    wrong = False
    for whom, said, remedy in forms(text):
        wrong = wrong or remedy is not None
        # Square brackets are the editor's, not the terminal's.
        table.add_row(whom, escape(said) if remedy is None else f"[red]{escape(said)}[/red]\n{escape(remedy)}")
    Console().print(table)
    if wrong:
        raise typer.Exit(1)
