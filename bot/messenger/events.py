"""Understands the JSON of a webhook body, of whatever shape, as events; knows nothing of HTTP or of storage.

Sources: the pages under developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks.
The samples there disagree about types (ids and timestamps as strings or numbers): all is read tolerantly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.messenger.event import CUSTOMER_SPEAKS, Attachment, Delivery, Event, EventKind
from bot.messenger.json_values import (
    as_id,
    as_list,
    as_number,
    as_object,
    as_text,
    as_time,
    as_whole,
    fingerprint,
    short,
    storable,
)

__all__ = ["CUSTOMER_SPEAKS", "Attachment", "Delivery", "Event", "EventKind", "parse_delivery"]

# In order of precedence, should an item ever hold two of them.
_KIND_OF_KEY = {
    "message": EventKind.MESSAGE,
    "message_edit": EventKind.EDIT,
    "postback": EventKind.POSTBACK,
    "reaction": EventKind.REACTION,
    "delivery": EventKind.DELIVERY,
    "read": EventKind.READ,
    "pass_thread_control": EventKind.PASS_THREAD,
    "take_thread_control": EventKind.TAKE_THREAD,
    "request_thread_control": EventKind.REQUEST_THREAD,
    "optin": EventKind.OPTIN,
    "referral": EventKind.REFERRAL,
    "app_roles": EventKind.APP_ROLES,
    "policy_enforcement": EventKind.POLICY,
    "policy-enforcement": EventKind.POLICY,
    "messaging_feedback": EventKind.FEEDBACK,
    "response_feedback": EventKind.RESPONSE_FEEDBACK,
    "account_linking": EventKind.ACCOUNT_LINKING,
}
# Known to the platform, of no use here; named so that the count says what arrived.
_PASSED_OVER = ("payment", "checkout_update", "pre_checkout", "game_play", "message_request", "group_feed")
_TEMPLATE_STATUS_FIELDS = {"message_template_status_update", "messenger_template_status_update"}
_PARTIES = {"sender", "recipient", "timestamp"}
_READ_FROM_BODY = {
    "mid",
    "text",
    "payload",
    "title",
    "attachments",
    "quick_reply",
    "reply_to",
    "app_id",
    "metadata",
    "watermark",
    "ref",
    "is_echo",
    "sticker_id",
    "seq",
    "nlp",
}
# A mid names one event of these kinds; edits, reactions and thumbs repeat the mid of what they refer to.
_ONE_EVENT_PER_MID = {EventKind.MESSAGE, EventKind.ECHO, EventKind.POSTBACK}


def parse_delivery(payload: object, received_at: datetime) -> Delivery:
    """Everything in one webhook body, in order.

    `payload` is any value that `json.loads` can return; nothing raises. `received_at` (aware UTC) stands in
    for the time of events that carry none. Bodies of other objects than a page's are passed over, item by
    item.
    """
    body = as_object(payload)
    events: list[Event] = []
    passed_over: Counter[str] = Counter()
    for entry in map(as_object, as_list(body.get("entry"))):
        for name, event in _entry_events(entry, received_at):
            if body.get("object") != "page":
                passed_over[f"{_label(body.get('object'))}:{name}"] += 1
            elif event is None:
                passed_over[name] += 1
            else:
                events.append(event)
    return Delivery(tuple(events), passed_over)


def _entry_events(entry: Mapping[str, Any], received_at: datetime) -> Iterator[tuple[str, Event | None]]:
    page_id = as_id(entry.get("id"))
    entry_time = as_time(entry.get("time")) or received_at
    for channel in ("messaging", "standby"):
        for item in map(as_object, as_list(entry.get(channel))):
            yield _messaging_event(item, page_id, entry_time, standby=channel == "standby")
    for change in map(as_object, as_list(entry.get("changes"))):
        yield _change_event(change, page_id, entry_time)


def _messaging_event(
    item: Mapping[str, Any], page_id: str | None, entry_time: datetime, *, standby: bool
) -> tuple[str, Event | None]:
    name = next((key for key in (*_KIND_OF_KEY, *_PASSED_OVER) if key in item), "unknown")
    kind = _KIND_OF_KEY.get(name)
    if kind is None:
        return name, None
    body = as_object(item[name])
    if kind is EventKind.MESSAGE and body.get("is_echo") is True:
        kind = EventKind.ECHO
    page, psid = _parties(item, kind, page_id)
    if page is None:
        return name, None
    mid = as_id(body.get("mid"))
    return name, Event(
        kind=kind,
        page_id=page,
        psid=psid,
        at=as_time(item.get("timestamp")) or entry_time,
        key=short(_key(kind, mid, page, psid, item, body)),
        standby=standby,
        mid=mid,
        text=as_text(body.get("text")),
        payload=as_text(body.get("payload")) or as_text(as_object(body.get("quick_reply")).get("payload")),
        title=as_text(body.get("title")),
        attachments=_attachments(body),
        reply_to=as_id(as_object(body.get("reply_to")).get("mid")),
        app_id=as_id(body.get("app_id")),
        metadata=as_text(body.get("metadata")),
        watermark=as_whole(body.get("watermark")),
        ref=as_text(body.get("ref")) or as_text(as_object(body.get("referral")).get("ref")),
        extra=_extra(item, body),
    )


def _parties(item: Mapping[str, Any], kind: EventKind, entry_id: str | None) -> tuple[str | None, str | None]:
    """The page and the customer. An echo goes from the page to the customer, all else the other way round."""
    customer = as_id(as_object(item.get("sender")).get("id"))
    page = as_id(as_object(item.get("recipient")).get("id"))
    # Some echoes name the page as recipient all the same; whoever is not the page is the customer.
    if kind is EventKind.ECHO and (page != entry_id or customer == page):
        customer, page = page, customer
    return entry_id or page, customer


def _key(
    kind: EventKind,
    mid: str | None,
    page: str,
    psid: str | None,
    item: Mapping[str, Any],
    body: Mapping[str, Any],
) -> str:
    """The deduplication key: there is no event id, and `seq` was removed in 2019."""
    moment = as_whole(item.get("timestamp")) or as_whole(body.get("watermark")) or 0
    if mid and kind in _ONE_EVENT_PER_MID:
        return f"{kind}:{mid}:deleted" if body.get("is_deleted") is True else f"{kind}:{mid}"
    if mid and kind is EventKind.EDIT:
        return f"{kind}:{mid}:{as_id(body.get('num_edit')) or moment}"
    if mid and kind is EventKind.REACTION:
        return f"{kind}:{mid}:{_label(body.get('action'))}:{_label(body.get('reaction'))}:{moment}"
    content = {key: value for key, value in item.items() if key not in _PARTIES}
    return f"{kind}:{page}:{psid or '-'}:{moment}:{fingerprint(content)}"


def _attachments(body: Mapping[str, Any]) -> tuple[Attachment, ...]:
    # Until 30 Aug 2026 a sticker came as an image with the id beside it; old events may still be replayed.
    legacy_sticker = as_id(body.get("sticker_id"))
    return tuple(
        _attachment(as_object(each), legacy_sticker) for each in as_list(body.get("attachments")) if as_object(each)
    )


def _attachment(source: Mapping[str, Any], legacy_sticker: str | None) -> Attachment:
    payload = as_object(source.get("payload"))
    place = as_object(payload.get("coordinates"))
    return Attachment(
        type=as_text(source.get("type")) or "unknown",
        url=as_text(payload.get("url")) or as_text(source.get("url")),
        sticker_id=as_id(payload.get("sticker_id")) or legacy_sticker,
        title=as_text(source.get("title")) or as_text(payload.get("title")),
        lat=as_number(place.get("lat")),
        long=as_number(place.get("long")),
    )


def _extra(item: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: storable(value) for key, value in body.items() if key not in _READ_FROM_BODY}
    # A reply to a story has no mid; that it is a reply is kept all the same.
    if "mid" not in as_object(body.get("reply_to")) and body.get("reply_to"):
        rest["reply_to"] = storable(body["reply_to"])
    user_ref = as_id(as_object(item.get("sender")).get("user_ref"))
    return {**rest, "user_ref": user_ref} if user_ref else rest


def _change_event(change: Mapping[str, Any], page_id: str | None, entry_time: datetime) -> tuple[str, Event | None]:
    field, value = change.get("field"), as_object(change.get("value"))
    name = f"change:{_label(field)}"
    if page_id is None:
        return name, None
    if field == "feed" and value.get("item") == "comment":
        return name, _comment(value, page_id, entry_time)
    if field in _TEMPLATE_STATUS_FIELDS:
        key = f"{EventKind.TEMPLATE_STATUS}:{page_id}:{fingerprint([value, entry_time.isoformat()])}"
        return name, Event(EventKind.TEMPLATE_STATUS, page_id, None, entry_time, key, extra=storable(value))
    return name, None


def _comment(value: Mapping[str, Any], page_id: str, entry_time: datetime) -> Event:
    """A comment; `extra["from"]` is an app-scoped author, `extra["verb"]` is add, edited, remove …"""
    at = as_time(value.get("created_time")) or entry_time
    comment_id = as_id(value.get("comment_id"))
    return Event(
        kind=EventKind.COMMENT,
        page_id=page_id,
        psid=None,
        at=at,
        key=short(f"{EventKind.COMMENT}:{comment_id or '-'}:{_label(value.get('verb'))}:{fingerprint(value)}"),
        mid=comment_id,
        text=as_text(value.get("message")),
        extra={key: storable(each) for key, each in value.items() if key not in ("message", "comment_id")},
    )


def _label(name: object) -> str:
    """A name that came from outside, safe as a metric's label or part of a key."""
    return name if isinstance(name, str) and re.fullmatch(r"[a-zA-Z_-]{1,40}", name) else "other"
