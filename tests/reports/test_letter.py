"""The weekly summary, sent through a mail server of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from pydantic import SecretStr

from bot.reports.days import Span
from bot.reports.letter import Letter, MailUnavailable, is_due, last_week
from bot.settings import Settings
from tests.reports.conftest import Office

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[int, list[bytes]]]:
    """Takes every letter; its port, and the letters."""
    letters: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post\r\n")
        while line := await reader.readline():
            word = line.strip().upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                letters.append((await reader.readuntil(b"\r\n.\r\n"))[:-5])
            writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], letters


def letter(office: Office, port: int) -> Letter:
    values = {
        "smtp_url": SecretStr(f"smtp://127.0.0.1:{port}"),
        "report_to": "kierownik@przystan.example, zastepca@przystan.example",
        "public_url": "https://czat.przystan.example",
    }
    labels = {"zdjecia": "zdjęcia", "lampa": "zgasła lampa"}
    return Letter(office.database, Settings.model_validate(values), office.clock, labels.get, labels.get)  # type: ignore[arg-type]


async def test_on_monday_morning_last_weeks_figures_leave_once(quick_office: Office) -> None:
    office = quick_office
    office.customer("1").says("ile to kosztuje?")  # on Saturday
    office.now = MONDAY
    async with mail_server() as (port, letters):
        weekly = letter(office, port)
        assert await weekly.send_if_due()
        assert not await weekly.send_if_due(), "one a week"
    [raw] = letters
    sent = message_from_bytes(raw, policy=default)
    assert sent["Subject"] == "Dyżurny: tydzień 16.11.2026 – 22.11.2026"
    assert sent["To"] == "kierownik@przystan.example, zastepca@przystan.example"
    text = sent.get_content()
    assert "Sprawy: 1 (tydzień wcześniej 0)" in text
    assert "Rozwiązane: 1 (100%)" in text
    assert "https://czat.przystan.example/konsola/raporty?od=2026-11-16&do=2026-11-22" in text


async def test_a_mail_server_that_is_away_is_asked_again(quick_office: Office) -> None:
    office = quick_office
    office.now = MONDAY
    async with mail_server() as (port, _):
        pass
    weekly = letter(office, port)
    assert not await weekly.send_if_due()
    with pytest.raises(MailUnavailable):
        await weekly.send()
    async with mail_server() as (port, letters):
        assert await letter(office, port).send_if_due()
        assert len(letters) == 1


def test_it_is_due_on_mondays_from_seven_on_by_polish_clocks() -> None:
    assert is_due(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert not is_due(datetime(2026, 11, 23, 5, 59, tzinfo=UTC))
    assert not is_due(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert last_week(MONDAY) == Span(date(2026, 11, 16), date(2026, 11, 22))
