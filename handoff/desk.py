"""The desk: asks for people, lets them take, answer and give back; the only emitter of console events.

The worker calls the first half inside its transactions, the console the second half. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from redis.asyncio import Redis

from bot.clock import Clock
from bot.complaints import noticing
from bot.dialogue.engine.model import CompiledFlows
from bot.dialogue.flows import load_compiled
from bot.errors import DyzurnyError
from bot.messenger.errors import GraphError
from bot.reports import ledger
from bot.settings import Settings
from bot.store import agents, desk_queries, outbox
from bot.store.agents import Agent, Presence
from bot.store.conversations import Conversation
from bot.store.database import Database, Tx
from handoff import muting, presence, routing, viewers
from handoff.agent_acts import AgentActs
from handoff.case_acts import CaseActs
from handoff.comments import Comments
from handoff.complaints import Complaints
from handoff.elsewhere import Elsewhere
from handoff.events import Event, Kind
from handoff.fields import from_compiled_flows
from handoff.floor import Floor, nothing
from handoff.ownership import Overtaken
from handoff.personas import Personas
from handoff.ports import FieldKind, Names, Platform, Voice
from handoff.questions import Questions
from handoff.ratings import Ratings
from handoff.requests import Requests
from handoff.routing import Assignment
from handoff.set_asides import SetAsides
from handoff.side_acts import SideActs, revealed
from handoff.watch import Watch

T = TypeVar("T")

# Whoever takes over waits for what the assistant already handed to the platform; a send is in doubt after 10 s.
SILENCE_WAIT = timedelta(seconds=10)
SILENCE_LOOK = timedelta(milliseconds=50)

# PostgreSQL lets two transactions read the same epoch; the slower one reads again and decides anew.
OVERTAKEN_TRIES = 3


class Desk:
    def __init__(
        self,
        database: Database,
        redis: Redis,
        voice: Voice,
        settings: Settings,
        names: Names,
        clock: Clock,
        *,
        wake_timers: Callable[[], Awaitable[None]] = nothing,
        field_kind: FieldKind | None = None,
        platform: Platform | None = None,
        compiled: Callable[[], CompiledFlows] | None = None,
    ) -> None:
        """`wake_timers` tells the worker that a timer may be due; without it the worker's own sweep finds it.

        `field_kind` knows the compiled flows; without it they are read when first needed. `platform` makes
        personas and moves threads; without it agents speak under the page's own name. `compiled`: the flows in force,
        on which reports are drawn.
        """
        self.floor = Floor(database, redis, voice, settings, names, clock, wake_timers)
        self.database = database
        self.field_kind = field_kind or from_compiled_flows(settings.content_dir)
        self.compiled = compiled or cache(lambda: load_compiled(settings.content_dir).compiled)
        self.personas = Personas(database, settings, platform)
        self.elsewhere = Elsewhere(self.floor, platform)
        self.requests = Requests(self.floor, passes_to_inbox=self.elsewhere.passes)
        self.ratings = Ratings(self.floor, settings.rating_pause)
        self.acts = AgentActs(self.floor, self.ratings)
        self.side = SideActs(self.floor, self.field_kind)
        self.questions = Questions(self.floor)
        self.complaints = Complaints(self.floor)
        self.cases = CaseActs(self.floor, self.field_kind)
        self.set_asides = SetAsides(self.floor)
        self.comments = Comments(database, platform, self.announce, clock)
        self.watchdog = Watch(self.floor, self.requests)

    # For the worker, inside its transaction

    def request(
        self, tx: Tx, conversation: Conversation, *, reason: str, department: str | None, detail: str | None, now: int
    ) -> None:
        """The assistant asks for a person; the customer hears when one will answer. Asked twice is asked once."""
        self.requests.request(tx, conversation, reason=reason, department=department, detail=detail, now=now)

    def withdraw(self, tx: Tx, conversation: Conversation, now: int) -> None:
        """The customer no longer waits for a person: the assistant has the conversation again."""
        self.requests.withdraw(tx, conversation, now)

    def customer_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """The customer wrote while the assistant is not the owner; the message is already on record."""
        text = _text_of(tx, message_id)
        self.requests.customer_wrote(tx, conversation, message_id, text, now)
        ledger.customer_wrote(tx, conversation.id, text, now)
        self.side.heard(tx, conversation, text)
        self.complaints.heard(tx, conversation, message_id, text, now)

    def muted_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """A muted customer wrote: it is on record, they hear once that nobody answers, and nobody is called."""
        muting.unheard(tx, self.floor, conversation, message_id, now)
        self.complaints.heard(tx, conversation, message_id, _text_of(tx, message_id), now)

    def message_edited(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """The customer changed what they had written; whoever waits for them or talks with them sees it at once.

        The assistant has answered the first words and does not answer again; a complaint it would have brought to a
        person is brought to one now.
        """
        if conversation.owner != "bot":
            desk_queries.add_unread(tx, conversation.id)
        self.floor.told.messages(tx, conversation.id, [message_id], card=True)
        found = self.complaints.edited(tx, conversation, message_id, _text_of(tx, message_id), now)
        if found is not None:
            reason, department = noticing.REASON, found.department
            self.requests.request(tx, conversation, reason=reason, department=department, detail=None, now=now)

    def page_inbox_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """Somebody answered outside this product: the assistant and our agents fall silent."""
        self.elsewhere.page_inbox_wrote(tx, conversation, message_id, now)
        ledger.answered_elsewhere(tx, conversation.id)

    def thread_control(
        self,
        tx: Tx,
        conversation: Conversation,
        kind: str,
        new_owner_app_id: str | None,
        now: int,
    ) -> None:
        """The platform says who holds the thread: `kind` is pass, take or request."""
        self.elsewhere.thread_control(tx, conversation, kind, new_owner_app_id, now)

    def thread_lost(self, tx: Tx, conversation_id: str, now: int) -> None:
        """The platform refused a message because another app holds the thread."""
        self.elsewhere.thread_control(tx, self.floor.find(tx, conversation_id), "take", None, now)

    def concerns_rating(
        self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int
    ) -> bool:
        """Whether a tap or a message rates the help, or comments on that, and is not to be answered otherwise."""
        return self.ratings.concerns(tx, conversation, command, text, now)

    def take_rating(
        self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int
    ) -> bool:
        """Keep it and thank for it; `conversation` is as it was before the message came. False: nothing to rate."""
        if command is None:
            # The sentence after a rating may be the complaint.
            noticing.notice_words(tx, conversation.id, text, None, now)
        return self.ratings.take(tx, conversation, command, text, now)

    def feedback_given(self, tx: Tx, conversation: Conversation, extra: Mapping[str, Any], now: int) -> bool:
        """The customer answered the platform's own question how the help was; False when it is not ours."""
        return self.ratings.answered(tx, conversation, extra, now)

    def rated(self, tx: Tx, conversation: Conversation, rating: str, now: int) -> bool:
        """The customer tapped how the help was (tak, czesciowo, nie); False when there is nothing to rate."""
        return self.ratings.rated(tx, conversation, rating, now)

    def timer(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """A timer of the desk's own is due. One it no longer knows is passed over."""
        match event.get("what"):
            case "sign_of_life":
                self.requests.sign_of_life(tx, conversation, event, now)
            case "pass_to_inbox":
                self.elsewhere.pass_to_inbox(tx, conversation, event, now)
            case "elsewhere_lapsed":
                self.elsewhere.lapsed(tx, conversation, event, now)
            case "question_due":
                self.questions.due(tx, conversation, event, now)
            case "complaint_term":
                self.complaints.term(tx, conversation, event, now)

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None:
        """Something an open console shows has changed: message, status, owner, state, set_aside.

        `ids` may name the message: `message_id`, `outbox_id` or `mid`; without, the latest outgoing ones are meant.
        """
        told = self.floor.told
        match what:
            case "message":
                told.messages(tx, conversation_id, _message_ids(tx, conversation_id, **ids), card=True)
            case "status":
                # A list shows no delivery marks: the conversation's row is left alone.
                moved = _message_ids(tx, conversation_id, **ids)
                self.ratings.template_settled(tx, conversation_id, str(ids.get("outbox_id") or ""))
                told.tell(tx, Event(Kind.MESSAGE, conversation_id, tuple(moved)))
            case "set_aside":
                told.tell(tx, Event(Kind.SET_ASIDE, conversation_id), Event(Kind.ROW, conversation_id))
            case _:
                told.row_and_card(tx, conversation_id)

    def turned(self, tx: Tx, conversation_id: str, message_ids: list[int]) -> None:
        """The assistant took a turn: these messages came, the customer's and its own."""
        self.floor.told.turned(tx, conversation_id, message_ids)

    def announce(self, tx: Tx, what: str) -> None:
        """Something beside the conversations changed: `what` is incident or comment."""
        self.floor.told.tell(tx, Event(Kind(what)))

    async def watch(self) -> None:
        """Look after what nobody looks after: waits past their limit, silences, conversations to give out."""
        found = await self.database.read(self.watchdog.find)
        for id in found.overdue:
            await self._act(lambda tx, id=id: self.watchdog.escalate(tx, id))  # type: ignore[misc]
        for id in found.silent:
            await self._act(lambda tx, id=id: self.watchdog.end_silence(tx, id))  # type: ignore[misc]
        for id in found.orphaned:
            await self._act(lambda tx, id=id: self.watchdog.adopt(tx, id))  # type: ignore[misc]
        for id, agent_id in found.to_give:
            await self._route(id, agent_id)

    async def _route(self, conversation_id: str, agent_id: int) -> None:
        agent = await self.database.read(lambda tx: agents.find(tx, agent_id))
        if agent is None:
            return
        speaker = await self.personas.ensure(agent, conversation_id)
        if await self._act(lambda tx: self.acts.route(tx, conversation_id, speaker)) is not None:
            await self._wait_for_silence(conversation_id)

    # For the console

    async def take(self, agent: Agent, conversation_id: str) -> Conversation:
        """The agent takes over. When this returns no message of the assistant leaves any more.

        Raises NotYours naming the colleague who was faster, and ThreadKept when the platform leaves the thread where
        it is.
        """
        await self.elsewhere.fetch_thread(conversation_id)
        speaker = await self.personas.ensure(agent, conversation_id)
        moved = await self._act(lambda tx: self.acts.take(tx, speaker, conversation_id))
        await self._wait_for_silence(conversation_id)
        return moved

    async def assign(self, agent: Agent, conversation_id: str, to: Agent) -> Conversation:
        """Give the conversation to `to`. Raises NotYours when it is a colleague's and `agent` is no supervisor."""
        speaker = await self.personas.ensure(to, conversation_id)
        moved = await self._act(lambda tx: self.acts.assign(tx, agent, conversation_id, speaker))
        await self._wait_for_silence(conversation_id)
        return moved

    async def requeue(self, agent: Agent, conversation_id: str, department: str | None = None) -> Conversation:
        """Put the conversation back among the waiting, for another department if one is named."""
        return await self._act(lambda tx: self.acts.requeue(tx, agent, conversation_id, department))

    async def answer(
        self,
        agent: Agent,
        conversation_id: str,
        text: str,
        *,
        key: str,
        attachment: tuple[str, str] | None = None,
        reply_to: str | None = None,
    ) -> None:
        """Send the agent's own words. `key` is the browser's: sent twice under the same key is sent once.

        Raises NotYours, and SendRefused when the platform's window forbids it.
        """

        def work(tx: Tx) -> None:
            self.acts.answer(tx, agent, conversation_id, text, key=key, attachment=attachment, reply_to=reply_to)

        await self._act(work)

    async def hand_back(self, agent: Agent, conversation_id: str) -> Conversation:
        """Give the conversation back: the assistant says so, recaps and asks its pending question."""
        return await self._act(lambda tx: self.acts.hand_back(tx, agent, conversation_id))

    async def close(self, agent: Agent, conversation_id: str, *, ask_rating: bool = False) -> Conversation:
        """The matter is done; the customer's next message begins something new."""

        def work(tx: Tx) -> Conversation:
            closed = self.acts.close(tx, agent, conversation_id, ask_rating=ask_rating)
            self.questions.forget(tx, conversation_id, self.floor.now())
            return closed

        return await self._act(work)

    async def mark_read(self, agent: Agent, conversation_id: str) -> None:
        """Whoever holds the conversation has seen all of it."""
        await self._act(lambda tx: self.acts.mark_read(tx, agent, conversation_id))

    async def note(self, agent: Agent, conversation_id: str, text: str) -> None:
        """Write to colleagues beside the conversation; the customer never sees it."""
        await self._act(lambda tx: self.side.note(tx, agent, conversation_id, text))

    async def edit_field(self, agent: Agent, conversation_id: str, slot: str, text: str) -> None:
        """Correct a field of the flow. Raises BadValue where the text is no value of it."""
        await self._act(lambda tx: self.side.edit_field(tx, agent, conversation_id, slot, text))

    async def ask_field(self, agent: Agent, conversation_id: str, slot: str) -> None:
        """Let the assistant put one question; the customer's answer lands in the field."""
        await self._act(lambda tx: self.side.ask_field(tx, agent, conversation_id, slot))

    async def reveal(self, agent: Agent, conversation_id: str, slot: str) -> str:
        """A sensitive field's whole value; that the agent looked is on record."""

        def work(tx: Tx) -> str:
            return revealed(tx, agent, self.floor.find(tx, conversation_id), slot, self.floor.now())

        return await self._act(work)

    async def set_address(self, agent: Agent, conversation_id: str, wish: str) -> None:
        """How the customer is addressed from now on: a value of `bot.language.person.Wish`."""
        await self._act(lambda tx: self.side.address(tx, agent, conversation_id, wish))

    async def mute(self, agent: Agent, conversation_id: str, until: int | None, reason: str) -> None:
        """A supervisor stops listening to an abuser until `until` (UTC ms), or begins again with None."""
        await self._act(lambda tx: self.side.mute(tx, agent, conversation_id, until, reason))

    async def ask_department(
        self, agent: Agent, conversation_id: str, department: str, text: str, within: timedelta
    ) -> None:
        """Ask another department and keep the conversation; the customer hears whom, and by when."""
        await self._act(
            lambda tx: self.questions.ask(tx, agent, conversation_id, department=department, text=text, within=within)
        )

    async def dismiss_complaint(self, agent: Agent, complaint_id: int, reason: str) -> None:
        """What was taken for a complaint is none. Raises ComplaintSettled when somebody was faster."""
        await self._act(lambda tx: self.complaints.dismiss(tx, agent, complaint_id, reason))

    async def extend_complaint(self, agent: Agent, complaint_id: int, reason: str) -> None:
        """A particularly complicated complaint is answered within 60 days of its receipt."""
        await self._act(lambda tx: self.complaints.extend(tx, agent, complaint_id, reason))

    async def answer_question(self, agent: Agent, question_id: int, text: str) -> None:
        """Answer what one's department was asked. Raises QuestionSettled when somebody was faster."""
        await self._act(lambda tx: self.questions.answer(tx, agent, question_id, text))

    async def withdraw_question(self, agent: Agent, question_id: int) -> None:
        await self._act(lambda tx: self.questions.withdraw(tx, agent, question_id))

    async def open_case(self, agent: Agent, conversation_id: str, kind: str, *, key: str) -> str:
        """Open a case and tell the customer its number, which is returned. Once under the same `key`."""
        return await self._act(lambda tx: self.cases.open(tx, agent, conversation_id, kind, key=key))

    async def set_case_state(self, agent: Agent, number: str, state: str) -> None:
        await self._act(lambda tx: self.cases.set_state(tx, agent, number, state))

    async def set_case_field(self, agent: Agent, number: str, slot: str, text: str) -> None:
        """Correct a field of a case. Raises BadValue where the text is no value of it."""
        await self._act(lambda tx: self.cases.set_field(tx, agent, number, slot, text))

    async def try_again(self, agent: Agent, set_aside_id: int) -> None:
        """A supervisor puts an event that failed too often back into its mailbox."""
        await self._act(lambda tx: self.set_asides.again(tx, agent, set_aside_id))

    async def drop(self, agent: Agent, set_aside_id: int, reason: str) -> None:
        """A supervisor gives an event up, for a reason that stays on record."""
        await self._act(lambda tx: self.set_asides.drop(tx, agent, set_aside_id, reason))

    async def choose_assignment(self, agent: Agent, assignment: Assignment) -> None:
        """A supervisor has waiting conversations given out automatically, or lets agents take them."""
        await self._act(lambda tx: routing.choose(tx, self.floor, agent, assignment))

    async def typing(self, agent: Agent, conversation_id: str) -> None:
        """Dots in the customer's thread while the holder writes; colleagues see it too. Nothing is stored."""
        conversation = await self.database.read(lambda tx: self.floor.held_by(tx, agent, conversation_id))
        await self.floor.told.now(Event(Kind.TYPING, conversation_id, (agent.id,)))
        with contextlib.suppress(DyzurnyError, GraphError):
            await self.floor.voice.typing(conversation_id, agent.personas.get(conversation.page_id))

    async def choose_presence(self, agent: Agent, chosen: Presence) -> None:
        def work(tx: Tx) -> None:
            presence.choose(tx, agent, chosen, self.floor.now())
            self.floor.told.tell(tx, Event(Kind.AGENT))

        await self._act(work)

    async def is_here(self, agent: Agent) -> None:
        """The agent's console is open; said every presence.REPORT_S."""

        def work(tx: Tx) -> None:
            if presence.report(tx, agent, self.floor.now()):
                self.floor.told.tell(tx, Event(Kind.AGENT))

        await self._act(work)

    async def looks(self, agent: Agent, conversation_id: str, *, leaves: bool = False) -> None:
        """The agent has the conversation open, or closes it; colleagues who have it open too see who does."""
        if await viewers.look(self.floor.redis, conversation_id, agent.id, self.floor.now(), leaves=leaves):
            await self.floor.told.now(Event(Kind.VIEWERS, conversation_id))

    async def _act(self, work: Callable[[Tx], T]) -> T:
        for _ in range(OVERTAKEN_TRIES - 1):
            try:
                return await self.database.run(work)
            except Overtaken:
                continue
        return await self.database.run(work)

    async def _wait_for_silence(self, conversation_id: str) -> None:
        looks = int(SILENCE_WAIT / SILENCE_LOOK)
        for _ in range(looks):
            if not await self.database.read(lambda tx: outbox.count_bot_in_flight(tx, conversation_id)):
                return
            await asyncio.sleep(SILENCE_LOOK.total_seconds())


def _text_of(tx: Tx, message_id: int) -> str | None:
    written = desk_queries.messages_by_id(tx, [message_id])
    return written[0].text if written else None


def _message_ids(
    tx: Tx, conversation: str, *, message_id: int | None = None, outbox_id: str | None = None, mid: str | None = None
) -> list[int]:
    if message_id is not None:
        # With the customer's message come the answers to it, queued in the same transaction.
        return [message_id, *(id for id in desk_queries.latest_outgoing_ids(tx, conversation) if id > message_id)]
    if outbox_id is not None or mid is not None:
        return desk_queries.message_ids_of(tx, outbox_id=outbox_id, mid=mid)
    return desk_queries.latest_outgoing_ids(tx, conversation)
