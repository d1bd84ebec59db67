"""Supervisors' pages over HTTP: hours, departments, replies with their preview; and what may not be typed there."""

from __future__ import annotations

import httpx
import pytest

from bot.store import agents
from bot.store.agents import Role
from bot.store.database import Database
from handoff.desk import Desk
from tests.handoff.conftest import Street
from tests.handoff.test_console import HERE, browser, demo_agent, log_in

__all__ = ["browser"]

CLOSED = ["", "", "", "", "", "", ""]


@pytest.fixture
async def marek_in(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    await log_in(browser, "marek", "marek")
    return browser


async def saved(browser: httpx.AsyncClient, page: str, **form: object) -> httpx.Response:
    answer = await browser.post(f"/konsola/ustawienia/{page}", data=form, headers=HERE)
    return await browser.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def test_hours_by_day_are_in_force_for_the_next_customer(
    marek_in: httpx.AsyncClient, street: Street, desk: Desk
) -> None:
    page = await marek_in.get("/konsola/ustawienia/godziny")
    assert 'value="08:00-20:00"' in page.text
    assert "Boże Narodzenie" in page.text
    page = await saved(marek_in, "godziny", dzien=["", "08:00-12:00, 13:00-16:00", "", "", "", "", ""])
    assert "Zapisano" in page.text and 'value="08:00-12:00, 13:00-16:00"' in page.text
    await marek_in.post("/konsola/obecnosc", data={"obecnosc": "away"}, headers=HERE)
    id = await street.customer()
    await street.asks_for_a_person(id)
    assert "utter_handoff_closed" in await street.said(id), "Monday noon is closed now"


@pytest.mark.parametrize("day", ["8-20", "20:00-08:00", "25:00-26:00", "rano"])
async def test_hours_that_cannot_be_read_are_refused_in_words(marek_in: httpx.AsyncClient, day: str) -> None:
    answer = await saved(marek_in, "godziny", dzien=[day, *CLOSED[1:]])
    assert answer.status_code == 422
    assert "Godzin nie da się odczytać" in answer.text


async def test_a_new_department_is_inflected_and_can_be_chosen_and_removed(
    marek_in: httpx.AsyncClient, street: Street, desk: Desk
) -> None:
    await saved(marek_in, "dzialy", nazwa="Flota", pelna="dział szkód flotowych", dopelniacz="")
    entry = desk.floor.names.section("departments")["flota"]
    assert (entry["D"], entry["Ms"]) == ("działu szkód flotowych", "dziale szkód flotowych")
    assert "Flota" in (await marek_in.get("/konsola/lista")).text
    unknown = await saved(marek_in, "dzialy", nazwa="X", pelna="Qwrtzx Blorp", dopelniacz="")
    assert "dopełniacz" in unknown.text
    await saved(marek_in, "dzialy/flota/usun")
    assert "flota" not in desk.floor.names.section("departments")
    assert "nie usunąć" in (await saved(marek_in, "dzialy/szkody/usun")).text


async def test_a_reply_is_previewed_to_everybody_with_the_linters_complaints(marek_in: httpx.AsyncClient) -> None:
    page = (await saved(marek_in, "odpowiedzi/podglad", tekst="Czy [może Pan] podać Twój numer?")).text
    assert "Czy może Pani podać" in page and "Czy możesz podać" in page
    assert "uwaga" in page and "Twój" in page
    broken = (await saved(marek_in, "odpowiedzi/podglad", tekst="Czy [może Pan podać?")).text
    assert "blad" in broken


async def test_a_reply_written_here_is_offered_to_agents_and_goes_back_to_the_files(
    marek_in: httpx.AsyncClient, street: Street, desk: Desk
) -> None:
    id = await street.customer()
    text = "[Proszę poczekać], {{ konsultant }} oddzwoni {{ termin }}."
    page = await saved(marek_in, "odpowiedzi", skrot="telefonik", tytul="Telefon", tekst=text)
    assert "Zapisano" in page.text
    assert "/telefonik" in (await marek_in.get(f"/konsola/rozmowa/{id}/gotowe")).text
    clash = await saved(marek_in, "odpowiedzi", skrot="telefonik", tytul="Drugi", tekst="Tak.")
    assert "Ten skrót ma już inna odpowiedź." in clash.text
    await saved(marek_in, "odpowiedzi", kod="chwila", skrot="chwila", tytul="Chwila", tekst="Już sprawdzam.")
    assert desk.floor.names.section("canned")["chwila"]["text"] == "Już sprawdzam."
    await saved(marek_in, "odpowiedzi/chwila/przywroc")
    assert "cierpliwości" in desk.floor.names.section("canned")["chwila"]["text"]
    await saved(marek_in, "odpowiedzi/telefonik/usun")
    assert "telefonik" not in desk.floor.names.section("canned")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ konsultant.__class__.__mro__ }}",
        "{% for x in range(9) %}a{% endfor %}",
        "{{ konsultant|attr('__class__') }}",
        "{{ cycler() }}",
        "{# uwaga #}",
        "{{ konsultant",
    ],
)
async def test_nothing_but_names_of_values_may_stand_in_braces(
    marek_in: httpx.AsyncClient, desk: Desk, text: str
) -> None:
    answer = await saved(marek_in, "odpowiedzi", skrot="zle", tytul="Złe", tekst=text)
    assert "W nawiasach klamrowych" in answer.text
    assert "zle" not in desk.floor.names.section("canned")
    assert "W nawiasach klamrowych" in (await saved(marek_in, "odpowiedzi/podglad", tekst=text)).text


async def test_an_editor_writes_replies(browser: httpx.AsyncClient, database: Database, desk: Desk) -> None:
    anna = await demo_agent(database, "anna")
    await database.run(lambda tx: agents.change(tx, anna.id, role=Role.EDITOR.value))
    await log_in(browser, "anna", "anna")
    await saved(browser, "odpowiedzi", skrot="nowa", tytul="Nowa", tekst="Dziękuję.")
    assert "nowa" in desk.floor.names.section("canned")
