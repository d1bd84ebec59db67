"""The main job on the real product: a claim, a question in the middle, a crash, a person and back."""

from __future__ import annotations

import asyncio

import pytest

from tests.system.product import Product

pytestmark = pytest.mark.rasa


async def test_a_greeting_is_answered_in_the_right_form_of_address(product: Product) -> None:
    await product.name("910001", "Tomasz")
    (text, *_) = await product.say("910001", "dzień dobry")
    assert "Panie Tomaszu" in text
    assert "automatyczny asystent" in text


async def test_what_the_first_message_says_is_not_asked(product: Product) -> None:
    await product.name("910002", "Anna")
    said = await product.say("910002", "stłuczka wczoraj na Puławskiej, auto WX 12345")
    said += await product.talk("910002", ["nie", "z oc sprawcy"])
    assert not any("numer rejestracyjny uszkodzonego" in text or "Którego dnia" in text for text in said), said


async def test_killing_the_worker_in_the_middle_of_a_claim_loses_nothing(product: Product) -> None:
    psid = "910003"
    await product.name(psid, "Anna")
    await product.talk(psid, ["chcę zgłosić szkodę komunikacyjną", "nie", "z mojego ac"])
    product.kill_worker()
    await product.write(psid, "WX 12345")
    before = len([m for m in await product.thread(psid) if m["from"] == "page"])
    product.start_worker()
    (text, *more) = [m["text"] for m in await product.answers(psid, before)]
    assert not more
    assert "stało" in text, "the plate was taken, the next question is asked, once"


async def test_the_same_webhook_twice_is_answered_once(product: Product) -> None:
    psid = "910004"
    await product.http.put("/symulator/api/faults", json={"duplicate_webhook_rate": 1.0})
    try:
        said = await product.talk(psid, ["dzień dobry", "jaki jest numer infolinii?"])
    finally:
        await product.http.put("/symulator/api/faults", json={})
    assert len(said) == 2, said


async def test_quick_messages_of_one_customer_are_answered_in_their_order(product: Product) -> None:
    psid = "910005"
    questions = ["jaki jest numer infolinii?", "w jakich godzinach pracujecie?", "czy mogę płacić w ratach?"]
    for question in questions:
        await product.write(psid, question)
    answers = await product.answers(psid, 0, least=3)
    assert len(answers) == 3
    alone = [(await product.say(f"91001{n}", question))[0] for n, question in enumerate(questions)]
    assert [a["text"][-40:] for a in answers] == [text[-40:] for text in alone]


@pytest.mark.parametrize(
    "strange",
    [
        {"attachment": {"type": "sticker", "url": "https://cdn.example/s.png"}},
        {"attachment": {"type": "audio", "url": "https://cdn.example/a.mp3"}},
        {"attachment": {"type": "image", "url": "https://cdn.example/i.jpg"}},
        {"attachment": {"type": "location", "url": "", "lat": 52.2, "long": 21.0}},
        {"text": "😀😀😀"},
        {"text": "I would like to report an accident please, my car is damaged"},
        {"text": "/restart"},
        {"text": '/anuluj{"ranni": "nie"}'},
        {"text": "a" * 20_000},
        {"text": "   "},
    ],
)
async def test_whatever_comes_gets_a_polish_answer(product: Product, strange: dict[str, object]) -> None:
    psid = str(920000 + abs(hash(str(strange))) % 10_000)
    said = await product.say(psid, strange)
    assert all(text.strip() for text in said)


async def test_after_a_takeover_the_bot_is_silent_and_after_the_return_it_goes_on(product: Product) -> None:
    psid = "910006"
    await product.name(psid, "Anna")
    await product.talk(psid, ["chcę zgłosić szkodę komunikacyjną", "nie", "z mojego ac"])
    waiting = await product.say(psid, "chcę rozmawiać z konsultantem")
    assert waiting
    before = len([m for m in await product.thread(psid) if m["from"] == "page"])
    await product.write(psid, "jaki jest numer infolinii?")
    await asyncio.sleep(0)
    added = await product.answers(psid, before)
    assert all("infolini" not in m["text"] for m in added), "the bot does not answer while a person is awaited"
