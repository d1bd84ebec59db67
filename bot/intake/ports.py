"""What the worker asks of the desk. `handoff.desk.Desk` is the implementation; `bot` may not import it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.store.conversations import Conversation
from bot.store.database import Tx


class DeskPort(Protocol):
    """Everything is synchronous inside the worker's transaction; `now` is UTC milliseconds."""

    def request(
        self, tx: Tx, conversation: Conversation, *, reason: str, department: str | None, detail: str | None, now: int
    ) -> None:
        """A person is needed: the owner becomes `waiting`, and the customer hears what happens."""

    def withdraw(self, tx: Tx, conversation: Conversation, now: int) -> None:
        """The customer chose something of the assistant instead of waiting for a person."""

    def customer_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """The customer wrote while the bot is not the owner."""

    def muted_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """A customer whom a supervisor has muted wrote; the message is on record."""

    def message_edited(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """The customer changed a message of theirs, which is on record as changed."""

    def page_inbox_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        """A person or another app wrote outside this product: the owner becomes `elsewhere`."""

    def thread_control(
        self,
        tx: Tx,
        conversation: Conversation,
        kind: str,
        new_owner_app_id: str | None,
        now: int,
    ) -> None:
        """`kind`: pass (to us), take (from us) or request (somebody asks us for the thread)."""

    def thread_lost(self, tx: Tx, conversation_id: str, now: int) -> None:
        """The platform refused a message because another app holds the thread."""

    def timer(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """A timer that the desk set is due."""

    def concerns_rating(
        self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int
    ) -> bool:
        """Whether a tap (its command) or a message is about how the help was, and not for the dialogue."""

    def take_rating(
        self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int
    ) -> bool:
        """Keep it; `conversation` is as it was before the message came."""

    def feedback_given(self, tx: Tx, conversation: Conversation, extra: Mapping[str, Any], now: int) -> bool:
        """The customer answered the platform's feedback template."""

    async def watch(self) -> None:
        """Look after what nobody looks after. Called every few seconds, by every worker, outside any transaction."""

    def turned(self, tx: Tx, conversation_id: str, message_ids: list[int]) -> None:
        """The assistant took a turn: these messages came, and the conversation's line is written."""

    def announce(self, tx: Tx, what: str) -> None:
        """Something beside the conversations changed: `what` is incident or comment."""

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None:
        """Something that an open console may show has changed."""
