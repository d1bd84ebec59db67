"""Incidents and comments on the console over HTTP: declared, seen above everything, proposed, refused in words."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.store import comments, rises
from bot.store.database import Database, Tx
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import NOON, Street
from tests.handoff.platform import StandInPlatform
from tests.handoff.test_console import HERE, browser, log_in

__all__ = ["browser"]

FORM = {
    "klucz": "0123456789abcdef",
    "nazwa": "Nie działa BLIK",
    "tekst": "Płatność BLIK chwilowo nie działa. [Może Pan] zapłacić przelewem.",
    "czekajacy": "Wiemy o awarii BLIK.",
    "koniec": "BLIK znów działa.",
    "temat": ["faq/platnosc_skladki"],
    "dzial": ["obsluga"],
}


async def declared(browser: httpx.AsyncClient, **changes: object) -> httpx.Response:
    answer = await browser.post("/konsola/awarie", data={**FORM, **changes}, headers=HERE)
    return await browser.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def test_a_supervisor_declares_and_everybody_sees_it(browser: httpx.AsyncClient, street: Street) -> None:
    await log_in(browser, "marek", "marek")
    empty = await browser.get("/konsola/awarie")
    assert "Awaria jest usunięta" in empty.text, "the sentence at the end is begun already"
    page = await declared(browser)
    assert "Ogłoszono." in page.text and "Jak zapłacić składkę" in page.text
    again = await declared(browser)
    assert again.status_code == 409 and "już ogłoszona" in again.text
    id = await street.customer()
    await browser.post("/konsola/wyjscie", headers=HERE)
    await log_in(browser, "anna", "anna")
    strip = (await browser.get("/konsola/ogloszenia")).text
    assert "Awaria: Nie działa BLIK" in strip
    number = re.search(r'data-awaria="(\d+)"', strip)
    assert number is not None
    proposed = await browser.get(f"/konsola/rozmowa/{id}/awaria/{number[1]}")
    assert "Płatność BLIK chwilowo nie działa." in proposed.text
    assert (await browser.get("/konsola/awarie")).status_code == 403


async def test_the_end_is_told_in_the_words_of_the_moment(browser: httpx.AsyncClient) -> None:
    await log_in(browser, "marek", "marek")
    page = await declared(browser)
    number = re.search(r"/konsola/awarie/(\d+)/zakoncz", page.text)
    assert number is not None
    ended = f"/konsola/awarie/{number[1]}/zakoncz"
    assert (await browser.post(ended, data={"koniec": "[Pana szkod"}, headers=HERE)).status_code == 422
    assert (await browser.post(ended, data={"koniec": "Już działa."}, headers=HERE)).status_code == 303
    assert "Zakończone" in (await browser.get("/konsola/awarie")).text
    assert "Nie działa BLIK" not in (await browser.get("/konsola/ogloszenia")).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"do": "2026-11-23T09:00", "od": "2026-11-23T10:00"}, "zanim się zacznie"),
        ({"tekst": "[Pana szkod"}, "nie da się powiedzieć"),
        ({"temat": [], "dzial": []}, "Zaznacz, czego dotyczy"),
        ({"do": "jutro"}, "Czasu nie da się odczytać"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    browser: httpx.AsyncClient, changes: dict[str, object], words: str
) -> None:
    await log_in(browser, "marek", "marek")
    answer = await declared(browser, **changes)
    assert answer.status_code == 422 and words in answer.text


async def test_the_preview_shows_every_form(browser: httpx.AsyncClient) -> None:
    await log_in(browser, "marek", "marek")
    shown = await browser.post("/konsola/awarie/podglad", data={"koniec": "[Może Pan] pisać."}, headers=HERE)
    assert "Może Pani pisać." in shown.text and "Mogą Państwo pisać." in shown.text


async def test_a_rising_subject_is_explained_and_begins_the_form(
    browser: httpx.AsyncClient, database: Database
) -> None:
    def rise(tx: Tx) -> None:
        at = to_ms(NOON)
        rises.suggest(tx, subject="status_szkody", slot=at, customers=14, usual=2.25, weeks=4, at=at, quiet=1)

    await database.run(rise)
    await log_in(browser, "marek", "marek")
    page = (await browser.get("/konsola/awarie")).text
    assert "pytało 14 klientów, zwykle 2,2 (o tej porze, średnio z 4 tygodni)" in page
    (id,) = [each.id for each in await database.read(lambda tx: rises.open_ones(tx, 0))]
    begun = (await browser.get(f"/konsola/awarie?wzrost={id}")).text
    assert re.search(r'value="status_szkody" checked', begun)
    await browser.post(f"/konsola/awarie/wzrost/{id}/pomin", headers=HERE)
    assert "14 klientów" not in (await browser.get("/konsola/awarie")).text


async def test_an_exposed_comment_calls_every_agent_and_can_be_hidden(
    browser: httpx.AsyncClient, database: Database, desk: Desk
) -> None:
    def comment(tx: Tx) -> None:
        values = {"page_id": "100", "author": "Ola", "kind": "question", "state": "replied", "due_at": 0, "at": 1}
        comments.add(tx, id="1_77", text="Mój PESEL 44051401359 <b>", sensitive="pesel", **values)

    await database.run(comment)
    platform = StandInPlatform()
    desk.comments.platform = platform
    await log_in(browser, "anna", "anna")
    assert "stoją dane: PESEL" in (await browser.get("/konsola/ogloszenia")).text
    page = (await browser.get("/konsola/komentarze")).text
    assert "Wszyscy widzą tu dane: PESEL" in page and "&lt;b&gt;" in page
    here = "/konsola/komentarze/1_77"
    await browser.post(f"{here}/ukryj", headers=HERE)
    assert platform.hidden == ["1_77"]
    assert "stoją dane" not in (await browser.get("/konsola/ogloszenia")).text
    refused = await browser.post(f"{here}/odpowiedz", data={"tekst": "Proszę o telefon na 601 234 567"}, headers=HERE)
    assert refused.status_code == 422 and "dane klienta" in refused.text
    await browser.post(f"{here}/odpowiedz", data={"tekst": "Odpisaliśmy prywatnie."}, headers=HERE)
    twice = await browser.post(f"{here}/odpowiedz", data={"tekst": "Odpisaliśmy prywatnie."}, headers=HERE)
    assert (platform.answered, twice.status_code) == ([("1_77", "Odpisaliśmy prywatnie.")], 409)
    await browser.post(f"{here}/zalatwione", headers=HERE)
    assert "Nie ma komentarzy" in (await browser.get("/konsola/komentarze")).text
