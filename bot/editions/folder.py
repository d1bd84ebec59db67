"""Editions on disk: a copy of the content, named by what is in it; knows nothing of who runs it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.flows import FLOWS_FILE
from bot.settings import ROOT, Settings

FOLDERS = ("flows", "nlu_data", "locales")
BUILD = "build"
_NUMBER_LENGTH = 12


@dataclass(frozen=True)
class Edition:
    """One edition: `root` holds the content and its compiled flows, `flows` is the number of the model it needs."""

    id: str
    root: Path
    flows: str


def place(settings: Settings) -> Path:
    """Where the editions of this installation lie, from whatever folder a command is given."""
    return ROOT / settings.var_dir / "editions"


def number_of(root: Path, folders: Sequence[str] = FOLDERS) -> str:
    """The name of the edition that the content under `root` makes: other files or other words, another name."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}:{len(content)}:".encode())
                digest.update(content)
    return digest.hexdigest()[:_NUMBER_LENGTH]


def make(content: Path, editions: Path, *, bearing: bool = False) -> Edition:
    """Copy, check and compile the content; the same content makes the same edition again.

    It is the copy that is checked: nobody writes into it. `bearing`: faults that content can be tried out with are
    let pass. Raises ContentFaults with every other fault, and then leaves nothing behind.
    """
    # Web and worker only look for editions: they start without what makes one.
    from bot.dialogue import compiler
    from bot.dialogue.compiler.build import ContentFaults

    editions.mkdir(parents=True, exist_ok=True)
    draft = editions / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for folder in FOLDERS:
            shutil.copytree(content / folder, draft / folder)
        faults = [fault for fault in compiler.check(draft) if not (bearing and fault.bearable)]
        if faults:
            raise ContentFaults(faults)
        return _keep(draft, editions)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _keep(draft: Path, editions: Path) -> Edition:
    from bot.dialogue import compiler

    root = editions / number_of(draft)
    if not root.exists():
        draft.rename(root)
    found = find(editions, root.name)
    # The code that compiles may be newer than the copy.
    if found is None or found.flows != compiler.content_hash(root):
        compiler.build(root, root / BUILD, checked=True)
        found = find(editions, root.name)
    assert found is not None
    return found


def find(editions: Path, id: str) -> Edition | None:
    """The edition of that name, if it is there and was compiled."""
    root = editions / id
    try:
        raw = json.loads((root / BUILD / FLOWS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Edition(id, root, str(raw["hash"]))


def forget_others(editions: Path, kept: Collection[str]) -> None:
    """Remove the editions that are not among `kept`."""
    for root in editions.iterdir():
        if root.is_dir() and root.name not in kept and len(root.name) == _NUMBER_LENGTH:
            shutil.rmtree(root, ignore_errors=True)
