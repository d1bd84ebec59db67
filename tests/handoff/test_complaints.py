"""A complaint at the desk: marked with its clock, decided by a person, extended once, reminded of, settled at last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.complaints import statute
from bot.complaints.noticing import aggrieved, notice_turn
from bot.dialogue.saying import Say
from bot.dialogue.turns import Act, Turn
from bot.store import complaints, conversations, customers, desk_queries, messages, notes, timers
from bot.store.agents import Agent
from bot.store.complaints import Complaint
from bot.store.database import Database, Tx
from bot.store.desk_queries import List
from bot.store.erasure import erase
from bot.store.schema import cases
from bot.store.times import from_ms, to_ms
from handoff.complaints import ComplaintSettled
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import HERE, browser, log_in

__all__ = ["browser"]


async def only(database: Database, id: str) -> Complaint:
    found = await database.read(lambda tx: complaints.open_of(tx, [id]))
    assert len(found) == 1
    return found[0]


async def complaining(
    street: Street, desk: Desk, agent: Agent, text: str = "Minęły dwa miesiące od szkody i nic"
) -> str:
    """A conversation that `agent` holds, in which the customer has just complained."""
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(agent, id)
    await street.writes(id, text)
    return id


async def pass_timers(database: Database, desk: Desk, clock: HeldClock) -> int:
    """What is due now reaches the desk, as the worker brings it."""

    def work(tx: Tx) -> int:
        due = [one for one in timers.due(tx, to_ms(clock())) if one.event.get("what") == "complaint_term"]
        for one in due:
            timers.remove(tx, one.id)
            desk.timer(tx, desk.floor.find(tx, one.conversation_id), one.event, to_ms(clock()))
        return len(due)

    return await database.run(work)


def test_the_terms_are_those_of_the_act() -> None:
    received = to_ms(from_ms(0).replace(year=2026, month=3, day=2, hour=22, minute=30))  # 23:30 in Poland
    due = from_ms(statute.due(received))
    assert f"{due:%Y-%m-%d %H:%M:%S}" == "2026-04-01 21:59:59", "the 30th day after, to its end, in summer time by then"
    assert statute.days_left(statute.due(received), received) == 30
    assert statute.days_left(statute.due(received, statute.EXTENDED), received) == 60
    assert len(statute.reminders(to_ms(due), received)) == 4
    assert len(statute.reminders(to_ms(due), to_ms(due - timedelta(days=2)))) == 2
    assert statute.days_left(to_ms(due), to_ms(due + timedelta(seconds=2))) == -1


async def test_bitter_words_to_a_person_are_marked_with_their_clock_once(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    id = await complaining(street, desk, anna)
    await street.writes(id, "Dzień dobry?")
    await street.writes(id, "Zgłoszę was do KNF")
    found = await only(database, id)
    assert (found.kinds, found.department) == (["urzad", "zastrzezenie"], "szkody")
    assert statute.days_left(found.due_at, to_ms(clock())) == 30
    rows = await database.read(lambda tx: desk_queries.rows(tx, List.COMPLAINTS, agent_id=anna.id))
    assert [row.complaint_due for row in rows] == [found.due_at]
    assert (await database.read(desk_queries.counts)).complaints == 1


async def wrote(street: Street, database: Database, id: str, text: str) -> int:
    """A message is on record, whoever hears it; its id."""
    mid = f"said-{id}-{text[:12]}"

    def work(tx: Tx) -> int:
        at = to_ms(street.clock())
        messages.add(tx, conversation_id=id, event_key=mid, mid=mid, author="customer", text=text, at=at)
        written = messages.find_by_mid(tx, mid)
        assert written is not None
        return written.id

    return await database.run(work)


async def edits(street: Street, desk: Desk, database: Database, id: str, message_id: int, text: str) -> None:
    now = to_ms(street.clock())

    def work(tx: Tx) -> None:
        [before] = desk_queries.messages_by_id(tx, [message_id])
        assert before.mid is not None and messages.edit(tx, before.mid, text, now)
        desk.message_edited(tx, desk.floor.find(tx, id), message_id, now)

    await database.run(work)


async def test_an_edit_that_makes_a_complaint_of_a_message_starts_its_clock_and_brings_a_person(
    street: Street, desk: Desk, database: Database
) -> None:
    id = await street.customer()
    message = await wrote(street, database, id, "Kiedy będzie decyzja?")
    await edits(street, desk, database, id, message, "Kiedy będzie decyzja? Zgłoszę was do KNF")
    conversation = await street.conversation(id)
    assert (conversation.owner, conversation.reason) == ("waiting", "skarga")
    assert (await only(database, id)).message_id == message
    said = await street.said(id)
    await edits(street, desk, database, id, message, "Kiedy będzie decyzja? Zgłoszę was do KNF!")
    assert await street.said(id) == said, "edited once more it is the same complaint"
    await edits(street, desk, database, id, message, "Kiedy będzie decyzja?")
    assert (await only(database, id)).kinds == ["urzad"], "what was said stays said"


async def test_an_edit_in_the_middle_of_a_flow_is_marked_and_the_flow_goes_on(
    street: Street, desk: Desk, database: Database
) -> None:
    id = await street.customer()
    message = await wrote(street, database, id, "601 234 567")
    stack = {"stack": [{"flow": "szkoda_komunikacyjna", "step": "telefon"}]}
    await database.run(lambda tx: conversations.change(tx, id, state=stack))
    await edits(street, desk, database, id, message, "Ile jeszcze mam czekać?")
    assert (await street.conversation(id)).owner == "bot"
    assert (await only(database, id)).kinds == ["gorycz"]


async def test_a_muted_customers_complaint_starts_its_clock_and_calls_nobody(
    street: Street, desk: Desk, database: Database
) -> None:
    id = await street.customer()
    now = to_ms(street.clock())
    await database.run(lambda tx: customers.change(tx, id, muted_until=now + 86_400_000))
    message = await wrote(street, database, id, "Minęły dwa miesiące od szkody i nic")
    await database.run(lambda tx: desk.muted_wrote(tx, desk.floor.find(tx, id), message, now))
    assert (await street.conversation(id)).owner == "bot"
    assert (await only(database, id)).message_id == message
    await edits(street, desk, database, id, message, "Zgłoszę was do KNF")
    assert (await street.conversation(id)).owner == "bot"
    assert (await only(database, id)).kinds == ["urzad", "zastrzezenie"]


async def test_its_case_keeps_the_clock_that_the_message_started_and_settles_it(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    id = await complaining(street, desk, anna)
    due = (await only(database, id)).due_at
    clock.pass_(days=4)
    number = await desk.open_case(anna, id, "reklamacja", key="k1")
    found = await only(database, id)
    assert (found.case_number, found.due_at) == (number, due)
    assert await database.read(lambda tx: tx.scalar(select(cases.c.due_at))) == due
    await desk.set_case_state(anna, number, "done")
    assert not await database.read(lambda tx: complaints.open_of(tx, [id]))
    await desk.set_case_state(anna, number, "in_progress")
    assert (await only(database, id)).case_number == number


async def test_whoever_answers_for_it_is_reminded_before_the_term_ends_and_after_it(
    street: Street, desk: Desk, database: Database, anna: Agent, ewa: Agent, clock: HeldClock
) -> None:
    id = await complaining(street, desk, anna)
    await desk.open_case(anna, id, "reklamacja", key="k1")
    told = []
    for days in (21, 6, 3, 2):
        clock.pass_(days=days)
        await pass_timers(database, desk, clock)
        beside = await database.read(lambda tx: notes.of_conversation(tx, id))
        told.append([(one.text, anna.id in one.mentions, ewa.id in one.mentions) for one in beside][-1])
    # On the last day but three, the supervisors are called as well; the last one is after the end.
    assert [text for text, _, _ in told] == ["9", "3", "0", "-2"]
    assert all(mine and supervisor for _, mine, supervisor in told), "both are of the department"


async def test_a_reminder_of_a_term_that_was_extended_is_passed_over(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    id = await complaining(street, desk, anna)
    with pytest.raises(Exception, match="complaint_undecided"):
        await desk.extend_complaint(anna, (await only(database, id)).id, "opinia biegłego")
    await desk.open_case(anna, id, "reklamacja", key="k1")
    found = await only(database, id)
    await desk.extend_complaint(anna, found.id, "opinia biegłego")
    longer = await only(database, id)
    assert statute.days_left(longer.due_at, found.at) == 60
    assert await database.read(lambda tx: tx.scalar(select(cases.c.due_at))) == longer.due_at
    with pytest.raises(ComplaintSettled):
        await desk.extend_complaint(anna, found.id, "jeszcze raz")
    clock.pass_(days=29)
    assert await pass_timers(database, desk, clock) == 3
    assert not await database.read(lambda tx: notes.of_conversation(tx, id))
    clock.pass_(days=22)
    await pass_timers(database, desk, clock)
    assert [one.text for one in await database.read(lambda tx: notes.of_conversation(tx, id))] == ["9"]


async def test_what_is_no_complaint_is_dismissed_with_a_reason(
    street: Street, desk: Desk, database: Database, anna: Agent
) -> None:
    id = await complaining(street, desk, anna)
    found = await only(database, id)
    with pytest.raises(Exception, match="reason_missing"):
        await desk.dismiss_complaint(anna, found.id, " ")
    await desk.dismiss_complaint(anna, found.id, "mówi o innym ubezpieczycielu")
    assert not await database.read(lambda tx: complaints.open_of(tx, [id]))


async def test_erasing_a_customer_keeps_the_term_of_a_case_and_nothing_else(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    undecided = await complaining(street, desk, anna)
    await database.run(lambda tx: erase(tx, undecided, code="A", now=to_ms(clock())))
    assert not await database.read(lambda tx: complaints.open_of(tx, [undecided]))
    assert not await database.read(lambda tx: timers.due(tx, 2**53))
    await street.writes(undecided, "Zaniżyliście wycenę")
    await desk.open_case(anna, undecided, "reklamacja", key="k2")
    await database.run(lambda tx: erase(tx, undecided, code="B", now=to_ms(clock())))
    assert (await only(database, undecided)).message_id is None
    assert len(await database.read(lambda tx: timers.due(tx, 2**53))) == 4


def turn(*says: Say, flow: str | None = None, acts: list[Act] | None = None, intent: str = "x") -> Turn:
    understood = {"intent": {"name": intent}, "understood": "yes"}
    return Turn(list(says), acts or [], {"stack": [{"flow": flow}] if flow else []}, understood)


def reasons(of: Turn) -> list[tuple[Any, Any]]:
    return [(act.args.get("reason"), act.args.get("department")) for act in of.acts]


def test_a_complaint_to_the_assistant_brings_a_person_of_the_department_and_keeps_the_answer() -> None:
    answered = turn(Say("utter_faq/czas_likwidacji", purpose="answer"), Say("utter_ask_x", purpose="ask"))
    outcome = aggrieved(answered, "Ile jeszcze mam czekać na odszkodowanie?", "k", tapped=False)
    assert reasons(outcome) == [("skarga", "szkody")]
    assert [say.response for say in outcome.says] == ["utter_frustracja_przeprosiny", "utter_faq/czas_likwidacji"]


def test_who_answers_is_said_first_also_to_whoever_begins_with_a_complaint() -> None:
    greeted = turn(Say("utter_faq/czas_likwidacji", purpose="answer", lead="utter_pierwszy_kontakt"))
    outcome = aggrieved(greeted, "Ile jeszcze mam czekać na odszkodowanie?", "k", tapped=False)
    assert [(say.response, say.lead) for say in outcome.says] == [
        ("utter_frustracja_przeprosiny", "utter_pierwszy_kontakt"),
        ("utter_faq/czas_likwidacji", None),
    ]
    asked = turn(Say("utter_ask_x", purpose="ask", lead="utter_pierwszy_kontakt"))
    assert [say.lead for say in aggrieved(asked, "zgłoszę was do KNF", "k", tapped=False).says] == [
        "utter_pierwszy_kontakt"
    ]


def test_in_the_middle_of_a_claim_only_a_threat_brings_a_person() -> None:
    in_claim = turn(Say("utter_ask_data", purpose="ask"), flow="szkoda_komunikacyjna")
    assert aggrieved(in_claim, "ile jeszcze mam czekać", "k", tapped=False) is in_claim
    assert reasons(aggrieved(in_claim, "idę z tym do KNF", "k", tapped=False)) == [("skarga", "reklamacje")]


def test_whoever_files_a_complaint_outright_taps_or_is_handed_over_stays_where_they_are() -> None:
    filing = turn(flow="reklamacja")
    assert aggrieved(filing, "zgłoszę was do KNF", "k", tapped=False) is filing
    assert aggrieved(turn(), "ile jeszcze mam czekać", "k", tapped=True).acts == []
    handed = turn(acts=[Act("przekaz_konsultantowi", {"reason": "prosba"}, "a")])
    assert reasons(aggrieved(handed, "ile jeszcze mam czekać", "k", tapped=False)) == [("prosba", None)]
    angry = turn(acts=[Act("przekaz_konsultantowi", {"reason": "frustracja"}, "a")])
    assert reasons(aggrieved(angry, "zaniżona wycena!!!", "k", tapped=False)) == [("frustracja", "szkody")]


async def test_what_is_filed_outright_starts_the_clock_before_the_flow_ends(street: Street, database: Database) -> None:
    id = await street.customer()
    said = await street.writes(id, "chcę złożyć reklamację na składkę")
    filing = turn(flow="reklamacja", intent="reklamacja")
    await database.run(lambda tx: notice_turn(tx, id, filing, "reklamacja na składkę", said, 0, tapped=False))
    found = await only(database, id)
    assert (found.kinds, found.department) == (["wprost"], "platnosci")


async def test_the_card_and_the_list_show_the_clock_and_take_the_decision(
    browser: httpx.AsyncClient, street: Street, desk: Desk
) -> None:
    await log_in(browser, "marek", "marek")
    id = await street.customer()
    await street.asks_for_a_person(id)
    await browser.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    await street.writes(id, "Dziękuję za błyskawiczną odpowiedź po dwóch miesiącach")
    card = (await browser.get(f"/konsola/rozmowa/{id}")).text
    assert "Ironia" in card and "jeszcze 30 dni" in card and "To nie reklamacja" in card
    assert "skarga: jeszcze 30 dni" in (await browser.get("/konsola/lista?lista=complaints")).text
    form = {"rodzaj": "reklamacja", "klucz": "a" * 32}
    await browser.post(f"/konsola/rozmowa/{id}/sprawa", data=form, headers=HERE)
    card = (await browser.get(f"/konsola/rozmowa/{id}")).text
    assert "Reklamacja R/2026/000001" in card and "Przedłuż do 60 dni" in card
    number = card.split("/skarga/")[1].split("/")[0]
    refused = await browser.post(f"/konsola/rozmowa/{id}/skarga/{number}/odrzuc", data={"powod": "x"}, headers=HERE)
    assert refused.status_code == 409 and "Ktoś już o tym zdecydował" in refused.text
    await browser.post(f"/konsola/rozmowa/{id}/skarga/{number}/przedluz", data={"powod": "biegły"}, headers=HERE)
    assert "60 dni, sprawa szczególnie skomplikowana" in (await browser.get(f"/konsola/rozmowa/{id}")).text
