"""Commands that start, prepare or examine the processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app
from bot.cli.surroundings import in_the_project, settings_in_force

# Before Rasa, behind the web process.
WORKER_NICE = 2


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

    from bot import logs

    settings = in_the_project()
    logs.silence_the_rest()
    uvicorn.run(
        "webhook:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        # Who is believed about a caller's address is a setting of ours: bot/front/visitors.py.
        proxy_headers=False,
        server_header=False,
        log_level=settings.log_level.lower(),
        # The console's live connections never end by themselves.
        timeout_graceful_shutdown=3,
    )


@app.command()
def worker() -> None:
    """Handle what customers wrote: talk to Rasa, send answers, keep the timers."""
    import uvloop

    from bot import logs

    settings = in_the_project()
    logs.silence_the_rest()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(settings.host, settings.worker_metrics_port))


async def _work(host: str, metrics_port: int) -> None:
    import webhook
    from bot import pulse

    # Turns and sends are counted where they happen; the web process knows nothing of them.
    shown = await pulse.serve(host, metrics_port) if metrics_port else None
    # On a machine that is full the platform still hears its 200: the web process goes first.
    os.nice(WORKER_NICE)
    # SQL's threads come back from every statement to ask for the interpreter; the usual 5 ms are many statements.
    sys.setswitchinterval(0.0005)
    working = asyncio.ensure_future(webhook.create_worker().run())
    # SIGTERM ends it as Ctrl-C does: by cancelling, so that leases are given back.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise
    finally:
        if shown is not None:
            shown.close()


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


# How long one waits for another's migration, and how often one looks.
MIGRATION_SECONDS = 600
LOOK_SECONDS = 1.0


@app.command()
def migrate(
    wait: Annotated[bool, typer.Option("--wait", help="Change nothing: wait until somebody else has done it.")] = False,
) -> None:
    """Bring the database to the newest schema."""
    from bot.store.migrate import migrate as bring_up

    url = settings_in_force().database_url
    if not wait:
        bring_up(url)
    elif not _becomes_newest(url):
        typer.echo("The database did not get the newest schema: see what `dyzurny migrate` says.", err=True)
        raise typer.Exit(1)


def _becomes_newest(url: str) -> bool:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store.migrate import is_newest

    for _ in range(int(MIGRATION_SECONDS / LOOK_SECONDS)):
        try:
            if is_newest(url):
                return True
        except SQLAlchemyError:
            # It may be starting as well.
            pass
        time.sleep(LOOK_SECONDS)
    return False


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
