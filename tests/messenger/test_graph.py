"""The Graph client asks what the platform documents, and judges whatever comes back."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.messenger.errors import Disposition, GraphError
from bot.messenger.graph import GraphClient, Persona, SenderAction, Sent, ThreadOwner, UserProfile
from bot.messenger.usage import parse_usage

PAGE, PSID, TOKEN = "110022", "PSID_7", "EAAB-very-secret"
Answer = Callable[[httpx.Request], httpx.Response]


class Platform:
    """A server that remembers what it was asked and answers as it is told."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def body(self) -> Any:
        return json.loads(self.requests[-1].content)


def platform(*answers: httpx.Response | Exception) -> tuple[Platform, GraphClient]:
    server = Platform(*answers)
    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    return server, GraphClient("https://graph.example/", {PAGE: TOKEN}, http)


def ok(values: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(200, json=values, headers=headers)


async def test_a_message_goes_to_the_page_of_the_newest_version_with_its_token() -> None:
    server, graph = platform(ok({"recipient_id": PSID, "message_id": "m_B1"}))
    body = {"messaging_type": "RESPONSE", "message": {"text": "Dzień dobry"}}
    assert await graph.send_message(PAGE, PSID, body) == Sent("m_B1", PSID)
    (request,) = server.requests
    assert (request.method, str(request.url)) == ("POST", "https://graph.example/v26.0/110022/messages")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert server.body == {"recipient": {"id": PSID}, **body}


CALLS: list[tuple[Callable[[GraphClient], Awaitable[object]], str, str, dict[str, Any] | None]] = [
    (
        lambda graph: graph.sender_action(PAGE, PSID, SenderAction.TYPING_ON, "9"),
        "POST",
        "/110022/messages",
        {"recipient": {"id": PSID}, "sender_action": "typing_on", "persona_id": "9"},
    ),
    (
        lambda graph: graph.pass_thread_control(PAGE, PSID, "263902037430900", "ticket=9"),
        "POST",
        "/110022/pass_thread_control",
        {"recipient": {"id": PSID}, "target_app_id": "263902037430900", "metadata": "ticket=9"},
    ),
    (
        lambda graph: graph.take_thread_control(PAGE, PSID),
        "POST",
        "/110022/take_thread_control",
        {"recipient": {"id": PSID}, "metadata": ""},
    ),
    (lambda graph: graph.hide_comment(PAGE, "9/../8"), "POST", "/9%2F..%2F8", {"is_hidden": True}),
    (
        lambda graph: graph.set_messenger_profile(PAGE, {"get_started": {"payload": "START"}}),
        "POST",
        "/110022/messenger_profile",
        {"get_started": {"payload": "START"}},
    ),
    (
        lambda graph: graph.delete_messenger_profile(PAGE, ["greeting"]),
        "DELETE",
        "/110022/messenger_profile",
        {"fields": ["greeting"]},
    ),
    (
        lambda graph: graph.subscribe(PAGE, ["messages", "message_echoes"]),
        "POST",
        "/110022/subscribed_apps?subscribed_fields=messages%2Cmessage_echoes",
        None,
    ),
]


@pytest.mark.parametrize(("call", "method", "path", "body"), CALLS)
async def test_every_call_that_only_succeeds(
    call: Callable[[GraphClient], Awaitable[object]], method: str, path: str, body: dict[str, Any] | None
) -> None:
    server, graph = platform(ok({"success": True}))
    await call(graph)
    (request,) = server.requests
    assert (request.method, request.url.raw_path.decode()) == (method, f"/v26.0{path}")
    assert (json.loads(request.content) if request.content else None) == body


async def test_personas_are_listed_over_all_pages() -> None:
    first = {
        "data": [{"id": 1, "name": "Anna", "profile_picture_url": "https://x/a.jpg"}],
        "paging": {"cursors": {"after": "AA"}, "next": "https://graph.example/next"},
    }
    last = {"data": [{"id": "2", "name": "Marek"}], "paging": {"cursors": {"after": "BB"}}}
    server, graph = platform(ok(first), ok(last))
    assert await graph.personas(PAGE) == [Persona("1", "Anna", "https://x/a.jpg"), Persona("2", "Marek", None)]
    assert server.requests[1].url.params["after"] == "AA"


async def test_a_persona_is_created_under_its_name() -> None:
    server, graph = platform(ok({"id": "77"}))
    assert await graph.create_persona(PAGE, "Anna", "https://x/a.jpg") == Persona("77", "Anna", "https://x/a.jpg")
    assert server.body == {"name": "Anna", "profile_picture_url": "https://x/a.jpg"}


async def test_the_owner_of_a_thread_is_an_app_or_nobody() -> None:
    owned = {"data": [{"thread_owner": {"app_id": 555000111, "expiration": 1800086400}}]}
    _, graph = platform(ok(owned), ok({"data": []}))
    expires = datetime.fromtimestamp(1_800_086_400, UTC)
    assert await graph.thread_owner(PAGE, PSID) == ThreadOwner("555000111", expires)
    assert await graph.thread_owner(PAGE, PSID) is None


async def test_a_person_without_a_profile_is_no_failure() -> None:
    refused = httpx.Response(400, json={"error": {"code": 100, "error_subcode": 2018218}})
    _, graph = platform(ok({"first_name": "Ola", "id": PSID}), refused, ok({}))
    assert await graph.user_profile(PAGE, PSID) == UserProfile(first_name="Ola")
    assert await graph.user_profile(PAGE, PSID) == UserProfile()
    assert await graph.user_profile(PAGE, PSID) == UserProfile()


async def test_settings_and_subscriptions_are_read_from_their_listings() -> None:
    _, graph = platform(
        ok({"data": [{"get_started": {"payload": "START"}}]}),
        ok({"data": [{"id": "555", "subscribed_fields": ["messages"]}]}),
    )
    assert await graph.messenger_profile(PAGE, ["get_started"]) == {"get_started": {"payload": "START"}}
    assert await graph.subscriptions(PAGE) == {"555": ["messages"]}


@pytest.mark.parametrize(
    ("answer", "disposition"),
    [
        (httpx.ConnectError("refused"), Disposition.RETRY),
        (httpx.ConnectTimeout("slow"), Disposition.RETRY),
        (httpx.PoolTimeout("busy"), Disposition.RETRY),
        (httpx.ReadTimeout("slow"), Disposition.RETRY_AFTER_ECHO),
        (httpx.RemoteProtocolError("cut"), Disposition.RETRY_AFTER_ECHO),
        (httpx.Response(502, text="<html>"), Disposition.RETRY_AFTER_ECHO),
        (httpx.Response(200, text="not json"), Disposition.RETRY_AFTER_ECHO),
        (httpx.Response(400, json={"error": {"code": 190, "error_subcode": 460}}), Disposition.TOKEN_DEAD),
        (httpx.Response(200, json={"error": {"code": 10, "error_subcode": 2018300}}), Disposition.NOT_OURS),
    ],
)
async def test_failures_say_whether_the_message_may_have_left(
    answer: httpx.Response | Exception, disposition: Disposition
) -> None:
    _, graph = platform(answer)
    with pytest.raises(GraphError) as raised:
        await graph.send_message(PAGE, PSID, {"message": {"text": "a"}})
    assert raised.value.failure.disposition is disposition


async def test_a_page_without_a_token_is_a_fault_of_the_setup() -> None:
    _, graph = platform()
    with pytest.raises(GraphError) as raised:
        await graph.send_message("999", PSID, {"message": {"text": "a"}})
    assert raised.value.failure.disposition is Disposition.FIX_SETUP


async def test_no_log_no_repr_and_no_traceback_holds_the_token_or_the_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, graph = platform(httpx.ReadTimeout("slow"), ok({"message_id": "m"}))
    body = {"message": {"text": "tajne słowa"}}
    with pytest.raises(GraphError) as raised:
        await graph.send_message(PAGE, PSID, body)
    await graph.send_message(PAGE, PSID, body)
    written = caplog.text + repr(graph) + "".join(traceback.format_exception(raised.value))
    assert TOKEN not in written
    assert "tajne" not in written


async def test_a_text_that_is_no_valid_unicode_still_leaves_as_json() -> None:
    server, graph = platform(ok({"message_id": "m"}))
    await graph.send_message(PAGE, PSID, {"message": {"text": "a\ud800"}})
    assert server.body["message"]["text"] == "a\ud800"


async def test_the_usage_of_each_page_is_remembered() -> None:
    header = json.dumps({PAGE: [{"type": "messenger", "call_count": 71, "estimated_time_to_regain_access": 3}]})
    _, graph = platform(ok({"message_id": "m"}, {"X-Business-Use-Case-Usage": header}))
    await graph.send_message(PAGE, PSID, {"message": {"text": "a"}})
    assert (graph.usage[PAGE].worst, graph.usage[PAGE].minutes_to_regain_access) == (71, 3)


@pytest.mark.parametrize("header", [None, "", "{", "[]", '{"1": 2}', '{"1": [{"type": "pages"}]}', "[" * 100_000])
def test_a_malformed_usage_header_says_nothing(header: str | None) -> None:
    assert parse_usage(header) == {}
