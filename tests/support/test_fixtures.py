"""What the other tests stand on."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser
from redis import Redis


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
