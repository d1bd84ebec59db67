"""Commands for what the worker set aside: list it, show one whole, try it again, drop it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app
from bot.cli.privacy import on_database

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.database import Database
    from handoff.set_asides import SetAside

aside = typer.Typer(help="Events and messages that failed too often.", no_args_is_help=True)
app.add_typer(aside, name="aside")

WHO = "system:cli"
Number = Annotated[int, typer.Argument(help="Its number, as `dyzurny aside list` shows it.")]


@aside.command("list")
def list_them() -> None:
    """What waits for a decision, the oldest first: number, since when, conversation, kind, reason, tries."""

    async def work(database: Database, settings: Settings) -> list[SetAside]:
        from handoff import set_asides

        return await database.read(set_asides.open_ones)

    for one in on_database(work):
        typer.echo("\t".join((str(one.id), _when(one.at), one.conversation_id, one.kind, one.error, str(one.attempts))))


@aside.command()
def show(number: Number) -> None:
    """One of them with everything that is known: the event, whose it is, and the talk around it."""

    async def work(database: Database, settings: Settings) -> str:
        from handoff import set_asides

        return await database.read(lambda tx: set_asides.whole(tx, number))

    typer.echo(on_database(work))


@aside.command()
def again(number: Number) -> None:
    """Have it tried again: a worker takes it up within a second."""

    async def work(database: Database, settings: Settings) -> None:
        from bot.clock import epoch_ms
        from handoff import set_asides

        await database.run(lambda tx: set_asides.put_back(tx, number, who=WHO, by=None, now=epoch_ms()))

    on_database(work)
    typer.echo(str(number))


@aside.command()
def drop(number: Number, reason: Annotated[str, typer.Option(help="Why; it stays on record.")]) -> None:
    """Give it up, for a reason."""

    async def work(database: Database, settings: Settings) -> None:
        from bot.clock import epoch_ms
        from handoff import set_asides

        await database.run(lambda tx: set_asides.give_up(tx, number, reason, who=WHO, by=None, now=epoch_ms()))

    on_database(work)
    typer.echo(str(number))


def _when(at: int) -> str:
    from bot.store.times import from_ms

    return from_ms(at).isoformat(timespec="seconds")
