"""Addresses that act: each posted form calls one act of the desk and answers with how things stand now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.store import agents
from bot.store.agents import Agent
from handoff.console.room import ByAgent, Htmx, InRoom, InView, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.screens import View
from handoff.console.security import PATH
from handoff.floor import NoSuchAgent

TEXT_LIMIT = 20_000

router = APIRouter(route_class=ConsoleRoute)


@router.post("/rozmowa/{id}/przejmij")
async def take(room: InRoom, agent: ByAgent, view: InView, id: str, htmx: Htmx = None) -> Response:
    await room.desk.take(agent, id)
    return await _shown(room, agent, view, id, htmx)


@router.post("/rozmowa/{id}/odpowiedz")
async def answer(
    room: InRoom,
    agent: ByAgent,
    id: str,
    klucz: Annotated[str, Form(pattern=r"^[0-9a-zA-Z-]{8,64}$")],
    tekst: Annotated[str, Form(max_length=TEXT_LIMIT)] = "",
    htmx: Htmx = None,
) -> Response:
    """The message itself comes to the screen by the stream, as to every other console."""
    if tekst.strip():
        await room.desk.answer(agent, id, tekst.strip(), key=klucz)
    return Response(status_code=204) if htmx else RedirectResponse(f"{PATH}/rozmowa/{id}", SEE_OTHER)


@router.post("/rozmowa/{id}/przeczytane")
async def mark_read(room: InRoom, agent: ByAgent, id: str) -> Response:
    await room.desk.mark_read(agent, id)
    return Response(status_code=204)


@router.post("/rozmowa/{id}/oddaj")
async def hand_back(room: InRoom, agent: ByAgent, view: InView, id: str, htmx: Htmx = None) -> Response:
    await room.desk.hand_back(agent, id)
    return await _shown(room, agent, view, id, htmx)


@router.post("/rozmowa/{id}/zakoncz")
async def close(
    room: InRoom,
    agent: ByAgent,
    view: InView,
    id: str,
    ocena: Annotated[bool, Form()] = False,
    htmx: Htmx = None,
) -> Response:
    await room.desk.close(agent, id, ask_rating=ocena)
    return await _shown(room, agent, view, id, htmx)


@router.post("/rozmowa/{id}/przydziel")
async def assign(
    room: InRoom, agent: ByAgent, view: InView, id: str, komu: Annotated[int, Form()], htmx: Htmx = None
) -> Response:
    to = await room.desk.database.read(lambda tx: agents.find(tx, komu))
    if to is None or not to.active:
        raise NoSuchAgent
    await room.desk.assign(agent, id, to)
    return await _shown(room, agent, view, id, htmx)


@router.post("/rozmowa/{id}/kolejka")
async def requeue(
    room: InRoom,
    agent: ByAgent,
    view: InView,
    id: str,
    dzial: Annotated[str, Form(max_length=40)] = "",
    htmx: Htmx = None,
) -> Response:
    await room.desk.requeue(agent, id, dzial or None)
    return await _shown(room, agent, view, id, htmx)


async def _shown(room: Room, agent: Agent, view: View, id: str, htmx: str | None) -> Response:
    """The conversation as it now stands; a browser without htmx goes to its page."""
    if htmx is None:
        return RedirectResponse(f"{PATH}/rozmowa/{id}", SEE_OTHER)
    return HTMLResponse(await room.screens.conversation(agent, view, id))
