"""Commands of data protection: remove what is over its term."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.database import Database

T = TypeVar("T")


def _on_database(work: Callable[[Database, Settings], Coroutine[Any, Any, T]]) -> T:
    """Run `work` on the database in force, brought to the newest schema first."""
    from bot.store.database import Database
    from bot.store.migrate import migrate

    settings = settings_in_force()
    migrate(settings.database_url)
    database = Database(settings.database_url)
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

    _on_database(work)
