"""Starts what the product is compared with: the bare route, Rasa with its own Messenger channel; and a PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.lab import START_SECONDS, Lab, serves
from bench.twin import APP_SECRET, TOKEN
from bot.supervisor import rasa_server
from bot.supervisor.ports import free_port
from tests.support.processes import ROOT, until

RASA_SECONDS = 170
CHANNEL = ROOT / "bench" / "rasa_channel.py"
_VERSIONS = Path("/usr/lib/postgresql")


@contextmanager
def bare_route(lab: Lab) -> Iterator[str]:
    """The address of the route that verifies and appends, on a Redis of its own, fsynced always."""
    folder, port = lab.place("bare"), free_port()
    env = {"BENCH_REDIS_URL": lab.redis(), "BENCH_APP_SECRET": APP_SECRET}
    served = ("-m", "uvicorn", "bench.bare_route:app", "--port", str(port), "--no-access-log")
    same = ("--loop", "uvloop", "--http", "httptools", "--log-level", "warning")
    child = lab.running.start((sys.executable, *served, *same), folder / "bare.log", env)
    url = f"http://127.0.0.1:{port}/webhook"
    try:
        until(lambda: serves(url), child, folder / "bare.log", START_SECONDS)
        yield url
    finally:
        lab.running.end(child)


@contextmanager
def rasa_channel(lab: Lab, graph_url: str) -> Iterator[str]:
    """The webhook of Rasa's own channel, with the same model, its trackers in a Redis of its own."""
    folder, port = lab.place("channel"), free_port()
    rasa_server.write_configuration(folder, lab.redis())
    # As its makers ship it: with their own store of trackers, where the product brings one.
    stores = json.loads((folder / "endpoints.yml").read_text(encoding="utf-8"))
    stores["tracker_store"]["type"] = "redis"
    (folder / "endpoints.yml").write_text(json.dumps(stores), encoding="utf-8")
    secrets = {"verify": "verify-me", "secret": APP_SECRET, "page-access-token": TOKEN}
    (folder / "credentials.yml").write_text(json.dumps({"facebook": secrets, "rest": None}), encoding="utf-8")
    python, _, _, *options = rasa_server.command_line(lab.trained, folder, port)
    env = {**rasa_server.environment(), "BENCH_GRAPH_URL": graph_url}
    child = lab.running.start((python, str(CHANNEL), *options), folder / "rasa.log", env)
    base = f"http://127.0.0.1:{port}"

    def understands() -> bool:
        try:
            asked = httpx.post(f"{base}/model/parse", json={"text": "dzień dobry"}, timeout=60, trust_env=False)
        except httpx.HTTPError:
            return False
        return asked.status_code == httpx.codes.OK

    try:
        until(understands, child, folder / "rasa.log", RASA_SECONDS)
        yield f"{base}/webhooks/facebook/webhook"
    finally:
        lab.running.end(child)


def has_postgresql() -> bool:
    return _programs() is not None


@contextmanager
def postgresql(lab: Lab) -> Iterator[str]:
    """The address of an empty database of Debian's PostgreSQL, which refuses to run as root: then as `postgres`."""
    programs = _programs()
    assert programs is not None
    folder, port = lab.place("postgresql"), free_port()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        lab.folder.chmod(0o755)
        shutil.chown(folder, "postgres")
    data = folder / "data"
    made = [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder)
    started = [*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
    log = folder / "postgresql.log"
    child = lab.running.start((*started, "-c", "listen_addresses=127.0.0.1"), log)

    def answers() -> bool:
        ready = [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(ready, capture_output=True, check=False).returncode == 0

    try:
        until(answers, child, log, START_SECONDS)
        yield f"postgresql://bench@127.0.0.1:{port}/postgres"
    finally:
        lab.running.end(child)


def _programs() -> Path | None:
    """Where initdb, postgres and pg_isready lie together: Debian keeps them off the PATH, a folder a version."""
    versions = sorted(_VERSIONS.glob("*/bin"), reverse=True) if _VERSIONS.is_dir() else []
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    needed = ("initdb", "postgres", "pg_isready")
    return next((place for place in (*versions, *on_path) if all((place / name).exists() for name in needed)), None)
