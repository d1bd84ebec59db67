"""What is set on this machine: the environment over `.env`, and what a running product leaves for other commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import SettingsError

from bot.settings import Settings
from bot.supervisor.faults import CannotRun


def load_settings(**instead: Any) -> Settings:
    """The settings in force; CannotRun names faults."""
    try:
        return Settings(**instead)
    except ValidationError as error:
        # Names and reasons only: a value may be a token.
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise CannotRun(f"These settings are wrong: {faults}. Correct them in the environment or in .env.") from None
    except SettingsError:
        raise CannotRun("DYZURNY_PAGE_TOKENS is no JSON object of page id to token: correct it.") from None


def var_folder(known: Mapping[str, str], root: Path) -> Path:
    """Where everything is kept that is not content; must be known before the settings are."""
    return root / known.get("DYZURNY_VAR_DIR", "var")


def running_file(var: Path) -> Path:
    """Settings that are true only while `dyzurny run` runs, such as its Redis's address."""
    return var / "run" / "running.env"


def read(path: Path) -> dict[str, str]:
    """The settings in a file that may not exist; those without a value are left out."""
    return {name: value for name, value in dotenv_values(path).items() if value} if path.is_file() else {}


def write_private(path: Path, settings: Mapping[str, str]) -> None:
    """Write settings as `read` reads them, for this user alone."""
    write_private_text(path, "".join(f"{name}='{value}'\n" for name, value in settings.items()))


def write_private_text(path: Path, text: str) -> None:
    """Replace the file in one step; it never exists half written or readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def known_settings(root: Path) -> dict[str, str]:
    """What the person at the terminal has set: the environment over `.env`."""
    environment = {name: value for name, value in os.environ.items() if value}
    return {**read(root / ".env"), **environment}


def adopt(settings: Mapping[str, str], root: Path) -> None:
    """Put settings into the environment, for this process and its children, where the person has set nothing."""
    known = known_settings(root)
    os.environ.update({name: value for name, value in settings.items() if name not in known})
