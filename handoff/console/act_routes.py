"""Addresses that act: each posted form calls one act of the desk and answers with how things stand now."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import escape
from starlette.datastructures import UploadFile

from bot.store import agents
from bot.store.agents import Agent, Presence
from bot.store.times import to_ms
from handoff import outgoing_files
from handoff.console.room import MOST, ByAgent, Htmx, InRoom, InView, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.screens import View
from handoff.console.security import PATH, UPLOAD
from handoff.floor import NoSuchAgent

TEXT_LIMIT = 20_000
# What makes a message sent twice by an impatient browser one message.
KEY = r"^[0-9a-zA-Z-]{8,64}$"

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
    klucz: Annotated[str, Form(pattern=KEY)],
    tekst: Annotated[str, Form(max_length=TEXT_LIMIT)] = "",
    mimo: Annotated[str, Form()] = "",
    htmx: Htmx = None,
) -> Response:
    """The message itself comes to the screen by the stream, as to every other console.

    A text that addresses this customer otherwise than they are addressed, or that still has a gap, comes back with
    what to change instead; `mimo` sends it all the same.
    """
    text = tekst.strip()
    doubts = [] if mimo == text else await room.screens.doubts(agent, id, text)
    if doubts:
        page = room.pages.draw("_doubts.html", doubts=doubts, text=text)
        return HTMLResponse(page, headers={"HX-Retarget": "#podpowiedz", "HX-Reswap": "innerHTML"})
    if text:
        await room.desk.answer(agent, id, text, key=klucz)
    return Response(status_code=204) if htmx else RedirectResponse(f"{PATH}/rozmowa/{id}", SEE_OTHER)


@router.post("/rozmowa/{id}" + UPLOAD)
async def send_file(request: Request, room: InRoom, agent: ByAgent, id: str, htmx: Htmx = None) -> Response:
    """The form is read in here: FastAPI would read it first and ask who sends it afterwards, and it may be 26 MB."""
    async with request.form(max_files=1, max_fields=1) as form:
        file, key = form.get("plik"), form.get("klucz")
        if not isinstance(file, UploadFile) or not isinstance(key, str) or not re.fullmatch(KEY, key):
            return Response(status_code=422)
        body = await file.read(outgoing_files.LARGEST + 1)
    kind, name = await asyncio.to_thread(outgoing_files.keep, room.settings.var_dir, body)
    address = f"{room.settings.public_url}{PATH}/plik/{name}"
    await room.desk.answer(agent, id, "", key=key, attachment=(kind, address))
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
    room: InRoom, agent: ByAgent, view: InView, id: str, komu: Annotated[int, Form(ge=0, le=MOST)], htmx: Htmx = None
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


@router.post("/rozmowa/{id}/notatka")
async def note(
    room: InRoom, agent: ByAgent, id: str, tekst: Annotated[str, Form(max_length=TEXT_LIMIT)] = "", htmx: Htmx = None
) -> Response:
    if tekst.strip():
        await room.desk.note(agent, id, tekst.strip())
    return Response(status_code=204) if htmx else RedirectResponse(f"{PATH}/rozmowa/{id}", SEE_OTHER)


@router.post("/rozmowa/{id}/pole/{slot}")
async def edit_field(
    room: InRoom,
    agent: ByAgent,
    id: str,
    slot: str,
    wartosc: Annotated[str, Form(max_length=2000)] = "",
    htmx: Htmx = None,
) -> Response:
    await room.desk.edit_field(agent, id, slot, wartosc)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/zapytaj/{slot}")
async def ask_field(room: InRoom, agent: ByAgent, id: str, slot: str, htmx: Htmx = None) -> Response:
    await room.desk.ask_field(agent, id, slot)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/pokaz/{slot}")
async def reveal(room: InRoom, agent: ByAgent, id: str, slot: str) -> Response:
    """A sensitive value in full; that this agent saw it goes on record."""
    return HTMLResponse(escape(await room.desk.reveal(agent, id, slot)))


@router.post("/rozmowa/{id}/forma")
async def set_address(
    room: InRoom, agent: ByAgent, id: str, forma: Annotated[str, Form(max_length=20)], htmx: Htmx = None
) -> Response:
    await room.desk.set_address(agent, id, forma)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/wycisz")
async def mute(
    room: InRoom,
    agent: ByAgent,
    id: str,
    godzin: Annotated[int, Form(ge=0, le=24 * 365)],
    powod: Annotated[str, Form(max_length=500)] = "",
    htmx: Htmx = None,
) -> Response:
    """Zero hours begins to listen again."""
    until = to_ms(room.pages.clock()) + godzin * 3_600_000 if godzin else None
    await room.desk.mute(agent, id, until, powod)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/pisze")
async def typing(room: InRoom, agent: ByAgent, id: str) -> Response:
    await room.desk.typing(agent, id)
    return Response(status_code=204)


@router.post("/obecnosc")
async def presence(room: InRoom, agent: ByAgent, obecnosc: Annotated[Presence, Form()], htmx: Htmx = None) -> Response:
    await room.desk.choose_presence(agent, obecnosc)
    return Response(status_code=204) if htmx else RedirectResponse(PATH, SEE_OTHER)


async def card_shown(room: Room, agent: Agent, id: str, htmx: str | None) -> Response:
    """The card as it now stands; a browser without htmx goes to the conversation's page."""
    if htmx is None:
        return RedirectResponse(f"{PATH}/rozmowa/{id}", SEE_OTHER)
    return HTMLResponse(await room.screens.part(agent, id, "_card.html"))
