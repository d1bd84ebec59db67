"""What the desk needs of the rest: a voice towards the customer, and names of things. Protocols only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.dialogue.saying import Say
from bot.dialogue.texts import Template
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.messages import Author
from bot.store.outbox import Queued


class Voice(Protocol):
    """`bot.outbox.speaker.Speaker`: queues in the caller's transaction, sends after the commit."""

    def say(
        self, tx: Tx, conversation: Conversation, say: Say, *, id: str, author: Author, now: int
    ) -> list[Queued]: ...

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
    ) -> list[str]: ...

    def preview(self, customer: Customer | None, text: str, slots: Mapping[str, Any]) -> str: ...

    def wake(self, tx: Tx, conversation: str) -> None: ...

    async def typing(self, conversation_id: str, persona_id: str | None = None, *, on: bool = True) -> None: ...


class Names(Protocol):
    """`bot.dialogue.texts.Texts`: what things are called in Polish."""

    def section(self, name: str) -> dict[str, Any]: ...

    def replace_section(self, name: str, entries: dict[str, Any]) -> None: ...

    def template(self, text: str) -> Template: ...

    def field_label(self, slot: str) -> str: ...

    def option_label(self, slot: str, value: str) -> str: ...

    def flow_name(self, flow: str, case: str = "M") -> str: ...

    def department(self, name: str | None) -> str: ...

    def reason(self, code: str | None) -> str: ...

    def __contains__(self, response: str) -> bool: ...


# (flow, slot) → the kind of `parse_answer` and, for a choice, its options; None where the flow has no such field.
FieldKind = Callable[[str, str], tuple[str, tuple[str, ...]] | None]


class HasPersonaId(Protocol):
    @property
    def persona_id(self) -> str: ...


class Platform(Protocol):
    """`bot.messenger.graph.GraphClient`: what the desk itself asks of Messenger. Raises GraphError."""

    async def create_persona(self, page_id: str, name: str, picture_url: str) -> HasPersonaId: ...

    async def take_thread_control(self, page_id: str, psid: str, metadata: str = "") -> None: ...

    async def pass_thread_control(self, page_id: str, psid: str, app_id: str, metadata: str = "") -> None: ...

    async def hide_comment(self, page_id: str, comment_id: str) -> None: ...

    async def answer_comment(self, page_id: str, comment_id: str, text: str) -> None: ...
