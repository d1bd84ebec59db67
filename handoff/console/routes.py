"""Puts the console's addresses together under /konsola."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

from fastapi import Depends, FastAPI, Request
from redis.asyncio import Redis

from bot.clock import Clock
from bot.errors import DyzurnyError
from bot.settings import Settings
from bot.store.database import Database
from handoff.console import (
    account_routes,
    act_routes,
    case_routes,
    comment_routes,
    company_entrance,
    complaint_routes,
    duty_routes,
    entrance,
    house_routes,
    incident_routes,
    learning_routes,
    privacy_routes,
    question_routes,
    report_routes,
    screen_routes,
    security,
)
from handoff.console.room import furnish
from handoff.console.security import PATH
from handoff.desk import Desk
from handoff.ports import Names

PARTS = (
    entrance.router,
    company_entrance.router,
    screen_routes.router,
    act_routes.router,
    question_routes.router,
    case_routes.router,
    complaint_routes.router,
    duty_routes.router,
    house_routes.router,
    report_routes.router,
    account_routes.router,
    learning_routes.router,
    incident_routes.router,
    comment_routes.router,
    privacy_routes.router,
)


Enter = Callable[[Request], Awaitable[None]]


def add_console(
    app: FastAPI, desk: Desk, database: Database, redis: Redis, settings: Settings, names: Names, clock: Clock
) -> None:
    """Everything under /konsola, each address behind the entrance."""
    add_addresses(app, entrance_to(desk, database, redis, settings, names, clock))


def entrance_to(desk: Desk, database: Database, redis: Redis, settings: Settings, names: Names, clock: Clock) -> Enter:
    """What every request goes through first, whatever it asks for: into the room of this desk."""
    room = furnish(desk, database, redis, settings, names, clock)

    async def enter(request: Request) -> None:
        request.state.room = room
        await security.refuse_unstorable(request)
        if room.desk.floor.house.is_due:
            with contextlib.suppress(DyzurnyError):
                await database.read(room.desk.floor.house.look)

    return enter


def add_addresses(app: FastAPI, enter: Enter) -> None:
    """Every address of the console, each behind `enter`.

    One by one and with the prefix: FastAPI then puts them together when the first of them is asked for. Without a
    prefix it does so at once to check it, a fifth of a second before the first webhook can be taken.
    """
    for part in PARTS:
        app.include_router(part, prefix=PATH, dependencies=[Depends(enter)], include_in_schema=False)
