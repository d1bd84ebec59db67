"""One number for everything that a model is made of: equal numbers, equal models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.dialogue.compiler.localefiles import read_locale

_CONTENT = ("flows/*.yml", "nlu_data/*.yml")
_CODE = ("bot/rasa_parts/*.py", "bot/dialogue/engine/*.py", "bot/dialogue/answers/**/*.py", "bot/nlu/**/*.py")
# What writes the project; a check that changes refuses other content, but makes no other model.
_COMPILER = (
    *(
        f"bot/dialogue/compiler/{name}.py"
        for name in ("build", "content", "flowfiles", "localefiles", "normal", "project")
    ),
    "requirements/rasa.txt",
)
_LENGTH = 16
CODE_ROOT = Path(__file__).resolve().parents[3]


def content_hash(root: Path) -> str:
    """Sixteen hex digits over flows, examples, code that runs in Rasa, its requirements, and names of texts.

    The wording of texts is not in it: texts are read where they are said, and changing one needs no training.
    """
    digest = hashlib.sha256()
    for name, content in (*_parts(root, _CONTENT), *_parts(CODE_ROOT, (*_CODE, *_COMPILER))):
        _add(digest, name, content)
    locale = read_locale(root)
    names = [sorted(locale.responses), locale.buttoned(), locale.labels(), locale.options()]
    _add(digest, "locales", repr(names).encode())
    return digest.hexdigest()[:_LENGTH]


def code_hash() -> str:
    """As `content_hash`, of the code alone: what Rasa's cache of trained components may not outlive."""
    digest = hashlib.sha256()
    for name, content in _parts(CODE_ROOT, (*_CODE, "requirements/rasa.txt")):
        _add(digest, name, content)
    return digest.hexdigest()[:_LENGTH]


def _parts(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _add(digest: hashlib._Hash, name: str, content: bytes) -> None:
    # Lengths first, so that no two different sets of files run together into the same bytes.
    digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
    digest.update(content)
