"""A voice that queues response names as they are: what the desk says can be read without any locale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.saying import Say
from bot.store import outbox
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.messages import Author
from bot.store.outbox import Queued


class PlainVoice:
    def __init__(self) -> None:
        self.typed: list[tuple[str, str | None, bool]] = []

    def say(self, tx: Tx, conversation: Conversation, say: Say, *, id: str, author: Author, now: int) -> list[Queued]:
        slots = {k: v for k, v in say.slots.items() if k != "departments"}
        content = {"response": say.response, "slots": slots}
        message_id = outbox.queue(
            tx,
            id=id,
            conversation_id=conversation.id,
            epoch=conversation.epoch,
            author=author,
            purpose=say.purpose,
            body={"text": say.response},
            now=now,
            text=say.response,
            content=content,
        )
        return [Queued(id, message_id, say.response, content)]

    def write(
        self,
        tx: Tx,
        conversation: Conversation,
        text: str,
        *,
        id: str,
        agent_id: int,
        now: int,
        persona: str | None = None,
        persona_id: str | None = None,
        reply_to: str | None = None,
        attachment: tuple[str, str] | None = None,
    ) -> list[str]:
        outbox.queue(
            tx,
            id=id,
            conversation_id=conversation.id,
            epoch=conversation.epoch,
            author=Author.AGENT,
            purpose="answer",
            body={"text": text},
            now=now,
            text=text,
            content={"attachments": [{"type": attachment[0], "url": attachment[1]}]} if attachment else None,
            agent_id=agent_id,
            persona=persona,
            persona_id=persona_id,
            reply_to=reply_to,
        )
        return [id]

    def preview(self, customer: Customer | None, text: str, slots: Mapping[str, Any]) -> str:
        return text

    def wake(self, tx: Tx, conversation: str) -> None:
        """Nobody sends here."""

    async def typing(self, conversation_id: str, persona_id: str | None = None, *, on: bool = True) -> None:
        self.typed.append((conversation_id, persona_id, on))
