"""Addresses under /konsola/awarie: declaring incidents, for supervisors; and what stands above everything, for all."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from bot.errors import Refused, Rejected
from bot.store import comments, customers, rises
from bot.store import incidents as incident_store
from bot.store.agents import Agent
from bot.store.database import Tx
from bot.store.times import to_ms
from handoff import canned_drafts, incidents
from handoff.console import refusals
from handoff.console.room import MOST, ByAgent, BySupervisor, InRoom, Number, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH
from handoff.incidents import Draft

HERE = f"{PATH}/awarie"

Short = Annotated[str, Form(max_length=120)]
Text = Annotated[str, Form(max_length=4_000)]
Codes = Annotated[list[str], Form(max_length=200)]
Id = Annotated[int, Path(ge=0, le=MOST)]

router = APIRouter(route_class=ConsoleRoute)


@router.get("/awarie")
async def page(room: InRoom, agent: BySupervisor, wzrost: Number = 0, ogloszono: bool = False) -> Response:
    """`wzrost`: the suggestion that the form begins with."""
    return await _page(room, agent, wzrost, saved=ogloszono)


@router.post("/awarie")
async def declare(
    room: InRoom,
    agent: BySupervisor,
    klucz: Annotated[str, Form(min_length=8, max_length=40)],
    nazwa: Short = "",
    tekst: Text = "",
    czekajacy: Text = "",
    koniec: Text = "",
    temat: Codes = [],  # noqa: B006 (FastAPI copies it)
    sprawa: Codes = [],  # noqa: B006
    dzial: Codes = [],  # noqa: B006
    od: Short = "",
    do: Short = "",
) -> Response:
    draft = Draft(klucz, nazwa, tekst, czekajacy, koniec, tuple(temat), tuple(sprawa), tuple(dzial), od, do)
    names, now = room.pages.names, to_ms(room.pages.clock())

    def work(tx: Tx) -> None:
        incidents.declare(tx, names, agent, draft, now)
        room.desk.announce(tx, "incident")

    await room.desk.database.run(work)
    return RedirectResponse(f"{HERE}?ogloszono=1", SEE_OTHER)


@router.post("/awarie/podglad")
async def preview(
    room: InRoom, agent: BySupervisor, tekst: Text = "", czekajacy: Text = "", koniec: Text = ""
) -> Response:
    """How everybody would read the one text that is being written; the form sends it alone."""
    names = room.pages.names
    try:
        text = tekst or czekajacy or koniec
        drawn = await asyncio.to_thread(canned_drafts.forms, names, text, names.section("firma")) if text else []
        return HTMLResponse(room.pages.draw("_forms.html", forms=drawn, refusal=None))
    except Rejected as refused:
        return HTMLResponse(room.pages.draw("_forms.html", forms=[], refusal=refusals.in_words(refused)))


@router.post("/awarie/{id}/zakoncz")
async def end(room: InRoom, agent: BySupervisor, id: Id, koniec: Text = "") -> Response:
    now = to_ms(room.pages.clock())

    def work(tx: Tx) -> None:
        incidents.end(tx, room.pages.names, agent, id, koniec, now)
        room.desk.announce(tx, "incident")

    await room.desk.database.run(work)
    return RedirectResponse(HERE, SEE_OTHER)


@router.post("/awarie/wzrost/{id}/pomin")
async def turn_down(room: InRoom, agent: BySupervisor, id: Id) -> Response:
    now = to_ms(room.pages.clock())

    def work(tx: Tx) -> None:
        incidents.turn_down(tx, agent, id, now)
        room.desk.announce(tx, "incident")

    await room.desk.database.run(work)
    return RedirectResponse(HERE, SEE_OTHER)


@router.get("/ogloszenia")
async def notices(room: InRoom, agent: ByAgent) -> Response:
    """The strip above everything: incidents that are on, comments that give something away, subjects that rise."""
    now = to_ms(room.pages.clock())

    def look(tx: Tx) -> dict[str, Any]:
        rising = rises.open_ones(tx, now - incidents.SUGGESTED_MS) if agent.supervises else []
        return {"on": incidents.on_now(tx, now), "rising": rising, "exposed": comments.exposed(tx)}

    found = await room.desk.database.read(look)
    return HTMLResponse(room.pages.draw("_notices.html", agent=agent, **found))


@router.get("/rozmowa/{id}/awaria/{incident}")
async def proposed(room: InRoom, agent: ByAgent, id: str, incident: Id) -> Response:
    """The proposed answer in this customer's form of address, for the composer."""

    def look(tx: Tx) -> str:
        found = incident_store.find(tx, incident)
        if found is None:
            raise Refused(code="incident_over")
        voice = room.desk.floor.voice
        return incidents.answer(room.pages.names, voice, found, customers.find(tx, id))

    return PlainTextResponse(await room.desk.database.read(look))


async def _page(room: Room, agent: Agent, rise: int, *, saved: bool) -> Response:
    names, now = room.pages.names, to_ms(room.pages.clock())

    def look(tx: Tx) -> dict[str, Any]:
        return {"overview": incidents.overview(tx, now), "begun_with": rises.find(tx, rise) if rise else None}

    found = await room.desk.database.read(look)
    drawn = room.pages.draw(
        "incidents.html",
        agent=agent,
        saved=False,
        declared=saved,
        matters=incidents.matters(names),
        flows=incidents.flows(names),
        departments=names.section("departments"),
        drafts=names.section(incidents.DRAFTS),
        **found,
    )
    return HTMLResponse(drawn)
