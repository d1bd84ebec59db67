"""What supervisors set on the console: in force in every process, over the settings and the files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import ContentFault
from bot.store.agents import Agent
from bot.store.database import Database
from handoff.hours import parse_hours
from handoff.house import CANNED, DEPARTMENTS, House
from tests.handoff.names import PlainNames

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SUNDAY_NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
NEW = {"nazwa": "Flota", "M": "dział flot", "D": "działu flot"}


@pytest.fixture
def here() -> House:
    return House(PlainNames(), "pn-pt 08:00-20:00", kept_s=0)


@pytest.fixture
def elsewhere() -> House:
    """The same house as another process sees it."""
    return House(PlainNames(), "pn-pt 08:00-20:00", kept_s=0)


async def test_hours_set_in_one_process_are_in_force_in_another(
    database: Database, here: House, elsewhere: House, ewa: Agent
) -> None:
    assert await database.read(lambda tx: elsewhere.is_open(tx)(MONDAY_NOON))
    await database.run(lambda tx: here.put_hours(tx, "nd 10:00-14:00", agent_id=ewa.id, now=1))
    is_open = await database.read(elsewhere.is_open)
    assert (is_open(MONDAY_NOON), is_open(SUNDAY_NOON)) == (False, True)


async def test_hours_that_cannot_be_read_are_not_kept(database: Database, here: House, ewa: Agent) -> None:
    with pytest.raises(ContentFault):
        await database.run(lambda tx: here.put_hours(tx, "kiedy bądź", agent_id=ewa.id, now=1))
    assert await database.read(lambda tx: here.is_open(tx)(MONDAY_NOON))


async def test_departments_and_replies_set_here_are_named_there_and_can_be_taken_back(
    database: Database, here: House, elsewhere: House, ewa: Agent
) -> None:
    def choose(tx: object) -> None:
        for section, code in ((DEPARTMENTS, "flota"), (DEPARTMENTS, "szkody"), (CANNED, "powitanie")):
            entry = None if section == CANNED else NEW
            here.put_entry(tx, section, code, entry, agent_id=ewa.id, now=1)  # type: ignore[arg-type]

    await database.run(choose)
    await database.read(elsewhere.look)
    names = elsewhere.names
    assert (names.department("flota"), names.department("szkody")) == ("dział flot", "dział flot")
    assert names.department("polisy") == "dział polis"
    assert "powitanie" not in names.section(CANNED)
    await database.run(lambda tx: elsewhere.restore_entry(tx, DEPARTMENTS, "szkody", agent_id=ewa.id, now=2))
    await database.run(lambda tx: elsewhere.put_entry(tx, DEPARTMENTS, "flota", None, agent_id=ewa.id, now=2))
    await database.run(lambda tx: elsewhere.restore_entry(tx, CANNED, "powitanie", agent_id=ewa.id, now=2))
    await database.read(here.look)
    assert here.names.department("szkody") == "dział szkód"
    assert "flota" not in here.names.section(DEPARTMENTS)
    assert "powitanie" in here.names.section(CANNED)


async def test_what_was_read_a_moment_ago_is_not_read_again_until_something_is_chosen(
    database: Database, elsewhere: House, ewa: Agent
) -> None:
    house = House(PlainNames(), "pn-pt 08:00-20:00", kept_s=3600)
    assert await database.read(lambda tx: house.hours(tx)) == parse_hours("pn-pt 08:00-20:00")
    await database.run(lambda tx: elsewhere.put_hours(tx, "pn 08:00-09:00", agent_id=ewa.id, now=1))
    assert await database.read(lambda tx: house.hours(tx)) == parse_hours("pn-pt 08:00-20:00")
    await database.run(lambda tx: house.put_hours(tx, "nd 08:00-09:00", agent_id=ewa.id, now=1))
    assert await database.read(lambda tx: house.hours(tx)) == parse_hours("nd 08:00-09:00")
