"""Nobody is forgotten: waits past their limit, silences of the assistant, conversations of agents who are gone."""

from __future__ import annotations

from bot.settings import Settings
from bot.store import agents, conversations, customers, desk_queries, handoffs, messages, notes, outbox
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.messages import Author
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street


async def test_a_wait_past_its_limit_calls_every_supervisor_once(
    desk: Desk, street: Street, clock: HeldClock, ewa: Agent, anna: Agent, settings: Settings, database: Database
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.watch()
    assert await database.read(lambda tx: notes.of_conversation(tx, id)) == []
    clock.pass_(seconds=settings.escalate_after.total_seconds())
    await desk.watch()
    await desk.watch()
    written = await database.read(lambda tx: notes.of_conversation(tx, id))
    everybody = await database.read(agents.everybody)
    assert [(n.kind, n.mentions) for n in written] == [("escalation", [a.id for a in everybody if a.supervises])]
    assert ewa.id in written[0].mentions
    assert anna.id not in written[0].mentions
    under_way = await database.read(lambda tx: handoffs.open_of(tx, id))
    assert under_way is not None and under_way.escalated_at == to_ms(clock())


async def test_a_message_that_the_assistant_leaves_unanswered_goes_to_a_person_with_that_reason(
    desk: Desk, street: Street, clock: HeldClock, settings: Settings, database: Database
) -> None:
    id = await street.customer()
    await street.writes(id, "halo?")
    await desk.watch()
    assert (await street.conversation(id)).owner == "bot"
    clock.pass_(seconds=settings.silence_limit.total_seconds())
    await desk.watch()
    found = await street.conversation(id)
    assert (found.owner, found.reason) == ("waiting", "milczenie")


async def test_an_answered_an_old_and_a_muted_message_are_no_silence(
    desk: Desk, street: Street, clock: HeldClock, settings: Settings, database: Database
) -> None:
    answered, old, muted = [await street.customer(psid) for psid in "123"]
    await street.writes(old, "halo?")
    clock.pass_(hours=3)
    for id in (answered, muted):
        await street.writes(id, "halo?")

    def settle(tx: Tx) -> None:
        now = to_ms(clock())
        outbox.queue(
            tx,
            id="turn:1",
            conversation_id=answered,
            epoch=0,
            author=Author.BOT,
            purpose="answer",
            body={"text": "Słucham."},
            text="Słucham.",
            now=now,
        )
        customers.change(tx, muted, muted_until=now + 9_999_999)

    await database.run(settle)
    clock.pass_(seconds=settings.silence_limit.total_seconds())
    await desk.watch()
    assert [(await street.conversation(id)).owner for id in (answered, old, muted)] == ["bot"] * 3


async def test_the_conversation_of_a_closed_account_goes_back_to_the_queue(
    desk: Desk, street: Street, anna: Agent, database: Database
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await desk.watch()
    assert (await street.conversation(id)).agent_id == anna.id
    await database.run(lambda tx: agents.change(tx, anna.id, active=False))
    await desk.watch()
    found = await street.conversation(id)
    assert (found.owner, found.agent_id) == ("waiting", None)
    assert (await street.said(id))[-1] == "utter_agent_back_in_queue"


async def test_a_changed_message_of_a_waiting_customer_is_unread_again(
    desk: Desk, street: Street, clock: HeldClock, database: Database, anna: Agent
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    message = await street.writes(id, "auto WX 48213")
    await desk.mark_read(anna, id)

    def edit(tx: Tx) -> None:
        found = conversations.find(tx, id)
        assert found is not None
        written = messages.edit(tx, "m_1", "auto WX 48214", to_ms(clock()))
        assert written
        desk.message_edited(tx, found, message, to_ms(clock()))

    await database.run(edit)
    rows = await database.read(lambda tx: desk_queries.rows_by_id(tx, [id]))
    assert (rows[0].unread, rows[0].last_text) == (1, "auto WX 48214")
