"""Addresses under /konsola/raporty: how matters end, where customers are lost, and the funnel of every flow."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.dialogue.engine.model import Flow
from bot.errors import ContentFault, Rejected
from bot.reports import exports, figures, funnel
from bot.reports.cells import Measure
from bot.reports.days import Grain, Span, lately, span_of
from bot.reports.figures import Asked
from bot.store import agents
from bot.store.agents import Agent
from bot.store.database import Tx
from handoff.console import refusals, report_views
from handoff.console.room import ByEditor, BySupervisor, InRoom, Room
from handoff.console.route import SEE_OTHER, ConsoleRoute
from handoff.console.security import PATH

HERE = "/raporty"
# Spans of days that a link leads to.
USUAL = ((7, "7 dni"), (28, "4 tygodnie"), (91, "kwartał"), (365, "rok"))

Day = Annotated[str, Query(max_length=20)]
Code = Annotated[str, Query(max_length=80)]

router = APIRouter(route_class=ConsoleRoute)


@router.get(HERE)
async def reports(
    room: InRoom, agent: BySupervisor, od: Day = "", do: Day = "", co: Day = "", dzial: Code = "", sprawa: Code = ""
) -> Response:
    """`od`, `do`: days; `co`: the grain of the series. What cannot be read is said, and the usual days are shown."""
    span, refusal = _span(room, od, do)
    asked = figures.asked_for(span, _grain(co), dzial, sprawa)
    now = room.pages.clock()

    def look(tx: Tx) -> tuple[figures.Report, dict[int, Agent]]:
        return figures.read(tx, asked, now), {one.id: one for one in agents.of_all_times(tx)}

    report, staff = await room.desk.database.read(look)
    page = room.pages.draw(
        "reports.html",
        agent=agent,
        report=report,
        staff=staff,
        asked=asked,
        refusal=refusal,
        usual=_usual(room),
        flows=sorted(room.pages.names.section("flow_names")),
        query=_query(asked),
        views=report_views,
        measures=Measure,
    )
    return HTMLResponse(page)


@router.get(HERE + "/dane.{kind}")
async def data(
    room: InRoom,
    agent: BySupervisor,
    kind: str,
    od: Day = "",
    do: Day = "",
    co: Day = "",
    dzial: Code = "",
    sprawa: Code = "",
) -> Response:
    """The same figures for a spreadsheet (csv) or a program (json)."""
    if kind not in exports.KINDS:
        raise Rejected("Reports are exported as csv or json.", code="no_such_export")
    asked = figures.asked_for(span_of(od, do, room.pages.clock()), _grain(co), dzial, sprawa)
    rows = await room.desk.database.read(lambda tx: exports.rows(tx, asked))
    name = f"raport-{asked.span.first}-{asked.span.last}.{kind}"
    content, media_type = exports.KINDS[kind](rows)
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get(HERE + "/droga")
async def paths(room: InRoom, agent: ByEditor) -> Response:
    """For editors, who see no other report: to the first flow."""
    flows = sorted(room.pages.names.section("flow_names"))
    return RedirectResponse(f"{PATH}{HERE}/droga/{flows[0]}" if flows else PATH, SEE_OTHER)


@router.get(HERE + "/droga/{flow}")
async def path(room: InRoom, agent: ByEditor, flow: str, od: Day = "", do: Day = "") -> Response:
    """The funnel of one flow, drawn on the flow."""
    span, refusal = _span(room, od, do)
    today = _flow(room, flow)
    found = await room.desk.database.read(lambda tx: funnel.read(tx, flow[:80], today, span))
    page = room.pages.draw(
        "report_flow.html",
        agent=agent,
        funnel=found,
        known=today is not None,
        refusal=refusal,
        usual=_usual(room),
        flows=sorted(room.pages.names.section("flow_names")),
        query=_query(figures.asked_for(span)),
        views=report_views,
        measures=Measure,
    )
    return HTMLResponse(page)


def _flow(room: Room, name: str) -> Flow | None:
    try:
        return room.desk.compiled().flows.get(name)
    except ContentFault:
        # Nothing is compiled yet: the numbers stand without the drawing's order.
        return None


def _span(room: Room, first: str, last: str) -> tuple[Span, str]:
    try:
        return span_of(first, last, room.pages.clock()), ""
    except Rejected as error:
        return lately(room.pages.clock(), 28), refusals.in_words(error)


def _grain(written: str) -> Grain | None:
    return Grain(written) if written in {grain.value for grain in Grain} else None


def _usual(room: Room) -> list[tuple[str, Span]]:
    return [(name, lately(room.pages.clock(), days)) for days, name in USUAL]


def _query(asked: Asked) -> dict[str, str]:
    """What stands in the address, to be kept by links."""
    written = {
        "od": asked.span.first.isoformat(),
        "do": asked.span.last.isoformat(),
        "co": asked.grain.value,
        "dzial": asked.department or "",
        "sprawa": asked.subject or "",
    }
    return {name: value for name, value in written.items() if value}
