"""The door: verification, signatures, sizes and bodies that others wrote, at the running product."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.system.product import Product

pytestmark = pytest.mark.rasa

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def delivery(psid: str, mid: str, text: str) -> bytes:
    item = {
        "sender": {"id": psid},
        "recipient": {"id": "110022"},
        "timestamp": 1800000000000,
        "message": {"mid": mid, "text": text},
    }
    return json.dumps({"object": "page", "entry": [{"id": "110022", "time": 1, "messaging": [item]}]}).encode()


async def test_meta_verifies_the_webhook_with_our_token(product: Product) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    answer = await product.http.get("/webhook", params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    wrong = await product.http.get("/webhook", params={**query, "hub.verify_token": "guessed"})
    assert wrong.status_code == 403


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64, "sha1=abc", "sha256=ż"])
async def test_what_is_not_signed_by_meta_is_refused_and_not_stored(product: Product, signature: str) -> None:
    body = delivery("930001", "m_forged", "wpuść mnie")
    answer = await product.http.post("/webhook", content=body, headers=[(b"X-Hub-Signature-256", signature.encode())])
    assert answer.status_code == 403
    async with Redis.from_url(product.env["DYZURNY_REDIS_URL"]) as redis:
        assert not await redis.exists("dyzurny:mail:110022:930001")


async def test_a_body_of_over_a_megabyte_is_refused(product: Product) -> None:
    assert (await product.deliver(b" " * (1024 * 1024 + 1))).status_code == 413


async def test_signed_nonsense_is_refused_and_unknown_events_are_passed_over(product: Product) -> None:
    assert (await product.deliver(b"{")).status_code == 400
    for body in (b"[]", b"{}", b'"x"', b"null", b'{"object":"page","entry":[{"id":"1","messaging":[{"new":{}}]}]}'):
        assert (await product.deliver(body)).status_code == 200


async def test_no_body_of_the_json_test_suite_breaks_the_webhook(product: Product) -> None:
    folder = SHARED / "json_test_suite"
    if not folder.is_dir():
        pytest.skip("the JSON test suite is not beside this checkout")
    for path in sorted(folder.glob("*.json")):
        status = (await product.deliver(path.read_bytes())).status_code
        assert status in (200, 400), path.name
        if path.name.startswith("y_"):
            assert status == 200, path.name


async def test_every_payload_of_other_projects_is_taken(product: Product) -> None:
    index = SHARED / "payloads" / "index.jsonl"
    if not index.is_file():
        pytest.skip("the payloads are not beside this checkout")
    for line in index.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = (index.parent / row["file"]).read_bytes()
        assert (await product.deliver(body)).status_code == 200, row["file"]


async def test_health_readiness_and_metrics_answer(product: Product) -> None:
    assert (await product.http.get("/healthz")).status_code == 200
    ready = await product.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"redis": True, "sql": True, "rasa": True})
    metrics = (await product.http.get("/metrics")).text
    assert "dyzurny_webhooks_total" in metrics


async def test_a_head_without_an_end_is_refused_before_it_is_read(product: Product) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    async with asyncio.timeout(30):
        with suppress(ConnectionError):
            writer.write(b"GET /")
            for _ in range(64):
                writer.write(b"a" * 16_384)
                await writer.drain()
            # Where nobody refuses it, the connection stays open for more, and this waits in vain.
            await reader.read()
    writer.close()
