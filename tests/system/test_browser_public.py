"""What reaches many at once, in real browsers: an incident from its declaration to its end, a comment to its answer."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pytest
from playwright.async_api import expect

from tests.system.browsing import picture
from tests.system.product import Product
from tests.system.test_browser_desk import Scene, scene, thread_of

__all__ = ["scene"]

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

FIRST = "Podgląd szkody w aplikacji chwilowo nie działa."
WAITING = "Wiemy o awarii podglądu szkody"
OVER = "Podgląd szkody znów działa."


async def read(product: Product, psid: str, words: str, seconds: float = 60) -> list[str]:
    """The page's texts in the customer's thread, once one of them holds `words`."""
    deadline = time.monotonic() + seconds
    while True:
        said = [str(m["text"]) for m in await product.thread(psid) if m["from"] == "page"]
        if any(words in each for each in said) or time.monotonic() > deadline:
            assert any(words in each for each in said), said
            return said
        await asyncio.sleep(0.1)


async def test_an_incident_reaches_who_asks_who_waits_and_who_talks_with_an_agent(
    product: Product, scene: Scene
) -> None:
    asking, waiting, talking = "970001", "970002", "970003"
    for psid, name in ((asking, "Anna"), (waiting, "Tomasz"), (talking, "Ewa")):
        await product.name(psid, name)
    await product.say(waiting, "Chcę rozmawiać z konsultantem")
    await product.say(talking, "Chcę rozmawiać z konsultantem")
    agent = await scene.agent("anna")
    await agent.opens(thread_of(talking))
    await agent.takes()
    supervisor = await scene.agent("marek")
    page = supervisor.page
    await page.goto(f"{product.url}/konsola/awarie")
    await page.get_by_label("Nazwa dla zespołu").fill("Nie działa podgląd szkody")
    await page.locator("textarea[name=tekst]").fill(f"{FIRST} [Może Pan] zapytać o szkodę tutaj.")
    await expect(page.locator("#pod-tekst")).to_contain_text("Mogą Państwo zapytać")
    await page.get_by_label("Stan mojej szkody").check()
    await page.get_by_label("Obsługa klienta", exact=True).check()
    await page.locator("textarea[name=czekajacy]").fill(f"{WAITING}. [Damy Panu] znać.")
    await page.locator("form#ogloszenie textarea[name=koniec]").fill(OVER)
    await page.get_by_role("button", name="Ogłoś", exact=True).click()
    await expect(page.locator("[role=status]")).to_contain_text("Ogłoszono")
    await picture(page, "awaria-ogloszona")

    await expect(agent.page.locator("#ogloszenia")).to_contain_text("Nie działa podgląd szkody")
    await agent.page.locator("#tekst").fill("")
    await agent.page.get_by_role("button", name="Wstaw odpowiedź").click()
    await expect(agent.page.locator("#tekst")).to_have_value(f"{FIRST} Może Pani zapytać o szkodę tutaj.")
    await agent.page.locator("#tekst").press("Enter")
    await picture(agent.page, "awaria-u-konsultantki")
    await read(product, talking, FIRST)
    await read(product, waiting, WAITING)
    answers = await product.say(asking, "na jakim etapie jest moja szkoda?", least=2)
    assert answers[0].startswith(FIRST) and not answers[1].startswith(FIRST)
    again = await product.say(asking, "a moja szkoda?")
    assert not any(FIRST in each for each in again), "once a customer"

    await page.get_by_role("button", name="To już koniec").click()
    await expect(page.get_by_role("heading", name="Zakończone")).to_be_visible()
    for psid in (asking, waiting):
        said = await read(product, psid, OVER)
        assert said.count(OVER) == 1
    assert OVER not in await read(product, talking, FIRST), "an agent told them, and tells them the rest"


async def test_a_comment_is_answered_in_private_and_seen_by_agents(product: Product, scene: Scene) -> None:
    psid = "970011"
    post = (await product.http.post("/symulator/api/posts", json={"text": "Nowe zniżki na OC"})).json()["id"]
    comment: dict[str, Any] = {"psid": psid, "name": "Ola Nowak", "text": "Czy składkę OC można zapłacić w ratach?"}
    (await product.http.post(f"/symulator/api/posts/{post}/comments", json=comment)).raise_for_status()
    said = await read(product, psid, "pod naszym postem")
    assert len(said) == 1 and "można zapłacić w ratach?”" in said[0]
    exposed = {**comment, "psid": "970012", "text": "mój pesel 44051401359, gdzie moja szkoda?"}
    (await product.http.post(f"/symulator/api/posts/{post}/comments", json=exposed)).raise_for_status()

    customer = await scene.customer(psid, "Ola", "Nowak")
    await customer.tap("Płatność w ratach")
    await customer.hears("2 lub 4 ratach")
    agent = await scene.agent("anna")
    await agent.page.get_by_role("link", name="Ukryj komentarz").first.click()
    row = agent.page.locator("article", has_text="44051401359")
    await expect(row).to_contain_text("Wszyscy widzą tu dane: PESEL")
    await expect(agent.page.locator("article", has_text="w ratach")).to_contain_text("Pod postem: „Nowe zniżki na OC”")
    await picture(agent.page, "komentarze")
    await row.get_by_role("button", name="Ukryj komentarz").click()
    await expect(row).to_contain_text(re.compile("Ukryty; zawierał dane: PESEL"))
    posts = (await product.http.get("/symulator/api/posts")).json()["posts"]
    assert [c["hidden"] for c in posts[0]["comments"]] == [False, True]
