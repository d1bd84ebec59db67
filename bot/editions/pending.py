"""Which conversations still need an edition that was left: asked of SQL, by the rule of moving.py."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.clock import utc_now
from bot.dialogue.engine.model import CompiledFlows, from_json
from bot.dialogue.flows import FLOWS_FILE
from bot.editions.folder import BUILD, Edition
from bot.editions.moving import breaks
from bot.store.database import create
from bot.store.schema import conversations
from bot.store.sealed import Seals, seal_with
from bot.store.times import to_ms


def is_needed(database_url: str, old: Edition, new: Edition, within: timedelta, seals: Seals | None = None) -> bool:
    """Whether a conversation that somebody wrote in `within` this time would break on the way from `old` to `new`.

    `seals` opens the snapshots, where they are sealed.
    """
    if old.flows == new.flows:
        return False
    since = to_ms(utc_now() - within)
    asked = select(conversations.c.state).where(
        conversations.c.last_message_at > since, conversations.c.state["flows"].as_string() == old.flows
    )
    before, after = _flows(old.root), _flows(new.root)
    engine = create(database_url)
    if seals is not None:
        seal_with(engine, seals)
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            return any(breaks(before, after, state) for state in connection.scalars(asked))
    finally:
        engine.dispose()


def _flows(root: Path) -> CompiledFlows:
    return from_json(json.loads((root / BUILD / FLOWS_FILE).read_text(encoding="utf-8")))
