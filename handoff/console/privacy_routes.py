"""Addresses of data protection: everything about one customer as a file, and its erasure, for whoever supervises."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.cases.sealing import sealer_of
from bot.errors import Rejected
from bot.privacy import requests
from bot.privacy.export import gather, write
from bot.store.database import Tx
from bot.store.times import to_ms
from handoff.console.room import BySupervisor, InRoom
from handoff.console.route import ConsoleRoute

# Beyond it the file is written to the disk, into a place without a name.
IN_MEMORY = 8 * 1024 * 1024
_PIECE = 256 * 1024

router = APIRouter(route_class=ConsoleRoute)


@router.post("/rozmowa/{id}/wydanie")
async def export(room: InRoom, agent: BySupervisor, id: str) -> Response:
    """Sealed answers are opened in it: that it was made is on record, with who made it."""
    sealer, var_dir, now = sealer_of(room.settings), room.settings.var_dir, to_ms(room.pages.clock())
    gathered = await room.desk.database.run(
        lambda tx: gather(tx, id, sealer, var_dir, who=f"agent:{agent.id}", now=now)
    )
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by whoever reads it to its end
    await asyncio.to_thread(write, gathered, file)
    file.seek(0)
    name = "klient-" + "".join(sign if sign.isalnum() else "-" for sign in id if sign.isascii()) + ".zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


@router.post("/rozmowa/{id}/usuniecie")
async def erase(room: InRoom, agent: BySupervisor, id: str, pewne: Annotated[str, Form(max_length=8)] = "") -> Response:
    """The worker carries it out, as when the customer asks in the chat; nothing of it can be taken back."""
    if pewne != "tak":
        raise Rejected(code="erasure_unconfirmed")
    now = to_ms(room.pages.clock())

    def plan(tx: Tx) -> str:
        tx.after_commit(room.desk.floor.wake_timers)
        return requests.ask_for(tx, id, who=f"agent:{agent.id}", by="console", now=now)

    code = await room.desk.database.run(plan)
    return HTMLResponse(room.pages.draw("_erasing.html", code=code), headers={"X-Komunikat": "1"})


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
