"""A public comment to its private end: real record, real twin, real texts; the model's reading is given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml
from fastapi import FastAPI
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.comments import deciding, private_data, reading
from bot.comments.arriving import Arriving
from bot.comments.reading import Kind
from bot.comments.replying import Replying, echoed
from bot.dialogue.rendering import Renderer, load_texts
from bot.errors import Refused, Rejected
from bot.intake.lanes import lanes
from bot.intake.reception import Reception, Verdict
from bot.messenger.errors import ANSWER_LOST, Disposition, SendFailure
from bot.messenger.event import EventKind
from bot.messenger.events import parse_delivery
from bot.messenger.graph import GraphClient
from bot.messenger.signature import sign
from bot.privacy.retention import Retention
from bot.privacy.terms import Kind as Term
from bot.settings import ROOT, Settings
from bot.simulator import wire
from bot.simulator.faults import parse_faults
from bot.simulator.parts import SimulatorParts, create_simulator
from bot.simulator.wall import REPLIES_AN_HOUR
from bot.simulator.wall import Comment as WallComment
from bot.store import Database, Tx, comments, messages, outbox
from bot.store.agents import Agent
from bot.store.comments import Comment, State
from bot.store.erasure import erase
from bot.store.times import to_ms
from handoff.comments import Comments

PAGE, PSID, SECRET = "110022", "700001", "demo-app-secret"
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@dataclass
class Told:
    """Stands where the desk stands: remembers what it was told."""

    news: list[str] = field(default_factory=list)

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None:
        self.news.append(what)

    def announce(self, tx: Tx, what: str) -> None:
        self.news.append(what)


class Street:
    """People who comment, and the worker's side of it, with a clock in the hand."""

    def __init__(self, database: Database, simulator: SimulatorParts, http: httpx.AsyncClient) -> None:
        self.database = database
        self.twin = simulator.twin
        self.http = http
        self.told = Told()
        self.graph = GraphClient("http://twin/symulator/graph", {PAGE: "token"}, http)
        self.arriving = Arriving(database, self.told, self.now)
        self.meant: Mapping[str, Any] = {"intent": {"name": "faq/raty", "confidence": 0.9}}
        renderer = Renderer(load_texts(ROOT))
        self.replying = Replying(database, self.graph, self.parse, lambda: renderer, self.told, self.now)
        self.post = self.twin.wall.publish("Nowe zniżki na OC od grudnia.")

    def now(self) -> datetime:
        return self.twin.clock.now()

    async def parse(self, text: str) -> Mapping[str, Any]:
        return self.meant

    async def comments(self, text: str, *, as_page: bool = False) -> WallComment:
        """Somebody comments, and the platform's webhook brings it."""
        made = self.twin.wall.write(self.post, PSID, "Ola Nowak", text, as_page=as_page)
        await self.hears(made, "add")
        return made

    async def hears(self, comment: WallComment, verb: str, **value: Any) -> None:
        await self.arriving.take(event_of(comment, verb, **value))

    async def record(self, comment: WallComment) -> Comment:
        found = await self.database.read(lambda tx: comments.find(tx, comment.id))
        assert found is not None
        return found

    def private(self) -> list[Any]:
        return [m for m in self.twin.thread(PSID).messages if m.sender == "page"]


def event_of(comment: WallComment, verb: str, author: str | None = None, **value: Any) -> Any:
    written = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment.id,
        "post_id": comment.post_id,
        "from": {"id": author or comment.author_id, "name": comment.author},
        "created_time": int(comment.at.timestamp()),
        "message": comment.text,
        **value,
    }
    body = wire.body(PAGE, [{"field": "feed", "value": written}], comment.at, standby=False)
    (event,) = parse_delivery(orjson.loads(body), comment.at).events
    return event


@pytest.fixture
async def street(tmp_path: Path, migrated_file: bytes) -> AsyncIterator[Street]:
    path = tmp_path / "record.db"
    path.write_bytes(migrated_file)
    async with walking(f"sqlite:///{path}") as made:
        yield made


@pytest.fixture
async def street_on_both(database_url: str) -> AsyncIterator[Street]:
    async with walking(database_url) as made:
        yield made


@asynccontextmanager
async def walking(database_url: str) -> AsyncIterator[Street]:
    database = Database(database_url)
    simulator = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id="555000111",
        app_secret=SECRET,
        page_token="token",
        webhook_url="http://127.0.0.1:9/webhook",
        clock=lambda: NOW,
    )
    app = FastAPI()
    app.include_router(simulator.router)
    transport = httpx.ASGITransport(app)
    async with simulator.running(), httpx.AsyncClient(transport=transport, base_url="http://twin") as http:
        yield Street(database, simulator, http)
    database.close()


@pytest.mark.parametrize(
    ("text", "intent", "sure", "kind"),
    [
        ("Ile rat może być przy OC?", "faq/raty", 0.9, Kind.QUESTION),
        ("a jak to będzie z autem zastępczym", "poza_zakresem", 0.3, Kind.QUESTION),
        ("Kasia zobacz", "faq/raty", 0.4, Kind.OTHER),
        ("Super promocja!", "podziekowanie", 0.95, Kind.OTHER),
        ("❤️❤️", "powitanie", 0.5, Kind.OTHER),
        ("Trzeci tydzień nikt nie odpisuje w sprawie szkody", "status_szkody", 0.5, Kind.COMPLAINT),
        ("SKANDAL, oszuści!!!", "frustracja", 0.8, Kind.COMPLAINT),
        ("chcę złożyć reklamację", "reklamacja", 0.9, Kind.COMPLAINT),
    ],
)
def test_a_comment_is_a_question_a_complaint_or_neither(text: str, intent: str, sure: float, kind: Kind) -> None:
    assert reading.read(text, {"intent": {"name": intent, "confidence": sure}}).kind is kind


def test_comments_as_they_are_written_are_told_apart() -> None:
    """Fifty with the model's own readings; small talk gets no message, and at most two of the others are missed."""
    written = yaml.safe_load((Path(__file__).parent / "komentarze.yml").read_text(encoding="utf-8"))
    wrong: dict[str, list[str]] = {kind: [] for kind in written}
    for kind, rows in written.items():
        for text, intent, sure in rows:
            if reading.read(text, {"intent": {"name": intent, "confidence": sure}}).kind.value != kind:
                wrong[kind].append(text)
    assert wrong["other"] == []
    assert len(wrong["question"]) + len(wrong["complaint"]) <= 2, wrong


@pytest.mark.parametrize(("half", "missed"), [(0, 1), (1, 3)])
def test_comments_that_came_later_are_told_apart_as_well_as_is_told(half: int, missed: int) -> None:
    """At first sight 54 of 75: 19 of 25 questions, 12 of 25 complaints, 23 of 25 others. The even ones were mended."""
    written = yaml.safe_load((Path(__file__).parent / "komentarze_nowe.yml").read_text(encoding="utf-8"))
    wrong = [
        text
        for kind in Kind
        for text, intent, sure in written[kind.value][half::2]
        if reading.read(text, {"intent": {"name": intent, "confidence": sure}}).kind is not kind
    ]
    assert len(wrong) <= missed, wrong


def test_private_data_are_found_however_they_are_written() -> None:
    """At first sight 18 of 22 were flagged, and 2 of 10 without any, one of them our own helpline."""
    written = yaml.safe_load((Path(__file__).parent / "komentarze_nowe.yml").read_text(encoding="utf-8"))
    for text, kinds in written["dane"]:
        assert private_data.sensitive(text, NOW) == ",".join(kinds), text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mój pesel 44051401359, proszę sprawdzić", "pesel"),
        ("proszę dzwonić 601 234 567", "telefon"),
        ("polisa nr PL 1234567890 i mail ola@przyklad.pl", "email,nr_polisy"),
        ("Ile kosztuje OC w 2026?", ""),
    ],
)
def test_what_should_not_stand_in_public_is_found(text: str, found: str) -> None:
    assert private_data.sensitive(text, NOW) == found


def test_a_run_of_signs_longer_than_any_name_is_no_address_and_is_not_read_from_each_of_them() -> None:
    assert private_data.sensitive(f"{'a' * 64} małpa poczta kropka pl", NOW) == "email"
    assert private_data.sensitive(f"{'a' * 65} małpa poczta kropka pl", NOW) == ""
    assert private_data.sensitive("a1-" * 2_600, NOW) == ""


def test_the_private_reply_repeats_no_number_and_no_novel() -> None:
    assert private_data.excerpt("Mój PESEL 44051401359, co dalej?", NOW) == "Mój PESEL …, co dalej?"
    long = private_data.excerpt("bardzo " * 60, NOW)
    assert len(long) <= 161 and long.endswith("…")


async def test_a_question_gets_one_private_reply_that_opens_the_conversation(street: Street) -> None:
    asked = await street.comments("Czy OC można zapłacić w ratach?")
    for _ in range(3):
        await street.replying.round()
    (reply,) = street.private()
    assert "Napisali Państwo pod naszym postem: „Czy OC można zapłacić w ratach?”" in reply.text
    assert [each["title"] for each in reply.quick_replies] == ["Płatność w ratach", "Konsultant"]
    record = await street.record(asked)
    assert (record.state, record.conversation_id) == (State.REPLIED.value, f"{PAGE}:{PSID}")
    assert record.post_text == "Nowe zniżki na OC od grudnia."
    thread = await street.database.read(lambda tx: messages.of_conversation(tx, f"{PAGE}:{PSID}"))
    assert [(m.author, m.status, m.mid) for m in thread] == [("bot", "sent", reply.mid)]
    payload = reply.quick_replies[0]["payload"]
    command = await street.database.read(lambda tx: outbox.button_command(tx, payload))
    assert command == {"kind": "intent", "intent": "faq/raty"}
    assert record.public_at is None, "nobody allowed a public answer"


async def test_two_workers_and_a_repeated_webhook_make_one_reply(street_on_both: Street) -> None:
    street = street_on_both
    asked = await street.comments("Czy OC można zapłacić w ratach?")
    await street.hears(asked, "add")
    other = Replying(street.database, street.graph, street.parse, street.replying.renderer, street.told, street.now)
    for _ in range(2):
        await street.replying.round()
        await other.round()
    assert len(street.private()) == 1


async def test_a_reply_whose_answer_was_lost_is_not_sent_again(street: Street) -> None:
    asked = await street.comments("Czy OC można zapłacić w ratach?")
    await street.replying.round()
    await street.database.run(lambda tx: comments.change(tx, asked.id, state=State.REPLYING.value, replied_at=None))
    street.twin.clock.offset += timedelta(minutes=2)
    await street.replying.round()
    await street.replying.round()
    assert len(street.private()) == 1
    assert (await street.record(asked)).state == State.REPLIED.value


async def test_the_echo_of_a_lost_answer_settles_it_and_names_the_conversation(street: Street) -> None:
    asked = await street.comments("Czy OC można zapłacić w ratach?")
    await street.database.run(lambda tx: comments.change(tx, asked.id, state=State.REPLYING.value))
    known = await street.database.run(lambda tx: echoed(tx, f"comment:{asked.id}", f"{PAGE}:{PSID}", 5))
    assert known
    record = await street.record(asked)
    assert (record.state, record.conversation_id, record.replied_at) == ("replied", f"{PAGE}:{PSID}", 5)
    assert not await street.database.run(lambda tx: echoed(tx, "turn:1:0", f"{PAGE}:{PSID}", 5))


async def test_nothing_leaves_for_pages_small_talk_and_what_is_older_than_a_week(street: Street) -> None:
    ours = await street.comments("Zapraszamy!")
    await street.database.run(lambda tx: comments.change(tx, ours.id, settled_at=1))
    await street.hears(street.twin.wall.write(street.post, PSID, "TU Przystań", "Jak to?"), "add", author=PAGE)
    page = await street.comments("Czy OC można zapłacić w ratach?", as_page=True)
    late = await street.comments("Kiedy wypłata odszkodowania?")
    await street.database.run(lambda tx: comments.change(tx, late.id, at=to_ms(NOW - timedelta(days=7))))
    street.meant = {"intent": {"name": "faq/raty", "confidence": 0.9}}
    for _ in range(2):
        await street.replying.round()
    assert (await street.record(page)).state == State.PASSED.value
    assert (await street.record(late)).state == State.LATE.value
    replies = [m.text for m in street.private()]
    assert not any("wypłata" in text or "Jak to" in text for text in replies)


async def test_a_comment_taken_back_before_the_reply_is_left_alone(street: Street) -> None:
    asked = await street.comments("Mój PESEL 44051401359, ile rat?")
    await street.hears(asked, "remove", message=None)
    await street.replying.round()
    record = await street.record(asked)
    assert (street.private(), record.text, record.is_exposed) == ([], "", False)
    unseen = street.twin.wall.write(street.post, PSID, "Ola", "Ile rat?")
    await street.hears(unseen, "remove", message=None)
    await street.hears(unseen, "add")
    await street.replying.round()
    assert street.private() == [], "the removal came first"


async def test_a_comment_written_anew_is_read_anew(street_on_both: Street) -> None:
    street = street_on_both
    street.meant = {"intent": {"name": "powitanie", "confidence": 0.9}}
    said = await street.comments("Pozdrawiam")
    await street.replying.round()
    assert (await street.record(said)).state == State.PASSED.value
    said.text = "Pozdrawiam, mój numer 601 234 567, ile rat?"
    await street.hears(said, "edited")
    assert [each.id for each in await street.database.read(comments.exposed)] == [said.id]
    await street.replying.round()
    assert len(street.private()) == 1


async def test_the_platforms_hour_is_kept(street: Street) -> None:
    asked = await street.comments("Czy OC można zapłacić w ratach?")

    def many(tx: Tx) -> None:
        for n in range(deciding.AN_HOUR):
            values = {"id": f"x{n}", "page_id": PAGE, "text": "", "sensitive": "", "state": "replied"}
            comments.add(tx, **values, due_at=0, at=0, replied_at=to_ms(NOW) - 1)

    await street.database.run(many)
    for _ in range(2):
        await street.replying.round()
    assert (await street.record(asked)).state == State.TO_REPLY.value
    street.twin.clock.offset += timedelta(hours=1)
    await street.replying.round()
    assert (await street.record(asked)).state == State.REPLIED.value
    assert deciding.AN_HOUR < REPLIES_AN_HOUR


def test_what_follows_a_failure() -> None:
    assert deciding.after(ANSWER_LOST, 1).state is State.REPLYING
    assert deciding.after(SendFailure(Disposition.RETRY), 1).state is State.TO_REPLY
    an_hour = deciding.after(SendFailure(Disposition.RETRY), deciding.SOON_ATTEMPTS + 6)
    assert (an_hour.state, an_hour.in_ms) == (State.TO_REPLY, 10 * 60_000), "the platform may be away for an hour"
    assert deciding.after(SendFailure(Disposition.RETRY), deciding.MOST_ATTEMPTS).state is State.FAILED
    assert deciding.after(SendFailure(Disposition.TOKEN_DEAD, 400, 190), 500).state is State.TO_REPLY
    assert deciding.after(SendFailure(Disposition.FINAL, 400, 10900), 1).state is State.FAILED


async def test_a_refused_reply_is_tried_again_later(street: Street) -> None:
    asked = await street.comments("Czy OC można zapłacić w ratach?")
    street.twin.set_faults(parse_faults({"send_error": {"code": 2, "subcode": None, "rate": 1}}))
    await street.replying.round()
    assert (await street.record(asked)).state == State.TO_REPLY.value
    street.twin.set_faults(parse_faults({}))
    street.twin.clock.offset += timedelta(minutes=2)
    await street.replying.round()
    assert ((await street.record(asked)).state, len(street.private())) == (State.REPLIED.value, 1)


async def test_an_agent_hides_a_comment_and_answers_once_in_public(street_on_both: Street) -> None:
    street = street_on_both
    asked = await street.comments("Mój PESEL 44051401359, proszę o kontakt")
    anna = Agent.__new__(Agent)
    object.__setattr__(anna, "id", 7)
    acts = Comments(street.database, street.graph, street.told.announce, street.now)
    await acts.hide(anna, asked.id)
    assert asked.hidden and not (await street.record(asked)).is_exposed
    with pytest.raises(Rejected, match="comment_exposes"):
        await acts.answer(anna, asked.id, "Zadzwonimy pod 601 234 567")
    await acts.answer(anna, asked.id, "Odpisaliśmy w wiadomości prywatnej.")
    with pytest.raises(Refused, match="comment_answered"):
        await acts.answer(anna, asked.id, "Jeszcze raz.")
    assert [c.text for c in street.post.comments if c.author_id == PAGE] == ["Odpisaliśmy w wiadomości prywatnej."]
    await acts.settle(anna, asked.id)
    assert await street.database.read(comments.shown) == []


async def test_a_comment_is_on_disk_before_the_platform_hears_200(redis_url: str) -> None:
    comment = WallComment("1_77", f"{PAGE}_1", f"{PAGE}_1", "A3", "Ola", PSID, "Ile rat?", NOW)
    value = {"item": "comment", "verb": "add", "comment_id": comment.id, "message": "Ile rat?", "from": {"id": "A3"}}
    body = wire.body(PAGE, [{"field": "feed", "value": value}], NOW, standby=False)
    async with Redis.from_url(redis_url) as redis:
        lane = lanes(redis, timedelta(seconds=10)).inward
        reception = Reception(lane, SECRET, lambda: NOW)
        for _ in range(2):
            assert await reception.take(body, sign(SECRET, body)) is Verdict.TAKEN
        (claim,) = await lane.claim(5)
        assert [each["event"]["kind"] for each in claim.events] == [EventKind.COMMENT.value]


async def test_who_is_erased_leaves_nothing_of_the_comment_but_that_it_was_answered(street: Street) -> None:
    asked = await street.comments("Mój PESEL 44051401359, ile rat?")
    await street.replying.round()
    await street.database.run(lambda tx: erase(tx, f"{PAGE}:{PSID}", code="x", now=5))
    record = await street.record(asked)
    assert (record.text, record.author, record.sensitive, record.state) == ("", None, "", State.REPLIED.value)


async def test_a_comment_lasts_as_long_as_messages_do(street: Street, tmp_path: Path) -> None:
    old, young = await street.comments("Ile rat?"), await street.comments("Ile zniżki?")
    await street.database.run(lambda tx: comments.change(tx, old.id, at=to_ms(NOW - timedelta(days=400))))
    retention = Retention(street.database, Settings(var_dir=tmp_path, secret_key=SecretStr("k" * 32)), street.now)
    assert (await retention.remove())[Term.MESSAGES] == 1
    found = [await street.database.read(lambda tx, c=each: comments.find(tx, c.id)) for each in (old, young)]  # type: ignore[misc]
    assert [each is None for each in found] == [True, False]
