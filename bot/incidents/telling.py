"""Tells customers of an incident, each once: first in the answer to who asks, at once to who waits, at its end to all.

The answer's part runs in the turn's own transaction; the rest beside the worker's lanes, a few customers a second, so
that what agents write meanwhile leaves before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from bot.clock import Clock
from bot.dialogue.rendering import Listener
from bot.dialogue.turns import Act, Turn
from bot.errors import ContentFault, DyzurnyError
from bot.incidents.concern import WINDOW_MS, subject_of, telling_over, to_say
from bot.language.errors import MarkupError
from bot.logs import logger
from bot.outbox.speaker import Speaker
from bot.store import conversations, incidents
from bot.store.conversations import Conversation
from bot.store.database import Database, Tx
from bot.store.incidents import How, Incident, Over
from bot.store.messages import Author
from bot.store.times import to_ms

TICK_S = 1.0
# Of what the page may send in a second: the rest is for conversations that go on.
SHARE = 0.5
# For how long one process trusts what it last read of the incidents.
KNOWN_MS = 1_000
# Where the desk puts a request that names none (handoff/floor.py).
DEFAULT_DEPARTMENT = "obsluga"

log = logger("incidents")


class Consoles(Protocol):
    """The desk, as far as it shows this."""

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None: ...

    def announce(self, tx: Tx, what: str) -> None:
        """Something beside the conversations changed: an incident, a rise, a comment."""


class Telling:
    """`first` for turns; `run` beside the lanes. Several workers may run it: the record says who was told."""

    def __init__(self, database: Database, speaker: Speaker, desk: Consoles, page_rate: float, clock: Clock) -> None:
        self.database = database
        self.speaker = speaker
        self.most = max(1, int(page_rate * SHARE * TICK_S))
        self.clock = clock
        self.desk = desk
        self._known: tuple[int, list[Incident]] = (0, [])
        self._on: frozenset[int] | None = None

    def first(
        self,
        tx: Tx,
        conversation: Conversation,
        turn: Turn,
        command: Mapping[str, Any] | None,
        *,
        handoff: Act | None,
        listener: Listener,
        now: int,
    ) -> None:
        """Queue what is to be said before the turn's own answer; nothing most of the time.

        `command`: what a tapped button means. `handoff`: the turn asks for a person, to whose time the words belong.
        """
        known = self._look(tx, now)
        if not known:
            return
        department = str(handoff.args.get("department") or DEFAULT_DEPARTMENT) if handoff else None
        subject = subject_of(turn.understood, turn.state, department, command)
        epoch = conversation.epoch + (1 if handoff else 0)
        for incident in to_say(known, subject, now):
            if incidents.told(tx, incident.id, conversation.id, How.ASKED, now):
                self._say(tx, conversation, incident, incident.text, "first", now, epoch=epoch, listener=listener)

    def _look(self, tx: Tx, now: int) -> list[Incident]:
        read_at, known = self._known
        if not 0 <= now - read_at < KNOWN_MS:
            known = incidents.unsettled(tx)
            self._known = (now, known)
        return known

    async def run(self) -> None:
        """Until cancelled; a failed round is a round less."""
        while True:
            try:
                await self.round()
            except DyzurnyError as error:
                log.error("incident_round_failed", code=error.code)
            except Exception:
                log.exception("incident_round_failed")
            await asyncio.sleep(TICK_S)

    async def round(self) -> int:
        """Tell the next few who wait, and the next few to whom it is over; how many were told."""
        now = to_ms(self.clock())
        known = await self.database.read(incidents.unsettled)
        await self._notice_changes(known, now)
        left = self.most
        for incident in known:
            if left > 0 and incident.is_on(now):
                left -= await self.database.run(lambda tx, i=incident, n=left: self._tell_waiting(tx, i, n, now))  # type: ignore[misc]
            elif left > 0 and incident.is_over(now):
                left -= await self.database.run(lambda tx, i=incident, n=left: self._tell_over(tx, i, n, now))  # type: ignore[misc]
        return self.most - left

    async def _notice_changes(self, known: list[Incident], now: int) -> None:
        on = frozenset(each.id for each in known if each.is_on(now))
        if self._on is not None and on != self._on:
            await self.database.run(lambda tx: self.desk.announce(tx, "incident"))
        self._on = on

    def _tell_waiting(self, tx: Tx, incident: Incident, most: int, now: int) -> int:
        found = incidents.waiting_untold(tx, incident, now - WINDOW_MS, now, most)
        for id in found:
            conversation = conversations.find(tx, id)
            if conversation is not None and incidents.told(tx, incident.id, id, How.WAITING, now):
                self._say(tx, conversation, incident, incident.waiting_text, "waiting", now)
        return len(found)

    def _tell_over(self, tx: Tx, incident: Incident, most: int, now: int) -> int:
        found = incidents.to_be_told_over(tx, incident.id, most)
        for told in found:
            over = telling_over(told, now)
            conversation = conversations.find(tx, told.conversation_id)
            if not incidents.note_over(tx, incident.id, told.conversation_id, over, now) or conversation is None:
                continue
            if over is Over.TOLD:
                self._say(tx, conversation, incident, incident.over_text, "over", now)
        if not found:
            incidents.change(tx, incident.id, settled_at=now)
            self.desk.announce(tx, "incident")
        return len(found)

    def _say(
        self, tx: Tx, conversation: Conversation, incident: Incident, text: str, when: str, now: int, **how: Any
    ) -> None:
        """A text that cannot be said after all is logged: it must not keep the answer from the customer."""
        is_answer = when == "first"
        try:
            queued = self.speaker.announce(
                tx,
                conversation,
                text,
                id=f"incident:{incident.id}:{when}:{conversation.id}",
                author=Author.BOT if is_answer else Author.SYSTEM,
                purpose="answer" if is_answer else "notice",
                now=now,
                **how,
            )
        except (ContentFault, MarkupError):
            log.exception("incident_text_broken", incident=incident.id)
            return
        for outbox_id in queued:
            self.desk.changed(tx, conversation.id, "message", outbox_id=outbox_id)
