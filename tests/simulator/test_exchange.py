"""A customer and a page talk through the twin as they would through the platform."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messenger import messages
from bot.messenger.events import Attachment, EventKind
from bot.messenger.graph import PAGE_INBOX_APP_ID, GraphClient, SenderAction, ThreadOwner
from bot.messenger.messages import Button, Card, LinkButton, PostbackButton, QuickReply
from tests.simulator.conftest import APP, NOW, PAGE, Product, Side, utility_template

HELLO = {"messaging_type": "RESPONSE", "message": {"text": "Dzień dobry!", "metadata": "row-1"}}


async def test_what_a_customer_writes_arrives_signed_escaped_and_complete(side: Side, product: Product) -> None:
    answer = await side.act(text="zażółć 👍", reply_to="m_0")
    assert answer.status_code == 202
    event = await product.first(EventKind.MESSAGE)
    assert (event.mid, event.psid, event.page_id) == (answer.json()["mid"], "1001", PAGE)
    assert (event.text, event.reply_to, event.at) == ("zażółć 👍", "m_0", NOW)
    assert rb"za\u017c\u00f3\u0142\u0107 \ud83d\udc4d" in product.bodies[0]


async def test_what_the_page_sends_is_shown_echoed_and_delivered(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="Dzień dobry")
    sent = await graph.send_message(PAGE, "1001", HELLO)
    echo = await product.first(EventKind.ECHO)
    assert (echo.mid, echo.psid, echo.app_id, echo.metadata) == (sent.message_id, "1001", APP, "row-1")
    delivery = await product.first(EventKind.DELIVERY)
    assert delivery.extra["mids"] == [sent.message_id]
    shown = (await side.thread())["messages"][-1]
    expected: dict[str, Any] = {
        "from": "page",
        "persona": None,
        "text": "Dzień dobry!",
        "quick_replies": [],
        "buttons": [],
        "attachment": None,
        "at": NOW.isoformat(),
        "metadata": "row-1",
    }
    assert expected.items() <= shown.items()
    assert (shown["delivered"], shown["seen"]) == (True, False)


async def test_reading_is_told_once_and_before_the_next_message(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="a")
    await graph.send_message(PAGE, "1001", HELLO)
    await side.http.post("/symulator/api/threads/1001/seen")
    await side.http.post("/symulator/api/threads/1001/seen")
    await side.act(text="b")
    events = await product.until(lambda so_far: any(each.text == "b" for each in so_far))
    kinds = [each.kind for each in events if each.kind in (EventKind.MESSAGE, EventKind.READ)]
    assert kinds == [EventKind.MESSAGE, EventKind.READ, EventKind.MESSAGE]
    assert (await side.thread())["messages"][1]["seen"] is True


async def test_a_tapped_quick_reply_carries_the_words_that_stood_on_it(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="a")
    question = messages.text("Czy są ranni?", [QuickReply("Tak", "P_YES"), QuickReply("Nie", "P_NO")])
    await graph.send_message(PAGE, "1001", {"message": question})
    assert (await side.thread())["messages"][-1]["quick_replies"] == [
        {"title": "Tak", "payload": "P_YES"},
        {"title": "Nie", "payload": "P_NO"},
    ]
    await side.act(quick_reply="P_NO")
    events = await product.until(lambda so_far: any(each.payload for each in so_far))
    assert [(each.text, each.payload) for each in events if each.payload] == [("Nie", "P_NO")]


async def test_buttons_and_cards_answer_with_postbacks(side: Side, product: Product, graph: GraphClient) -> None:
    await side.act(text="a")
    buttons: list[Button] = [PostbackButton("Konsultant", "HANDOFF"), LinkButton("Strona", "https://x.example")]
    await graph.send_message(PAGE, "1001", {"message": messages.button_template("Co dalej?", buttons)})
    card = Card("AC", "Autocasco", buttons=(PostbackButton("Wybieram", "PICK_AC"),))
    await graph.send_message(PAGE, "1001", {"message": messages.generic_template([card])})
    template, cards = (await side.thread())["messages"][-2:]
    assert template["text"] == "Co dalej?"
    assert [each["title"] for each in template["buttons"]] == ["Konsultant", "Strona"]
    assert cards["cards"][0]["buttons"] == [{"type": "postback", "title": "Wybieram", "payload": "PICK_AC"}]
    await side.act(postback="PICK_AC")
    event = await product.first(EventKind.POSTBACK)
    assert (event.payload, event.title) == ("PICK_AC", "Wybieram")
    assert event.mid
    assert (await side.thread())["messages"][-1]["text"] == "Wybieram"


@pytest.mark.parametrize(
    ("act", "attachment"),
    [
        ({"attachment": {"type": "image", "url": "https://x/p.jpg"}}, Attachment("image", "https://x/p.jpg")),
        ({"attachment": {"type": "audio", "url": "https://x/a.mp4"}}, Attachment("audio", "https://x/a.mp4")),
        ({"sticker": 369239263222822}, Attachment("sticker", sticker_id="369239263222822")),
        ({"attachment": {"type": "sticker"}}, Attachment("sticker", sticker_id="369239263222822")),
        ({"location": {"lat": 52.2, "long": 21.0}}, Attachment("location", lat=52.2, long=21.0)),
    ],
)
async def test_everything_that_is_no_text_can_be_sent(
    side: Side, product: Product, act: dict[str, Any], attachment: Attachment
) -> None:
    await side.act(**act)
    assert (await product.first(EventKind.MESSAGE)).attachments == (attachment,)
    assert (await side.thread())["messages"][0]["attachment"]["type"] == attachment.type


async def test_an_edit_a_reaction_a_referral_and_a_score_are_events_of_their_own(side: Side, product: Product) -> None:
    mid = (await side.act(text="a")).json()["mid"]
    await side.act(edit={"mid": mid, "text": "b"})
    await side.act(reaction={"mid": mid, "reaction": "love"})
    await side.act(referral={"ref": "poster_3"})
    await side.act(feedback={"csat_1": {"type": "csat", "payload": "4"}})
    assert (await product.first(EventKind.EDIT)).extra["num_edit"] == "1"
    assert (await product.first(EventKind.REACTION)).extra["reaction"] == "love"
    assert (await product.first(EventKind.REFERRAL)).ref == "poster_3"
    screens = (await product.first(EventKind.FEEDBACK)).extra["feedback_screens"]
    assert screens[0]["questions"]["csat_1"]["payload"] == "4"
    assert (await side.thread())["messages"][0]["text"] == "b"


@pytest.mark.parametrize(
    "body",
    [{}, {"text": 5}, {"text": None}, {"attachment": {"type": "bomb"}}, {"quick_reply": 5}, {"edit": {"mid": "m"}}],
)
async def test_what_no_customer_could_do_is_refused_with_a_reason(side: Side, body: dict[str, Any]) -> None:
    answer = await side.act(**body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_body_that_is_no_json_and_a_psid_that_is_none_are_refused(side: Side) -> None:
    assert (await side.http.post("/symulator/api/threads/1/messages", content=b"{")).status_code == 400
    assert (await side.act("żółw", text="a")).status_code == 422
    assert (await side.thread("nobody"))["messages"] == []
    assert "nobody" not in side.twin.threads


async def test_the_dots_come_go_by_themselves_and_end_with_a_message(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    await graph.sender_action(PAGE, "1001", SenderAction.TYPING_ON)
    assert (await side.thread())["typing"] is True
    await graph.send_message(PAGE, "1001", HELLO)
    assert (await side.thread())["typing"] is False
    await graph.sender_action(PAGE, "1001", SenderAction.TYPING_ON)
    await side.put("clock", offset_hours=0.01)
    assert (await side.thread())["typing"] is False


async def test_the_page_has_seen_what_it_marks_as_seen(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    assert (await side.thread())["messages"][0]["seen"] is False
    await graph.sender_action(PAGE, "1001", SenderAction.MARK_SEEN)
    assert (await side.thread())["messages"][0]["seen"] is True


async def test_an_agents_persona_stands_over_her_messages(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    persona = await graph.create_persona(PAGE, "Anna (konsultantka)", "http://127.0.0.1/anna.png")
    assert await graph.personas(PAGE) == [persona]
    await graph.send_message(PAGE, "1001", {**HELLO, "persona_id": persona.persona_id})
    assert (await side.thread())["messages"][-1]["persona"] == "Anna (konsultantka)"
    assert (await side.graph(persona.persona_id, method="DELETE")).is_success
    assert await graph.personas(PAGE) == []


async def test_an_answer_from_the_page_inbox_takes_the_thread_and_is_overheard(
    side: Side, product: Product, graph: GraphClient
) -> None:
    await side.act(text="a")
    await side.http.post("/symulator/api/threads/1001/page_inbox", json={"text": "Tu Basia."})
    echo = await product.first(EventKind.ECHO)
    assert (echo.app_id, echo.text, echo.standby) == (PAGE_INBOX_APP_ID, "Tu Basia.", True)
    taken = await product.first(EventKind.TAKE_THREAD)
    assert taken.extra == {"previous_owner_app_id": APP, "new_owner_app_id": PAGE_INBOX_APP_ID}
    owner = await graph.thread_owner(PAGE, "1001")
    assert isinstance(owner, ThreadOwner)
    assert owner.app_id == PAGE_INBOX_APP_ID
    await side.act(postback={"payload": "SECRET", "title": "Menu"})
    overheard = await product.first(EventKind.POSTBACK)
    assert (overheard.standby, overheard.payload, overheard.title) == (True, None, "Menu")


async def test_the_inbox_gives_the_thread_back_loudly_or_silently(
    side: Side, product: Product, graph: GraphClient
) -> None:
    inbox = "/symulator/api/threads/1001/page_inbox"
    await side.act(text="a")
    await side.http.post(inbox, json={"text": "Tu Basia."})
    await side.http.post(inbox, json={"pass": True, "metadata": "done"})
    gained = await product.first(EventKind.PASS_THREAD)
    assert (gained.extra["new_owner_app_id"], gained.metadata) == (APP, "done")
    await graph.send_message(PAGE, "1001", HELLO)
    await side.http.post(inbox, json={"release": True})
    assert await graph.thread_owner(PAGE, "1001") is None
    assert (await side.http.post(inbox, json={})).status_code == 422


async def test_a_profile_gives_what_is_known_and_nobodys_profile_is_missing(side: Side, graph: GraphClient) -> None:
    await side.act(text="a")
    assert (await graph.user_profile(PAGE, "1001")).first_name is None
    await side.put("threads/1001/profile", first_name="Ola", last_name="Nowak", nonsense=1)
    profile = await graph.user_profile(PAGE, "1001")
    assert (profile.first_name, profile.last_name, profile.gender) == ("Ola", "Nowak", None)


async def test_settings_subscriptions_and_templates_are_kept(side: Side, graph: GraphClient) -> None:
    await graph.set_messenger_profile(PAGE, {"get_started": {"payload": "START"}})
    assert await graph.messenger_profile(PAGE, ["get_started"]) == {"get_started": {"payload": "START"}}
    assert (await side.http.get("/symulator/api/page")).json()["profile"] == {"get_started": {"payload": "START"}}
    await graph.delete_messenger_profile(PAGE, ["get_started"])
    assert await graph.messenger_profile(PAGE, ["get_started"]) == {}
    await graph.subscribe(PAGE, ["messages"])
    assert await graph.subscriptions(PAGE) == {APP: ["messages"]}
    body = {"type": "BODY", "text": "Sprawa {{claim_no}} ma nowy stan."}
    template = {"name": "claim", "language": "pl", "category": "UTILITY", "components": [body]}
    assert (await side.graph(f"{PAGE}/message_templates", template)).is_success
    await side.act(text="a")
    await side.put("clock", offset_hours=200)
    message = utility_template("claim", claim_no="SK/1")
    await graph.send_message(PAGE, "1001", {"messaging_type": "UTILITY", "message": message})
    assert (await side.thread())["messages"][-1]["text"] == "Sprawa SK/1 ma nowy stan."


async def test_the_list_of_threads_shows_the_newest_first_with_what_is_unread(side: Side, graph: GraphClient) -> None:
    await side.act("1001", text="a")
    await side.act("1002", text="b")
    await graph.send_message(PAGE, "1001", HELLO)
    await side.act("1002", text="c")
    threads = (await side.http.get("/symulator/api/threads")).json()["threads"]
    assert [(each["psid"], each["last"]["text"], each["unread"]) for each in threads] == [
        ("1002", "c", 0),
        ("1001", "Dzień dobry!", 1),
    ]
