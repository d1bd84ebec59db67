"""The supervisors' page of the shift: what was set aside, how waiting conversations are given out, who is muted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.store import customers
from bot.store.agents import Agent
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.times import to_ms
from handoff import routing, set_asides
from handoff.console.room import MOST, BySupervisor, Htmx, InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH
from handoff.routing import Assignment
from handoff.set_asides import SetAside

HERE = "/ustawienia/dyzur"

Id = Annotated[int, Path(ge=0, le=MOST)]

router = APIRouter(route_class=ConsoleRoute)


@router.get(HERE)
async def duty(room: InRoom, agent: BySupervisor) -> Response:
    return await _page(room, agent)


@router.post(HERE + "/odlozone/{id}/ponow")
async def try_again(room: InRoom, agent: BySupervisor, id: Id, htmx: Htmx = None) -> Response:
    await room.desk.try_again(agent, id)
    return await _page(room, agent, htmx)


@router.post(HERE + "/odlozone/{id}/odrzuc")
async def drop(
    room: InRoom,
    agent: BySupervisor,
    id: Id,
    powod: Annotated[str, Form(max_length=500)] = "",
    htmx: Htmx = None,
) -> Response:
    await room.desk.drop(agent, id, powod)
    return await _page(room, agent, htmx)


@router.post(HERE + "/przydzial")
async def assignment(
    room: InRoom,
    agent: BySupervisor,
    najwiecej: Annotated[int, Form()],
    samoczynny: Annotated[bool, Form()] = False,
    htmx: Htmx = None,
) -> Response:
    await room.desk.choose_assignment(agent, Assignment(samoczynny, najwiecej))
    return await _page(room, agent, htmx, saved=True)


@router.post(HERE + "/wyciszeni/{id}/cofnij")
async def unmute(
    room: InRoom, agent: BySupervisor, id: str, powod: Annotated[str, Form(max_length=500)] = "", htmx: Htmx = None
) -> Response:
    await room.desk.mute(agent, id, None, powod)
    return await _page(room, agent, htmx)


async def _page(room: Room, agent: Agent, htmx: str | None = "1", *, saved: bool = False) -> Response:
    """The page as it now stands; a form sent without htmx leads to it."""
    if htmx is None:
        return RedirectResponse(f"{PATH}{HERE}", SEE_OTHER)
    now = to_ms(room.pages.clock())

    def look(tx: Tx) -> tuple[list[SetAside], Assignment, list[Customer]]:
        return set_asides.open_ones(tx), routing.current(tx, room.settings), customers.muted(tx, now)

    aside, chosen, muted = await room.desk.database.read(look)
    return HTMLResponse(
        room.pages.draw("duty.html", agent=agent, set_aside=aside, assignment=chosen, muted=muted, saved=saved)
    )
