"""Messenger delivers many people's events in one webhook, and the whole webhook again when it was not taken."""

from __future__ import annotations

import asyncio
from typing import cast

import httpx

from bot.clock import utc_now
from bot.messenger.signature import HEADER, sign
from bot.simulator import wire
from bot.simulator.courier import Courier, Parcel
from tests.faults.judgement import Verdict
from tests.faults.laboratory import Laboratory
from tests.faults.scenario import Course, Scenario
from tests.system.product import APP_SECRET, PAGE

_GATHERS_S = 0.15


class Batches:
    """Stands where the twin's courier stands: gathers what is to be delivered and delivers it at once, in order."""

    def __init__(self, lab: Laboratory) -> None:
        self.own = lab.twin.courier
        self.delivering: asyncio.Task[None] | None = None
        self.url = f"http://127.0.0.1:{lab.webhook.port}/webhook"
        self.waiting: list[Parcel] = []
        self.in_hand = 0
        self.lost = 0
        self.largest = 0
        self._later: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        return len(self.waiting) + self.in_hand + len(self._later)

    def send(self, psid: str, parcel: Parcel, after_seconds: float = 0.0) -> None:
        if after_seconds <= 0:
            self.waiting.append(parcel)
            return
        task = asyncio.create_task(self._send_later(psid, parcel, after_seconds))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _send_later(self, psid: str, parcel: Parcel, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.waiting.append(parcel)

    async def deliver(self) -> None:
        """For ever; every third batch is delivered twice."""
        count = 0
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                await asyncio.sleep(_GATHERS_S)
                batch, self.waiting = self.waiting, []
                self.in_hand, self.largest = len(batch), max(self.largest, len(batch))
                for standby in (False, True):
                    chosen = [parcel for parcel in batch if parcel.standby is standby]
                    if chosen:
                        count += 1
                        await self._bring(http, chosen, standby, times=2 if count % 3 == 0 else 1)
                self.in_hand = 0

    async def _bring(self, http: httpx.AsyncClient, batch: list[Parcel], standby: bool, times: int) -> None:
        body = wire.body(PAGE, [parcel.item for parcel in batch], utc_now(), standby=standby)
        while times:
            try:
                answer = await http.post(self.url, content=body, headers={HEADER: sign(APP_SECRET, body)})
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
                continue
            times -= answer.status_code == httpx.codes.OK
        for parcel in batch:
            if parcel.taken is not None:
                parcel.taken()

    async def close(self) -> None:
        """Nothing to let go of."""


async def batches(course: Course) -> None:
    """To the end of the crowd: `own_courier_again` puts everything back."""
    instead = Batches(course.lab)
    course.lab.twin.courier = cast("Courier", instead)
    instead.delivering = asyncio.create_task(instead.deliver())
    await asyncio.sleep(15 if course.long else 5)


async def own_courier_again(course: Course, verdict: Verdict) -> None:
    instead = cast("Batches", course.lab.twin.courier)
    if instead.delivering is not None:
        instead.delivering.cancel()
    course.lab.twin.courier = instead.own
    course.remarks.append(f"up to {instead.largest} events at once")


SCENARIOS = (Scenario("batches of many people's events", batches, also=own_courier_again),)
