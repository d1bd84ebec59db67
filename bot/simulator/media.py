"""Keeps pictures that customers of the twin upload, so that the product can fetch them; images only, bounded."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import AsyncIterable
from dataclasses import dataclass

LARGEST = 8 * 1024 * 1024
"""The platform's limit for images by URL (…/send-messages/saving-assets, 22 Apr 2026)."""
_KEPT_BYTES = 128 * 1024 * 1024
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"GIF87a", "gif", "image/gif"),
    (b"GIF89a", "gif", "image/gif"),
)


class MediaError(ValueError):
    """The upload is refused: `status` says why in HTTP's terms."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    content_type: str
    content: bytes


class MediaShelf:
    """Pictures under names that cannot be guessed; the oldest go when there is no more room."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._size = 0

    async def put(self, chunks: AsyncIterable[bytes]) -> Picture:
        """Raises MediaError for more than 8 MB (reading no further) and for what does not begin as an image."""
        content = bytearray()
        async for chunk in chunks:
            content += chunk
            if len(content) > LARGEST:
                raise MediaError(413, "an image has at most 8 MB")
        extension, content_type = _kind(content)
        picture = Picture(f"{secrets.token_urlsafe(18)}.{extension}", content_type, bytes(content))
        self._pictures[picture.name] = picture
        self._size += len(content)
        while self._size > _KEPT_BYTES:
            _, oldest = self._pictures.popitem(last=False)
            self._size -= len(oldest.content)
        return picture

    def get(self, name: str) -> Picture | None:
        return self._pictures.get(name)


def _kind(content: bytearray) -> tuple[str, str]:
    for beginning, extension, content_type in _BEGINNINGS:
        if content.startswith(beginning):
            return extension, content_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp", "image/webp"
    raise MediaError(415, "only PNG, JPEG, GIF and WebP")
