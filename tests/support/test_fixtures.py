"""What the other tests stand on."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import Browser
from redis import Redis

from tests.support.plain_http import plain_http


@pytest.mark.parametrize("_", ["first", "second"])
def test_redis_is_empty_for_every_test_and_fsynced_always(redis_url: str, _: str) -> None:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        client.set("left behind", "1")
        assert client.config_get("appendfsync") == {"appendfsync": "always"}


@pytest.mark.browser
async def test_the_browser_shows_polish(browser: Browser) -> None:
    page = await browser.new_page(locale="pl-PL")
    await page.set_content("<p lang='pl'>Zażółć gęślą jaźń</p>")
    assert await page.inner_text("p") == "Zażółć gęślą jaźń"
    await page.close()


@pytest.mark.rasa
def test_rasa_answers_in_names_and_keeps_its_trackers_in_redis(rasa_url: str, shared_redis_url: str) -> None:
    said = {"sender": "fixture", "message": "dzień dobry", "metadata": {"mid": "m1"}}
    answer = plain_http().post(f"{rasa_url}/webhooks/rest/webhook", json=said, timeout=30)
    assert answer.status_code == httpx.codes.OK
    assert answer.json()
    assert all("custom" in item and "text" not in item for item in answer.json())
    with Redis.from_url(shared_redis_url.removesuffix("/0") + "/1", decode_responses=True) as client:
        kept = [key for key in client.keys("*") if "fixture" in key and client.type(key) == "string"]
        assert kept
        assert all(client.ttl(key) > 0 for key in kept)
