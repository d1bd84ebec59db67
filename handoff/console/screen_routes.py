"""Addresses that show: the desk, its parts for htmx, and the stream of changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from bot.store import files
from handoff import events
from handoff.console.files import kept_file
from handoff.console.room import ByAgent, BySomebody, BySupervisor, Htmx, InRoom, InView, Number
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import COOKIE, PATH
from handoff.console.stream import Console

router = APIRouter(route_class=ConsoleRoute)


@router.get("")
async def desk_page(room: InRoom, agent: BySomebody, view: InView) -> Response:
    if not agent.rights.serves:
        return RedirectResponse(f"{PATH}/ustawienia/odpowiedzi", SEE_OTHER)
    return HTMLResponse(await room.screens.whole(agent, view, None))


@router.get("/lista")
async def lists(room: InRoom, agent: ByAgent, view: InView) -> Response:
    return HTMLResponse(await room.screens.lists(agent, view))


@router.get("/rozmowa/{id}")
async def conversation(room: InRoom, agent: ByAgent, view: InView, id: str, htmx: Htmx = None) -> Response:
    await room.desk.mark_read(agent, id)
    if htmx:
        return HTMLResponse(await room.screens.conversation(agent, view, id))
    return HTMLResponse(await room.screens.whole(agent, view, id))


@router.get("/rozmowa/{id}/naglowek")
async def head(room: InRoom, agent: ByAgent, id: str) -> Response:
    return HTMLResponse(await room.screens.part(agent, id, "_head.html"))


@router.get("/rozmowa/{id}/pole")
async def composer(room: InRoom, agent: ByAgent, id: str) -> Response:
    return HTMLResponse(await room.screens.part(agent, id, "_composer.html"))


@router.get("/rozmowa/{id}/karta")
async def card(room: InRoom, agent: ByAgent, id: str) -> Response:
    return HTMLResponse(await room.screens.part(agent, id, "_card.html"))


@router.get("/rozmowa/{id}/wczesniej")
async def earlier(room: InRoom, agent: ByAgent, id: str, przed: Number) -> Response:
    return HTMLResponse(await room.screens.earlier(id, przed))


@router.get("/rozmowa/{id}/gotowe")
async def canned_replies(room: InRoom, agent: ByAgent, id: str) -> Response:
    return HTMLResponse(await room.screens.canned(agent, id))


@router.get("/rozmowa/{id}/patrza")
async def watching(room: InRoom, agent: ByAgent, id: str) -> Response:
    return HTMLResponse(await room.screens.watching(agent, id))


@router.get("/zespol")
async def staff(room: InRoom, agent: ByAgent) -> Response:
    return HTMLResponse(await room.screens.staff(agent))


@router.get("/koledzy")
async def colleagues(room: InRoom, agent: ByAgent) -> Response:
    return HTMLResponse(await room.screens.staff(agent, "_team.html"))


@router.get("/tablica")
async def board(room: InRoom, agent: BySupervisor) -> Response:
    return HTMLResponse(await room.screens.board(agent))


@router.get("/zalacznik/{id}")
async def attachment(room: InRoom, agent: ByAgent, id: str) -> Response:
    """A customer's file from our own store; pictures show in the page, everything else is downloaded."""
    found = await room.desk.database.read(lambda tx: files.find(tx, id))
    if found is None or found.path is None or not _is_within(found.path, room.settings.var_dir / "media"):
        return Response(status_code=404)
    kind = found.media_type or "application/octet-stream"
    return kept_file(Path(found.path), f"zalacznik{Path(found.path).suffix}", kind)


@router.get("/zdarzenia")
async def changes(
    request: Request,
    room: InRoom,
    agent: ByAgent,
    od: str,
    rozmowa: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-sent events: what to draw again since `od`, or since the last one the browser had."""
    position = last_event_id or od
    if not events.is_position(position):
        return Response(status_code=400)
    if not room.streams.has_room(agent):
        return Response(status_code=429)
    token = request.cookies.get(COOKIE, "")

    async def is_in() -> bool:
        return await room.door.accounts.still_serves(token)

    return StreamingResponse(
        room.streams.follow(Console(agent, rozmowa), position, is_in),
        media_type="text/event-stream",
        # nginx would collect the stream into blocks.
        headers={"X-Accel-Buffering": "no"},
    )


def _is_within(path: str, folder: Path) -> bool:
    return Path(path).resolve().is_relative_to(folder.resolve())
