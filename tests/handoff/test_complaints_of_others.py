"""What users of other desks complain about, row by row, and which test holds that it does not happen here.

The rows are those of the survey of nine existing systems: bot and person at the same time, the window of 24 hours,
names, context, forms and queue. A row that no test held has its test in this module.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.messenger import policy
from bot.settings import ROOT
from bot.store import board_queries, desk_queries, handoffs
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import attachments
from bot.store.schema import audit as audit_table
from bot.store.times import from_ms, to_ms
from handoff import card
from handoff.console import words
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street, field_kind
from tests.handoff.names import PlainNames

HELD_BY = {
    # Bot and person at the same time, takeover, return
    1: "handoff/test_race.py::test_no_message_of_the_assistant_leaves_after_a_takeover_has_returned",
    2: "handoff/test_desk.py::test_what_the_assistant_had_decided_before_the_takeover_is_not_sent",
    3: "handoff/test_ownership.py::test_a_move_leads_where_the_table_says_or_is_refused",
    4: "handoff/test_desk.py::test_handing_back_says_so_and_wakes_the_dialogue",
    5: "handoff/test_ownership.py::test_a_move_decided_on_an_epoch_that_is_over_is_refused",
    6: "handoff/test_complaints_of_others.py::test_after_the_end_the_next_message_is_the_assistants",
    7: "handoff/test_desk.py::test_taking_announces_the_agent_and_ends_the_waiting",
    8: "dialogue/engine/test_every_step.py::test_a_person_can_be_had_and_the_flow_goes_on_afterwards",
    9: "handoff/test_routing.py::test_nobody_gets_what_their_department_does_not_do",
    10: "handoff/test_watch.py::test_a_message_that_the_assistant_leaves_unanswered_goes_to_a_person_with_that_reason",
    11: "outbox/test_sender.py::test_a_bots_message_is_dropped_when_the_owner_has_changed_and_an_agents_is_not",
    12: "handoff/test_no_question_twice.py::test_in_hundreds_of_handoffs_nothing_known_is_asked_again",
    13: "handoff/test_waiting.py::test_the_first_sentence_fits_the_reason_the_hour_and_the_queue",
    14: "handoff/test_complaints_of_others.py::test_every_change_of_hands_is_on_record_with_who_did_it",
    15: "system/test_browser.py::test_a_claim_a_question_a_person_and_back",
    16: "handoff/test_desk.py::test_an_answer_from_the_page_inbox_silences_everybody_and_lapses_after_a_day",
    17: "handoff/test_watch.py::test_the_conversation_of_a_closed_account_goes_back_to_the_queue",
    18: "handoff/test_page_inbox.py::test_taking_a_thread_back_asks_the_platform_first",
    19: "handoff/test_complaints_of_others.py::test_a_request_for_a_department_of_nobody_still_waits_where_all_see_it",
    20: "system/test_main_job.py::test_after_a_takeover_the_bot_is_silent_and_after_the_return_it_goes_on",
    # The window of 24 hours
    36: "messenger/test_policy.py::test_what_may_leave_when",
    37: "messenger/test_policy.py::test_only_a_persons_own_words_ever_carry_the_human_agent_tag",
    38: "handoff/test_desk.py::test_an_answer_past_the_window_is_refused_before_sending",
    39: "handoff/test_complaints_of_others.py::test_the_cards_countdown_is_the_rule_that_sends",
    # Names, context, forms, queue
    42: "handoff/test_complaints_of_others.py::test_who_shares_no_name_is_called_so_and_never_by_an_invented_one",
    43: "handoff/test_agents_as_shown.py::test_an_agent_gets_one_persona_a_page",
    44: "handoff/test_desk.py::test_of_two_agents_one_gets_it_and_the_other_learns_who",
    45: "handoff/test_watch.py::test_a_wait_past_its_limit_calls_every_supervisor_once",
    46: "handoff/test_waiting.py::test_the_estimate_is_the_middle_half_of_the_last_hours_waits",
    47: "handoff/test_complaints_of_others.py::test_being_closed_is_said_only_to_who_asks_for_a_person",
    48: "handoff/test_no_question_twice.py::test_in_hundreds_of_handoffs_nothing_known_is_asked_again",
    49: "dialogue/engine/test_every_step.py::test_cancelling_is_confirmed_and_the_flow_is_offered_again_days_later",
    50: "handoff/test_complaints_of_others.py::test_everything_that_the_customer_sent_is_on_the_card",
    51: "handoff/test_complaints_of_others.py::test_the_clock_of_the_first_answer_starts_when_a_person_is_asked_for",
    52: "handoff/test_ratings.py::test_a_tap_and_the_sentence_after_it_are_kept_and_thanked_for",
    53: "handoff/test_desk.py::test_unread_counts_what_the_holder_has_not_seen",
    54: "handoff/test_console.py::test_an_open_console_makes_its_agent_present_and_seen_looking",
    55: "handoff/test_agents_as_shown.py::test_dots_are_shown_while_the_holder_writes",
}
# Rows of the same tables that are no desk's matter: regions' capabilities, and limits of buttons while editing.
NO_DESKS = {40, 41}


@pytest.mark.parametrize("row", HELD_BY)
def test_the_test_that_holds_a_row_exists(row: int) -> None:
    path, _, name = HELD_BY[row].partition("::")
    assert f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")


def test_no_row_is_left_out() -> None:
    assert HELD_BY.keys() | NO_DESKS == {*range(1, 21), *range(36, 56)}


async def test_after_the_end_the_next_message_is_the_assistants(
    desk: Desk, street: Street, anna: Agent, database: Database
) -> None:
    id = await street.customer(state={"stack": [{"flow": "szkoda", "step": "telefon", "missing": ["telefon"]}]})
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await desk.close(anna, id)
    await street.writes(id, "jeszcze jedno")
    found = await street.conversation(id)
    assert (found.owner, found.reason, found.state) == ("bot", None, None)
    assert await database.read(lambda tx: handoffs.open_of(tx, id)) is None


async def test_every_change_of_hands_is_on_record_with_who_did_it(
    desk: Desk, street: Street, anna: Agent, jan: Agent, ewa: Agent, database: Database
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await desk.assign(ewa, id, jan)
    await desk.requeue(jan, id)
    await desk.take(anna, id)
    await desk.hand_back(anna, id)

    def written(tx: Tx) -> list[tuple[str, str]]:
        rows = tx.execute(audit_table.select().where(audit_table.c.subject == id).order_by(audit_table.c.id))
        return [(row.who, row.what) for row in rows]

    assert await database.read(written) == [
        ("bot", "handoff_requested"),
        (f"agent:{anna.id}", "handoff_taken"),
        (f"agent:{ewa.id}", "handoff_assigned"),
        (f"agent:{jan.id}", "handoff_requeued"),
        (f"agent:{anna.id}", "handoff_taken"),
        (f"agent:{anna.id}", "handoff_returned"),
    ]


@pytest.mark.parametrize("department", [None, "assistance", "dzialu-nie-ma"])
async def test_a_request_for_a_department_of_nobody_still_waits_where_all_see_it(
    desk: Desk, street: Street, anna: Agent, database: Database, department: str | None
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id, department=department)
    waiting = await database.read(lambda tx: desk_queries.rows(tx, desk_queries.List.WAITING, agent_id=anna.id))
    assert [row.id for row in waiting] == [id]
    assert len(await street.said(id)) == 1
    assert (await desk.take(anna, id)).agent_id == anna.id


async def test_the_cards_countdown_is_the_rule_that_sends(
    desk: Desk, street: Street, anna: Agent, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    found = await street.conversation(id)
    drawn = await database.read(lambda tx: card.read(tx, found, PlainNames(), field_kind))
    assert drawn.reply_until is not None and found.last_customer_at is not None
    wrote = from_ms(found.last_customer_at)
    for ms, may in ((-1, True), (1000, False)):
        age = from_ms(drawn.reply_until + ms) - wrote
        decided = policy.decide(policy.Author.PERSON, policy.Purpose.REPLY, age)
        assert isinstance(decided, policy.Refused) is not may


async def test_who_shares_no_name_is_called_so_and_never_by_an_invented_one(street: Street, database: Database) -> None:
    id = await street.customer(first_name=None)
    row = (await database.read(lambda tx: desk_queries.rows_by_id(tx, [id])))[0]
    assert words.customer_name(row.first_name, row.last_name) == "Klient (nie podaje imienia)"
    assert words.initials(row.first_name, row.last_name) == "?"


async def test_being_closed_is_said_only_to_who_asks_for_a_person(street: Street, clock: HeldClock) -> None:
    clock.now = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    id = await street.customer()
    await street.writes(id, "ile kosztuje holowanie?")
    assert await street.said(id) == []
    await street.asks_for_a_person(id)
    assert (await street.said(id))[0] == "utter_handoff_closed"


async def test_everything_that_the_customer_sent_is_on_the_card(street: Street, database: Database) -> None:
    id = await street.customer()
    found = await street.conversation(id)

    def send(tx: Tx) -> None:
        for n, kind in enumerate(("image", "file", "audio")):
            values = {"id": f"a{n}", "conversation_id": id, "event_key": "m_1", "kind": kind, "at": n}
            insert_or_ignore(tx, attachments, values)

    await database.run(send)
    drawn = await database.read(lambda tx: card.read(tx, found, PlainNames(), field_kind))
    assert [one.kind for one in drawn.photos] == ["audio", "file", "image"]


async def test_the_clock_of_the_first_answer_starts_when_a_person_is_asked_for(
    desk: Desk, street: Street, anna: Agent, database: Database, clock: HeldClock
) -> None:
    started = to_ms(clock())
    id = await street.customer()
    clock.pass_(hours=2)
    await street.writes(id, "człowieka, proszę")
    await street.asks_for_a_person(id)
    clock.pass_(minutes=3)
    await desk.take(anna, id)
    clock.pass_(minutes=1)
    await desk.answer(anna, id, "Dzień dobry.", key="k-1")
    day = await database.read(lambda tx: board_queries.day_since(tx, started))
    assert (day.waits, day.first_answers) == ([3 * 60_000], [4 * 60_000])
