"""The Graph API's calls as functions of the twin; knows nothing of HTTP. Each raises RefusalError or answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from bot.messenger import limits
from bot.messenger.json_values import as_id, as_list, as_object
from bot.simulator import refusals, rules
from bot.simulator.refusals import RefusalError, bad_parameter
from bot.simulator.thread import PROFILE_FIELDS, Thread
from bot.simulator.twin import Persona, Twin

Call = Callable[[Twin, Mapping[str, Any]], dict[str, Any]]
SUCCESS: dict[str, Any] = {"success": True, "result": "success"}
SENDER_ACTIONS = frozenset({"typing_on", "typing_off", "mark_seen", "react", "unreact"})
_THUMBS = "like"


def recipient(twin: Twin, body: Mapping[str, Any]) -> Thread:
    """The thread a call is about: only of people who once wrote to this page."""
    psid = as_id(as_object(body.get("recipient")).get("id"))
    if psid is None:
        raise RefusalError(bad_parameter("recipient[id]"))
    thread = twin.threads.get(psid)
    if thread is None or thread.interacted_at is None:
        raise RefusalError(refusals.NO_USER)
    return thread


def send(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    """POST /{page}/messages: a message, or a sender action, never both."""
    if "sender_action" in body and "message" in body:
        raise RefusalError(refusals.ACTION_WITH_MESSAGE)
    if "comment_id" in as_object(body.get("recipient")):
        return twin.wall.private_reply(body)
    thread = recipient(twin, body)
    if "sender_action" in body:
        return sender_action(twin, thread, body)
    if not as_object(body.get("message")):
        raise RefusalError(bad_parameter("message"))
    twin.check_send(thread, body)
    control = as_object(body.get("thread_control"))
    mid = twin.page_sends(thread, body)
    if control.get("control_type") == "pass":
        twin.routing.hand(thread, control.get("app_id"), twin.clock.now())
    elif control.get("control_type") == "release":
        twin.routing.release(thread, twin.clock.now())
    return {"recipient_id": thread.psid, "message_id": mid}


def sender_action(twin: Twin, thread: Thread, body: Mapping[str, Any]) -> dict[str, Any]:
    action, persona, now = body["sender_action"], as_id(body.get("persona_id")), twin.clock.now()
    if action not in SENDER_ACTIONS:
        raise RefusalError(bad_parameter("sender_action"))
    if persona is not None and (persona not in twin.personas or not str(action).startswith("typing")):
        raise RefusalError(bad_parameter("persona_id: known ones, and only with typing"))
    if action == "mark_seen":
        twin.page_reads(thread)
    elif action in ("react", "unreact"):
        _react(thread, str(action), as_object(body.get("payload")))
        twin.feed.tell("reload", thread.psid, {})
    else:
        twin.routing.check_may_send(thread, now)
        rules.check_action_window(thread, now)
        twin.shows_typing(thread, now if action == "typing_on" else None, persona)
    return {"recipient_id": thread.psid}


def _react(thread: Thread, action: str, payload: Mapping[str, Any]) -> None:
    message = thread.find(as_id(payload.get("message_id")))
    if message is None:
        raise RefusalError(bad_parameter("payload[message_id]"))
    message.reaction = str(payload.get("reaction", _THUMBS)) if action == "react" else None


def pass_control(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    twin.routing.hand(recipient(twin, body), body.get("target_app_id"), twin.clock.now())
    return dict(SUCCESS)


def take_control(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    twin.routing.take(recipient(twin, body), twin.clock.now())
    return dict(SUCCESS)


def request_control(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    """Asks the owner, here the Page Inbox, whose answer is given on the simulator's page."""
    thread = recipient(twin, body)
    twin.feed.tell("control_requested", thread.psid, {})
    return dict(SUCCESS)


def release_control(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    twin.routing.release(recipient(twin, body), twin.clock.now())
    return dict(SUCCESS)


def extend_control(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    twin.routing.extend(recipient(twin, body), body.get("duration"), twin.clock.now())
    return dict(SUCCESS)


def thread_owner(twin: Twin, query: Mapping[str, Any]) -> dict[str, Any]:
    thread = recipient(twin, {"recipient": {"id": query.get("recipient")}})
    owner = twin.routing.visible_owner(thread, twin.clock.now())
    if owner is None:
        return {"data": []}
    app_id, until = owner
    return {"data": [{"thread_owner": {"app_id": app_id, "expiration": int(until.timestamp())}}]}


def create_persona(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    name, picture = body.get("name"), body.get("profile_picture_url")
    if not isinstance(name, str) or not 0 < limits.units(name) <= limits.PERSONA_NAME:
        raise RefusalError(bad_parameter("name: up to 50 characters"))
    if not isinstance(picture, str) or not picture.startswith(("http://", "https://")):
        raise RefusalError(bad_parameter("profile_picture_url"))
    persona = Persona(str(10**15 + secrets.randbelow(9 * 10**15)), name, picture)
    twin.personas[persona.persona_id] = persona
    return {"id": persona.persona_id}


def list_personas(twin: Twin, _query: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": [_persona(each) for each in twin.personas.values()]}


def _persona(persona: Persona) -> dict[str, Any]:
    return {"id": persona.persona_id, "name": persona.name, "profile_picture_url": persona.picture_url}


def read_node(twin: Twin, node: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """GET /{id}: a persona, the page itself, or a person's profile, of which only what is known comes back."""
    if node in twin.personas:
        return _persona(twin.personas[node])
    public = twin.wall.reads(node)
    if public is not None:
        return public
    if node in ("me", twin.account.page_id):
        return {"id": twin.account.page_id, "name": twin.account.page_name}
    thread = recipient(twin, {"recipient": {"id": node}})
    if not thread.profile:
        raise RefusalError(refusals.NO_PROFILE)
    asked = str(query.get("fields") or "first_name,last_name,profile_pic").split(",")
    known = {name: thread.profile[name] for name in PROFILE_FIELDS if name in asked and name in thread.profile}
    return {**known, "id": thread.psid}


def delete_node(twin: Twin, node: str) -> dict[str, Any]:
    if twin.personas.pop(node, None) is None:
        raise RefusalError(refusals.NO_OBJECT)
    return dict(SUCCESS)


def set_profile(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**twin.profile, **{name: value for name, value in body.items() if name != "access_token"}}
    if "persistent_menu" in merged and "get_started" not in merged:
        raise RefusalError(bad_parameter("persistent_menu needs get_started"))
    for name in ("greeting", "ice_breakers", "persistent_menu"):
        locales = [as_object(each).get("locale") for each in as_list(merged.get(name))]
        if name in merged and "default" not in locales:
            raise RefusalError(bad_parameter(f"{name} needs the locale default"))
    twin.profile = merged
    twin.feed.tell("page", None, {"page_profile": merged})
    return dict(SUCCESS)


def read_profile(twin: Twin, query: Mapping[str, Any]) -> dict[str, Any]:
    asked = str(query.get("fields") or "").split(",")
    found = {name: twin.profile[name] for name in asked if name in twin.profile}
    return {"data": [found] if found else []}


def delete_profile(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    for name in as_list(body.get("fields")):
        twin.profile.pop(str(name), None)
    return dict(SUCCESS)


def subscribe(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    fields = body.get("subscribed_fields")
    names = fields if isinstance(fields, list) else str(fields or "").split(",")
    if not any(names):
        raise RefusalError(bad_parameter("subscribed_fields"))
    twin.subscribed_fields = [str(name) for name in names]
    return dict(SUCCESS)


def subscriptions(twin: Twin, _query: Mapping[str, Any]) -> dict[str, Any]:
    app = {"id": twin.account.app_id, "subscribed_fields": twin.subscribed_fields}
    return {"data": [app] if twin.subscribed_fields else []}


def create_template(twin: Twin, body: Mapping[str, Any]) -> dict[str, Any]:
    name, language = body.get("name"), body.get("language")
    if not isinstance(name, str) or not isinstance(language, str) or body.get("category") != "UTILITY":
        raise RefusalError(bad_parameter("name, language and category UTILITY"))
    template = {key: value for key, value in body.items() if key != "access_token"}
    twin.templates[name] = {**template, "id": str(10**15 + secrets.randbelow(10**15)), "status": "APPROVED"}
    return {"id": twin.templates[name]["id"], "status": "APPROVED", "category": "UTILITY"}


def list_templates(twin: Twin, _query: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": list(twin.templates.values())}


CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "messages"): send,
    ("POST", "pass_thread_control"): pass_control,
    ("POST", "take_thread_control"): take_control,
    ("POST", "request_thread_control"): request_control,
    ("POST", "release_thread_control"): release_control,
    ("POST", "extend_thread_control"): extend_control,
    ("GET", "thread_owner"): thread_owner,
    ("POST", "personas"): create_persona,
    ("GET", "personas"): list_personas,
    ("POST", "messenger_profile"): set_profile,
    ("GET", "messenger_profile"): read_profile,
    ("DELETE", "messenger_profile"): delete_profile,
    ("POST", "subscribed_apps"): subscribe,
    ("GET", "subscribed_apps"): subscriptions,
    ("POST", "message_templates"): create_template,
    ("GET", "message_templates"): list_templates,
}
