"""The assistant decides and an agent takes over at random moments: nothing of the assistant's leaves afterwards."""

from __future__ import annotations

import asyncio
import random

from bot.store import conversations, outbox
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.messages import Author, Status
from handoff.desk import Desk
from tests.handoff.conftest import Street

# On PostgreSQL fewer: the fence is the same statement, and every race takes its own connections.
RACES = {"sqlite": 1000, "postgresql": 200}
AT_ONCE = 40


# Moments in the assistant's four messages: decided, handed to the platform, answered.
MOMENTS = 4 * 3


class Assistant:
    """Decides, queues, hands to the platform and hears back, message after message, as the worker does."""

    def __init__(self, database: Database, conversation: str, takeover_at: int) -> None:
        self.database = database
        self.conversation = conversation
        self.moments_left = takeover_at
        self.now_take = asyncio.Event()
        self.gone: list[str] = []

    async def speak(self) -> None:
        for n in range(4):
            row = f"{self.conversation}:turn:{n}"
            self._moment()
            await self.database.run(lambda tx, row=row: self._decide(tx, row))  # type: ignore[misc]
            self._moment()
            if await self.database.run(lambda tx, row=row: outbox.begin_sending(tx, row, 1)):  # type: ignore[misc]
                self.gone.append(row)
                self._moment()
                await asyncio.sleep(0)
                await self.database.run(lambda tx, row=row: outbox.finish(tx, row, Status.SENT, mid=row))  # type: ignore[misc]
        self.now_take.set()

    def _decide(self, tx: Tx, row: str) -> None:
        found = conversations.find(tx, self.conversation)
        assert found is not None
        if found.owner == "bot":
            outbox.queue(
                tx,
                id=row,
                conversation_id=self.conversation,
                epoch=found.epoch,
                author=Author.BOT,
                purpose="ask",
                body={"text": "?"},
                now=1,
            )

    def _moment(self) -> None:
        if self.moments_left == 0:
            self.now_take.set()
        self.moments_left -= 1


async def _race(database: Database, desk: Desk, street: Street, anna: Agent, seed: int) -> tuple[int, int]:
    """How many messages the assistant had sent when the takeover returned, and how many in the end."""
    rng = random.Random(seed)
    id = await street.customer(f"race{seed}")
    assistant = Assistant(database, id, rng.randrange(MOMENTS))
    speaking = asyncio.create_task(assistant.speak())
    await assistant.now_take.wait()
    for _ in range(rng.randrange(4)):
        await asyncio.sleep(0)
    await desk.take(anna, id)
    at_takeover = len(assistant.gone)
    in_flight = await database.read(lambda tx: outbox.count_bot_in_flight(tx, id))
    assert in_flight == 0, "the takeover returned while a message of the assistant was on the wire"
    await speaking
    return at_takeover, len(assistant.gone)


async def test_no_message_of_the_assistant_leaves_after_a_takeover_has_returned(
    database: Database, desk: Desk, street: Street, anna: Agent
) -> None:
    outcomes: list[tuple[int, int]] = []
    all_races = RACES[database.engine.dialect.name]
    for start in range(0, all_races, AT_ONCE):
        races = (_race(database, desk, street, anna, seed) for seed in range(start, start + AT_ONCE))
        outcomes += await asyncio.gather(*races)
    assert [after - before for before, after in outcomes] == [0] * all_races
    # The race is one only if the takeover came at different moments.
    assert len({before for before, _ in outcomes}) >= 3
