"""What a customer can do in a thread, read from the simulator's API; knows nothing of what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger.json_values import as_id, as_list, as_number, as_object
from bot.simulator.thread import Thread

LIKE_STICKER = 369239263222822
_LONGEST_TEXT = 100_000
ATTACHMENT_TYPES = frozenset(
    {"image", "audio", "video", "file", "sticker", "fallback", "location", "reel", "ig_reel", "post", "template"}
)
REACTIONS = frozenset({"smile", "angry", "sad", "wow", "love", "like", "dislike", "other"})
_EMOJI = {"smile": "😆", "angry": "😡", "sad": "😢", "wow": "😮", "love": "❤", "like": "👍", "dislike": "👎"}


class ActError(ValueError):
    """The request describes nothing a customer could do; the message says why."""


@dataclass(frozen=True, slots=True)
class Writes:
    """A message. `payload` is that of a tapped quick reply. Several attachments travel in one message."""

    text: str | None = None
    payload: str | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Presses:
    """A button, Get Started, a menu item or an ice breaker."""

    payload: str
    title: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Happens:
    """Something that adds no bubble: a reaction, an edit, a referral, an answered feedback question."""

    kind: str
    content: Mapping[str, Any]


Act = Writes | Presses | Happens


def read_act(request: object, thread: Thread) -> Act:
    """One act out of a JSON body. The thread tells which words stand on a tapped button. Raises ActError."""
    body = as_object(request)
    if body.get("quick_reply") is not None:
        payload, title = _tapped(body["quick_reply"], thread)
        return Writes(text=_text(body) or title, payload=payload)
    if body.get("postback") is not None:
        payload, title = _tapped(body["postback"], thread)
        return Presses(payload, title, as_id(body.get("ref")))
    if body.get("reaction") is not None:
        return _reaction(as_object(body["reaction"]), thread)
    if body.get("edit") is not None:
        return _edit(as_object(body["edit"]), thread)
    if body.get("referral") is not None:
        return Happens("referral", {"source": "SHORTLINK", "type": "OPEN_THREAD", **as_object(body["referral"])})
    if body.get("feedback") is not None:
        screens = [{"screen_id": 0, "questions": as_object(body["feedback"])}]
        return Happens("messaging_feedback", {"feedback_screens": screens})
    return _message(body)


def _message(body: Mapping[str, Any]) -> Writes:
    sources = [body["attachment"]] if body.get("attachment") is not None else as_list(body.get("attachments"))
    if body.get("sticker") is not None:
        sources.append({"type": "sticker", "sticker_id": body["sticker"]})
    if body.get("location") is not None:
        sources.append({**as_object(body["location"]), "type": "location"})
    text = _text(body)
    if text is None and not sources:
        raise ActError("text, quick_reply, postback, attachment, sticker, location, reaction, edit or referral")
    attachments = tuple(_attachment(as_object(source)) for source in sources)
    return Writes(text, None, attachments, as_id(body.get("reply_to")))


def _text(body: Mapping[str, Any]) -> str | None:
    text = body.get("text")
    if text is not None and (not isinstance(text, str) or len(text) > _LONGEST_TEXT):
        raise ActError("text is a string")
    return text


def _tapped(value: object, thread: Thread) -> tuple[str, str]:
    """Payload and words. Words that no message offers are the payload itself, so that forgeries can be tried."""
    given = as_object(value)
    payload = value if isinstance(value, str) else given.get("payload")
    if not isinstance(payload, str):
        raise ActError("a payload is a string")
    title = given.get("title") or thread.title_of(payload) or payload
    return payload, str(title)


def _attachment(source: Mapping[str, Any]) -> dict[str, Any]:
    """In the webhook's shape."""
    kind = source.get("type")
    if kind not in ATTACHMENT_TYPES:
        raise ActError(f"attachment type: one of {', '.join(sorted(ATTACHMENT_TYPES))}")
    given = as_object(source.get("payload"))
    payload: dict[str, Any] = dict(given)
    if source.get("url"):
        payload["url"] = str(source["url"])
    if kind == "sticker":
        payload["sticker_id"] = source.get("sticker_id") or given.get("sticker_id") or LIKE_STICKER
    if kind == "location" and "coordinates" not in payload:
        payload["coordinates"] = {"lat": as_number(source.get("lat")), "long": as_number(source.get("long"))}
    attachment: dict[str, Any] = {"type": kind, "payload": payload}
    return {**attachment, "title": str(source["title"])} if source.get("title") else attachment


def _reaction(given: Mapping[str, Any], thread: Thread) -> Happens:
    message, reaction = thread.find(as_id(given.get("mid"))), given.get("reaction", "like")
    action = given.get("action", "react")
    if message is None or reaction not in REACTIONS or action not in ("react", "unreact"):
        raise ActError("reaction: mid of a message, reaction and action (react, unreact)")
    message.reaction = reaction if action == "react" else None
    content = {"reaction": reaction, "action": action, "mid": message.mid}
    return Happens("reaction", {**content, "emoji": _EMOJI.get(reaction, "")})


def _edit(given: Mapping[str, Any], thread: Thread) -> Happens:
    message, text = thread.find(as_id(given.get("mid"))), given.get("text")
    if message is None or message.sender != "customer" or not isinstance(text, str) or message.edits >= 5:
        raise ActError("edit: mid of the customer's own message and its new text, at most five times")
    message.text = text
    message.edits += 1
    return Happens("message_edit", {"mid": message.mid, "text": text, "num_edit": str(message.edits)})
