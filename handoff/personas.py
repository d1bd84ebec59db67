"""Agents as Messenger shows them: one persona an agent and page, made when first needed and kept with the account."""

from __future__ import annotations

from bot.errors import DyzurnyError
from bot.logs import logger
from bot.messenger.errors import GraphError
from bot.settings import Settings
from bot.store import agents
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from handoff.ports import Platform

# documentation/business-messaging/messenger-platform/send-messages/personas, 22 Apr 2026
NAME_LIMIT = 50
PORTRAIT = "/konsola/static/1/portret.png"

log = logger("desk")


def shown_name(agent: Agent) -> str:
    """First name and role: "Anna, konsultantka, dział szkód"."""
    return f"{agent.first_name}, {agent.title}"[:NAME_LIMIT].rstrip(" ,")


class Personas:
    def __init__(self, database: Database, settings: Settings, platform: Platform | None) -> None:
        self.database = database
        self.settings = settings
        self.platform = platform

    async def ensure(self, agent: Agent, conversation_id: str) -> Agent:
        """The agent with a persona for this conversation's page; without one if the platform refuses just now."""
        page_id = conversation_id.partition(":")[0]
        if self.platform is None or page_id in agent.personas:
            return agent
        try:
            picture = agent.picture or self.settings.public_url + PORTRAIT
            persona = (await self.platform.create_persona(page_id, shown_name(agent), picture)).persona_id
        except (DyzurnyError, GraphError) as error:
            # The customer reads the name in the sentence that announces the agent all the same.
            log.warning("persona_not_made", agent=agent.id, page=page_id, error=type(error).__name__)
            return agent

        def keep(tx: Tx) -> Agent:
            fresh = agents.find(tx, agent.id)
            assert fresh is not None
            agents.change(tx, agent.id, personas={**fresh.personas, page_id: persona})
            changed = agents.find(tx, agent.id)
            assert changed is not None
            return changed

        return await self.database.run(keep)
