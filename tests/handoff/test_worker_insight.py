"""The worker's own turn: what was not understood is collected, and a complaint noticed, as the turn is committed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.dialogue.saying import Option, Say
from bot.dialogue.turns import Dialogue, Turn
from bot.intake.acquaintance import Acquaintance
from bot.intake.events import Events
from bot.intake.lanes import Claim
from bot.intake.media import Media
from bot.intake.turns import Turns
from bot.outbox.speaker import Speaker
from bot.settings import Settings
from bot.store import complaints, misreadings
from bot.store.customers import Customer
from bot.store.database import Database
from bot.store.outbox import Queued
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_worker_side import message
from tests.handoff.voice import PlainVoice

OFFERED = Say("utter_fallback", purpose="fallback", options=(Option({"kind": "intent", "intent": "faq/raty"}),))


class Understanding:
    """Answers what the test lays out, one turn after the other, and holds to no edition."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def moves(self, conversation: object) -> bool:
        return False

    async def take_turn(self, *given: object, taken_before: bool) -> Turn:
        return self.turns.pop(0)


class Mouth(PlainVoice):
    """The voice of the desk's tests, as the worker calls it."""

    def texts_of(self, snapshot: object, response: str) -> dict[str, Any]:
        """No flow here asks for consent."""
        return {}

    async def _put_first(self, conversation: str, *, first: bool) -> None:
        """No lane here."""

    @property
    def lanes(self) -> Any:
        return SimpleNamespace(inward=SimpleNamespace(put_first=self._put_first))

    def say(self, *args: Any, epoch: int = 0, listener: object = None, **named: Any) -> list[Queued]:
        return super().say(*args, **named)


class Acquainted:
    async def meet(self, customer: Customer) -> Customer:
        return customer


@pytest.fixture
def understanding() -> Understanding:
    return Understanding()


@pytest.fixture
def events(
    database: Database, desk: Desk, settings: Settings, clock: HeldClock, understanding: Understanding
) -> Events:
    mouth, known = cast(Speaker, Mouth()), cast(Acquaintance, Acquainted())
    turns = Turns(database, cast(Dialogue, understanding), mouth, desk, known, settings, clock)
    return Events(database, turns, desk, cast(Media, None), settings, clock)


async def hears(events: Events, id: str, text: str, n: int) -> None:
    await events.handle(Claim(id, n, 1, ()), message(text, f"m{n}"))


async def test_a_fallback_is_collected_once_and_the_words_after_it_say_what_was_meant(
    events: Events, street: Street, database: Database, understanding: Understanding
) -> None:
    id = await street.customer()
    understood = {"intent": {"name": "faq/raty"}, "understood": "yes"}
    understanding.turns = [Turn([OFFERED], state={"fallbacks": 1}), Turn([Say("utter_x")], understood=understood)]
    await hears(events, id, "hulajnoga", 1)
    await hears(events, id, "hulajnoga", 1)
    await hears(events, id, "raty", 2)
    [found] = await database.read(lambda tx: misreadings.open_ones(tx, 10))
    assert (found.text, found.offered, found.chosen) == ("hulajnoga", ["faq/raty"], "faq/raty")


async def test_who_contradicts_has_the_message_before_collected(
    events: Events, street: Street, database: Database, understanding: Understanding
) -> None:
    id = await street.customer()
    raty = {"intent": {"name": "faq/raty"}, "intent_ranking": [{"name": "faq/raty", "confidence": 0.9}]}
    understanding.turns = [Turn([Say("utter_faq/raty")], understood=raty), Turn([Say("utter_pomoc")])]
    await hears(events, id, "kwartalnie się da", 1)
    await hears(events, id, "nie o to mi chodzi", 2)
    [found] = await database.read(lambda tx: misreadings.open_ones(tx, 10))
    assert (found.kind, found.text, found.offered) == ("corrected", "kwartalnie się da", ["faq/raty"])


async def test_a_bitter_question_brings_a_person_of_the_department_and_starts_the_clock(
    events: Events, street: Street, database: Database, understanding: Understanding
) -> None:
    id = await street.customer()
    understanding.turns = [Turn([Say("utter_faq/czas_likwidacji", purpose="answer")])]
    await hears(events, id, "Ile jeszcze mam czekać na odszkodowanie?", 1)
    conversation = await street.conversation(id)
    assert (conversation.owner, conversation.reason, conversation.department) == ("waiting", "skarga", "szkody")
    assert (await street.said(id))[:2] == ["utter_frustracja_przeprosiny", "utter_faq/czas_likwidacji"]
    assert len(await database.read(lambda tx: complaints.open_of(tx, [id]))) == 1
