"""Cases from the card, and events that failed too often."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cases import cases
from bot.cases.sealing import Sealer
from bot.errors import Rejected
from bot.store import conversations, set_aside, timers
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.schema import audit as audit_table
from bot.store.schema import cases as cases_table
from bot.store.times import to_ms
from handoff import card, set_asides
from handoff.desk import Desk
from handoff.fields import BadValue
from handoff.floor import NotYours
from handoff.set_asides import Settled
from handoff.side_acts import NotAllowed
from tests.handoff.conftest import HeldClock, Street, field_kind
from tests.handoff.names import PlainNames

ACCOUNT = "PL61109010140000071219812874"
KIND = "szkoda_komunikacyjna"


def known(value: Any) -> dict[str, Any]:
    return {"value": value, "source": "said", "raw": None, "at": ""}


@pytest.fixture
async def held(street: Street, desk: Desk, anna: Agent) -> str:
    frame = {"flow": KIND, "step": "ranni", "fields": {"telefon": known("+48601234567"), "nr_konta": known(ACCOUNT)}}
    state = {"v": 1, "stack": [{**frame, "missing": ["ranni"]}], "question": {"kind": "step"}, "awaiting": None}
    id = await street.customer(state=state)
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    return id


async def test_a_case_takes_the_flows_answers_tells_its_number_and_finishes_the_flow(
    desk: Desk, street: Street, anna: Agent, held: str, database: Database
) -> None:
    number = await desk.open_case(anna, held, KIND, key="k-1")
    assert await desk.open_case(anna, held, KIND, key="k-1") == number
    opened = await database.read(lambda tx: cases.find_case(tx, number))
    assert opened is not None
    assert (opened.fields["telefon"], opened.fields["nr_konta"][-4:]) == ("+48601234567", "2874")
    assert ACCOUNT not in str(opened.fields)
    assert (await street.said(held)).count("utter_sprawa_zalozona") == 1
    state = (await street.conversation(held)).state
    assert state is not None and (state["stack"], state["question"]) == ([], None)


async def test_a_case_of_another_kind_leaves_the_flow_alone(desk: Desk, street: Street, anna: Agent, held: str) -> None:
    await desk.open_case(anna, held, "reklamacja", key="k-1")
    state = (await street.conversation(held)).state
    assert state is not None and len(state["stack"]) == 1
    with pytest.raises(Rejected, match="no_such_kind"):
        await desk.open_case(anna, held, "kosmos", key="k-2")


async def test_fields_of_a_case_are_read_like_answers_and_sensitive_ones_stay_sealed(
    desk: Desk, street: Street, anna: Agent, jan: Agent, held: str, database: Database
) -> None:
    number = await desk.open_case(anna, held, KIND, key="k-1")
    with pytest.raises(BadValue):
        await desk.set_case_field(anna, number, "telefon", "601 23")
    with pytest.raises(NotYours):
        await desk.set_case_field(jan, number, "telefon", "602 345 678")
    await desk.set_case_field(anna, number, "telefon", "602 345 678")
    await desk.set_case_field(anna, number, "nr_konta", "PL 27 1140 2004 0000 3002 0135 5387")
    await desk.set_case_state(anna, number, "waits")
    row = (await database.read(lambda tx: tx.execute(cases_table.select()).all()))[0]
    assert (row.state, row.fields["telefon"], row.fields["nr_konta"][-5:]) == ("waits", "+48602345678", "•5387")
    assert Sealer("k" * 32).open(row.sealed) == {"nr_konta": "PL27114020040000300201355387"}


async def test_the_card_shows_cases_with_their_fields_and_no_whole_account(
    desk: Desk, street: Street, anna: Agent, held: str, database: Database
) -> None:
    await desk.open_case(anna, held, KIND, key="k-1")
    found = await street.conversation(held)
    drawn = await database.read(lambda tx: card.read(tx, found, PlainNames(), field_kind))
    shown = {field.slot: field.value for field in drawn.cases[0].fields}
    assert (shown["telefon"], shown["nr_konta"][-5:]) == ("601 234 567", "•2874")
    assert drawn.flow is None


def put_aside(tx: Tx, id: str, key: str, entry: dict[str, Any]) -> None:
    set_aside.add(tx, conversation_id=id, event_key=key, event=entry, error="KeyError:", attempts=5, at=1)


@pytest.fixture
async def aside(street: Street, database: Database) -> tuple[str, list[int]]:
    id = await street.customer()
    message = {
        "event": {"kind": "message", "key": "m_9", "text": "zalało mi kuchnię", "at": "2026-11-23T11:00:00+00:00"}
    }
    internal = {"internal": {"kind": "handback", "edits": {}}, "key": "handback:100:7:3"}
    await database.run(lambda tx: put_aside(tx, id, "m_9", message))
    await database.run(lambda tx: put_aside(tx, id, "handback:100:7:3", internal))
    return id, [one.id for one in await database.read(set_asides.open_ones)]


async def test_a_supervisor_sees_what_was_set_aside_with_its_words_and_customer(
    aside: tuple[str, list[int]], database: Database
) -> None:
    shown = await database.read(set_asides.open_ones)
    assert [(one.first_name, one.kind, one.text, one.attempts) for one in shown] == [
        ("Tomasz", "message", "zalało mi kuchnię", 5),
        ("Tomasz", "handback", None, 5),
    ]


async def test_tried_again_it_is_due_at_once_in_its_own_conversation(
    aside: tuple[str, list[int]], desk: Desk, ewa: Agent, anna: Agent, database: Database, clock: HeldClock
) -> None:
    id, (first, second) = aside
    with pytest.raises(NotAllowed):
        await desk.try_again(anna, first)
    await desk.try_again(ewa, first)
    await desk.try_again(ewa, second)
    due = await database.read(lambda tx: timers.due(tx, to_ms(clock())))
    assert {(one.conversation_id, one.id, one.event["kind"]) for one in due} == {
        (id, f"again:{first}", "again"),
        (id, "handback:100:7:3", "handback"),
    }
    with pytest.raises(Settled):
        await desk.try_again(ewa, first)
    assert await database.read(set_asides.open_ones) == []


async def test_dropped_it_needs_a_reason_and_both_stand_on_record(
    aside: tuple[str, list[int]], desk: Desk, ewa: Agent, database: Database
) -> None:
    _, (first, _) = aside
    with pytest.raises(Rejected, match="reason_missing"):
        await desk.drop(ewa, first, " ")
    await desk.drop(ewa, first, "dubel")
    on_record = await database.read(lambda tx: [(r.who, r.what) for r in tx.execute(audit_table.select())])
    assert (f"agent:{ewa.id}", "set_aside_dropped") in on_record


async def test_what_fails_again_is_open_again(
    aside: tuple[str, list[int]], desk: Desk, ewa: Agent, database: Database
) -> None:
    id, (_, second) = aside
    await desk.try_again(ewa, second)
    entry = {"internal": {"kind": "handback", "edits": {}}, "key": "handback:100:7:3"}
    await database.run(lambda tx: put_aside(tx, id, "handback:100:7:3", entry))
    assert len(await database.read(set_asides.open_ones)) == 2
    assert (await database.read(lambda tx: conversations.find(tx, id))) is not None
