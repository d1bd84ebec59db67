"""A supervisor takes or erases everything about a customer on the console; who did is on record, nobody else may."""

from __future__ import annotations

import io
import json
import zipfile

import httpx
from sqlalchemy import select

from bot.privacy.requests import State, state_of
from bot.store import agents, timers
from bot.store.agents import Role
from bot.store.database import Database, Tx
from bot.store.schema import audit
from tests.handoff.conftest import SEALER, Street
from tests.privacy.conftest import case


def becomes(tx: Tx, role: Role) -> None:
    anna = agents.find_by_login(tx, "anna")
    assert anna is not None
    agents.change(tx, anna.id, role=role.value)


async def test_a_supervisor_exports_a_customer_and_it_is_on_record(
    anna_in: httpx.AsyncClient, database: Database, street: Street
) -> None:
    id = await street.customer(first_name="Grzegorz")
    await street.customer("8", first_name="Eustachy")
    await database.run(lambda tx: case(tx, id, "SM/1", 1, sealed=SEALER.seal({"pesel": "44051401359"})))
    address = f"/konsola/rozmowa/{id}/wydanie"
    assert (await anna_in.post(address)).status_code == 403
    assert "/wydanie" not in (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    await database.run(lambda tx: becomes(tx, Role.SUPERVISOR))
    assert "/wydanie" in (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    answer = await anna_in.post(address)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="klient-')
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        content = json.loads(made.read("dane.json"))
    assert content["cases"][0]["opened"] == {"pesel": "44051401359"}
    assert "Grzegorz" in json.dumps(content) and "Eustachy" not in json.dumps(content)
    noted = await database.read(
        lambda tx: [
            tuple(row) for row in tx.execute(select(audit.c.subject, audit.c.details).filter_by(what="exported"))
        ]
    )
    assert noted == [(id, {"opened": 1})]


async def test_an_export_is_of_somebody_who_exists_and_never_asked_for_from_elsewhere(
    anna_in: httpx.AsyncClient, database: Database, street: Street
) -> None:
    id = await street.customer()
    await database.run(lambda tx: becomes(tx, Role.SUPERVISOR))
    assert (await anna_in.post("/konsola/rozmowa/100:999/wydanie")).status_code in (404, 409, 422)
    from_elsewhere = {"Origin": "https://zly.example"}
    assert (await anna_in.post(f"/konsola/rozmowa/{id}/wydanie", headers=from_elsewhere)).status_code == 403


async def test_a_supervisor_has_a_customer_erased_once_they_have_said_that_they_mean_it(
    anna_in: httpx.AsyncClient, database: Database, street: Street
) -> None:
    id = await street.customer()
    address = f"/konsola/rozmowa/{id}/usuniecie"
    assert (await anna_in.post(address, data={"pewne": "tak"})).status_code == 403
    assert "/usuniecie" not in (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    await database.run(lambda tx: becomes(tx, Role.SUPERVISOR))
    assert "/usuniecie" in (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    assert (await anna_in.post(address)).status_code == 422
    assert (await anna_in.post("/konsola/rozmowa/100:999/usuniecie", data={"pewne": "tak"})).status_code == 422
    assert await database.read(lambda tx: timers.due(tx, 2**60)) == []
    answer = await anna_in.post(address, data={"pewne": "tak"})
    [timer] = [
        timer for timer in await database.read(lambda tx: timers.due(tx, 2**60)) if timer.event["kind"] == "erase"
    ]
    code = timer.event["code"]
    assert (answer.status_code, code in answer.text, timer.conversation_id) == (200, True, id)
    assert await database.read(lambda tx: state_of(tx, code)) is State.UNDER_WAY
    noted = await database.read(lambda tx: tx.execute(select(audit.c.who).filter_by(what="erasure_asked")).all())
    assert len(noted) == 1 and noted[0].who.startswith("agent:")
