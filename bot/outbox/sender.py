"""The one writer of each conversation: takes its queued rows in order and hands them to the platform.

Runs under a lease of the `out` lane. The fence is in SQL (`outbox.begin_sending`): a bot's row that was decided under
an owner who has gone is dropped at the very last moment before it would leave.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import update

from bot import traces
from bot.clock import Clock
from bot.failpoints import reach
from bot.intake.lanes import FARTHEST_MS, Claim
from bot.logs import logger
from bot.messenger import policy
from bot.messenger.errors import ANSWER_LOST, GraphError, SendFailure
from bot.messenger.graph import GraphClient
from bot.metrics import PAGE_LIMIT, SENDS, STAGE
from bot.outbox import failures
from bot.outbox.failures import AfterFailure, Next
from bot.outbox.rates import Rates
from bot.reports import ledger
from bot.store import customers, messages, outbox, stops
from bot.store.database import Database, Tx
from bot.store.messages import Author, Status
from bot.store.outbox import Outgoing
from bot.store.schema import outbox as outbox_table
from bot.store.stops import Stop
from bot.store.times import to_ms

log = logger("outbox")

# How long a stopped page's rows rest before we look whether it may send again.
STOPPED_PAGE_MS = 15_000
# Between putting a row on its way and sending it lie milliseconds; whoever needed longer than this was asleep, and a
# successor may have waited for the echo and sent it again.
SLEPT_S = 5.0
# Of so many messages this process remembers that they are on record as sent: their echoes come within a moment.
MOST_SENT = 2_000
# A message that is tried for the last time was tried before within this: who got through since then did so meanwhile.
LATELY_S = 90.0

_AUTHORS = {Author.BOT: policy.Author.BOT, Author.AGENT: policy.Author.PERSON, Author.SYSTEM: policy.Author.SYSTEM}
_PURPOSES = {"feedback": policy.Purpose.FEEDBACK, "status": policy.Purpose.STATUS, "notice": policy.Purpose.PROACTIVE}


class Observer(Protocol):
    """Whoever shows conversations (the desk): told in the transaction that changes a message."""

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None: ...

    def thread_lost(self, tx: Tx, conversation_id: str, now: int) -> None:
        """The platform says that another app holds the thread."""


@dataclass(frozen=True, slots=True)
class Send:
    row: Outgoing
    messaging_type: str
    tag: str | None
    began: int  # UTC ms
    fenced: float  # the same moment, by the clock that never jumps
    trying: bool = False  # the page is stopped, and this message tries whether it may send again


@dataclass(frozen=True, slots=True)
class WaitUntil:
    at: int


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The time for the row's echo is over. In a storm the echo may be there and wait among what nobody came to yet."""

    id: str


async def _no_mailbox(conversation: str, id: str) -> str | None:
    return None


class Sender:
    def __init__(self, database: Database, graph: GraphClient, rates: Rates, observer: Observer, clock: Clock) -> None:
        self.database = database
        self.graph = graph
        self.rates = rates
        self.observer = observer
        self.clock = clock
        self._got_through: dict[str, float] = {}  # page → when a message left it last, by the clock that never jumps
        self._sent: OrderedDict[str, str] = OrderedDict()  # message of ours → its mid, once that is on record
        # The mid under which a row of ours was echoed, if its echo waits in the conversation's mailbox. The worker's.
        self.echo_in_mailbox: Callable[[str, str], Awaitable[str | None]] = _no_mailbox

    async def drain(self, claim: Claim, begun: Send | None = None) -> int | None:
        """Send what is due; when to come again (UTC ms), or None when nothing is left.

        `begun`: what is on its way already, its transaction committed, its leave taken at the rates.
        """
        page_id, _, psid = claim.conversation.partition(":")
        unheard: str | None = None
        while True:
            if begun is None:
                pause = await self.rates.wait_ms(page_id, claim.conversation)
                if pause:
                    return self._now() + pause
            step: Send | WaitUntil | InDoubt | None = begun
            if step is None:
                step = await self.database.run(
                    partial(self.begin, conversation=claim.conversation, unheard=unheard), first=True
                )
            begun = None
            if isinstance(step, InDoubt):
                mid = await self.echo_in_mailbox(claim.conversation, step.id)
                unheard = step.id
                if mid is not None:
                    await self.database.run(partial(self._echoed, conversation=claim.conversation, id=step.id, mid=mid))
                continue
            if not isinstance(step, Send):
                return step.at if step is not None else None
            reach("send_begun")
            result = await self._send(page_id, psid, step)
            reach("sent")
            settle = partial(self._settle, step=step, page_id=page_id, result=result)
            more = await self.database.run(settle, first=True)
            if isinstance(result, str):
                self._remember(step.row.id, result)
            reach("send_recorded")
            if not more:
                return None

    def has_sent(self, id: str, mid: str | None) -> bool:
        """Whether this process has put on record that the message `id` of ours was taken as `mid`."""
        return mid is not None and self._sent.get(id) == mid

    def _remember(self, id: str, mid: str) -> None:
        self._sent[id] = mid
        if len(self._sent) > MOST_SENT:
            self._sent.popitem(last=False)

    def _now(self) -> int:
        return to_ms(self.clock())

    def _echoed(self, tx: Tx, conversation: str, id: str, mid: str) -> None:
        outbox.finish(tx, id, Status.SENT, mid=mid)
        self.observer.changed(tx, conversation, "status", outbox_id=id)

    def begin(self, tx: Tx, conversation: str, unheard: str | None = None) -> Send | WaitUntil | InDoubt | None:
        """Choose the next row and mark it as on its way; refused ones are settled here. Under the lane's lease only.

        `unheard`: a row whose echo was looked for in the mailbox just now and is not there.
        """
        now, page_id = self._now(), conversation.partition(":")[0]
        while (found := outbox.next_to_send(tx, conversation)) is not None:
            row = found.row
            if row.state == "sending":
                # Its sender died or sleeps: it may have left. The echo decides.
                ends = failures.doubt_ends(row.sending_since or now, now, row.attempts)
                outbox.doubt(tx, row.id, ends)
                return WaitUntil(ends)
            if now < row.due_at <= now + FARTHEST_MS:
                return WaitUntil(row.due_at)
            if row.state == "doubt":
                if row.id != unheard:
                    return InDoubt(row.id)
                outbox.requeue(tx, row.id, now)
                messages.perhaps_twice(tx, row.id)
            tries = stops.look(tx, page_id, found.page_rests_until, now, now + STOPPED_PAGE_MS)
            if tries is Stop.STOPPED:
                return WaitUntil(now + STOPPED_PAGE_MS)
            verdict = self._verdict(row, found.last_customer_at, now)
            if isinstance(verdict, policy.Refused):
                self._finish(tx, row, Status.FAILED, failure=verdict.reason.value)
                continue
            if not outbox.begin_sending(tx, row.id, now):
                self._finish(tx, row, Status.DROPPED)
                continue
            tag = verdict.tag.value if isinstance(verdict, policy.Allowed) and verdict.tag else None
            return Send(row, verdict.messaging_type.value, tag, now, monotonic(), tries is Stop.TRYING)
        return None

    @staticmethod
    def _verdict(row: Outgoing, last: int | None, now: int) -> policy.Decision:
        age = None if last is None else timedelta(milliseconds=max(0, now - last))
        purpose = _PURPOSES.get(row.purpose, policy.Purpose.REPLY)
        return policy.decide(_AUTHORS[Author(row.author)], purpose, age)

    async def _send(self, page_id: str, psid: str, step: Send) -> str | SendFailure:
        """The message's mid, or why it did not leave."""
        if monotonic() - step.fenced > SLEPT_S:
            # This process slept after it had put the row on its way: somebody else may have sent it meanwhile.
            return ANSWER_LOST
        body: dict[str, Any] = {
            "messaging_type": step.messaging_type,
            "message": {**step.row.body, "metadata": step.row.id},
        }
        if step.tag:
            body["tag"] = step.tag
        if step.row.persona_id:
            body["persona_id"] = step.row.persona_id
        if step.row.reply_to:
            body["reply_to"] = {"mid": step.row.reply_to}
        # What nobody asked for has a trace of its own.
        key = traces.key_of_answer(step.row.id) if step.row.author == Author.BOT.value else step.row.id
        try:
            with traces.span("send", key, conversation=step.row.conversation_id, outbox=step.row.id):
                sent = await self.graph.send_message(page_id, psid, body)
        except GraphError as error:
            return error.failure
        finally:
            PAGE_LIMIT.set(max((usage.worst for usage in self.graph.usage.values()), default=0) / 100)
        return sent.message_id

    def _settle(self, tx: Tx, step: Send, page_id: str, result: str | SendFailure) -> bool:
        """Write down what became of the row; whether the conversation may go on with the next one now."""
        row = step.row
        if isinstance(result, str):
            self._got_through[page_id] = monotonic()
            SENDS.labels(result="sent", author=row.author).inc()
            STAGE.labels(stage="outbox").observe(max(0, self._now() - row.created_at) / 1000)
            self._finish(tx, row, Status.SENT, mid=result)
            if step.trying:
                stops.lift(tx, page_id)
            return outbox.next_of(tx, row.conversation_id) is not None
        now = self._now()
        lately = monotonic() - self._got_through.get(page_id, -LATELY_S) < LATELY_S
        plan = failures.after(result, row.attempts + 1, others_get_through=lately)
        code = failures.failure_code(result)
        SENDS.labels(result=code, author=row.author).inc()
        log.warning("send_failed", outbox=row.id, disposition=code, code=result.code, subcode=result.subcode)
        self._carry_out(tx, step, plan, code, now)
        if plan.stop_page_ms:
            stops.stop(tx, page_id, code, now, now + plan.stop_page_ms)
        if plan.slow_page_s:
            self.rates.slow_down(page_id, plan.slow_page_s)
        if plan.unreachable:
            customers.change(tx, row.conversation_id, unreachable=True)
        if plan.not_ours:
            self.observer.thread_lost(tx, row.conversation_id, now)
        return outbox.next_of(tx, row.conversation_id) is not None

    def _carry_out(self, tx: Tx, step: Send, plan: AfterFailure, code: str, now: int) -> None:
        row = step.row
        match plan.next:
            case Next.AGAIN:
                outbox.requeue(tx, row.id, now + plan.in_ms)
            case Next.AGAIN_WITHOUT_REPLY_TO:
                tx.execute(update(outbox_table).where(outbox_table.c.id == row.id).values(reply_to=None))
                outbox.requeue(tx, row.id, now)
            case Next.AWAIT_ECHO:
                outbox.doubt(tx, row.id, failures.doubt_ends(step.began, now, row.attempts + 1))
                self.observer.changed(tx, row.conversation_id, "status", outbox_id=row.id)
            case Next.LEAVE_IN_DOUBT:
                self._finish(tx, row, Status.DOUBT, failure=code)
            case Next.FAIL:
                self._finish(tx, row, Status.FAILED, failure=code)

    def _finish(
        self, tx: Tx, row: Outgoing, status: Status, *, mid: str | None = None, failure: str | None = None
    ) -> None:
        outbox.finish(tx, row.id, status, mid=mid, failure=failure)
        if status in (Status.FAILED, Status.DROPPED):
            ledger.answer_lost(tx, row.conversation_id)
        self.observer.changed(tx, row.conversation_id, "status", outbox_id=row.id)
