"""In an incident identical questions are answered from one turn; nobody gets what belongs to somebody else."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialogue.alike import FRESH_S, SharedDialogue
from bot.dialogue.turns import Act, Input
from bot.store.conversations import Conversation
from bot.store.customers import Customer

NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
IDLE: dict[str, Any] = {"stack": []}
ANSWER: list[dict[str, Any]] = [{"say": "utter_infolinia"}, {"state": IDLE}]


class Rasa:
    """Answers when it is let; counts how often it was asked."""

    def __init__(self, answer: list[dict[str, Any]]) -> None:
        self.answer, self.asked, self.open = answer, 0, asyncio.Event()

    async def turn(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        self.asked += 1
        await self.open.wait()
        return self.answer


class Performer:
    async def perform(self, act: Act, *_: Any) -> Mapping[str, Any]:
        return {"stan": "wypłacona"}


class Moment:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def dialogue(rasa: Rasa, moment: Moment | None = None, room: int = 1) -> SharedDialogue:
    return SharedDialogue(rasa, Performer(), room=room, clock=moment or Moment())  # type: ignore[arg-type]


async def ask(shared: SharedDialogue, n: int, text: str, state: dict[str, Any] | None = None) -> list[str]:
    nobody: dict[str, Any] = dict.fromkeys([*Conversation.__dataclass_fields__, *Customer.__dataclass_fields__])
    mine: dict[str, Any] = {"id": f"1:{n}", "page_id": "1", "session_no": 0, "state": state}
    conversation = Conversation(**{name: {**nobody, **mine}[name] for name in Conversation.__dataclass_fields__})
    customer = Customer(**{name: {**nobody, **mine}[name] for name in Customer.__dataclass_fields__})
    turn = await shared.take_turn(conversation, customer, Input(f"m{n}", NOW, text), taken_before=False)
    return [say.response for say in turn.says]


async def under_pressure(rasa: Rasa, asked: Sequence[asyncio.Task[list[str]]]) -> list[list[str]]:
    await asyncio.sleep(0)
    rasa.open.set()
    return list(await asyncio.gather(*asked))


async def test_many_who_ask_the_same_at_once_are_answered_by_one_turn() -> None:
    rasa = Rasa(ANSWER)
    shared = dialogue(rasa)
    asked = [
        asyncio.create_task(ask(shared, n, "Nie działa  aplikacja" if n % 2 else "nie działa aplikacja"))
        for n in range(50)
    ]
    assert await under_pressure(rasa, asked) == [["utter_infolinia"]] * 50
    assert rasa.asked == 1


async def test_without_pressure_everybody_is_asked_for() -> None:
    rasa = Rasa(ANSWER)
    rasa.open.set()
    shared = dialogue(rasa)
    for n in range(3):
        await ask(shared, n, "jaki jest numer infolinii?")
    assert rasa.asked == 3


async def test_where_the_worker_is_crowded_a_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rasa = Rasa(ANSWER)
    rasa.open.set()
    shared = dialogue(rasa, room=100)
    monkeypatch.setattr(shared, "is_crowded", lambda: True)
    for n in range(5):
        assert await ask(shared, n, "jaki jest numer infolinii?") == ["utter_infolinia"]
    assert rasa.asked == 1


async def test_everybody_has_a_copy_of_their_own() -> None:
    rasa = Rasa(copy.deepcopy(ANSWER))
    rasa.open.set()
    shared = dialogue(rasa, room=0)
    nobody: dict[str, Any] = dict.fromkeys([*Conversation.__dataclass_fields__, *Customer.__dataclass_fields__])
    turns = []
    for n in range(2):
        mine = {**nobody, "id": f"1:{n}", "page_id": "1", "session_no": 0}
        conversation = Conversation(**{name: mine[name] for name in Conversation.__dataclass_fields__})
        customer = Customer(**{name: mine[name] for name in Customer.__dataclass_fields__})
        given = Input(f"m{n}", NOW, "jaki jest numer infolinii?")
        turns.append(await shared.take_turn(conversation, customer, given, taken_before=False))
    turns[0].says.clear()
    turns[0].state["stack"] = ["mine"]
    assert turns[1].says and turns[1].state != turns[0].state


@pytest.mark.parametrize(
    ("texts", "states"),
    [
        (("a co teraz?", "i co teraz?"), (None, None)),
        (("co dalej?", "co dalej?"), (None, {"stack": [], "n": 1})),
        (("Kowalski", "Kowalski"), ({"stack": [{"flow": "szkoda"}]}, {"stack": [{"flow": "szkoda"}]})),
    ],
    ids=["other words", "another snapshot", "in a flow"],
)
async def test_what_is_not_alike_is_asked_by_itself(texts: tuple[str, str], states: tuple[Any, Any]) -> None:
    rasa = Rasa(ANSWER)
    shared = dialogue(rasa)
    asked = [asyncio.create_task(ask(shared, n, texts[n], states[n])) for n in range(2)]
    await under_pressure(rasa, asked)
    assert rasa.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        [{"say": "utter_przekazuje"}, {"act": "przekaz_konsultantowi"}, {"state": IDLE}],
        [{"say": "utter_start"}, {"state": {"stack": [{"flow": "szkoda"}]}}],
    ],
    ids=["something is to be done", "a flow begins"],
)
async def test_an_answer_with_consequences_is_nobody_elses(answer: list[dict[str, Any]]) -> None:
    rasa = Rasa(answer)
    shared = dialogue(rasa)
    asked = [asyncio.create_task(ask(shared, n, "proszę o konsultanta")) for n in range(3)]
    await under_pressure(rasa, asked)
    assert rasa.asked == 3


async def test_what_was_looked_up_for_one_customer_is_not_told_to_another() -> None:
    class Looking(Rasa):
        async def turn(self, *args: Any, **__: Any) -> list[dict[str, Any]]:
            await super().turn()
            if args[3]["event"] is None:
                return [{"act": "status_szkody", "awaits": True}, {"state": IDLE}]
            return [{"say": "utter_status", "slots": {"stan": "wypłacona"}}, {"state": IDLE}]

    rasa = Looking(ANSWER)
    shared = dialogue(rasa)
    asked = [asyncio.create_task(ask(shared, n, "co z moją szkodą?")) for n in range(2)]
    await under_pressure(rasa, asked)
    assert rasa.asked == 4


async def test_an_answer_is_shared_only_while_it_is_fresh() -> None:
    moment, rasa = Moment(), Rasa(ANSWER)
    shared = dialogue(rasa, moment, room=0)
    rasa.open.set()
    await ask(shared, 1, "jaki jest numer infolinii?")
    await ask(shared, 2, "jaki jest numer infolinii?")
    assert rasa.asked == 1
    moment.seconds = FRESH_S
    await ask(shared, 3, "jaki jest numer infolinii?")
    assert rasa.asked == 2
