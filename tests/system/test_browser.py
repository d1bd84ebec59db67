"""A new user's way through the product in a real browser: customer in the simulator, agent in the console."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.support.browser import SCREENSHOTS
from tests.system.browsing import Customer, open_page, picture
from tests.system.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

PSID = "940001"


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="pl-PL", timezone_id="Europe/Warsaw", reduced_motion="reduce"
    )
    yield opened
    # What was on the screens at the end: the first thing to look at after a failure.
    for n, page in enumerate(opened.pages):
        await picture(page, f"na-koniec-{n}")
    await opened.close()


@pytest.fixture
def errors() -> list[str]:
    return []


async def test_a_claim_a_question_a_person_and_back(
    product: Product, context: BrowserContext, errors: list[str]
) -> None:
    await product.name(PSID, "Anna", "Kowalska")
    customer = Customer(await open_page(context, f"{product.url}/symulator?psid={PSID}", errors))

    await customer.say("Dzień dobry")
    await customer.hears("Pani Anno")
    await customer.say("Miałam wczoraj stłuczkę, auto WX 12345")
    await customer.hears("ranny")
    await customer.tap("Nie")
    await customer.sees_offered("Z mojego AC")
    await customer.tap("Z mojego AC")
    await customer.hears("[Oo] której godzinie")
    await customer.say("A ile macie czasu na wypłatę?")
    await customer.hears("30 dni")
    await customer.hears("[Oo] której godzinie")
    await picture(customer.page, "klient-pytanie-w-trakcie")
    await customer.say("około 15:30")
    await customer.hears("W jakim miejscu|Gdzie")
    await customer.say("Warszawa, Puławska 15")
    await customer.hears("Co się stało|własnymi słowami")
    await customer.say("Stałam na światłach, a kierowca z tyłu nie wyhamował. Pęknięty zderzak.")
    await customer.hears("inne auto|innego auta")
    await customer.tap("Nie")
    await customer.hears("jazdy|jechać")
    await customer.tap("Nie")
    await customer.hears("lawet")
    await customer.tap("Nie")
    await customer.hears("zdjęcia")
    await customer.tap("Wyślę później")
    await customer.hears("numer telefonu|telefon")
    await customer.say("501 234 567")
    await customer.hears("polisy")
    await customer.say("AC1234567890")
    await customer.hears("Czy tak to wysłać")
    await picture(customer.page, "klient-podsumowanie")
    await customer.tap("Tak")
    await customer.hears(r"SK/\d{4}/\d{6}")
    await picture(customer.page, "klient-numer-szkody")

    await customer.say("Proszę o rozmowę z konsultantem")
    await customer.hears("kolejce|[Oo]dpisze")

    agent = await open_page(context, f"{product.url}/konsola", errors)
    await agent.get_by_label("Login").fill("anna")
    await agent.get_by_label("Hasło").fill("anna")
    await agent.get_by_role("button", name="Wejdź").click()
    await agent.get_by_text("Anna Kowalska").first.click()
    await expect(agent.locator("#wpisy")).to_contain_text("Stałam na światłach")
    await agent.get_by_role("button", name="Przejmij").first.click()
    await agent.locator("#tekst").fill("Dzień dobry, Pani Anno. Rzeczoznawca zadzwoni jutro przed południem.")
    await agent.locator("#tekst").press("Enter")
    await customer.hears("Rzeczoznawca zadzwoni jutro")
    await customer.hears("Anna")
    await customer.say("Dziękuję, będę czekać. Ile to potrwa?")
    await expect(agent.locator("#wpisy")).to_contain_text("będę czekać")
    await picture(agent, "konsultant-rozmowa")
    await picture(customer.page, "klient-z-konsultantem")
    before = len([m for m in await product.thread(PSID) if m["from"] == "page"])

    await agent.get_by_role("button", name="Oddaj asystentowi").click()
    await customer.hears("[Aa]systent")
    said = await product.answers(PSID, before)
    assert not any("30 dni" in m["text"] for m in said), "what was asked of the agent is not answered by the bot"
    await customer.say("Jaki jest numer infolinii?")
    await customer.hears("22 555")
    await picture(customer.page, "klient-po-powrocie")
    assert errors == []


async def test_both_pages_work_on_a_phones_width(product: Product, browser: Browser, errors: list[str]) -> None:
    psid = "940002"
    await product.name(psid, "Tomasz", "Nowak")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    phone = await browser.new_context(viewport={"width": 390, "height": 844}, locale="pl-PL", has_touch=True)
    customer = await open_page(phone, f"{product.url}/symulator?psid={psid}", errors)
    await expect(customer.locator("#text")).to_be_visible()
    await picture(customer, "telefon-klient")
    agent = await open_page(phone, f"{product.url}/konsola", errors)
    await agent.get_by_label("Login").fill("marek")
    await agent.get_by_label("Hasło").fill("marek")
    await agent.get_by_role("button", name="Wejdź").click()
    await agent.get_by_text("Tomasz Nowak").first.click()
    await expect(agent.locator("#wpisy")).to_contain_text("konsultant")
    await picture(agent, "telefon-konsultant")
    for page in (customer, agent):
        overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{page.url}: nothing may stick out sideways"
    await phone.close()
    assert errors == []


def keep_for_the_readme(folder: Path) -> None:
    """Copy the pictures that the README shows; called by `python -m tests.system.test_browser FOLDER`."""
    for name in ("klient-numer-szkody", "konsultant-rozmowa"):
        shutil.copyfile(SCREENSHOTS / f"{name}.png", folder / f"{name}.png")
