"""The desk in real browsers, both sides played: what a supervisor would try before trusting it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Route, expect

from bot.clock import utc_now
from bot.settings import DEMO_PAGE
from tests.system.browsing import Agent, Customer, log_in, open_page, picture
from tests.system.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.rasa]


class Scene:
    """A customer's browser and as many agents' as wanted, each with cookies of its own."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product = product
        self.browser = browser
        self.errors: list[str] = []
        self.contexts: list[BrowserContext] = []

    async def _context(self) -> BrowserContext:
        opened = await self.browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale="pl-PL",
            timezone_id="Europe/Warsaw",
            reduced_motion="reduce",
        )
        self.contexts.append(opened)
        return opened

    async def customer(self, psid: str, first_name: str, last_name: str) -> Customer:
        await self.product.name(psid, first_name, last_name)
        url = f"{self.product.url}/symulator?psid={psid}"
        return Customer(await open_page(await self._context(), url, self.errors))

    async def agent(self, login: str) -> Agent:
        return await log_in(await open_page(await self._context(), f"{self.product.url}/konsola", self.errors), login)


@pytest.fixture
async def scene(product: Product, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    made = Scene(product, browser)
    yield made
    for n, context in enumerate(made.contexts):
        # What was on the screens at the end: the first thing to look at after a failure.
        for page in context.pages:
            await picture(page, f"na-koniec-{request.node.name[5:40]}-{n}")
        await context.close()
    assert made.errors == []


def thread_of(psid: str) -> str:
    return f"{DEMO_PAGE}:{psid}"


async def test_a_stalled_claim_is_corrected_and_given_back_and_finished(product: Product, scene: Scene) -> None:
    psid = "950001"
    await product.name(psid, "Tomasz", "Nowak")
    await product.talk(psid, ["miałem wczoraj stłuczkę, auto WX 12345", "nie", "z mojego ac"])
    customer = await scene.customer(psid, "Tomasz", "Nowak")
    agent = await scene.agent("anna")
    await customer.say("Chcę rozmawiać z konsultantem")
    await customer.hears("kolejce|[Oo]dpisze|kilka minut")

    await agent.opens(thread_of(psid))
    await expect(agent.card).to_contain_text("WX12345")
    await expect(agent.card).to_contain_text("brakuje")
    await agent.takes()
    await expect(agent.page.locator("#tekst")).to_have_value(re.compile("Panie Tomaszu"))
    row = agent.card.locator("dd", has=agent.page.locator("#w-nr_rejestracyjny"))
    await row.locator("summary").click()
    await row.locator('input[name="wartosc"]').fill("WX 54321")
    await row.get_by_role("button", name="Zapisz").click()
    await expect(agent.page.locator("#w-nr_rejestracyjny")).to_have_text(re.compile("WX ?54321"))
    await agent.writes("Poprawiłam numer rejestracyjny.")
    await customer.hears("Poprawiłam")

    await agent.hands_back()
    await customer.hears("[Aa]systent")
    await expect(customer.page.locator("#log")).to_contain_text("54321")
    said = await product.talk(
        psid,
        ["około 15:30", "Warszawa, Puławska 15", "Stałem na światłach, ktoś uderzył z tyłu w zderzak."],
    )
    assert not any("rejestracyjny uszkodzonego" in text for text in said), "what the agent wrote is not asked"
    for _ in range(20):
        if any(re.search(r"SK/\d{4}/\d{6}", text) for text in said):
            break
        said = await product.say(psid, _next_answer(await _asked(product, psid)))
    assert any(re.search(r"SK/\d{4}/\d{6}", text) for text in said), said


async def _asked(product: Product, psid: str) -> str:
    """The question that waits for an answer; what is said before it may be there earlier."""
    for _ in range(150):
        last = (await product.thread(psid))[-1]
        if last["from"] == "page" and re.search(r"\?|[Pp]roszę|SK/", last["text"] or ""):
            return str(last["text"])
        await asyncio.sleep(0.1)
    raise AssertionError(f"nothing was asked: {last['text']}")


def _next_answer(question: str) -> str:
    """What this customer says to the last questions of the claim, in whatever order they come."""
    for word, answer in (
        ("Czy tak to wysłać", "tak"),
        ("telefon", "501 234 567"),
        ("polis", "AC1234567890"),
        ("zdjęci", "wyślę później"),
        ("godzin", "około 15:30"),
        ("gdzie|miejsc", "Warszawa, Puławska 15"),
    ):
        if re.search(word, question):
            return answer
    return "nie"


async def test_an_angry_customer_gets_a_person_and_the_reason_stands_on_the_card(scene: Scene) -> None:
    psid = "950002"
    customer, agent = await scene.customer(psid, "Jan", "Zły"), await scene.agent("anna")
    await customer.say("Dzień dobry")
    await customer.hears("Panie Janie")
    await customer.say("TO JEST SKANDAL!!! Od tygodnia nikt nie odpowiada, co za banda nierobów!!!")
    await customer.hears("[Pp]rzepraszam")
    # Whoever is still angry after that is asked nothing more.
    await customer.say("ŻENADA!!! Jesteście bandą oszustów, mam tego dość!!!")
    await agent.opens(thread_of(psid))
    await expect(agent.card.locator(".powod")).to_contain_text(
        re.compile("zdenerw|złość|złości|zły|emocj|wzburz", re.I)
    )


async def test_two_agents_take_at_once_and_one_is_told_who_has_it(product: Product, scene: Scene) -> None:
    psid = "950003"
    await product.name(psid, "Ewa", "Druga")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    anna, marek = await scene.agent("anna"), await scene.agent("marek")
    for agent in (anna, marek):
        await agent.opens(thread_of(psid))
    # Both have pressed before either hears of the other.
    for agent in (anna, marek):
        await agent.page.evaluate("document.querySelector('[data-skrot=przejmij]').click()")
    both = anna.page.locator("#tekst"), marek.page.locator("#tekst")
    await expect(both[0].or_(anna.page.locator(".komunikat, .zamkniete")).first).to_be_visible()
    holds = [await _holds(agent) for agent in (anna, marek)]
    assert sorted(holds) == [False, True]
    loser, winner = (anna, "Marek Wilk") if holds[1] else (marek, "Anna Lis")
    await expect(loser.page.locator("#pole")).to_contain_text(winner)
    joined = [m["text"] for m in await product.thread(psid) if "Teraz rozmawia" in (m["text"] or "")]
    assert len(joined) == 1, "the customer hears one name"


async def _holds(agent: Agent) -> bool:
    field, closed = agent.page.locator("#tekst"), agent.page.locator("#pole .zamkniete", has_text="prowadzi")
    await expect(field.or_(closed).first).to_be_visible()
    return await field.count() == 1


async def test_a_reply_in_the_pages_inbox_silences_us_until_the_thread_is_taken(product: Product, scene: Scene) -> None:
    psid = "950004"
    customer, agent = await scene.customer(psid, "Ola", "Skrzynka"), await scene.agent("anna")
    await customer.say("Dzień dobry")
    await customer.hears("Pani Olu")
    await product.http.post(f"/symulator/api/threads/{psid}/page_inbox", json={"text": "Tu Kasia ze skrzynki."})
    await agent.page.locator(".zakladki a", has_text="Otwarte").click()
    await agent.opens(thread_of(psid))
    await agent.sees("Tu Kasia ze skrzynki")
    await expect(agent.thread).to_contain_text("Page Inbox")
    await expect(agent.page.locator("#pole")).to_contain_text("skrzynce strony")
    before = len([m for m in await product.thread(psid) if m["from"] == "page"])
    await customer.say("jaki jest numer infolinii?")
    await agent.sees("numer infolinii")
    await agent.takes()
    await agent.writes("Już odpowiadam stąd.")
    await customer.hears("Już odpowiadam stąd")
    said = [m["text"] for m in await product.thread(psid) if m["from"] == "page"][before:]
    assert not any("22 555" in text for text in said), "the assistant was silent"


async def test_closing_asks_for_a_rating_once_and_shows_tap_and_comment(product: Product, scene: Scene) -> None:
    psid = "950005"
    await product.name(psid, "Iga", "Ocenia")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    customer, agent = await scene.customer(psid, "Iga", "Ocenia"), await scene.agent("anna")
    await agent.opens(thread_of(psid))
    await agent.takes()
    await agent.writes("Dzień dobry, Pani Igo. Wszystko załatwione.")
    await customer.hears("załatwione")
    await agent.ends("Zakończ i poproś o ocenę")
    await customer.hears("pomogła")
    await customer.tap("Tak")
    await customer.hears("Dziękuję za odpowiedź")
    await customer.say("Szybko i konkretnie.")
    await customer.hears("przekazuję to zespołowi")
    await expect(agent.card).to_contain_text("Szybko i konkretnie.")
    await expect(agent.card).to_contain_text("pomogło")
    await customer.say("jaki jest numer infolinii?")
    await customer.hears("22 555")

    await customer.say("konsultant")
    await customer.hears("kolejce|[Oo]dpisze|kilka minut")
    await agent.takes()
    await agent.ends("Zakończ i poproś o ocenę")
    await customer.hears("zakończona")
    asked = [m for m in await product.thread(psid) if "Czy ta rozmowa pomogła" in (m["text"] or "")]
    assert len(asked) == 1, "nobody is asked twice within a month"
    board = await scene.agent("marek")
    await board.page.goto(f"{product.url}/konsola/tablica")
    await expect(board.page.locator("#tablica")).to_contain_text("Szybko i konkretnie.")


async def test_what_is_being_written_outlives_the_answer_to_the_takeover(product: Product, scene: Scene) -> None:
    psid = "950009"
    await product.name(psid, "Ewa", "Szybka")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    agent = await scene.agent("anna")
    await agent.opens(thread_of(psid))

    async def late(route: Route) -> None:
        answer = await route.fetch()
        await asyncio.sleep(3)
        await route.fulfill(response=answer)

    await agent.page.route("**/przejmij", late)
    # htmx tidies up some time after it has drawn; nothing may hang on that.
    await agent.page.evaluate("htmx.config.defaultSettleDelay = 10000")
    # The stream tells of the takeover first and draws the composer; the answer then draws the conversation again.
    await agent.takes()
    await agent.page.locator("#pole").evaluate("pole => pole.dataset.pierwsze = '1'")
    menu = agent.page.locator("#naglowek[data-stan^=agent] details.menu")
    await menu.locator("summary").click()
    await agent.page.locator("#tekst").fill("Już sprawdzam.")
    await expect(agent.page.locator("#pole:not([data-pierwsze])")).to_be_visible()
    await expect(agent.page.locator("#tekst")).to_have_value("Już sprawdzam.", timeout=1)
    await expect(agent.page.locator("#tekst")).to_be_focused(timeout=1)
    assert await menu.evaluate("menu => menu.open"), "what was opened stays open"
    await agent.page.evaluate("window.stayed = true")
    await agent.page.locator("#tekst").press("Enter")
    await expect(agent.page.locator("#tekst")).to_have_value("")
    assert await agent.page.evaluate("window.stayed"), "sent by the script, which forgets the draft, not by the browser"
    said = [m["text"] for m in await product.thread(psid) if "sprawdzam" in (m["text"] or "")]
    assert said == ["Już sprawdzam."]


async def test_a_browser_that_slept_catches_up_without_a_gap_and_without_reloading(
    product: Product, scene: Scene
) -> None:
    psid = "950006"
    await product.name(psid, "Adam", "Śpi")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    agent = await scene.agent("anna")
    await agent.opens(thread_of(psid))
    await agent.takes()
    await agent.page.evaluate("window.nieprzeladowana = true")
    await agent.page.locator("#tekst").fill("szkic, którego nie wolno zgubić")
    context = agent.page.context
    await context.set_offline(True)
    await agent.page.evaluate("window.dispatchEvent(new Event('offline'))")
    for n in range(5):
        await product.write(psid, f"wiadomość we śnie {n}")
    await expect_recorded(product, psid, "wiadomość we śnie 4")
    await context.set_offline(False)
    for n in range(5):
        await agent.sees(f"wiadomość we śnie {n}")
    lines = await agent.thread.locator("li.od-customer").all_inner_texts()
    slept = [line for line in lines if "we śnie" in line]
    assert [re.findall(r"śnie (\d)", line) for line in slept] == [[str(n)] for n in range(5)]
    assert await agent.page.evaluate("window.nieprzeladowana === true")
    await expect(agent.page.locator("#tekst")).to_have_value("szkic, którego nie wolno zgubić")


async def expect_recorded(product: Product, psid: str, text: str) -> None:
    async with console(product, "marek") as marek:
        for _ in range(200):
            if text in (await marek.get(f"/konsola/rozmowa/{thread_of(psid)}")).text:
                return
        raise AssertionError("the message is not on record")


@asynccontextmanager
async def console(product: Product, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """A console without a browser, for what is only to be brought about."""
    headers = {"Origin": product.url}
    async with httpx.AsyncClient(base_url=product.url, headers=headers, trust_env=False, timeout=20) as client:
        await client.post("/konsola/wejscie", data={"login": login, "haslo": login})
        yield client


async def test_out_of_hours_the_matter_may_wait_or_a_call_be_planned(product: Product, scene: Scene) -> None:
    async with console(product, "anna") as anna, console(product, "marek") as marek:
        # Open on one day of the week, which is not today.
        in_three_days = (utc_now().weekday() + 3) % 7
        hours = ["08:00-20:00" if day == in_three_days else "" for day in range(7)]
        closed = await marek.post("/konsola/ustawienia/godziny", data={"dzien": hours})
        assert closed.status_code == 303
        for one in (anna, marek):
            await one.post("/konsola/obecnosc", data={"obecnosc": "away"})
        try:
            customer = await scene.customer("950007", "Nina", "Nocna")
            await customer.say("Dzień dobry")
            await customer.hears("Pani Nino")
            await customer.say("Proszę o rozmowę z konsultantem")
            await customer.hears("teraz nie pracują")
            await customer.sees_offered("Zostawiam sprawę")
            await picture(customer.page, "klient-po-godzinach")
            await customer.tap("Umów telefon")
            await customer.hears("Czego ma dotyczyć")
        finally:
            await marek.post("/konsola/ustawienia/godziny", data={"dzien": ["00:00-23:59"] * 7})
            for one in (anna, marek):
                await one.post("/konsola/obecnosc", data={"obecnosc": "available"})


async def test_script_in_a_name_and_a_message_is_shown_as_text(product: Product, scene: Scene) -> None:
    psid, evil = "950008", "<img src=x onerror=window.zle=1>"
    await product.name(psid, evil, "<script>window.zle=1</script>")
    await product.talk(psid, ["dzień dobry", "konsultant"])
    agent = await scene.agent("anna")
    await product.write(psid, f"{evil} <b>pogrubione</b>")
    await agent.opens(thread_of(psid))
    await agent.sees("<b>pogrubione</b>")
    await agent.takes()
    await expect(agent.page.locator("#naglowek h2")).to_contain_text("<script>")
    assert await agent.page.evaluate("window.zle") is None
    assert await agent.page.locator("#rozmowa img[src='x']").count() == 0
