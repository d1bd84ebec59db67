"""`dyzurny run`: from settings to a product that answers, and back to nothing when it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.cases.sealing import sealer_if_any
from bot.editions import folder, register
from bot.editions.folder import Edition
from bot.editions.pending import is_needed
from bot.editions.register import Published
from bot.errors import DyzurnyError
from bot.settings import ROOT, Settings
from bot.supervisor import children, demo, programs, redis_server, screen, surroundings
from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.ports import require_free
from bot.supervisor.program import Program, last_words
from bot.supervisor.ready import redis_answers
from bot.supervisor.screen import Screen
from bot.supervisor.servers import Servers
from bot.supervisor.watch import News, Turn, Watch

# How often the progress of a long step is looked at.
NOTE_SECONDS = 0.5
SHOWN_LINES = 20


def run(*, open_browser: bool) -> None:
    """Run until Ctrl-C or SIGTERM; CannotRun, with one sentence, if it cannot be brought up."""
    known = surroundings.known_settings(ROOT)
    var = surroundings.var_folder(known, ROOT)
    is_demo = demo.is_demo(known)
    if is_demo:
        surroundings.adopt(demo.ensure_secrets(var), ROOT)
    settings = surroundings.load_settings()
    with alone(var):
        asyncio.run(_run(settings, known, show=is_demo and open_browser))


@contextlib.contextmanager
def alone(var: Path) -> Iterator[None]:
    """Hold the folder's lock; CannotRun if the product already runs here."""
    place = var / "run" / "lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"It already runs in this folder (process {lock.read().strip()}): stop that first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


async def _run(settings: Settings, known: dict[str, str], *, show: bool) -> None:
    shown = screen.for_this_terminal()
    async with Children(ROOT) as started:
        product = Product(settings, known, started, shown)
        await run_until_told(product, shown, lambda: product.introduce(open_browser=show))


async def run_until_told(product: Product, shown: Screen, introduce: Callable[[], object]) -> None:
    """Bring the product up, introduce it, and take it down again when a signal says so; CannotRun as `bring_up`."""
    told = asyncio.Event()
    _on_signals(told, product)
    up = asyncio.create_task(product.bring_up())
    stop = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({up, stop}, return_when=asyncio.FIRST_COMPLETED)
        if up.done():
            await up
            introduced = introduce()
            await stop
            del introduced
    finally:
        shown.close()
        up.cancel()
        with contextlib.suppress(asyncio.CancelledError, DyzurnyError):
            await up
        await product.take_down()


def _on_signals(told: asyncio.Event, product: Product) -> None:
    def hear() -> None:
        if told.is_set():
            # Told twice: somebody is in a hurry.
            product.watch.kill()
        told.set()

    loop = asyncio.get_running_loop()
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sent, hear)


class Product:
    """The product on this machine: what it takes to bring it up, and what to say about it."""

    def __init__(self, settings: Settings, known: dict[str, str], started: Children, shown: Screen) -> None:
        self.watch = Watch(started, self._hear)
        self._settings = settings
        self._known = known
        self._children = started
        self._screen = shown
        self._editions = folder.place(settings)
        self._following: asyncio.Task[None] | None = None
        self._up = False
        self._stopping = False

    async def bring_up(self) -> None:
        """Check, migrate, train and start, in this order: what can be refused early is."""
        own_rasa = not self._known.get("DYZURNY_RASA_URL")
        require_free(self._settings.host, self._settings.port, "DYZURNY_PORT")
        if own_rasa:
            require_free("127.0.0.1", self._settings.rasa_port, "DYZURNY_RASA_PORT")
        edition = await self._edition() if own_rasa else None
        if edition is None:
            await self._check()
        self._migrate()
        redis_url = await self._redis()
        content = {"DYZURNY_CONTENT_DIR": str(edition.root)} if edition else {}
        said = await self.train(content)
        if edition is not None:
            # Compiled by the training, perhaps under another number than an older version of the code gave it.
            edition = folder.find(self._editions, edition.id)
        # The last that training says is where the model lies.
        await self._start_all(redis_url, edition, said[-1] if own_rasa else None)
        self._up = True

    async def train(self, content: Mapping[str, str]) -> list[str]:
        """What the training said, last where the model lies; `content`: settings that name another content."""
        return await self._once("train", "training the model if the content changed", self._failed_training, content)

    async def _check(self) -> None:
        await self._once("check", "checking flows, texts and examples", self._faulty_content)

    async def _edition(self) -> Edition:
        """What is to be served: what somebody published, else a copy of the editors' folder as it is now."""
        published = register.read_published(self._editions)
        chosen = folder.find(self._editions, published.current or "") if published.chosen else None
        if chosen is not None:
            if folder.number_of(self._settings.content_dir) != chosen.id:
                self._screen.say("The content that was published is served; `dyzurny publish` publishes the folder's.")
            return chosen
        await self._check()
        made = await asyncio.to_thread(folder.make, self._settings.content_dir, self._editions)
        register.write_published(self._editions, Published(made.id))
        return made

    async def take_down(self) -> None:
        """Stop everything that was started."""
        self._stopping = True
        if self._following is not None:
            self._following.cancel()
        if self._up:
            self._screen.say("Stopping …")
        await self.watch.stop()
        (self._editions / register.SERVERS).unlink(missing_ok=True)
        surroundings.running_file(self._settings.var_dir).unlink(missing_ok=True)

    def introduce(self, *, open_browser: bool) -> None:
        """Say where everything is."""
        web = programs.address(self._settings)
        door = ("Simulator (you are the customer)", f"{web}/symulator")
        if not self._settings.demo:
            door = ("Webhook", f"{self._settings.public_url}/webhook")
        console = ("Console (you are the agent)", f"{web}/konsola")
        places = [door, console, ("Logs", str(self._settings.var_dir / "log"))]
        lines = [f"  {name:34}{place}" for name, place in places]
        self._screen.present("\n".join([*lines, "", "  Ctrl-C stops everything."]))
        if open_browser and sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(f"{web}/symulator")

    async def _once(
        self,
        name: str,
        what: str,
        complaint: Callable[[list[str]], str],
        env: Mapping[str, str] | None = None,
        *arguments: str,
    ) -> list[str]:
        """Run a command of ours to its end and return what it said; CannotRun with the complaint if it fails."""
        program = programs.once(self._settings, name, env, *arguments)
        program.log.unlink(missing_ok=True)
        self._screen.begin(name, what)
        child = await self._children.start(program)
        noting = asyncio.create_task(self._note(program))
        try:
            code = await self._children.gone(child)
        except asyncio.CancelledError:
            await children.end(child, program.grace_seconds)
            raise
        finally:
            noting.cancel()
        said = program.log.read_text(encoding="utf-8", errors="replace").splitlines()
        if code != 0:
            raise CannotRun(complaint(said))
        self._screen.finish(name, "done")
        return said

    @staticmethod
    def _faulty_content(said: list[str]) -> str:
        more = [f"… and {len(said) - SHOWN_LINES} more: `dyzurny check` lists them."] if len(said) > SHOWN_LINES else []
        return "\n".join(["The content has faults; correct them first:", *said[:SHOWN_LINES], *more])

    @staticmethod
    def _failed_training(said: list[str]) -> str:
        return "\n".join(["The model could not be trained; the last that was said:", *said[-SHOWN_LINES:]])

    async def _note(self, program: Program) -> None:
        while True:
            self._screen.note(program.name, last_words(program.log, most=50))
            await asyncio.sleep(NOTE_SECONDS)

    def _migrate(self) -> None:
        from bot.store.migrate import migrate

        migrate(self._settings.database_url)

    async def _redis(self) -> str:
        """The address of the Redis that was named and answers, or of our own, started."""
        for name in ("DYZURNY_REDIS_URL", "REDIS_URL"):
            named = self._known.get(name)
            if named:
                await _require_redis(named, name)
                return named
        server = redis_server.find_server(self._settings.var_dir)
        folder = self._settings.var_dir.resolve() / "redis"
        own = redis_server.prepare(server, folder, programs.log_of(self._settings, "redis"))
        self._start(own.program)
        await self.watch.until_ready("redis")
        return own.url

    async def _start_all(self, redis_url: str, edition: Edition | None, model: str | None) -> None:
        env = {"DYZURNY_REDIS_URL": redis_url}
        ports = {"DYZURNY_PORT": str(self._settings.port), "DYZURNY_RASA_PORT": str(self._settings.rasa_port)}
        surroundings.write_private(surroundings.running_file(self._settings.var_dir), {**env, **ports})
        if edition is not None:
            env["DYZURNY_CONTENT_DIR"] = str(edition.root)
            self._serve_editions(edition, env)
        started = programs.of_the_product(self._settings, env, model)
        for program in started:
            self._start(program)
        await self.watch.until_ready(*(program.name for program in started))

    def _serve_editions(self, edition: Edition, env: dict[str, str]) -> None:
        """From now on, start and end a Rasa for each edition that is published; `env` is for every process."""
        servers = Servers(self._settings, env, self.watch, self._still_needed, self._editions)
        servers.adopt(edition, "rasa", self._settings.rasa_urls[0])
        self._following = asyncio.create_task(servers.follow())

    def _still_needed(self, old: Edition, new: Edition) -> bool:
        settings = self._settings
        return is_needed(settings.database_url, old, new, settings.edition_grace, sealer_if_any(settings))

    def _start(self, program: Program) -> None:
        self._screen.begin(program.name, "starting")
        self.watch.keep(program)

    def _hear(self, news: News) -> None:
        log = programs.log_of(self._settings, news.program)
        if news.turn is Turn.DIED:
            self._screen.say(f"{news.program} {news.detail}; starting it again in {news.seconds:.1f} s ({log})")
        elif news.turn is Turn.LATE:
            self._screen.say(f"{news.program} runs but does not serve yet, after {news.seconds:.0f} s ({log})")
        elif news.turn is Turn.BROKEN:
            self._screen.say(f"{news.program} does not serve: {news.detail} ({log})")
        elif news.turn is Turn.READY and not self._stopping:
            self._screen.finish(news.program, f"ready after {news.seconds:.1f} s")


async def _require_redis(url: str, setting: str) -> None:
    # The address may hold a password: the setting's name has to do.
    if not await redis_answers(url)():
        raise CannotRun(f"The Redis that {setting} names does not answer: start it, or take the setting away.")
