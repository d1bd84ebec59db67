"""What an agent does with a conversation: take, answer, give on, give back, close. Steps inside a transaction."""

from __future__ import annotations

from bot.errors import SendRefused
from bot.messenger import policy
from bot.metrics import FIRST_ANSWER
from bot.reports import ledger
from bot.store import agents, conversations, desk_queries, handoffs, timers
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Ending
from bot.store.times import from_ms
from handoff import ownership
from handoff.floor import Floor, top_frame
from handoff.ownership import Move, Owner
from handoff.ratings import Ratings

TAKEN_UNASKED = "przejecie"


class AgentActs:
    def __init__(self, floor: Floor, ratings: Ratings) -> None:
        self.floor = floor
        self.ratings = ratings

    def take(self, tx: Tx, agent: Agent, conversation_id: str) -> Conversation:
        """The agent speaks from now on; again for one's own changes nothing. Raises NotYours for a colleague's."""
        conversation = self.floor.find(tx, conversation_id)
        if Owner(conversation.owner) is Owner.AGENT:
            if conversation.agent_id == agent.id:
                return conversation
            raise self.floor.not_yours(tx, conversation)
        now = self.floor.now()
        moved = ownership.move(tx, conversation, Move.TAKE, now=now, agent_id=agent.id)
        self._accepted(tx, moved, agent, now)
        self._say_joined(tx, moved, agent, "utter_agent_joined", now)
        self.floor.owner_changed(tx, moved, f"agent:{agent.id}", "handoff_taken", now)
        return moved

    def assign(self, tx: Tx, agent: Agent, conversation_id: str, to: Agent) -> Conversation:
        """Give it to a colleague: one's own or a waiting one; a supervisor, anybody's."""
        conversation = self.floor.find(tx, conversation_id)
        if Owner(conversation.owner) is Owner.AGENT:
            self.floor.held_by(tx, agent, conversation_id, or_supervised=True)
        now = self.floor.now()
        moved = ownership.move(tx, conversation, Move.ASSIGN, now=now, agent_id=to.id)
        self._accepted(tx, moved, to, now)
        changed_hands = conversation.agent_id is not None
        self._say_joined(tx, moved, to, "utter_agent_changed" if changed_hands else "utter_agent_joined", now)
        self.floor.owner_changed(tx, moved, f"agent:{agent.id}", "handoff_assigned", now)
        return moved

    def route(self, tx: Tx, conversation_id: str, to: Agent) -> Conversation | None:
        """Give a conversation that still waits to `to`, as handoff/routing.py planned; None when it waits no more."""
        conversation = self.floor.find(tx, conversation_id)
        if Owner(conversation.owner) is not Owner.WAITING:
            return None
        now = self.floor.now()
        moved = ownership.move(tx, conversation, Move.ASSIGN, now=now, agent_id=to.id)
        self._accepted(tx, moved, to, now)
        # Nobody has looked at it yet, so it is unread for whoever got it.
        desk_queries.add_unread(tx, conversation_id)
        self._say_joined(tx, moved, to, "utter_agent_joined", now)
        self.floor.owner_changed(tx, moved, "system", "handoff_routed", now)
        return moved

    def requeue(self, tx: Tx, agent: Agent, conversation_id: str, department: str | None) -> Conversation:
        """Back among the waiting, for `department` where it is another one's matter."""
        conversation = self.floor.find(tx, conversation_id)
        if Owner(conversation.owner) is Owner.AGENT:
            self.floor.held_by(tx, agent, conversation_id, or_supervised=True)
        now = self.floor.now()
        moved = ownership.move(tx, conversation, Move.REQUEUE, now=now, department=department)
        going_on = handoffs.open_of(tx, conversation_id)
        if going_on is not None:
            # Who put it back stays on record: automatic assignment does not give it back to them.
            handoffs.change(tx, going_on.id, accepted_at=None, department=moved.department)
        self._say_of(tx, moved, "utter_agent_back_in_queue", now)
        self.floor.owner_changed(tx, moved, f"agent:{agent.id}", "handoff_requeued", now)
        return moved

    def answer(
        self,
        tx: Tx,
        agent: Agent,
        conversation_id: str,
        text: str,
        *,
        key: str,
        attachment: tuple[str, str] | None,
        reply_to: str | None,
    ) -> None:
        """Queue the agent's words; the same `key` twice is one message. `attachment` is its type and address.

        Raises NotYours, and SendRefused where the platform's window is over.
        """
        conversation = self.floor.held_by(tx, agent, conversation_id)
        now = self.floor.now()
        self._check_window(conversation, now)
        queued = self.floor.voice.write(
            tx,
            conversation,
            text,
            id=f"agent:{agent.id}:{key}",
            agent_id=agent.id,
            persona=agent.first_name,
            persona_id=agent.personas.get(conversation.page_id),
            now=now,
            attachment=attachment,
            reply_to=reply_to,
        )
        going_on = handoffs.open_of(tx, conversation_id)
        if going_on is not None and going_on.first_answer_at is None:
            handoffs.change(tx, going_on.id, first_answer_at=now)
            FIRST_ANSWER.observe(max(0, now - going_on.requested_at) / 1000)
            self.floor.told.card(tx, conversation_id)
        ledger.was_answered(tx, conversation_id)
        desk_queries.mark_read(tx, conversation_id)
        self.floor.told.queued(tx, conversation_id, queued)

    def hand_back(self, tx: Tx, agent: Agent, conversation_id: str) -> Conversation:
        """The assistant goes on where it was, with what the agent filled in meanwhile. Raises NotYours."""
        conversation = self.floor.held_by(tx, agent, conversation_id, or_supervised=True)
        now = self.floor.now()
        under_way = handoffs.open_of(tx, conversation_id)
        moved = ownership.move(tx, conversation, Move.RETURN, now=now)
        handoffs.end(tx, conversation_id, Ending.RETURNED, now)
        timers.cancel(tx, conversation_id, "desk:")
        self._say_left(tx, moved, conversation.agent_id, now)
        event = {"kind": "handback", "edits": (under_way.edits if under_way else None) or {}}
        self.floor.tell_worker(tx, moved.id, f"handback:{moved.id}:{moved.epoch}", event, now)
        desk_queries.mark_read(tx, conversation_id)
        self.floor.owner_changed(tx, moved, f"agent:{agent.id}", "handoff_returned", now)
        return moved

    def close(self, tx: Tx, agent: Agent, conversation_id: str, *, ask_rating: bool) -> Conversation:
        """The matter is over: the assistant begins anew with the customer's next message. Raises NotYours."""
        conversation = self.floor.held_by(tx, agent, conversation_id, or_supervised=True)
        now = self.floor.now()
        moved = ownership.move(tx, conversation, Move.CLOSE, now=now)
        handoffs.end(tx, conversation_id, Ending.CLOSED, now)
        timers.cancel(tx, conversation_id, "desk:")
        # A new tracker that restores nothing: otherwise the next message would answer the closed matter's question.
        conversations.change(tx, conversation_id, state=None, session_no=moved.session_no + 1, session_turns=0)
        self._say_of(tx, moved, "utter_agent_closed", now)
        if ask_rating:
            self.ratings.ask(tx, moved, now)
        desk_queries.mark_read(tx, conversation_id)
        self.floor.owner_changed(tx, moved, f"agent:{agent.id}", "handoff_closed", now)
        return moved

    def mark_read(self, tx: Tx, agent: Agent, conversation_id: str) -> None:
        conversation = self.floor.find(tx, conversation_id)
        if conversation.agent_id == agent.id and desk_queries.mark_read(tx, conversation_id):
            self.floor.told.row(tx, conversation_id)

    def _accepted(self, tx: Tx, conversation: Conversation, agent: Agent, now: int) -> None:
        going_on = handoffs.open_of(tx, conversation.id)
        if going_on is None:
            self._start_unasked(tx, conversation, agent, now)
        elif going_on.accepted_at is None:
            handoffs.change(tx, going_on.id, accepted_at=now, agent_id=agent.id)
        else:
            handoffs.change(tx, going_on.id, agent_id=agent.id)
        timers.cancel(tx, conversation.id, "desk:")
        desk_queries.mark_read(tx, conversation.id)

    def _start_unasked(self, tx: Tx, conversation: Conversation, agent: Agent, now: int) -> None:
        frame = top_frame(conversation)
        handoffs.start(
            tx,
            conversation_id=conversation.id,
            reason=conversation.reason or TAKEN_UNASKED,
            department=conversation.department,
            flow=frame.get("flow"),
            step=frame.get("step"),
            requested_at=now,
            accepted_at=now,
            agent_id=agent.id,
        )
        if conversation.reason is None:
            conversations.change(tx, conversation.id, reason=TAKEN_UNASKED)

    def _say_joined(self, tx: Tx, conversation: Conversation, agent: Agent, response: str, now: int) -> None:
        slots = {"imie": agent.first_name, "rola": agent.title}
        self.floor.say(tx, conversation, response, slots, f"owner:{conversation.id}:{conversation.epoch}", now)

    def _say_left(self, tx: Tx, conversation: Conversation, agent_id: int | None, now: int) -> None:
        agent = agents.find(tx, agent_id) if agent_id is not None else None
        if agent is None:
            # Nobody of us had spoken (a supervisor withdrew a wait): there is no name to take leave of.
            self.floor.say(tx, conversation, "utter_handoff_withdrawn", {}, self._id(conversation, "left"), now)
            return
        slots = {"imie": agent.first_name, "rola": agent.title}
        self.floor.say(tx, conversation, "utter_agent_left", slots, self._id(conversation, "left"), now)

    def _say_of(self, tx: Tx, conversation: Conversation, response: str, now: int) -> None:
        self.floor.say(tx, conversation, response, {}, self._id(conversation, response), now)

    @staticmethod
    def _id(conversation: Conversation, what: str) -> str:
        return f"owner:{conversation.id}:{conversation.epoch}:{what}"

    @staticmethod
    def _check_window(conversation: Conversation, now: int) -> None:
        wrote = conversation.last_customer_at
        age = from_ms(now) - from_ms(wrote) if wrote is not None else None
        decision = policy.decide(policy.Author.PERSON, policy.Purpose.REPLY, age)
        if isinstance(decision, policy.Refused):
            raise SendRefused(code=f"send_refused:{decision.reason.value}")
