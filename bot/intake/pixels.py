"""How large a picture would be once decoded, told from its header alone; decodes nothing and never raises."""

from __future__ import annotations

import struct

# What the largest phone camera takes. A picture of more is made to fill the memory of whoever looks at it.
MOST_PIXELS = 120_000_000
# Frame headers of JPEG (T.81, table B.1), which hold the size; DHT, JPG and DAC share their range.
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}


def is_showable(kind: str, body: bytes) -> bool:
    """Whether a file of this media type is no picture, or one of a size that a browser may be asked to decode."""
    if not kind.startswith("image/"):
        return True
    found = size(kind, body)
    return found is not None and 0 < found[0] * found[1] <= MOST_PIXELS


def size(kind: str, body: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels of an image/png, gif, jpeg or webp; None where the header does not say."""
    try:
        if kind == "image/png" and body[12:16] == b"IHDR":
            return struct.unpack(">II", body[16:24])
        if kind == "image/gif":
            return struct.unpack("<HH", body[6:10])
        if kind == "image/jpeg":
            return _jpeg(body)
        if kind == "image/webp" and body[:4] == b"RIFF":
            return _webp(body)
    except (struct.error, IndexError):
        pass
    return None


def _jpeg(body: bytes) -> tuple[int, int] | None:
    at = 2
    while body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", body[at + 2 : at + 4])[0])
    return None


def _webp(body: bytes) -> tuple[int, int] | None:
    form = body[12:16]
    if form == b"VP8X":
        return (
            1 + int.from_bytes(body[24:27], "little"),
            1 + int.from_bytes(body[27:30], "little"),
        )
    if form == b"VP8L":
        bits = struct.unpack("<I", body[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", body[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
