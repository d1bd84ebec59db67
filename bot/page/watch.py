"""Looks once a day whether each page still sends us its events: Meta drops it after an hour of failed deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.logs import logger
from bot.messenger.errors import Disposition, GraphError
from bot.messenger.graph import GraphClient
from bot.metrics import ALARM
from bot.page.setup import missing_fields

log = logger("page")

SETUP_FAULTS = (Disposition.TOKEN_DEAD, Disposition.FIX_SETUP, Disposition.STOP_PAGE)

EVERY_S = 24 * 3600.0
# A look that could not be taken says nothing about the page, and is repeated sooner.
AGAIN_S = 600.0


async def watch(graph: GraphClient, pages: Sequence[str], app_id: str) -> None:
    """Look for ever; the alarms `page_unsubscribed` and `page_token` say what was found."""
    while True:
        looked = [await look(graph, page_id, app_id) for page_id in pages]
        ALARM.labels(what="page_unsubscribed").set(any(each == "page_unsubscribed" for each in looked))
        if "unknown" not in looked:
            ALARM.labels(what="page_token").set(any(each == "page_token" for each in looked))
        await asyncio.sleep(AGAIN_S if "unknown" in looked else EVERY_S)


async def look(graph: GraphClient, page_id: str, app_id: str) -> str:
    """`well`, `page_unsubscribed`, `page_token`, or `unknown` while the platform does not answer."""
    try:
        fields = tuple((await graph.subscriptions(page_id)).get(app_id, ()))
    except GraphError as error:
        found = "page_token" if error.failure.disposition in SETUP_FAULTS else "unknown"
    else:
        found = "page_unsubscribed" if missing_fields(fields) else "well"
    if found == "unknown":
        log.warning("page_not_looked_at", page=page_id)
    elif found != "well":
        log.error("page_looked_at", page=page_id, found=found)
    return found
