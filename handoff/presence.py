"""Who is at the desk: what an agent says of themselves, and whether their browser is still there."""

from __future__ import annotations

from bot.store import agents
from bot.store.agents import Agent, Presence
from bot.store.database import Tx

# An open console reports every minute; one that missed two is gone, whatever it last said.
REPORT_S = 60
GONE_AFTER_MS = 150_000


def of(agent: Agent, now: int) -> Presence:
    """The presence that others may rely on."""
    if agent.presence_at is None or now - agent.presence_at > GONE_AFTER_MS:
        return Presence.AWAY
    return Presence(agent.presence)


def somebody_is(tx: Tx, wanted: Presence, now: int) -> bool:
    return any(of(agent, now) is wanted for agent in agents.everybody(tx))


def report(tx: Tx, agent: Agent, now: int) -> bool:
    """The agent's console is open; True when that brings them back from being gone."""
    was_gone = agent.presence_at is None or now - agent.presence_at > GONE_AFTER_MS
    agents.change(tx, agent.id, presence_at=now)
    return was_gone and Presence(agent.presence) is not Presence.AWAY


def choose(tx: Tx, agent: Agent, presence: Presence, now: int) -> None:
    agents.change(tx, agent.id, presence=presence.value, presence_at=now)
