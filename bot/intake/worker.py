"""The worker: claims conversations from both lanes, works on many at once, keeps its leases, lets go when told to stop.

One broad catch stands here, at the outermost line of a conversation's work: it counts the failure, logs ids and leaves
the event to be tried again, or sets it aside after too many tries, so that the conversation goes on behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot import traces
from bot.clock import epoch_ms
from bot.dialogue.saying import Say
from bot.errors import DyzurnyError, LeaseLost, RedisUnavailable, StoreUnavailable, Unavailable
from bot.failpoints import reach
from bot.intake.events import Events
from bot.intake.lanes import Claim, Lane, Lanes, Letter
from bot.intake.order import covered, in_order, is_report, own_echoes
from bot.intake.ports import DeskPort
from bot.intake.runner import LaneRunner
from bot.intake.turns import Postponed
from bot.logs import logger
from bot.metrics import SET_ASIDE
from bot.outbox.departures import Departures
from bot.outbox.sender import Send, Sender
from bot.outbox.speaker import Speaker
from bot.settings import Settings
from bot.store import conversations, outbox, set_aside, timers
from bot.store.database import Database, Tx
from bot.store.messages import Author

log = logger("worker")

# How long what is in progress may go on once this is told to stop: as long as the longest call it waits for. Whoever
# started this process has to give it longer than that (tests/deploy/test_stopping.py).
FINISH_S = 10.0
SWEEP_S = 0.5
# How often somebody looks whether a conversation is without anybody.
WATCH_S = 2.0
# Rows of the outbox that are overdue by this much have lost their wake-up call.
OVERDUE_MS = 3_000
_RETRY_MS = 500
# With more mailboxes than these in hand customers wait for this worker rather than for anything it asks.
CROWD = 6
# A usual turn is over by then.
_BESIDE_AFTER_S = 0.15


class WorkerDiedError(DyzurnyError):
    """Nobody saw why: each worker that began with the event was gone before it could say anything."""

    code = "worker_died"


class Worker:
    def __init__(
        self,
        lanes: Lanes,
        events: Events,
        sender: Sender,
        speaker: Speaker,
        desk: DeskPort,
        database: Database,
        settings: Settings,
        besides: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
    ) -> None:
        """`besides`: what runs beside the lanes for as long as the worker does, such as the look at the pages."""
        self.lanes = lanes
        self.events = events
        self.sender = sender
        self.speaker = speaker
        self.desk = desk
        self.database = database
        self.settings = settings
        # Whoever gave it its connections says how they are let go once nothing is in progress any more.
        self.close: Callable[[], Awaitable[None]] | None = None
        self.besides = (self._sweep, self._watch, *besides)
        self.inward = LaneRunner(lanes.inward, self._drain_mailbox, settings.conversations_in_flight)
        self.outward = LaneRunner(lanes.outward, self._drain_outbox, settings.conversations_in_flight)
        events.turns.departures = self.departures = Departures(
            lanes.outward,
            sender,
            lambda claim, step: self.outward.start(claim, self._drain_outbox(claim, step)),
            self.outward.room,
            self.is_crowded,
        )
        speaker.call = self._call_sender
        sender.echo_in_mailbox = lanes.inward.echo_of
        events.has_sent = sender.has_sent

    async def run(self) -> None:
        """Work until `stop`, or until cancelled. What is in progress then is finished, for FINISH_S at most."""
        besides = [asyncio.create_task(each()) for each in self.besides]
        lanes = [asyncio.create_task(each.run()) for each in (self.inward, self.outward)]
        try:
            done, _ = await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
            for lane in done:
                # Told to stop, it may end as cancelled; whatever else ended it ends this process.
                if not lane.cancelled():
                    lane.result()
        finally:
            await self._finish()
            for task in (*lanes, *besides):
                task.cancel()
            # Their connections are closed next.
            await asyncio.gather(*lanes, *besides, return_exceptions=True)

    def stop(self) -> None:
        self.inward.stop()

    def is_crowded(self) -> bool:
        return len(self.inward.tasks) > CROWD

    async def _finish(self) -> None:
        """First what customers wrote, while answers go on leaving with their commits; then what is being sent."""
        ends = asyncio.get_running_loop().time() + FINISH_S
        for lane in (self.inward, self.outward):
            lane.stop()
            await lane.finish(ends)

    async def _drain_mailbox(self, claim: Claim) -> None:
        lane = self.lanes.inward
        # Numbers of events that are on record and not yet forgotten.
        handled: list[int] = []
        reach("claimed")
        try:
            await self._work_through(claim, handled)
            await lane.release(claim, handled=handled)
            reach("forgotten")
            reach("released")
        except Postponed as postponed:
            await self._let_go(lane, claim, postponed.at, handled)
        except LeaseLost:
            log.warning("lease_lost", lane="in", conversation=claim.conversation)
        except (StoreUnavailable, RedisUnavailable) as error:
            log.error("away", conversation=claim.conversation, code=error.code)
            await self._let_go(lane, claim, epoch_ms() + _RETRY_MS, handled)
        except Unavailable as error:
            log.warning("again", conversation=claim.conversation, code=error.code)
            await self._let_go(lane, claim, epoch_ms() + _RETRY_MS, handled)
        except Exception:
            # Not even setting it aside worked, as where the database is not the one that the code expects.
            log.exception("event_stays", conversation=claim.conversation)
            await self._let_go(lane, claim, epoch_ms() + 10 * _RETRY_MS, handled)

    async def _work_through(self, claim: Claim, handled: list[int]) -> None:
        """Handle the claim's events, each in its own transaction. Raises LeaseLost.

        Echoes of what we sent ourselves are handled after the rest, or beside it where that takes long: they neither
        wait behind a message that waits for Rasa nor keep it waiting. After a death everything goes one by one, so that
        it is known what killed.
        """
        numbers = in_order(claim.events)
        echoes = [] if claim.deaths else own_echoes(claim.events, self.settings.app_id)
        rest = [number for number in numbers if number not in echoes]
        if not echoes or not rest:
            await self._one_by_one(claim, numbers, handled)
            return
        is_over = asyncio.Event()
        beside = asyncio.create_task(self._after_or_beside(is_over, claim, echoes, handled))
        try:
            await self._one_by_one(claim, rest, handled)
        except Exception:
            is_over.set()
            await asyncio.wait({beside})
            if not beside.cancelled():
                beside.exception()
            raise
        except BaseException:
            beside.cancel()
            raise
        is_over.set()
        await beside

    async def _after_or_beside(
        self, is_over: asyncio.Event, claim: Claim, echoes: Sequence[int], handled: list[int]
    ) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), _BESIDE_AFTER_S)
        await self._one_by_one(claim, echoes, handled)

    async def _one_by_one(self, claim: Claim, numbers: Sequence[int], handled: list[int]) -> None:
        begun, needless = claim, covered(claim.events)
        for number in numbers:
            entry = claim.events[number]
            if number not in needless:
                await self._handle(begun, entry)
            reach("handled")
            handled.append(number)
            if is_report(entry) and not begun.deaths:
                continue
            # Only the first that asks the dialogue may have been begun by somebody before us.
            begun = replace(claim, tries=1, deaths=0)
            if number != numbers[-1]:
                on_record = list(handled)
                if not await self.lanes.inward.done(claim, on_record):
                    raise LeaseLost(claim.conversation)
                del handled[: len(on_record)]
                reach("forgotten")

    async def _handle(self, claim: Claim, entry: dict[str, Any]) -> None:
        if claim.deaths >= self.settings.max_deaths:
            log.error("event_kills", conversation=claim.conversation, deaths=claim.deaths)
            await self._set_aside(claim, entry, WorkerDiedError(), claim.deaths)
            return
        try:
            with traces.span("handle", str(entry.get("key")), conversation=claim.conversation):
                await self.events.handle(claim, entry)
        except (Unavailable, LeaseLost):
            raise
        except Exception as error:
            failures = await self.lanes.inward.failed(claim)
            log.exception("event_failed", conversation=claim.conversation, failures=failures)
            if failures < self.settings.max_attempts:
                raise Unavailable(code="event_failed") from error
            await self._set_aside(claim, entry, error, failures)

    async def _set_aside(self, claim: Claim, entry: dict[str, Any], error: Exception, attempts: int) -> None:
        await self.database.run(lambda tx: self._put_aside(tx, claim, entry, error, attempts))
        SET_ASIDE.inc()

    def _put_aside(self, tx: Tx, claim: Claim, entry: dict[str, Any], error: Exception, attempts: int) -> None:
        """Set a poisonous event aside and tell the customer that a person will look."""
        now = epoch_ms()
        key = str(entry.get("key") or entry.get("event", {}).get("key"))
        page_id, _, psid = claim.conversation.partition(":")
        conversation = conversations.find_or_create(tx, page_id, psid, now)
        set_aside.add(
            tx,
            conversation_id=claim.conversation,
            event_key=key,
            event=entry,
            error=f"{type(error).__name__}:{getattr(error, 'code', '')}",
            attempts=attempts,
            at=now,
        )
        if "internal" in entry:
            # It would be delivered again; from now on it is for a supervisor to say when.
            timers.remove(tx, key)
        if "event" in entry:
            conversations.change(tx, conversation.id, last_customer_at=max(now, conversation.last_customer_at or 0))
            self.speaker.say(tx, conversation, Say("utter_set_aside"), id=f"{key}:aside", author=Author.SYSTEM, now=now)
        self.desk.changed(tx, claim.conversation, "set_aside")

    async def _call_sender(self, conversation: str, *, first: bool = False) -> None:
        if not self.departures.takes(conversation):
            await self.outward.call(conversation, first=first)

    async def _drain_outbox(self, claim: Claim, step: Send | None = None) -> None:
        lane = self.lanes.outward
        reach("send_claimed")
        try:
            again_at = await self.sender.drain(claim, step)
            await lane.release(claim, again_at=again_at, forget_tries=True)
            reach("send_released")
        except (Unavailable, LeaseLost) as error:
            log.error("away", lane="out", conversation=claim.conversation, code=error.code)
            await self._let_go(lane, claim, epoch_ms() + _RETRY_MS)
        except Exception:
            log.exception("send_failed", conversation=claim.conversation)
            await self._let_go(lane, claim, epoch_ms() + 10 * _RETRY_MS)

    @staticmethod
    async def _let_go(lane: Lane, claim: Claim, again_at: int, handled: Sequence[int] = ()) -> None:
        try:
            await lane.release(claim, again_at=again_at, handled=handled)
        except RedisUnavailable:
            # The lease ends by itself, and whoever claims next finds everything as it is.
            log.error("redis_away", lane=lane.name)

    async def _sweep(self) -> None:
        """Move due timers into mailboxes, and wake senders whose wake-up call was lost."""
        while True:
            try:
                await self.sweep_once()
                await self.lanes.wait_for_timers(SWEEP_S)
            except (StoreUnavailable, RedisUnavailable) as error:
                log.error("away", code=error.code)
                await asyncio.sleep(SWEEP_S)
            except Exception:
                # Without the sweep timers and lost wake-up calls would stay where they are for ever.
                log.exception("sweep_failed")
                await asyncio.sleep(SWEEP_S)

    async def _watch(self) -> None:
        """Let the desk look after conversations that nobody looks after; a failed look is one look less."""
        while True:
            try:
                await self.desk.watch()
            except DyzurnyError as error:
                log.error("watch_failed", code=error.code)
            except Exception:
                log.exception("watch_failed")
            await asyncio.sleep(WATCH_S)

    async def sweep_once(self) -> None:
        now = epoch_ms()
        due = await self.database.read(lambda tx: timers.due(tx, now))
        if due:
            letters = [
                # The key tells one firing from the next try to hand it over, not one timer from its renewal.
                Letter(t.conversation_id, f"timer:{t.id}:{t.due_at}", {"internal": t.event, "key": t.id})
                for t in due
            ]
            await self.lanes.inward.deliver(letters)
            reach("timers_moved")
        overdue = await self.database.read(lambda tx: outbox.conversations_due(tx, now - OVERDUE_MS))
        await self.lanes.outward.remind(overdue)
