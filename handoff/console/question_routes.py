"""Addresses for questions between departments: put one, answer one, withdraw one."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import HTMLResponse

from handoff.console.act_routes import card_shown
from handoff.console.room import MOST, ByAgent, Htmx, InRoom
from handoff.console.route import ConsoleRoute

TEXT_LIMIT = 4_000

Question = Annotated[int, Path(ge=0, le=MOST)]

router = APIRouter(route_class=ConsoleRoute)


@router.get("/rozmowa/{id}/pytania")
async def questions(room: InRoom, agent: ByAgent, id: str) -> Response:
    """The bar over the thread with what waits for another department's answer."""
    return HTMLResponse(await room.screens.part(agent, id, "_questions.html"))


@router.post("/rozmowa/{id}/pytanie")
async def ask(
    room: InRoom,
    agent: ByAgent,
    id: str,
    dzial: Annotated[str, Form(max_length=40)],
    za: Annotated[int, Form(ge=0, le=7 * 24 * 60)],
    tekst: Annotated[str, Form(max_length=TEXT_LIMIT)] = "",
    htmx: Htmx = None,
) -> Response:
    """`za`: the agreed time, in minutes from now."""
    await room.desk.ask_department(agent, id, dzial, tekst, timedelta(minutes=za))
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/pytanie/{question}/odpowiedz")
async def answer(
    room: InRoom,
    agent: ByAgent,
    id: str,
    question: Question,
    tekst: Annotated[str, Form(max_length=TEXT_LIMIT)] = "",
    htmx: Htmx = None,
) -> Response:
    await room.desk.answer_question(agent, question, tekst)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/pytanie/{question}/wycofaj")
async def withdraw(room: InRoom, agent: ByAgent, id: str, question: Question, htmx: Htmx = None) -> Response:
    await room.desk.withdraw_question(agent, question)
    return await card_shown(room, agent, id, htmx)
