"""Webhook bodies of any shape become events that say who, what and when, and never an exception."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger.events import Attachment, Event, EventKind, parse_delivery

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ABSURD_TIMES: list[object] = [None, "soon", -1, 0, True, 1e300, 10**40, [], {}, "9" * 50]
SENT = 1_800_000_000_000


def body(*items: dict[str, Any], channel: str = "messaging") -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": "110022", "time": 1_800_000_000_123, channel: list(items)}]}


def item(**content: Any) -> dict[str, Any]:
    return {"sender": {"id": "PSID_7"}, "recipient": {"id": "110022"}, "timestamp": SENT, **content}


def only(payload: object) -> Event:
    (event,) = parse_delivery(payload, NOW).events
    return event


def test_a_text_message_keeps_who_wrote_what_and_when() -> None:
    event = only(body(item(message={"mid": "m_A1", "text": "zażółć", "reply_to": {"mid": "m_9Z"}})))
    assert (event.kind, event.page_id, event.psid, event.mid) == (EventKind.MESSAGE, "110022", "PSID_7", "m_A1")
    assert (event.text, event.reply_to, event.key) == ("zażółć", "m_9Z", "message:m_A1")
    assert event.at == datetime.fromtimestamp(SENT / 1000, UTC)


def test_a_message_with_a_long_mid_keeps_it_under_a_key_that_fits_the_record() -> None:
    mid = "m_" + "A" * 160
    events = [only(body(item(message={"mid": f"{mid}{end}", "text": "x"}))) for end in "ab"]
    assert [event.mid for event in events] == [f"{mid}a", f"{mid}b"]
    keys = {event.key for event in events}
    assert len(keys) == 2 and all(key.startswith("message:m_A") and len(key) <= 150 for key in keys)
    assert only(body(item(message={"mid": f"{mid}a", "text": "x"}))).key in keys


def test_every_entry_and_every_item_of_every_channel_is_read_in_order() -> None:
    page = {
        "id": "110022",
        "messaging": [item(message={"mid": "m_1"}), item(message={"mid": "m_2"})],
        "standby": [item(message={"mid": "m_3"})],
        "changes": [{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "c_4"}}],
    }
    delivery = parse_delivery({"object": "page", "entry": [page, {**page, "id": "330044"}]}, NOW)
    assert [event.mid for event in delivery.events] == ["m_1", "m_2", "m_3", "c_4"] * 2
    assert [event.standby for event in delivery.events] == [False, False, True, False] * 2
    assert {event.page_id for event in delivery.events} == {"110022", "330044"}


def test_an_echo_belongs_to_the_person_who_received_it() -> None:
    echo = {"is_echo": True, "app_id": 555000111, "metadata": "row-7", "mid": "m_B1", "text": "Dzień dobry"}
    event = only(body(item(sender={"id": "110022"}, recipient={"id": "PSID_7"}, message=echo)))
    assert (event.kind, event.psid, event.page_id) == (EventKind.ECHO, "PSID_7", "110022")
    assert (event.app_id, event.metadata, event.key) == ("555000111", "row-7", "echo:m_B1")


def test_an_echo_that_names_the_page_as_recipient_still_finds_the_customer() -> None:
    assert only(body(item(message={"is_echo": True, "mid": "m_B1"}))).psid == "PSID_7"


def test_an_echo_without_an_app_is_nobodys() -> None:
    event = only(body(item(sender={"id": "110022"}, recipient={"id": "P"}, message={"is_echo": True})))
    assert (event.kind, event.app_id) == (EventKind.ECHO, None)


def test_quick_replies_and_postbacks_give_their_payload() -> None:
    tap = only(body(item(message={"mid": "m_A2", "text": "Tak", "quick_reply": {"payload": "YES_42"}})))
    press = only(body(item(postback={"mid": "m_A5", "title": "Konsultant", "payload": "HANDOFF"})))
    assert (tap.payload, tap.text) == ("YES_42", "Tak")
    assert (press.payload, press.title, press.kind) == ("HANDOFF", "Konsultant", EventKind.POSTBACK)


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ({"type": "image", "payload": {"url": "https://x/p.jpg"}}, Attachment("image", url="https://x/p.jpg")),
        ({"type": "sticker", "payload": {"sticker_id": 767001}}, Attachment("sticker", sticker_id="767001")),
        (
            {"type": "fallback", "title": "Adres", "url": "https://l"},
            Attachment("fallback", "https://l", None, "Adres"),
        ),
        ({"type": "fallback", "payload": None}, Attachment("fallback")),
        (
            {"type": "location", "payload": {"coordinates": {"lat": "52.1", "long": 21}}},
            Attachment("location", lat=52.1, long=21.0),
        ),
        ({"payload": {}}, Attachment("unknown")),
    ],
)
def test_attachments_of_every_documented_shape(sent: dict[str, Any], understood: Attachment) -> None:
    assert only(body(item(message={"mid": "m_A3", "attachments": [sent]}))).attachments == (understood,)


def test_stickers_are_seen_in_the_new_and_in_the_old_shape() -> None:
    new = {"attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}}]}
    old = {"attachments": [{"type": "image", "payload": {"url": "u"}}], "sticker_id": 369239263222822}
    for message in (new, old):
        event = only(body(item(message={"mid": "m_A4", **message})))
        assert event.sticker_id == "369239263222822"
    assert only(body(item(message={"mid": "m", "attachments": [{"type": "image"}]}))).sticker_id is None


def test_edits_and_reactions_of_one_message_are_events_of_their_own() -> None:
    react = {"reaction": "love", "action": "react", "mid": "m_A1"}
    events = parse_delivery(
        body(
            item(message={"mid": "m_A1", "text": "a"}),
            item(message_edit={"mid": "m_A1", "text": "b", "num_edit": "1"}),
            item(message_edit={"mid": "m_A1", "text": "c", "num_edit": 2}),
            item(reaction=react),
            item(reaction={**react, "action": "unreact"}),
            item(reaction=react, timestamp=SENT + 1),
            item(message={"mid": "m_A1", "is_deleted": True}),
        ),
        NOW,
    ).events
    assert len({event.key for event in events}) == len(events) == 7


def test_a_redelivered_event_without_mid_has_the_same_key_and_another_event_has_not() -> None:
    read, later = item(read={"watermark": 5}), item(read={"watermark": 6})
    first, again, other = (only(body(each)).key for each in (read, dict(reversed(read.items())), later))
    assert first == again
    assert first != other


def test_a_redelivery_at_another_time_has_the_same_key_even_without_a_timestamp() -> None:
    feedback = {"sender": {"id": "P"}, "recipient": {"id": "110022"}, "messaging_feedback": {"feedback_screens": []}}
    late = {"object": "page", "entry": [{"id": "110022", "time": 1_800_000_099_999, "messaging": [feedback]}]}
    assert only(body(feedback)).key == only(late).key


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"delivery": {"mids": ["m_B1"], "watermark": SENT}}, EventKind.DELIVERY),
        ({"read": {"watermark": SENT}}, EventKind.READ),
        ({"optin": {"type": "notification_messages"}}, EventKind.OPTIN),
        ({"referral": {"ref": "poster_3", "source": "SHORTLINK"}}, EventKind.REFERRAL),
        ({"pass_thread_control": {"new_owner_app_id": "555"}}, EventKind.PASS_THREAD),
        ({"take_thread_control": {"previous_owner_app_id": "555"}}, EventKind.TAKE_THREAD),
        ({"request_thread_control": {"requested_owner_app_id": "1"}}, EventKind.REQUEST_THREAD),
        ({"app_roles": {"555": ["primary_receiver"]}}, EventKind.APP_ROLES),
        ({"policy_enforcement": {"action": "warning"}}, EventKind.POLICY),
        ({"policy-enforcement": {"action": "block"}}, EventKind.POLICY),
        ({"messaging_feedback": {}}, EventKind.FEEDBACK),
        ({"response_feedback": {"feedback": "Bad response", "mid": "m_B1"}}, EventKind.RESPONSE_FEEDBACK),
        ({"account_linking": {"status": "linked"}}, EventKind.ACCOUNT_LINKING),
    ],
)
def test_every_documented_kind_has_its_name(content: dict[str, Any], kind: EventKind) -> None:
    event = only(body(item(**content)))
    assert event.kind is kind
    (inner,) = content.values()
    read = {"mid": event.mid, "watermark": event.watermark, "ref": event.ref}
    for name, value in inner.items():
        assert read.get(name, event.extra.get(name)) == value


def test_what_is_not_known_is_counted_and_passed_over() -> None:
    payload = body(item(game_play={}), item(A="B"))
    payload["entry"][0]["changes"] = [{"field": "feed", "value": {"item": "like"}}, {"field": "<script>"}]
    delivery = parse_delivery(payload, NOW)
    assert delivery.events == ()
    assert delivery.passed_over == {"game_play": 1, "unknown": 1, "change:feed": 1, "change:other": 1}


def test_bodies_of_other_objects_are_not_taken_for_the_pages() -> None:
    delivery = parse_delivery({**body(item(message={"mid": "m"})), "object": "instagram"}, NOW)
    assert delivery.events == ()
    assert delivery.passed_over == {"instagram:message": 1}


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (1_458_692_752_478, datetime(2016, 3, 23, 0, 25, 52, 478000, tzinfo=UTC)),
        ("1458692752478", datetime(2016, 3, 23, 0, 25, 52, 478000, tzinfo=UTC)),
        (1_458_692_752, datetime(2016, 3, 23, 0, 25, 52, tzinfo=UTC)),
        (1_458_692_752.0, datetime(2016, 3, 23, 0, 25, 52, tzinfo=UTC)),
        *[(absurd, NOW) for absurd in ABSURD_TIMES],
    ],
)
def test_times_in_seconds_milliseconds_and_strings(timestamp: object, at: datetime) -> None:
    payload = {"object": "page", "entry": [{"id": "1", "messaging": [item(message={}, timestamp=timestamp)]}]}
    assert only(payload).at == at


def test_an_event_without_a_time_takes_that_of_its_entry() -> None:
    assert only(body(item(message={}, timestamp=None))).at == datetime.fromtimestamp(1_800_000_000.123, UTC)


def test_numeric_ids_become_strings_and_a_user_ref_is_nobodys_psid() -> None:
    number = only({"object": "page", "entry": [{"id": 11, "messaging": [item(sender={"id": 7}, message={})]}]})
    plugin = only(body(item(sender={"user_ref": 987}, postback={"payload": "hey"})))
    assert (number.page_id, number.psid) == ("11", "7")
    assert (plugin.psid, plugin.extra["user_ref"]) == (None, "987")


def test_a_page_without_an_id_in_the_entry_is_found_in_the_item() -> None:
    assert only({"object": "page", "entry": [{"messaging": [item(message={})]}]}).page_id == "110022"


def test_text_that_no_database_stores_is_made_storable() -> None:
    event = only(body(item(message={"mid": "m\x00", "text": "a\ud800b\x00", "odd": {"\udfff": ["\udc00"]}})))
    assert event.text == "a\ufffdb\ufffd"
    json.dumps(event.to_dict(), ensure_ascii=False).encode()


def test_a_value_nested_without_end_is_cut_and_not_followed() -> None:
    deep: Any = "bottom"
    for _ in range(100_000):
        deep = [deep]
    event = only(body(item(optin={"deep": deep})))
    assert len(json.dumps(event.to_dict())) < 1000


def test_a_template_that_was_approved_is_an_event_of_the_page() -> None:
    change = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}
    event = only({"object": "page", "entry": [{"id": "110022", "time": 1_800_000_018, "changes": [change]}]})
    assert (event.kind, event.psid, event.extra["event"]) == (EventKind.TEMPLATE_STATUS, None, "APPROVED")


def test_a_comment_keeps_its_words_its_author_and_its_time_in_seconds() -> None:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": "110022_1_77",
        "message": "cena?",
        "from": {"id": "ASID_3", "name": "Ola"},
        "created_time": 1_800_000_017,
    }
    payload = {"object": "page", "entry": [{"id": "110022", "changes": [{"field": "feed", "value": value}]}]}
    event = only(payload)
    assert (event.kind, event.mid, event.text) == (EventKind.COMMENT, "110022_1_77", "cena?")
    assert event.extra["from"] == {"id": "ASID_3", "name": "Ola"}
    assert event.at == datetime.fromtimestamp(1_800_000_017, UTC)


EVERYTHING: dict[str, Any] = {
    "is_echo": True,
    "mid": "m_1",
    "text": "t",
    "attachments": [{"type": "location", "payload": {"coordinates": {"lat": 0, "long": 1}}}, {"type": "image"}],
    "reply_to": {"mid": "m_0"},
    "app_id": 5,
    "metadata": "x",
    "commands": [{"name": "/pomoc"}],
    "watermark": 0,
}


@pytest.mark.parametrize("channel", ["messaging", "standby"])
@pytest.mark.parametrize("message", [EVERYTHING, {}, {"mid": "m_1", "quick_reply": {"payload": "P"}}])
def test_an_event_survives_the_way_through_the_mailbox(message: dict[str, Any], channel: str) -> None:
    event = only(body(item(message=message), channel=channel))
    assert Event.from_dict(json.loads(json.dumps(event.to_dict()))) == event


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
KEYS = ["message", "postback", "reaction", "delivery", "optin", "app_roles", "message_edit", "sender", "timestamp"]
items = st.dictionaries(st.sampled_from(KEYS), json_values, max_size=5)
inner = st.dictionaries(
    st.sampled_from(["mid", "text", "is_echo", "attachments", "quick_reply", "watermark", "reply_to", "app_id"]),
    json_values,
)
messages = st.fixed_dictionaries({"message": inner, "sender": json_values, "recipient": json_values})


@given(json_values)
def test_no_json_value_raises(payload: object) -> None:
    parse_delivery(payload, NOW)


@given(st.lists(items | messages | json_values, max_size=4), st.sampled_from(["messaging", "standby", "changes"]))
def test_no_item_raises_and_every_event_can_be_stored(contents: list[Any], channel: str) -> None:
    payload = {"object": "page", "entry": [{"id": "1", channel: contents}]}
    for event in parse_delivery(payload, NOW).events:
        stored = json.dumps(event.to_dict(), allow_nan=False, ensure_ascii=False).encode()
        assert Event.from_dict(json.loads(stored)) == event
