"""A report as a supervisor reads it: figures with their sense in words, charts, tables. Pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from bot.reports.cells import Measure
from bot.reports.days import Grain
from bot.reports.figures import Hour, Loss, Report
from bot.reports.funnel import Funnel, StepFigures
from bot.reports.matter import Outcome
from bot.reports.totals import Totals
from bot.store.agents import Agent
from handoff.console import charts, words
from handoff.ports import Names

NOTHING = "–"
UNNAMED = "nierozpoznane"
OUTCOMES = {
    Outcome.ANSWERED.value: "odpowiedział asystent",
    Outcome.ACCEPTED.value: "przyjęta, sprawa w toku",
    Outcome.CLOSED.value: "zamknęli ludzie",
    Outcome.OPEN.value: "jeszcze trwa",
    Outcome.LEFT.value: "klient odszedł",
    Outcome.ABANDONED.value: "nie doczekał się człowieka",
    Outcome.ELSEWHERE.value: "poza tą konsolą",
}
# From the bottom of a column to its top; the last two are those that hurt.
SHOWN = (
    ("sam", (Outcome.ANSWERED, Outcome.ACCEPTED), "załatwił asystent"),
    ("czlowiek", (Outcome.CLOSED, Outcome.ELSEWHERE), "załatwili ludzie"),
    ("trwa", (Outcome.OPEN,), "jeszcze trwa"),
    ("stracone", (Outcome.LEFT, Outcome.ABANDONED), "straciliśmy"),
)
WEEKDAYS = ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.")
GRAINS = {Grain.DAY: "dzień", Grain.WEEK: "tydzień", Grain.MONTH: "miesiąc"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: `note` says of what; `change` against the days before, and whether it is for the better."""

    name: str
    value: str
    note: str
    change: str = ""
    is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A place at which customers leave, with its bar."""

    flow: str
    title: str
    left: str
    reached: str
    share: str
    bar: Markup


def percent(share: float | None) -> str:
    """ "12%", "0,4%": small shares keep a digit, or they would all be nought."""
    if share is None:
        return NOTHING
    value = share * 100
    digits = 1 if 0 < value < 10 and round(value, 1) != round(value) else 0
    return f"{value:.{digits}f}".replace(".", ",") + "%"


def decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}".replace(".", ",")


def span(ms: int | None) -> str:
    if ms is None:
        return NOTHING
    return words.span(ms) if ms >= 1000 else "poniżej 1 s"


def subject(code: str, names: Names) -> str:
    """A matter's name: of a flow, of a question, or that nobody has understood it."""
    if not code:
        return UNNAMED
    if code.startswith("faq/"):
        return f"pytanie: {words.intent(code, names)}"
    return names.flow_name(code)


def step(code: str, names: Names) -> str:
    return "podsumowanie" if code in ("summary", "podsumowanie") else names.field_label(code)


def agent(id: int | None, agents: Mapping[int, Agent]) -> str:
    """A colleague's name, also of one who has left; where even the account is gone, that it is."""
    if id is None:
        return "bez konsultanta"
    found = agents.get(id)
    return found.full_name if found else f"konto usunięte (nr {id})"


def tiles(report: Report) -> list[Tile]:
    now, was, ripe = report.all, report.before, report.ripe
    medians, before = report.medians, report.medians_before
    return [
        Tile("Sprawy", charts.number(now.matters), _of(was.matters, "poprzednio"), ""),
        Tile(
            "Rozwiązane",
            percent(now.solved_share),
            f"{charts.number(now.solved)} z {charts.number(now.matters)}; "
            f"w toku {charts.number(outcome_of(now, Outcome.ACCEPTED, Outcome.OPEN))}",
        ),
        Tile(
            "Sam asystent, bez powrotu",
            percent(ripe.contained_share),
            f"{charts.number(ripe.of(Measure.CONTAINED))} z {charts.number(ripe.matters)} sprzed ponad trzech dni",
        ),
        Tile(
            "Wrócili w trzy dni",
            percent(ripe.came_back_share),
            f"{charts.number(ripe.of(Measure.CAME_BACK))} z {charts.number(ripe.matters)}",
        ),
        Tile(
            "Straciliśmy",
            percent(now.lost_share),
            f"{charts.number(now.lost)} z {charts.number(now.matters)}",
            *_points(now.lost_share, was.lost_share, more_is_better=False),
        ),
        Tile(
            "Czas do rozwiązania",
            span(medians.solution),
            f"mediana od pierwszej wiadomości; dziewięć na dziesięć: {span(medians.solution_of_most)}",
            *_spans(medians.solution, before.solution),
        ),
        Tile(
            "Gdy trzeba było człowieka",
            span(medians.closing),
            "mediana od pierwszej wiadomości do zamknięcia",
            *_spans(medians.closing, before.closing),
        ),
        Tile(
            "Pierwsza odpowiedź człowieka",
            span(medians.first_answer),
            "mediana, od prośby o człowieka",
            *_spans(medians.first_answer, before.first_answer),
        ),
        Tile(
            "Nie doczekali się człowieka",
            percent(now.in_vain_share),
            f"{charts.number(now.of(Measure.IN_VAIN))} z {charts.number(now.of(Measure.REQUESTS))} próśb",
            *_points(now.in_vain_share, was.in_vain_share, more_is_better=False),
        ),
        Tile("Wiadomości do rozwiązania", decimal(now.messages_each), "średnio, od klienta"),
        Tile(
            "Pytania zadane dwa razy",
            charts.number(now.of(Measure.TWICE)),
            f"z {charts.number(now.of(Measure.QUESTIONS))} pytań; ma być zero",
            "", now.of(Measure.TWICE) == 0,
        ),
        Tile(
            "Bez odpowiedzi",
            charts.number(now.of(Measure.UNANSWERED)),
            "spraw; ma być zero",
            "", now.of(Measure.UNANSWERED) == 0,
        ),
        Tile(
            "Zadowoleni",
            percent(now.satisfied_share),
            f"z {charts.number(now.rated)} ocen",
            *_points(now.satisfied_share, was.satisfied_share),
        ),
    ]  # fmt: skip


def losses(report: Report, names: Names) -> list[Lost]:
    most = max((loss.left for loss in report.losses), default=1)
    return [
        Lost(
            loss.flow,
            f"{step(loss.step, names)} · {names.flow_name(loss.flow)}",
            charts.number(loss.left),
            charts.number(loss.reached),
            percent(loss.share),
            charts.share_bar("odeszlo", loss.left / most),
        )
        for loss in report.losses
    ]


def worst(losses: list[Loss], names: Names) -> str:
    """The one sentence that somebody in a hurry needs."""
    if not losses:
        return "W tych dniach nikt nie odszedł w połowie sprawy."
    loss = losses[0]
    return (
        f"Najwięcej klientów odchodzi przy pytaniu „{step(loss.step, names)}” ({names.flow_name(loss.flow)}): "
        f"{charts.number(loss.left)} z {charts.number(loss.reached)}, które je dostały ({percent(loss.share)})."
    )


def timeline(report: Report) -> Markup:
    series = [
        charts.Series(css, name, [sum(one.outcomes[outcome.value] for outcome in which) for _, one in report.series])
        for css, which, name in SHOWN
    ]
    return charts.stacked([point(day, report.asked.grain) for day, _ in report.series], series)


def point(day: date, grain: Grain) -> str:
    """The name of a point of a series: "21 lis", "od 16 lis", "lis 2026"."""
    month = words.MONTHS[day.month - 1]
    match grain:
        case Grain.MONTH:
            return f"{month} {day.year}"
        case Grain.WEEK:
            return f"od {day.day} {month}"
        case _:
            return f"{day.day} {month}"


def waits(report: Report) -> Markup:
    """When people wait longest: a square an hour of the week."""
    rows, titles = [], []
    for weekday, name in enumerate(WEEKDAYS):
        hours = [hour for hour in report.hours if hour.weekday == weekday]
        rows.append((name, [hour.wait_ms for hour in hours]))
        titles.append([_hour(hour) for hour in hours])
    return charts.heat(rows, titles)


def busy_hours(report: Report) -> list[Hour]:
    """Hours in which anybody asked for a person, the longest waits first."""
    asked = [hour for hour in report.hours if hour.waited or hour.in_vain]
    return sorted(asked, key=lambda hour: (-(hour.wait_ms or 0), hour.weekday, hour.hour))


def outcome_of(totals: Totals, *outcomes: Outcome) -> int:
    return sum(totals.outcomes[outcome.value] for outcome in outcomes)


def ladder(funnel: Funnel, names: Names) -> Markup:
    places = {one.id: n for n, one in enumerate(funnel.steps)}
    places["END"] = len(funnel.steps)
    drawn = [
        charts.Rung(
            name=_rung_name(one, names),
            note=_rung_note(one),
            reached=one.reached,
            left=one.left,
            handed=one.of(Measure.HANDED),
            onward=tuple(places[to] for to in one.onward if to in places),
            is_worst=one is funnel.worst,
        )
        for one in funnel.steps
    ]
    home = outcome_of(funnel.all, Outcome.ANSWERED, Outcome.ACCEPTED, Outcome.CLOSED)
    end = f"załatwione: {charts.number(home)} z {charts.number(funnel.started)}"
    return charts.ladder(drawn, funnel.started, end)


def hardest(funnel: Funnel, names: Names) -> str:
    found = funnel.worst
    if found is None:
        return "W tych dniach nikt nie odszedł w połowie."
    return (
        f"Najwięcej osób odchodzi przy pytaniu „{step(found.id, names)}”: {charts.number(found.left)} "
        f"z {charts.number(found.reached)}, które je dostały ({percent(found.left_share)})."
    )


def _rung_name(figures: StepFigures, names: Names) -> str:
    name = step(figures.id, names)
    notes = [
        note for note, holds in (("można pominąć", figures.optional), ("dawne pytanie", figures.is_former)) if holds
    ]
    return f"{name} ({', '.join(notes)})" if notes else name


def _rung_note(figures: StepFigures) -> str:
    parts = [charts.number(figures.reached)]
    if figures.left:
        parts.append(f"odeszło {charts.number(figures.left)} ({percent(figures.left_share)})")
    if figures.of(Measure.HANDED):
        parts.append(f"do człowieka {charts.number(figures.of(Measure.HANDED))}")
    return " · ".join(parts)


def _hour(hour: Hour) -> str:
    when = f"{words.WEEKDAYS[hour.weekday]}, {hour.hour}:00–{hour.hour}:59"
    if not hour.waited and not hour.in_vain:
        return f"{when}: nikt nie prosił o człowieka"
    return f"{when}: średnio {span(hour.wait_ms)}, doczekało się {hour.waited}, na próżno {hour.in_vain}"


def _of(before: int, word: str) -> str:
    return f"{word} {charts.number(before)}"


def _points(now: float | None, was: float | None, *, more_is_better: bool = True) -> tuple[str, bool | None]:
    """Percentage points, as long as they are worth a word."""
    if now is None or was is None or abs(now - was) < 0.005:
        return "", None
    by = round((now - was) * 100)
    return f"{'▲' if by > 0 else '▼'} {abs(by)} pkt proc.", (by > 0) is more_is_better


def _spans(now: int | None, was: int | None) -> tuple[str, bool | None]:
    if now is None or was is None or abs(now - was) * 20 < was:
        return "", None
    return f"{'▲' if now > was else '▼'} było {words.span(was)}", now < was
