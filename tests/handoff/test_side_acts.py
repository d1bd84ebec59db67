"""What agents do beside answering: correct fields, have questions asked, note, mute, set the form of address."""

from __future__ import annotations

from typing import Any

import pytest

from bot.language import Address
from bot.store import customers, handoffs, notes, timers
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.schema import audit as audit_table
from bot.store.times import to_ms
from handoff import canned, card
from handoff.desk import Desk
from handoff.doubts import doubts
from handoff.fields import BadValue
from handoff.floor import NotYours
from handoff.side_acts import NoFlow, NotAllowed
from tests.handoff.conftest import HeldClock, Street, field_kind
from tests.handoff.names import PlainNames

STATE: dict[str, Any] = {
    "v": 1,
    "flows": "abc",
    "suspended": [],
    "stack": [
        {
            "flow": "szkoda",
            "step": "telefon",
            "fields": {"nr_konta": {"value": "PL61109010140000071219812874", "source": "said", "raw": "61…", "at": ""}},
            "missing": ["telefon", "ranni"],
        }
    ],
}


@pytest.fixture
async def held(street: Street, desk: Desk, anna: Agent) -> str:
    id = await street.customer(state=STATE)
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    return id


async def fields_of(street: Street, id: str) -> dict[str, Any]:
    state = (await street.conversation(id)).state
    assert state is not None
    found: dict[str, Any] = state["stack"][-1]["fields"]
    return found


async def test_a_corrected_field_is_typed_and_no_longer_missing(
    street: Street, desk: Desk, anna: Agent, held: str
) -> None:
    await desk.edit_field(anna, held, "telefon", "601 234 567")
    found = await street.conversation(held)
    assert found.state is not None
    top = found.state["stack"][-1]
    assert (top["fields"]["telefon"]["value"], top["fields"]["telefon"]["source"]) == ("+48601234567", "agent")
    assert top["missing"] == ["ranni"]
    assert {key: found.state[key] for key in ("v", "flows", "suspended")} == {"v": 1, "flows": "abc", "suspended": []}


async def test_a_value_that_does_not_fit_is_refused_with_its_reason(
    street: Street, desk: Desk, anna: Agent, held: str
) -> None:
    with pytest.raises(BadValue) as refused:
        await desk.edit_field(anna, held, "telefon", "601 23")
    assert refused.value.reason == "wrong_length"
    assert "telefon" not in await fields_of(street, held)


async def test_corrections_travel_back_with_the_conversation(
    desk: Desk, anna: Agent, held: str, database: Database, clock: HeldClock
) -> None:
    await desk.edit_field(anna, held, "telefon", "601 234 567")
    await desk.edit_field(anna, held, "ranni", "nie")
    await desk.hand_back(anna, held)
    due = await database.read(lambda tx: timers.due(tx, to_ms(clock())))
    assert due[0].event == {"kind": "handback", "edits": {"telefon": "+48601234567", "ranni": False}}


async def test_only_the_holder_corrects(desk: Desk, jan: Agent, held: str) -> None:
    with pytest.raises(NotYours):
        await desk.edit_field(jan, held, "telefon", "601 234 567")


async def test_the_answer_to_a_question_put_for_the_agent_lands_in_the_field(
    street: Street, desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    await desk.ask_field(anna, held, "telefon")
    assert (await street.said(held))[-1] == "utter_ask_telefon"
    await street.writes(held, "a po co?")
    assert "telefon" not in await fields_of(street, held)
    await street.writes(held, "602 345 678, po 16")
    assert (await fields_of(street, held))["telefon"]["value"] == "+48602345678"
    under_way = await database.read(lambda tx: handoffs.open_of(tx, held))
    assert under_way is not None and under_way.asked is None


async def test_without_a_flow_there_is_nothing_to_ask(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    with pytest.raises(NoFlow):
        await desk.ask_field(anna, id, "telefon")


async def test_sensitive_values_are_masked_on_the_card_and_every_look_is_recorded(
    street: Street, desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    found = await street.conversation(held)
    drawn = await database.read(lambda tx: card.read(tx, found, PlainNames(), field_kind))
    account = next(field for field in drawn.fields if field.slot == "nr_konta")
    assert (account.value[-5:], account.hidden, account.raw) == ("•2874", True, None)
    assert await desk.reveal(anna, held, "nr_konta") == "PL61109010140000071219812874"
    looked = await database.read(lambda tx: [row.what for row in tx.execute(audit_table.select())])
    assert "field_revealed" in looked


async def test_a_canned_reply_shows_no_value_that_the_card_hides(
    street: Street, desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    await desk.edit_field(anna, held, "telefon", "601 234 567")
    found = await street.conversation(held)
    drawn = await database.read(lambda tx: card.read(tx, found, PlainNames(), field_kind))
    known = canned.known_values(PlainNames(), anna, drawn)
    assert known["telefon"] == "+48601234567"
    assert "2874" not in str(known)
    assert canned.with_gaps("Przelejemy na {{ nr_konta }}", known) == f"Przelejemy na {canned.GAP}"


async def test_a_note_calls_the_colleague_it_names(desk: Desk, anna: Agent, jan: Agent, held: str) -> None:
    await desk.note(anna, held, "@jan, rzuć okiem na tę wycenę")
    written = await desk.database.read(lambda tx: notes.of_conversation(tx, held))
    assert [(note.agent_id, note.mentions) for note in written] == [(anna.id, [jan.id])]


async def test_a_note_is_never_said_to_the_customer(street: Street, desk: Desk, anna: Agent, held: str) -> None:
    before = await street.said(held)
    await desk.note(anna, held, "klient bywa niemiły")
    assert await street.said(held) == before


async def test_muting_is_a_supervisors_act_with_a_reason_on_record(
    desk: Desk, anna: Agent, ewa: Agent, held: str
) -> None:
    with pytest.raises(NotAllowed):
        await desk.mute(anna, held, 1, "wyzwiska")
    with pytest.raises(Exception, match="reason_missing"):
        await desk.mute(ewa, held, 1, "  ")
    await desk.mute(ewa, held, 99, "wyzwiska")
    customer = await desk.database.read(lambda tx: customers.find(tx, held))
    assert customer is not None
    assert (customer.muted_until, customer.muted_reason) == (99, "wyzwiska")


async def test_the_agents_word_on_the_form_of_address_counts(desk: Desk, anna: Agent, held: str) -> None:
    await desk.set_address(anna, held, "pani")
    customer = await desk.database.read(lambda tx: customers.find(tx, held))
    assert customer is not None and customer.address is not None
    assert customer.address["address"] == "pani"


async def test_a_rating_is_kept_with_the_handoff_it_is_about(
    street: Street, desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    await desk.answer(anna, held, "Załatwione.", key="answer")
    await desk.close(anna, held, ask_rating=True)
    assert (await street.said(held))[-1] == "utter_ocena_pytanie"
    found = await street.conversation(held)
    assert await database.run(lambda tx: desk.rated(tx, found, "tak", 1))
    ended = await database.read(lambda tx: handoffs.last_ended(tx, held))
    assert ended is not None and ended.rating == "tak"


def test_a_draft_that_says_ty_to_a_pani_is_doubted_with_what_to_write() -> None:

    found = doubts("Czy możesz przysłać zdjęcia?", Address.PANI)
    assert [(doubt.found, doubt.proposed) for doubt in found] != []
    assert doubts("Czy może Pani przysłać zdjęcia?", Address.PANI) == []


def test_a_gap_in_a_canned_reply_is_doubted() -> None:
    assert [doubt.found for doubt in doubts("Wrócę z odpowiedzią ___.", None)] == ["___"]
