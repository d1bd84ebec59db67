"""What the twin remembers of one thread; knows nothing of HTTP, webhooks or rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

MESSAGES_KEPT = 500
TYPING_LASTS = timedelta(seconds=20)
"""The dots vanish by themselves after that long (…/send-messages/sender-actions)."""
PROFILE_FIELDS = ("first_name", "last_name", "gender", "locale", "timezone", "profile_pic")


@dataclass(slots=True)
class Message:
    """One bubble, of either side. `persona` is the name under which the page wrote it."""

    mid: str
    sender: Literal["customer", "page"]
    at: datetime
    text: str | None = None
    persona: str | None = None
    persona_picture: str | None = None
    quick_replies: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    attachment: dict[str, Any] | None = None
    metadata: str | None = None
    app_id: str | None = None
    reply_to: str | None = None
    reaction: str | None = None
    edits: int = 0
    delivered: bool = False
    seen: bool = False

    def view(self) -> dict[str, Any]:
        """As the simulator's API shows it."""
        return {
            "from": self.sender,
            "persona": self.persona,
            "text": self.text,
            "quick_replies": self.quick_replies,
            "buttons": self.buttons,
            "attachment": self.attachment,
            "at": self.at.isoformat(),
            "metadata": self.metadata,
            "mid": self.mid,
            "cards": self.cards,
            "persona_picture": self.persona_picture,
            "app_id": self.app_id,
            "reply_to": self.reply_to,
            "reaction": self.reaction,
            "edits": self.edits,
            "delivered": self.delivered,
            "seen": self.seen,
        }

    def offers(self) -> Iterator[dict[str, Any]]:
        """Everything in it that can be tapped."""
        yield from self.quick_replies
        yield from self.buttons
        for card in self.cards:
            yield from card.get("buttons", ())


@dataclass(slots=True)
class Thread:
    """A person and the page. `interacted_at` is what the 24 hour window counts from."""

    psid: str
    profile: dict[str, Any] = field(default_factory=dict)
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=MESSAGES_KEPT))
    interacted_at: datetime | None = None
    owner_app_id: str | None = None
    owned_until: datetime | None = None
    typing_since: datetime | None = None
    typing_persona: str | None = None

    def owner(self, now: datetime) -> str | None:
        """The app in control; None when the thread is idle."""
        return self.owner_app_id if self.owned_until is not None and now < self.owned_until else None

    def give(self, app_id: str | None, until: datetime | None) -> None:
        self.owner_app_id, self.owned_until = app_id, until

    def typing(self, now: datetime) -> bool:
        return self.typing_since is not None and now - self.typing_since < TYPING_LASTS

    def find(self, mid: str | None) -> Message | None:
        return next((each for each in reversed(self.messages) if each.mid == mid), None)

    def title_of(self, payload: str) -> str | None:
        """The words on the button or quick reply with this payload, the newest first."""
        for message in reversed(self.messages):
            for offer in message.offers():
                if offer.get("payload") == payload:
                    return str(offer.get("title"))
        return None

    def view(self, now: datetime) -> dict[str, Any]:
        return {
            "messages": [each.view() for each in self.messages],
            "typing": self.typing(now),
            "typing_persona": self.typing_persona,
            "psid": self.psid,
            "profile": self.profile,
            "owner_app_id": self.owner(now),
        }
