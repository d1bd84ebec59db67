"""One file holds everything about one customer and nothing of another; that it was made is on record."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

from sqlalchemy import select

from bot.cases.sealing import Sealer
from bot.store import Database, messages
from bot.store.database import Tx
from bot.store.schema import audit
from tests.privacy.conftest import ago, case, customer, file
from tests.support.command_line import typed

KEY = "k" * 32


def command(tmp_path: Path, who: str, target: Path) -> subprocess.CompletedProcess[str]:
    url = f"sqlite:///{tmp_path / 'dyzurny.db'}"
    env = {"DYZURNY_DATABASE_URL": url, "DYZURNY_VAR_DIR": str(tmp_path), "DYZURNY_SECRET_KEY": KEY}
    return typed("customer", "export", who, str(target), **env)


def test_everything_about_a_customer_is_one_file(tmp_path: Path, migrated_file: bytes) -> None:
    (tmp_path / "dyzurny.db").write_bytes(migrated_file)
    database = Database(f"sqlite:///{tmp_path / 'dyzurny.db'}")
    with database.engine.begin() as connection:
        tx = Tx(connection)
        for psid in "78":
            id = customer(tx, psid, ago(days=1))
            file(tx, id, tmp_path / "media" / f"{psid}.jpg", ago(days=1))
            case(tx, id, f"SM/{psid}", ago(days=1), sealed=Sealer(KEY).seal({"pesel": "44051401359"}))
        messages.add(tx, conversation_id="100:7", event_key="x", author="customer", text="<b>&", at=ago(days=1))
    target = tmp_path / "klient.zip"
    assert command(tmp_path, "100:7", target).returncode == 0
    with zipfile.ZipFile(target) as made:
        assert sorted(made.namelist()) == ["dane.json", "pliki/7.jpg", "rozmowa.html"]
        content, page = json.loads(made.read("dane.json")), made.read("rozmowa.html").decode()
    assert content["cases"][0]["opened"] == {"pesel": "44051401359"}
    assert [row["text"] for row in content["messages"]] == ["Zalało mnie", "<b>&"]
    assert all("100:8" not in json.dumps(rows) for rows in content.values())
    assert "44051401359" in page and "&lt;b&gt;&amp;" in page and "SM/8" not in page
    assert target.stat().st_mode & 0o077 == 0
    with database.engine.begin() as connection:
        noted = [tuple(row) for row in connection.execute(select(audit.c.who, audit.c.what, audit.c.subject))]
    assert noted == [("system:cli", "exported", "100:7")]
    database.close()
    assert command(tmp_path, "100:7", target).returncode == 2
    unknown = command(tmp_path, "100:9", tmp_path / "nobody.zip")
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr
    assert not (tmp_path / "nobody.zip").exists()
