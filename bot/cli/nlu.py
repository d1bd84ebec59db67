"""`dyzurny nlu …`: commands about how messages are understood."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

nlu = typer.Typer(no_args_is_help=True, help="How well messages are understood.")
app.add_typer(nlu, name="nlu")


@nlu.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="Rasa NLU YAML, or a table: message and intent, a tab between.")],
    rasa: Annotated[str | None, typer.Option(help="Address of the Rasa to ask, instead of the one that runs.")] = None,
) -> None:
    """Read labelled messages with the running Rasa: accuracy, calibration, recall, confusions, the worst mistakes."""
    from bot.nlu.evaluate import run

    run(file, rasa_url=rasa or settings_in_force().rasa_urls[0], say=typer.echo)
