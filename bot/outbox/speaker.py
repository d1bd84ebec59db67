"""The only way to say something to a customer: renders it for them and queues it in the caller's transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.rendering import Listener, Part, Renderer
from bot.dialogue.saying import Say
from bot.dialogue.texts import Texts
from bot.intake.lanes import Lanes
from bot.language import Address, AddressState
from bot.messenger import messages as wire
from bot.messenger.graph import GraphClient, SenderAction
from bot.messenger.splitting import split_text
from bot.store import customers, outbox
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.messages import Author
from bot.store.outbox import Queued


def listener_for(address: AddressState, customer: Customer | None, turn: int = 0) -> Listener:
    return Listener(address.address, customer.first_name if customer else None, turn)


def listener_of(customer: Customer | None, turn: int = 0) -> Listener:
    """How this customer is addressed now; a customer of whom nothing is known is Państwo."""
    if customer is None or not customer.address:
        return Listener(Address.PANSTWO, None, turn)
    return listener_for(AddressState.from_dict(customer.address), customer, turn)


class Speaker:
    """Queues messages; the sender (sender.py) takes them from there once the transaction is committed."""

    def __init__(
        self,
        renderer: Renderer,
        lanes: Lanes,
        graph: GraphClient,
        renderer_of: Callable[[Mapping[str, Any] | None, str], Renderer] | None = None,
    ) -> None:
        self.renderer = renderer
        # The words of the edition that a conversation's snapshot belongs to, where there are several.
        self._renderer_of = renderer_of or (lambda snapshot, response: self.renderer)
        self.lanes = lanes
        self.graph = graph
        # How the sender hears of what was queued. A worker has its own begin at once.
        self.call: Callable[..., Awaitable[None]] = lanes.outward.want

    def texts_of(self, snapshot: Mapping[str, Any] | None, response: str) -> Texts:
        """Among which words a conversation with this snapshot hears `response`."""
        return self._renderer_of(snapshot, response).texts

    def say(
        self,
        tx: Tx,
        conversation: Conversation,
        say: Say,
        *,
        id: str,
        author: Author,
        now: int,
        epoch: int | None = None,
        listener: Listener | None = None,
    ) -> list[Queued]:
        """Queue `say` in this customer's form of address; the messages it took.

        `id` is deterministic, so that saying it twice says it once. `epoch` is the owner's number under which it was
        decided; by default the one in `conversation`.
        """
        if listener is None:
            listener = listener_of(customers.find(tx, conversation.id), _turn(conversation))
        queued = []
        renderer = self._renderer_of(conversation.state, say.response)
        for n, part in enumerate(renderer.render(say, listener)):
            part_id = f"{id}:{n}"
            for token, command in part.commands.items():
                outbox.remember_button(tx, token, dict(command))
            content = {"response": say.response, **(part.content or {})}
            message_id = self._queue(tx, conversation, part_id, part, author, say.purpose, now, epoch, content)
            queued.append(Queued(part_id, message_id, part.text, content))
        self.wake(tx, conversation.id)
        return queued

    def announce(
        self,
        tx: Tx,
        conversation: Conversation,
        text: str,
        *,
        id: str,
        author: Author,
        purpose: str,
        now: int,
        epoch: int | None = None,
        listener: Listener | None = None,
    ) -> list[str]:
        """As `say`, of a text in the address markup that stands in no file: what a supervisor declared."""
        listener = listener or listener_of(customers.find(tx, conversation.id), _turn(conversation))
        spoken = self.renderer.preview(text, self.renderer.texts.section("firma"), listener)
        queued = []
        for n, piece in enumerate(split_text(spoken)):
            part = Part({"text": piece}, piece, None, {})
            self._queue(tx, conversation, f"{id}:{n}", part, author, purpose, now, epoch, {})
            queued.append(f"{id}:{n}")
        self.wake(tx, conversation.id)
        return queued

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
        """Queue an agent's own words as written, and a file as (type, address) where there is one."""
        parts = [Part({"text": piece}, piece, None, {}) for piece in split_text(text)] if text.strip() else []
        if attachment is not None:
            kind, url = attachment
            body = wire.image(url) if kind == "image" else {"attachment": {"type": kind, "payload": {"url": url}}}
            parts.append(Part(body, "", {"attachments": [{"type": kind, "url": url}]}, {}))
        queued = []
        for n, part in enumerate(parts):
            part_id = f"{id}:{n}"
            outbox.queue(
                tx,
                id=part_id,
                conversation_id=conversation.id,
                epoch=conversation.epoch,
                author=Author.AGENT,
                purpose="answer",
                body=part.body,
                now=now,
                text=part.text,
                content=part.content,
                agent_id=agent_id,
                persona=persona,
                persona_id=persona_id,
                reply_to=reply_to,
            )
            queued.append(part_id)
        self.wake(tx, conversation.id, first=True)
        return queued

    def preview(self, customer: Customer | None, text: str, slots: Mapping[str, Any]) -> str:
        """A response's name, or a text in the address markup, in the words this customer would read."""
        listener = listener_of(customer)
        if text in self.renderer.texts:
            return "\n\n".join(part.text for part in self.renderer.render(Say(text, slots), listener))
        return self.renderer.preview(text, slots, listener)

    async def typing(self, conversation_id: str, persona_id: str | None = None, *, on: bool = True) -> None:
        """Dots in the customer's thread; ephemeral: not queued, not tried again. Raises GraphError."""
        page_id, _, psid = conversation_id.partition(":")
        action = SenderAction.TYPING_ON if on else SenderAction.TYPING_OFF
        await self.graph.sender_action(page_id, psid, action, persona_id)

    def _queue(
        self,
        tx: Tx,
        conversation: Conversation,
        id: str,
        part: Part,
        author: Author,
        purpose: str,
        now: int,
        epoch: int | None,
        content: dict[str, Any],
    ) -> int | None:
        return outbox.queue(
            tx,
            id=id,
            conversation_id=conversation.id,
            epoch=conversation.epoch if epoch is None else epoch,
            author=author,
            purpose=purpose,
            body=part.body,
            now=now,
            text=part.text,
            content=content,
        )

    def wake(self, tx: Tx, conversation: str, *, first: bool = False) -> None:
        """Call the sender once this transaction is committed; `first`: before what waits to leave in a storm."""
        call = _Call(self, conversation, first)
        if call not in tx.hooks:
            tx.after_commit(call)


@dataclass(frozen=True)
class _Call:
    """One call for all that a transaction queued to a conversation."""

    speaker: Speaker
    conversation: str
    first: bool

    async def __call__(self) -> None:
        await self.speaker.call(self.conversation, first=self.first)


def _turn(conversation: Conversation) -> int:
    return conversation.session_no * 10 + conversation.session_turns
