"""What every address of the console has in common: its headers, and how a refusal reaches the agent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from markupsafe import escape

from bot.errors import DyzurnyError, Rejected, Unavailable
from handoff.accounts import TooManyTries
from handoff.console import refusals
from handoff.console.security import HEADERS, PATH, NotLoggedIn
from handoff.side_acts import NotAllowed

SEE_OTHER = 303


class ConsoleRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await inner(request)
            except NotLoggedIn:
                response = _to_login(request)
            except DyzurnyError as error:
                response = _refusal(error)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return answer


def _to_login(request: Request) -> Response:
    address = f"{PATH}/wejscie"
    if "hx-request" in request.headers:
        # htmx would put the login page into a corner of the screen.
        return Response(status_code=401, headers={"HX-Redirect": address})
    if request.headers.get("accept") == "text/event-stream":
        return Response(status_code=401)
    return RedirectResponse(address, SEE_OTHER)


def _status(error: DyzurnyError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, TooManyTries):
        return 429
    return 503 if isinstance(error, Unavailable) else 422 if isinstance(error, Rejected) else 409


def _refusal(error: DyzurnyError) -> Response:
    """A line among the messages at the screen's edge (komunikaty.js puts it there); nothing else of the page changes.

    Not by htmx: what was pressed may be gone from the page by now, because somebody else was first, and htmx looks for
    its targets from there.
    """
    code = _status(error)
    body = f'<p class="komunikat" role="alert">{escape(refusals.in_words(error))}</p>'
    return HTMLResponse(body, code, {"X-Komunikat": "1", "HX-Reswap": "none"})
