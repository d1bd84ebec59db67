"""Addresses under /konsola/ustawienia: opening hours, departments and canned replies, for supervisors and editors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.clock import WARSAW
from bot.errors import Rejected
from bot.store.agents import Agent
from bot.store.database import Tx
from bot.store.times import to_ms
from handoff import canned, canned_drafts, house_acts
from handoff.console import refusals
from handoff.console.room import ByEditor, BySupervisor, InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH
from handoff.floor import DEFAULT_DEPARTMENT
from handoff.hours import DAYS
from handoff.house import CANNED, DEPARTMENTS
from handoff.house_acts import TEXT_LIMIT

SETTINGS = f"{PATH}/ustawienia"

Short = Annotated[str, Form(max_length=120)]
Text = Annotated[str, Form(max_length=TEXT_LIMIT)]

router = APIRouter(route_class=ConsoleRoute, prefix="/ustawienia")


@router.get("")
async def settings(agent: ByEditor) -> Response:
    return RedirectResponse(f"{SETTINGS}/{'godziny' if agent.supervises else 'odpowiedzi'}", SEE_OTHER)


@router.get("/godziny")
async def hours(room: InRoom, agent: BySupervisor, zapisano: bool = False) -> Response:
    house, now = room.desk.floor.house, room.pages.clock()
    in_force = await room.desk.database.read(house.hours)
    return _page(
        room,
        agent,
        "settings_hours.html",
        zapisano,
        days=house_acts.by_day(in_force),
        days_off=house_acts.days_off(now.astimezone(WARSAW).date()),
        open_now=in_force.is_open(now),
        opens=in_force.opens(now),
    )


@router.post("/godziny")
async def set_hours(room: InRoom, agent: BySupervisor, dzien: Annotated[list[str], Form()]) -> Response:
    if len(dzien) != len(DAYS) or any(len(day) > 200 for day in dzien):
        raise Rejected(code="bad_hours")
    await _choose(room, lambda tx, now: house_acts.set_hours(tx, room.desk.floor.house, agent, dzien, now=now))
    return _saved("godziny")


@router.get("/dzialy")
async def departments(room: InRoom, agent: BySupervisor, zapisano: bool = False) -> Response:
    house = room.desk.floor.house
    return _page(
        room,
        agent,
        "settings_departments.html",
        zapisano,
        entries=room.pages.names.section(DEPARTMENTS),
        from_files=lambda code: house.is_from_files(DEPARTMENTS, code),
        chosen=lambda code: house.is_chosen(DEPARTMENTS, code),
    )


@router.post("/dzialy")
async def set_department(
    room: InRoom,
    agent: BySupervisor,
    nazwa: Short = "",
    pelna: Short = "",
    dopelniacz: Short = "",
    kod: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    house = room.desk.floor.house
    await _choose(
        room,
        lambda tx, now: house_acts.set_department(tx, house, agent, kod or None, nazwa, pelna, dopelniacz, now=now),
    )
    return _saved("dzialy")


@router.post("/dzialy/{kod}/usun")
async def remove_department(room: InRoom, agent: BySupervisor, kod: str) -> Response:
    house = room.desk.floor.house
    await _choose(room, lambda tx, now: house_acts.remove_department(tx, house, agent, kod, now=now))
    return _saved("dzialy")


@router.post("/dzialy/{kod}/przywroc")
async def restore_department(room: InRoom, agent: BySupervisor, kod: str) -> Response:
    house = room.desk.floor.house
    await _choose(room, lambda tx, now: house_acts.restore_entry(tx, house, agent, DEPARTMENTS, kod, now=now))
    return _saved("dzialy")


@router.get("/odpowiedzi")
async def replies(room: InRoom, agent: ByEditor, kod: str = "", zapisano: bool = False) -> Response:
    house, entries = room.desk.floor.house, room.pages.names.section(CANNED)
    chosen = entries.get(kod)
    forms = await _forms(room, agent, str(chosen["text"])) if chosen else []
    return _page(
        room,
        agent,
        "settings_replies.html",
        zapisano,
        entries=entries,
        code=kod if chosen else "",
        entry=chosen,
        forms=forms,
        is_chosen=house.is_chosen(CANNED, kod),
        from_files=house.is_from_files(CANNED, kod),
    )


@router.post("/odpowiedzi")
async def set_reply(
    room: InRoom, agent: ByEditor, skrot: Short = "", tytul: Short = "", tekst: Text = "", kod: Short = ""
) -> Response:
    house, known = room.desk.floor.house, _known(room, agent)
    await _choose(
        room, lambda tx, now: house_acts.set_reply(tx, house, agent, kod or None, skrot, tytul, tekst, known, now=now)
    )
    return _saved("odpowiedzi")


@router.post("/odpowiedzi/podglad")
async def preview_reply(room: InRoom, agent: ByEditor, tekst: Text = "") -> Response:
    """How everybody would read what is being written, and what the linter says of it."""
    try:
        page = room.pages.draw("_forms.html", forms=await _forms(room, agent, tekst), refusal=None)
    except Rejected as refused:
        page = room.pages.draw("_forms.html", forms=[], refusal=refusals.in_words(refused))
    return HTMLResponse(page)


@router.post("/odpowiedzi/{kod}/usun")
async def remove_reply(room: InRoom, agent: ByEditor, kod: str) -> Response:
    house = room.desk.floor.house
    await _choose(room, lambda tx, now: house_acts.remove_entry(tx, house, agent, CANNED, kod, now=now))
    return _saved("odpowiedzi")


@router.post("/odpowiedzi/{kod}/przywroc")
async def restore_reply(room: InRoom, agent: ByEditor, kod: str) -> Response:
    house = room.desk.floor.house
    await _choose(room, lambda tx, now: house_acts.restore_entry(tx, house, agent, CANNED, kod, now=now))
    return _saved("odpowiedzi")


async def _choose(room: Room, act: Callable[[Tx, int], None]) -> None:
    now = to_ms(room.pages.clock())
    await room.desk.database.run(lambda tx: act(tx, now))
    # Looked at once here, so that the page that follows shows it; other processes look within a second.
    room.desk.floor.house.forget()
    await room.desk.database.read(room.desk.floor.house.look)


def _known(room: Room, agent: Agent) -> Mapping[str, Any]:
    """The values that any conversation has."""
    names = room.pages.names
    return canned.house_values(names, agent, DEFAULT_DEPARTMENT)


async def _forms(room: Room, agent: Agent, text: str) -> list[canned_drafts.Form]:
    return await asyncio.to_thread(canned_drafts.forms, room.pages.names, text, _known(room, agent))


def _saved(page: str) -> Response:
    return RedirectResponse(f"{SETTINGS}/{page}?zapisano=1", SEE_OTHER)


def _page(room: Room, agent: Agent, template: str, saved: bool, **values: Any) -> Response:
    return HTMLResponse(room.pages.draw(template, agent=agent, saved=saved, **values))
