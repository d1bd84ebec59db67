"""Automatic assignment: fewest conversations first, departments as skills, off until somebody switches it on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Rejected
from bot.store import agents
from bot.store.agents import Agent, Presence
from bot.store.database import Database
from handoff.desk import Desk
from handoff.routing import Assignment, Wait, plan
from handoff.side_acts import NotAllowed
from tests.handoff.conftest import HeldClock, Street

AUTOMATIC = Assignment(automatic=True, most=2)
SOMEBODY = Agent(0, "a", "-", "A", "B", "f", "t", "agent", [], None, {}, Presence.AVAILABLE.value, 0, 0, None, True, 0)


def staff(*departments: list[str]) -> list[Agent]:
    return [replace(SOMEBODY, id=n + 1, departments=each) for n, each in enumerate(departments)]


def wait(n: int, department: str | None = "szkody", *, urgent: bool = False, left_by: int | None = None) -> Wait:
    return Wait(f"c{n}", department, n, urgent, left_by)


def test_the_longest_wait_goes_to_the_agent_with_the_fewest() -> None:
    given_out = plan([wait(2), wait(1)], staff(["szkody"], ["szkody"]), {1: 3, 2: 1}, 9)
    assert given_out == [("c1", 2), ("c2", 2)]


def test_ten_at_once_are_spread() -> None:
    given_out = plan([wait(n) for n in range(10)], staff(["szkody"], ["szkody"]), {}, 9)
    assert [sum(agent == one for _, agent in given_out) for one in (1, 2)] == [5, 5]


def test_nobody_gets_what_their_department_does_not_do() -> None:
    assert plan([wait(1, "polisy")], staff(["szkody"]), {}, 9) == []
    assert plan([wait(1, "polisy")], staff(["szkody"], []), {}, 9) == [("c1", 2)]


def test_the_injured_come_before_those_who_wait_longer() -> None:
    assert plan([wait(1), wait(5, urgent=True)], staff(["szkody"]), {}, 1) == [("c5", 1)]


def test_who_put_it_back_does_not_get_it_again() -> None:
    assert plan([wait(1, left_by=1)], staff(["szkody"]), {}, 9) == []


@given(
    loads=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    waits=st.lists(st.sampled_from(["szkody", "polisy"]), max_size=12),
    most=st.integers(1, 6),
)
def test_no_plan_overloads_or_gives_one_conversation_twice(loads: list[int], waits: list[str], most: int) -> None:
    people = staff(*(["szkody"] if n % 2 else ["szkody", "polisy"] for n in range(len(loads))))
    load = {agent.id: held for agent, held in zip(people, loads, strict=True)}
    given_out = plan([wait(n, department) for n, department in enumerate(waits)], people, load, most)
    assert len({id for id, _ in given_out}) == len(given_out)
    for agent in people:
        got = sum(one == agent.id for _, one in given_out)
        assert got == 0 or load[agent.id] + got <= most


@pytest.fixture
async def at_the_desk(desk: Desk, anna: Agent, jan: Agent) -> tuple[Agent, Agent]:
    for agent in (anna, jan):
        await desk.choose_presence(agent, Presence.AVAILABLE)
    return anna, jan


async def test_it_is_off_until_a_supervisor_switches_it_on(
    desk: Desk, street: Street, at_the_desk: tuple[Agent, Agent], ewa: Agent
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.watch()
    assert (await street.conversation(id)).owner == "waiting"
    with pytest.raises(NotAllowed):
        await desk.choose_assignment(at_the_desk[0], AUTOMATIC)
    with pytest.raises(Rejected, match="assignment_most"):
        await desk.choose_assignment(ewa, Assignment(automatic=True, most=0))
    await desk.choose_assignment(ewa, AUTOMATIC)
    await desk.watch()
    found = await street.conversation(id)
    assert (found.owner, found.agent_id) == ("agent", at_the_desk[0].id)
    assert (await street.said(id))[-1] == "utter_agent_joined"


async def test_each_gets_as_many_as_they_may_and_the_rest_wait(
    desk: Desk, street: Street, at_the_desk: tuple[Agent, Agent], ewa: Agent, clock: HeldClock, database: Database
) -> None:
    await desk.choose_assignment(ewa, AUTOMATIC)
    ids = []
    for n in range(5):
        ids.append(await street.customer(str(n)))
        await street.asks_for_a_person(ids[-1])
        clock.pass_(seconds=1)
    await desk.watch()
    await desk.watch()
    assert await database.read(agents.load) == {at_the_desk[0].id: 2, at_the_desk[1].id: 2}
    assert (await street.conversation(ids[-1])).owner == "waiting"


async def test_who_is_busy_or_gone_gets_nothing(
    desk: Desk, street: Street, at_the_desk: tuple[Agent, Agent], ewa: Agent, clock: HeldClock
) -> None:
    anna, jan = at_the_desk
    await desk.choose_assignment(ewa, AUTOMATIC)
    await desk.choose_presence(anna, Presence.BUSY)
    clock.pass_(minutes=5)
    await desk.choose_presence(anna, Presence.BUSY)
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.watch()
    assert (await street.conversation(id)).owner == "waiting"
    await desk.is_here(jan)
    await desk.watch()
    assert (await street.conversation(id)).agent_id == jan.id


async def test_what_was_put_back_goes_to_somebody_else(
    desk: Desk, street: Street, at_the_desk: tuple[Agent, Agent], ewa: Agent
) -> None:
    anna, jan = at_the_desk
    id = await street.customer()
    await desk.take(anna, id)
    await desk.choose_assignment(ewa, AUTOMATIC)
    await desk.requeue(anna, id, "szkody")
    await desk.watch()
    assert (await street.conversation(id)).agent_id == jan.id
