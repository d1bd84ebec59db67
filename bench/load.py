"""Customers who write: signed webhooks at an even rate, or one after the other as answers come; knows no product."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.twin import APP_SECRET, PAGE, Heard, Platform
from bot.messenger.signature import HEADER, sign
from bot.simulator.posting import Poster, PostError

POST_SECONDS = 150.0
AGAIN_S, MOST_TRIES = 0.5, 120
_mids = itertools.count(1)
_words = itertools.count(1)


def delivery(psid: str, text: str, mid: str | None = None) -> bytes:
    """One message of one person, as the platform writes it."""
    item = {
        "sender": {"id": psid},
        "recipient": {"id": PAGE},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": mid or f"m_bench_{next(_mids)}_{time.time_ns()}", "text": text},
    }
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]}).encode()


def headers(body: bytes) -> dict[str, str]:
    """Both signatures, as Meta sends them: Rasa's channel reads the older one only."""
    older = hmac.new(APP_SECRET.encode(), body, hashlib.sha1).hexdigest()
    return {
        "Content-Type": "application/json",
        HEADER: sign(APP_SECRET, body),
        "X-Hub-Signature": f"sha1={older}",
    }


def unlike(text: str, number: int) -> str:
    """The sentence, to be told from every other by its punctuation: calm marks, as who shouts is given to a person."""
    marks = ""
    while number:
        number, mark = divmod(number, 3)
        marks += ".,;"[mark]
    return f"{text} {marks}"


class Webhook:
    """One address to deliver to, over kept connections. `refused` counts what had to be delivered again."""

    def __init__(self, url: str) -> None:
        self._poster = Poster(url, POST_SECONDS)
        self.refused = 0

    async def deliver(self, body: bytes) -> float:
        """Seconds until the 200; like the platform it delivers again what was refused, here after half a second."""
        start = time.perf_counter()
        for _ in range(MOST_TRIES):
            try:
                answer = await self._poster.post(body, headers(body))
            except PostError:
                answer = None
            if answer is not None and answer.status == 200:
                return time.perf_counter() - start
            self.refused += 1
            await asyncio.sleep(AGAIN_S)
        raise AssertionError("the webhook takes nothing")

    def close(self) -> None:
        self._poster.close()


@dataclass(slots=True)
class Answers:
    """Waits for messages at the platform, by person."""

    platform: Platform
    _waiting: dict[str, asyncio.Future[Heard]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.platform.listeners.append(self._hear)

    def _hear(self, psid: str, heard: Heard) -> None:
        waiting = self._waiting.pop(psid, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(heard)

    def next_to(self, psid: str) -> asyncio.Future[Heard]:
        """The next message that arrives at this person."""
        waiting = self._waiting[psid] = asyncio.get_running_loop().create_future()
        return waiting

    def close(self) -> None:
        self.platform.listeners.remove(self._hear)


async def one_after_the_other(
    webhook: Webhook, platform: Platform, psid: str, texts: Iterable[str], pause: float = 0.0
) -> list[float]:
    """One customer: seconds from each webhook to the answer's arrival at the platform."""
    answers, seconds = Answers(platform), []
    platform.let_write(psid)
    try:
        for text in texts:
            coming = answers.next_to(psid)
            start = time.perf_counter()
            delivering = asyncio.ensure_future(webhook.deliver(delivery(psid, text)))
            heard = await asyncio.wait_for(coming, POST_SECONDS)
            seconds.append(heard.at - start)
            await delivering
            await asyncio.sleep(pause)
    finally:
        answers.close()
    return seconds


async def crowd(
    webhooks: Sequence[Webhook], platform: Platform, psids: Sequence[str], text: str, seconds: float
) -> tuple[float, list[float]]:
    """Many customers at once, each writing again when answered: answers a second, and how long each waited.

    Everybody writes in words of their own, so that nobody is answered with what was worked out for another.
    """
    answers, waits, in_time = Answers(platform), [], 0
    began = time.perf_counter()
    ends = began + seconds

    async def customer(n: int, psid: str) -> None:
        nonlocal in_time
        platform.let_write(psid)
        webhook = webhooks[n % len(webhooks)]
        while time.perf_counter() < ends:
            coming = answers.next_to(psid)
            start = time.perf_counter()
            delivering = asyncio.ensure_future(webhook.deliver(delivery(psid, unlike(text, next(_words)))))
            heard = await asyncio.wait_for(coming, POST_SECONDS)
            waits.append(heard.at - start)
            in_time += heard.at <= ends
            await delivering

    try:
        await asyncio.gather(*(customer(n, psid) for n, psid in enumerate(psids)))
    finally:
        answers.close()
    return in_time / seconds, waits


async def evenly(
    webhooks: Sequence[Webhook],
    rate: float,
    seconds: float,
    body: Callable[[int], bytes],
    person: Callable[[int], str] = str,
) -> list[float]:
    """Deliveries at an even rate: seconds until each 200. Like the platform's, a person's wait for each other."""
    began = time.perf_counter()
    turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def one(n: int) -> float:
        await asyncio.sleep(began + n / rate - time.perf_counter())
        async with turns[person(n)]:
            return await webhooks[n % len(webhooks)].deliver(body(n))

    return list(await asyncio.gather(*(one(n) for n in range(int(rate * seconds)))))


async def as_fast_as_taken(webhook: Webhook, at_once: int, seconds: float, body: Callable[[int], bytes]) -> float:
    """Deliveries a second with `at_once` of them under way all the time."""
    numbers, ends = itertools.count(), time.perf_counter() + seconds
    taken = 0

    async def one() -> None:
        nonlocal taken
        while time.perf_counter() < ends:
            await webhook.deliver(body(next(numbers)))
            taken += time.perf_counter() < ends

    await asyncio.gather(*(one() for _ in range(at_once)))
    return taken / seconds
