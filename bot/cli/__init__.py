"""The command `dyzurny`: starts what it names and says what went wrong in one sentence; decides nothing itself.

Every command imports what it needs when it is called, so that `dyzurny --help` is quick and a broken part of the
product breaks its own command only.
"""

from __future__ import annotations

import sys

import typer

from bot.cli import aside as aside
from bot.cli import audit as audit
from bot.cli import backups as backups
from bot.cli import content as content
from bot.cli import flow_new as flow_new
from bot.cli import keys as keys
from bot.cli import nlu as nlu
from bot.cli import page as page
from bot.cli import people as people
from bot.cli import privacy as privacy
from bot.cli import publishing as publishing
from bot.cli import report as report
from bot.cli import running as running
from bot.cli.app import app as app
from bot.errors import DyzurnyError


def main() -> None:
    """Entry point: our own faults are one sentence and exit code 1, not a traceback."""
    try:
        app()
    except DyzurnyError as error:
        typer.echo(error, err=True)
        sys.exit(1)
    except Exception as error:
        # By its name: to import the library for `--help` would take longer than all the rest.
        if type(error).__module__ != "sqlalchemy.exc":
            raise
        typer.echo(f"The database refused ({type(error).__name__}): `dyzurny doctor` says what it lacks.", err=True)
        sys.exit(1)
