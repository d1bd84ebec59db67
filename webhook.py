"""The composition root: settings → services → web app or worker. Imports everybody; nobody imports it.

Start here to follow a message: bot/front/door.py takes a delivery, bot/intake/reception.py puts its events into
mailboxes, bot/intake/worker.py claims them, bot/intake/events.py and turns.py handle them, bot/outbox/sender.py sends
the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl

import httpx
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis

from bot import alarms, failpoints, logs, traces
from bot.branches import Branches
from bot.cases.sealing import sealer_if_any, sealer_of
from bot.clock import utc_now
from bot.comments.replying import Replying
from bot.crm import CompanyFacts, Crm, DemoCrm, HttpCrm
from bot.dialogue.acts import Acts
from bot.dialogue.alike import SharedDialogue
from bot.dialogue.client import RasaClient
from bot.dialogue.flows import Flows
from bot.dialogue.rendering import Renderer
from bot.dialogue.texts import Texts
from bot.editions.service import Editions
from bot.errors import RedisUnavailable, Rejected
from bot.front.door import Door
from bot.front.face import Face
from bot.front.tries import Tries
from bot.front.visitors import networks
from bot.http_transport import PlainClient
from bot.incidents.telling import Telling
from bot.incidents.watch import Watch as RiseWatch
from bot.intake import depth, lives
from bot.intake.acquaintance import Acquaintance
from bot.intake.connections import FOR_ALL_ELSE, FOR_WEBHOOKS, connect
from bot.intake.events import Events
from bot.intake.footprints import Footprints
from bot.intake.lanes import Lanes, lanes
from bot.intake.lives import NOBODY, Life
from bot.intake.media import Media
from bot.intake.patience import Patience
from bot.intake.reception import Reception
from bot.intake.turns import Turns
from bot.intake.worker import Worker
from bot.messenger.graph import GraphClient
from bot.messenger.profile import profile_body
from bot.messenger.signature import parse_signed_request
from bot.outbox.rates import Rates
from bot.outbox.sender import Sender
from bot.outbox.speaker import Speaker
from bot.page.offers import offers, remember
from bot.page.setup import SUBSCRIBED
from bot.page.watch import watch as watch_pages
from bot.privacy import pages as privacy_pages
from bot.privacy import requests
from bot.privacy.retention import Retention
from bot.readiness import Readiness
from bot.reports.ledger import Ledger
from bot.reports.letter import Letter
from bot.reports.upkeep import Upkeep
from bot.settings import DEMO_PAGE, Settings
from bot.store.database import Database
from bot.store.times import to_ms
from handoff.accounts import ensure_demo_agents
from handoff.desk import Desk

if TYPE_CHECKING:
    from bot.simulator.parts import SimulatorParts

# Bytes of a data deletion callback; a real one has about two hundred.
SIGNED_REQUEST_LIMIT = 8 * 1024


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
    turns = Turns(
        made.database,
        SharedDialogue(made.rasa, acts, made.editions, room=settings.rasa_in_flight * len(made.editions.urls)),
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
    besides: list[Callable[[], Coroutine[Any, Any, None]]] = [pages, patience.run, retention.watch, upkeep.watch]
    besides += _public_side(made, turns)
    worker = Worker(made.lanes, events, sender, made.speaker, made.desk, made.database, settings, besides)
    worker.close = made.close
    return worker


def _public_side(made: Services, turns: Turns) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """What reaches many at once: incidents, which turns speak of as well, and comments under the page's posts."""
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
    settings = settings or Settings()
    logs.configure(settings.log_level)
    failpoints.arm(settings.failpoint)
    traces.configure("web", settings.traces_url, settings.traces_share)
    if settings.app_secret is None or settings.verify_token is None:
        raise Rejected(
            "DYZURNY_APP_SECRET and DYZURNY_VERIFY_TOKEN must be set: without them anybody could write as a customer."
            " `make run` makes them itself in demo mode."
        )
    # Only here: the worker has no use for it, and would start later.
    from handoff.console import create_router

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
    taking = connect(settings.redis_url, FOR_WEBHOOKS)
    inward = lanes(taking, settings.lease).inward
    reception = Reception(inward, settings.app_secret.get_secret_value(), utc_now, settings.app_id)
    _verification_route(app, settings)
    _erasure_routes(app, made)
    _health_routes(app, Readiness(made.redis, made.database, made.rasa), made.lanes)
    app.include_router(create_router(made.desk, made.database, made.redis, settings, made.texts, utc_now))
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
    simulator.twin.profile = profile_body(offers(made.texts))
    simulator.twin.subscribed_fields = list(SUBSCRIBED)
    await made.database.run(lambda tx: remember(tx, made.texts))


def _crm(made: Services) -> Crm:
    settings = made.settings
    if not settings.crm_url:
        return DemoCrm()
    token = settings.crm_token.get_secret_value() if settings.crm_token else ""
    return HttpCrm(settings.crm_url, token, client=made.http)


def _verification_route(app: FastAPI, settings: Settings) -> None:
    """Asked once, when somebody enters our address at the platform."""
    assert settings.verify_token is not None
    expected = settings.verify_token.get_secret_value()

    @app.get("/webhook")
    async def verify(
        mode: Annotated[str, Query(alias="hub.mode")] = "",
        token: Annotated[str, Query(alias="hub.verify_token")] = "",
        challenge: Annotated[str, Query(alias="hub.challenge")] = "",
    ) -> Response:
        if mode == "subscribe" and hmac.compare_digest(token.encode(), expected.encode()):
            return PlainTextResponse(challenge)
        return Response(status_code=403)


def _erasure_routes(app: FastAPI, made: Services) -> None:
    """The platform's data deletion callback, and the page on which who asked for it sees its state."""
    settings = made.settings
    assert settings.app_secret is not None
    secret = settings.app_secret.get_secret_value()

    @app.post("/usuwanie-danych")
    async def ask(request: Request) -> Response:
        body = await _body(request, SIGNED_REQUEST_LIMIT)
        form = dict(parse_qsl((body or b"").decode("ascii", "replace")))
        signed = parse_signed_request(secret, form.get("signed_request", ""))
        if signed is None:
            return Response(status_code=403)
        code = requests.code_of(secret, signed)
        if await made.database.run(lambda tx: requests.ask(tx, signed, code, to_ms(utc_now()))):
            # Without the call the worker finds the timers a moment later.
            with contextlib.suppress(RedisUnavailable):
                await made.lanes.ring_timers()
        return JSONResponse({"url": f"{settings.public_url}/usuwanie-danych/{code}", "confirmation_code": code})

    @app.get("/usuwanie-danych/{code}")
    async def state(code: str) -> Response:
        found = await made.database.read(lambda tx: requests.state_of(tx, code))
        page = privacy_pages.draw(
            "status", state=found, code=code, page_name=settings.page_name, privacy_url=made.texts.privacy_page
        )
        status = 404 if found is requests.State.UNKNOWN else 200
        return HTMLResponse(page, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


async def _body(request: Request, limit: int) -> bytes | None:
    """The raw body, or None when it is longer than `limit`; a longer one is not read to its end."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _health_routes(app: FastAPI, readiness: Readiness, both: Lanes) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        return PlainTextResponse("ok")

    @app.get("/readyz")
    async def readyz() -> Response:
        parts = await readiness.parts()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        await asyncio.gather(alarms.look(readiness.database), depth.look(both))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
