"""The composition root: settings → services → web app or worker. Imports everybody; nobody imports it.

Start here to follow a message: bot/front/door.py takes a delivery, bot/intake/reception.py puts its events into
mailboxes, bot/intake/worker.py claims them, bot/intake/events.py and turns.py handle them, bot/outbox/sender.py sends
the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
from redis.asyncio import Redis

from bot import failpoints, logs, traces
from bot.cases.sealing import sealer_if_any, sealer_of
from bot.clock import utc_now
from bot.dialogue.client import RasaClient
from bot.dialogue.flows import Flows
from bot.dialogue.rendering import Renderer
from bot.dialogue.texts import Texts
from bot.editions.service import Editions
from bot.errors import Rejected
from bot.http_transport import PlainClient
from bot.intake import lives
from bot.intake.connections import FOR_ALL_ELSE, FOR_WEBHOOKS, connect
from bot.intake.lanes import Lanes, lanes
from bot.intake.lives import NOBODY, Life
from bot.messenger.graph import GraphClient
from bot.outbox.speaker import Speaker
from bot.settings import DEMO_PAGE, Settings
from bot.store.database import Database
from bot.store.times import to_ms
from handoff.desk import Desk

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.crm import Crm
    from bot.intake.turns import Turns
    from bot.intake.worker import Worker
    from bot.simulator.parts import SimulatorParts

# What only one of the processes is made of is loaded where it is composed: the other starts sooner and stays smaller.


@dataclass(slots=True)
class Services:
    """Everything both processes are made of. `close` lets go of connections and threads."""

    settings: Settings
    redis: Redis
    database: Database
    http: httpx.AsyncClient
    graph: GraphClient
    lanes: Lanes
    texts: Texts
    flows: Flows
    editions: Editions
    speaker: Speaker
    desk: Desk
    rasa: RasaClient

    async def close(self) -> None:
        await self.http.aclose()
        await self.redis.aclose()
        await asyncio.to_thread(self.database.close)
        self.lanes.inward.life.leave()


def compose(settings: Settings, life: Life = NOBODY) -> Services:
    """Make the services; nothing is connected to before it is used."""
    redis = connect(settings.redis_url, FOR_ALL_ELSE)
    database = Database(settings.database_url, sealer_if_any(settings))
    http = PlainClient(httpx.Timeout(settings.send_timeout.total_seconds(), connect=3))
    tokens = {page: token.get_secret_value() for page, token in settings.page_tokens.items()}
    graph = GraphClient(settings.graph_url, tokens, http)
    both = lanes(redis, settings.lease, life)
    editions = Editions(settings)
    texts, flows = editions.texts, editions.flows
    speaker = Speaker(Renderer(texts), both, graph, editions.renderer_of)
    rasa = RasaClient(
        editions.urls,
        http,
        timeout=settings.rasa_timeout.total_seconds(),
        in_flight=settings.rasa_in_flight,
    )
    desk = Desk(
        database,
        redis,
        speaker,
        settings,
        texts,
        utc_now,
        wake_timers=both.ring_timers,
        field_kind=flows.field_kind,
        platform=graph,
        compiled=lambda: flows.compiled,
    )
    return Services(settings, redis, database, http, graph, both, texts, flows, editions, speaker, desk, rasa)


def create_worker(settings: Settings | None = None) -> Worker:
    """The worker process: `await create_worker().run()`."""
    from bot.branches import Branches
    from bot.crm import CompanyFacts
    from bot.dialogue.acts import Acts
    from bot.dialogue.alike import SharedDialogue
    from bot.intake.acquaintance import Acquaintance
    from bot.intake.events import Events
    from bot.intake.footprints import Footprints
    from bot.intake.media import Media
    from bot.intake.patience import Patience
    from bot.intake.turns import Turns
    from bot.intake.warming import warm
    from bot.intake.worker import Worker
    from bot.outbox.rates import Rates
    from bot.outbox.sender import Sender
    from bot.page.watch import watch as watch_pages
    from bot.privacy.retention import Retention
    from bot.reports.ledger import Ledger
    from bot.reports.letter import Letter
    from bot.reports.upkeep import Upkeep

    settings = settings or Settings()
    logs.configure(settings.log_level)
    failpoints.arm(settings.failpoint)
    traces.configure("worker", settings.traces_url, settings.traces_share)
    made = compose(settings, lives.begin(settings.var_dir / "run"))
    facts = CompanyFacts(_crm(made), utc_now)
    sealer = sealer_of(settings)
    opening = made.desk.floor.house.is_open
    acts = Acts(made.database, facts, Branches(), sealer, made.flows.sensitive, opening)
    # A field that a new edition calls sensitive is sealed from its first answer on.
    made.editions.listen(lambda: setattr(acts, "sensitive", made.flows.sensitive))
    dialogue = SharedDialogue(made.rasa, acts, made.editions, room=settings.rasa_in_flight * len(made.editions.urls))
    turns = Turns(
        made.database,
        dialogue,
        made.speaker,
        made.desk,
        Acquaintance(made.database, made.graph, facts, utc_now),
        settings,
        utc_now,
        lambda: made.flows.sensitive,
        Ledger(lambda: made.flows.compiled),
    )
    sender = Sender(made.database, made.graph, Rates(made.redis, settings), made.desk, utc_now)
    hosts = settings.media_hosts.split()
    if settings.has_simulator:
        hosts.append(f"{settings.host}:{settings.port}")
    media = Media(made.database, made.http, settings.var_dir / "media", hosts)
    events = Events(made.database, turns, made.desk, media, settings, utc_now, Footprints(made.redis))
    patience = Patience(made.lanes.inward, made.speaker, made.database)
    pages = partial(watch_pages, made.graph, list(settings.page_tokens), settings.app_id)
    retention = Retention(made.database, settings, utc_now)
    letter = Letter(made.database, settings, utc_now, made.texts.flow_name, made.texts.field_label)
    upkeep = Upkeep(made.database, utc_now, letter)
    besides: list[Callable[[], Coroutine[Any, Any, None]]] = [warm, pages, patience.run, retention.watch, upkeep.watch]
    besides += _public_side(made, turns)
    worker = Worker(made.lanes, events, sender, made.speaker, made.desk, made.database, settings, besides)
    worker.close = made.close
    dialogue.is_crowded = worker.is_crowded
    return worker


def _public_side(made: Services, turns: Turns) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """What reaches many at once: incidents, which turns speak of as well, and comments under the page's posts."""
    from bot.comments.replying import Replying
    from bot.incidents.telling import Telling
    from bot.incidents.watch import Watch as RiseWatch

    telling = Telling(made.database, made.speaker, made.desk, made.settings.page_rate, utc_now)
    turns.telling = telling
    replying = Replying(
        made.database,
        made.graph,
        lambda text: made.rasa.understands(made.editions.urls[0], text),
        lambda: made.speaker.renderer,
        made.desk,
        utc_now,
        public_answer=made.settings.comment_public_answer,
    )
    return [telling.run, RiseWatch(made.database, made.desk, utc_now).run, replying.run]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The web process. Raises Rejected when a setting is missing without which it would be unsafe."""
    from fastapi import FastAPI

    from bot.front import routes
    from bot.front.door import Door
    from bot.front.face import Face
    from bot.front.tries import Tries
    from bot.front.visitors import networks
    from bot.intake.reception import Reception
    from bot.readiness import Readiness
    from handoff.accounts import ensure_demo_agents
    from handoff.console import add_console

    settings = settings or Settings()
    logs.configure(settings.log_level)
    failpoints.arm(settings.failpoint)
    traces.configure("web", settings.traces_url, settings.traces_share)
    if settings.app_secret is None or settings.verify_token is None:
        raise Rejected(
            "DYZURNY_APP_SECRET and DYZURNY_VERIFY_TOKEN must be set: without them anybody could write as a customer."
            " `make run` makes them itself in demo mode."
        )
    made = compose(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(made.close)
            stack.push_async_callback(taking.aclose)
            following = asyncio.create_task(made.editions.follow())
            stack.callback(following.cancel)
            if settings.demo:
                await made.database.run(lambda tx: ensure_demo_agents(tx, to_ms(utc_now())))
            if simulator is not None:
                await stack.enter_async_context(simulator.running())
                await _show_offers(made, simulator)
            yield

    app = FastAPI(
        title="Dyżurny",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # It would lead to whatever host the caller named.
        redirect_slashes=False,
        lifespan=lifespan,
    )
    # Connections of their own: consoles that listen must not keep a webhook waiting.
    taking = connect(settings.redis_url, FOR_WEBHOOKS, together=False)
    inward = lanes(taking, settings.lease).inward
    reception = Reception(inward, settings.app_secret.get_secret_value(), utc_now, settings.app_id)
    routes.verification(app, settings)
    routes.erasure(app, settings, made.database, made.texts, made.lanes.ring_timers)
    routes.health(app, Readiness(made.redis, made.database, made.rasa), made.lanes)
    add_console(app, made.desk, made.database, made.redis, settings, made.texts, utc_now)
    simulator = _simulator(settings) if settings.has_simulator else None
    if simulator is not None:
        app.include_router(simulator.router)
    door = Door(
        app.build_middleware_stack(),
        reception,
        limit=settings.body_limit,
        forged=Tries(settings.forged_deliveries),
        trusted=networks(settings.trusted_proxies),
        clock=utc_now,
    )
    # Around everything, also around the framework's answer to a fault of ours.
    app.middleware_stack = Face(door, settings.public_url)
    return app


def _simulator(settings: Settings) -> SimulatorParts:
    """A twin of the platform in our own process: demo mode only, and never beside a real page's token."""
    from bot.simulator.parts import create_simulator

    assert settings.app_secret is not None
    return create_simulator(
        page_id=DEMO_PAGE,
        page_name=settings.page_name,
        app_id=settings.app_id,
        app_secret=settings.app_secret.get_secret_value(),
        page_token=settings.page_tokens[DEMO_PAGE].get_secret_value(),
        webhook_url=f"http://{settings.host}:{settings.port}/webhook",
        public_url=f"http://{settings.host}:{settings.port}",
    )


async def _show_offers(made: Services, simulator: SimulatorParts) -> None:
    """What `dyzurny page setup` does for a real page."""
    from bot.messenger.profile import profile_body
    from bot.page.offers import offers, remember
    from bot.page.setup import SUBSCRIBED

    simulator.twin.profile = profile_body(offers(made.texts))
    simulator.twin.subscribed_fields = list(SUBSCRIBED)
    await made.database.run(lambda tx: remember(tx, made.texts))


def _crm(made: Services) -> Crm:
    from bot.crm import DemoCrm, HttpCrm

    settings = made.settings
    if not settings.crm_url:
        return DemoCrm()
    token = settings.crm_token.get_secret_value() if settings.crm_token else ""
    return HttpCrm(settings.crm_url, token, client=made.http)
