"""Asking for a person, taking, answering, giving back: what the customer hears and who may speak."""

from __future__ import annotations

import pytest

from bot.errors import SendRefused
from bot.store import conversations, desk_queries, handoffs, outbox, timers
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.messages import Author
from bot.store.schema import messages
from bot.store.times import to_ms
from handoff.card import Card
from handoff.card import read as read_card
from handoff.desk import Desk
from handoff.floor import NotYours
from tests.handoff.conftest import HeldClock, Street, field_kind, gather
from tests.handoff.names import PlainNames


async def test_a_request_tells_the_customer_and_puts_them_in_line(street: Street, database: Database) -> None:
    first, second = await street.customer("1"), await street.customer("2")
    await street.asks_for_a_person(first)
    street.clock.pass_(minutes=1)
    await street.asks_for_a_person(second)
    assert (await street.conversation(second)).owner == "waiting"
    assert await street.said(second) == ["utter_handoff_no_estimate"]
    going_on = await database.read(lambda tx: handoffs.open_of(tx, second))
    assert going_on is not None and going_on.promised is not None
    assert going_on.promised["slots"] == {"miejsce": 2}


async def test_a_request_that_comes_twice_is_one_request(street: Street) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await street.asks_for_a_person(id)
    assert (await street.conversation(id)).epoch == 1
    assert len(await street.said(id)) == 1


async def test_the_card_of_a_request_knows_where_the_flow_stood(street: Street, database: Database) -> None:
    id = await street.customer(state={"stack": [{"flow": "szkoda_komunikacyjna", "step": "telefon"}]})
    await street.asks_for_a_person(id, reason="drugi_fallback")
    going_on = await database.read(lambda tx: handoffs.open_of(tx, id))
    assert going_on is not None
    assert (going_on.reason, going_on.flow, going_on.step) == ("drugi_fallback", "szkoda_komunikacyjna", "telefon")


async def test_the_card_says_what_they_want_and_not_what_they_answered(street: Street, database: Database) -> None:
    """And names the question that is open; a step that asks nothing is not one."""
    address = {"value": {"ulica": "Długa 5"}, "source": "customer", "raw": "w Gdańsku przy ulicy Długiej 5", "at": ""}
    frame = {"flow": "szkoda_komunikacyjna", "step": "telefon", "fields": {"adres": address}}
    id = await street.customer(state={"stack": [frame]})
    for said in ("zalało mi kuchnię", "tak", "w Gdańsku  przy ulicy Długiej 5"):
        await street.writes(id, said)

    async def card(step: str) -> Card:
        state = {"stack": [{**frame, "step": step}]}
        await database.run(lambda tx: conversations.change(tx, id, state=state))
        here = await street.conversation(id)
        return await database.read(lambda tx: read_card(tx, here, PlainNames(), field_kind))

    assert (await card("telefon")).wants == "zalało mi kuchnię"
    assert ((await card("telefon")).step, (await card("przekaz_pilnie")).step) == ("telefon", None)


async def test_a_wish_for_a_person_is_not_what_they_want_one_for(street: Street, database: Database) -> None:
    id = await street.customer()
    wants_a_person = {"intent": {"name": "konsultant", "confidence": 0.99}, "understood": "yes"}
    for said, understood in (
        ("zalało mi kuchnię", {"intent": "zglos_szkode_mieszkaniowa"}),
        ("chcę porozmawiać z konsultantem", wants_a_person),
    ):
        message = await street.writes(id, said)
        await database.run(
            lambda tx, message=message, understood=understood: tx.execute(  # type: ignore[misc]
                messages.update().where(messages.c.id == message).values(understood=understood)
            )
        )
    here = await street.conversation(id)
    drawn = await database.read(lambda tx: read_card(tx, here, PlainNames(), field_kind))
    assert drawn.wants == "zalało mi kuchnię"
    alone = await street.customer("8")
    await street.writes(alone, "konsultant")
    here = await street.conversation(alone)
    drawn = await database.read(lambda tx: read_card(tx, here, PlainNames(), field_kind))
    assert drawn.wants == "konsultant", "better than nothing"


async def test_out_of_hours_the_customer_hears_when_we_open(
    street: Street, clock: HeldClock, database: Database
) -> None:
    clock.pass_(hours=10)
    id = await street.customer()
    await street.asks_for_a_person(id)
    assert await street.said(id) == ["utter_handoff_closed", "utter_handoff_closed_offer"]
    going_on = await database.read(lambda tx: handoffs.open_of(tx, id))
    assert going_on is not None and going_on.promised is not None
    assert going_on.promised["slots"] == {"otwarcie": "2026-11-24T08:00:00+01:00"}


async def test_somebody_hurt_goes_ahead_of_hours(street: Street, clock: HeldClock) -> None:
    clock.pass_(hours=10)
    id = await street.customer()
    await street.asks_for_a_person(id, reason="ranni")
    assert await street.said(id) == ["utter_handoff_urgent"]


async def test_what_a_waiting_customer_adds_is_confirmed_once(street: Street) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    for text in ("halo", "jest tam kto?", "czekam"):
        await street.writes(id, text)
    assert (await street.said(id)).count("utter_handoff_added") == 1


async def test_a_wait_past_its_promise_gets_a_sign_of_life_and_no_more_than_four(
    street: Street, desk: Desk, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    for _ in range(8):
        clock.pass_(minutes=40)
        now = to_ms(clock())
        for timer in await database.read(lambda tx: timers.due(tx, now)):  # noqa: B023
            found = await street.conversation(id)
            await database.run(lambda tx: desk.timer(tx, found, timer.event, now))  # noqa: B023
            await database.run(lambda tx: timers.remove(tx, timer.id))  # noqa: B023
    assert (await street.said(id)).count("utter_handoff_still_waiting") == 4


async def test_taking_announces_the_agent_and_ends_the_waiting(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    taken = await desk.take(anna, id)
    assert (taken.owner, taken.agent_id, taken.waiting_since) == ("agent", anna.id, None)
    assert (await street.said(id))[-1] == "utter_agent_joined"


async def test_an_agent_may_step_in_unasked(street: Street, desk: Desk, anna: Agent, database: Database) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    going_on = await database.read(lambda tx: handoffs.open_of(tx, id))
    assert going_on is not None and going_on.reason == "przejecie"


async def test_of_two_agents_one_gets_it_and_the_other_learns_who(
    street: Street, desk: Desk, anna: Agent, jan: Agent
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    results = await gather(desk.take(anna, id), desk.take(jan, id))
    refused = [r for r in results if isinstance(r, NotYours)]
    assert len(refused) == 1
    assert refused[0].holder is not None
    assert refused[0].holder.id == (await street.conversation(id)).agent_id


async def test_only_the_holder_answers(street: Street, desk: Desk, anna: Agent, jan: Agent) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    with pytest.raises(NotYours):
        await desk.answer(jan, id, "Dzień dobry", key="k1")
    await desk.answer(anna, id, "Dzień dobry", key="k1")
    assert (await street.said(id))[-1] == "Dzień dobry"


async def test_an_answer_sent_twice_by_an_impatient_browser_is_one(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    await gather(*(desk.answer(anna, id, "Już sprawdzam", key="same") for _ in range(3)))
    assert (await street.said(id)).count("Już sprawdzam") == 1


async def test_an_answer_past_the_window_is_refused_before_sending(
    street: Street, desk: Desk, anna: Agent, clock: HeldClock
) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    clock.pass_(days=6)
    await desk.answer(anna, id, "Jeszcze zdążę", key="k1")
    clock.pass_(days=1, minutes=1)
    with pytest.raises(SendRefused) as refused:
        await desk.answer(anna, id, "Już nie", key="k2")
    assert refused.value.code == "send_refused:past_seven_days"


async def test_handing_back_says_so_and_wakes_the_dialogue(
    street: Street, desk: Desk, anna: Agent, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await desk.hand_back(anna, id)
    now = to_ms(clock())
    due = await database.read(lambda tx: timers.due(tx, now))
    assert [timer.event["kind"] for timer in due] == ["handback"]
    assert (await street.said(id))[-1] == "utter_agent_left"
    ended = await database.read(lambda tx: handoffs.of_conversation(tx, id))
    assert [h.ending for h in ended] == ["returned"]


async def test_closing_forgets_the_pending_question(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer(state={"stack": [{"flow": "szkoda_komunikacyjna", "step": "telefon"}]}, session_no=3)
    await desk.take(anna, id)
    await desk.close(anna, id)
    closed = await street.conversation(id)
    assert (closed.owner, closed.state, closed.session_no) == ("bot", None, 4)
    assert (await street.said(id))[-1] == "utter_agent_closed"


async def test_an_agent_cannot_give_back_what_a_colleague_holds_but_a_supervisor_can(
    street: Street, desk: Desk, anna: Agent, jan: Agent, ewa: Agent
) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    with pytest.raises(NotYours):
        await desk.hand_back(jan, id)
    assert (await desk.hand_back(ewa, id)).owner == "bot"


async def test_giving_to_a_colleague_announces_the_change(street: Street, desk: Desk, anna: Agent, jan: Agent) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    given = await desk.assign(anna, id, jan)
    assert given.agent_id == jan.id
    assert (await street.said(id))[-1] == "utter_agent_changed"


async def test_back_in_the_queue_the_customer_keeps_their_place(
    street: Street, desk: Desk, anna: Agent, clock: HeldClock
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    since = (await street.conversation(id)).waiting_since
    moved = await desk.requeue(anna, id, "reklamacje")
    assert (moved.owner, moved.department, moved.waiting_since) == ("waiting", "reklamacje", since)


async def test_what_the_assistant_had_decided_before_the_takeover_is_not_sent(
    street: Street, desk: Desk, anna: Agent, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    now = to_ms(clock())
    before = await street.conversation(id)
    await database.run(
        lambda tx: outbox.queue(
            tx,
            id="turn:0",
            conversation_id=id,
            epoch=before.epoch,
            author=Author.BOT,
            purpose="ask",
            body={"text": "Jaki numer?"},
            now=now,
        )
    )
    await desk.take(anna, id)
    assert not await database.run(lambda tx: outbox.begin_sending(tx, "turn:0", now))


async def test_an_answer_from_the_page_inbox_silences_everybody_and_lapses_after_a_day(
    street: Street, desk: Desk, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    found = await street.conversation(id)
    await database.run(lambda tx: desk.page_inbox_wrote(tx, found, 1, to_ms(clock())))
    away = await street.conversation(id)
    assert away.owner == "elsewhere"
    clock.pass_(hours=25)
    now = to_ms(clock())
    due = [t for t in await database.read(lambda tx: timers.due(tx, now)) if t.event.get("what") == "elsewhere_lapsed"]
    await database.run(lambda tx: desk.timer(tx, away, due[0].event, now))
    assert (await street.conversation(id)).owner == "bot"


async def test_the_thread_given_back_by_its_holder_returns_to_the_assistant(
    street: Street, desk: Desk, database: Database, clock: HeldClock
) -> None:
    id = await street.customer(owner="elsewhere")
    away = await street.conversation(id)
    await database.run(lambda tx: desk.thread_control(tx, away, "pass", "555", 1))
    assert (await street.conversation(id)).owner == "bot"


async def test_unread_counts_what_the_holder_has_not_seen(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    await street.writes(id, "raz")
    await street.writes(id, "dwa")
    unread = await _unread(street, id)
    await desk.mark_read(anna, id)
    assert (unread, await _unread(street, id)) == (2, 0)


async def _unread(street: Street, id: str) -> int:
    rows = await street.database.read(lambda tx: desk_queries.rows_by_id(tx, [id]))
    return rows[0].unread
