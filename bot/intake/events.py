"""What each kind of event does to its conversation, under the conversation's lease.

Lock, then load: everything here reads the conversation after the lease was won, because two quick messages of one
customer are the normal case and the second must see what the first changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.comments.arriving import Arriving
from bot.comments.replying import echoed
from bot.dialogue.turns import Input
from bot.errors import Unavailable
from bot.failpoints import reach
from bot.intake.due import SAY, due_say
from bot.intake.footprints import Footprints
from bot.intake.lanes import Claim
from bot.intake.media import Media
from bot.intake.ports import DeskPort
from bot.intake.record import Arrival, arrival_of, record
from bot.intake.turns import Turns
from bot.messenger.event import CUSTOMER_SPEAKS, Event, EventKind
from bot.settings import Settings
from bot.store import arriving, conversations, messages, outbox, timers
from bot.store.conversations import Conversation
from bot.store.customers import Customer, is_muted
from bot.store.customers import find as find_customer
from bot.store.database import Database, Tx
from bot.store.erasure import erase, sent_files, sent_folder
from bot.store.messages import Author, Status
from bot.store.schema import messages as messages_table
from bot.store.times import to_ms

_THREAD_CONTROL = {
    EventKind.PASS_THREAD: "pass",
    EventKind.TAKE_THREAD: "take",
    EventKind.REQUEST_THREAD: "request",
}

# Internal events that the dialogue answers; every other one is the desk's.
_DIALOGUE_EVENTS = frozenset({"handback", "edit", "snippet", "nudge"})


_WATERMARKS = {EventKind.DELIVERY: Status.DELIVERED, EventKind.READ: Status.SEEN}
_ON_RECORD = frozenset({Status.SENT.value, Status.DELIVERED.value, Status.SEEN.value})
_INSTEAD_OF_WAITING: tuple[dict[str, Any], ...] = ({"kind": "intent", "intent": "umow_kontakt"},)


@dataclass(frozen=True, slots=True)
class Loaded:
    conversation: Conversation
    customer: Customer
    seen: bool
    rates: bool  # the message says how the help was: the desk's, whoever owns the conversation
    withdraws: bool  # a waiting customer tapped what the assistant offered instead, a call


class Events:
    """`handle` takes one mailbox entry to its end: what it changes is committed when it returns."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        desk: DeskPort,
        media: Media,
        settings: Settings,
        clock: Clock,
        footprints: Footprints | None = None,
    ) -> None:
        self.database = database
        self.media = media
        self._fetching: set[asyncio.Task[None]] = set()
        self.turns = turns
        self.desk = desk
        self.settings = settings
        self.clock = clock
        self.footprints = footprints
        # A worker's own: whether its sender knows that a message of ours is on record as sent under this mid.
        self.has_sent: Callable[[str, str | None], bool] = lambda id, mid: False
        self.comments = Arriving(database, desk, clock)

    async def handle(self, claim: Claim, entry: dict[str, Any]) -> None:
        """`entry`: {"event": …, "taken_at": ms} as the webhook wrote it, or {"internal": …, "key": …}."""
        now = self.clock()
        page_id, _, psid = claim.conversation.partition(":")
        if "internal" in entry:
            await self._internal(claim, entry, page_id, psid, now)
            return
        event = Event.from_dict(entry["event"])
        if event.kind is EventKind.COMMENT:
            await self.comments.take(event)
            return
        if event.kind in _WATERMARKS:
            await self.database.run(lambda tx: self._watermark(tx, claim, event))
            return
        if self._is_ours(event) and await self._tells_nothing_new(event):
            return
        loaded = await self._load(page_id, psid, event.key, to_ms(now), event)
        reach("loaded", event.text)
        if loaded.seen:
            return
        if event.kind in CUSTOMER_SPEAKS and event.kind is not EventKind.EDIT and not event.standby:
            arrival = arrival_of(event, now, int(entry.get("taken_at") or to_ms(now)))
            if is_muted(loaded.customer, to_ms(now)):
                await self.database.run(lambda tx: self._unheard(tx, claim, loaded.conversation, arrival, to_ms(now)))
            elif loaded.rates:
                await self.database.run(lambda tx: self._rated(tx, claim, arrival, to_ms(now)))
            elif loaded.withdraws:
                fresh = await self.database.run(lambda tx: self._withdrawn(tx, claim, to_ms(now)))
                await self.turns.take(claim, fresh, loaded.customer, arrival)
            elif loaded.conversation.owner == "bot":
                await self.turns.take(claim, loaded.conversation, loaded.customer, arrival)
            else:
                await self.database.run(lambda tx: self._to_desk(tx, claim, loaded.conversation, arrival, to_ms(now)))
            self._fetch_files(arrival, claim.conversation)
            return
        await self.database.run(lambda tx: self._silent(tx, claim, loaded.conversation, event, now))

    async def _load(self, page_id: str, psid: str, key: str, now: int, event: Event | None = None) -> Loaded:
        def load(tx: Tx) -> Loaded | None:
            known = arriving.find(tx, conversations.conversation_id(page_id, psid), key)
            if known is None:
                return None
            found = known.conversation
            command = outbox.button_command(tx, event.payload) if event and event.payload is not None else None
            rates = event is not None and self._rates(tx, found, event, command, now)
            withdraws = found.owner == "waiting" and command in _INSTEAD_OF_WAITING
            return Loaded(found, known.customer, known.seen, rates, withdraws)

        def create(tx: Tx) -> Loaded:
            made = conversations.find_or_create(tx, page_id, psid, now)
            customer = find_customer(tx, made.id)
            assert customer is not None
            return Loaded(made, customer, messages.has_event(tx, key), rates=False, withdraws=False)

        found = await self.database.read(load)
        return await self.database.run(create) if found is None else found

    def _rates(
        self, tx: Tx, conversation: Conversation, event: Event, command: dict[str, Any] | None, now: int
    ) -> bool:
        if event.kind not in CUSTOMER_SPEAKS or event.kind is EventKind.EDIT or event.standby or event.attachments:
            return False
        if command is None and (event.payload is not None or conversation.owner != "bot"):
            return False
        return self.desk.concerns_rating(tx, conversation, command, event.text or "", now)

    def _withdrawn(self, tx: Tx, claim: Claim, now: int) -> Conversation:
        """The conversation as it is once the customer has chosen the assistant's offer instead of waiting."""
        conversations.hold(tx, claim.conversation, claim.fence)
        current = conversations.find(tx, claim.conversation)
        assert current is not None
        if current.owner != "waiting":
            raise Unavailable(code="owner_changed")
        self.desk.withdraw(tx, current, now)
        moved = conversations.find(tx, claim.conversation)
        assert moved is not None
        return moved

    def _rated(self, tx: Tx, claim: Claim, arrival: Arrival, now: int) -> None:
        conversations.hold(tx, claim.conversation, claim.fence)
        before = conversations.find(tx, claim.conversation)
        assert before is not None
        message_id = record(tx, before, arrival, understood=None)
        if message_id is None:
            return
        payload = arrival.event.payload
        command = outbox.button_command(tx, payload) if payload is not None else None
        self.desk.take_rating(tx, before, command, arrival.text, now)
        self.desk.changed(tx, before.id, "message", message_id=message_id)

    async def _internal(self, claim: Claim, entry: dict[str, Any], page_id: str, psid: str, now: datetime) -> None:
        event, key = entry["internal"], str(entry["key"])
        if event.get("kind") == "again":
            # A supervisor had it tried again: from here on it is the event that it was.
            await self.handle(claim, {"event": event["event"]})
            await self.database.run(lambda tx: timers.remove(tx, key))
            return
        loaded = await self._load(page_id, psid, key, to_ms(now))
        if event.get("kind") in _DIALOGUE_EVENTS:
            heard = not is_muted(loaded.customer, to_ms(now))
            if heard and (loaded.conversation.owner == "bot" or event.get("kind") == "snippet"):
                given = Input(turn_id=key, at=now, event=event)
                await self.turns.take_internal(claim, loaded.conversation, loaded.customer, given)
            else:
                # Somebody else has the conversation by now: the bot has nothing to say to this.
                await self.database.run(lambda tx: timers.remove(tx, key))
            return

        if event.get("kind") == "erase":
            await self._erase(claim, event, key, loaded.conversation.session_no, to_ms(now))
            return
        if event.get("kind") == SAY:
            await self.database.run(lambda tx: self._say_due(tx, claim, event, key, to_ms(now)))
            return

        def tell_desk(tx: Tx) -> None:
            conversations.hold(tx, claim.conversation, claim.fence)
            self.desk.timer(tx, loaded.conversation, event, to_ms(now))
            timers.remove(tx, key)

        await self.database.run(tell_desk)

    def _say_due(self, tx: Tx, claim: Claim, event: dict[str, Any], key: str, now: int) -> None:
        conversations.hold(tx, claim.conversation, claim.fence)
        current = conversations.find(tx, claim.conversation)
        say = due_say(current, event, now) if current is not None else None
        if not timers.remove(tx, key) or current is None or say is None:
            return
        self.turns.speaker.say(tx, current, say, id=f"due:{key}", author=Author.BOT, now=now)
        self.desk.changed(tx, current.id, "message")

    async def _erase(self, claim: Claim, event: dict[str, Any], key: str, sessions: int, now: int) -> None:
        def work(tx: Tx) -> list[Path]:
            conversations.hold(tx, claim.conversation, claim.fence)
            if not timers.remove(tx, key):
                return []
            sent = [sent_folder(self.settings.var_dir) / name for name in sent_files(tx, claim.conversation)]
            paths = sent + erase(tx, claim.conversation, code=str(event.get("code")), now=now)
            self.desk.changed(tx, claim.conversation, "erased")
            return paths

        for path in await self.database.run(work):
            await asyncio.to_thread(path.unlink, missing_ok=True)
        if self.footprints is not None:
            await self.footprints.forget(claim.conversation, sessions)

    def _fetch_files(self, arrival: Arrival, conversation: str) -> None:
        """In the background: the customer's answer does not wait for a picture."""
        if not arrival.files:
            return
        task = asyncio.create_task(self.media.fetch_all(conversation))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    def _unheard(self, tx: Tx, claim: Claim, conversation: Conversation, arrival: Arrival, now: int) -> None:
        """A supervisor has muted this customer: what they write is kept, and neither bot nor queue sees it."""
        conversations.hold(tx, conversation.id, claim.fence)
        message_id = record(tx, conversation, arrival, understood=None)
        if message_id is not None:
            self.desk.muted_wrote(tx, conversation, message_id, now)

    def _to_desk(self, tx: Tx, claim: Claim, conversation: Conversation, arrival: Arrival, now: int) -> None:
        conversations.hold(tx, conversation.id, claim.fence)
        # Read again inside the transaction: the agent may have given the conversation back since it was loaded.
        current = conversations.find(tx, conversation.id)
        assert current is not None
        if current.owner == "bot":
            raise Unavailable(code="owner_changed")
        message_id = record(tx, current, arrival, understood=None)
        if message_id is not None:
            self.desk.customer_wrote(tx, current, message_id, now)

    def _silent(self, tx: Tx, claim: Claim, conversation: Conversation, event: Event, now: datetime) -> None:
        """Events that change the record or the owner and get no answer."""
        conversations.hold(tx, conversation.id, claim.fence)
        at = to_ms(now)
        if event.kind is EventKind.ECHO:
            self._echo(tx, conversation, event, at)
        elif event.kind is EventKind.EDIT:
            if event.mid and messages.edit(tx, event.mid, event.text or "", at):
                edited = messages.find_by_mid(tx, event.mid)
                assert edited is not None
                self.desk.message_edited(tx, conversation, edited.id, at)
        elif event.kind in _THREAD_CONTROL:
            extra = event.extra
            self.desk.thread_control(
                tx,
                conversation,
                _THREAD_CONTROL[event.kind],
                _text(extra.get("new_owner_app_id") or extra.get("requested_owner_app_id")),
                at,
            )
        elif event.standby and event.kind in CUSTOMER_SPEAKS:
            message_id = record(tx, conversation, arrival_of(event, now, at), understood=None)
            if message_id is not None:
                self.desk.changed(tx, conversation.id, "message", message_id=message_id)
        elif event.kind is EventKind.FEEDBACK:
            self.desk.feedback_given(tx, conversation, event.extra, at)
        elif event.kind is EventKind.REACTION:
            self._reaction(tx, conversation, event)

    def _watermark(self, tx: Tx, claim: Claim, event: Event) -> None:
        """What we sent was delivered or read. Nothing else of the conversation is looked at: two of these a message."""
        status = _WATERMARKS[event.kind]
        if event.watermark is None or not messages.mark_watermark(tx, claim.conversation, status, event.watermark):
            return
        conversations.hold(tx, claim.conversation, claim.fence)
        self.desk.changed(tx, claim.conversation, "status")

    async def _tells_nothing_new(self, echo: Event) -> bool:
        """Whether the send's own answer was there before its echo, as it mostly is."""
        if self.has_sent(echo.metadata or "", echo.mid):
            return True
        return await self.database.read(lambda tx: _is_settled(tx, echo))

    def _is_ours(self, event: Event) -> bool:
        return event.kind is EventKind.ECHO and event.app_id == self.settings.app_id and bool(event.metadata)

    def _echo(self, tx: Tx, conversation: Conversation, event: Event, now: int) -> None:
        ours = event.app_id == self.settings.app_id
        if ours and event.metadata and echoed(tx, event.metadata, conversation.id, now):
            self.desk.announce(tx, "comment")
        if self._is_ours(event) and event.metadata and messages.find_by_outbox(tx, event.metadata):
            settled = outbox.finish(tx, event.metadata, Status.SENT, mid=event.mid)
            if settled and outbox.next_of(tx, conversation.id) is not None:
                # What stood behind a message in doubt need not wait any longer.
                self.turns.speaker.wake(tx, conversation.id)
            self.desk.changed(tx, conversation.id, "status", outbox_id=event.metadata)
            return
        if ours and event.mid and messages.find_by_mid(tx, event.mid):
            return
        content = {"attachments": [{"type": a.type, "url": a.url} for a in event.attachments]}
        added = messages.add(
            tx,
            conversation_id=conversation.id,
            event_key=event.key,
            mid=event.mid,
            author=(Author.BOT if ours else Author.PAGE_INBOX).value,
            text=event.text,
            content=content if event.attachments else None,
            status=Status.SENT.value,
            at=min(now, to_ms(event.at)) if event.at else now,
        )
        if not added or ours:
            return
        message_id = tx.scalar(select(messages_table.c.id).where(messages_table.c.event_key == event.key))
        self.desk.page_inbox_wrote(tx, conversation, int(message_id or 0), now)

    def _reaction(self, tx: Tx, conversation: Conversation, event: Event) -> None:
        found = messages.find_by_mid(tx, event.mid) if event.mid else None
        if found is None:
            return
        reaction = event.extra.get("emoji") if event.extra.get("action") == "react" else None
        tx.execute(
            messages_table.update()
            .where(messages_table.c.id == found.id)
            .values(content={**(found.content or {}), "reaction": reaction})
        )
        self.desk.changed(tx, conversation.id, "message", message_id=found.id)


def _is_settled(tx: Tx, event: Event) -> bool:
    """Whether the message is on record as sent under the echo's mid."""
    found = messages.find_by_outbox(tx, event.metadata or "")
    return found is not None and found.mid == event.mid and found.status in _ON_RECORD


def _text(value: object) -> str | None:
    return None if value is None else str(value)
