"""Fetches what customers attach, at once, because the platform's addresses expire; from the platform's hosts only.

The file's type is told from its first bytes, never from what the sender says; it is kept under a random name.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
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

# Attachments of up to 25 MB exist on the platform (send-messages/saving-assets, 22 Apr 2026).
LARGEST = 25 * 1024 * 1024

MOST_REDIRECTS = 3
_PLAIN = {"Accept-Encoding": "identity"}
# Names as the platform has them: what a customer shares may hold anything, and libraries read the rest differently.
_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
# IPv6 that stands for an IPv4 address in its last or next 32 bits: NAT64 (RFC 6052), 6to4 (RFC 3056), compatible.
_NAT64, _6TO4, _COMPATIBLE = ip_network("64:ff9b::/96"), ip_network("2002::/16"), ip_network("::/96")
_TRANSLATED = ip_network("::ffff:0:0:0/96")

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
    except (OSError, UnicodeError):
        return []
    return [str(each[4][0]) for each in found]


def is_public(address: str) -> bool:
    """Whether this is an address of the internet, and not of our own network or machine."""
    try:
        found = _meant(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return found.is_global and not found.is_multicast


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address to which a gateway would carry it on."""
    if isinstance(address, IPv4Address):
        return address
    if address in _6TO4:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    inside = address.ipv4_mapped is not None or any(address in net for net in (_NAT64, _COMPATIBLE, _TRANSLATED))
    return IPv4Address(int(address) & 0xFFFFFFFF) if inside else address


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
            port = parts.port
        except ValueError:
            return False
        if parts.scheme not in ("https", "http") or "@" in parts.netloc:
            return False
        if self._is_simulator(parts.netloc):
            return True
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or port not in (None, 443) or not _HOST.fullmatch(host):
            return False
        return any(host == h or host.endswith(f".{h}") for h in self.hosts if ":" not in h)

    def _is_simulator(self, netloc: str) -> bool:
        """On this very machine; the platform's hosts are named without a port."""
        return ":" in netloc and netloc in self.hosts

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
                if response.has_redirect_location:
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
        if not self._is_simulator(parts.netloc) and not all(map(is_public, await self.addresses(parts.hostname or ""))):
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
