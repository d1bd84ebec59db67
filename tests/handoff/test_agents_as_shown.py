"""Agents as customers and colleagues see them: personas, presence, canned replies in the customer's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.dialogue.rendering import Listener, Renderer, load_texts
from bot.dialogue.texts import Texts
from bot.language import Address, AddressState
from bot.outbox.speaker import listener_of
from bot.settings import ROOT, Settings
from bot.store import agents, customers, messages
from bot.store.agents import Agent, Presence
from bot.store.database import Database
from bot.store.times import to_ms
from handoff import canned, card, presence
from handoff.card import Card
from handoff.desk import Desk
from handoff.doubts import doubts
from handoff.personas import NAME_LIMIT, Personas, shown_name
from tests.handoff.conftest import NOON, HeldClock, Street
from tests.handoff.platform import StandInPlatform
from tests.handoff.voice import PlainVoice


async def test_an_agent_gets_one_persona_a_page(database: Database, settings: Settings, anna: Agent) -> None:
    platform = StandInPlatform()
    personas = Personas(database, settings, platform)
    first = await personas.ensure(anna, "100:7")
    again = await personas.ensure(first, "100:8")
    other_page = await personas.ensure(again, "200:7")
    assert other_page.personas == {"100": "persona-1", "200": "persona-2"}
    assert [name for _, name, _ in platform.made] == ["Anna, konsultantka"] * 2


async def test_a_platform_that_makes_no_persona_does_not_keep_the_agent_from_answering(
    database: Database, settings: Settings, anna: Agent
) -> None:
    assert (await Personas(database, settings, StandInPlatform(refuses=True)).ensure(anna, "100:7")).personas == {}


def test_a_persona_name_fits_the_platforms_limit(anna_record: Agent) -> None:
    assert len(shown_name(anna_record)) <= NAME_LIMIT


@pytest.fixture
async def anna_record(database: Database, anna: Agent) -> Agent:
    title = "starsza konsultantka, dział likwidacji szkód komunikacyjnych"
    await database.run(lambda tx: agents.change(tx, anna.id, title=title))
    found = await database.read(lambda tx: agents.find(tx, anna.id))
    assert found is not None
    return found


async def test_what_an_agent_writes_carries_their_name(
    street: Street, desk: Desk, anna: Agent, database: Database
) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    await desk.answer(anna, id, "Dzień dobry", key="k")
    thread = await database.read(lambda tx: messages.of_conversation(tx, id))
    assert [m.persona for m in thread if m.author == "agent"] == ["Anna"]


async def test_dots_are_shown_while_the_holder_writes(
    street: Street, desk: Desk, anna: Agent, voice: PlainVoice
) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    await desk.typing(anna, id)
    assert voice.typed == [(id, None, True)]


async def test_an_agent_whose_console_is_gone_is_away(desk: Desk, anna: Agent, clock: HeldClock) -> None:
    await desk.choose_presence(anna, Presence.AVAILABLE)
    seen = await desk.database.read(lambda tx: agents.find(tx, anna.id))
    assert seen is not None
    assert presence.of(seen, to_ms(clock())) is Presence.AVAILABLE
    clock.pass_(minutes=5)
    assert presence.of(seen, to_ms(clock())) is Presence.AWAY


class RealWords(PlainVoice):
    """Queues plainly, previews with the real texts and the real grammar."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.renderer = Renderer(texts)

    def preview(self, customer: customers.Customer | None, text: str, slots: Mapping[str, Any]) -> str:
        return self.renderer.preview(text, slots, listener_of(customer))


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(ROOT)


async def _greeting(street: Street, anna: Agent, texts: Texts, first_name: str, gender: str) -> str | None:
    id = await street.customer(first_name, first_name=first_name, department="szkody")
    address = AddressState(since=NOON, gender=gender).to_dict()
    await street.database.run(lambda tx: customers.change(tx, id, address=address))
    return canned.greeting(texts, RealWords(texts), anna, await _card(street, id, texts))


async def _card(street: Street, id: str, texts: Texts) -> Card:
    found = await street.conversation(id)
    return await street.database.read(lambda tx: card.read(tx, found, texts, lambda flow, slot: None))


async def test_the_first_reply_is_proposed_in_the_customers_form(street: Street, anna: Agent, texts: Texts) -> None:
    to_a_man = await _greeting(street, anna, texts, "Tomasz", "m")
    to_a_woman = await _greeting(street, anna, texts, "Grażyna", "f")
    assert to_a_man is not None and "Panie Tomaszu" in to_a_man and "Anna" in to_a_man
    assert to_a_woman is not None and "Pani Grażyno" in to_a_woman


async def test_every_canned_reply_can_be_offered_with_gaps_for_what_nobody_knows(
    street: Street, anna: Agent, texts: Texts
) -> None:
    drawn = await _card(street, await street.customer(), texts)
    offered = canned.replies(texts, RealWords(texts), anna, drawn)
    assert {reply.code for reply in offered} == set(texts.section("canned"))
    assert any(canned.GAP in reply.text for reply in offered)


@pytest.mark.parametrize("address", Address, ids=lambda address: address.value)
def test_no_canned_reply_is_doubted_in_the_form_it_was_made_for(address: Address, texts: Texts) -> None:
    renderer = Renderer(texts)
    known = {**texts.section("firma"), "konsultant": "Anna", "departments": texts.section("departments")}
    known["department"] = "szkody"
    for code, entry in texts.section("canned").items():
        template = canned.with_gaps(str(entry["text"]), known)
        said = renderer.preview(template, known, Listener(address, "Anna" if address.gender == "f" else "Tomasz"))
        assert [doubt for doubt in doubts(said, address) if doubt.found != canned.GAP] == [], code


def test_a_gap_stands_for_an_unknown_value_only() -> None:
    template = "Do {{ termin|data }}, {{ konsultant }}"
    assert canned.with_gaps(template, {"konsultant": "Anna"}) == "Do ___, {{ konsultant }}"
