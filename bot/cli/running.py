"""Commands that start, prepare or examine the processes."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.app import app
from bot.cli.lean import UNUSED, without
from bot.cli.surroundings import in_the_project, settings_in_force
from bot.errors import StoreUnavailable

if TYPE_CHECKING:
    from bot.settings import Settings

# Before Rasa, behind the web process.
WORKER_NICE = 2
# A worker that was told to stop is gone after this, whatever still hangs: less than anybody waits before they kill it
# (bot/supervisor/programs.py, compose.yaml, deploy/kubernetes), and time for what is in progress (FINISH_S).
LEAVE_S = 13.0
# As malloc.h numbers it; other libraries have no such call.
_M_ARENA_MAX, ARENAS = -8, 2


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
    _keep_memory_together()
    gc.disable()
    with without(*UNUSED):
        import uvicorn

        import webhook
        from bot import logs
        from bot.front.wire import Wire
        from bot.store.fitness import require_fit

    settings = in_the_project()
    logs.silence_the_rest()
    with contextlib.suppress(StoreUnavailable):
        # While it is away mail is taken in all the same; `/readyz` says when it comes back and does not fit.
        require_fit(settings.database_url)

    def create() -> Any:
        made = webhook.create_app()
        _keep_what_is_loaded()
        return made

    uvicorn.run(
        create,
        factory=True,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=Wire,
        # Nothing here speaks it, and its library would have a door of its own.
        ws="none",
        access_log=False,
        # Who is believed about a caller's address is a setting of ours: bot/front/visitors.py.
        proxy_headers=False,
        server_header=False,
        log_level=settings.log_level.lower(),
        # Its own would write lines of another form than ours: bot/logs.py.
        log_config=None,
        # The console's live connections never end by themselves.
        timeout_graceful_shutdown=3,
    )


@app.command()
def worker() -> None:
    """Handle what customers wrote: talk to Rasa, send answers, keep the timers."""
    _keep_memory_together()
    gc.disable()
    with without(*UNUSED):
        import uvloop

        # What the worker is made of; it is composed once the database fits.
        import webhook as webhook
        from bot import logs

    settings = in_the_project()
    logs.silence_the_rest()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(settings))


async def _work(settings: Settings) -> None:
    from bot import pulse

    # Turns and sends are counted where they happen; the web process knows nothing of them.
    port = settings.worker_metrics_port
    shown = await pulse.serve(settings.host, port) if port else None
    # On a machine that is full the platform still hears its 200: the web process goes first.
    os.nice(WORKER_NICE)
    # SQL's threads come back from every statement to ask for the interpreter; the usual 5 ms are many statements.
    sys.setswitchinterval(0.0005)
    working = asyncio.ensure_future(_work_once_fit(settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _leave, working)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise
    finally:
        if shown is not None:
            shown.close()


def _keep_memory_together() -> None:
    """glibc would give every thread an arena of its own, whose holes no other thread fills: 10 MB after a storm."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


def _keep_what_is_loaded() -> None:
    """Modules stay for as long as the process: looking for garbage among them took a tenth of the start, and would take
    its share of every later look.
    """
    gc.freeze()
    gc.enable()


def _leave(working: asyncio.Future[None]) -> None:
    """End as Ctrl-C does: by cancelling, so that what is in hand is finished and leases are given back.

    Be gone in LEAVE_S even where a thread waits for SQL or a call for Redis: leases end by themselves, and whoever
    claims next finds everything as it is.
    """
    working.cancel()
    leaving = threading.Timer(LEAVE_S, os._exit, (1,))
    leaving.daemon = True
    leaving.start()


async def _work_once_fit(settings: Settings) -> None:
    """Work as soon as the database answers, unless it is none for this version: then Unfit says so."""
    from bot import logs
    from bot.store.fitness import require_fit

    logs.configure(settings.log_level)
    while True:
        try:
            await asyncio.to_thread(require_fit, settings.database_url)
        except StoreUnavailable as error:
            # It may be away for hours, and each look leaves something behind.
            gc.enable()
            logs.logger("worker").error("away", code=error.code)
            await asyncio.sleep(LOOK_SECONDS)
        else:
            break
    import webhook

    working = webhook.create_worker()
    _keep_what_is_loaded()
    try:
        await working.run()
    finally:
        if working.close is not None:
            await working.close()


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
    """Bring the database to the schema of this version; one of a later version that fits stays as it is."""
    from bot.store.migrate import migrate as bring_up

    url = settings_in_force().database_url
    if not wait:
        bring_up(url)
    elif said := _becomes_fit(url):
        typer.echo(said, err=True)
        raise typer.Exit(1)


def _becomes_fit(url: str) -> str:
    """Wait until this version can work with the database; what it says against it when the time is up, or nothing."""
    from bot.store.fitness import Unfit, require_fit

    said = "The database does not answer: correct DYZURNY_DATABASE_URL, or start it."
    for _ in range(int(MIGRATION_SECONDS / LOOK_SECONDS)):
        try:
            require_fit(url)
        except Unfit as error:
            said = error.detail
        except StoreUnavailable:
            # It may be starting as well.
            pass
        else:
            return ""
        time.sleep(LOOK_SECONDS)
    return said


@app.command()
def doctor() -> None:
    """Look at everything the product stands on, and say what is wrong with it."""
    from bot.supervisor.doctor import examine
    from handoff.oidc import look as look_at_login

    findings = asyncio.run(examine(settings_in_force(), {"login": look_at_login}))
    for finding in findings:
        typer.secho(
            f"{'✓' if finding.well else '✗'} {finding.what:9} {finding.said}", fg=None if finding.well else "red"
        )
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
