"""Turns acts and sends into the bubbles a person sees and the content of the events; knows nothing of delivery."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.messenger.json_values import as_list, as_object, as_text
from bot.simulator.acts import Presses, Writes
from bot.simulator.thread import Message


def new_mid() -> str:
    return "m_" + secrets.token_urlsafe(24)


def customers_bubble(act: Writes | Presses, at: datetime) -> tuple[Message, dict[str, Any]]:
    """The customer's bubble, and what stands beside sender and recipient in its webhook item."""
    mid = new_mid()
    if isinstance(act, Presses):
        postback: dict[str, Any] = {"mid": mid, "title": act.title, "payload": act.payload}
        if act.ref:
            postback["referral"] = {"ref": act.ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
        return Message(mid, "customer", at, act.title), {"postback": postback}
    message: dict[str, Any] = {"mid": mid}
    if act.text is not None:
        message["text"] = act.text
    if act.payload is not None:
        message["quick_reply"] = {"payload": act.payload}
    if act.attachments:
        message["attachments"] = list(act.attachments)
    if act.reply_to:
        message["reply_to"] = {"mid": act.reply_to}
    shown = _shown(act.attachments[0]) if act.attachments else None
    bubble = Message(mid, "customer", at, act.text, attachment=shown, reply_to=act.reply_to)
    return bubble, {"message": message}


def pages_bubble(message: Mapping[str, Any], at: datetime, templates: Mapping[str, Mapping[str, Any]]) -> Message:
    """The page's bubble out of the `message` part of a send that was found to be valid."""
    bubble = Message(new_mid(), "page", at, as_text(message.get("text")))
    bubble.metadata = as_text(message.get("metadata"))
    bubble.quick_replies = [_tappable(each) for each in as_list(message.get("quick_replies"))]
    attachment = as_object(message.get("attachment"))
    payload = as_object(attachment.get("payload"))
    kind = payload.get("template_type")
    if kind == "button":
        bubble.text = as_text(payload.get("text"))
        bubble.buttons = [_tappable(each) for each in as_list(payload.get("buttons"))]
    elif kind == "generic":
        bubble.cards = [_card(as_object(each)) for each in as_list(payload.get("elements"))]
    elif attachment:
        bubble.attachment = _shown(attachment)
    if "template" in message:
        bubble.text = template_text(as_object(message["template"]), templates)
    return bubble


def template_text(sent: Mapping[str, Any], templates: Mapping[str, Mapping[str, Any]]) -> str:
    """The body of an approved utility template with its parameters put in."""
    template = templates.get(str(sent.get("name")), {})
    parts = [as_object(each) for each in as_list(template.get("components"))]
    body = next((str(each.get("text", "")) for each in parts if str(each.get("type")).upper() == "BODY"), "")
    for component in map(as_object, as_list(sent.get("components"))):
        for position, parameter in enumerate(map(as_object, as_list(component.get("parameters"))), start=1):
            name = parameter.get("parameter_name", position)
            body = body.replace("{{" + str(name) + "}}", str(parameter.get("text", "")))
    return body


def _shown(attachment: Mapping[str, Any]) -> dict[str, Any]:
    """Flat: type, url and whatever else a bubble needs."""
    payload = as_object(attachment.get("payload"))
    shown: dict[str, Any] = {"type": attachment.get("type"), "url": payload.get("url")}
    for name in ("sticker_id", "coordinates", "template_type", "title", "subtitle", "button_title"):
        if payload.get(name) is not None:
            shown[name] = payload[name]
    if payload.get("template_type") == "customer_feedback":
        shown["feedback_screens"] = payload.get("feedback_screens")
    return {**shown, "title": attachment["title"]} if attachment.get("title") else shown


def _tappable(value: object) -> dict[str, Any]:
    offer = as_object(value)
    kept = ("type", "title", "payload", "url", "image_url")
    return {name: offer[name] for name in kept if offer.get(name) is not None}


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: card[name] for name in ("title", "subtitle", "image_url") if card.get(name)}
    return {**kept, "buttons": [_tappable(each) for each in as_list(card.get("buttons"))]}
