"""What one webhook event is once it is understood; knows nothing of bodies, queues or conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The kinds of event this library recognises; every other one is counted and passed over."""

    MESSAGE = "message"  # the customer wrote, or tapped a quick reply (then `payload` is set)
    POSTBACK = "postback"  # button, Get Started, menu or ice breaker
    ECHO = "echo"  # the Page wrote: this app, another app, or a person in the Page Inbox
    EDIT = "edit"  # the customer changed a message; `mid` is that of the original
    REACTION = "reaction"
    DELIVERY = "delivery"
    READ = "read"
    OPTIN = "optin"
    REFERRAL = "referral"  # an m.me link or an ad opened an existing thread
    PASS_THREAD = "pass_thread"  # noqa: S105  (no password) we gained control of the thread
    TAKE_THREAD = "take_thread"  # we lost it
    REQUEST_THREAD = "request_thread"  # another app asks us for it
    APP_ROLES = "app_roles"  # legacy of the Handover Protocol; has no sender
    POLICY = "policy"  # the Page was warned, blocked or unblocked; has no sender
    FEEDBACK = "feedback"  # the answer to a customer_feedback template
    RESPONSE_FEEDBACK = "response_feedback"  # thumbs on one of our messages
    ACCOUNT_LINKING = "account_linking"
    COMMENT = "comment"  # a comment under the Page's post; its author has no page-scoped id yet
    TEMPLATE_STATUS = "template_status"  # a utility template was approved, paused, rejected …


CUSTOMER_SPEAKS = frozenset({EventKind.MESSAGE, EventKind.POSTBACK, EventKind.EDIT})
"""Kinds that carry something the customer wants answered."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. Media addresses are signed and expire: fetch at once if the file is needed."""

    type: str
    url: str | None = None
    sticker_id: str | None = None
    title: str | None = None
    lat: float | None = None
    long: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one page.

    `psid` is the customer's page-scoped id (the recipient of an echo); None where the platform names nobody
    (policy, app roles, comments, `user_ref` senders). `at` is aware UTC. `key` is the same for every
    redelivery of the event and differs between events, also between those that repeat a mid (edits,
    reactions). `payload` is that of a postback or of a quick reply. `extra` holds, as received, what has no
    field of its own.
    """

    kind: EventKind
    page_id: str
    psid: str | None
    at: datetime
    key: str
    standby: bool = False
    mid: str | None = None
    text: str | None = None
    payload: str | None = None
    title: str | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    app_id: str | None = None
    metadata: str | None = None
    watermark: int | None = None
    ref: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sticker_id(self) -> str | None:
        """The id of the sticker the customer sent, if it was one (the thumb is one too)."""
        return next((item.sticker_id for item in self.attachments if item.sticker_id), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the fields that are empty; `from_dict` is the way back."""
        values: dict[str, Any] = {}
        for spec in fields(self):
            value = getattr(self, spec.name)
            if value is not None and value is not False and value not in ((), {}):
                values[spec.name] = value
        values["kind"] = self.kind.value
        values["at"] = self.at.isoformat()
        if self.attachments:
            values["attachments"] = [_attachment_to_dict(item) for item in self.attachments]
        if self.extra:
            values["extra"] = dict(self.extra)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Event:
        """Raises KeyError, TypeError or ValueError for what `to_dict` cannot have made."""
        plain = dict(values)
        plain["kind"] = EventKind(plain["kind"])
        plain["at"] = datetime.fromisoformat(plain["at"])
        plain["attachments"] = tuple(Attachment(**item) for item in plain.get("attachments", ()))
        plain.setdefault("psid", None)
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one webhook body held: its events in order, and how many of what were passed over."""

    events: tuple[Event, ...] = ()
    passed_over: Counter[str] = field(default_factory=Counter)


def _attachment_to_dict(attachment: Attachment) -> dict[str, Any]:
    named = {spec.name: getattr(attachment, spec.name) for spec in fields(attachment)}
    return {name: value for name, value in named.items() if value is not None}
