"""The whole product as real processes on free ports: web with simulator, worker, trained Rasa, Redis, SQLite."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from redis.asyncio import Redis

from bot.intake import keys
from bot.messenger.signature import sign
from bot.settings import DEMO_PAGE
from bot.store import migrate
from bot.supervisor.ports import free_port
from tests.support.plain_http import plain_http
from tests.support.processes import Processes, until

PAGE = DEMO_PAGE
APP_SECRET = "system-test-secret"
# Generous: what waits for a state loses nothing by it, and a machine may have a bad day.
START_SECONDS = 180
ANSWER_SECONDS = 90


class Product:
    """Starts, kills and restarts the parts, and talks to the simulator as a customer would."""

    redis_url: str | None = None

    def __init__(
        self,
        processes: Processes,
        folder: Path,
        redis_url: str,
        rasa_url: str,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.processes = processes
        self.folder = folder
        self.port = free_port()
        self.env = {
            "DYZURNY_DEMO": "true",
            "DYZURNY_APP_SECRET": APP_SECRET,
            "DYZURNY_VERIFY_TOKEN": "verify-me",
            "DYZURNY_SECRET_KEY": "a secret key for tests only",
            "DYZURNY_PORT": str(self.port),
            "DYZURNY_REDIS_URL": redis_url,
            "DYZURNY_RASA_URL": rasa_url,
            "DYZURNY_VAR_DIR": str(folder / "var"),
            "DYZURNY_DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
            # Opening hours must not depend on when the tests run.
            "DYZURNY_AGENT_HOURS": "pn-nd 00:00-23:59",
            "DYZURNY_LEASE": "PT2S",
            **(settings or {}),
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis_url = redis_url
        self.http = httpx.AsyncClient(base_url=self.url, timeout=ANSWER_SECONDS, trust_env=False)
        migrate(self.env["DYZURNY_DATABASE_URL"])
        self.web = self._start("web")
        self.worker = self._start("worker")
        until(self._serves, self.web, self.log("web"), START_SECONDS)

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        env: Mapping[str, str] = self.env
        return self.processes.start((sys.executable, "-m", "bot.cli", name), self.log(name), env)

    def _serves(self) -> bool:
        try:
            return plain_http().get(f"{self.url}/healthz", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def kill_worker(self) -> None:
        """As a crash does: the whole process group at once, without a word."""
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def start_worker(self) -> None:
        self.worker = self._start("worker")

    async def close(self) -> None:
        await self.http.aclose()
        self.processes.end(self.worker)
        self.processes.end(self.web)

    async def name(self, psid: str, first_name: str, last_name: str = "Testowa") -> None:
        profile = {"first_name": first_name, "last_name": last_name}
        (await self.http.put(f"/symulator/api/threads/{psid}/profile", json=profile)).raise_for_status()

    async def thread(self, psid: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get(f"/symulator/api/threads/{psid}")).json()["messages"]
        return found

    async def write(self, psid: str, message: str | Mapping[str, Any]) -> None:
        body = {"text": message} if isinstance(message, str) else message
        (await self.http.post(f"/symulator/api/threads/{psid}/messages", json=body)).raise_for_status()

    async def answers(
        self, psid: str, already: int, *, most_seconds: float = ANSWER_SECONDS, least: int = 1
    ) -> list[dict[str, Any]]:
        """What the page has said beyond its first `already` messages, once it has fallen silent."""
        deadline, quiet_since, count = time.monotonic() + most_seconds, time.monotonic(), -1
        while True:
            said = [m for m in await self.thread(psid) if m["from"] == "page"][already:]
            if len(said) != count:
                count, quiet_since = len(said), time.monotonic()
            if count >= least and time.monotonic() - quiet_since > 0.4 and await self._is_at_rest(psid):
                return said
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(said)} answers after {most_seconds} s, expected {least} at least")
            await asyncio.sleep(0.05)

    async def _is_at_rest(self, psid: str) -> bool:
        """Whether nobody has work for this conversation: silence alone may be that of a slow machine."""
        if self.redis_url is None:
            return True
        async with Redis.from_url(self.redis_url) as redis:
            places = [place(lane) for lane in ("in", "out") for place in (keys.due, keys.held)]
            return not any([await redis.zscore(place, f"{PAGE}:{psid}") is not None for place in places])

    async def say(self, psid: str, message: str | Mapping[str, Any], *, least: int = 1) -> list[str]:
        """Write as the customer and wait for the answers' texts."""
        before = len([m for m in await self.thread(psid) if m["from"] == "page"])
        await self.write(psid, message)
        return [m["text"] for m in await self.answers(psid, before, least=least)]

    async def deliver(self, body: bytes, signature: str | None = None) -> httpx.Response:
        """A webhook of the test's own, signed as Meta signs."""
        header = sign(APP_SECRET, body) if signature is None else signature
        return await self.http.post("/webhook", content=body, headers={"X-Hub-Signature-256": header} if header else {})

    async def talk(self, psid: str, lines: Sequence[str]) -> list[str]:
        """All answers to `lines`, written one after the other."""
        said: list[str] = []
        for line in lines:
            said += await self.say(psid, line)
        return said
