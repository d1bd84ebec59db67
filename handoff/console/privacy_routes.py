"""Addresses of data protection: everything about one customer as a file, for whoever supervises."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from bot.cases.sealing import sealer_of
from bot.privacy.export import gather, write
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


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
