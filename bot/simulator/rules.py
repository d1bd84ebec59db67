"""Whether the platform would take a send, by its documented limits; knows nothing of what happens then.

The checks are written apart from those of the product (only the numbers are shared), so that one can prove the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import limits
from bot.messenger.json_values import as_list, as_object
from bot.simulator import refusals
from bot.simulator.refusals import Refusal, RefusalError, bad_parameter
from bot.simulator.thread import Thread

WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)
TEXT_UNDER = 2000
DEAD_TAGS = frozenset({"CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE"})
# CUSTOMER_FEEDBACK is on one page of the documentation and missing from the list of tags: refused, to be safe.
LIVE_TAGS = frozenset({"HUMAN_AGENT"})
MESSAGING_TYPES = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"})
NOTIFICATION_TYPES = frozenset({"REGULAR", "SILENT_PUSH", "NO_PUSH"})
MEDIA_TYPES = frozenset({"image", "audio", "video", "file"})
_CONTENTS = ("text", "attachment", "attachments", "template", "sticker_id")


def check_window(body: Mapping[str, Any], thread: Thread, now: datetime) -> None:
    """Raises RefusalError when a message of this type and tag is too late for this person."""
    kind, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
    if kind not in MESSAGING_TYPES:
        raise RefusalError(bad_parameter("messaging_type"))
    if (kind == "MESSAGE_TAG") != (tag is not None):
        raise RefusalError(bad_parameter("tag goes with messaging_type MESSAGE_TAG"))
    if tag in DEAD_TAGS:
        raise RefusalError(refusals.DEAD_TAG)
    if tag is not None and tag not in LIVE_TAGS:
        raise RefusalError(bad_parameter("tag"))
    is_template = "template" in as_object(body.get("message"))
    if (kind == "UTILITY") != is_template:
        raise RefusalError(bad_parameter("messaging_type UTILITY goes with message.template"))
    if kind != "UTILITY" and not _in_time(thread, now, HUMAN_AGENT_WINDOW if tag else WINDOW):
        raise RefusalError(refusals.OUTSIDE_WINDOW)


def _in_time(thread: Thread, now: datetime, window: timedelta) -> bool:
    return thread.interacted_at is not None and now - thread.interacted_at < window


def check_action_window(thread: Thread, now: datetime) -> None:
    if not _in_time(thread, now, WINDOW):
        raise RefusalError(refusals.OUTSIDE_WINDOW)


def check_content(message: Mapping[str, Any]) -> None:
    """Raises RefusalError for the first limit that the message breaks."""
    wrong = next(_wrong(message), None)
    if wrong is not None:
        raise RefusalError(bad_parameter(wrong))


def _wrong(message: Mapping[str, Any]) -> Iterator[str]:
    contents = [name for name in _CONTENTS if message.get(name)]
    if len(contents) != 1:
        yield f"message needs exactly one of {', '.join(_CONTENTS)}"
    if "text" in message:
        yield from _text("message[text]", message["text"], TEXT_UNDER - 1)
    if "metadata" in message:
        yield from _text("message[metadata]", message["metadata"], limits.METADATA_LIMIT, least=0)
    if "quick_replies" in message:
        yield from _quick_replies(message["quick_replies"])
    if message.get("attachment"):
        yield from _attachment(as_object(message["attachment"]))


def _text(where: str, value: object, most: int, least: int = 1) -> Iterator[str]:
    if not isinstance(value, str) or not least <= limits.units(value) <= most:
        yield f"{where} must be a string of {least} to {most} characters"


def _quick_replies(value: object) -> Iterator[str]:
    replies = as_list(value)
    if not 0 < len(replies) <= limits.QUICK_REPLIES:
        yield f"quick_replies: 1 to {limits.QUICK_REPLIES}"
    for reply in map(as_object, replies):
        if reply.get("content_type") == "text":
            yield from _text("quick_replies[title]", reply.get("title"), limits.QUICK_REPLY_TITLE)
            yield from _text("quick_replies[payload]", reply.get("payload"), limits.PAYLOAD_LIMIT)
        elif reply.get("content_type") not in ("user_phone_number", "user_email"):
            yield "quick_replies[content_type]"


def _attachment(attachment: Mapping[str, Any]) -> Iterator[str]:
    payload = as_object(attachment.get("payload"))
    if attachment.get("type") in MEDIA_TYPES:
        url = payload.get("url")
        if not payload.get("attachment_id") and not str(url).startswith(("http://", "https://")):
            yield "attachment[payload][url]"
    elif attachment.get("type") == "template":
        yield from _template(payload)
    else:
        yield "attachment[type]"


def _template(payload: Mapping[str, Any]) -> Iterator[str]:
    kind = payload.get("template_type")
    if kind == "button":
        yield from _text("template[text]", payload.get("text"), 640)
        yield from _buttons(payload.get("buttons"), least=1)
    elif kind == "generic":
        yield from _cards(payload)
    elif kind == "customer_feedback":
        yield from _feedback(payload)
    else:
        yield "template_type"


def _buttons(value: object, least: int) -> Iterator[str]:
    buttons = as_list(value)
    if not least <= len(buttons) <= limits.BUTTONS:
        yield f"buttons: {least} to {limits.BUTTONS}"
    for button in map(as_object, buttons):
        yield from _text("buttons[title]", button.get("title"), limits.BUTTON_TITLE)
        if button.get("type") == "postback":
            yield from _text("buttons[payload]", button.get("payload"), limits.PAYLOAD_LIMIT)
        elif button.get("type") == "web_url":
            yield from _text("buttons[url]", button.get("url"), 2000)
        else:
            yield "buttons[type]"


def _cards(payload: Mapping[str, Any]) -> Iterator[str]:
    cards = as_list(payload.get("elements"))
    if not 0 < len(cards) <= limits.CARDS:
        yield f"elements: 1 to {limits.CARDS}"
    for card in map(as_object, cards):
        yield from _text("elements[title]", card.get("title"), limits.CARD_TITLE)
        yield from _text("elements[subtitle]", card.get("subtitle", ""), limits.CARD_SUBTITLE, least=0)
        yield from _buttons(card.get("buttons", []), least=0)
        if not card.keys() - {"title"}:
            yield "elements: something beside the title"


def _feedback(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text("title", payload.get("title"), limits.FEEDBACK_TITLE)
    yield from _text("subtitle", payload.get("subtitle", ""), limits.FEEDBACK_SUBTITLE, least=0)
    yield from _text("button_title", payload.get("button_title"), limits.FEEDBACK_BUTTON)
    questions = [each for screen in as_list(payload.get("feedback_screens")) for each in _questions(screen)]
    if len(questions) != 1:
        yield "feedback_screens: one screen with one question"
    if not as_object(payload.get("business_privacy")).get("url"):
        yield "business_privacy[url]"


def _questions(screen: object) -> list[Any]:
    return as_list(as_object(screen).get("questions"))


def check_template(message: Mapping[str, Any], templates: Mapping[str, Mapping[str, Any]]) -> None:
    """A utility template must have been approved under its name and language."""
    if "template" not in message:
        return
    sent = as_object(message["template"])
    known = templates.get(str(sent.get("name")), {})
    if known.get("status") != "APPROVED" or known.get("language") != as_object(sent.get("language")).get("code"):
        raise RefusalError(bad_parameter("template[name]: no approved template of this name and language"))


def check_extras(body: Mapping[str, Any], thread: Thread, personas: Mapping[str, Any]) -> None:
    """Persona, reply and notification type of a send."""
    persona = body.get("persona_id")
    if persona is not None and str(persona) not in personas:
        raise RefusalError(bad_parameter("persona_id"))
    if body.get("notification_type", "REGULAR") not in NOTIFICATION_TYPES:
        raise RefusalError(bad_parameter("notification_type"))
    if "reply_to" in body and thread.find(as_object(body["reply_to"]).get("mid")) is None:
        raise RefusalError(Refusal(100, 9000001, "The message that is replied to was deleted."))
