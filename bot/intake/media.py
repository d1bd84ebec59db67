"""Fetches what customers attach, at once, because the platform's addresses expire; from the platform's hosts only.

The file's type is told from its first bytes, never from what the sender says; it is kept under a random name.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select, update

from bot.intake.due import say_later
from bot.logs import logger
from bot.store.database import Database, Tx
from bot.store.schema import attachments

log = logger("media")

# Attachments of up to 25 MB exist on the platform (MESSENGER.md, section 3).
LARGEST = 25 * 1024 * 1024

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


class Media:
    """`hosts`: names from which files are fetched; a name also stands for everything below it."""

    def __init__(self, database: Database, http: httpx.AsyncClient, folder: Path, hosts: Collection[str]) -> None:
        self.database = database
        self.http = http
        self.folder = folder
        self.hosts = tuple(hosts)

    def may_fetch(self, url: str) -> bool:
        """Only https (or a host named with its port, for the simulator), only the platform's own hosts."""
        parts = urlsplit(url)
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
        if not self.may_fetch(url):
            log.warning("attachment_of_foreign_host", attachment=id)
            return
        try:
            body = await self._download(url)
        except httpx.HTTPError as error:
            log.warning("attachment_not_had", attachment=id, error=type(error).__name__)
            return
        kind = media_type(body[:16]) if body else None
        if body is None or kind is None:
            await self._note(id, path=None, media="refused", size=None)
            await self.database.run(
                lambda tx: say_later(tx, conversation, "utter_plik_odrzucony", {}, id=f"refused:{id}", due_at=0)
            )
            return
        path = self.folder / f"{secrets.token_hex(16)}{kind[1]}"
        await asyncio.to_thread(self._write, path, body)
        await self._note(id, path=str(path), media=kind[0], size=len(body))

    async def _download(self, url: str) -> bytes | None:
        """The file, or None when it is larger than we take. Redirects are not followed: they could lead anywhere."""
        async with self.http.stream("GET", url, follow_redirects=False, timeout=20) as response:
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    return None
            return bytes(body)

    @staticmethod
    def _write(path: Path, body: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    async def _note(self, id: str, *, path: str | None, media: str, size: int | None) -> None:
        values = {"path": path, "media_type": media, "size": size}
        await self.database.run(
            lambda tx: tx.execute(update(attachments).where(attachments.c.id == id).values(**values))
        )
