"""Addresses for complaints on the card: that one is none, and that its term is the longer one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Response

from handoff.complaints import REASON_LIMIT
from handoff.console.act_routes import card_shown
from handoff.console.room import MOST, ByAgent, Htmx, InRoom
from handoff.console.route import ConsoleRoute

Complaint = Annotated[int, Path(ge=0, le=MOST)]
Reason = Annotated[str, Form(max_length=REASON_LIMIT)]

router = APIRouter(route_class=ConsoleRoute)


@router.post("/rozmowa/{id}/skarga/{complaint}/odrzuc")
async def dismiss(
    room: InRoom, agent: ByAgent, id: str, complaint: Complaint, powod: Reason = "", htmx: Htmx = None
) -> Response:
    await room.desk.dismiss_complaint(agent, complaint, powod)
    return await card_shown(room, agent, id, htmx)


@router.post("/rozmowa/{id}/skarga/{complaint}/przedluz")
async def extend(
    room: InRoom, agent: ByAgent, id: str, complaint: Complaint, powod: Reason = "", htmx: Htmx = None
) -> Response:
    await room.desk.extend_complaint(agent, complaint, powod)
    return await card_shown(room, agent, id, htmx)
