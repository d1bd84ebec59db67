"""The simulator's page in a real browser behaves as Messenger does for a customer."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.messenger import messages
from bot.messenger.events import EventKind
from bot.messenger.graph import GraphClient, SenderAction
from bot.messenger.messages import Button, Card, LinkButton, PostbackButton, QuickReply
from bot.messenger.profile import IceBreaker, Offers, profile_body
from tests.simulator.conftest import PAGE, Product, Side

pytestmark = pytest.mark.browser
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PSID = "1001"
expect.set_options(timeout=60_000)


def png() -> bytes:
    """A picture of one red pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # The system's browser where there is one, else playwright's own.
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, side: Side) -> AsyncIterator[Page]:
    """The page as the customer 1001; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(locale="pl-PL", viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await side.put(f"threads/{PSID}/profile", first_name="Ola", last_name="Nowak")
    await page.goto(f"{side.address}/symulator?psid={PSID}")
    await expect(page.locator("#who-name")).to_have_text("Ola Nowak")
    yield page
    await context.close()
    assert complaints == []


async def write(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_a_customer_writes_is_read_and_sees_the_answer_come(
    page: Page, product: Product, graph: GraphClient
) -> None:
    await write(page, "Dzień dobry 👋")
    assert (await product.first(EventKind.MESSAGE)).text == "Dzień dobry 👋"
    await expect(page.locator(".marks")).to_have_text("Dostarczono")
    await graph.sender_action(PAGE, PSID, SenderAction.MARK_SEEN)
    await expect(page.locator(".marks")).to_have_text("Wyświetlono")
    await graph.sender_action(PAGE, PSID, SenderAction.TYPING_ON)
    await expect(page.locator("#typing")).to_be_visible()
    await graph.send_message(PAGE, PSID, {"message": {"text": "W czym mogę pomóc?"}})
    await expect(page.locator(".theirs .bubble")).to_have_text("W czym mogę pomóc?")
    await expect(page.locator("#typing")).to_be_hidden()
    await product.first(EventKind.READ)


async def test_quick_replies_vanish_after_a_tap(page: Page, product: Product, graph: GraphClient) -> None:
    await write(page, "a")
    await product.first(EventKind.MESSAGE)
    question = messages.text("Czy są ranni?", [QuickReply("Tak", "YES"), QuickReply("Nie", "NO")])
    await graph.send_message(PAGE, PSID, {"message": question})
    await expect(page.locator("#quick button")).to_have_text(["Tak", "Nie"])
    await page.click("#quick button >> text=Nie")
    await expect(page.locator("#quick button")).to_have_count(0)
    await expect(page.locator(".mine .bubble").last).to_have_text("Nie")
    events = await product.until(lambda so_far: any(each.payload for each in so_far))
    assert [each.payload for each in events if each.payload] == ["NO"]


async def test_buttons_and_cards_can_be_pressed(page: Page, product: Product, graph: GraphClient) -> None:
    await write(page, "a")
    await product.first(EventKind.MESSAGE)
    buttons: list[Button] = [PostbackButton("Konsultant", "HANDOFF"), LinkButton("Strona", "https://x.example/a")]
    await graph.send_message(PAGE, PSID, {"message": messages.button_template("Co dalej?", buttons)})
    await graph.send_message(PAGE, PSID, {"message": messages.generic_template([Card("AC", "Autocasco")])})
    await expect(page.locator(".card strong")).to_have_text("AC")
    link = page.locator(".box a")
    await expect(link).to_have_attribute("href", "https://x.example/a")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await page.click(".box button")
    assert (await product.first(EventKind.POSTBACK)).payload == "HANDOFF"


async def test_an_agents_messages_stand_under_her_name(page: Page, product: Product, graph: GraphClient) -> None:
    await write(page, "a")
    await product.first(EventKind.MESSAGE)
    persona = await graph.create_persona(PAGE, "Anna (konsultantka)", "https://x.example/anna.png")
    await graph.send_message(PAGE, PSID, {"message": {"text": "Tu asystentka."}})
    for text in ("Tu Anna.", "Już pomagam."):
        await graph.send_message(PAGE, PSID, {"message": {"text": text}, "persona_id": persona.persona_id})
    await expect(page.locator(".theirs")).to_have_count(2)
    await expect(page.locator(".theirs").last.locator(".name")).to_have_text("Anna (konsultantka)")
    await expect(page.locator(".theirs").last.locator(".bubble")).to_have_text(["Tu Anna.", "Już pomagam."])


async def test_a_photo_a_thumb_and_a_place_are_sent_with_a_click(page: Page, side: Side, product: Product) -> None:
    await page.set_input_files("#photo", {"name": "auto.png", "mimeType": "image/png", "buffer": png()})
    await expect(page.locator(".mine .photo img")).to_be_visible()
    await page.click("#like")
    await expect(page.get_by_role("img", name="Kciuk w górę")).to_be_visible()
    await page.click("#send-place")
    events = await product.until(lambda so_far: len(so_far) == 3)
    photo, thumb, place = (each.attachments[0] for each in events)
    assert (photo.type, thumb.type, place.type) == ("image", "sticker", "location")
    assert photo.url is not None
    assert (await side.http.get(photo.url)).content == png()


async def test_the_pages_offers_greet_who_has_not_written(page: Page, product: Product, graph: GraphClient) -> None:
    offers = Offers(
        "START", "Witaj {{user_first_name}}!", (IceBreaker("Jak zgłosić?", "IB_1"),), (PostbackButton("Osoba", "H"),)
    )
    await graph.set_messenger_profile(PAGE, profile_body(offers))
    await expect(page.locator("#welcome-greeting")).to_have_text("Witaj Ola!")
    await page.click("#ice button")
    assert (await product.first(EventKind.POSTBACK)).payload == "IB_1"
    await expect(page.locator("#welcome")).to_be_hidden()
    await page.click("#show-menu")
    await page.click("#menu button")
    events = await product.until(lambda so_far: len(so_far) == 2)
    assert events[1].payload == "H"


async def test_two_customers_are_kept_apart(page: Page, product: Product, graph: GraphClient) -> None:
    await write(page, "pierwsza rozmowa")
    await product.first(EventKind.MESSAGE)
    await page.click("#invent")
    await expect(page.locator("#who-name")).not_to_have_text("Ola Nowak")
    await expect(page.locator("#log .bubble")).to_have_count(0)
    await write(page, "druga rozmowa")
    await graph.send_message(PAGE, PSID, {"message": {"text": "odpowiedź pierwszej"}})
    person = page.locator(".person", has_text="Ola Nowak")
    await expect(person).to_have_class(re.compile("unread"))
    await expect(page.locator("#log .bubble")).to_have_text(["druga rozmowa"])
    await person.click()
    await expect(page.locator("#log .bubble")).to_have_text(["pierwsza rozmowa", "odpowiedź pierwszej"])


async def test_what_was_written_is_never_taken_for_markup(page: Page, product: Product, graph: GraphClient) -> None:
    evil = "<img src=x onerror=alert(1)> https://x.example/?a=1. <b>nie</b>"
    await write(page, evil)
    await product.first(EventKind.MESSAGE)
    await graph.send_message(PAGE, PSID, {"message": {"text": evil}})
    await expect(page.locator("#log .bubble")).to_have_text([evil, evil])
    await expect(page.locator("#log .bubble a").first).to_have_attribute("href", "https://x.example/?a=1")


async def test_faults_the_clock_and_the_page_inbox_are_behind_the_scenes(
    page: Page, side: Side, product: Product
) -> None:
    await write(page, "a")
    await product.first(EventKind.MESSAGE)
    await page.click("#show-panel")
    await page.fill("[name=duplicate_webhook_rate]", "30")
    await page.fill("[name=echo_delay_ms]", "2000")
    await page.fill("[name='send_error.rate']", "20")
    await page.select_option("[name='send_error.code']", "10/2018278")
    await page.click("#faults button[type=submit]")
    await expect(page.locator("#faults-said")).to_have_text("Zapisano.")
    asked = {key: value for key, value in side.twin.faults.to_dict().items() if value and value != [0, 0]}
    assert asked == {
        "duplicate_webhook_rate": 0.3,
        "echo_delay_ms": [0, 2000],
        "send_error": {"code": 10, "subcode": 2018278, "rate": 0.2},
    }
    await page.click("#heal")
    await expect(page.locator("[name=echo_delay_ms]")).to_have_value("0")
    await page.click("summary >> text=Skrzynka strony")
    await page.fill("#inbox textarea", "Tu Basia ze skrzynki.")
    await page.click("#inbox button[type=submit]")
    await expect(page.locator(".theirs .bubble")).to_have_text("Tu Basia ze skrzynki.")
    await expect(page.locator("#owner")).to_have_text("skrzynka strony")
    await expect(page.locator("#exchange")).to_contain_text("take_thread_control")


async def test_on_a_phone_nothing_hangs_over_the_edge(page: Page, product: Product, graph: GraphClient) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await write(page, "bardzodługiesłowobezspacji" * 8)
    await product.first(EventKind.MESSAGE)
    replies = [QuickReply(f"Odpowiedź numer {number:02}", "P") for number in range(13)]
    await graph.send_message(PAGE, PSID, {"message": messages.text("Słowo " * 60, replies)})
    await expect(page.locator("#quick button")).to_have_count(13)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.querySelector('#scroller').scrollWidth <= innerWidth")
    await expect(page.locator("#quick button").last).to_be_in_viewport(ratio=1)
    last = await page.locator("#quick button").last.bounding_box()
    composer = await page.locator("#composer").bounding_box()
    assert last is not None
    assert composer is not None
    assert last["y"] + last["height"] <= composer["y"]
    await page.click("#show-people")
    await expect(page.locator("#people")).to_be_visible()


async def test_a_customer_who_reads_older_messages_is_told_of_new_ones(
    page: Page, product: Product, graph: GraphClient
) -> None:
    await write(page, "a")
    await product.first(EventKind.MESSAGE)
    for number in range(30):
        await graph.send_message(PAGE, PSID, {"message": {"text": f"wiersz {number}\n" * 3}})
    await expect(page.locator(".theirs .bubble")).to_have_count(30)
    await page.evaluate("document.querySelector('#scroller').scrollTop = 0")
    await page.wait_for_function("document.querySelector('#scroller').scrollTop === 0")
    await graph.send_message(PAGE, PSID, {"message": {"text": "najnowsza"}})
    await page.click("#news")
    await expect(page.locator(".theirs .bubble").last).to_be_in_viewport()
    await expect(page.locator("#news")).to_be_hidden()


async def test_a_customers_name_survives_a_restart_of_the_simulator(page: Page, side: Side) -> None:
    side.twin.threads.clear()
    await page.reload()
    await expect(page.locator("#who-name")).to_have_text("Ola Nowak")
    assert side.twin.threads[PSID].profile["first_name"] == "Ola"
