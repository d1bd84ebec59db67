"""Builds the `message` part of a send, within the platform's limits; knows nothing of who gets it or of transport.

Every builder returns plain JSON values. Limits are checked by `bot.messenger.limits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.messenger.limits import Problem, check_limits
from bot.messenger.splitting import BUTTON_TEXT_LIMIT, TEXT_LIMIT, split_text

__all__ = [
    "Button",
    "Card",
    "FeedbackQuestion",
    "LinkButton",
    "Message",
    "PostbackButton",
    "Problem",
    "QuickReply",
    "button_template",
    "check_limits",
    "customer_feedback",
    "generic_template",
    "image",
    "split_text",
    "text",
    "texts",
    "texts_with_buttons",
    "with_metadata",
]

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A suggestion above the composer; it vanishes after a tap."""

    title: str
    payload: str
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class PostbackButton:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class LinkButton:
    title: str
    url: str


Button = PostbackButton | LinkButton


@dataclass(frozen=True, slots=True)
class Card:
    """An element of a generic template; beside the title it needs at least one thing more."""

    title: str
    subtitle: str | None = None
    image_url: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackQuestion:
    """The one question of a customer_feedback template; `question_id` comes back with the score."""

    question_id: str
    title: str
    follow_up_placeholder: str | None = None
    score_label: str = "dis_sat"
    score_option: str = "five_stars"


def text(body: str, quick_replies: Sequence[QuickReply] = (), *, metadata: str | None = None) -> Message:
    """One text message; `metadata` comes back in its echo."""
    message: Message = {"text": body}
    if quick_replies:
        message["quick_replies"] = [_quick_reply(each) for each in quick_replies]
    return with_metadata(message, metadata)


def texts(body: str, quick_replies: Sequence[QuickReply] = (), limit: int = TEXT_LIMIT) -> list[Message]:
    """A text of any length as the messages it takes; quick replies stand under the last of them."""
    parts = split_text(body, limit)
    return [*map(text, parts[:-1]), *(text(part, quick_replies) for part in parts[-1:])]


def with_metadata(message: Message, metadata: str | None) -> Message:
    return message if metadata is None else {**message, "metadata": metadata}


def button_template(body: str, buttons: Sequence[Button], quick_replies: Sequence[QuickReply] = ()) -> Message:
    """Up to three buttons under a text of at most 640 characters."""
    return _template(
        {"template_type": "button", "text": body, "buttons": [_button(each) for each in buttons]}, quick_replies
    )


def texts_with_buttons(body: str, buttons: Sequence[Button]) -> list[Message]:
    """A text of any length; what does not fit above the buttons goes out before them.

    Raises ValueError for a blank text: buttons cannot stand alone.
    """
    parts = split_text(body, BUTTON_TEXT_LIMIT)
    if not parts:
        raise ValueError("buttons need a text above them")
    lead = split_text("\n".join(parts[:-1]), TEXT_LIMIT)
    return [*map(text, lead), button_template(parts[-1], buttons)]


def generic_template(cards: Sequence[Card], quick_replies: Sequence[QuickReply] = ()) -> Message:
    """Cards side by side, at most ten."""
    return _template({"template_type": "generic", "elements": [_card(each) for each in cards]}, quick_replies)


def image(url: str, *, reusable: bool = False) -> Message:
    """A picture that Meta fetches from `url`, at most 8 MB; `reusable` makes it keep a copy."""
    return {"attachment": {"type": "image", "payload": {"url": url, "is_reusable": reusable}}}


def customer_feedback(
    title: str,
    subtitle: str,
    button_title: str,
    question: FeedbackQuestion,
    privacy_url: str,
    expires_in_days: int = 3,
) -> Message:
    """Asks for a score. Meta calls this template in development: have a quick-reply question ready instead."""
    asked: dict[str, Any] = {
        "id": question.question_id,
        "type": "csat",
        "title": question.title,
        "score_label": question.score_label,
        "score_option": question.score_option,
    }
    if question.follow_up_placeholder:
        asked["follow_up"] = {"type": "free_form", "placeholder": question.follow_up_placeholder}
    payload = {
        "template_type": "customer_feedback",
        "title": title,
        "subtitle": subtitle,
        "button_title": button_title,
        "feedback_screens": [{"questions": [asked]}],
        "business_privacy": {"url": privacy_url},
        "expires_in_days": expires_in_days,
    }
    return _template(payload)


def _template(payload: dict[str, Any], quick_replies: Sequence[QuickReply] = ()) -> Message:
    message: Message = {"attachment": {"type": "template", "payload": payload}}
    if quick_replies:
        message["quick_replies"] = [_quick_reply(each) for each in quick_replies]
    return message


def _quick_reply(reply: QuickReply) -> dict[str, str]:
    built = {"content_type": "text", "title": reply.title, "payload": reply.payload}
    return {**built, "image_url": reply.image_url} if reply.image_url else built


def _button(button: Button) -> dict[str, str]:
    if isinstance(button, LinkButton):
        return {"type": "web_url", "title": button.title, "url": button.url}
    return {"type": "postback", "title": button.title, "payload": button.payload}


def _card(card: Card) -> dict[str, Any]:
    built: dict[str, Any] = {"title": card.title}
    if card.subtitle:
        built["subtitle"] = card.subtitle
    if card.image_url:
        built["image_url"] = card.image_url
    if card.buttons:
        built["buttons"] = [_button(each) for each in card.buttons]
    return built
