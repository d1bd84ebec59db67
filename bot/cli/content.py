"""Commands for those who write the content: check, train, look at a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force, settings_of_the_folder


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train also if the content has its model.")] = False,
    checked: Annotated[bool, typer.Option("--checked", hidden=True, help="The caller checked the content.")] = False,
) -> None:
    """Train the model that belongs to the present content, unless it is there."""
    from bot.supervisor import model

    settings = settings_in_force()
    typer.echo(model.train(settings, typer.echo, force=force, checked=checked))


@app.command("compile")
def compile_flows() -> None:
    """Write what web and worker read of the flows, without training: for an image that has no Rasa."""
    from bot.dialogue import compiler

    root = settings_in_force().content_dir
    typer.echo(compiler.build(root, root / "build").hash)


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
    what: Annotated[
        str,
        typer.Argument(help='A flow\'s name, or a text with address markup, e.g. "Czy [mógłby Pan] podać numer?"'),
    ],
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Show the simulator in a browser.")] = True,
) -> None:
    """Try a flow in the simulator while its files change, or show a text as each of six people would read it."""
    settings = settings_of_the_folder()
    if (settings.content_dir / "flows" / f"{what}.yml").is_file() or what in _flows(settings.content_dir):
        from bot.cli.phrases import Phrases
        from bot.supervisor.preview import preview as try_out

        try_out(settings.content_dir, what, Phrases("podglad"), open_browser=open_browser)
    else:
        _show(what)


def _flows(root: Path) -> set[str]:
    from bot.dialogue.compiler import load_flows

    found = load_flows(root / "flows")
    return set(found.flows) | found.broken


def _show(text: str) -> None:
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
