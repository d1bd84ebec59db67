"""How the help was: asked seldom, answered by a tap and perhaps a sentence, never in place of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.settings import Settings
from bot.store import handoffs
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.handoffs import Handoff
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street

TAP = {"kind": "answer", "slot": "ocena", "value": "nie"}


@pytest.fixture
async def closed(street: Street, desk: Desk, anna: Agent) -> str:
    """A conversation that was closed with the question how it was."""
    id = await street.customer()
    await helped(street, desk, anna, id)
    return id


async def helped(street: Street, desk: Desk, anna: Agent, id: str) -> None:
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await desk.answer(anna, id, "Załatwione.", key=f"answer{to_ms(street.clock())}")
    await desk.close(anna, id, ask_rating=True)


async def sends(street: Street, desk: Desk, id: str, text: str, command: dict[str, Any] | None = None) -> bool:
    """As the worker does: ask whether it is the desk's, and give it to the desk; else it is only on record."""
    before, now = await street.conversation(id), to_ms(street.clock())
    if not await desk.database.read(lambda tx: desk.concerns_rating(tx, before, command, text, now)):
        await street.writes(id, text)
        return False
    await desk.database.run(lambda tx: desk.take_rating(tx, before, command, text, now))
    return True


async def kept(database: Database, id: str) -> Handoff:
    found = await database.read(lambda tx: handoffs.last_ended(tx, id))
    assert found is not None
    return found


async def test_a_tap_and_the_sentence_after_it_are_kept_and_thanked_for(
    street: Street, desk: Desk, database: Database, closed: str, clock: HeldClock
) -> None:
    assert await sends(street, desk, closed, "Nie", TAP)
    clock.pass_(minutes=2)
    assert await sends(street, desk, closed, "Za długo to trwało, ale pani była miła.")
    found = await kept(database, closed)
    assert (found.rating, found.rating_comment) == ("nie", "Za długo to trwało, ale pani była miła.")
    assert (await street.said(closed))[-2:] == ["utter_ocena_dziekujemy", "utter_ocena_komentarz"]
    assert not await sends(street, desk, closed, "I jeszcze coś."), "one sentence was asked for"


@pytest.mark.parametrize("text", ["A kiedy będą pieniądze?", "konsultant", "Chcę zgłosić szkodę", "", "Proszę o numer"])
async def test_what_wants_an_answer_is_no_comment_and_ends_the_chance_of_one(
    street: Street, desk: Desk, database: Database, closed: str, clock: HeldClock, text: str
) -> None:
    await sends(street, desk, closed, "Nie", TAP)
    clock.pass_(seconds=20)
    assert not await sends(street, desk, closed, text)
    assert not await sends(street, desk, closed, "Stłuczka na rondzie.")
    assert (await kept(database, closed)).rating_comment is None


async def test_a_sentence_long_after_the_tap_is_a_new_matter(
    street: Street, desk: Desk, closed: str, clock: HeldClock
) -> None:
    await sends(street, desk, closed, "Nie", TAP)
    clock.pass_(minutes=11)
    assert not await sends(street, desk, closed, "Stłuczka na rondzie.")


async def test_without_a_tap_no_message_is_a_comment(street: Street, desk: Desk, closed: str) -> None:
    assert not await sends(street, desk, closed, "Pani Anna bardzo mi pomogła.")


async def test_a_second_tap_changes_the_rating_and_is_not_thanked_for_again(
    street: Street, desk: Desk, database: Database, closed: str
) -> None:
    await sends(street, desk, closed, "Nie", TAP)
    await sends(street, desk, closed, "Tak", {**TAP, "value": "tak"})
    assert (await kept(database, closed)).rating == "tak"
    assert (await street.said(closed)).count("utter_ocena_dziekujemy") == 1


async def test_a_tap_on_an_old_button_or_with_another_value_rates_nothing(
    street: Street, desk: Desk, database: Database, closed: str, clock: HeldClock
) -> None:
    await sends(street, desk, closed, "?", {**TAP, "value": "super"})
    clock.pass_(days=8)
    assert not await sends(street, desk, closed, "Nie", TAP)
    assert (await kept(database, closed)).rating is None


async def test_nobody_is_asked_twice_within_the_pause(
    street: Street, desk: Desk, anna: Agent, closed: str, clock: HeldClock, settings: Settings
) -> None:
    clock.pass_(days=settings.rating_pause.days - 1)
    await street.writes(closed, "Dzień dobry")
    await helped(street, desk, anna, closed)
    assert (await street.said(closed)).count("utter_ocena_pytanie") == 1
    clock.pass_(days=2)
    await street.writes(closed, "Dzień dobry")
    await helped(street, desk, anna, closed)
    assert (await street.said(closed)).count("utter_ocena_pytanie") == 2


async def test_outside_the_window_nobody_is_asked(street: Street, desk: Desk, anna: Agent, clock: HeldClock) -> None:
    id = await street.customer()
    clock.pass_(hours=25)
    await helped(street, desk, anna, id)
    assert "utter_ocena_pytanie" not in await street.said(id)
