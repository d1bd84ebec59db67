"""Carries webhooks to the product: signed, in order within a thread, again until they are taken.

Knows nothing of what is in them. Meta's exact schedule of retries is not published; this one tries at once again,
then ever more slowly for about ten minutes, and blocks only the thread concerned.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.messenger.signature import HEADER, sign
from bot.simulator import wire
from bot.simulator.clock import ShiftedClock
from bot.simulator.exchange import ExchangeLog
from bot.simulator.faults import Faults
from bot.simulator.posting import Poster, PostError
from bot.simulator.wire import Item

RETRY_AFTER_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, *(30.0,) * 18)
ANSWER_WITHIN_SECONDS = 5.0
"""The webhooks page: "200 within 5 seconds"; slower counts as failed."""
_AT_ONCE = 32
_REORDER_WAIT_SECONDS = 2.0
"""How long an event that is to be overtaken waits for one that could."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event on its way. `taken` is called when the product has answered 200."""

    item: Item
    standby: bool
    taken: Callable[[], None] | None = None
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class _Lane:
    """The events of one thread on their way, and word of the next one that joins them."""

    parcels: deque[Parcel]
    joined: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        self.joined.set()


class Courier:
    """One lane per thread; a lane works while it has parcels. `close` drops what is still under way."""

    def __init__(
        self,
        page_id: str,
        url: str,
        secret: str,
        clock: ShiftedClock,
        log: ExchangeLog,
        faults: Callable[[], Faults],
        chance: Callable[[], float],
    ) -> None:
        self._page_id, self._secret = page_id, secret
        self._clock, self._log, self._faults, self._chance = clock, log, faults, chance
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._poster = Poster(url, ANSWER_WITHIN_SECONDS)
        self._closed = False
        self.lost = 0

    @property
    def under_way(self) -> int:
        return sum(len(lane.parcels) for lane in self._lanes.values())

    def send(self, psid: str, parcel: Parcel, after_seconds: float = 0.0) -> None:
        """Queues an event behind those of its thread, at once or after a while."""
        if self._closed:
            return
        if after_seconds > 0:
            self._spawn(self._send_later(psid, parcel, after_seconds))
        elif psid in self._lanes:
            self._lanes[psid].add(parcel)
        else:
            self._lanes[psid] = _Lane(deque([parcel]))
            self._spawn(self._work(psid))

    async def close(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._poster.close()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_later(self, psid: str, parcel: Parcel, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.send(psid, parcel)

    async def _work(self, psid: str) -> None:
        lane = self._lanes[psid]
        try:
            while lane.parcels:
                # It stays in the lane until it is taken, so that `under_way` counts it.
                await self._bring(psid, await self._first(lane))
                lane.parcels.popleft()
        finally:
            del self._lanes[psid]

    async def _first(self, lane: _Lane) -> Parcel:
        faults, parcels = self._faults(), lane.parcels
        if faults.reorder_rate and self._chance() < faults.reorder_rate:
            lane.joined.clear()
            if len(parcels) < 2:
                with suppress(TimeoutError):
                    await asyncio.wait_for(lane.joined.wait(), _REORDER_WAIT_SECONDS)
            if len(parcels) > 1:
                parcels[0], parcels[1] = parcels[1], parcels[0]
        return parcels[0]

    async def _bring(self, psid: str, parcel: Parcel) -> None:
        faults = self._faults()
        await asyncio.sleep(faults.webhook_delay_ms.seconds(self._chance()))
        for pause in (*RETRY_AFTER_SECONDS, None):
            async with self._gate:
                taken = await self._try(psid, parcel)
            if taken or pause is None:
                break
            await asyncio.sleep(pause)
        self.lost += not taken
        if taken and parcel.taken is not None:
            parcel.taken()
        if taken and not parcel.is_copy and self._chance() < faults.duplicate_webhook_rate:
            self._lanes[psid].add(replace(parcel, taken=None, is_copy=True))

    async def _try(self, psid: str, parcel: Parcel) -> bool:
        now = self._clock.now()
        body = wire.body(self._page_id, [parcel.item], now, standby=parcel.standby)
        headers = {"Content-Type": "application/json", HEADER: sign(self._secret, body)}
        started = time.perf_counter()
        status: int | None = None
        answer = b""
        try:
            response = await self._poster.post(body, headers)
            status, answer = response.status, response.content
        except PostError as error:
            answer = str(error).encode()
        self._log.note("webhook", _name(parcel), psid, status, time.perf_counter() - started, body, answer, now)
        return status == 200


def _name(parcel: Parcel) -> str:
    kind = next((key for key in parcel.item if key not in ("sender", "recipient", "timestamp")), "?")
    if kind == "message" and parcel.item["message"].get("is_echo"):
        kind = "echo"
    return f"{'standby: ' if parcel.standby else ''}{kind}{' (copy)' if parcel.is_copy else ''}"
