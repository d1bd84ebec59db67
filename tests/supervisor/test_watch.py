"""Real small processes under the supervisor: what dies is started again, what stops is ours alone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.program import Program
from bot.supervisor.watch import News, Turn, Watch
from tests.support.lifelines import Life, Lifelines

ROOT = Path(__file__).resolve().parents[2]


class Told:
    """Everything that the supervisor said, and a way to wait for what it says next."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self._fresh: asyncio.Queue[News] = asyncio.Queue()

    def __call__(self, news: News) -> None:
        self.news.append(news)
        self._fresh.put_nowait(news)

    async def next(self, turn: Turn) -> News:
        async with asyncio.timeout(90):
            while (news := await self._fresh.get()).turn is not turn:
                pass
            return news


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def watch(tmp_path: Path, told: Told) -> AsyncIterator[Watch]:
    async with Children(tmp_path) as children:
        watching = Watch(children, told)
        yield watching
        await watching.stop()


def program(lines: Lifelines, folder: Path, name: str, kind: str = "plain", grace_seconds: float = 10) -> Program:
    return Program(name, lines.argv(name, kind), folder / f"{name}.log", grace_seconds=grace_seconds)


async def test_a_process_that_is_killed_is_started_again_and_this_is_said(
    lines: Lifelines, watch: Watch, told: Told, tmp_path: Path
) -> None:
    watch.keep(program(lines, tmp_path, "worker"))
    first = await lines.call()
    os.kill(first.pid, signal.SIGKILL)

    second = await lines.call()

    assert second.pid != first.pid
    assert watch.pid("worker") == second.pid
    died = await told.next(Turn.DIED)
    assert (died.program, died.detail) == ("worker", "was ended by SIGKILL")


async def test_what_a_dead_process_left_behind_is_ended_before_it_is_started_again(
    lines: Lifelines, watch: Watch, tmp_path: Path
) -> None:
    watch.keep(program(lines, tmp_path, "server", "parent"))
    family = {life.name: life for life in (await lines.call(), await lines.call())}

    os.kill(family["server"].pid, signal.SIGKILL)

    await family["server's child"].ended()


async def test_a_process_that_dies_three_times_without_serving_is_given_up_with_its_last_words(
    lines: Lifelines, watch: Watch, tmp_path: Path
) -> None:
    async def never() -> bool:
        return False

    watch.keep(Program("web", lines.argv("web", "brief"), tmp_path / "web.log", never))

    with pytest.raises(CannotRun, match=r"web does not start: it ended with exit code 3 .*I have had enough"):
        await watch.until_ready("web")


async def test_a_program_that_does_not_exist_is_given_up(watch: Watch, tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    watch.keep(Program("ghost", ("/nowhere/ghost",), tmp_path / "ghost.log", never))

    with pytest.raises(CannotRun, match="ghost does not start"):
        await watch.until_ready("ghost")


async def test_ready_is_what_the_process_shows_and_not_that_it_started(
    lines: Lifelines, watch: Watch, told: Told, tmp_path: Path
) -> None:
    serves = asyncio.Event()

    async def ready() -> bool:
        return serves.is_set()

    watch.keep(Program("rasa", lines.argv("rasa"), tmp_path / "rasa.log", ready))
    await lines.call()
    assert Turn.READY not in [news.turn for news in told.news]

    serves.set()
    await watch.until_ready("rasa")


async def test_a_fault_in_asking_for_readiness_reaches_who_waits_for_it(
    lines: Lifelines, watch: Watch, tmp_path: Path
) -> None:
    async def broken() -> bool:
        raise ZeroDivisionError

    watch.keep(Program("web", lines.argv("web"), tmp_path / "web.log", broken))

    with pytest.raises(ZeroDivisionError):
        await watch.until_ready("web")


async def test_a_process_that_comes_back_broken_is_told_of(
    lines: Lifelines, watch: Watch, told: Told, tmp_path: Path
) -> None:
    lives: list[Life] = []

    async def ready() -> bool:
        if len(lives) > 1:
            raise CannotRun("it has lost its model")
        return True

    watch.keep(Program("rasa", lines.argv("rasa"), tmp_path / "rasa.log", ready))
    lives.append(await lines.call())
    await watch.until_ready("rasa")
    lives.append(lives[0])
    os.kill(lives[0].pid, signal.SIGKILL)

    assert (await told.next(Turn.BROKEN)).detail == "it has lost its model"


async def test_stopping_ends_in_reverse_order_and_nothing_but_its_own(
    lines: Lifelines, watch: Watch, told: Told, tmp_path: Path
) -> None:
    stranger = await asyncio.create_subprocess_exec(*lines.argv("stranger"))
    ours = [program(lines, tmp_path, "redis"), program(lines, tmp_path, "web", "parent")]
    for each in ours:
        watch.keep(each)
    lives = {life.name: life for life in [await lines.call() for _ in range(4)]}

    await watch.stop()

    for name in ("redis", "web", "web's child"):
        await lives[name].ended()
    assert [news.program for news in told.news if news.turn is Turn.STOPPED] == ["web", "redis"]
    assert Turn.DIED not in [news.turn for news in told.news]
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_a_program_that_is_let_go_ends_alone_and_may_be_kept_again(
    lines: Lifelines, watch: Watch, told: Told, tmp_path: Path
) -> None:
    old = program(lines, tmp_path, "rasa-old")
    for each in (old, program(lines, tmp_path, "web")):
        watch.keep(each)
    lives = {life.name: life for life in [await lines.call() for _ in range(2)]}

    await watch.let_go("rasa-old")
    await watch.let_go("nobody")

    await lives["rasa-old"].ended()
    assert watch.pid("rasa-old") is None
    assert watch.pid("web") == lives["web"].pid
    watch.keep(old)
    assert (await lines.call()).name == "rasa-old"
    assert Turn.DIED not in [news.turn for news in told.news]


async def test_a_process_deaf_to_being_asked_is_killed_when_its_grace_is_over(
    lines: Lifelines, watch: Watch, tmp_path: Path
) -> None:
    watch.keep(program(lines, tmp_path, "deaf", "deaf", grace_seconds=0.05))
    life = await lines.call()

    await watch.stop()

    await life.ended()


async def test_a_supervisor_that_is_killed_takes_its_children_and_theirs_along(
    lines: Lifelines, tmp_path: Path
) -> None:
    script = lines.argv("first")[1]
    command = [sys.executable, "-m", "tests.supervisor.small_supervisor", str(tmp_path), script, str(lines.port)]
    supervisor = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    lives = {life.name: life for life in [await lines.call() for _ in range(3)]}
    assert set(lives) == {"first", "first's child", "second"}

    supervisor.kill()
    await supervisor.wait()

    for life in lives.values():
        await life.ended()
