"""Somebody in danger is told whom to call, whoever has the conversation and whatever is away; a person comes first."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from bot.dialogue.saying import Say
from bot.dialogue.turns import Turn
from bot.errors import RasaUnavailable
from bot.intake.events import Events
from bot.store import desk_queries, handoffs
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.desk_queries import List
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import browser, log_in
from tests.handoff.test_worker_insight import Understanding, events, hears, understanding

__all__ = ["browser", "events", "understanding"]

UNCONSCIOUS = "żona straciła przytomność"
SAD = "nie chcę już żyć"
LIKELY = "pali się kontrolka od oleju"


async def test_who_waits_for_a_person_at_night_is_not_left_alone_with_it(
    street: Street, clock: HeldClock, database: Database
) -> None:
    clock.pass_(hours=10)
    id = await street.customer()
    await street.asks_for_a_person(id)
    await street.writes(id, UNCONSCIOUS)
    await street.writes(id, "mąż też stracił przytomność")
    said = await street.said(id)
    assert said.count("utter_alarm_112") == 1
    assert "utter_handoff_added" not in said[: said.index("utter_alarm_112")]
    going_on = await database.read(lambda tx: handoffs.open_of(tx, id))
    assert going_on is not None and going_on.reason == "zagrozenie"
    assert (await street.conversation(id)).reason == "zagrozenie"


async def test_who_is_in_danger_stands_before_those_who_have_waited_longer(
    street: Street, clock: HeldClock, database: Database, browser: httpx.AsyncClient
) -> None:
    first, second = await street.customer("1"), await street.customer("2")
    await street.asks_for_a_person(first)
    clock.pass_(minutes=5)
    await street.asks_for_a_person(second)
    await street.writes(second, SAD)
    assert "utter_alarm_kryzys" in await street.said(second)
    rows = await database.read(lambda tx: desk_queries.rows(tx, List.WAITING, agent_id=0))
    assert [row.id for row in rows] == [second, first]
    await log_in(browser, "anna", "anna")
    shown = (await browser.get("/konsola")).text
    assert shown.index(f'id="r-{second}"') < shown.index(f'id="r-{first}"')
    # By this the browser keeps the order when rows are drawn anew.
    assert re.findall(r'id="r-([^"]+)"[^>]* data-pilne', shown) == [second]


async def test_what_only_sounds_like_it_changes_no_place(street: Street, database: Database) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await street.writes(id, LIKELY)
    assert "utter_alarm_112" in await street.said(id)
    assert (await street.conversation(id)).reason == "prosba"


async def test_who_was_handed_over_as_urgent_has_been_told(street: Street) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id, reason="ranni")
    await street.writes(id, UNCONSCIOUS)
    assert await street.said(id) == ["utter_handoff_urgent", "utter_handoff_added"]


async def test_with_a_person_the_assistant_keeps_still(street: Street, desk: Desk, anna: Agent) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await street.writes(id, UNCONSCIOUS)
    assert "utter_alarm_112" not in await street.said(id)


async def test_a_turn_that_understood_nothing_becomes_the_alarm(
    events: Events, street: Street, understanding: Understanding
) -> None:
    id = await street.customer()
    understanding.turns = [Turn([Say("utter_fallback", purpose="fallback")])]
    await hears(events, id, UNCONSCIOUS, 1)
    assert await street.said(id) == ["utter_alarm_112", "utter_handoff_urgent"]
    conversation = await street.conversation(id)
    assert (conversation.owner, conversation.reason) == ("waiting", "zagrozenie")


async def test_danger_does_not_wait_for_a_dialogue_that_is_away(
    events: Events, street: Street, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*given: Any, taken_before: bool) -> Turn:
        raise RasaUnavailable

    monkeypatch.setattr(understanding, "take_turn", away)
    id = await street.customer()
    await hears(events, id, UNCONSCIOUS, 1)
    assert await street.said(id) == ["utter_alarm_112", "utter_handoff_urgent"]
    assert (await street.conversation(id)).reason == "zagrozenie"
