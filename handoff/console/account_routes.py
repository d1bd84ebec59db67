"""Addresses of accounts: one's own password, and the administrator's screen of everybody's."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.errors import Rejected
from bot.store import agents
from bot.store.agents import Agent, Role
from bot.store.times import to_ms
from handoff import account_acts
from handoff.accounts import TooManyTries, add_agent
from handoff.console.room import MOST, ByAdministrator, BySomebody, InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH
from handoff.floor import NoSuchAgent

Short = Annotated[str, Form(max_length=120)]
Secret = Annotated[str, Form(max_length=200)]
Id = Annotated[int, Path(ge=0, le=MOST)]
Codes = Annotated[list[str], Form()]

router = APIRouter(route_class=ConsoleRoute)


@router.get("/haslo")
async def own_password(room: InRoom, agent: BySomebody) -> Response:
    return HTMLResponse(room.pages.draw("password.html", agent=agent, saved=False))


@router.post("/haslo")
async def change_own_password(
    request: Request, room: InRoom, agent: BySomebody, stare: Secret = "", nowe: Secret = "", znowu: Secret = ""
) -> Response:
    """Every session of the agent ends; this browser gets a new one."""
    if nowe != znowu:
        raise Rejected(code="passwords_differ")
    now = to_ms(room.pages.clock())
    # Whoever has a stolen session would otherwise guess the password here, where no lock counts.
    whose = f"agent:{agent.id}"
    if not room.door.tries.take(whose, room.pages.clock()):
        raise TooManyTries
    await room.desk.database.run(lambda tx: account_acts.change_password(tx, agent, stare, nowe, now=now))
    room.door.tries.give_back(whose)
    token = await room.door.accounts.log_in(agent.login, nowe)
    response = RedirectResponse(f"{PATH}/haslo/zmienione", SEE_OTHER)
    room.door.remember(response, token)
    return response


@router.get("/haslo/zmienione")
async def own_password_changed(room: InRoom, agent: BySomebody) -> Response:
    return HTMLResponse(room.pages.draw("password.html", agent=agent, saved=True))


@router.get("/konta")
async def accounts(room: InRoom, agent: ByAdministrator) -> Response:
    return await _shown(room, agent)


@router.post("/konta")
async def add_account(
    room: InRoom,
    agent: ByAdministrator,
    login: Short = "",
    imie: Short = "",
    nazwisko: Short = "",
    rodzaj: Annotated[str, Form(max_length=1)] = "",
    stanowisko: Short = "",
    rola: Annotated[Role, Form()] = Role.AGENT,
    dzialy: Codes = [],  # noqa: B006 (FastAPI copies it)
    zdjecie: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """The generated password is shown once, on the page that answers."""
    password, now = account_acts.generated_password(), to_ms(room.pages.clock())
    await room.desk.database.run(
        lambda tx: add_agent(
            tx,
            login=login.strip().lower(),
            password=password,
            first_name=imie.strip(),
            last_name=nazwisko.strip(),
            gender=rodzaj,
            title=stanowisko.strip(),
            role=rola,
            departments=_known(room, dzialy),
            picture=zdjecie.strip() or None,
            who=f"agent:{agent.id}",
            now=now,
        )
    )
    return await _shown(room, agent, (login.strip().lower(), password))


@router.post("/konta/{id}")
async def change_account(
    room: InRoom,
    agent: ByAdministrator,
    id: Id,
    rola: Annotated[Role, Form()],
    stanowisko: Short = "",
    dzialy: Codes = [],  # noqa: B006
) -> Response:
    whose, departments = await _whose(room, id), _known(room, dzialy)
    who, now = f"agent:{agent.id}", to_ms(room.pages.clock())
    await room.desk.database.run(
        lambda tx: account_acts.change(
            tx, whose, role=rola, title=stanowisko, departments=departments, who=who, now=now
        )
    )
    return RedirectResponse(f"{PATH}/konta", SEE_OTHER)


@router.post("/konta/{id}/wylacz")
async def disable_account(room: InRoom, agent: ByAdministrator, id: Id) -> Response:
    whose, who, now = await _whose(room, id), f"agent:{agent.id}", to_ms(room.pages.clock())
    await room.desk.database.run(lambda tx: account_acts.disable(tx, whose, who=who, now=now))
    return RedirectResponse(f"{PATH}/konta", SEE_OTHER)


@router.post("/konta/{id}/wlacz")
async def enable_account(room: InRoom, agent: ByAdministrator, id: Id) -> Response:
    whose, who, now = await _whose(room, id), f"agent:{agent.id}", to_ms(room.pages.clock())
    await room.desk.database.run(lambda tx: account_acts.enable(tx, whose, who=who, now=now))
    return RedirectResponse(f"{PATH}/konta", SEE_OTHER)


@router.post("/konta/{id}/haslo")
async def reset_password(room: InRoom, agent: ByAdministrator, id: Id) -> Response:
    """A new password, shown once; whoever was logged in is out."""
    whose, who, now = await _whose(room, id), f"agent:{agent.id}", to_ms(room.pages.clock())
    password = await asyncio.to_thread(account_acts.generated_password)
    await room.desk.database.run(lambda tx: account_acts.reset_password(tx, whose, password, who=who, now=now))
    return await _shown(room, agent, (whose.login, password))


async def _whose(room: Room, id: int) -> Agent:
    found = await room.desk.database.read(lambda tx: agents.find(tx, id))
    if found is None:
        raise NoSuchAgent
    return found


def _known(room: Room, codes: list[str]) -> list[str]:
    departments = room.pages.names.section("departments")
    return [code for code in codes if code in departments]


async def _shown(room: Room, agent: Agent, new: tuple[str, str] | None = None) -> Response:
    staff = await room.desk.database.read(agents.of_all_times)
    return HTMLResponse(room.pages.draw("accounts.html", agent=agent, staff=staff, roles=list(Role), new=new))
