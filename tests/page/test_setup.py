"""A page is brought to what the installation needs, against the platform's twin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from bot.dialogue.rendering import load_texts
from bot.errors import ContentFault
from bot.messenger.graph import GraphClient
from bot.messenger.profile import Offers
from bot.page.offers import offers, remember
from bot.page.setup import SUBSCRIBED, carry_out, plan
from bot.page.watch import look
from bot.settings import ROOT
from bot.simulator.parts import SimulatorParts, create_simulator
from bot.store import outbox
from bot.store.database import Database

PAGE, APP = "110022", "555000111"


@dataclass
class Page:
    simulator: SimulatorParts
    graph: GraphClient
    stranger: GraphClient  # one whose token the platform does not know


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    simulator = create_simulator(
        page_id=PAGE, page_name="TU", app_id=APP, app_secret="s", page_token="right", webhook_url="http://127.0.0.1:9/"
    )
    app = FastAPI()
    app.include_router(simulator.router)
    async with (
        simulator.running(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://twin") as http,
    ):
        url = "http://twin/symulator/graph"
        yield Page(simulator, GraphClient(url, {PAGE: "right"}, http), GraphClient(url, {PAGE: "wrong"}, http))


@pytest.fixture(scope="module")
def wanted() -> Offers:
    return offers(load_texts(ROOT))


async def test_a_new_page_gets_everything_and_a_second_time_nothing(page: Page, wanted: Offers) -> None:
    first = await plan(page.graph, PAGE, APP, wanted)
    assert first.changes
    assert set(first.fields_missing) | set(first.fields_now) >= set(SUBSCRIBED)
    await carry_out(page.graph, first)
    again = await plan(page.graph, PAGE, APP, wanted)
    assert not again.changes
    assert again.lines() == []


async def test_planning_changes_nothing(page: Page, wanted: Offers) -> None:
    before = dict(page.simulator.twin.profile)
    await plan(page.graph, PAGE, APP, wanted)
    assert page.simulator.twin.profile == before


async def test_what_was_changed_by_hand_is_shown_and_put_right(page: Page, wanted: Offers) -> None:
    await carry_out(page.graph, await plan(page.graph, PAGE, APP, wanted))
    page.simulator.twin.profile["greeting"] = [{"locale": "default", "text": "Cześć"}]
    planned = await plan(page.graph, PAGE, APP, wanted)
    assert list(planned.profile) == ["greeting"]
    assert any("Cześć" in line for line in planned.lines())
    await carry_out(page.graph, planned)
    assert page.simulator.twin.profile["greeting"][0]["text"] == wanted.greeting


async def test_a_field_that_somebody_added_stays_subscribed(page: Page, wanted: Offers) -> None:
    page.simulator.twin.subscribed_fields = ["messages", "feed"]
    await carry_out(page.graph, await plan(page.graph, PAGE, APP, wanted))
    assert {*SUBSCRIBED, "feed"} <= set(page.simulator.twin.subscribed_fields)


async def test_the_daily_look_finds_a_lost_subscription_and_a_dead_token(page: Page, wanted: Offers) -> None:
    await carry_out(page.graph, await plan(page.graph, PAGE, APP, wanted))
    assert await look(page.graph, PAGE, APP) == "well"
    assert await look(page.stranger, PAGE, APP) == "page_token"
    page.simulator.twin.subscribed_fields = []
    assert await look(page.graph, PAGE, APP) == "page_unsubscribed"


async def test_every_offer_means_something_when_it_is_tapped(wanted: Offers, database_url: str) -> None:
    database = Database(database_url)
    texts = load_texts(ROOT)
    await database.run(lambda tx: remember(tx, texts))
    payloads = [wanted.get_started, *(each.payload for each in wanted.ice_breakers)]
    payloads += [item.payload for item in wanted.menu if hasattr(item, "payload")]
    for payload in payloads:
        assert (await database.read(lambda tx, p=payload: outbox.button_command(tx, p)))["kind"] == "intent"  # type: ignore[misc,index]
    database.close()


def test_the_menu_leads_to_the_notice_that_the_assistant_names(wanted: Offers) -> None:
    notice = load_texts(ROOT).privacy_page
    assert notice.startswith("https://")
    assert notice in [getattr(item, "url", None) for item in wanted.menu]


def test_a_greeting_too_long_names_its_file() -> None:
    texts = load_texts(ROOT)
    texts.sections["profile"] = {**texts.section("profile"), "greeting": "x" * 161}
    with pytest.raises(ContentFault, match=r"profil\.yml"):
        offers(texts)
