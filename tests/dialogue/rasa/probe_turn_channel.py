"""Run by Rasa's own Python: our channel at a real server of Rasa's kind, before a turn that ends when it is told to.

Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.rasa_parts.turn_channel import TurnInput, decided, let_answer_leave


class Turns:
    """Stands where Rasa's agent stands."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.story: list[str] = []

    async def __call__(self, message: UserMessage) -> None:
        text = str(message.text)
        self.story.append(f"{text} begins")
        if text == "fails":
            raise ValueError(text)
        decided([{"say": text, "metadata": message.metadata}])
        await let_answer_leave()
        self.story.append(f"{text} goes on")
        await self.may_end.wait()
        self.story.append(f"{text} ends")


class Address:
    """One of the channel's addresses, called as sanic calls it."""

    def __init__(self, channel: TurnInput, turns: Turns) -> None:
        self.turns = turns
        self.app = Sanic("probe")
        self.app.blueprint(channel.blueprint(turns), url_prefix="/webhooks/dyzurny")
        self.app.finalize()

    async def call(self, method: str, path: str, query: str = "", body: Any = None) -> Any:
        request = Request(f"{path}?{query}".encode(), {}, "1.1", method, None, self.app)
        request.body = json.dumps(body).encode()
        _, respond, arguments = self.app.router.get(path, method, None)
        answer: HTTPResponse = await respond(request, **arguments)
        return json.loads(answer.body or b"null")

    async def turn(self, text: str, sender: str = "s.0") -> Any:
        given = {"sender": sender, "message": text, "metadata": {"mid": text}}
        answer = await self.call("POST", "/webhooks/dyzurny/webhook", body=given)
        self.turns.story.append(f"{text} is answered")
        return answer

    async def finished(self) -> Any:
        return await self.call("GET", "/webhooks/dyzurny/finished", "sender=s.0")


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def main() -> dict[str, Any]:
    turns = Turns()
    address = Address(TurnInput(), turns)
    found: dict[str, Any] = {"answer": await address.turn("first"), "story": turns.story}
    second, finished = asyncio.ensure_future(address.turn("second")), asyncio.ensure_future(address.finished())
    await settle()
    found["waiting"] = [second.done(), finished.done()]
    found["other"] = await address.turn("other", "t.0")
    turns.may_end.set()
    found["second"] = await second
    await finished
    await settle()
    found["failed"] = await address.turn("fails")
    return found


print(json.dumps(asyncio.run(main())))
