"""Finds what the platform would refuse in a message before it is sent; knows nothing of its meaning.

Every limit is a constant with the page it stands on, under documentation/business-messaging/messenger-platform/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger.json_values import as_list, as_object
from bot.messenger.splitting import BUTTON_TEXT_LIMIT, TEXT_LIMIT, byte_length

METADATA_LIMIT = 999  # reference/send-api: "under 1000"
QUICK_REPLIES = 13  # send-messages/quick-replies, 17 Jun 2026
QUICK_REPLY_TITLE = 20  # the same page
PAYLOAD_LIMIT = 1000  # the same page, and send-messages/templates/button
BUTTONS = 3  # send-messages/templates/button, 17 Jun 2026
BUTTON_TITLE = 20  # the same page
CARDS = 10  # send-messages/templates/generic, 22 Apr 2026
CARD_TITLE = 80  # the same page
CARD_SUBTITLE = 80  # the same page
PERSONA_NAME = 50  # send-messages/personas, 22 Apr 2026
FEEDBACK_TITLE = 65  # send-messages/templates/customer-feedback-template, 23 Mar 2026, like the next three
FEEDBACK_SUBTITLE = 80
FEEDBACK_BUTTON = 20
FEEDBACK_QUESTION = 85


@dataclass(frozen=True, slots=True)
class Problem:
    """One limit that a message breaks. `where` names the place in it, `limit` and `actual` are counts."""

    where: str
    limit: int
    actual: int


def units(text: str) -> int:
    """Length as most of Meta's own clients count it, in UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def check_limits(message: Mapping[str, Any]) -> list[Problem]:
    """What the platform would refuse in the `message` part of a send; empty when it may leave."""
    return [*_check_text(message), *_check_quick_replies(message), *_check_template(message)]


def _check_text(message: Mapping[str, Any]) -> Iterator[Problem]:
    if "text" in message:
        length = byte_length(str(message["text"]))
        if not 0 < length <= TEXT_LIMIT:
            yield Problem("text", TEXT_LIMIT, length)
    yield from _too_long("metadata", message.get("metadata"), METADATA_LIMIT)


def _check_quick_replies(message: Mapping[str, Any]) -> Iterator[Problem]:
    replies = as_list(message.get("quick_replies"))
    if len(replies) > QUICK_REPLIES:
        yield Problem("quick_replies", QUICK_REPLIES, len(replies))
    for number, reply in enumerate(map(as_object, replies)):
        where = f"quick_replies[{number}]"
        if reply.get("content_type", "text") == "text":
            yield from _required(f"{where}.title", reply.get("title"), QUICK_REPLY_TITLE)
            yield from _required(f"{where}.payload", reply.get("payload"), PAYLOAD_LIMIT)


def _check_template(message: Mapping[str, Any]) -> Iterator[Problem]:
    payload = as_object(as_object(message.get("attachment")).get("payload"))
    kind = payload.get("template_type")
    if kind == "button":
        length = byte_length(str(payload.get("text", "")))
        if not 0 < length <= BUTTON_TEXT_LIMIT:
            yield Problem("text", BUTTON_TEXT_LIMIT, length)
        yield from _check_buttons("buttons", payload, required=True)
    elif kind == "generic":
        yield from _check_cards(payload)
    elif kind == "customer_feedback":
        yield from _check_feedback(payload)


def _check_cards(payload: Mapping[str, Any]) -> Iterator[Problem]:
    cards = as_list(payload.get("elements"))
    if not 0 < len(cards) <= CARDS:
        yield Problem("elements", CARDS, len(cards))
    for number, card in enumerate(map(as_object, cards)):
        where = f"elements[{number}]"
        yield from _required(f"{where}.title", card.get("title"), CARD_TITLE)
        yield from _too_long(f"{where}.subtitle", card.get("subtitle"), CARD_SUBTITLE)
        yield from _check_buttons(f"{where}.buttons", card, required=False)
        if not card.keys() - {"title"}:
            yield Problem(f"{where} beside the title", 1, 0)


def _check_buttons(where: str, holder: Mapping[str, Any], *, required: bool) -> Iterator[Problem]:
    buttons = as_list(holder.get("buttons"))
    if len(buttons) > BUTTONS or (required and not buttons):
        yield Problem(where, BUTTONS, len(buttons))
    for number, button in enumerate(map(as_object, buttons)):
        yield from _required(f"{where}[{number}].title", button.get("title"), BUTTON_TITLE)
        if button.get("type") == "postback":
            yield from _required(f"{where}[{number}].payload", button.get("payload"), PAYLOAD_LIMIT)


def _check_feedback(payload: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _required("title", payload.get("title"), FEEDBACK_TITLE)
    yield from _too_long("subtitle", payload.get("subtitle"), FEEDBACK_SUBTITLE)
    yield from _required("button_title", payload.get("button_title"), FEEDBACK_BUTTON)
    for screen in map(as_object, as_list(payload.get("feedback_screens"))):
        for question in map(as_object, as_list(screen.get("questions"))):
            yield from _required("question.title", question.get("title"), FEEDBACK_QUESTION)


def _required(where: str, value: object, limit: int) -> Iterator[Problem]:
    length = units(value) if isinstance(value, str) else 0
    if not 0 < length <= limit:
        yield Problem(where, limit, length)


def _too_long(where: str, value: object, limit: int) -> Iterator[Problem]:
    if isinstance(value, str) and units(value) > limit:
        yield Problem(where, limit, units(value))
