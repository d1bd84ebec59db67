"""Addresses that show: the desk, its parts for htmx, and the stream of changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from handoff import events
from handoff.console.room import ByAgent, Htmx, InRoom, InView
from handoff.console.route import ConsoleRoute
from handoff.console.stream import Console

router = APIRouter(route_class=ConsoleRoute)


@router.get("")
async def desk_page(room: InRoom, agent: ByAgent, view: InView) -> Response:
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
async def earlier(room: InRoom, agent: ByAgent, id: str, przed: int) -> Response:
    return HTMLResponse(await room.screens.earlier(id, przed))


@router.get("/zdarzenia")
async def changes(
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
    return StreamingResponse(
        room.streams.follow(Console(agent.id, rozmowa), position),
        media_type="text/event-stream",
        # nginx would collect the stream into blocks.
        headers={"X-Accel-Buffering": "no"},
    )
