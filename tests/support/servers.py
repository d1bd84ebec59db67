"""The real servers that tests talk to: Redis and, with the trained content, Rasa."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
from redis import Redis
from redis.exceptions import RedisError

from bot.supervisor import rasa_server, redis_server
from bot.supervisor.ports import free_port
from bot.supervisor.ready import PROBE_SENTENCE
from tests.support.plain_http import plain_http
from tests.support.processes import ROOT, Processes, until

REDIS_SECONDS = 90
RASA_SECONDS = 400


def start_redis(processes: Processes, folder: Path) -> str:
    """Start a Redis as the product does, fsynced always, with its file in `folder`; return its address."""
    log = folder / "redis.log"
    own = redis_server.prepare(redis_server.find_server(ROOT / "var"), folder, log)
    child = processes.start(own.program.argv, log)

    def answers() -> bool:
        try:
            with Redis.from_url(own.url) as client:
                return bool(client.ping())
        except RedisError:
            return False

    until(answers, child, log, REDIS_SECONDS)
    return own.url


def start_rasa(processes: Processes, folder: Path, model: Path, redis_url: str) -> str:
    """Start a Rasa as the product does, with its stores in that Redis; return its address when it understands."""
    port, log = free_port(), folder / "rasa.log"
    rasa_server.write_configuration(folder, redis_url)
    argv = rasa_server.command_line(model, folder, port)
    child = processes.start(
        [str(shutil.which("nice")), "-n", str(rasa_server.NICE), *argv], log, rasa_server.environment()
    )
    url = f"http://127.0.0.1:{port}"

    def understands() -> bool:
        try:
            asked = plain_http().post(f"{url}/model/parse", json={"text": PROBE_SENTENCE}, timeout=60)
        except httpx.HTTPError:
            return False
        assert asked.status_code != httpx.codes.CONFLICT, f"Rasa could not load the model:\n{log.read_text()[-3000:]}"
        return asked.status_code == httpx.codes.OK and bool((asked.json().get("intent") or {}).get("name"))

    until(understands, child, log, RASA_SECONDS)
    return url
