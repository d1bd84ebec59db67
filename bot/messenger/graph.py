"""Calls the Graph API for the pages of this installation; knows nothing of queues, retries or what is said.

Every failure is a `GraphError` that carries a judged `SendFailure`; nothing is retried here. Page tokens travel in
the Authorization header, never in an address, so that no log of addresses can hold one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from bot.messenger.errors import ANSWER_LOST, NOT_CONNECTED, Disposition, GraphError, SendFailure, classify
from bot.messenger.json_values import as_id, as_list, as_object, as_text, as_time
from bot.messenger.usage import HEADER as USAGE_HEADER
from bot.messenger.usage import Usage, parse_usage

PAGE_INBOX_APP_ID = "263902037430900"
"""The app that owns a thread while staff answers it in Meta's own inbox (…/conversation-routing, 24 Sep 2025)."""
# No more than is used: picture, language and time zone could be had as well.
_PROFILE_FIELDS = "first_name,last_name,gender"


class SenderAction(StrEnum):
    TYPING_ON = "typing_on"
    TYPING_OFF = "typing_off"
    MARK_SEEN = "mark_seen"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken; `message_id` is the `mid` of its echo."""

    message_id: str
    recipient_id: str | None


@dataclass(frozen=True, slots=True)
class Persona:
    persona_id: str
    name: str
    picture_url: str | None


@dataclass(frozen=True, slots=True)
class ThreadOwner:
    app_id: str
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class UserProfile:
    """What the page may know of a person; every field may be missing and the conversation goes on without."""

    first_name: str | None = None
    last_name: str | None = None
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class PublicComment:
    can_reply_privately: bool


@dataclass(frozen=True, slots=True)
class Post:
    text: str | None
    link: str | None


class GraphClient:
    """One client for all pages; `http` is shared and closed by whoever made it.

    `base_url` is Meta's `https://graph.facebook.com` or that of a twin; `tokens` maps page ids to page tokens.
    """

    def __init__(
        self, base_url: str, tokens: Mapping[str, str], http: httpx.AsyncClient, version: str = "v26.0"
    ) -> None:
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._tokens = dict(tokens)
        self._http = http
        self.usage: dict[str, Usage] = {}

    def __repr__(self) -> str:
        return f"GraphClient({self._root}, pages={sorted(self._tokens)})"

    async def send_message(self, page_id: str, psid: str, body: Mapping[str, Any]) -> Sent:
        """POST /{page}/messages. `body` holds everything beside the recipient: message, messaging_type, tag,
        persona_id, reply_to, thread_control … A message that timed out may have been delivered."""
        answer = await self._call("POST", page_id, f"{page_id}/messages", body=_to(psid, body))
        message_id = as_id(answer.get("message_id"))
        if message_id is None:
            raise GraphError(ANSWER_LOST)
        return Sent(message_id, as_id(answer.get("recipient_id")))

    async def sender_action(self, page_id: str, psid: str, action: SenderAction, persona_id: str | None = None) -> None:
        """Typing and seen; goes alone, never with a message. A persona works with typing only."""
        persona = {"persona_id": persona_id} if persona_id else {}
        body = {"sender_action": action.value, **persona}
        await self._call("POST", page_id, f"{page_id}/messages", body=_to(psid, body))

    async def create_persona(self, page_id: str, name: str, picture_url: str) -> Persona:
        """`name` of at most 50 characters; the picture is fetched by Meta, at most 8 MB."""
        body = {"name": name, "profile_picture_url": picture_url}
        answer = await self._call("POST", page_id, f"{page_id}/personas", body=body)
        return Persona(_demand(answer, "id"), name, picture_url)

    async def personas(self, page_id: str) -> list[Persona]:
        return [
            Persona(_demand(each, "id"), as_text(each.get("name")) or "", as_text(each.get("profile_picture_url")))
            for each in await self._pages_of(page_id, f"{page_id}/personas", {})
        ]

    async def pass_thread_control(self, page_id: str, psid: str, app_id: str, metadata: str = "") -> None:
        """Gives the thread to another app. No sensitive words in `metadata`: a number of ours at most."""
        body = {"target_app_id": app_id, "metadata": metadata}
        await self._thread_call(page_id, "pass_thread_control", psid, body)

    async def take_thread_control(self, page_id: str, psid: str, metadata: str = "") -> None:
        await self._thread_call(page_id, "take_thread_control", psid, {"metadata": metadata})

    async def thread_owner(self, page_id: str, psid: str) -> ThreadOwner | None:
        """Who controls the thread; None while it is idle, or when it is not ours to know."""
        answer = await self._call("GET", page_id, f"{page_id}/thread_owner", params={"recipient": psid})
        for each in map(as_object, as_list(answer.get("data"))):
            owner = as_object(each.get("thread_owner"))
            app_id = as_id(owner.get("app_id"))
            if app_id is not None:
                return ThreadOwner(app_id, as_time(owner.get("expiration")))
        return None

    async def user_profile(self, page_id: str, psid: str) -> UserProfile:
        """The person's names as far as they are known; an empty profile where there is none or no permission."""
        try:
            answer = await self._call("GET", page_id, quote(psid, safe=""), params={"fields": _PROFILE_FIELDS})
        except GraphError as error:
            if error.failure.disposition is Disposition.NO_PROFILE:
                return UserProfile()
            raise
        return UserProfile(
            first_name=as_text(answer.get("first_name")),
            last_name=as_text(answer.get("last_name")),
            gender=as_text(answer.get("gender")),
        )

    async def messenger_profile(self, page_id: str, fields: Sequence[str]) -> dict[str, Any]:
        """The named settings (get_started, greeting …) as the page has them; absent ones are absent."""
        path, wanted = f"{page_id}/messenger_profile", {"fields": ",".join(fields)}
        found: dict[str, Any] = {}
        for each in await self._pages_of(page_id, path, wanted):
            found.update(each)
        return found

    async def set_messenger_profile(self, page_id: str, profile: Mapping[str, Any]) -> None:
        """At most ten calls in ten minutes per page: set everything in one."""
        await self._call("POST", page_id, f"{page_id}/messenger_profile", body=profile)

    async def delete_messenger_profile(self, page_id: str, fields: Sequence[str]) -> None:
        await self._call("DELETE", page_id, f"{page_id}/messenger_profile", body={"fields": list(fields)})

    async def subscribe(self, page_id: str, fields: Sequence[str]) -> None:
        """Makes the page send these webhook fields to our app; the app's own subscription is set elsewhere."""
        params = {"subscribed_fields": ",".join(fields)}
        await self._call("POST", page_id, f"{page_id}/subscribed_apps", params=params)

    async def subscriptions(self, page_id: str) -> dict[str, list[str]]:
        """Webhook fields by app id. Meta drops a page after an hour of failed deliveries: look regularly."""
        found = await self._pages_of(page_id, f"{page_id}/subscribed_apps", {})
        return {_demand(each, "id"): [str(f) for f in as_list(each.get("subscribed_fields"))] for each in found}

    async def private_reply(self, page_id: str, comment_id: str, message: Mapping[str, Any]) -> Sent:
        """One message to whoever wrote the comment, within seven days of it, 750 an hour (…/discovery/private-replies).
        Whether a second one is refused the page does not say: ask `comment` whether it may be replied to."""
        body = {"recipient": {"comment_id": comment_id}, "message": dict(message)}
        answer = await self._call("POST", page_id, f"{page_id}/messages", body=body)
        message_id = as_id(answer.get("message_id"))
        if message_id is None:
            raise GraphError(ANSWER_LOST)
        return Sent(message_id, as_id(answer.get("recipient_id")))

    async def comment(self, page_id: str, comment_id: str) -> PublicComment:
        """Whether it may be replied to in private: not if a page wrote it, it is too old, or it has its reply."""
        fields = {"fields": "can_reply_privately"}
        answer = await self._call("GET", page_id, quote(comment_id, safe=""), params=fields)
        return PublicComment(answer.get("can_reply_privately") is True)

    async def post(self, page_id: str, post_id: str) -> Post:
        """The page's post that a comment stands under."""
        fields = {"fields": "message,permalink_url"}
        answer = await self._call("GET", page_id, quote(post_id, safe=""), params=fields)
        return Post(as_text(answer.get("message")), as_text(answer.get("permalink_url")))

    async def hide_comment(self, page_id: str, comment_id: str) -> None:
        """Only its author and the author's friends see it from now on."""
        await self._call("POST", page_id, quote(comment_id, safe=""), body={"is_hidden": True})

    async def answer_comment(self, page_id: str, comment_id: str, text: str) -> None:
        """In public, under the page's own name."""
        await self._call("POST", page_id, f"{quote(comment_id, safe='')}/comments", body={"message": text})

    async def _thread_call(self, page_id: str, call: str, psid: str, body: Mapping[str, Any]) -> None:
        await self._call("POST", page_id, f"{page_id}/{call}", body=_to(psid, body))

    async def _pages_of(self, page_id: str, path: str, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """All items of a listing, over its pages; at most a hundred of them, so that it ends."""
        items: list[Mapping[str, Any]] = []
        after: dict[str, str] = {}
        for _ in range(100):
            answer = await self._call("GET", page_id, path, params={**params, **after})
            items += map(as_object, as_list(answer.get("data")))
            paging = as_object(answer.get("paging"))
            cursor = as_text(as_object(paging.get("cursors")).get("after"))
            if not cursor or not paging.get("next"):
                break
            after = {"after": cursor}
        return items

    async def _call(
        self,
        method: str,
        page_id: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """The parsed answer. Raises GraphError for whatever is not a success."""
        token = self._tokens.get(page_id)
        if token is None:
            raise GraphError(SendFailure(Disposition.FIX_SETUP))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        url = f"{self._root}/{path}?{urlencode(params)}" if params else f"{self._root}/{path}"
        # ASCII escapes, because a lone surrogate in a text would not survive the way through UTF-8.
        content = None if body is None else json.dumps(body).encode()
        try:
            response = await self._http.request(method, url, headers=headers, content=content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            # The cause holds the request with its headers; it must not reach a log.
            raise GraphError(NOT_CONNECTED) from None
        except httpx.RequestError:
            raise GraphError(ANSWER_LOST) from None
        self.usage.update(parse_usage(response.headers.get(USAGE_HEADER)))
        answer = _json(response)
        if not response.is_success or "error" in as_object(answer):
            raise GraphError(classify(response.status_code, answer))
        return as_object(answer)


def _to(psid: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"recipient": {"id": psid}, **body}


def _json(response: httpx.Response) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _demand(values: Mapping[str, Any], key: str) -> str:
    found = as_id(values.get(key))
    if found is None:
        raise GraphError(SendFailure(Disposition.FINAL))
    return found
