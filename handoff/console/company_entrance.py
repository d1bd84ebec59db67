"""Coming in by the company's own provider: to it, and back from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import DyzurnyError, Unavailable
from handoff.console import refusals
from handoff.console.entrance import login_page
from handoff.console.room import InRoom
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import COOKIE, PATH
from handoff.oidc import LONGEST

# What the browser keeps while it is away; sent back to these addresses alone.
KEPT = "dyzurny_wejscie"
HERE = f"{PATH}/wejscie/firma"

router = APIRouter(route_class=ConsoleRoute)


@router.get("/wejscie/firma")
async def leave(request: Request, room: InRoom) -> Response:
    if room.provider is None:
        return Response(status_code=404)
    try:
        room.door.count(request)
        leaving = await room.provider.leave()
    except DyzurnyError as refused:
        return login_page(room, refusals.in_words(refused), code=503 if isinstance(refused, Unavailable) else 429)
    response = RedirectResponse(leaving.address, SEE_OTHER)
    response.set_cookie(
        KEPT,
        leaving.kept,
        max_age=int(LONGEST.total_seconds()),
        path=HERE,
        httponly=True,
        # The way back begins on the provider's page.
        samesite="lax",
        secure=room.door.public.scheme == "https",
    )
    return response


@router.get("/wejscie/firma/powrot")
async def come_back(
    request: Request,
    room: InRoom,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    kept: Annotated[str, Cookie(alias=KEPT)] = "",
) -> Response:
    if room.provider is None:
        return Response(status_code=404)
    try:
        who = room.door.count(request)
        token = await room.door.accounts.let_in(await room.provider.returned(kept, state, code))
    except DyzurnyError as refused:
        refusal = login_page(room, refusals.in_words(refused), code=503 if isinstance(refused, Unavailable) else 401)
        refusal.delete_cookie(KEPT, path=HERE)
        return refusal
    # Going there was counted as well: a shift that comes in behind one address is no guessing.
    for _ in range(2):
        room.door.tries.give_back(who)
    await room.door.accounts.log_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse(PATH, SEE_OTHER)
    room.door.remember(response, token)
    response.delete_cookie(KEPT, path=HERE)
    return response
