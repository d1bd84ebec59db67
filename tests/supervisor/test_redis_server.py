"""Our own Redis: real, durable, private."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from bot.supervisor import redis_server
from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.watch import Watch


def client_of(url: str) -> Redis:
    return Redis.from_url(url, decode_responses=True)


async def test_what_it_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    own = redis_server.prepare(redis_server.find_server(tmp_path), tmp_path / "redis", tmp_path / "redis.log")
    async with Children(tmp_path) as children:
        watch = Watch(children, lambda news: None)
        watch.keep(own.program)
        await watch.until_ready("redis")
        with client_of(own.url) as redis:
            assert redis.config_get("append*") | {"appendonly": "yes", "appendfsync": "always"} == redis.config_get(
                "append*"
            )
            redis.set("noted", "yes")
        pid = watch.pid("redis")
        assert pid is not None

        os.kill(pid, signal.SIGKILL)
        again = Watch(children, lambda news: None)
        await watch.stop()
        again.keep(own.program)
        await again.until_ready("redis")

        with client_of(own.url) as redis:
            assert redis.get("noted") == "yes"
        await again.stop()


async def test_a_stranger_on_the_same_machine_is_refused(tmp_path: Path) -> None:
    own = redis_server.prepare(redis_server.find_server(tmp_path), tmp_path / "redis", tmp_path / "redis.log")
    assert stat.S_IMODE((tmp_path / "redis" / "redis.conf").stat().st_mode) == 0o600
    async with Children(tmp_path) as children:
        watch = Watch(children, lambda news: None)
        watch.keep(own.program)
        await watch.until_ready("redis")
        port = own.url.rsplit(":", 1)[1]
        with client_of(f"redis://127.0.0.1:{port}") as redis, pytest.raises(AuthenticationError):
            redis.keys()
        await watch.stop()


def test_a_machine_without_redis_is_told_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun, match=r"No redis-server was found: .*REDIS_URL"):
        redis_server.find_server(tmp_path)
