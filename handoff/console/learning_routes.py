"""Addresses under /konsola/niezrozumiane: what the assistant did not understand, for editors and supervisors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.drafting.examples import LONGEST_ANSWER
from bot.errors import Rejected
from bot.language.diacritics import plain
from bot.store.agents import Agent
from handoff.console import words
from handoff.console.room import MOST, ByEditor, Htmx, InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH

if TYPE_CHECKING:
    from handoff.learning import Learning

HERE = "/niezrozumiane"
TEXT_LIMIT = 1_000

Intent = Annotated[str, Form(max_length=80)]

router = APIRouter(route_class=ConsoleRoute)


@router.get(HERE)
async def misread(room: InRoom, agent: ByEditor) -> Response:
    return await _page(room, agent)


@router.post(HERE + "/przyklad")
async def add(request: Request, room: InRoom, agent: ByEditor, intencja: Intent = "", htmx: Htmx = None) -> Response:
    """The ticked sentences become examples of one intent."""
    await _learning(room).add(agent, intencja, await _chosen(request))
    return await _page(room, agent, htmx, done="added")


@router.post(HERE + "/inna")
async def add_elsewhere(
    request: Request, room: InRoom, agent: ByEditor, inna: Intent = "", htmx: Htmx = None
) -> Response:
    """The same, with an intent out of the whole list."""
    await _learning(room).add(agent, inna, await _chosen(request))
    return await _page(room, agent, htmx, done="added")


@router.post(HERE + "/pytanie")
async def begin(
    request: Request,
    room: InRoom,
    agent: ByEditor,
    tytul: Annotated[str, Form(max_length=60)] = "",
    odpowiedz: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    htmx: Htmx = None,
) -> Response:
    await _learning(room).begin(agent, tytul, odpowiedz, await _chosen(request))
    return await _page(room, agent, htmx, done="begun")


@router.post(HERE + "/pomin")
async def pass_over(request: Request, room: InRoom, agent: ByEditor, htmx: Htmx = None) -> Response:
    chosen = await _chosen(request)
    await _learning(room).pass_over(agent, [id for ids in chosen for id in ids])
    return await _page(room, agent, htmx)


@router.post(HERE + "/{id}/cofnij")
async def take_back(
    room: InRoom, agent: ByEditor, id: Annotated[int, Path(ge=0, le=MOST)], htmx: Htmx = None
) -> Response:
    await _learning(room).take_back(agent, id)
    return await _page(room, agent, htmx)


def _learning(room: Room) -> Learning:
    # Here, as what checks content comes with it: few look at this page, and every start would pay.
    from handoff.learning import Learning

    return Learning(room.desk.database, room.taking, room.pages.clock)


async def _chosen(request: Request) -> dict[tuple[int, ...], str]:
    """The ticked sentences as the editor left them: `wybrane` holds the ids of one, `zdanie-<ids>` its words."""
    form = await request.form()
    chosen = {}
    for value in form.getlist("wybrane"):
        parts = str(value).split("-")
        if not all(part.isascii() and part.isdigit() and int(part) <= MOST for part in parts):
            raise Rejected(code="nothing_chosen")
        sentence = str(form.get(f"zdanie-{value}", ""))
        if len(sentence) > TEXT_LIMIT:
            raise Rejected(code="example_empty")
        chosen[tuple(map(int, parts))] = sentence
    return chosen


async def _page(room: Room, agent: Agent, htmx: str | None = "1", *, done: str | None = None) -> Response:
    if htmx is None:
        return RedirectResponse(f"{PATH}{HERE}", SEE_OTHER)
    overview = await _learning(room).overview()
    names = room.pages.names
    intents = sorted(overview.known.counts, key=lambda intent: plain(words.intent(intent, names)))
    values = {"overview": overview, "intents": intents, "done": done}
    return HTMLResponse(room.pages.draw("misread.html", agent=agent, saved=False, **values))
