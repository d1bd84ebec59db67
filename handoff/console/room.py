"""What every address of the console works with, and who is asking: FastAPI dependencies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Query, Request
from redis.asyncio import Redis

from bot.clock import Clock
from bot.settings import Settings
from bot.store.agents import Agent, Role
from bot.store.database import Database
from bot.store.desk_queries import List
from handoff.accounts import Accounts
from handoff.console.pages import Pages
from handoff.console.screens import Screens, View
from handoff.console.security import PATH, Door
from handoff.console.stream import Streams
from handoff.desk import Desk
from handoff.oidc import Provider
from handoff.ports import Names
from handoff.side_acts import NotAllowed

if TYPE_CHECKING:
    from bot.insight.taking import Taking

# Where the company's own provider sends people back to.
BACK = f"{PATH}/wejscie/firma/powrot"


@dataclass(frozen=True)
class Room:
    desk: Desk
    settings: Settings
    door: Door
    pages: Pages
    screens: Screens
    streams: Streams
    provider: Provider | None

    @cached_property
    def taking(self) -> Taking:
        """Loaded when an editor looks: what checks content comes with it."""
        from bot.insight.taking import Taking

        return Taking(self.settings.content_dir)


def furnish(desk: Desk, database: Database, redis: Redis, settings: Settings, names: Names, clock: Clock) -> Room:
    pages = Pages(names, settings, clock)
    return Room(
        desk=desk,
        settings=settings,
        door=Door(Accounts(database, clock), settings),
        pages=pages,
        screens=Screens(desk, redis, pages, names),
        streams=Streams(desk, redis, pages),
        provider=Provider(settings, f"{settings.public_url}{BACK}", clock) if settings.oidc_issuer else None,
    )


async def _room(request: Request) -> Room:
    room = request.state.room
    assert isinstance(room, Room)
    return room


InRoom = Annotated[Room, Depends(_room)]


async def _somebody(request: Request, room: InRoom) -> Agent:
    return await room.door.agent(request)


BySomebody = Annotated[Agent, Depends(_somebody)]


def _with(right: Callable[[Role], bool]) -> Callable[[Agent], Awaitable[Agent]]:
    async def check(agent: BySomebody) -> Agent:
        if not right(agent.rights):
            raise NotAllowed
        return agent

    return check


async def _view(lista: str = List.WAITING.value, q: str = "", dzial: str = "") -> View:
    """What the address says of the left pane; a list that does not exist is the first one."""
    known = {which.value for which in List}
    return View(List(lista) if lista in known else List.WAITING, q, dzial)


# Who may ask; tests/handoff/test_rights.py holds every address to one of these.
ByAgent = Annotated[Agent, Depends(_with(lambda role: role.serves))]
BySupervisor = Annotated[Agent, Depends(_with(lambda role: role.supervises))]
ByEditor = Annotated[Agent, Depends(_with(lambda role: role.edits))]
ByAdministrator = Annotated[Agent, Depends(_with(lambda role: role.administers))]
InView = Annotated[View, Depends(_view)]
# htmx says that it asks; without it (or without JavaScript) whole pages are answered.
# No database counts further, and SQLite's driver fails on what is longer.
MOST = 2**63 - 1
Number = Annotated[int, Query(ge=0, le=MOST)]
Htmx = Annotated[str | None, Header(alias="HX-Request")]
