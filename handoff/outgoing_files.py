"""Files that agents send: told by their first bytes, kept under a name that nobody guesses, fetched by the platform."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from bot.errors import Rejected
from bot.intake.media import media_type
from bot.store.erasure import sent_folder

# documentation/business-messaging/messenger-platform/send-messages/saving-assets, 22 Apr 2026
LARGEST = 25 * 1024 * 1024
LARGEST_PICTURE = 8 * 1024 * 1024
_NAME = re.compile(r"^[0-9a-f]{48}\.[a-z0-9]{2,4}$")
_KINDS = {"image": "image", "audio": "audio", "video": "video"}


class BadFile(Rejected):
    """Too large, empty, or of a type that Messenger does not take."""

    code = "bad_file"


def keep(var_dir: Path, body: bytes) -> tuple[str, str]:
    """Store a file; (kind as the Send API names it, name under which it can be fetched). Raises BadFile."""
    found = media_type(body[:16])
    if found is None:
        raise BadFile(code="bad_file:type")
    kind = _KINDS.get(found[0].partition("/")[0], "file")
    if len(body) > (LARGEST_PICTURE if kind == "image" else LARGEST):
        raise BadFile(code="bad_file:size")
    name = secrets.token_hex(24) + found[1]
    path = sent_folder(var_dir) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return kind, name


def kept(var_dir: Path, name: str) -> Path | None:
    """The file of this name, if there is one; a name of any other shape is never looked for."""
    path = sent_folder(var_dir) / name
    return path if _NAME.match(name) and path.is_file() else None
