"""Every state with every move: what the table allows happens, what it does not is refused."""

from __future__ import annotations

from itertools import product

import pytest

from bot.errors import IllegalMove
from bot.store import conversations
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from handoff import ownership
from handoff.ownership import Move, Overtaken, Owner
from tests.handoff.conftest import Street

# Written out by hand, so that a changed row of the table has to be meant twice. "-" is refused.
EXPECTED = """
            bot        waiting    agent      elsewhere
request     waiting    -          -          -
take        agent      agent      -          agent
assign      agent      agent      agent      agent
requeue     -          waiting    waiting    waiting
return      -          bot        bot        bot
close       -          bot        bot        bot
go_elsewhere elsewhere elsewhere  elsewhere  -
"""


def expected() -> dict[tuple[str, str], str]:
    head, *lines = [line.split() for line in EXPECTED.strip().splitlines()]
    return {(state, line[0]): cell for line in lines for state, cell in zip(head, line[1:], strict=True)}


PRODUCT = list(product(Owner, Move))


def test_the_expectation_covers_the_full_product() -> None:
    assert set(expected()) == {(o.value, m.value) for o, m in PRODUCT}


@pytest.mark.parametrize(("owner", "move"), PRODUCT, ids=lambda v: v.value)
async def test_a_move_leads_where_the_table_says_or_is_refused(
    owner: Owner, move: Move, database: Database, street: Street, anna: Agent
) -> None:
    agent_id = anna.id if owner is Owner.AGENT else None
    id = await street.customer(owner=owner.value, agent_id=agent_id, epoch=5)

    def work(tx: Tx) -> str:
        before = conversations.find(tx, id)
        assert before is not None
        return ownership.move(tx, before, move, now=1, agent_id=anna.id).owner

    wanted = expected()[owner.value, move.value]
    if wanted == "-":
        with pytest.raises(IllegalMove) as refused:
            await database.run(work)
        assert (refused.value.state, refused.value.move) == (owner.value, move.value)
        assert (await street.conversation(id)).epoch == 5
        return
    assert await database.run(work) == wanted
    now = await street.conversation(id)
    assert (now.owner, now.epoch) == (wanted, 6)
    assert (now.agent_id is not None) == (wanted == "agent")
    assert (now.waiting_since is not None) == (wanted == "waiting")


async def test_a_move_decided_on_an_epoch_that_is_over_is_refused(database: Database, street: Street) -> None:
    id = await street.customer()
    stale = await street.conversation(id)
    await database.run(lambda tx: ownership.move(tx, stale, Move.REQUEST, now=1))
    with pytest.raises(Overtaken):
        await database.run(lambda tx: ownership.move(tx, stale, Move.GO_ELSEWHERE, now=1))


def test_no_state_is_a_dead_end() -> None:
    assert all(ownership.allowed(owner) for owner in Owner)
