"""What every address of the console works with, and who is asking: FastAPI dependencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from redis.asyncio import Redis

from bot.clock import Clock
from bot.settings import Settings
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.desk_queries import List
from handoff.accounts import Accounts
from handoff.console.pages import Pages
from handoff.console.screens import Screens, View
from handoff.console.security import Door
from handoff.console.stream import Streams
from handoff.desk import Desk
from handoff.ports import Names


@dataclass(frozen=True)
class Room:
    desk: Desk
    settings: Settings
    door: Door
    pages: Pages
    screens: Screens
    streams: Streams


def furnish(desk: Desk, database: Database, redis: Redis, settings: Settings, names: Names, clock: Clock) -> Room:
    pages = Pages(names, settings, clock)
    return Room(
        desk=desk,
        settings=settings,
        door=Door(Accounts(database, clock), settings),
        pages=pages,
        screens=Screens(desk, redis, pages, names),
        streams=Streams(desk, redis, pages),
    )


async def _room(request: Request) -> Room:
    room = request.state.room
    assert isinstance(room, Room)
    return room


InRoom = Annotated[Room, Depends(_room)]


async def _agent(request: Request, room: InRoom) -> Agent:
    return await room.door.agent(request)


async def _view(lista: str = List.WAITING.value, q: str = "", dzial: str = "") -> View:
    """What the address says of the left pane; a list that does not exist is the first one."""
    known = {which.value for which in List}
    return View(List(lista) if lista in known else List.WAITING, q, dzial)


ByAgent = Annotated[Agent, Depends(_agent)]
InView = Annotated[View, Depends(_view)]
# htmx says that it asks; without it (or without JavaScript) whole pages are answered.
Htmx = Annotated[str | None, Header(alias="HX-Request")]
