"""Questions to another department: the conversation stays, the clock runs, the answer lands beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Rejected
from bot.store import agents, desk_queries, notes, questions, timers
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Database, Tx
from bot.store.desk_queries import List
from bot.store.times import to_ms
from handoff.desk import Desk
from handoff.floor import NotYours
from handoff.questions import QuestionSettled
from handoff.side_acts import NotAllowed
from tests.handoff.conftest import HeldClock, Street

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
async def jan(jan: Agent, database: Database) -> Agent:
    """Here Jan answers for policies."""
    await database.run(lambda tx: agents.change(tx, jan.id, departments=["polisy"]))
    return replace(jan, departments=["polisy"])


@pytest.fixture
async def held(street: Street, desk: Desk, anna: Agent, jan: Agent) -> str:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    return id


async def asked(desk: Desk, agent: Agent, id: str) -> int:
    await desk.ask_department(agent, id, "polisy", "Czy AC obejmuje szyby?", HALF_AN_HOUR)
    return (await desk.database.read(lambda tx: questions.open_of(tx, id)))[-1].id


async def thread_notes(desk: Desk, id: str) -> list[tuple[str, list[int], str]]:
    written = await desk.database.read(lambda tx: notes.of_conversation(tx, id))
    return [(note.kind, note.mentions, note.text) for note in written]


async def test_who_asks_keeps_the_conversation_and_the_customer_hears_whom_and_by_when(
    street: Street, desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    await asked(desk, anna, held)
    assert (await street.conversation(held)).agent_id == anna.id
    assert (await street.said(held))[-1] == "utter_dzial_zapytany"
    written = await database.read(
        lambda tx: desk_queries.messages_by_id(tx, desk_queries.latest_outgoing_ids(tx, held))
    )
    slots: dict[str, Any] = (written[-1].content or {})["slots"]
    assert (slots["pytany"], slots["dzis"], slots["termin"]) == ("polisy", True, "2026-11-23T12:30:00+01:00")


async def test_the_customer_never_reads_the_question_or_the_answer(
    street: Street, desk: Desk, anna: Agent, jan: Agent, held: str
) -> None:
    question = await asked(desk, anna, held)
    await desk.answer_question(jan, question, "Tak, od wariantu Optimum.")
    said = " ".join(filter(None, await street.said(held)))
    assert "szyby" not in said
    assert "Optimum" not in said


async def test_the_answer_lands_as_a_note_that_calls_whoever_asked(
    desk: Desk, anna: Agent, jan: Agent, held: str
) -> None:
    question = await asked(desk, anna, held)
    await desk.answer_question(jan, question, "Tak, od wariantu Optimum.")
    assert (await thread_notes(desk, held)) == [
        ("question", [jan.id], "Czy AC obejmuje szyby?"),
        ("answer", [anna.id], "Tak, od wariantu Optimum."),
    ]


async def test_the_asked_department_finds_the_question_in_its_list_until_it_is_answered(
    desk: Desk, anna: Agent, jan: Agent, held: str
) -> None:
    def listed(tx: Tx, agent: Agent, departments: list[str]) -> list[str]:
        rows = desk_queries.rows(tx, List.ASKED, agent_id=agent.id, departments=departments)
        assert len(rows) == desk_queries.counts(tx).asked_of(agent.id, departments)
        assert all(row.is_in(List.ASKED, agent.id, departments) for row in rows)
        return [row.id for row in rows]

    question = await asked(desk, anna, held)
    assert await desk.database.read(lambda tx: listed(tx, jan, ["polisy"])) == [held]
    assert await desk.database.read(lambda tx: listed(tx, jan, ["szkody"])) == []
    assert await desk.database.read(lambda tx: listed(tx, anna, ["polisy"])) == []
    await desk.answer_question(jan, question, "Tak.")
    assert await desk.database.read(lambda tx: listed(tx, jan, ["polisy"])) == []


async def test_when_the_agreed_time_passes_both_sides_are_reminded_once(
    desk: Desk, anna: Agent, jan: Agent, held: str, database: Database, clock: HeldClock, street: Street
) -> None:
    await asked(desk, anna, held)
    clock.pass_(minutes=31)
    due = await database.read(lambda tx: timers.due(tx, to_ms(clock())))
    reminder = next(one.event for one in due if one.event.get("what") == "question_due")
    conversation: Conversation = await street.conversation(held)
    for _ in range(2):
        await database.run(lambda tx: desk.timer(tx, conversation, reminder, to_ms(clock())))
    reminders = [note for note in await thread_notes(desk, held) if note[0] == "reminder"]
    assert reminders == [("reminder", sorted([anna.id, jan.id]), "Czy AC obejmuje szyby?")]


async def test_an_answered_question_reminds_nobody(
    desk: Desk, anna: Agent, jan: Agent, held: str, database: Database, clock: HeldClock, street: Street
) -> None:
    question = await asked(desk, anna, held)
    await desk.answer_question(jan, question, "Tak.")
    clock.pass_(minutes=31)
    event = {"kind": "desk", "what": "question_due", "question": question}
    conversation = await street.conversation(held)
    await database.run(lambda tx: desk.timer(tx, conversation, event, to_ms(clock())))
    assert [note[0] for note in await thread_notes(desk, held)] == ["question", "answer"]


async def test_two_who_answer_at_once_give_one_answer(
    desk: Desk, anna: Agent, jan: Agent, ewa: Agent, held: str
) -> None:
    question = await asked(desk, anna, held)
    await desk.answer_question(jan, question, "Tak.")
    with pytest.raises(QuestionSettled):
        await desk.answer_question(ewa, question, "Nie.")


async def test_only_the_holder_asks_only_the_asked_answer_only_the_asker_withdraws(
    desk: Desk, anna: Agent, jan: Agent, held: str, database: Database
) -> None:
    with pytest.raises(NotYours):
        await asked(desk, jan, held)
    question = await asked(desk, anna, held)
    with pytest.raises(NotAllowed):
        await desk.answer_question(anna, question, "Sama sobie.")
    with pytest.raises(NotAllowed):
        await desk.withdraw_question(jan, question)
    await desk.withdraw_question(anna, question)
    assert await database.read(lambda tx: questions.open_of(tx, held)) == []


@pytest.mark.parametrize(
    ("department", "text", "within", "code"),
    [
        ("kosmos", "Kto?", HALF_AN_HOUR, "no_such_department"),
        ("polisy", "  ", HALF_AN_HOUR, "question_empty"),
        ("polisy", "Kto?", timedelta(minutes=1), "question_term"),
        ("polisy", "Kto?", timedelta(days=9), "question_term"),
    ],
)
async def test_a_question_without_department_words_or_a_time_that_can_be_kept_is_refused(
    desk: Desk, anna: Agent, held: str, department: str, text: str, within: timedelta, code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        await desk.ask_department(anna, held, department, text, within)
    assert refused.value.code == code


async def test_a_closed_matter_waits_for_no_answer_a_returned_one_does(
    desk: Desk, anna: Agent, held: str, database: Database
) -> None:
    await asked(desk, anna, held)
    await desk.hand_back(anna, held)
    assert len(await database.read(lambda tx: questions.open_of(tx, held))) == 1
    await desk.take(anna, held)
    await desk.close(anna, held)
    assert await database.read(lambda tx: questions.open_of(tx, held)) == []
