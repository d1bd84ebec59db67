"""Accounts: made, changed, disabled and reset, on the console and by the command line."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot.store import agents
from bot.store.agents import Role
from bot.store.database import Database, Tx
from bot.store.migrate import migrate
from tests.handoff.test_console import HERE, anna_in, browser, demo_agent, log_in
from tests.support.command_line import typed

__all__ = ["administrator", "anna_in", "browser"]

NEW = {
    "login": "ola",
    "imie": "Ola",
    "nazwisko": "Bąk",
    "rodzaj": "f",
    "stanowisko": "konsultantka",
    "rola": "agent",
    "dzialy": ["szkody", "nie-ma-takiego"],
}


@pytest.fixture
async def administrator(anna_in: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    await _role(database, Role.ADMINISTRATOR)
    return anna_in


async def _role(database: Database, role: Role) -> None:
    anna = await demo_agent(database, "anna")
    await database.run(lambda tx: agents.change(tx, anna.id, role=role.value))


def shown_password(page: str) -> str:
    found = re.search(r"<code>([a-z2-9-]{19})</code>", page)
    assert found is not None, page
    return found[1]


async def test_a_new_account_gets_a_password_shown_once_and_comes_in(
    administrator: httpx.AsyncClient, database: Database
) -> None:
    answer = await administrator.post("/konsola/konta", data=NEW, headers=HERE)
    password = shown_password(answer.text)
    assert password not in (await administrator.get("/konsola/konta")).text
    assert (await log_in(administrator, "ola", password)).status_code == 303
    ola = await demo_agent(database, "ola")
    assert (ola.full_name, ola.departments, ola.role) == ("Ola Bąk", ["szkody"], "agent")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login": "anna"}, "zajęty"),
        ({"login": "Ola Bąk"}, "Login: od 2"),
        ({"imie": "  "}, "imię"),
        ({"rodzaj": "x"}, "odmieniać"),
    ],
)
async def test_an_account_with_something_wrong_is_not_made_and_why_is_said(
    administrator: httpx.AsyncClient, database: Database, change: dict[str, str], said: str
) -> None:
    before = await database.read(agents.of_all_times)
    answer = await administrator.post("/konsola/konta", data={**NEW, **change}, headers=HERE)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(await database.read(agents.of_all_times)) == len(before)


async def test_a_disabled_account_is_out_at_once_and_comes_in_again_when_enabled(
    administrator: httpx.AsyncClient, database: Database
) -> None:
    marek = await demo_agent(database, "marek")
    other = httpx.AsyncClient(transport=administrator._transport, base_url=administrator.base_url)
    await log_in(other, "marek", "marek")
    assert (await other.get("/konsola")).status_code == 200
    await administrator.post(f"/konsola/konta/{marek.id}/wylacz", headers=HERE)
    assert (await other.get("/konsola")).status_code == 303
    assert (await log_in(other, "marek", "marek")).status_code == 401
    await administrator.post(f"/konsola/konta/{marek.id}/wlacz", headers=HERE)
    assert (await log_in(other, "marek", "marek")).status_code == 303


async def test_a_reset_password_opens_a_locked_account(administrator: httpx.AsyncClient, database: Database) -> None:
    marek = await demo_agent(database, "marek")
    other = httpx.AsyncClient(transport=administrator._transport, base_url=administrator.base_url)
    for _ in range(5):
        await log_in(other, "marek", "zgaduję")
    answer = await administrator.post(f"/konsola/konta/{marek.id}/haslo", headers=HERE)
    assert (await log_in(other, "marek", shown_password(answer.text))).status_code == 303


async def test_a_change_of_title_makes_a_new_persona_and_a_role_takes_its_rights_along(
    administrator: httpx.AsyncClient, database: Database
) -> None:
    marek = await demo_agent(database, "marek")
    await database.run(lambda tx: agents.change(tx, marek.id, personas={"100": "p1"}))
    form = {"rola": "agent", "stanowisko": "konsultant", "dzialy": ["polisy"]}
    await administrator.post(f"/konsola/konta/{marek.id}", data=form, headers=HERE)
    changed = await demo_agent(database, "marek")
    assert (changed.role, changed.title, changed.departments) == ("agent", "konsultant", ["polisy"])
    assert changed.personas == {}


async def test_the_only_administrator_can_neither_be_disabled_nor_be_made_something_else(
    administrator: httpx.AsyncClient, database: Database
) -> None:
    anna = await demo_agent(database, "anna")
    for path, form in ((f"{anna.id}/wylacz", {}), (str(anna.id), {"rola": "agent", "stanowisko": "x"})):
        answer = await administrator.post(f"/konsola/konta/{path}", data=form, headers=HERE)
        assert "jedyny administrator" in answer.text
    assert (await demo_agent(database, "anna")).rights is Role.ADMINISTRATOR


async def test_changing_ones_password_ends_every_other_session(anna_in: httpx.AsyncClient) -> None:
    other = httpx.AsyncClient(transport=anna_in._transport, base_url=anna_in.base_url)
    await log_in(other, "anna", "anna")
    form = {"stare": "anna", "nowe": "zupełnie nowe", "znowu": "zupełnie nowe"}
    wrong = await anna_in.post("/konsola/haslo", data={**form, "stare": "nie to"}, headers=HERE)
    assert "Dotychczasowe hasło jest inne." in wrong.text
    differ = await anna_in.post("/konsola/haslo", data={**form, "znowu": "inne"}, headers=HERE)
    assert "różnią się" in differ.text
    assert (await anna_in.post("/konsola/haslo", data=form, headers=HERE)).status_code == 303
    assert (await anna_in.get("/konsola")).status_code == 200
    assert (await other.get("/konsola")).status_code == 303
    assert (await log_in(other, "anna", "zupełnie nowe")).status_code == 303


async def test_a_locked_account_and_a_wrong_login_are_told_in_the_same_words(browser: httpx.AsyncClient) -> None:
    for _ in range(5):
        await log_in(browser, "anna", "zgaduję")
    locked, nobody = await log_in(browser, "anna", "anna"), await log_in(browser, "nikt", "anna")
    assert locked.text.replace('value="anna"', "") == nobody.text.replace('value="nikt"', "")


def test_the_command_line_adds_lists_disables_and_resets(tmp_path: Path) -> None:
    settings = {"DYZURNY_DATABASE_URL": f"sqlite:///{tmp_path / 'd.db'}", "DYZURNY_VAR_DIR": str(tmp_path)}
    migrate(settings["DYZURNY_DATABASE_URL"])
    given = ["--login", "ola", "--first-name", "Ola", "--last-name", "Bąk", "--gender", "f", "--title", "konsultantka"]
    added = typed("agent", "add", *given, "--department", "szkody", "--generate", **settings)
    assert re.fullmatch(r"ola: [a-z2-9-]{19}\n", added.stdout), added.stderr
    again = typed("agent", "add", *given, "--generate", **settings)
    assert (again.returncode, again.stderr.strip()) == (1, "this login is in use")
    assert typed("agent", "disable", "ola", **settings).returncode == 0
    listed = typed("agent", "list", **settings).stdout
    assert "ola" in listed and "disabled" in listed
    assert typed("agent", "reset", "ola", "--generate", **settings).stdout.startswith("ola: ")
    database = Database(settings["DYZURNY_DATABASE_URL"])
    with database.engine.connect() as connection:
        ola = agents.find_by_login(Tx(connection), "ola")
    database.close()
    assert ola is not None and ola.active
    assert typed("agent", "disable", "nikt", **settings).stderr.strip() == "nobody has this login"
