"""`dyzurny publish`: a new edition beside the one that runs, tried with its own dialogues, then put in force.

Whatever fails on the way leaves the one in force as it is. The servers belong to `dyzurny run`, which follows the
register; where nothing runs, a Rasa is started for the dialogues alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx

from bot.clock import WARSAW, utc_now
from bot.dialogue.client import RasaClient
from bot.editions import folder, register
from bot.editions.dialogues import read_dialogues
from bot.editions.folder import Edition
from bot.editions.register import Published
from bot.editions.rehearsal import Disappointment, rehearse
from bot.errors import Refused
from bot.settings import ROOT, Settings
from bot.supervisor import model, programs, rasa_server
from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.ports import free_port
from bot.supervisor.program import Program
from bot.supervisor.ready import rasa_understands
from bot.supervisor.watch import Watch

LOOK_SECONDS = 0.2
# A Rasa that is not ready after this long beside a running product never will be.
START_SECONDS = 240.0
FORMER_KEPT = 10
# Longer than any conversation may stay behind (setting edition_grace); then the copy is only kept for going back.
LEAVING_KEPT = timedelta(days=7)

Tell = Callable[..., None]
"""Told the name of a stage, as in redakcja.yml, and its values."""


class NotPublished(Refused):
    """What was in force still is. `stage`: check, train, start, dialogues or undo."""

    code = "not_published"


class Disappointed(NotPublished):
    """Dialogues went otherwise than written."""

    code = "dialogues_failed"

    def __init__(self, found: list[Disappointment]) -> None:
        super().__init__(code=self.code)
        self.found = found


class NothingToUndo(NotPublished):
    """There is no edition before the one in force."""

    code = "nothing_to_undo"


async def publish(settings: Settings, tell: Tell) -> Edition:
    """Put the content of the editors' folder in force. Raises ContentFaults, TrainingError, NotPublished, CannotRun."""
    editions = folder.place(settings)
    with _alone(editions):
        tell("sprawdzanie")
        edition = await asyncio.to_thread(folder.make, settings.content_dir, editions)
        published = register.read_published(editions)
        if published.current == edition.id:
            register.write_published(editions, replace(published, chosen=True))
            tell("bez_zmian")
            return edition
        await _train(settings, edition, tell)
        async with _served(settings, edition, tell) as url:
            await _rehearse(edition, url, tell)
            put_in_force(editions, edition)
        return edition


async def undo(settings: Settings, tell: Tell) -> Edition:
    """Put the edition before the one in force in force again; its dialogues were played when it was published."""
    editions = folder.place(settings)
    with _alone(editions):
        published = register.read_published(editions)
        earlier = (folder.find(editions, name) for name in reversed(published.former))
        edition = next((one for one in earlier if one is not None), None)
        if edition is None:
            raise NothingToUndo
        await _train(settings, edition, tell)
        # Trained anew where the code is newer than its model, and then under another number.
        edition = folder.find(editions, edition.id) or edition
        async with _served(settings, edition, tell):
            put_in_force(editions, edition, back=True)
        return edition


@contextlib.contextmanager
def _alone(editions: Path) -> Iterator[None]:
    editions.mkdir(parents=True, exist_ok=True)
    with (editions / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun("Somebody is publishing at this moment: wait until that is done.") from None
        yield


async def _train(settings: Settings, edition: Edition, tell: Tell) -> None:
    of_the_edition = settings.model_copy(update={"content_dir": edition.root})
    if not model.place(of_the_edition).is_file():
        tell("uczenie")
    await asyncio.to_thread(
        model.train, of_the_edition, lambda component: tell("skladnik", skladnik=component), force=False, checked=True
    )


@contextlib.asynccontextmanager
async def _served(settings: Settings, edition: Edition, tell: Tell) -> AsyncIterator[str]:
    """The address of a Rasa with the edition's model; leaving with an error takes the candidate away again."""
    editions = folder.place(settings)
    if not is_running(settings):
        async with _own_rasa(settings, edition, tell) as url:
            yield url
        return
    register.write_published(editions, replace(register.read_published(editions), candidate=edition.id))
    try:
        tell("uruchamianie")
        yield await _until_served(editions, edition)
    finally:
        published = register.read_published(editions)
        register.write_published(editions, replace(published, candidate=None))


async def _until_served(editions: Path, edition: Edition) -> str:
    async with asyncio.timeout(START_SECONDS):
        while True:
            servers = register.read_servers(editions)
            if edition.id in servers.failed:
                raise NotPublished(servers.failed[edition.id])
            if edition.id in servers.urls:
                return servers.urls[edition.id]
            await asyncio.sleep(LOOK_SECONDS)


@contextlib.asynccontextmanager
async def _own_rasa(settings: Settings, edition: Edition, tell: Tell) -> AsyncIterator[str]:
    """A Rasa for the dialogues alone, which forgets everything: nothing of the product runs beside it."""
    tell("uruchamianie")
    port, url = free_port(), ""
    with tempfile.TemporaryDirectory(prefix="dyzurny-proba-") as name:
        place = Path(name)
        rasa_server.write_configuration(place, None)
        argv = rasa_server.command_line(model.MODELS / f"{edition.flows}.tar.gz", place, port)
        url = f"http://127.0.0.1:{port}"
        env = rasa_server.environment()
        program = Program(
            "rasa-proba", tuple(argv), programs.log_of(settings, "rasa-proba"), rasa_understands([url]), env
        )
        async with Children(ROOT) as children:
            watch = Watch(children, lambda news: None)
            watch.keep(program)
            try:
                await watch.until_ready(program.name)
                yield url
            finally:
                await watch.stop()


async def _rehearse(edition: Edition, url: str, tell: Tell) -> None:
    dialogues = read_dialogues(edition.root)
    tell("rozmowy", ile=len(dialogues))
    async with httpx.AsyncClient(trust_env=False) as http:
        client = RasaClient([url], http, timeout=20, in_flight=1)
        found = await rehearse(client, dialogues, utc_now().astimezone(WARSAW))
    if found:
        raise Disappointed(found)


def put_in_force(editions: Path, edition: Edition, *, back: bool = False) -> None:
    """Write the register: `edition` from now on; the one before can come back, unless this is the way `back`."""
    published = register.read_published(editions)
    left = published.current
    former = [name for name in published.former if name != edition.id]
    if left and not back:
        former.append(left)
    since = (utc_now() - LEAVING_KEPT).isoformat(timespec="seconds")
    leaving = {name: at for name, at in published.leaving.items() if name != edition.id and at > since}
    if left:
        leaving[left] = utc_now().isoformat(timespec="seconds")
    now = Published(edition.id, tuple(former[-FORMER_KEPT:]), leaving, published.candidate, chosen=True)
    register.write_published(editions, now)
    folder.forget_others(editions, now.named())


def is_running(settings: Settings) -> bool:
    """Whether `dyzurny run` runs with this installation's folder: it holds a lock while it does."""
    place = ROOT / settings.var_dir / "run" / "lock"
    if not place.is_file():
        return False
    with place.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(lock, fcntl.LOCK_UN)
    return False
