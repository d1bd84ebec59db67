"""Commands of data protection: remove what is over its term, export or erase what is kept of a customer."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.database import Database

T = TypeVar("T")


def on_database(work: Callable[[Database, Settings], Coroutine[Any, Any, T]]) -> T:
    """Run `work` on the database in force, brought to the newest schema first."""
    from bot.cases.sealing import sealer_if_any
    from bot.store.database import Database
    from bot.store.migrate import migrate

    settings = settings_in_force()
    migrate(settings.database_url)
    database = Database(settings.database_url, sealer_if_any(settings))
    try:
        return asyncio.run(work(database, settings))
    finally:
        database.close()


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what is over its term.")] = False,
) -> None:
    """Remove what is over its term, as the worker does daily; one line a kind: how much, and the term in days."""
    from bot.clock import utc_now
    from bot.privacy.retention import Retention
    from bot.privacy.terms import Kind

    async def work(database: Database, settings: Settings) -> dict[Kind, int]:
        job = Retention(database, settings, utc_now)
        counts = await (job.count() if dry_run else job.remove())
        for kind, count in counts.items():
            typer.echo(f"{kind.value:<10} {count:>8}  {getattr(settings, f'retain_{kind}').days} days")
        return counts

    on_database(work)


customer = typer.Typer(help="What is kept about one customer.", no_args_is_help=True)
app.add_typer(customer, name="customer")


@customer.command()
def export(
    who: Annotated[str, typer.Argument(metavar="PAGE:PSID", help="The customer.")],
    file: Annotated[Path, typer.Argument(help="The ZIP file to write; it must not exist yet.")],
) -> None:
    """Write everything that is kept about a customer into one file; put on record."""
    from bot.cases.sealing import sealer_of
    from bot.clock import epoch_ms
    from bot.privacy.export import gather, write

    async def work(database: Database, settings: Settings) -> None:
        sealer = sealer_of(settings)
        gathered = await database.run(
            lambda tx: gather(tx, who, sealer, settings.var_dir, who="system:cli", now=epoch_ms())
        )
        # For this user alone, and never over another file.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
            write(gathered, into)

    if file.exists():
        raise typer.BadParameter("this file exists already", param_hint="FILE")
    on_database(work)
    typer.echo(file)


@customer.command()
def erase(
    who: Annotated[str, typer.Argument(metavar="PAGE:PSID", help="The customer.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    wait: Annotated[int, typer.Option(help="Seconds to wait for the worker, which carries it out.")] = 60,
) -> None:
    """Erase what is kept of a customer, as when they ask for it in the chat; cases stay. Put on record."""
    from bot.clock import epoch_ms
    from bot.privacy.requests import State, ask_for, state_of

    async def work(database: Database, _: Settings) -> tuple[str, State]:
        code = await database.run(lambda tx: ask_for(tx, who, who="system:cli", by="cli", now=epoch_ms()))
        typer.echo(code)
        until = time.monotonic() + wait
        while (state := await database.read(lambda tx: state_of(tx, code))) is State.UNDER_WAY:
            if time.monotonic() >= until:
                break
            await asyncio.sleep(0.5)
        return code, state

    if not yes:
        typer.confirm(f"Erase the messages, files, notes and profile of {who}? It cannot be undone.", abort=True)
    code, state = on_database(work)
    if state is not State.DONE:
        typer.echo(f"Asked for, not done yet: is a worker running? Its state: /usuwanie-danych/{code}", err=True)
        raise typer.Exit(1)
