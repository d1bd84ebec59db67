"""Coming in and going out, and the files that pages load."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from handoff import outgoing_files
from handoff.accounts import DEMO_AGENTS, Locked, TooManyTries, WrongLogin
from handoff.console import refusals
from handoff.console.files import kept_file
from handoff.console.pages import static_files
from handoff.console.room import InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import COOKIE, PATH

# The address carries a version, so what stands under it never changes.
A_YEAR = "public, max-age=31536000, immutable"

router = APIRouter(route_class=ConsoleRoute)


@router.get("/")
async def slash() -> Response:
    return RedirectResponse(PATH, SEE_OTHER)


@router.get("/static/{version}/{name}")
async def static(version: str, name: str) -> Response:
    """`version` is for the browser alone: modules import each other by name, so it stands in the path."""
    path = static_files().get(name)
    if path is None:
        return Response(status_code=404)
    return FileResponse(path, headers={"Cache-Control": A_YEAR})


@router.get("/plik/{name}")
async def sent_file(room: InRoom, name: str) -> Response:
    """A file that an agent sent, for the platform to fetch; whoever knows the name may have it."""
    path = outgoing_files.kept(room.settings.var_dir, name)
    return kept_file(path, name, None) if path is not None else Response(status_code=404)


@router.get("/wejscie")
async def entrance(room: InRoom) -> Response:
    return login_page(room)


@router.post("/wejscie")
async def log_in(
    request: Request,
    room: InRoom,
    login: Annotated[str, Form(max_length=120)] = "",
    haslo: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    room.door.check_origin(request)
    try:
        token = await room.door.log_in(request, login.strip().lower(), haslo)
    except TooManyTries as refused:
        return login_page(room, refusals.in_words(refused), login, 429)
    except (WrongLogin, Locked) as refused:
        return login_page(room, refusals.in_words(refused), login, 401)
    response = RedirectResponse(PATH, SEE_OTHER)
    room.door.remember(response, token)
    return response


@router.post("/wyjscie")
async def log_out(request: Request, room: InRoom) -> Response:
    room.door.check_origin(request)
    await room.door.accounts.log_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse(f"{PATH}/wejscie", SEE_OTHER)
    room.door.forget(response)
    return response


def login_page(room: Room, refusal: str | None = None, login: str = "", code: int = 200) -> HTMLResponse:
    demo_agents = DEMO_AGENTS if room.settings.demo else ()
    values = {"demo_agents": demo_agents, "refusal": refusal, "login": login, "company": room.provider is not None}
    return HTMLResponse(room.pages.draw("login.html", **values), code)
