"""Fetches what customers attach, at once, because the platform's addresses expire; from the platform's hosts only.

The file's type is told from its first bytes, never from what the sender says; it is kept under a random name.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select, update

from bot.intake.due import say_later
from bot.intake.pixels import is_showable
from bot.logs import logger
from bot.store.database import Database, Tx
from bot.store.schema import attachments

log = logger("media")

# Attachments of up to 25 MB exist on the platform (MESSENGER.md, section 3).
LARGEST = 25 * 1024 * 1024

MOST_REDIRECTS = 3
_PLAIN = {"Accept-Encoding": "identity"}

_MAGIC: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"GIF8", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
    (b"%PDF-", 0, "application/pdf", ".pdf"),
    (b"ftyp", 4, "video/mp4", ".mp4"),
    (b"OggS", 0, "audio/ogg", ".ogg"),
    (b"ID3", 0, "audio/mpeg", ".mp3"),
)


def media_type(head: bytes) -> tuple[str, str] | None:
    """(type, file ending) of a file that begins with `head`; None for what we do not keep."""
    for magic, at, kind, ending in _MAGIC:
        if head[at : at + len(magic)] == magic:
            return kind, ending
    return None


async def _read(response: httpx.Response) -> bytes | None:
    """Bytes as they travel: unpacking them first could make any length out of a few."""
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


class _NotFetched(Exception):  # noqa: N818
    """The address leads where nothing is fetched from."""


async def resolved(host: str) -> list[str]:
    """The addresses of a name; none where only a proxy knows them."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(each[4][0]) for each in found]


def is_public(address: str) -> bool:
    """Whether this is an address of the internet, and not of our own network or machine."""
    try:
        return ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


class Media:
    """`hosts`: names from which files are fetched; a name also stands for everything below it."""

    def __init__(
        self,
        database: Database,
        http: httpx.AsyncClient,
        folder: Path,
        hosts: Collection[str],
        addresses: Callable[[str], Awaitable[list[str]]] = resolved,
    ) -> None:
        self.database = database
        self.http = http
        self.folder = folder
        self.hosts = tuple(hosts)
        self.addresses = addresses

    def may_fetch(self, url: str) -> bool:
        """Only https (or a host named with its port, for the simulator), only the platform's own hosts."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme not in ("https", "http") or parts.username or parts.password:
            return False
        if parts.netloc in self.hosts:
            return True
        host = (parts.hostname or "").lower()
        return parts.scheme == "https" and any(host == h or host.endswith(f".{h}") for h in self.hosts if ":" not in h)

    async def fetch_all(self, conversation: str) -> None:
        """Fetch what the conversation's attachments still lack; a file that cannot be had keeps its address only."""

        def missing(tx: Tx) -> list[tuple[str, str]]:
            rows = tx.execute(
                select(attachments.c.id, attachments.c.url).where(
                    attachments.c.conversation_id == conversation,
                    attachments.c.path.is_(None),
                    attachments.c.media_type.is_(None),
                    attachments.c.url.is_not(None),
                )
            )
            return [(row.id, row.url) for row in rows]

        for id, url in await self.database.read(missing):
            await self._fetch(id, url, conversation)

    async def _fetch(self, id: str, url: str, conversation: str) -> None:
        try:
            body = await self._download(url)
        except _NotFetched:
            log.warning("attachment_of_foreign_host", attachment=id)
            return
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("attachment_not_had", attachment=id, error=type(error).__name__)
            return
        kind = media_type(body[:16]) if body else None
        if body is None or kind is None or not is_showable(kind[0], body):
            await self._note(id, path=None, media="refused", size=None)
            await self.database.run(
                lambda tx: say_later(tx, conversation, "utter_plik_odrzucony", {}, id=f"refused:{id}", due_at=0)
            )
            return
        path = self.folder / f"{secrets.token_hex(16)}{kind[1]}"
        await asyncio.to_thread(self._write, path, body)
        await self._note(id, path=str(path), media=kind[0], size=len(body))

    async def _download(self, url: str) -> bytes | None:
        """The file, or None when it is larger than we take or packed. Every address on the way is looked at anew."""
        for _ in range(1 + MOST_REDIRECTS):
            await self._check(url)
            async with self.http.stream("GET", url, follow_redirects=False, timeout=20, headers=_PLAIN) as response:
                if response.is_redirect:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                response.raise_for_status()
                return await _read(response)
        raise _NotFetched

    async def _check(self, url: str) -> None:
        """Raises _NotFetched for what is not the platform's, by name or by where the name leads."""
        if not self.may_fetch(url):
            raise _NotFetched
        parts = urlsplit(url)
        # A host that is named with its port is the simulator, on this very machine.
        if parts.netloc not in self.hosts and not all(map(is_public, await self.addresses(parts.hostname or ""))):
            raise _NotFetched

    @staticmethod
    def _write(path: Path, body: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    async def _note(self, id: str, *, path: str | None, media: str, size: int | None) -> None:
        values = {"path": path, "media_type": media, "size": size}
        await self.database.run(
            lambda tx: tx.execute(update(attachments).where(attachments.c.id == id).values(**values))
        )
