"""Addresses for cases on the card: open one, set how far it is, correct a field. Numbers hold slashes: form fields."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from handoff.console.act_routes import KEY, card_shown
from handoff.console.room import ByAgent, Htmx, InRoom
from handoff.console.route import ConsoleRoute

Number = Annotated[str, Form(max_length=30)]

router = APIRouter(route_class=ConsoleRoute)


@router.post("/rozmowa/{id}/sprawa")
async def open_case(
    room: InRoom,
    agent: ByAgent,
    id: str,
    rodzaj: Annotated[str, Form(max_length=40)],
    klucz: Annotated[str, Form(pattern=KEY)],
    htmx: Htmx = None,
) -> Response:
    await room.desk.open_case(agent, id, rodzaj, key=klucz)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/sprawa/stan")
async def set_state(
    room: InRoom, agent: ByAgent, id: str, numer: Number, stan: Annotated[str, Form(max_length=20)], htmx: Htmx = None
) -> Response:
    await room.desk.set_case_state(agent, numer, stan)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/sprawa/pole/{slot}")
async def set_field(
    room: InRoom,
    agent: ByAgent,
    id: str,
    slot: str,
    numer: Number,
    wartosc: Annotated[str, Form(max_length=2000)] = "",
    htmx: Htmx = None,
) -> Response:
    await room.desk.set_case_field(agent, numer, slot, wartosc)
    return await card_shown(room, agent, id, htmx)
