"""Commands for the log of who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app
from bot.cli.privacy import on_database

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.audit import Verdict
    from bot.store.database import Database

audit = typer.Typer(help="The log of who did what.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.callback()
def _is_a_group() -> None:
    """Without it a single command would take the group's place."""


@audit.command()
def verify(
    holds: Annotated[
        str | None, typer.Option(help="A hash that an earlier run showed: it must still be there.")
    ] = None,
) -> None:
    """Look whether any row was changed or removed behind the product's back; exit code 1 names the first.

    Note the newest hash elsewhere: it shows later whether the log was written anew as a whole.
    """
    from bot.store.audit import verify as follow

    async def work(database: Database, settings: Settings) -> Verdict:
        return await database.read(lambda tx: follow(tx, holds))

    found = on_database(work)
    if found.broken is not None:
        typer.echo(f"broken at row {found.broken}; {found.rows} rows before it are as they were written")
    elif not found.noted_is_there:
        typer.echo("this hash is not there: rows at the end were removed, or the log was written anew")
    else:
        typer.echo(f"{found.rows} rows are as they were written; the newest: {found.last} {found.head}")
    if found.broken is not None or not found.noted_is_there:
        raise typer.Exit(1)
