"""Which processes make up the product on one machine, and when each of them serves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bot.settings import Settings
from bot.supervisor.program import Program
from bot.supervisor.ready import page_answers, rasa_understands


def command(name: str) -> tuple[str, ...]:
    """The command line of one of our own commands, as `ps` will show it."""
    script = Path(sys.executable).with_name("dyzurny")
    if script.is_file():
        return (str(script), name)
    return (sys.executable, "-m", "bot.cli", name)


def log_of(settings: Settings, name: str) -> Path:
    return settings.var_dir / "log" / f"{name}.log"


def once(settings: Settings, name: str, env: Mapping[str, str] | None = None, *arguments: str) -> Program:
    """A command of ours that ends by itself, such as `check` or `train`."""
    return Program(name, (*command(name), *arguments), log_of(settings, name), env=env or {})


def rasa(settings: Settings, env: Mapping[str, str], model: Path, port: int, edition: str) -> Program:
    """One more Rasa beside the product's own, for another edition of the content, at a port of its own."""
    serve = (*command("rasa"), "--model", str(model))
    understands = rasa_understands([f"http://127.0.0.1:{port}"])
    name, own = f"rasa-{edition}", {**env, "DYZURNY_RASA_PORT": str(port)}
    return Program(name, serve, log_of(settings, name), understands, own, grace_seconds=5)


def of_the_product(settings: Settings, env: Mapping[str, str], model: str | None) -> list[Program]:
    """Rasa, web and worker, in the order in which they start; `env` is what the supervisor found out for them.

    `model`: what Rasa serves, however often it is started, even if the content changes meanwhile; None: no Rasa.
    """
    understands = rasa_understands(settings.rasa_urls)
    serve = (*command("rasa"), "--model", model or "")
    # Rasa keeps nothing that Redis does not have; there is no point in waiting long for it.
    rasa = Program("rasa", serve, log_of(settings, "rasa"), understands, env, grace_seconds=5)
    web = Program("web", command("web"), log_of(settings, "web"), page_answers(f"{address(settings)}/healthz"), env)
    # It takes no requests: what it has to say is in its log.
    worker = Program("worker", command("worker"), log_of(settings, "worker"), None, env, grace_seconds=15)
    return [*([rasa] if model else []), web, worker]


def address(settings: Settings) -> str:
    """Where the web process is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 (recognised, not bound)
    return f"http://{host}:{settings.port}"
