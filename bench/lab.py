"""Starts what is measured as real processes: Redis, SQL, Rasas, webs and workers, each by itself and on a free port."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.twin import APP_ID, APP_SECRET, PAGE, TOKEN
from bot.store.migrate import migrate
from bot.supervisor import model, surroundings
from bot.supervisor.ports import free_port
from tests.support.processes import Processes, processes, until
from tests.support.servers import start_rasa, start_redis

START_SECONDS = 60
WEB = ("-m", "bot.cli", "web")

# The platform's limits for one page and one thread are not what is measured here.
LIMITLESS = {"DYZURNY_THREAD_RATE": "10000", "DYZURNY_THREAD_BURST": "10000", "DYZURNY_PAGE_RATE": "10000"}


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation: its webhooks, and the processes whose memory counts."""

    urls: list[str]
    webs: list[subprocess.Popen[bytes]]
    workers: list[subprocess.Popen[bytes]]
    redis_url: str
    database_url: str
    log: Path


@dataclass(slots=True)
class Lab:
    """One folder and everything that runs in it. Rasas are kept between measurements: they start slowly."""

    running: Processes
    folder: Path
    trained: Path
    rasas: list[str] = field(default_factory=list)
    _rasa_redis: str = ""
    _count: int = 0

    def place(self, what: str) -> Path:
        """A folder that nobody used before."""
        self._count += 1
        place = self.folder / f"{self._count:02}-{what}"
        place.mkdir(mode=0o755)
        return place

    def redis(self) -> str:
        """A Redis of its own, fsynced always, empty."""
        return start_redis(self.running, self.place("redis"))

    def rasa(self, count: int = 1) -> list[str]:
        """`count` Rasa servers with the present content's model, their trackers in one Redis."""
        if not self._rasa_redis:
            self._rasa_redis = self.redis().removesuffix("/0") + "/1"
        while len(self.rasas) < count:
            self.rasas.append(start_rasa(self.running, self.place("rasa"), self.trained, self._rasa_redis))
        return self.rasas[:count]

    @contextmanager
    def product(
        self,
        graph_url: str,
        *,
        rasas: list[str],
        webs: int = 1,
        workers: int = 1,
        database_url: str = "",
        settings: Mapping[str, str] | None = None,
        ports: list[int] | None = None,
        worker: tuple[str, ...] = ("-m", "bot.cli", "worker"),
    ) -> Iterator[Product]:
        """The product until the end of the block, its Redis and SQLite fresh."""
        folder = self.place("product")
        redis_url = self.redis()
        database_url = database_url or f"sqlite:///{folder / 'product.db'}"
        migrate(database_url)
        env = self.environment(folder, redis_url, rasas, graph_url) | {"DYZURNY_DATABASE_URL": database_url}
        env |= dict(settings or {})
        ports = ports or [free_port() for _ in range(webs)]
        made = Product([f"http://127.0.0.1:{port}/webhook" for port in ports], [], [], redis_url, database_url, folder)
        try:
            for n, port in enumerate(ports):
                log = folder / f"web{n}.log"
                made.webs.append(self._start(WEB, log, env | {"DYZURNY_PORT": str(port)}))
            made.workers.extend(self._start(worker, folder / f"worker{n}.log", env) for n in range(workers))
            for n, (url, web) in enumerate(zip(made.urls, made.webs, strict=True)):
                until(lambda url=url: serves(url), web, folder / f"web{n}.log", START_SECONDS)  # type: ignore[misc]
            yield made
        finally:
            for process in (*made.webs, *made.workers):
                self.running.end(process)

    def _start(self, what: tuple[str, ...], log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return self.running.start((sys.executable, *what), log, env)

    @staticmethod
    def environment(folder: Path, redis_url: str, rasas: list[str], graph_url: str) -> dict[str, str]:
        """The settings of an installation that keeps its things in `folder`, its SQLite too."""
        return {
            "DYZURNY_DEMO": "false",
            "DYZURNY_APP_ID": APP_ID,
            "DYZURNY_APP_SECRET": APP_SECRET,
            "DYZURNY_VERIFY_TOKEN": "verify-me",
            "DYZURNY_SECRET_KEY": "a secret key for benches only",
            "DYZURNY_PAGE_TOKENS": json.dumps({PAGE: TOKEN}),
            "DYZURNY_GRAPH_URL": graph_url,
            "DYZURNY_REDIS_URL": redis_url,
            "DYZURNY_RASA_URL": ",".join(rasas),
            "DYZURNY_VAR_DIR": str(folder / "var"),
            "DYZURNY_DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
            "DYZURNY_AGENT_HOURS": "pn-nd 00:00-23:59",
            **LIMITLESS,
        }


def serves(url: str) -> bool:
    try:
        answer = httpx.get(url.replace("/webhook", "/healthz"), timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


@contextmanager
def lab() -> Iterator[Lab]:
    """Everything started in it has ended when the block ends."""
    trained = model.train(surroundings.load_settings(), print, force=False)
    with tempfile.TemporaryDirectory(prefix="bench") as name, processes() as running:
        yield Lab(running, Path(name), trained)
