"""Becomes a Rasa server for the trained model: its command line, its stores, its environment; knows no flow."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from bot.dialogue.compiler import training
from bot.dialogue.compiler.project import endpoints
from bot.dialogue.compiler.rasa_command import for_model
from bot.settings import ROOT, Settings
from bot.supervisor.surroundings import write_private_text

# Ours for the worker; Rasa's own for whoever compares or tries something by hand.
CHANNELS = ("bot.rasa_parts.turn_channel.TurnInput", "rest")
# A conversation's tracker is a cache that answers whether a turn was taken before a crash: SQL is the record, and every
# turn brings its snapshot along. Kept longer it would be most of what a quiet conversation costs in Redis.
TRACKER_SECONDS = 2 * 3600
# Rasa's own 60 s would keep a customer waiting behind the lock of a server that was killed.
LOCK_SECONDS = 10
# Where processes share a machine, taking in what customers write goes before thinking about it (see `nice`).
NICE = 5


def environment() -> dict[str, str]:
    """What Rasa needs in its environment to serve."""
    return {**training.environment(), "TICKET_LOCK_LIFETIME": str(LOCK_SECONDS)}


def _redis_parts(redis_url: str) -> dict[str, Any]:
    parts = urlsplit(redis_url)
    found = {
        "url": parts.hostname or "127.0.0.1",
        "port": parts.port or 6379,
        "db": int(parts.path.strip("/") or 0),
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_ssl": parts.scheme == "rediss" or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def command_line(model: Path, folder: Path, port: int, host: str = "127.0.0.1") -> list[str]:
    """`rasa run` with the configuration in `folder`; TrainingError if Rasa's environment is missing."""
    return [
        *for_model(model),
        *("run", "--enable-api", "-i", host, "-p", str(port)),
        *("--model", str(model)),
        *("--endpoints", str(folder / "endpoints.yml")),
        *("--credentials", str(folder / "credentials.yml")),
    ]


def write_configuration(folder: Path, redis_url: str | None) -> None:
    """Put endpoints and credentials into `folder`; JSON, which is YAML too and needs no quoting rules.

    `redis_url` None: trackers in the server's memory, for a server that lives as long as a test or a rehearsal.
    """
    stores = endpoints(None if redis_url is None else _redis_parts(redis_url), TRACKER_SECONDS)
    write_private_text(folder / "endpoints.yml", json.dumps(stores, indent=1))
    write_private_text(folder / "credentials.yml", json.dumps(dict.fromkeys(CHANNELS)))


def serve(settings: Settings, model: Path, host: str) -> NoReturn:
    """Replace this process by the server. Its REST channel believes whoever reaches it: `host` must not be public."""
    # One folder a port: several servers may run on one machine.
    folder = (settings.var_dir / "run" / f"rasa-{settings.rasa_port}").resolve()
    write_configuration(folder, settings.redis_url)
    os.chdir(ROOT)
    argv = command_line(model, folder, settings.rasa_port, host)
    os.nice(NICE)
    os.execve(argv[0], argv, environment())  # noqa: S606 (no shell is wanted)
