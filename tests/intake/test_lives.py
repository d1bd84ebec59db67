"""Places of workers: real locks of real processes, leases on a real Redis."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.intake import lives
from bot.intake.lanes import Claim, Lanes, Letter, lanes
from bot.intake.lives import Life
from bot.intake.runner import LaneRunner
from tests.support.processes import ROOT

LEASE = timedelta(seconds=60)
# Takes a place, says which, and keeps it for as long as it lives.
KEEPER = """
import sys
from pathlib import Path
from bot.intake import lives
print(lives.begin(Path(sys.argv[1])).place, flush=True)
sys.stdin.read()
"""


def test_a_place_is_free_when_its_process_is_dead_and_not_before(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KEEPER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        taken = keeper.stdout.readline().strip()
        beside = lives.begin(tmp_path)
        assert beside.place and beside.place != taken
        keeper.kill()
    after = lives.begin(tmp_path)
    assert after.place == taken
    beside.leave()
    after.leave()


def test_a_file_cut_short_is_a_new_place(tmp_path: Path) -> None:
    first = lives.begin(tmp_path)
    first.leave()
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xff")
    second = lives.begin(tmp_path)
    second.leave()
    assert second.place not in ("", first.place)
    assert lives.begin(tmp_path).place == second.place


def test_without_a_folder_to_write_to_there_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    life = lives.begin(tmp_path / "run")
    assert not life.place and life.name


async def take_up(both: Lanes, n: int) -> None:
    """Hold one conversation in each lane, as a worker that dies next."""
    await both.inward.deliver([Letter(f"p:{n}", f"k:{n}", {"n": n})])
    assert await both.inward.claim(1)
    assert await both.outward.take(f"p:{n}")


async def test_a_successor_ends_the_leases_of_all_that_had_its_place_and_of_nobody_else(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    for n, life in enumerate((Life("a", "a:1"), Life("a", "a:2"), Life("b", "b:1"), Life("", "none"))):
        await take_up(lanes(redis, LEASE, life), n)
    after = lanes(redis, LEASE, Life("a", "a:3"))
    await take_up(after, 4)
    assert [await lane.succeed() for lane in (after.inward, after.outward)] == [2, 2]
    claims = await after.inward.claim(10)
    assert {(claim.conversation, claim.deaths) for claim in claims} == {("p:0", 1), ("p:1", 1)}
    assert await lanes(redis, LEASE, Life("", "other")).inward.succeed() == 0
    assert await redis.zcard(after.outward.held) == 5
    await redis.aclose()


async def test_what_is_let_go_or_given_back_is_nobodys(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    both = lanes(redis, LEASE, Life("a", "a:1"))
    await both.outward.want("p:1")
    for claim in await both.outward.claim(1):
        await both.outward.release(claim)
    await both.outward.take("p:2")
    await redis.zadd(both.outward.held, {"p:2": 1})
    assert [claim.conversation for claim in await both.outward.claim(5)] == ["p:2"]
    assert await redis.hgetall(both.outward.lives) == {b"p:2": b"a:1"}
    await redis.aclose()


async def test_a_worker_begins_with_what_its_predecessor_held(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    await take_up(lanes(redis, LEASE, Life("a", "a:1")), 1)
    found: list[str] = []
    begun = asyncio.Event()

    async def work(claim: Claim) -> None:
        found.append(claim.conversation)
        begun.set()

    runner = LaneRunner(lanes(redis, LEASE, Life("a", "a:2")).inward, work, 1)
    running = asyncio.create_task(runner.run())
    await asyncio.wait_for(begun.wait(), 5)
    runner.stop()
    await runner.finish(asyncio.get_running_loop().time() + 5)
    await running
    assert found == ["p:1"]
    await redis.aclose()
