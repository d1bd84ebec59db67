"""Every fault that can be asked for happens, and webhooks are brought as stubbornly as Meta brings them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.messenger.errors import Disposition, GraphError
from bot.messenger.events import EventKind
from bot.messenger.graph import GraphClient
from bot.simulator.faults import Faults, SendError, Span, parse_faults
from bot.simulator.pace import Pace
from tests.simulator.conftest import PAGE, TOKEN, Product, Side

TEXT = {"message": {"text": "a"}}


def impatient(side: Side) -> tuple[httpx.AsyncClient, GraphClient]:
    http = httpx.AsyncClient(timeout=httpx.Timeout(5, read=0.2))
    return http, GraphClient(f"{side.address}/symulator/graph", {PAGE: TOKEN}, http)


async def test_the_faults_of_the_design_are_understood() -> None:
    values = {
        "send_timeout_rate": 0.1,
        "send_error": {"code": 2, "rate": 0.2},
        "duplicate_webhook_rate": 0.3,
        "webhook_delay_ms": [0, 400],
        "echo_delay_ms": [0, 2000],
    }
    faults = parse_faults(values)
    assert faults == Faults(
        send_timeout_rate=0.1,
        send_error=SendError(2, 0.2),
        duplicate_webhook_rate=0.3,
        webhook_delay_ms=Span(0, 400),
        echo_delay_ms=Span(0, 2000),
    )
    assert parse_faults(faults.to_dict()) == faults
    assert parse_faults({"send_timeout_before_delivery": True}).send_timeout_before_delivery == 1.0
    assert parse_faults({"webhook_delay_ms": 50}).webhook_delay_ms == Span(50, 50)
    assert parse_faults({}) == Faults()


@pytest.mark.parametrize(
    "values",
    [
        [],
        {"send_timeout_rte": 1},
        {"send_timeout_rate": 2},
        {"send_timeout_rate": "often"},
        {"webhook_delay_ms": [5, 1]},
        {"webhook_delay_ms": [1, 2, 3]},
        {"webhook_delay_ms": ["a", 1, 2]},
        {"send_error": 2},
        {"send_error": {"rate": 1}},
        {"usage_percent": 1.5},
    ],
)
async def test_faults_that_cannot_be_are_refused(side: Side, values: Any) -> None:
    answer = await side.http.put("/symulator/api/faults", json=values)
    assert answer.status_code == 422
    assert side.twin.faults == Faults()


async def test_a_webhook_is_brought_again_until_it_is_taken_and_nothing_overtakes_it(
    side: Side, product: Product
) -> None:
    product.failures = [500, 503]
    await side.act(text="first")
    await side.act(text="second")
    events = await product.until(lambda so_far: len(so_far) == 2)
    assert [each.text for each in events] == ["first", "second"]
    assert product.attempts == 4


async def test_a_thread_that_cannot_be_delivered_holds_up_no_other(side: Side, product: Product) -> None:
    product.failures = [500, 500]
    await side.act("1001", text="stuck")
    await product.until(lambda _: product.attempts == 2)
    await side.act("1002", text="free")
    events = await product.until(lambda so_far: len(so_far) == 2)
    assert [each.text for each in events] == ["free", "stuck"]


async def test_duplicates_repeat_the_event_with_its_key(side: Side, product: Product) -> None:
    await side.put("faults", duplicate_webhook_rate=1)
    await side.act(text="a")
    events = await product.until(lambda so_far: len(so_far) == 2)
    assert events[0].key == events[1].key


async def test_a_timed_out_send_was_delivered_and_its_echo_comes(side: Side, product: Product) -> None:
    await side.act(text="a")
    await side.put("faults", send_timeout_rate=1)
    http, graph = impatient(side)
    async with http:
        with pytest.raises(GraphError) as raised:
            await graph.send_message(PAGE, "1001", {"message": {"text": "b", "metadata": "row-1"}})
    assert raised.value.failure.disposition is Disposition.RETRY_AFTER_ECHO
    assert (await product.first(EventKind.ECHO)).metadata == "row-1"
    assert (await side.thread())["messages"][-1]["text"] == "b"


async def test_a_send_may_also_time_out_before_it_is_delivered(side: Side) -> None:
    await side.act(text="a")
    await side.put("faults", send_timeout_rate=1, send_timeout_before_delivery=1)
    http, graph = impatient(side)
    async with http:
        with pytest.raises(GraphError):
            await graph.send_message(PAGE, "1001", TEXT)
    assert len((await side.thread())["messages"]) == 1


async def test_an_error_that_was_asked_for_comes_and_delivers_nothing(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await side.put("faults", send_error={"code": 10, "subcode": 1893063, "rate": 1})
    with pytest.raises(GraphError) as raised:
        await graph.send_message(PAGE, "1001", TEXT)
    assert raised.value.failure.disposition is Disposition.STOP_PAGE
    assert len((await side.thread())["messages"]) == 1


async def test_an_echo_can_be_lost_and_the_message_arrives_all_the_same(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="a")
    await side.put("faults", drop_echo_rate=1)
    await graph.send_message(PAGE, "1001", TEXT)
    await product.first(EventKind.DELIVERY)
    assert EventKind.ECHO not in {each.kind for each in product.events}


async def test_an_echo_can_be_late_and_come_after_the_receipt(side: Side, product: Product, graph: GraphClient) -> None:
    await side.act(text="a")
    await side.put("faults", echo_delay_ms=700)
    await graph.send_message(PAGE, "1001", TEXT)
    await product.first(EventKind.ECHO)
    kinds = [each.kind for each in product.events]
    assert kinds.index(EventKind.DELIVERY) < kinds.index(EventKind.ECHO)


async def test_an_echo_can_come_before_the_send_is_answered(side: Side, product: Product, graph: GraphClient) -> None:
    await side.act(text="a")
    await side.put("faults", send_latency_ms=30_000)
    sending = asyncio.create_task(graph.send_message(PAGE, "1001", TEXT))
    await product.first(EventKind.ECHO)
    assert not sending.done()
    sending.cancel()


async def test_events_can_overtake_each_other(side: Side, product: Product) -> None:
    await side.put("faults", reorder_rate=1)
    await side.act(text="first")
    await side.act(text="second")
    events = await product.until(lambda so_far: len(so_far) == 2)
    assert [each.text for each in events] == ["second", "first"]


async def test_what_happens_is_told_to_whoever_watches(side: Side, graph: GraphClient) -> None:
    async with side.http.stream("GET", "/symulator/api/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        await side.act(text="Dzień dobry")
        await graph.send_message(PAGE, "1001", TEXT)
        seen: list[str] = []
        async with asyncio.timeout(60):
            while sum('"type": "message"' in each for each in seen) < 2:
                seen.append(await anext(lines))
    assert any('"from": "customer"' in each for each in seen)


def test_the_pace_allows_a_seconds_worth_and_then_as_many_as_time_gives() -> None:
    pace = Pace(3)
    assert [pace.allows(100.0) for _ in range(4)] == [True, True, True, False]
    assert [pace.allows(100.5) for _ in range(2)] == [True, False]
    assert [pace.allows(200.0) for _ in range(4)] == [True, True, True, False]
