"""Serves files that people sent: a picture may be looked at, everything else is saved, and nothing in either runs."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import FileResponse

# Over the console's own policy: not even scripts of ours run in a file that is opened by itself.
_CLOSED = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def kept_file(path: Path, name: str, media_type: str | None) -> FileResponse:
    """`media_type`: as told by the file's first bytes; None: by the ending that we gave it ourselves."""
    answer = FileResponse(
        path, media_type=media_type, filename=name, content_disposition_type="attachment", headers=_CLOSED
    )
    if (answer.media_type or "").startswith("image/"):
        answer.headers["content-disposition"] = "inline"
    return answer
