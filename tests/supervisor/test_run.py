"""`dyzurny run` as a whole: the real processes come up, are watched, and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.supervisor.ports import free_port
from bot.supervisor.surroundings import read, running_file

ROOT = Path(__file__).resolve().parents[2]
UP_SECONDS = 240


def own_settings(var: Path) -> dict[str, str]:
    """Everything of its own: a run of the developer's in the same folder is left alone."""
    given = {
        name: value for name, value in os.environ.items() if not name.startswith("DYZURNY_") and name != "REDIS_URL"
    }
    ports = {"DYZURNY_PORT": str(free_port()), "DYZURNY_RASA_PORT": str(free_port())}
    return {**given, **ports, "DYZURNY_VAR_DIR": str(var), "DYZURNY_DEMO": "true"}


@dataclass
class Running:
    """A `dyzurny run` and what it has said so far."""

    process: Process
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.env['DYZURNY_PORT']}"

    async def says(self, wanted: str, seconds: float = UP_SECONDS) -> str:
        """Read on until a line matches `wanted`."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while line := (await self.process.stdout.readline()).decode():
                self.said.append(line)
                if re.search(wanted, line):
                    return line
        raise AssertionError(f"It ended without saying {wanted!r}:\n{''.join(self.said)}")

    async def end(self) -> int:
        """Read to the end, so that it is not held up by a full pipe, and return the exit code."""
        assert self.process.stdout is not None
        async with asyncio.timeout(180):
            self.said += (await self.process.stdout.read()).decode().splitlines(keepends=True)
            return await self.process.wait()


async def start(env: dict[str, str]) -> Running:
    command = [sys.executable, "-m", "bot.cli", "run", "--no-open"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=PIPE, stderr=STDOUT)
    return Running(process, env)


@pytest.fixture
async def running(tmp_path: Path, model: Path) -> AsyncIterator[Running]:
    started = await start(own_settings(tmp_path))
    yield started
    if started.process.returncode is None:
        started.process.terminate()
        await started.end()


def processes_of(env: dict[str, str]) -> dict[str, int]:
    """Command line → pid of everything that was started with this run's own port in its environment."""
    listed = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    mark = f"DYZURNY_PORT={env['DYZURNY_PORT']}"
    found = (line.split(maxsplit=1) for line in listed.splitlines() if mark in line)
    return {command: int(pid) for pid, command in found}


@pytest.mark.rasa
async def test_it_comes_up_restarts_what_dies_and_leaves_nothing_behind(running: Running, tmp_path: Path) -> None:
    await running.says(r"/symulator$")
    await running.says(r"Ctrl-C")
    async with httpx.AsyncClient(base_url=running.web, timeout=10, trust_env=False) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/symulator", follow_redirects=True)).status_code == 200
    redis_url = read(running_file(tmp_path))["DYZURNY_REDIS_URL"]
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        assert redis.config_get("appendfsync") == {"appendfsync": "always"}

    second = await start(running.env)
    assert await second.end() == 1
    assert "already runs" in "".join(second.said)

    worker = next(pid for command, pid in processes_of(running.env).items() if "dyzurny worker" in command)
    os.kill(worker, signal.SIGKILL)
    await running.says(r"worker was ended by SIGKILL; starting it again")
    await running.says(r"worker: ready")

    running.process.send_signal(signal.SIGTERM)
    assert await running.end() == 0
    assert processes_of(running.env) == {}
    assert not running_file(tmp_path).exists()
    with Redis.from_url(redis_url) as redis, pytest.raises(RedisError):
        redis.ping()


async def test_a_port_in_use_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    env = own_settings(tmp_path)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", int(env["DYZURNY_PORT"])):
        refused = await start(env)
        assert await refused.end() == 1
    said = "".join(refused.said).strip().splitlines()
    assert len(said) == 1
    assert env["DYZURNY_PORT"] in said[0]
    assert "DYZURNY_PORT=" in said[0]


async def test_a_redis_that_was_named_and_is_away_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    refused = await start({**own_settings(tmp_path), "REDIS_URL": f"redis://:password@127.0.0.1:{free_port()}/0"})
    assert await refused.end() == 1
    assert refused.said[-1].startswith("The Redis that REDIS_URL names does not answer")
    assert "password" not in "".join(refused.said)


async def test_faulty_content_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for folder in ("flows", "nlu_data", "locales"):
        (content / folder).mkdir(parents=True)
    (content / "flows" / "broken.yml").write_text("flows:\n  broken: [\n", encoding="utf-8")
    refused = await start({**own_settings(tmp_path), "DYZURNY_CONTENT_DIR": str(content)})
    assert await refused.end() == 1
    assert any("flows/broken.yml:" in line for line in refused.said)
    assert not (tmp_path / "redis").exists()
