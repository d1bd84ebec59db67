"""Backup and restore of an installation on SQLite: the record, customers' and agents' files, and what was published.

A backup may be taken while the product runs. Secrets are not in it: neither `.env` nor demo mode's own, so that a copy
that gets lost opens nothing; sensitive answers in the record stay sealed, and are of use only with the secret key.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from sqlalchemy.engine import make_url

from bot.errors import Refused, Rejected
from bot.store.erasure import media_folder, sent_folder
from bot.store.migrate import knows

FORMAT = 1
MANIFEST, RECORD = "manifest.json", "dyzurny.db"
# What a restore puts aside lies in this folder of var_dir, under the time of the restore.
ASIDE = "przed-odtworzeniem"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: its first file. `files`: name → SHA-256; `schema`: the newest migration in the record."""

    format: int
    made_at: str  # ISO 8601, UTC
    schema: str
    files: dict[str, str]


def record_of(url: str) -> Path:
    """The file of a SQLite database. Raises Rejected for another kind, which has tools of its own."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise Rejected("The record is in PostgreSQL: use pg_dump and pg_restore, as docs/dyzur.md says.")
    return Path(parsed.database)


def folders(var_dir: Path) -> dict[str, Path]:
    """Name in the backup → where it lies."""
    return {"media": media_folder(var_dir), "wyslane": sent_folder(var_dir), "editions": var_dir / "editions"}


def back_up(url: str, var_dir: Path, file: Path, now: datetime) -> Manifest:
    """Write the backup to `file`, which must not exist; nobody else may read it. Raises Rejected."""
    record = record_of(url)
    if not record.is_file():
        raise Rejected(f"There is no record to back up at {record}.")
    # The list first: what is written after the record was copied would belong to nothing in it.
    found = list(_files(var_dir))
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copy = Path(folder) / RECORD
            schema = _copied(record, copy)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
                manifest = _write(into, [(RECORD, copy), *found], schema, now)
        # Unlike a renaming, it refuses to replace a file that came meanwhile.
        os.link(draft, file)
    except FileExistsError:
        raise Rejected(f"{file} exists already: name another file.") from None
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _files(var_dir: Path) -> Iterator[tuple[str, Path]]:
    for name, folder in folders(var_dir).items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _copied(record: Path, copy: Path) -> str:
    """Copy the record page by page while others write to it, look the copy over, and say its schema."""
    with closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as to:
        source.backup(to)
        # One file, without a journal beside it.
        to.execute("PRAGMA journal_mode=DELETE")
    return _checked(copy)


def _checked(record: Path) -> str:
    """The record's schema. Raises Rejected when it is damaged, or no record of ours."""
    try:
        with closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as opened:
            if opened.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise Rejected("The record is damaged: SQLite finds faults in it.")
            return str(opened.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError):
        raise Rejected("That is no record of this product, or it is damaged.") from None


def _write(into: IO[bytes], found: list[tuple[str, Path]], schema: str, now: datetime) -> Manifest:
    sums: dict[str, str] = {}
    present: list[tuple[str, Path]] = []
    for name, path in found:
        try:
            sums[name] = _sum(path)
        except FileNotFoundError:
            continue  # erased, or over its term, since we listed it
        present.append((name, path))
    manifest = Manifest(FORMAT, now.isoformat(timespec="seconds"), schema, sums)
    with tarfile.open(fileobj=into, mode="w:gz", compresslevel=5) as archive, TemporaryDirectory() as folder:
        note = Path(folder) / MANIFEST
        note.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        for name, path in [(MANIFEST, note), *present]:
            archive.add(path, name, filter=_nobodys)
    into.flush()
    os.fsync(into.fileno())
    return manifest


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _sum(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def restore(url: str, var_dir: Path, file: Path, now: datetime) -> tuple[Manifest, Path]:
    """Put the backup's content in the place of the present one, which is kept; what the backup held, and where that is.

    Everything is unpacked and compared before anything is touched. Raises Rejected for a file that is no whole backup,
    Refused while somebody uses the record.
    """
    record = record_of(url)
    var_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=var_dir, prefix=".restore-") as folder:
        unpacked = Path(folder)
        manifest = _unpack(file, unpacked)
        _refuse_while_used(record)
        aside = var_dir / ASIDE / now.strftime("%Y%m%d-%H%M%S")
        _put_aside(record, var_dir, aside)
        record.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked / RECORD, record)
        for name, place in folders(var_dir).items():
            if (unpacked / name).is_dir():
                shutil.move(unpacked / name, place)
    return manifest, aside


def _unpack(file: Path, into: Path) -> Manifest:
    try:
        with tarfile.open(file, "r:gz") as archive:
            entries = iter(archive)
            first = next(entries, None)
            read = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
            if read is None:
                raise Rejected(f"{file} is no backup of this product.")
            manifest = Manifest(**json.loads(read.read()))
            if manifest.format != FORMAT or not knows(manifest.schema):
                raise Rejected("The backup is of a newer version of this product: restore it with that one.")
            for entry in entries:
                if entry.name not in manifest.files or not entry.isfile() or not _is_inside(entry.name):
                    raise Rejected(f"{file} holds what its manifest does not name.")
                archive.extract(entry, into, filter="data")
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError) as error:
        raise Rejected(f"{file} cannot be read as a backup ({type(error).__name__}).") from None
    for name, expected in manifest.files.items():
        path = into / name
        if not path.is_file() or _sum(path) != expected:
            raise Rejected(f"{file} is damaged: {PurePosixPath(name).parts[0]} is not what was written.")
    if RECORD not in manifest.files or _checked(into / RECORD) != manifest.schema:
        raise Rejected(f"{file} holds no record.")
    return manifest


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name == RECORD or (len(parts) > 1 and parts[0] in folders(Path()) and ".." not in parts)


def _refuse_while_used(record: Path) -> None:
    """Whoever works with the record keeps a connection to it open, and then its journal cannot be changed over."""
    if not record.is_file():
        return
    try:
        with closing(sqlite3.connect(record, timeout=0)) as opened:
            mode = opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:
        return  # damaged, which may be why it is replaced
    if mode != "delete":
        raise Refused("The product runs with this record: stop it first (web, worker, or `dyzurny run`).")


def _put_aside(record: Path, var_dir: Path, aside: Path) -> None:
    journals = [record.with_name(record.name + end) for end in ("", "-wal", "-shm")]
    for path in (*journals, *folders(var_dir).values()):
        if path.exists():
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, aside / path.name)
