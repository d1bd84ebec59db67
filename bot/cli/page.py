"""Commands for the page on Messenger: subscribe it and give it its greeting, menu and first questions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.messenger.graph import GraphClient
    from bot.messenger.profile import Offers
    from bot.settings import Settings
    from bot.store.database import Database

page = typer.Typer(help="The page on Messenger.", no_args_is_help=True)
app.add_typer(page, name="page")


@page.command()
def setup(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
) -> None:
    """Subscribe every page of this installation and bring its profile to the content's; harmless to repeat."""
    settings = settings_in_force()
    if not asyncio.run(_set_up(settings, dry_run=dry_run)):
        raise typer.Exit(1)


@page.command()
def resume(page_id: Annotated[str, typer.Argument(help="The page's id, as in DYZURNY_PAGE_TOKENS.")]) -> None:
    """Let a page that the platform had stopped try to send now, instead of when its rest is over."""
    from bot.cli.privacy import on_database

    async def work(database: Database, settings: Settings) -> bool:
        from bot.clock import epoch_ms
        from bot.store import stops

        return await database.run(lambda tx: stops.resume(tx, page_id, epoch_ms()))

    if not on_database(work):
        typer.echo(f"{page_id} is not stopped, so there is nothing to resume.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{page_id}  one message tries within half a minute; if it leaves, the others follow")


async def _set_up(settings: Settings, *, dry_run: bool) -> bool:
    from bot.dialogue.rendering import load_texts
    from bot.messenger.graph import GraphClient
    from bot.page.offers import offers, remember
    from bot.store.database import Database

    texts = load_texts(settings.content_dir)
    wanted = offers(texts)
    tokens = {page_id: token.get_secret_value() for page_id, token in settings.page_tokens.items()}
    if not dry_run:
        database = Database(settings.database_url)
        try:
            await database.run(lambda tx: remember(tx, texts))
        finally:
            database.close()
    import httpx

    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        graph = GraphClient(settings.graph_url, tokens, http)
        done = [await _one(graph, page_id, settings.app_id, wanted, dry_run=dry_run) for page_id in sorted(tokens)]
    if not done:
        typer.echo("No page is set up: put its id and access token into DYZURNY_PAGE_TOKENS.", err=True)
    typer.echo(
        "Not to be had by this command: the default app of the page's conversation routing (page settings, Conversation"
        " Routing: choose this app), and the Page Inbox's own automations (switch them off, or two bots answer)."
    )
    return bool(done) and all(done)


async def _one(graph: GraphClient, page_id: str, app_id: str, wanted: Offers, *, dry_run: bool) -> bool:
    from bot.messenger.errors import GraphError
    from bot.page.setup import carry_out, plan

    try:
        planned = await plan(graph, page_id, app_id, wanted)
        for line in planned.lines():
            typer.echo(f"{page_id}  {line}")
        if planned.changes and not dry_run:
            await carry_out(graph, planned)
    except GraphError as error:
        typer.echo(
            f"{page_id}  Meta refused ({error.failure.disposition.value}): check its token, the app's permissions"
            " pages_messaging and pages_manage_metadata, and that the app is live.",
            err=True,
        )
        return False
    state = "nothing to change" if not planned.changes else "would change" if dry_run else "changed"
    typer.echo(f"{page_id}  {state}")
    return True
