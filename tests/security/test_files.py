"""Files from outside: fetched from the platform alone, measured, told by their bytes, and nothing in them runs."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from bot.intake import media, pixels
from bot.intake.media import Media, is_public
from bot.store.database import Database, Tx
from bot.store.erasure import sent_folder
from bot.store.schema import attachments
from handoff import outgoing_files
from tests.handoff.conftest import Street

CDN = "https://scontent.fbcdn.net/a.jpg"


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\x00\x00\x00"


def found(content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    """Bytes that still have to travel."""
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))


async def public(_: str) -> list[str]:
    return ["157.240.1.1"]


async def private(_: str) -> list[str]:
    return ["157.240.1.1", "10.0.0.5"]


class Fetching:
    """One attachment of one customer, at an address where `answer` answers."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.asked = database, folder, list[str]()

    async def fetch(
        self,
        answer: Callable[[httpx.Request], httpx.Response],
        url: str = CDN,
        addresses: Callable[[str], object] = public,
    ) -> tuple[str | None, str | None]:
        """(path, media type) as noted."""

        def counted(request: httpx.Request) -> httpx.Response:
            self.asked.append(str(request.url))
            return answer(request)

        def add(tx: Tx) -> None:
            values = {"id": "a1", "conversation_id": "100:7", "event_key": "k", "kind": "image", "url": url, "at": 1}
            tx.execute(insert(attachments).values(**values))

        await self.database.run(add)
        async with httpx.AsyncClient(transport=httpx.MockTransport(counted)) as http:
            await Media(self.database, http, self.folder, ["fbcdn.net"], addresses).fetch_all("100:7")  # type: ignore[arg-type]
        row = await self.database.read(
            lambda tx: tx.execute(select(attachments.c.path, attachments.c.media_type)).one()
        )
        return row.path, row.media_type


@pytest.fixture
async def fetching(database: Database, street: Street, tmp_path: Path) -> Fetching:
    await street.customer()
    return Fetching(database, tmp_path / "media")


@pytest.mark.parametrize(
    "url",
    [
        "http://scontent.fbcdn.net/a.jpg",
        "https://fbcdn.net.zly.example/a.jpg",
        "https://zlyfbcdn.net/a.jpg",
        "https://fbcdn.net@zly.example/a.jpg",
        "https://user:pass@fbcdn.net/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[fbcdn.net/a.jpg",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://fbcdn.net/",
        "//fbcdn.net/a.jpg",
        "https://fbcdn.net\\@zly.example/",
        "https://@fbcdn.net/a.jpg",
        # The very name that stands in the settings is no exception.
        "http://fbcdn.net/a.jpg",
        "https://scontent.fbcdn.net:6379/a.jpg",
        "https://scontent.fbcdn.net:99999/a.jpg",
        "https://zly.example\\.fbcdn.net/a.jpg",
        "https://zly.example%2f.fbcdn.net/a.jpg",
        "https://127.0.0.1;.fbcdn.net/a.jpg",
        "https://zly.example\t.fbcdn.net/a.jpg",
        f"https://{'a' * 70}.fbcdn.net/a.jpg",
        "https://..fbcdn.net/a.jpg",
        "",
    ],
)
async def test_nothing_is_fetched_from_anywhere_but_the_platform(fetching: Fetching, url: str) -> None:
    assert await fetching.fetch(lambda _: found(png(9, 9)), url) == (None, None)
    assert fetching.asked == []


@pytest.mark.parametrize("url", [CDN, "https://fbcdn.net/a.jpg"])
async def test_a_name_that_leads_into_our_own_network_is_not_followed(fetching: Fetching, url: str) -> None:
    assert await fetching.fetch(lambda _: found(png(9, 9)), url, private) == (None, None)
    assert fetching.asked == []


OUR_OWN = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "fd00::1", "0.0.0.0", "x",
           # The same by other names: mapped, translated, NAT64, 6to4, compatible; and what is nobody's, multicast.
           "::ffff:127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1", "224.0.0.1",
           "ff02::1"]  # fmt: skip


@pytest.mark.parametrize("address", OUR_OWN)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_public("157.240.1.1")
    assert is_public("2a03:2880:f003::1")


async def test_a_name_that_no_resolver_takes_leads_nowhere() -> None:
    assert await media.resolved(f"{'a' * 70}.fbcdn.net") == []


async def test_a_redirect_to_nowhere_is_a_file_that_is_not_had(fetching: Fetching) -> None:
    assert await fetching.fetch(lambda _: httpx.Response(302)) == (None, None)


async def test_a_redirect_is_followed_within_the_platform_and_nowhere_else(fetching: Fetching) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/a.jpg":
            return httpx.Response(302, headers={"Location": "/b.jpg"})
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/latest/meta-data"})

    assert await fetching.fetch(answer) == (None, None)
    assert fetching.asked == [CDN, "https://scontent.fbcdn.net/b.jpg"]


async def test_redirects_in_a_circle_end(fetching: Fetching) -> None:
    def in_a_circle(_: httpx.Request) -> httpx.Response:
        # A picture at last, so that who goes on for ever is seen to have had it.
        late = len(fetching.asked) > 10 * media.MOST_REDIRECTS
        return found(png(9, 9)) if late else httpx.Response(302, headers={"Location": CDN})

    assert await fetching.fetch(in_a_circle) == (None, None)
    assert len(fetching.asked) == 1 + media.MOST_REDIRECTS


async def test_a_packed_answer_is_not_unpacked(fetching: Fetching) -> None:
    def bomb(_: httpx.Request) -> httpx.Response:
        return found(png(9, 9), {"Content-Encoding": "gzip"})

    assert await fetching.fetch(bomb) == (None, "refused")


async def test_a_file_that_is_too_long_is_refused(fetching: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LARGEST", 100)
    assert await fetching.fetch(lambda _: found(png(9, 9) + b"x" * 100)) == (None, "refused")


@pytest.mark.parametrize("content", [b"<html><script>", b"<svg onload=x>", b"MZ\x90", b"PK\x03\x04", b"#!/bin/sh", b""])
async def test_what_is_no_file_we_keep_is_refused_whatever_it_is_called(fetching: Fetching, content: bytes) -> None:
    said = found(content, {"Content-Type": "image/png"})
    assert await fetching.fetch(lambda _: said) == (None, "refused")


async def test_a_picture_that_would_fill_the_memory_is_refused(fetching: Fetching) -> None:
    assert await fetching.fetch(lambda _: found(png(60_000, 60_000))) == (None, "refused")


async def test_a_file_is_kept_under_a_name_of_ours(fetching: Fetching) -> None:
    path, kind = await fetching.fetch(lambda _: found(png(9, 9)), "https://fbcdn.net/../../etc/passwd.php?x=.html")
    assert kind == "image/png"
    assert path is not None
    kept = Path(path)
    assert (kept.parent, kept.suffix, len(kept.stem)) == (fetching.folder, ".png", 32)


@pytest.mark.parametrize(
    ("kind", "head", "size"),
    [
        ("image/png", png(640, 480), (640, 480)),
        ("image/gif", b"GIF89a" + struct.pack("<HH", 640, 480), (640, 480)),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640), (640, 480)),
        ("image/webp", b"RIFF....WEBPVP8X" + bytes(8) + b"\x7f\x02\x00\xdf\x01\x00", (640, 480)),
        ("image/webp", b"RIFF....WEBPVP8L...." + b"/" + struct.pack("<I", 639 | 479 << 14), (640, 480)),
        ("image/webp", b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 640, 480), (640, 480)),
        ("image/jpeg", b"\xff\xd8\xff", None),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x00" * 9, None),
        ("image/png", b"\x89PNG", None),
        ("image/webp", b"", None),
    ],
)
def test_a_pictures_size_is_told_from_its_header(kind: str, head: bytes, size: tuple[int, int] | None) -> None:
    assert pixels.size(kind, head) == size
    assert pixels.is_showable(kind, head) == (size is not None)


@pytest.mark.parametrize(
    ("kind", "ending", "disposition"),
    [("image/png", ".png", "inline"), ("application/pdf", ".pdf", "attachment"), ("video/mp4", ".mp4", "attachment")],
)
async def test_a_file_that_is_no_picture_is_saved_and_nothing_in_it_runs(
    anna_in: httpx.AsyncClient, database: Database, tmp_path: Path, kind: str, ending: str, disposition: str
) -> None:
    await _keep(database, tmp_path / "media" / f"x{ending}", kind)
    answer = await anna_in.get("/konsola/zalacznik/a1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["content-disposition"].startswith(disposition)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_no_path_outside_the_folder_is_served(
    anna_in: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    await _keep(database, tmp_path / "secret.png", "image/png")
    assert (await anna_in.get("/konsola/zalacznik/a1")).status_code == 404
    for name in ("..%2f..%2fsecret.png", "%2e%2e/secret.png", "....//secret.png", "secret.png%00.png"):
        assert (await anna_in.get(f"/konsola/plik/{name}")).status_code in (400, 404), name
        assert (await anna_in.get(f"/konsola/static/1/{name}")).status_code in (400, 404), name


async def _keep(database: Database, path: Path, kind: str) -> None:
    values = {"id": "a1", "conversation_id": "100:7", "event_key": "k", "kind": "file", "at": 1}

    def add(tx: Tx) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        tx.execute(insert(attachments).values(**values, path=str(path), media_type=kind, size=1))

    await database.run(add)


def test_a_name_of_another_shape_is_never_looked_for(tmp_path: Path) -> None:
    folder = sent_folder(tmp_path)
    folder.mkdir(parents=True)
    for name in ("../tajne.txt", "tajne.txt", "a" * 48 + ".html.bak"):
        (folder / name).write_text("tajne")
        assert outgoing_files.kept(tmp_path, name) is None
