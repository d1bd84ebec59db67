"""Commands for reports: the figures of some days, the funnel of a flow, an export, counting anew, the weekly letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.app import app
from bot.cli.surroundings import settings_in_force

if TYPE_CHECKING:
    from bot.dialogue.texts import Texts
    from bot.reports.days import Span
    from bot.reports.totals import Totals
    from bot.settings import Settings
    from bot.store.database import Database, Tx

T = TypeVar("T")

report = typer.Typer(help="What becomes of customers' matters; every figure is explained in docs/kierownik.md.")
app.add_typer(report, name="report", no_args_is_help=True)

# Characters of a bar in the terminal.
BAR = 20

First = Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01; else four weeks before the last.")]
Last = Annotated[str, typer.Option("--to", help="The last day, as 2026-11-28; else today.")]


def _database(settings: Settings) -> Database:
    """The database in force, brought to the newest schema first."""
    from bot.store.database import Database
    from bot.store.migrate import migrate

    migrate(settings.database_url)
    return Database(settings.database_url)


def _on_database(work: Callable[[Tx], T], *, writes: bool = False) -> T:
    database = _database(settings_in_force())
    try:
        return asyncio.run(database.run(work) if writes else database.read(work))
    finally:
        database.close()


def _span(first: str, last: str) -> Span:
    from bot.clock import utc_now
    from bot.reports.days import span_of

    return span_of(first, last, utc_now())


def _texts() -> Texts:
    from bot.dialogue.rendering import load_texts

    return load_texts(settings_in_force().content_dir)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


@report.command()
def show(
    first: First = "",
    last: Last = "",
    department: Annotated[str, typer.Option(help="Only this department's code.")] = "",
    subject: Annotated[str, typer.Option(help="Only this flow, or a question as faq/….")] = "",
) -> None:
    """The figures of some days by matter; columns as on the console."""
    from rich.console import Console
    from rich.table import Table

    from bot.clock import utc_now
    from bot.reports import figures

    asked = figures.asked_for(_span(first, last), None, department, subject)
    found = _on_database(lambda tx: figures.read(tx, asked, utc_now()))
    table = Table("matter", "matters", "solved", "lost", "came back", "requests", "in vain", "satisfied")
    for name, sums in (*found.by_subject, ("all", found.all)):
        table.add_row(name or "not understood", *_row(sums))
    console = Console()
    console.print(f"{asked.span.first} – {asked.span.last}")
    console.print(table)
    for loss in found.losses:
        console.print(f"lost at {loss.flow}/{loss.step}: {loss.left} of {loss.reached} ({_percent(loss.share)})")


def _row(sums: Totals) -> tuple[str, ...]:
    from bot.reports.cells import Measure

    return (
        str(sums.matters),
        _percent(sums.solved_share),
        _percent(sums.lost_share),
        _percent(sums.came_back_share),
        str(sums.of(Measure.REQUESTS)),
        str(sums.of(Measure.IN_VAIN)),
        _percent(sums.satisfied_share),
    )


@report.command()
def flow(
    name: Annotated[str, typer.Argument(metavar="FLOW", help="The flow's name in flows/.")],
    first: First = "",
    last: Last = "",
) -> None:
    """The funnel of a flow: which question loses people, and what became of those who were asked it."""
    from bot.dialogue.flows import load_compiled
    from bot.errors import Rejected
    from bot.reports import funnel
    from bot.reports.cells import Measure

    today = load_compiled(settings_in_force().content_dir).compiled.flows.get(name)
    span = _span(first, last)
    found = _on_database(lambda tx: funnel.read(tx, name, today, span))
    if today is None and not found.started:
        raise Rejected(f"There is no flow {name!r}, and nothing was counted of one.", code="no_such_flow")
    typer.echo(f"{name}, {span.first} – {span.last}: {found.started} matters")
    wide = max((len(step.id) for step in found.steps), default=0)
    heads = ("asked", "left", "share", "person", "given", "refused", "corrected", "skipped", "aside", "solved then")
    typer.echo(" ".join((" " * (wide + BAR + 2), *(f"{head:>{len(head)}}" for head in heads))))
    for step in found.steps:
        counts = (Measure.HANDED, Measure.GIVEN, Measure.REFUSED, Measure.CORRECTED, Measure.SKIPPED, Measure.ASKED)
        numbers = (step.reached, step.left, _percent(step.left_share), *(step.of(count) for count in counts))
        cells = (*numbers, _percent(step.brought_home_share))
        bar = "█" * round(BAR * step.reached / max(1, found.started)) or "·"
        columns = " ".join(f"{cell:>{len(head)}}" for cell, head in zip(cells, heads, strict=True))
        typer.echo(f"{step.id + ('*' if step.is_former else ''):<{wide + 1}} {bar:<{BAR}} {columns}")
    worst = found.worst
    if worst is not None:
        typer.echo(f"Most people leave at {worst.id}: {worst.left} of {worst.reached}.")
    if any(step.is_former for step in found.steps):
        typer.echo("* today's flow does not ask it any more")


@report.command()
def export(
    file: Annotated[Path, typer.Argument(help="A .csv or .json file to write.")],
    first: First = "",
    last: Last = "",
    by: Annotated[str, typer.Option(help="dzien, tydzien or miesiac.")] = "dzien",
) -> None:
    """Write the figures by day, department and matter for a spreadsheet or a program."""
    from bot.reports import exports, figures
    from bot.reports.days import Grain

    kind = file.suffix.removeprefix(".")
    if kind not in exports.KINDS:
        raise typer.BadParameter("the file's name ends in .csv or .json", param_hint="FILE")
    if by not in {grain.value for grain in Grain}:
        raise typer.BadParameter("dzien, tydzien or miesiac", param_hint="--by")
    asked = figures.asked_for(_span(first, last), Grain(by))
    rows = _on_database(lambda tx: exports.rows(tx, asked))
    file.write_bytes(exports.KINDS[kind](rows)[0])
    typer.echo(f"{file}: {len(rows)} rows")


@report.command()
def rebuild() -> None:
    """Count everything anew, and make matters of conversations from before reports were kept."""
    from bot.reports.rebuild import rebuild

    made = _on_database(rebuild, writes=True)
    typer.echo(f"{made.matters} matters ({made.added} of them from before), {made.requests} requests, {made.sums} sums")


@report.command()
def send() -> None:
    """Send last week's summary by e-mail now, also if it was sent already."""
    from bot.clock import utc_now
    from bot.errors import Rejected
    from bot.reports.letter import Letter

    settings, texts = settings_in_force(), _texts()
    database = _database(settings)
    letter = Letter(database, settings, utc_now, texts.flow_name, texts.field_label)
    try:
        if settings.smtp_url is None or not letter.recipients:
            raise Rejected("DYZURNY_SMTP_URL and DYZURNY_REPORT_TO must be set.", code="no_mail_server")
        asyncio.run(letter.send())
    finally:
        database.close()
    typer.echo(", ".join(letter.recipients))
