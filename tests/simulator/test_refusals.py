"""The twin refuses what the platform refuses, with its numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.messenger import messages
from bot.messenger.errors import GraphError
from bot.messenger.events import EventKind
from bot.messenger.graph import PAGE_INBOX_APP_ID, GraphClient, SenderAction
from bot.messenger.messages import Card, PostbackButton, QuickReply
from bot.simulator.parts import create_simulator
from tests.simulator.conftest import APP, PAGE, SECRET, TOKEN, Product, Side, utility_template

TEXT = {"message": {"text": "a"}}
CUSTOMER = {"recipient": {"id": "1001"}}
BUTTON = PostbackButton("Tak", "P")
HUMAN_AGENT = {**TEXT, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


@pytest.fixture
async def slow_page(webhook_url: str) -> AsyncIterator[GraphClient]:
    """The Graph API of a page that may send twice at once, and whose customer has written."""
    parts = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id=APP,
        app_secret=SECRET,
        page_token=TOKEN,
        webhook_url=webhook_url,
        sends_per_second=2,
    )
    app = FastAPI()
    app.include_router(parts.router)
    async with parts.running(), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        await http.post("http://twin/symulator/api/threads/1001/messages", json={"text": "a"})
        yield GraphClient("http://twin/symulator/graph", {PAGE: TOKEN}, http)


async def refused(graph: GraphClient, body: dict[str, Any], psid: str = "1001") -> tuple[int | None, int | None]:
    with pytest.raises(GraphError) as raised:
        await graph.send_message(PAGE, psid, body)
    return raised.value.failure.code, raised.value.failure.subcode


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer other"}, {"Authorization": TOKEN}, {"Authorization": "Bearer"}],
)
async def test_only_the_pages_token_opens_the_door(side: Side, headers: dict[str, str]) -> None:
    answer = await side.http.post(f"/symulator/graph/v26.0/{PAGE}/messages", json=TEXT, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 190)


async def test_the_token_may_stand_in_the_query_as_well(side: Side) -> None:
    await side.act(text="a")
    url = f"/symulator/graph/v26.0/me/messages?access_token={TOKEN}"
    answer = await side.http.post(url, json={"recipient": {"id": "1001"}, **TEXT})
    assert answer.json()["recipient_id"] == "1001"


@pytest.mark.parametrize("path", ["v26.0/999/messages", f"v26.0/{PAGE}/nonsense", "v26.0/7777777"])
async def test_what_does_not_exist_is_no_server_fault(side: Side, path: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    method = "GET" if path.count("/") == 1 else "POST"
    answer = await side.http.request(method, f"/symulator/graph/{path}", headers=headers, json=TEXT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


async def test_a_body_that_is_no_json_is_a_bad_parameter(side: Side) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for content in (b"{", b"[]", b"[" * 100_000, b"\xff"):
        answer = await side.http.post(f"/symulator/graph/v26.0/{PAGE}/messages", headers=headers, content=content)
        assert answer.json()["error"]["code"] == 100


async def test_nobody_is_written_to_who_never_wrote(side: Side, graph: GraphClient) -> None:
    await side.put("threads/1002/profile", first_name="Ola")
    assert await refused(graph, TEXT, "1002") == (100, 2018001)
    assert await refused(graph, TEXT, "nobody") == (100, 2018001)


@pytest.mark.parametrize(
    "body",
    [
        {"message": {}},
        {"message": {"text": ""}},
        {"message": {"text": 5}},
        {"message": {"text": "a" * 2000}},
        {"message": {"text": "a", "metadata": "m" * 1000}},
        {"message": {"text": "a", "metadata": {}}},
        {"message": {"text": "a", "attachment": {"type": "image", "payload": {"url": "https://x"}}}},
        {"message": messages.text("a", [QuickReply("t", "p")] * 14)},
        {"message": {"text": "a", "quick_replies": []}},
        {"message": messages.text("a", [QuickReply("t" * 21, "p")])},
        {"message": messages.text("a", [QuickReply("t", "p" * 1001)])},
        {"message": {"text": "a", "quick_replies": [{"title": "t", "payload": "p"}]}},
        {"message": messages.button_template("t" * 641, [BUTTON])},
        {"message": messages.button_template("t", [BUTTON] * 4)},
        {"message": messages.button_template("t", [])},
        {"message": messages.button_template("t", [PostbackButton("t" * 21, "p")])},
        {"message": messages.generic_template([Card("t", "s")] * 11)},
        {"message": messages.generic_template([Card("t")])},
        {"message": messages.image("file:///etc/passwd")},
        {"message": {"attachment": {"type": "template", "payload": {"template_type": "receipt"}}}},
        {"message": utility_template("nobody"), "messaging_type": "UTILITY"},
        {"message": utility_template("nobody")},
        {**TEXT, "persona_id": "77"},
        {**TEXT, "messaging_type": "PROMOTION"},
        {**TEXT, "messaging_type": "MESSAGE_TAG"},
        {**TEXT, "messaging_type": "UTILITY"},
        {**TEXT, "tag": "HUMAN_AGENT"},
        {**TEXT, "notification_type": "LOUD"},
        *[
            {**TEXT, "messaging_type": "MESSAGE_TAG", "tag": tag}
            for tag in ("CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE", "CUSTOMER_FEEDBACK")
        ],
    ],
)
async def test_limits_and_dead_tags_are_bad_parameters(side: Side, graph: GraphClient, body: dict[str, Any]) -> None:
    await side.act(text="a")
    assert await refused(graph, body) == (100, None)
    assert len((await side.thread())["messages"]) == 1


async def test_everything_at_its_limit_passes(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    replies = [QuickReply("t" * 20, "p" * 1000)] * 13
    await graph.send_message(PAGE, "1001", {"message": messages.text("a" * 1999, replies, metadata="m" * 999)})
    await graph.send_message(PAGE, "1001", {"message": messages.button_template("t" * 640, [BUTTON] * 3)})
    await graph.send_message(PAGE, "1001", {"message": messages.generic_template([Card("t" * 80, "s" * 80)] * 10)})


async def test_an_action_goes_without_a_message(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    assert await refused(graph, {**TEXT, "sender_action": "typing_on"}) == (100, 2018014)


async def test_a_persona_types_but_does_not_mark_as_seen(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    persona = await graph.create_persona(PAGE, "Anna", "https://x/a.png")
    await graph.sender_action(PAGE, "1001", SenderAction.TYPING_ON, persona.persona_id)
    with pytest.raises(GraphError):
        await graph.sender_action(PAGE, "1001", SenderAction.MARK_SEEN, persona.persona_id)
    for name, url in (("n" * 51, "https://x"), ("", "https://x"), ("Anna", "anna.png")):
        with pytest.raises(GraphError):
            await graph.create_persona(PAGE, name, url)


async def test_after_24_hours_only_a_persons_tag_and_after_seven_days_nothing(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await side.put("clock", offset_hours=23.9)
    await graph.send_message(PAGE, "1001", TEXT)
    await side.put("clock", offset_hours=24)
    assert await refused(graph, TEXT) == (10, 2018278)
    assert await refused(graph, {**TEXT, "messaging_type": "UPDATE"}) == (10, 2018278)
    with pytest.raises(GraphError):
        await graph.sender_action(PAGE, "1001", SenderAction.TYPING_ON)
    await graph.send_message(PAGE, "1001", HUMAN_AGENT)
    await side.put("clock", offset_hours=24 * 7)
    assert await refused(graph, HUMAN_AGENT) == (10, 2018278)
    await side.act(text="b")
    await graph.send_message(PAGE, "1001", TEXT)


async def test_a_customer_who_wrote_in_the_past_is_late_today(side: Side, graph: GraphClient) -> None:
    await side.put("clock", offset_hours=-25)
    await side.act(text="a")
    await side.put("clock", offset_hours=0)
    assert await refused(graph, TEXT) == (10, 2018278)


async def test_a_thread_that_another_app_controls_is_not_ours_to_write_in(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await graph.pass_thread_control(PAGE, "1001", PAGE_INBOX_APP_ID)
    assert await refused(graph, TEXT) == (10, 2018300)
    for edge in ("release_thread_control", "pass_thread_control"):
        refusal = await side.graph(f"{PAGE}/{edge}", {**CUSTOMER, "target_app_id": APP})
        assert refusal.json()["error"]["error_subcode"] == 2534037
    assert (await side.graph(f"{PAGE}/request_thread_control", CUSTOMER)).is_success
    await graph.take_thread_control(PAGE, "1001")
    await graph.send_message(PAGE, "1001", TEXT)


async def test_a_thread_is_passed_with_the_last_message_and_only_to_a_connected_app(
    side: Side, graph: GraphClient
) -> None:
    await side.act(text="a")
    with pytest.raises(GraphError) as raised:
        await graph.pass_thread_control(PAGE, "1001", "4711")
    assert raised.value.failure.subcode == 2018164
    control = {"app_id": PAGE_INBOX_APP_ID, "control_type": "pass"}
    await graph.send_message(PAGE, "1001", {**TEXT, "thread_control": control})
    assert await refused(graph, TEXT) == (10, 2018300)


async def test_control_lapses_after_a_day_unless_it_was_extended(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await graph.pass_thread_control(PAGE, "1001", PAGE_INBOX_APP_ID)
    await side.put("clock", offset_hours=24)
    assert await graph.thread_owner(PAGE, "1001") is None
    await side.act(text="b")
    week = 7 * 24 * 3600
    assert (await side.graph(f"{PAGE}/extend_thread_control", {**CUSTOMER, "duration": week})).is_success
    await side.put("clock", offset_hours=24 * 7)
    owner = await graph.thread_owner(PAGE, "1001")
    assert owner is not None
    assert owner.app_id == APP
    for wrong in (week + 1, 0):
        assert (await side.graph(f"{PAGE}/extend_thread_control", {**CUSTOMER, "duration": wrong})).is_client_error


async def test_more_sends_than_the_page_may_are_slowed_down(slow_page: GraphClient) -> None:
    await slow_page.send_message(PAGE, "1001", TEXT)
    await slow_page.send_message(PAGE, "1001", TEXT)
    assert await refused(slow_page, TEXT) == (613, None)


async def test_a_used_up_limit_refuses_and_says_so_in_the_header(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await side.put("faults", usage_percent=71)
    await graph.send_message(PAGE, "1001", TEXT)
    assert graph.usage[PAGE].worst == 71
    await side.put("faults", usage_percent=100)
    assert await refused(graph, TEXT) == (80006, None)
    assert graph.usage[PAGE].worst == 100


async def test_the_exchange_log_holds_both_directions_and_no_token(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="a")
    await graph.send_message(PAGE, "1001", TEXT)
    # An event is in the log when it was answered, which is known once the next one of its thread has come.
    await product.first(EventKind.ECHO)
    log = await side.http.get("/symulator/api/exchange")
    assert {line["what"] for line in log.json()["exchange"]} >= {"message", "POST messages"}
    assert {line["direction"] for line in log.json()["exchange"]} == {"graph", "webhook"}
    assert TOKEN not in log.text
    assert TOKEN not in repr(side.twin.account)
