"""Addresses under /konsola/komentarze: what people wrote under the page's posts, for all who talk to customers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.store import agents, comments
from bot.store.agents import Agent
from bot.store.comments import Comment
from bot.store.database import Tx
from handoff.comments import ANSWER_LIMIT
from handoff.console.room import ByAgent, InRoom
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH

HERE = f"{PATH}/komentarze"

Id = Annotated[str, Path(max_length=120)]

router = APIRouter(route_class=ConsoleRoute)


@router.get("/komentarze")
async def page(room: InRoom, agent: ByAgent) -> Response:
    def look(tx: Tx) -> tuple[list[Comment], dict[int, Agent]]:
        return comments.shown(tx), {one.id: one for one in agents.everybody(tx)}

    shown, staff = await room.desk.database.read(look)
    return HTMLResponse(room.pages.draw("comments.html", agent=agent, saved=False, comments=shown, staff=staff))


@router.post("/komentarze/{id}/ukryj")
async def hide(room: InRoom, agent: ByAgent, id: Id) -> Response:
    await room.desk.comments.hide(agent, id)
    return RedirectResponse(HERE, SEE_OTHER)


@router.post("/komentarze/{id}/odpowiedz")
async def answer(
    room: InRoom, agent: ByAgent, id: Id, tekst: Annotated[str, Form(max_length=2 * ANSWER_LIMIT)] = ""
) -> Response:
    await room.desk.comments.answer(agent, id, tekst)
    return RedirectResponse(HERE, SEE_OTHER)


@router.post("/komentarze/{id}/zalatwione")
async def settle(room: InRoom, agent: ByAgent, id: Id) -> Response:
    await room.desk.comments.settle(agent, id)
    return RedirectResponse(HERE, SEE_OTHER)
