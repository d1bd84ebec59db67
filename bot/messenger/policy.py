"""Whether a message may leave now, and in what form; knows nothing of conversations, queues or texts.

Sources: documentation/business-messaging/messenger-platform/policy (28 Sep 2026) and …/send-messages (5 May 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

STANDARD_WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)
"""From the customer's last message; also the longest window that an ad may give."""


class Author(StrEnum):
    BOT = "bot"
    PERSON = "person"
    SYSTEM = "system"  # the product on its own: timers, notices, reminders


class Purpose(StrEnum):
    """Why the message is sent."""

    REPLY = "reply"  # part of the conversation; of a person: words of their own
    PROACTIVE = "proactive"  # a reminder or a notice that nobody asked for just now
    STATUS = "status"  # news of a matter of the customer's own, for which there may be a utility template
    FEEDBACK = "feedback"  # asks how the help was


class MessagingType(StrEnum):
    RESPONSE = "RESPONSE"
    UPDATE = "UPDATE"
    MESSAGE_TAG = "MESSAGE_TAG"
    UTILITY = "UTILITY"


class Tag(StrEnum):
    """The only tag left that this product may use; three others died on 27 Apr 2026."""

    HUMAN_AGENT = "HUMAN_AGENT"


class Refusal(StrEnum):
    """Reason codes; what an agent reads is worded elsewhere."""

    NEVER_WROTE = "never_wrote"  # conversations start with the person
    OUTSIDE_WINDOW = "outside_window"  # more than 24 hours, and not a person's own words
    PAST_SEVEN_DAYS = "past_seven_days"  # too late for a person's words as well
    NO_HUMAN_AGENT = "no_human_agent"  # the app was not granted the Human Agent feature
    NO_TEMPLATE = "no_template"  # only an approved template could go, and there is none


@dataclass(frozen=True, slots=True)
class Allowed:
    """May leave. `may_be_refused`: the thread came from an ad, whose window only the API knows."""

    messaging_type: MessagingType
    tag: Tag | None = None
    may_be_refused: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """May leave only as an approved utility template, sent with this messaging type."""

    messaging_type: MessagingType = MessagingType.UTILITY


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Refusal


Decision = Allowed | Template | Refused


def decide(
    author: Author,
    purpose: Purpose,
    age: timedelta | None,
    *,
    from_ad: bool = False,
    human_agent: bool = True,
    template: bool = False,
) -> Decision:
    """May this message leave, and as what?

    `age`: time since the customer last wrote or tapped, None if never. `from_ad`: the thread began with a click
    on an ad, which may give up to seven days. `human_agent`: the app has the Human Agent feature.
    `template`: an approved utility template says the same.
    """
    if age is None:
        return Refused(Refusal.NEVER_WROTE)
    if age < STANDARD_WINDOW:
        return Allowed(MessagingType.RESPONSE if purpose in _ANSWERS else MessagingType.UPDATE)
    if purpose is Purpose.STATUS:
        return Template() if template else Refused(Refusal.NO_TEMPLATE)
    if author is Author.PERSON and purpose is Purpose.REPLY:
        return _persons_late_reply(age, human_agent=human_agent)
    if from_ad and purpose is Purpose.REPLY and age < HUMAN_AGENT_WINDOW:
        return Allowed(MessagingType.RESPONSE, may_be_refused=True)
    return Refused(Refusal.OUTSIDE_WINDOW)


def time_left(author: Author, age: timedelta | None, *, human_agent: bool = True) -> timedelta:
    """How long this author's reply may still leave; zero when it may not."""
    if age is None:
        return timedelta()
    late = author is Author.PERSON and human_agent
    return max(timedelta(), (HUMAN_AGENT_WINDOW if late else STANDARD_WINDOW) - age)


_ANSWERS = frozenset({Purpose.REPLY, Purpose.FEEDBACK})


def _persons_late_reply(age: timedelta, *, human_agent: bool) -> Decision:
    if age >= HUMAN_AGENT_WINDOW:
        return Refused(Refusal.PAST_SEVEN_DAYS)
    if not human_agent:
        return Refused(Refusal.NO_HUMAN_AGENT)
    return Allowed(MessagingType.MESSAGE_TAG, Tag.HUMAN_AGENT)
