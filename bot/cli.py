"""The command `dyzurny`: starts what it names and says what went wrong in one sentence; decides nothing itself.

Every command imports what it needs when it is called, so that `dyzurny --help` is quick and a broken part of the
product breaks its own command only.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import DyzurnyError

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    name="dyzurny",
    help="Dyżurny: a customer-service assistant on Messenger, with human handoff.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def settings_in_force() -> Settings:
    """The settings, with demo mode's secrets and a running product's addresses where nothing else is set."""
    from bot.settings import ROOT
    from bot.supervisor import demo, surroundings

    known = surroundings.known_settings(ROOT)
    var = surroundings.var_folder(known, ROOT)
    if "REDIS_URL" in known:
        # The name that hosting platforms give it.
        surroundings.adopt({"DYZURNY_REDIS_URL": known["REDIS_URL"]}, ROOT)
    surroundings.adopt(surroundings.read(surroundings.running_file(var)), ROOT)
    if demo.is_demo(known):
        surroundings.adopt(surroundings.read(demo.secrets_file(var)), ROOT)
    return surroundings.load_settings()


def in_the_project() -> Settings:
    """The settings, for a process that reads them again itself and therefore must stand where `.env` does."""
    from bot.settings import ROOT

    os.chdir(ROOT)
    return settings_in_force()


@app.command()
def run(
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Show the simulator in a browser.")] = True,
) -> None:
    """Start everything on this machine, watch it, and stop it on Ctrl-C."""
    from bot.supervisor.run import run as run_product

    run_product(open_browser=open_browser)


@app.command()
def web() -> None:
    """Serve the webhook, the console and, in demo mode, the simulator."""
    import uvicorn

    settings = in_the_project()
    uvicorn.run(
        "webhook:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level=settings.log_level.lower(),
        # The console's live connections never end by themselves.
        timeout_graceful_shutdown=3,
    )


@app.command()
def worker() -> None:
    """Handle what customers wrote: talk to Rasa, send answers, keep the timers."""
    import uvloop

    in_the_project()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work())


async def _work() -> None:
    import webhook

    working = asyncio.ensure_future(webhook.create_worker().run())
    # SIGTERM ends it as Ctrl-C does: by cancelling, so that leases are given back.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise


@app.command()
def rasa(
    host: Annotated[str, typer.Option(help="Where to listen; the server believes whoever reaches it.")] = "127.0.0.1",
    model: Annotated[Path | None, typer.Option(help="The model to serve, instead of the present content's.")] = None,
) -> None:
    """Serve the trained model with Rasa, in its own environment."""
    from bot.supervisor import rasa_server
    from bot.supervisor.model import trained

    settings = settings_in_force()
    rasa_server.serve(settings, model or trained(settings), host)


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train also if the content has its model.")] = False,
) -> None:
    """Train the model that belongs to the present content, unless it is there."""
    from bot.supervisor import model

    settings = settings_in_force()
    typer.echo(model.train(settings, typer.echo, force=force))


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
    text: Annotated[str, typer.Argument(help='A text with address markup, e.g. "Czy [mógłby Pan] podać numer?"')],
) -> None:
    """Show a text as each person would read it: to Pan, Pani, Państwo and in three forms of ty."""
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


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from bot.store.migrate import migrate as bring_up

    bring_up(settings_in_force().database_url)


@app.command()
def doctor() -> None:
    """Look at everything the product stands on, and say what is wrong with it."""
    from bot.supervisor.doctor import examine

    findings = asyncio.run(examine(settings_in_force()))
    for finding in findings:
        typer.secho(
            f"{'✓' if finding.well else '✗'} {finding.what:9} {finding.said}", fg=None if finding.well else "red"
        )
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Entry point: our own faults are one sentence and exit code 1, not a traceback."""
    try:
        app()
    except DyzurnyError as error:
        typer.echo(error, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
