"""The simulator's own API: the customer's side, faults, clock and the live feed, as JSON over HTTP.

Names are fixed in the design; whatever drives the product from outside holds on to them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse

from bot.messenger.json_values import as_number, as_object, as_text
from bot.simulator.acts import ActError, read_act
from bot.simulator.faults import parse_faults
from bot.simulator.media import MediaError, MediaShelf
from bot.simulator.thread import PROFILE_FIELDS, Thread
from bot.simulator.twin import Twin
from bot.simulator.wall import LONGEST_COMMENT

_PSID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_SHIFT_HOURS = 24 * 60


def api_router(twin: Twin, shelf: MediaShelf, public_url: str) -> APIRouter:
    """Routes under `/api`. `public_url` is where the product reaches the pictures; empty: as the browser does."""
    routes = _Routes(twin, shelf, public_url.rstrip("/"))
    router = APIRouter(prefix="/api")
    table: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "/threads", routes.threads),
        ("GET", "/threads/{psid}", routes.thread),
        ("POST", "/threads/{psid}/messages", routes.act),
        ("PUT", "/threads/{psid}/profile", routes.set_profile),
        ("POST", "/threads/{psid}/seen", routes.seen),
        ("POST", "/threads/{psid}/page_inbox", routes.page_inbox),
        ("GET", "/faults", routes.faults),
        ("PUT", "/faults", routes.set_faults),
        ("GET", "/clock", routes.clock),
        ("PUT", "/clock", routes.set_clock),
        ("GET", "/page", routes.page),
        ("GET", "/posts", routes.posts),
        ("POST", "/posts", routes.publish),
        ("POST", "/posts/{post}/comments", routes.comment),
        ("PUT", "/comments/{comment}", routes.change_comment),
        ("GET", "/exchange", routes.exchange),
        ("POST", "/media", routes.upload),
        ("GET", "/events", routes.events),
    ]
    for method, path, endpoint in table:
        router.add_api_route(path, endpoint, methods=[method], include_in_schema=False)
    return router


class _Routes:
    def __init__(self, twin: Twin, shelf: MediaShelf, public_url: str) -> None:
        self._twin, self._shelf, self._public_url = twin, shelf, public_url

    async def threads(self) -> JSONResponse:
        """Newest first; a hundred at most."""
        newest = list(reversed(self._twin.threads.values()))[:100]
        return JSONResponse({"threads": [_line(each) for each in newest]})

    async def thread(self, psid: str) -> JSONResponse:
        """An unknown person has an empty thread, which asking does not create."""
        thread = self._twin.threads.get(_checked(psid)) or Thread(psid)
        return JSONResponse(thread.view(self._twin.clock.now()))

    async def act(self, psid: str, request: Request) -> JSONResponse:
        """202 with the mid of the new message; the webhook goes on its way in the background."""
        body = await _json(request)
        try:
            act = read_act(body, self._twin.thread(_checked(psid)))
        except ActError as error:
            raise HTTPException(422, str(error)) from None
        return JSONResponse({"mid": self._twin.customer_acts(psid, act), "psid": psid}, 202)

    async def set_profile(self, psid: str, request: Request) -> JSONResponse:
        given = as_object(await _json(request))
        known = {name: given[name] for name in PROFILE_FIELDS if given.get(name) not in (None, "")}
        self._twin.set_profile(_checked(psid), known)
        return JSONResponse({"profile": known})

    async def seen(self, psid: str) -> JSONResponse:
        return JSONResponse({"news": self._twin.customer_reads(_checked(psid))})

    async def page_inbox(self, psid: str, request: Request) -> JSONResponse:
        """`{"text": …}` writes as staff does; `{"pass": true}` gives the thread to our app, `{"release": true}` to
        nobody."""
        body = as_object(await _json(request))
        text = as_text(body.get("text"))
        if text:
            return JSONResponse({"mid": self._twin.inbox_writes(_checked(psid), text)}, 202)
        if body.get("pass") is True or body.get("release") is True:
            metadata = as_text(body.get("metadata")) or ""
            self._twin.inbox_gives_back(_checked(psid), passes=body.get("pass") is True, metadata=metadata)
            return JSONResponse({"mid": None}, 202)
        raise HTTPException(422, "text, pass or release")

    async def faults(self) -> JSONResponse:
        return JSONResponse(self._twin.faults.to_dict())

    async def set_faults(self, request: Request) -> JSONResponse:
        """Faults that are not named are switched off; `{}` heals everything."""
        try:
            self._twin.set_faults(parse_faults(await _json(request)))
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        return JSONResponse(self._twin.faults.to_dict())

    async def clock(self) -> JSONResponse:
        hours = self._twin.clock.offset / timedelta(hours=1)
        return JSONResponse({"offset_hours": hours, "now": self._twin.clock.now().isoformat()})

    async def set_clock(self, request: Request) -> JSONResponse:
        hours = as_number(as_object(await _json(request)).get("offset_hours"))
        if hours is None or abs(hours) > _LONGEST_SHIFT_HOURS:
            raise HTTPException(422, "offset_hours is a number of at most sixty days")
        self._twin.clock.offset = timedelta(hours=hours)
        self._twin.feed.tell("clock", None, {"offset_hours": hours})
        return await self.clock()

    async def page(self) -> JSONResponse:
        """What a customer sees of the page before writing: its name and standing offers."""
        account = self._twin.account
        return JSONResponse({"page_id": account.page_id, "name": account.page_name, "profile": self._twin.profile})

    async def posts(self) -> JSONResponse:
        """The page's posts with all comments, newest post first."""
        posts = reversed(self._twin.wall.posts.values())
        shown = [{"id": p.id, "text": p.text, "comments": [c.view() for c in p.comments]} for p in posts]
        return JSONResponse({"posts": shown})

    async def publish(self, request: Request) -> JSONResponse:
        """`{"text": …}` becomes a post of the page."""
        text = as_text(as_object(await _json(request)).get("text"))
        if not text:
            raise HTTPException(422, "text")
        return JSONResponse({"id": self._twin.wall.publish(text).id}, 201)

    async def comment(self, post: str, request: Request) -> JSONResponse:
        """`{"psid": …, "text": …, "name": …}`; with `"as_page": true` another page writes it."""
        body = as_object(await _json(request))
        text, psid = as_text(body.get("text")), _checked(as_text(body.get("psid")) or "")
        found = self._twin.wall.posts.get(post)
        if found is None:
            raise HTTPException(404, "there is no such post")
        if not text or len(text) > LONGEST_COMMENT:
            raise HTTPException(422, "text")
        as_page = body.get("as_page") is True
        added = self._twin.wall.write(found, psid, as_text(body.get("name")) or "Ktoś", text, as_page=as_page)
        return JSONResponse({"id": added.id}, 202)

    async def change_comment(self, comment: str, request: Request) -> JSONResponse:
        """`{"text": …}` writes it anew, `{"text": null}` takes it back."""
        found = self._twin.wall.comments.get(comment)
        if found is None or found.removed:
            raise HTTPException(404, "there is no such comment")
        self._twin.wall.change(found, as_text(as_object(await _json(request)).get("text")))
        return JSONResponse(found.view())

    async def exchange(self) -> JSONResponse:
        under_way, lost = self._twin.courier.under_way, self._twin.courier.lost
        return JSONResponse({"exchange": self._twin.log.view(), "under_way": under_way, "lost": lost})

    async def upload(self, request: Request) -> JSONResponse:
        """The picture's bytes as the body. Answers its address and type; 413 and 415 where it is refused."""
        try:
            picture = await self._shelf.put(request.stream())
        except MediaError as error:
            # The rest of the body is not read, so the connection cannot be used again.
            return JSONResponse({"detail": str(error)}, error.status, {"Connection": "close"})
        base = self._public_url or str(request.base_url).rstrip("/")
        return JSONResponse({"url": f"{base}/symulator/media/{picture.name}", "type": "image"}, 201)

    async def events(self) -> StreamingResponse:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._twin.feed.watch(), media_type="text/event-stream", headers=headers)


def _checked(psid: str) -> str:
    if not _PSID.fullmatch(psid):
        raise HTTPException(422, "a psid is made of letters, digits, - and _")
    return psid


async def _json(request: Request) -> object:
    try:
        return json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None


def _line(thread: Thread) -> Mapping[str, Any]:
    last = thread.messages[-1] if thread.messages else None
    return {
        "psid": thread.psid,
        "profile": thread.profile,
        "last": last.view() if last else None,
        "unread": sum(each.sender == "page" and not each.seen for each in thread.messages),
    }
