"""The platform's own question how the help was: asked where the setting says so, replaced where it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messenger.messages import check_limits
from bot.settings import Settings
from bot.store import handoffs, outbox
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.handoffs import Ending, Handoff
from bot.store.messages import Status
from bot.store.schema import outbox as outbox_table
from bot.store.times import to_ms
from handoff import feedback
from handoff.desk import Desk
from handoff.ratings import NotAsked
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_ratings import helped


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rating_template": True})


async def ended(database: Database, id: str) -> Handoff:
    found = await database.read(lambda tx: handoffs.last_ended(tx, id))
    assert found is not None
    return found


def given(handoff: int, score: object, comment: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": "csat", "payload": score}
    if comment is not None:
        answer["follow_up"] = {"type": "free_form", "payload": comment}
    return {"feedback_screens": [{"screen_id": 0, "questions": {f"ocena_{handoff}": answer}}]}


async def test_the_template_goes_out_within_the_platforms_limits_and_its_answer_is_kept(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    id = await street.customer()
    await helped(street, desk, anna, id)
    found = await ended(database, id)

    def template(tx: Tx) -> dict[str, Any]:
        row = next(one for one in outbox_rows(tx, id) if one["purpose"] == "feedback")
        return dict(row["body"])

    assert not list(check_limits(await database.read(template)))
    assert "utter_ocena_pytanie" not in await street.said(id)
    conversation = await street.conversation(id)
    answer = given(found.id, "2", " Za długo. ")
    now = to_ms(clock())
    assert await database.run(lambda tx: desk.feedback_given(tx, conversation, answer, now))
    kept = await ended(database, id)
    assert (kept.rating, kept.rating_comment) == ("nie", "Za długo.")
    assert (await street.said(id))[-1] == "utter_ocena_komentarz"


def outbox_rows(tx: Tx, id: str) -> list[dict[str, Any]]:
    query = outbox_table.select().where(outbox_table.c.conversation_id == id)
    return [dict(row._mapping) for row in tx.execute(query)]


async def test_refused_by_the_platform_it_is_asked_with_quick_replies(
    street: Street, desk: Desk, database: Database, anna: Agent
) -> None:
    id = await street.customer()
    await helped(street, desk, anna, id)
    sent = f"handoff:{(await ended(database, id)).id}:feedback"

    def refuse(tx: Tx) -> None:
        outbox.finish(tx, sent, Status.FAILED, failure="bad_request")
        desk.changed(tx, id, "status", outbox_id=sent)
        desk.changed(tx, id, "status", outbox_id=sent)

    await database.run(refuse)
    assert (await street.said(id)).count("utter_ocena_pytanie") == 1


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"feedback_screens": [None, {"questions": None}, {"questions": {"ocena_1": None}}]},
        {"feedback_screens": [{"questions": {"csat_t9": {"payload": "4"}}}]},
        given(1, "0"),
        given(1, "6"),
        given(1, "pięć"),
        given(10**17, "5"),
    ],
)
async def test_what_is_no_answer_to_our_question_changes_nothing(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock, extra: dict[str, Any]
) -> None:
    id = await street.customer()
    await helped(street, desk, anna, id)
    conversation, now = await street.conversation(id), to_ms(clock())
    assert not await database.run(lambda tx: desk.feedback_given(tx, conversation, extra, now))


async def test_somebody_elses_question_is_not_answered(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    mine, other = await street.customer("1"), await street.customer("2")
    await helped(street, desk, anna, mine)
    conversation, now = await street.conversation(other), to_ms(clock())
    answer = given((await ended(database, mine)).id, "5")
    assert not await database.run(lambda tx: desk.feedback_given(tx, conversation, answer, now))


def test_five_stars_are_three_answers() -> None:
    found = [feedback.answer_in(given(1, str(score))) for score in range(1, 6)]
    assert [one.rating for one in found if one] == ["nie", "nie", "czesciowo", "tak", "tak"]


async def test_whoever_was_left_without_an_answer_is_not_asked_how_it_was(
    street: Street, desk: Desk, database: Database, anna: Agent, clock: HeldClock
) -> None:
    async def hindrance(id: str) -> NotAsked | None:
        conversation, now = await street.conversation(id), to_ms(clock())
        return await database.read(lambda tx: desk.ratings.hindrance(tx, conversation, now))

    silent = await street.customer("1")
    await street.asks_for_a_person(silent)
    await desk.take(anna, silent)
    await desk.close(anna, silent, ask_rating=True)
    assert await hindrance(silent) is NotAsked.UNANSWERED, "nobody wrote a word"
    asking, thanking, complaining = [await street.customer(str(n)) for n in (2, 3, 4)]
    for id, last in ((asking, "A kiedy będą pieniądze?"), (thanking, "dzięki"), (complaining, "Zaniżyliście wycenę")):
        await street.asks_for_a_person(id)
        await desk.take(anna, id)
        await desk.answer(anna, id, "Już sprawdzam.", key=id)
        clock.pass_(seconds=5)
        await street.writes(id, last)
        await desk.close(anna, id)
    assert await hindrance(asking) is NotAsked.UNANSWERED
    assert await hindrance(complaining) is NotAsked.UNANSWERED
    assert await hindrance(thanking) is None
    gone = await ended(database, thanking)
    await database.run(lambda tx: handoffs.change(tx, gone.id, ending=Ending.ABANDONED.value))
    assert await hindrance(thanking) is NotAsked.UNANSWERED
