"""The product as real processes that can be killed, put to sleep, cut off and brought back; judges nothing.

Three of its settings are not those of an installation, to fit hundreds of dialogues into a minute: the platform's
limits on how fast a page and a thread may send are lifted, and a lease lasts two seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis
from sqlalchemy import func, select

from bot.cases.sealing import Sealer
from bot.simulator.faults import Faults
from bot.simulator.twin import Twin
from bot.store import Database, migrate
from bot.store.schema import outbox
from bot.supervisor import redis_server
from bot.supervisor.ports import free_port
from tests.faults.proxy import Proxy, Weather
from tests.faults.twin import PAGE_TOKEN, Bell, serving
from tests.support.processes import ROOT, Processes
from tests.system.product import APP_SECRET, PAGE

SECRET_KEY = "a secret key for tests only"
LEASE_S = 2.0
START_SECONDS = 60
# A supervisor that finds a process dead waits a moment as well (bot/supervisor/backoff.py).
RESTART_AFTER_S = 0.2


# Runs the command of another checkout with this one's libraries: folder, then arguments.
_THERE = (
    "import os, runpy, sys; root = sys.argv.pop(1); os.chdir(root); sys.path.insert(0, root); "
    "runpy.run_module('bot.cli', run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True, slots=True)
class Version:
    """Whose files the processes run."""

    name: str = "this version"
    root: Path = ROOT

    def command(self, *arguments: str) -> tuple[str, ...]:
        """`dyzurny` of this version, to be started in whatever folder."""
        if self.root == ROOT:
            return (sys.executable, "-m", "bot.cli", *arguments)
        return (sys.executable, "-c", _THERE, str(self.root), *arguments)


@dataclass(slots=True)
class Part:
    """One process: how it is started, and the one that runs now."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None
    wanted: bool = True
    failpoint: str = ""
    deaths: int = 0

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def send(self, sent: signal.Signals) -> None:
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.kill(self.child.pid, sent)


async def eventually(holds: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Whether `holds` came true in time."""
    for _ in range(int(seconds / 0.02)):
        if holds():
            return True
        await asyncio.sleep(0.02)
    return False


class Laboratory:
    """Made by `laboratory`. `keep` restarts what died, as a supervisor does."""

    def __init__(self, processes: Processes, folder: Path, rasa_url: str, database_url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.processes = processes
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'laboratory.db'}"
        self.rasa_url = rasa_url
        self.rasa = Proxy([urlsplit(rasa_url).port or 0])
        self.webhook = Proxy([])
        self.graph = Proxy([])
        self.redis = Proxy([])
        self.parts: dict[str, Part] = {}
        self.version = Version()
        self.run = str(secrets.randbelow(900_000) + 100_000)
        # Armed in the workers that start, one each (bot/failpoints.py).
        self.failpoints: deque[str] = deque()
        self.redis_url = ""
        self.twin: Twin
        self.bell: Bell
        self.env: dict[str, str] = {}
        self.database: Database

    def of(self, kind: str) -> list[Part]:
        return [part for name, part in self.parts.items() if name.startswith(kind)]

    def start(self, part: Part, **extra: str) -> None:
        env = {**part.env, **extra}
        part.failpoint = self.failpoints.popleft() if part.name.startswith("worker") and self.failpoints else ""
        # What a scenario's settings arm stays armed.
        env["DYZURNY_FAILPOINT"] = part.failpoint or env.get("DYZURNY_FAILPOINT", "")
        part.wanted = True
        part.child = self.processes.start(part.argv, part.log, env)

    def kill(self, part: Part) -> None:
        """As a crash does: at once, without a word."""
        part.send(signal.SIGKILL)
        if part.child is not None:
            part.child.wait()

    async def end(self, part: Part) -> None:
        """As a deployment does: asked to stop, and waited for."""
        part.wanted = False
        part.send(signal.SIGTERM)
        await eventually(lambda: not part.alive)

    async def heal(self) -> None:
        """Everything as in calm weather; what is dead is started again by `keep`."""
        self.failpoints.clear()
        self.twin.set_faults(Faults())
        for proxy in (self.webhook, self.rasa, self.graph, self.redis):
            proxy.delay_s = 0.0
            await proxy.set(Weather.FAIR)
        for part in self.parts.values():
            part.send(signal.SIGCONT)

    async def quiet(self, seconds: float = 60) -> str:
        """Wait until nothing is under way; what still was when the time was up, or an empty string."""
        redis = self.client()
        still = ""
        try:
            for _ in range(int(seconds / 0.1)):
                lanes = [
                    await redis.zcard(f"dyzurny:lane:{lane}:{of}") for lane in ("in", "out") for of in ("due", "held")
                ]
                waiting = await self.database.read(lambda tx: tx.scalar(select(func.count()).select_from(outbox)))
                still = f"lanes {lanes}, outbox {waiting}, webhooks {self.twin.courier.under_way}"
                if not sum(lanes) and not waiting and not self.twin.courier.under_way:
                    return ""
                await asyncio.sleep(0.1)
        finally:
            await redis.aclose()
        return still

    async def keep(self) -> None:
        while True:
            for part in self.parts.values():
                if part.wanted and not part.alive:
                    part.deaths += 1
                    self.start(part)
            await asyncio.sleep(RESTART_AFTER_S)

    async def ready(self, part: Part, seconds: float = START_SECONDS) -> None:
        """Until the web process answers."""
        url = f"http://127.0.0.1:{part.env['DYZURNY_PORT']}/healthz"
        async with httpx.AsyncClient(trust_env=False, timeout=2) as http, asyncio.timeout(seconds):
            while True:
                with suppress(httpx.HTTPError):
                    if (await http.get(url)).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.05)

    def client(self) -> Redis:
        """Straight to Redis, past the proxy."""
        return Redis.from_url(self.redis_url)


async def _start(lab: Laboratory, webs: int, workers: int, settings: Mapping[str, str], graph_port: int) -> None:
    own = redis_server.prepare(redis_server.find_server(ROOT / "var"), lab.folder, lab.folder / "redis.log")
    lab.redis_url = own.url
    address = urlsplit(own.url)
    lab.redis.targets = [address.port or 0]
    lab.graph.targets = [graph_port]
    for proxy in (lab.rasa, lab.graph, lab.redis):
        await proxy.start()
    redis_part = Part("redis", tuple(own.program.argv), lab.folder / "redis.log")
    lab.parts["redis"] = redis_part
    lab.start(redis_part)
    assert own.program.ready is not None
    for _ in range(START_SECONDS * 20):
        if await own.program.ready():
            break
        await asyncio.sleep(0.05)
    lab.env = {
        "DYZURNY_DEMO": "false",
        "DYZURNY_APP_SECRET": APP_SECRET,
        "DYZURNY_VERIFY_TOKEN": "verify-me",
        "DYZURNY_SECRET_KEY": SECRET_KEY,
        "DYZURNY_PAGE_TOKENS": json.dumps({PAGE: PAGE_TOKEN}),
        "DYZURNY_GRAPH_URL": f"http://127.0.0.1:{lab.graph.port}/symulator/graph",
        "DYZURNY_REDIS_URL": own.url.replace(f":{address.port}/", f":{lab.redis.port}/"),
        "DYZURNY_RASA_URL": f"http://127.0.0.1:{lab.rasa.port}",
        "DYZURNY_DATABASE_URL": lab.database_url,
        "DYZURNY_VAR_DIR": str(lab.folder / "var"),
        "DYZURNY_AGENT_HOURS": "pn-nd 00:00-23:59",
        "DYZURNY_LEASE": f"PT{LEASE_S:g}S",
        "DYZURNY_PAGE_RATE": "100000",
        "DYZURNY_THREAD_RATE": "1000",
        "DYZURNY_THREAD_BURST": "1000",
        **_compiled_once(),
        **settings,
    }
    if lab.version.root == ROOT:
        await asyncio.to_thread(migrate, lab.database_url)
    else:
        made = await asyncio.to_thread(_run, lab.version.command("migrate"), lab.env)
        assert made == 0, "the former version could not make its database"
    lab.database = Database(lab.database_url, Sealer(SECRET_KEY))
    for n in range(webs):
        port = free_port()
        add(lab, f"web{n}", {"DYZURNY_PORT": str(port)})
        lab.webhook.targets.append(port)
    for n in range(workers):
        add(lab, f"worker{n}", {})
    for part in lab.of("web"):
        await lab.ready(part)


def _run(argv: tuple[str, ...], env: Mapping[str, str]) -> int:
    return subprocess.run(argv, env={**os.environ, **env}, check=False).returncode


def _compiled_once() -> dict[str, str]:
    """Processes are started by the dozen: where the surroundings forbid to keep what was compiled, keep it apart."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / "var" / "pycache")}


def add(lab: Laboratory, name: str, extra: Mapping[str, str]) -> Part:
    """Start one more web or worker process."""
    kind = name.rstrip("0123456789")
    part = Part(name, lab.version.command(kind), lab.folder / f"{name}.log", {**lab.env, **extra})
    lab.parts[name] = part
    lab.start(part)
    return part


@asynccontextmanager
async def laboratory(
    processes: Processes,
    folder: Path,
    rasa_url: str,
    *,
    webs: int = 1,
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
    database_url: str = "",
    rasa: Part | None = None,
    version: Version | None = None,
) -> AsyncIterator[Laboratory]:
    """A running product with its own Redis, database and twin, and a Rasa that it finds and leaves running."""
    lab = Laboratory(processes, folder, rasa_url, database_url)
    lab.version = version or lab.version
    if rasa is not None:
        lab.parts["rasa"] = rasa
    await lab.webhook.start()
    async with serving(f"http://127.0.0.1:{lab.webhook.port}/webhook") as (lab.twin, lab.bell, graph_port):
        keeping = None
        try:
            await _start(lab, webs, workers, settings or {}, graph_port)
            keeping = asyncio.create_task(lab.keep())
            yield lab
        finally:
            if keeping is not None:
                keeping.cancel()
            for part in reversed(lab.parts.values()):
                if part is rasa:
                    continue
                part.wanted = False
                part.send(signal.SIGCONT)
                if part.child is not None:
                    await asyncio.to_thread(processes.end, part.child)
            for proxy in (lab.webhook, lab.rasa, lab.graph, lab.redis):
                await proxy.close()
            if hasattr(lab, "database"):
                await asyncio.to_thread(lab.database.close)
