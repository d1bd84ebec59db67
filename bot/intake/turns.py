"""A customer's message to the bot, from the dialogue's answer to the commit.

Everything a turn changes (the message, the answers, a case, the handoff, the snapshot) is one transaction under the
lease's fencing number. Rasa away is not a failure of the message: it stays in the mailbox, the customer hears that it
takes a moment, and a person is asked for if it lasts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot import traces
from bot.clock import Clock
from bot.complaints.noticing import aggrieved, notice_turn, notice_words
from bot.dialogue.anger import is_angry, signals
from bot.dialogue.emergencies import Emergency, alarmed, emergency
from bot.dialogue.rendering import Listener
from bot.dialogue.saying import Say, led_by
from bot.dialogue.turns import Act, Dialogue, Input, Turn
from bot.errors import RasaUnavailable, Unavailable
from bot.failpoints import reach
from bot.incidents.telling import Telling
from bot.insight.collecting import collect
from bot.intake import consents
from bot.intake.acquaintance import Acquaintance
from bot.intake.dots import dots_when_slow
from bot.intake.hiding import hidden
from bot.intake.lanes import Claim
from bot.intake.ports import DeskPort
from bot.intake.record import Arrival, File, record, traits, write
from bot.language import AddressState
from bot.language.person import Wish, after_message, after_wish, first_seen
from bot.logs import logger
from bot.metrics import HANDOFFS, STAGE, TURNS
from bot.outbox.departures import Departures
from bot.outbox.speaker import Speaker, listener_for
from bot.reports.ledger import Ledger
from bot.settings import Settings
from bot.store import conversations, customers, messages, outbox, timers
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Database, Tx
from bot.store.messages import Author
from bot.store.outbox import Queued
from bot.store.times import from_ms, to_ms

log = logger("turns")

HANDOFF_ACTS = frozenset({"przekaz_konsultantowi", "przekaz_pilnie"})
# What is not said to somebody who shouts: questions, and the offer of the person who is coming anyway.
_QUESTIONS = frozenset({"ask", "confirm", "fallback", "reject", "summary"})
_OFFER = "utter_frustracja"
_APOLOGY = "utter_frustracja_przeprosiny"
# Messages of both sides among which the customer's last ones are.
_EARLIER = 12
_LEAST_THOUGHT = timedelta(seconds=1.5)
_WISHES = {"ty": Wish.TY, "pan_pani": Wish.FORMAL, "pan": Wish.PAN, "pani": Wish.PANI, "panstwo": Wish.PANSTWO}


class Postponed(Unavailable):
    """The dialogue is away; come again at `at` (UTC ms). What the customer was to hear meanwhile is queued."""

    code = "postponed"

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class Turns:
    def __init__(
        self,
        database: Database,
        dialogue: Dialogue,
        speaker: Speaker,
        desk: DeskPort,
        acquaintance: Acquaintance,
        settings: Settings,
        clock: Clock,
        sensitive: Callable[[], frozenset[str]] = frozenset,
        ledger: Ledger | None = None,
    ) -> None:
        """`sensitive`: names of the fields whose values are not kept in messages."""
        self.sensitive = sensitive
        self.ledger = ledger or Ledger()
        self.database = database
        self.dialogue = dialogue
        self.speaker = speaker
        self.desk = desk
        self.acquaintance = acquaintance
        self.settings = settings
        self.clock = clock
        self.telling: Telling | None = None
        # A worker's own: it sends what its turns queue.
        self.departures: Departures | None = None

    async def take(self, claim: Claim, conversation: Conversation, customer: Customer, arrival: Arrival) -> None:
        """Answer a customer's message. Raises Postponed when the dialogue is away."""
        STAGE.labels(stage="mailbox").observe(max(0, to_ms(self.clock()) - arrival.taken_at) / 1000)
        customer = await self.acquaintance.meet(customer)
        address = self._address(customer, arrival)
        conversation = self._session(conversation)
        given = Input(
            turn_id=arrival.event.key,
            at=arrival.at,
            text=arrival.text,
            command=await self._command(arrival.event.payload),
            attachments=[_wire(file) for file in arrival.files],
        )
        try:
            async with dots_when_slow(lambda: self.speaker.typing(conversation.id)):
                with STAGE.labels(stage="dialogue").time(), traces.part("dialogue"):
                    turn = await self._think(claim, conversation, customer, given, arrival)
        except RasaUnavailable as error:
            TURNS.labels(result="dialogue_away").inc()
            log.warning("dialogue_away", conversation=conversation.id, code=error.code)
            await self._away(claim, conversation, arrival)
            return
        tapped = arrival.event.payload is not None
        if not tapped:
            turn = alarmed(turn, arrival.text, arrival.event.key)
        turn = await self._angered(conversation, arrival, turn)
        turn = aggrieved(turn, arrival.text, arrival.event.key, tapped=tapped)
        reach("turned")
        with STAGE.labels(stage="commit").time(), traces.part("commit"):
            await self._commit_and_leave(
                conversation.id,
                lambda tx: self._commit(tx, claim, conversation, arrival, given, turn, address),
            )
        lost = any(say.purpose == "fallback" for say in turn.says)
        TURNS.labels(result="not_understood" if lost else "answered").inc()

    async def _commit_and_leave(self, conversation: str, commit: Callable[[Tx], None]) -> None:
        if self.departures is None:
            await self.database.run(commit)
            return
        async with self.departures.prepare(conversation) as departure:

            def work(tx: Tx) -> None:
                departure.board(tx)
                commit(tx)

            await self.database.run(work)

    async def _think(
        self, claim: Claim, conversation: Conversation, customer: Customer, given: Input, arrival: Arrival
    ) -> Turn:
        """The dialogue's turn. While it takes long the customer hears so: a server that hangs raises nothing."""
        thinking = asyncio.create_task(
            self.dialogue.take_turn(conversation, customer, given, taken_before=claim.tries > 1)
        )
        try:
            now = self.clock()
            waited = now - from_ms(arrival.taken_at)
            # What waited long before we came to it is most often answered at once.
            left = max(_LEAST_THOUGHT, self.settings.fault_notice_after - waited)
            await asyncio.wait({thinking}, timeout=left.total_seconds())
            if not thinking.done() and conversation.fault_told is None:
                await self.database.run(lambda tx: self._tell_of_delay(tx, claim, conversation, arrival, self.clock()))
            return await thinking
        finally:
            thinking.cancel()

    async def take_internal(self, claim: Claim, conversation: Conversation, customer: Customer, given: Input) -> None:
        """Let the dialogue answer an event of ours: a conversation given back, a field corrected, a reminder."""
        try:
            turn = await self.dialogue.take_turn(
                self._session(conversation), customer, given, taken_before=claim.tries > 1
            )
        except RasaUnavailable as error:
            raise Postponed(to_ms(self.clock()) + 1000) from error
        address = AddressState.from_dict(customer.address) if customer.address else first_seen(given.at)
        await self.database.run(lambda tx: self._commit(tx, claim, conversation, None, given, turn, address))

    async def _angered(self, conversation: Conversation, arrival: Arrival, turn: Turn) -> Turn:
        """Anger that speaks in two ways at once brings a person: no question is put to somebody who shouts.

        What the turn found out is still said. The signals stay with what was understood, for the report.
        """
        if arrival.event.payload is not None or any(act.name in HANDOFF_ACTS for act in turn.acts):
            return turn
        if not signals(arrival.text):
            # Whatever was said before, a repetition alone is no anger.
            return turn
        heard = await self.database.read(lambda tx: messages.of_conversation(tx, conversation.id, limit=_EARLIER))
        earlier = [one.text or "" for one in heard if one.author == Author.CUSTOMER.value]
        if not is_angry(arrival.text, earlier):
            return turn
        act = Act("przekaz_konsultantowi", {"reason": "frustracja"}, f"{arrival.event.key}:anger")
        kept = [say for say in turn.says if say.purpose not in _QUESTIONS and say.response != _OFFER]
        return replace(
            turn,
            says=led_by(_APOLOGY, kept, turn.says),
            acts=[*turn.acts, act],
            understood={**(turn.understood or {}), "anger": sorted(signals(arrival.text, earlier))},
        )

    def _session(self, conversation: Conversation) -> Conversation:
        """A new Rasa tracker every few turns, as it is rewritten whole at each; and for flows that it does not know."""
        if conversation.session_turns < self.settings.session_turns and not self.dialogue.moves(conversation):
            return conversation
        return replace(conversation, session_no=conversation.session_no + 1, session_turns=0)

    def _address(self, customer: Customer, arrival: Arrival) -> AddressState:
        state = AddressState.from_dict(customer.address) if customer.address else first_seen(arrival.at)
        if arrival.event.payload is not None:
            return state
        return after_message(state, arrival.text, arrival.at, mirroring=self.settings.register_mode == "mirror")

    async def _command(self, payload: str | None) -> dict[str, Any] | None:
        if payload is None:
            return None
        return await self.database.read(lambda tx: outbox.button_command(tx, payload))

    def _commit(
        self,
        tx: Tx,
        claim: Claim,
        conversation: Conversation,
        arrival: Arrival | None,
        given: Input,
        turn: Turn,
        address: AddressState,
    ) -> None:
        now = to_ms(self.clock())
        current = conversations.hold_and_find(tx, conversation.id, claim.fence)
        if arrival is not None:
            arrival = replace(arrival, text=hidden(arrival.text, turn.state, self.sensitive()))
        message_id = write(tx, current, arrival, understood=turn.understood) if arrival is not None else None
        done_before = message_id is None if arrival is not None else not timers.remove(tx, given.turn_id)
        if done_before:
            return
        collect(tx, conversation, given, turn, message_id)
        tapped = arrival is not None and arrival.event.payload is not None
        notice_turn(tx, current.id, turn, given.text, message_id, now, tapped=tapped)
        if current.epoch != conversation.epoch and current.owner != "bot":
            # Somebody took over while the bot was thinking: what it thought is not said, the message is theirs.
            if message_id is not None and arrival is not None:
                conversations.change(tx, current.id, **traits(current, arrival))
                self.desk.customer_wrote(tx, current, message_id, now)
            return
        handoff = next((act for act in turn.acts if act.name in HANDOFF_ACTS), None)
        address = _wished(address, turn.acts, given.at)
        customer = customers.find(tx, conversation.id)
        if customer is not None and customer.address != address.to_dict():
            customers.change(tx, conversation.id, address=address.to_dict())
        listener = listener_for(address, customer, conversation.session_no * 10 + conversation.session_turns)
        if arrival is not None and self.telling is not None:
            self.telling.first(tx, current, turn, given.command, handoff=handoff, listener=listener, now=now)
        # What the bot says on its way out belongs to the time after the handoff: an agent who takes the conversation
        # ends it, the request for one does not.
        epoch = current.epoch + (1 if handoff else 0)
        queued = self._say(tx, current, given.turn_id, turn, listener, epoch, now)
        consents.keep(tx, conversation.id, turn, self.speaker.texts_of, now)
        conversations.change(
            tx,
            conversation.id,
            state=turn.state,
            session_no=conversation.session_no,
            session_turns=conversation.session_turns + 1,
            fault_told=None,
            **{**(traits(current, arrival) if arrival is not None else {}), **_line(queued, now)},
        )
        self._put_first(tx, conversation, first=_in_the_middle(turn.state) or handoff is not None)
        # Before the request for a person, which belongs to the matter of this turn.
        self.ledger.turn_taken(
            tx,
            conversation.id,
            conversation.state,
            turn,
            handed=handoff is not None,
            from_customer=arrival is not None,
            asked_at=min(now, to_ms(given.at)),
            now=now,
        )
        if handoff is not None:
            self._hand_over(tx, conversation.id, handoff, now)
        self.desk.turned(tx, conversation.id, _ids(message_id, queued))
        reach("committing")

    def _say(
        self, tx: Tx, current: Conversation, turn_id: str, turn: Turn, listener: Listener, epoch: int, now: int
    ) -> list[Queued]:
        """Queue what the turn says, in the words of the edition that took it, which the turn's own snapshot names."""
        spoken = replace(current, state=turn.state)
        queued: list[Queued] = []
        for n, say in enumerate(turn.says):
            queued += self.speaker.say(
                tx,
                spoken,
                say,
                id=f"{turn_id}:{n}",
                author=Author.BOT,
                now=now,
                epoch=epoch,
                listener=listener,
            )
        return queued

    def _put_first(self, tx: Tx, conversation: Conversation, *, first: bool) -> None:
        """Who is in the middle of a claim, or waits for a person, comes before new greetings from now on."""
        if not first and not _in_the_middle(conversation.state) and conversation.epoch == 0:
            return
        tx.after_commit(lambda: self.speaker.lanes.inward.put_first(conversation.id, first=first))

    def _hand_over(self, tx: Tx, conversation_id: str, act: Act, now: int) -> None:
        current = conversations.find(tx, conversation_id)
        assert current is not None
        reason = str(act.args.get("reason") or "prosba")
        department = act.args.get("department")
        detail = act.args.get("detail")
        HANDOFFS.labels(reason=reason).inc()
        self.desk.request(tx, current, reason=reason, department=department, detail=detail, now=now)

    async def _away(self, claim: Claim, conversation: Conversation, arrival: Arrival) -> None:
        """Rasa is away: by how long the customer has waited, tell them, ask for a person, or raise Postponed.

        Whoever is in danger does not wait for it.
        """
        now = self.clock()
        waited = to_ms(now) - arrival.taken_at
        found = emergency(arrival.text) if arrival.event.payload is None else None
        danger = found if found is not None and found.is_sure else None
        if danger is not None or waited >= self.settings.fault_handoff_after.total_seconds() * 1000:
            await self.database.run(lambda tx: self._give_up(tx, claim, conversation, arrival, now, danger))
            return
        if waited >= self.settings.fault_notice_after.total_seconds() * 1000 and conversation.fault_told is None:
            await self.database.run(lambda tx: self._tell_of_delay(tx, claim, conversation, arrival, now))
        raise Postponed(to_ms(now) + 1000)

    def _tell_of_delay(self, tx: Tx, claim: Claim, conversation: Conversation, arrival: Arrival, now: datetime) -> None:
        conversations.hold(tx, conversation.id, claim.fence)
        # The answer needs the customer's message on record as the one that opened the window.
        latest = max(to_ms(arrival.at), conversation.last_customer_at or 0)
        conversations.change(tx, conversation.id, fault_told=to_ms(now), last_customer_at=latest)
        self.speaker.say(
            tx,
            conversation,
            Say("utter_fault_wait"),
            id=f"{arrival.event.key}:wait",
            author=Author.BOT,
            now=to_ms(now),
        )

    def _give_up(
        self,
        tx: Tx,
        claim: Claim,
        conversation: Conversation,
        arrival: Arrival,
        now: datetime,
        danger: Emergency | None,
    ) -> None:
        conversations.hold(tx, conversation.id, claim.fence)
        message_id = record(tx, conversation, arrival, understood=None)
        if message_id is None:
            return
        notice_words(tx, conversation.id, arrival.text, message_id, to_ms(now))
        conversations.change(tx, conversation.id, fault_told=None)
        if danger is not None:
            said = Say(danger.response)
            id, epoch = f"{arrival.event.key}:alarm", conversation.epoch + 1
            self.speaker.say(tx, conversation, said, id=id, author=Author.BOT, now=to_ms(now), epoch=epoch)
        reason = danger.reason if danger is not None else "usterka"
        HANDOFFS.labels(reason=reason).inc()
        self.desk.request(tx, conversation, reason=reason, department=None, detail=None, now=to_ms(now))


def _line(queued: Sequence[Queued], now: int) -> dict[str, Any]:
    """How lists show a conversation to which this was said."""
    return conversations.line(Author.BOT.value, queued[-1].text, queued[-1].content, now) if queued else {}


def _ids(message_id: int | None, queued: Sequence[Queued]) -> list[int]:
    return [id for id in (message_id, *(one.message_id for one in queued)) if id is not None]


def _in_the_middle(state: Mapping[str, Any] | None) -> bool:
    """Whether a flow is open in the snapshot."""
    return bool((state or {}).get("stack"))


def _wished(address: AddressState, acts: Sequence[Act], at: datetime) -> AddressState:
    for act in acts:
        if act.name == "zapamietaj_zwrot":
            wish = _WISHES.get(str(act.args.get("zwrot")))
            if wish is not None:
                address = after_wish(address, wish, at)
    return address


def _wire(file: File) -> dict[str, Any]:
    attachment = file.attachment
    wire: dict[str, Any] = {"type": attachment.type, "id": file.id}
    if attachment.lat is not None and attachment.long is not None:
        wire |= {"lat": attachment.lat, "long": attachment.long}
    return wire
