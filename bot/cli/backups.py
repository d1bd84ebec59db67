"""Commands for an installation on SQLite: take a backup while it runs, put one back while it does not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write (.tar.gz); it must not exist yet.")],
) -> None:
    """Write record, files and published content into one file, also while the product runs. Secrets are not in it."""
    from bot.backup import back_up
    from bot.clock import utc_now

    settings = settings_in_force()
    manifest = back_up(settings.database_url, settings.var_dir, file.absolute(), utc_now())
    typer.echo(f"{file}: the record (schema {manifest.schema}) and {len(manifest.files) - 1} other files.")
    typer.echo("Not in it: .env and the secret key. Keep them elsewhere; without the key sealed answers stay sealed.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dyzurny backup` wrote.")],
) -> None:
    """Put a backup in the place of what is there, which is kept beside it; refused while the product runs."""
    from bot.backup import restore as put_back
    from bot.clock import utc_now
    from bot.errors import Refused
    from bot.store.migrate import migrate
    from bot.supervisor.publish import is_running

    settings = settings_in_force()
    if is_running(settings):
        raise Refused("`dyzurny run` runs in this folder: stop it first.")
    manifest, aside = put_back(settings.database_url, settings.var_dir, file.absolute(), utc_now())
    migrate(settings.database_url)
    left = asyncio.run(_settle(settings.database_url, manifest.made_at))
    typer.echo(f"Restored as of {manifest.made_at}. What was there before: {aside}.")
    if left:
        typer.echo(f"On their way then, perhaps sent since, therefore marked and not sent again: {left} messages.")


async def _settle(url: str, made_at: str) -> int:
    """Send nothing a second time, and put the restore on record; how many messages were on their way."""
    from bot.clock import epoch_ms
    from bot.store import audit, outbox
    from bot.store.database import Database, Tx

    def work(tx: Tx) -> int:
        audit.note(tx, at=epoch_ms(), who="system:cli", what="restored", backup=made_at)
        return outbox.leave_in_doubt(tx)

    database = Database(url)
    try:
        return await database.run(work)
    finally:
        database.close()
