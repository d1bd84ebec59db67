"""The weekly summary by e-mail: last week's figures in a few lines of text, sent once, where a mail server is set."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import WARSAW, Clock
from bot.errors import Unavailable
from bot.logs import logger
from bot.reports import figures
from bot.reports.cells import Measure
from bot.reports.days import Grain, Span
from bot.settings import Settings
from bot.store.database import Database, Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import choices
from bot.store.times import to_ms

log = logger("reports")

# Monday at seven: before the week's first meeting.
SENT_FROM_HOUR = 7
CONNECT_S = 20
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 (plain text)
)

Label = Callable[[str], str]


class MailUnavailable(Unavailable):
    code = "mail_unavailable"


def last_week(now: datetime) -> Span:
    """Monday to Sunday of the week before."""
    today = now.astimezone(WARSAW).date()
    monday = today - timedelta(days=today.weekday() + 7)
    return Span(monday, monday + timedelta(days=6))


def is_due(now: datetime) -> bool:
    """On Mondays from seven on, by Polish clocks."""
    local = now.astimezone(WARSAW)
    return local.weekday() == 0 and local.hour >= SENT_FROM_HOUR


def compose(report: figures.Report, flow_name: Label, step_name: Label, public_url: str) -> EmailMessage:
    """Subject and text; whom it is from and for is the sender's."""
    span = report.asked.span
    message = EmailMessage()
    lines = _TEMPLATES.get_template("letter.txt").render(
        report=report, measures=Measure, flow_name=flow_name, step_name=step_name, url=public_url, percent=_percent,
        minutes=_minutes, day=_day,
    )  # fmt: skip
    subject, _, text = lines.partition("\n")
    message["Subject"] = subject
    message.set_content(text.lstrip("\n"))
    message["X-Dyzurny-Week"] = f"{span.first}/{span.last}"
    return message


class Letter:
    def __init__(
        self, database: Database, settings: Settings, clock: Clock, flow_name: Label, step_name: Label
    ) -> None:
        """`flow_name`, `step_name`: what flows and their questions are called in Polish."""
        self.database = database
        self.settings = settings
        self.clock = clock
        self.flow_name = flow_name
        self.step_name = step_name

    @property
    def recipients(self) -> list[str]:
        return [one.strip() for one in self.settings.report_to.split(",") if one.strip()]

    async def send_if_due(self) -> bool:
        """Once a week, whichever worker is first; a mail server that is away is asked again within the hour."""
        now = self.clock()
        if not self.settings.smtp_url or not self.recipients or not is_due(now):
            return False
        week = f"raport:{last_week(now).first}"
        if not await self.database.run(lambda tx: _claim(tx, week, now)):
            return False
        try:
            await self.send()
        except MailUnavailable as error:
            log.error("report_not_sent", code=error.code)
            await self.database.run(lambda tx: _let_go(tx, week))
            return False
        return True

    async def send(self) -> None:
        """Last week's summary, now. Raises MailUnavailable."""
        now = self.clock()
        asked = figures.asked_for(last_week(now), Grain.DAY)
        report = await self.database.read(lambda tx: figures.read(tx, asked, now))
        message = compose(report, self.flow_name, self.step_name, self.settings.public_url)
        message["From"] = self.settings.report_from
        message["To"] = ", ".join(self.recipients)
        secret = self.settings.smtp_url.get_secret_value() if self.settings.smtp_url else ""
        await asyncio.to_thread(deliver, secret, message)
        log.info("report_sent", recipients=len(self.recipients))


def deliver(url: str, message: EmailMessage) -> None:
    """Hand the message to the server at `url`: smtp://[user:password@]host:port, smtps:// for TLS from the start.

    A password is sent over TLS only. Raises MailUnavailable.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=CONNECT_S, context=context)
        else:
            server = smtplib.SMTP(host, port or 587, timeout=CONNECT_S)
        with server:
            if parts.scheme == "smtp" and parts.username:
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # Its text may name addresses.
        raise MailUnavailable(code=f"mail_unavailable:{type(error).__name__}") from None


def _claim(tx: Tx, week: str, now: datetime) -> bool:
    return insert_or_ignore(tx, choices, {"name": week, "value": {}, "agent_id": None, "at": to_ms(now)})


def _let_go(tx: Tx, week: str) -> None:
    tx.execute(choices.delete().where(choices.c.name == week))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


def _minutes(ms: int | None) -> str:
    if ms is None:
        return "–"
    minutes = ms // 60_000
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} godz. {minutes % 60} min"


def _day(day: date) -> str:
    return f"{day.day}.{day.month:02}.{day.year}"
