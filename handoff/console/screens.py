"""Reads what a screen shows and draws it: the lists, one conversation, its card."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.clock import WARSAW
from bot.language import Address
from bot.store import agents, conversations, desk_queries, messages, notes
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.desk_queries import Counts, List, ListRow
from bot.store.messages import Message
from bot.store.notes import Note
from bot.store.times import to_ms
from handoff import canned, card, events, viewers
from handoff.board import read_board
from handoff.card import Card
from handoff.console.pages import Pages
from handoff.desk import Desk
from handoff.doubts import Doubt, doubts
from handoff.floor import NoSuchConversation
from handoff.ownership import Move, Owner, allowed
from handoff.ports import Names

MESSAGES_SHOWN = 60

LIST_NAMES = {
    List.WAITING: "Czekają",
    List.MINE: "Moje",
    List.OPEN: "Otwarte",
    List.BOT: "Asystent",
    List.ASKED: "Pytania",
    List.COMPLAINTS: "Reklamacje",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the agent is looking at in the left pane."""

    which: List = List.WAITING
    words: str = ""
    department: str = ""

    @property
    def query(self) -> str:
        return f"lista={self.which.value}"


@dataclass(frozen=True, slots=True)
class Lists:
    rows: list[ListRow]
    counts: Counts
    staff: dict[int, Agent]


@dataclass(frozen=True, slots=True)
class Thread:
    conversation: Conversation
    row: ListRow
    card: Card
    entries: list[Message | Note]
    staff: dict[int, Agent]
    moves: frozenset[Move]
    proposed: str | None  # the first sentences, while the agent has not yet written any


class Screens:
    def __init__(self, desk: Desk, redis: Redis, pages: Pages, names: Names) -> None:
        self.desk = desk
        self.database = desk.database
        self.redis = redis
        self.pages = pages
        self.names = names

    async def whole(self, agent: Agent, view: View, conversation_id: str | None) -> str:
        """The page: lists, and a conversation where one is open."""
        # The position comes first: what happens between it and the look at SQL is then told again, not missed.
        position = await events.newest_id(self.redis)

        def look(tx: Tx) -> tuple[Lists, Thread | None]:
            return self._lists(tx, agent, view), self._thread(tx, agent, conversation_id) if conversation_id else None

        lists, thread = await self.database.read(look)
        return self.pages.draw(
            "desk.html", agent=agent, view=view, lists=lists, thread=thread, position=position, list_names=LIST_NAMES
        )

    async def lists(self, agent: Agent, view: View) -> str:
        lists = await self.database.read(lambda tx: self._lists(tx, agent, view))
        return self.pages.draw("_lists.html", agent=agent, view=view, lists=lists, list_names=LIST_NAMES)

    async def conversation(self, agent: Agent, view: View, conversation_id: str) -> str:
        position = await events.newest_id(self.redis)
        thread = await self.database.read(lambda tx: self._thread(tx, agent, conversation_id))
        return self.pages.draw("_conversation.html", agent=agent, view=view, thread=thread, position=position)

    async def part(self, agent: Agent, conversation_id: str, template: str) -> str:
        """One part of an open conversation: its head, its composer, its card."""
        thread = await self.database.read(lambda tx: self._thread(tx, agent, conversation_id))
        return self.pages.draw(template, agent=agent, thread=thread)

    async def earlier(self, conversation_id: str, before: int) -> str:
        """The messages before the one with id `before`."""
        found = await self.database.read(
            lambda tx: messages.of_conversation(tx, conversation_id, before=before, limit=MESSAGES_SHOWN)
        )
        return self.pages.draw(
            "_earlier.html", entries=found, conversation_id=conversation_id, shown=MESSAGES_SHOWN, agents={}
        )

    async def board(self, agent: Agent) -> str:
        """The supervisors' view: who waits, who works, where the assistant's conversations stand."""
        now = self.pages.clock()
        midnight = now.astimezone(WARSAW).replace(hour=0, minute=0, second=0, microsecond=0)
        house = self.desk.floor.house
        board = await self.database.read(lambda tx: read_board(tx, to_ms(midnight), house.hours(tx).is_open(now)))
        position = await events.newest_id(self.redis)
        return self.pages.draw("board.html", agent=agent, board=board, position=position)

    def _lists(self, tx: Tx, agent: Agent, view: View) -> Lists:
        if view.words.strip():
            found = desk_queries.find(tx, view.words)
        else:
            found = desk_queries.rows(
                tx, view.which, agent_id=agent.id, departments=agent.departments, department=view.department or None
            )
        return Lists(found, desk_queries.counts(tx), {a.id: a for a in agents.everybody(tx)})

    def _thread(self, tx: Tx, agent: Agent, conversation_id: str) -> Thread:
        conversation = conversations.find(tx, conversation_id)
        rows = desk_queries.rows_by_id(tx, [conversation_id])
        if conversation is None or not rows:
            raise NoSuchConversation
        shown = messages.of_conversation(tx, conversation_id, limit=MESSAGES_SHOWN)
        beside = notes.of_conversation(tx, conversation_id, shown[0].at if len(shown) == MESSAGES_SHOWN else 0)
        entries: list[Message | Note] = sorted([*shown, *beside], key=lambda entry: entry.at)
        drawn = card.read(tx, conversation, self.names, self.desk.field_kind)
        return Thread(
            conversation=conversation,
            row=rows[0],
            card=drawn,
            entries=entries,
            staff={a.id: a for a in agents.everybody(tx)},
            moves=allowed(Owner(conversation.owner)),
            proposed=self._proposed(agent, drawn),
        )

    def _proposed(self, agent: Agent, drawn: Card) -> str | None:
        is_first = drawn.handoff is not None and drawn.handoff.first_answer_at is None
        if not is_first or drawn.conversation.agent_id != agent.id:
            return None
        return canned.greeting(self.names, self.desk.floor.voice, agent, drawn)

    async def canned(self, agent: Agent, conversation_id: str) -> str:
        """The canned replies in this customer's form of address."""
        thread = await self.database.read(lambda tx: self._thread(tx, agent, conversation_id))
        found = canned.replies(self.names, self.desk.floor.voice, agent, thread.card)
        return self.pages.draw("_canned.html", replies=found)

    async def doubts(self, agent: Agent, conversation_id: str, text: str) -> list[Doubt]:
        """What to look at before `text` leaves for this customer."""
        thread = await self.database.read(lambda tx: self._thread(tx, agent, conversation_id))
        address = Address(thread.card.address) if thread.card.address else None
        return await asyncio.to_thread(doubts, text, address)

    async def watching(self, agent: Agent, conversation_id: str) -> str:
        """Which colleagues have the conversation open."""
        ids = await viewers.who(self.redis, conversation_id, to_ms(self.pages.clock()))
        staff = await self.database.read(agents.everybody)
        others = [a for a in staff if a.id in ids and a.id != agent.id]
        return self.pages.draw("_watching.html", others=others)

    async def staff(self, agent: Agent, template: str = "_staff.html") -> str:
        """Colleagues, their presence and load: for giving a conversation to one of them."""

        def look(tx: Tx) -> tuple[list[Agent], dict[int, int]]:
            return agents.everybody(tx), agents.load(tx)

        staff, load = await self.database.read(look)
        return self.pages.draw(template, agent=agent, staff=staff, load=load)
