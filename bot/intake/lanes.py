"""Mailboxes and lanes in Redis: take events in, claim a conversation under a numbered lease, let it go.

A lease has a deadline and a fencing number that only grows. Whoever writes to SQL under a lease says its number there
(`conversations.hold`), so that a worker that slept through its lease cannot write over its successor's work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake import keys, scripts
from bot.intake.lives import NOBODY, Life
from bot.messenger.event import EventKind

# Meta gives up on a delivery after an hour; afterwards SQL's unique keys recognise an event that comes again.
REMEMBER_EVENTS = timedelta(minutes=90)

# Who is in the middle of something comes first: as if they had written this much earlier. It lasts as long as a person
# may think about an answer.
HEAD_START_MS = 60_000
FIRST_FOR = timedelta(hours=6)

# That a message was echoed, delivered and read comes as three deliveries within a moment: one claim does for them.
QUIET_MS = 300

# Events handed over with one claim. More would make the lease's holder read much that it may not get to.
EVENTS_PER_CLAIM = 16

# From so many deaths of its holders on a conversation may be what kills them, and is taken up with only a few others of
# that kind; so long it waits where there are as many already. After one more it is taken up alone. A death or two are
# mostly somebody else's doing, and many may have had them.
SUSPECT_AFTER_DEATHS = 2
SUSPECTS_AT_ONCE = 4
ALONE_AFTER_DEATHS = 3
SUSPECT_WAITS_MS = 50

# No work is wanted later than this from now (the longest rest of a message is a minute): what is, was wanted by a clock
# that ran ahead.
FARTHEST_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One event on its way into a mailbox: whose, under which key it is known, and the event itself.

    `quiet`: nobody waits for it; it may be handled together with what comes within a moment, or alone a moment later.
    """

    conversation: str
    key: str
    event: dict[str, Any]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A conversation held under a lease. `tries` counts claims since something of it was last done; 1 is the first.

    `letters` are the events' bytes as they lie in the mailbox. `deaths` counts those who took it up since and never let
    go: they died, or slept through their lease.
    """

    conversation: str
    fence: int
    tries: int
    events: tuple[dict[str, Any], ...]
    letters: tuple[bytes, ...] = ()
    deaths: int = 0


class Lane:
    """One kind of work on conversations (`in`: handle events, `out`: send messages), shared by all workers."""

    def __init__(self, redis: Redis, name: str, *, lease: timedelta, mail: bool, life: Life = NOBODY) -> None:
        """`life`: whom the leases taken here belong to (bot/intake/lives.py)."""
        self.redis = redis
        self.name = name
        self.life = life
        self.lease_ms = int(lease.total_seconds() * 1000)
        self.mail = keys.MAIL if mail else ""
        # When what the last claim left is wanted next, UTC ms.
        self.next_due: int | None = None
        self.due, self.held, self.wake = keys.due(name), keys.held(name), keys.wake(name)
        self.fences, self.counter, self.tries = keys.fences(name), keys.counter(name), keys.tries(name)
        self.lives = keys.lives(name)
        self._deliver = redis.register_script(scripts.DELIVER)
        self._want = redis.register_script(scripts.WANT)
        self._remind = redis.register_script(scripts.REMIND)
        self._claim = redis.register_script(scripts.CLAIM)
        self._take = redis.register_script(scripts.TAKE)
        self._done = redis.register_script(scripts.DONE)
        self._failed = redis.register_script(scripts.FAILED)
        self._release = redis.register_script(scripts.RELEASE)
        self._renew = redis.register_script(scripts.RENEW)
        self._succeed = redis.register_script(scripts.SUCCEED)
        self._cut_off = redis.register_script(scripts.CUT_OFF)
        # By conversation: how it was let go of when Redis did not answer.
        self._owed: dict[str, list[Any]] = {}

    async def deliver(self, letters: Iterable[Letter]) -> list[bool]:
        """Take events in, all of them or none; for each, whether it is new. On disk when this returns."""
        arguments: list[Any] = [epoch_ms(), int(REMEMBER_EVENTS.total_seconds()), keys.SEEN, keys.MAIL]
        arguments += (keys.FIRST, HEAD_START_MS, QUIET_MS)
        for letter in letters:
            arguments += (letter.conversation, letter.key, orjson.dumps(letter.event), int(letter.quiet))
        fresh = await self.run(self._deliver(keys=[self.due, self.held, self.wake], args=arguments))
        return [bool(one) for one in fresh]

    async def put_first(self, conversation: str, *, first: bool) -> None:
        """From now on the conversation's messages come before those of people who only begin; or no longer."""
        name = keys.FIRST + conversation
        await self.run(self.redis.set(name, "1", ex=FIRST_FOR) if first else self.redis.delete(name))

    async def waiting(self, since: int, most: int) -> list[str]:
        """Conversations that have wanted work since before `since` (UTC ms) and that nobody has taken up."""
        names = await self.run(self.redis.zrangebyscore(self.due, "-inf", since, start=0, num=most))
        return [name.decode() for name in names]

    async def want(self, conversation: str, *, at: int | None = None, first: bool = False) -> None:
        """Ask for work on `conversation`, now or at `at` (UTC ms); `first`: before all that was wanted lately."""
        if first:
            at = epoch_ms() - HEAD_START_MS
        await self.run(self._want(keys=[self.due, self.wake], args=[epoch_ms() if at is None else at, conversation]))

    async def claim(self, most: int) -> list[Claim]:
        """Take up to `most` conversations that want work and nobody holds."""
        found, left = await self.run(
            self._claim(
                keys=[self.due, self.held, self.fences, self.counter, self.tries, self.lives, self.wake],
                args=[
                    epoch_ms(),
                    self.lease_ms,
                    most,
                    self.mail,
                    EVENTS_PER_CLAIM,
                    FARTHEST_MS,
                    SUSPECT_AFTER_DEATHS,
                    SUSPECTS_AT_ONCE,
                    ALONE_AFTER_DEATHS,
                    SUSPECT_WAITS_MS,
                    self.life.name,
                ],
            )
        )
        self.next_due = int(float(left)) if left else None
        return [
            Claim(name.decode(), int(fence), int(tries), tuple(map(orjson.loads, letters)), tuple(letters), int(deaths))
            for name, fence, tries, letters, deaths in found
        ]

    async def take(
        self, conversation: str, buckets: Sequence[str] = (), limits: Sequence[float] = (), *, room: int = 1
    ) -> Claim | None:
        """Claim this conversation of a lane without mail at once; None: it waits its turn like any that is wanted.

        `buckets`, `limits`: a message's leave is taken of these (see `Rates`), and without it nothing is claimed.
        `room`: of how many conversations this worker would begin now, so that it is kept for those that came before.
        """
        taken = await self.run(
            self._take(
                keys=[self.due, self.held, self.fences, self.counter, self.tries, self.wake, self.lives, *buckets],
                args=[epoch_ms(), self.lease_ms, conversation, self.life.name, room, *limits],
            )
        )
        return None if taken is None else Claim(conversation, int(taken[0]), int(taken[1]), ())

    async def done(self, claim: Claim, handled: Sequence[int] = (0,)) -> bool:
        """Forget the claim's events with these numbers, which are on record; False if the lease was lost."""
        letters = [claim.letters[number] for number in handled]
        answer = await self.run(
            self._done(keys=[self.fences, self.tries], args=[claim.conversation, claim.fence, keys.MAIL, *letters])
        )
        return bool(answer)

    async def failed(self, claim: Claim) -> int:
        """Note that an event failed by its own fault; how often one has since something was last done."""
        return int(await self.run(self._failed(keys=[self.fences, self.tries], args=[claim.conversation, claim.fence])))

    async def release(
        self, claim: Claim, *, again_at: int | None = None, forget_tries: bool = False, handled: Sequence[int] = ()
    ) -> None:
        """Let go; with `again_at` (UTC ms) the conversation wants work again then, else if something came meanwhile.

        `handled`: numbers of events that are on record, to be forgotten in the same step.
        """
        arguments = [
            claim.conversation,
            claim.fence,
            epoch_ms(),
            "" if again_at is None else again_at,
            self.mail,
            "forget" if forget_tries else "",
            keys.FIRST,
            HEAD_START_MS,
            *(claim.letters[number] for number in handled),
        ]
        try:
            await self._let_go(claim.conversation, arguments)
        except RedisUnavailable:
            self._owed[claim.conversation] = arguments
            raise

    async def _let_go(self, conversation: str, arguments: list[Any]) -> bool:
        """Whether it was still held."""
        names = [self.due, self.held, self.fences, self.tries, self.wake, self.lives]
        held = await self.run(self._release(keys=names, args=arguments))
        self._owed.pop(conversation, None)
        return bool(held)

    @property
    def owes(self) -> bool:
        """Whether Redis is still to be told that something was let go of."""
        return bool(self._owed)

    async def settle(self) -> None:
        """Tell it, before somebody takes the end of a lease that nobody could renew for a death."""
        await self.cut_off([name for name, said in list(self._owed.items()) if not await self._let_go(name, said)])

    async def cut_off(self, conversations: Iterable[str]) -> None:
        """Of these the leases ended because Redis was away: whoever had them in hand is alive."""
        if names := list(conversations):
            await self.run(self._cut_off(keys=[self.tries], args=names))

    async def renew(self, claims: Iterable[Claim]) -> set[str]:
        """Extend the leases; the conversations whose lease is somebody else's by now."""
        arguments: list[Any] = [epoch_ms() + self.lease_ms]
        for claim in claims:
            arguments += (claim.conversation, claim.fence)
        lost = await self.run(self._renew(keys=[self.held, self.fences], args=arguments))
        return {name.decode() for name in lost}

    async def succeed(self) -> int:
        """End the leases of all who had this worker's place before it and are dead; how many there were."""
        if not self.life.place:
            return 0
        arguments: list[Any] = [epoch_ms(), self.life.place, self.life.name]
        return int(await self.run(self._succeed(keys=[self.held, self.lives], args=arguments)))

    async def wait(self, seconds: float) -> None:
        """Until somebody wants work, or `seconds` have passed."""
        await self.run(cast("Awaitable[Any]", self.redis.blpop([self.wake], timeout=seconds)))

    async def remind(self, conversations: Iterable[str]) -> None:
        """Ask for work on those of them that nobody has in hand and that do not want it now already."""
        if names := list(conversations):
            await self.run(self._remind(keys=[self.due, self.held, self.wake], args=[epoch_ms(), *names]))

    async def echo_of(self, conversation: str, id: str) -> str | None:
        """The mid of the echo of our message `id` that waits in the mailbox; None when there is none."""
        letters = await self.run(cast("Awaitable[Any]", self.redis.lrange(self.mail + conversation, 0, -1)))
        for event in (orjson.loads(letter).get("event") or {} for letter in letters):
            if event.get("kind") == EventKind.ECHO.value and event.get("metadata") == id:
                return str(event["mid"]) if event.get("mid") else None
        return None

    async def depth(self) -> tuple[int, int]:
        """Conversations that want work, and conversations that are held."""
        pipe = self.redis.pipeline(transaction=False)
        pipe.zcard(self.due)
        pipe.zcard(self.held)
        waiting, held = await self.run(pipe.execute())
        return int(waiting), int(held)

    @staticmethod
    async def run(call: Awaitable[Any]) -> Any:
        try:
            return await call
        except (TimeoutError, RedisError, OSError) as error:
            raise RedisUnavailable(code=f"redis_unavailable:{type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class Lanes:
    """The two lanes of this installation."""

    inward: Lane
    outward: Lane

    async def ring_timers(self) -> None:
        """Tell the workers that a timer may be due now."""
        pipe = self.inward.redis.pipeline(transaction=False)
        pipe.lpush(keys.TIMERS_WAKE, "1")
        pipe.ltrim(keys.TIMERS_WAKE, 0, 7)
        await self.inward.run(pipe.execute())

    async def wait_for_timers(self, seconds: float) -> None:
        """Until somebody rings, or `seconds` have passed."""
        redis = self.inward.redis
        await self.inward.run(cast("Awaitable[Any]", redis.blpop([keys.TIMERS_WAKE], timeout=seconds)))


def lanes(redis: Redis, lease: timedelta, life: Life = NOBODY) -> Lanes:
    """`life`: whom the leases taken here belong to."""
    return Lanes(
        Lane(redis, "in", lease=lease, mail=True, life=life), Lane(redis, "out", lease=lease, mail=False, life=life)
    )
