"""Commands for the keys that sensitive answers are encrypted with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app
from bot.cli.privacy import on_database

if TYPE_CHECKING:
    from bot.privacy.rotation import Found, Place
    from bot.settings import Settings
    from bot.store.database import Database

keys = typer.Typer(help="The keys that sensitive answers are encrypted with.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.callback()
def _is_a_group() -> None:
    """Without it a single command would take the group's place."""


@keys.command()
def rotate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what is sealed with which key.")] = False,
) -> None:
    """Seal everything with DYZURNY_SECRET_KEY that another key sealed; may be ended at any time and run again.

    Exit code 1: something was found that no key opens.
    """
    from bot.cases.sealing import sealer_of
    from bot.clock import utc_now
    from bot.privacy.rotation import Rotation

    async def work(database: Database, settings: Settings) -> dict[Place, Found]:
        rotation = Rotation(database, sealer_of(settings), utc_now)
        typer.echo(f"newest key: {rotation.sealer.newest}")
        return await (rotation.count() if dry_run else rotation.rotate())

    found = on_database(work)
    for place, each in found.items():
        under = ", ".join(f"{count} {key}" for key, count in sorted(each.by_key.items())) or "nothing"
        typer.echo(f"{place.value:<10} {under}; {each.renewed} sealed anew, {len(each.lost)} that no key opens")
    if any(each.lost for each in found.values()):
        raise typer.Exit(1)
