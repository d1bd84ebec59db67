"""Serves the simulator's page, its static files and the uploaded pictures; knows nothing of the platform."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

from bot.simulator.media import MediaShelf

_HERE = Path(__file__).parent
_STATIC = {path.name: path for path in (_HERE / "static").iterdir() if path.suffix in (".css", ".js", ".svg")}
_CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}


def page_router(prefix: str, shelf: MediaShelf) -> APIRouter:
    """The page itself is at the prefix, without a slash behind it."""
    router = APIRouter(prefix=prefix)

    @router.get("", include_in_schema=False)
    async def page() -> FileResponse:
        headers = {**_SAFE, "Content-Security-Policy": _CONTENT_SECURITY}
        return FileResponse(_HERE / "templates" / "symulator.html", headers=headers)

    @router.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> FileResponse:
        if name not in _STATIC:
            raise HTTPException(404)
        return FileResponse(_STATIC[name], headers=_SAFE)

    @router.get("/media/{name}", include_in_schema=False)
    async def media(name: str) -> Response:
        picture = shelf.get(name)
        if picture is None:
            raise HTTPException(404)
        headers = {**_SAFE, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(picture.content, headers=headers, media_type=picture.content_type)

    return router
