"""What people do with public comments: hide one, answer it in public, call it done. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.clock import Clock
from bot.comments.private_data import sensitive
from bot.errors import Refused, Rejected
from bot.messenger.errors import GraphError
from bot.store import audit, comments
from bot.store.agents import Agent
from bot.store.comments import Comment
from bot.store.database import Database, Tx
from bot.store.times import to_ms

ANSWER_LIMIT = 2_000


class Platform(Protocol):
    """`bot.messenger.graph.GraphClient`, as far as people's own acts go. Raises GraphError."""

    async def hide_comment(self, page_id: str, comment_id: str) -> None: ...

    async def answer_comment(self, page_id: str, comment_id: str, text: str) -> None: ...


class Comments:
    def __init__(
        self, database: Database, platform: Platform | None, announce: Callable[[Tx, str], None], clock: Clock
    ) -> None:
        self.database = database
        self.platform = platform
        self.announce = announce
        self.clock = clock

    async def hide(self, agent: Agent, id: str) -> None:
        """Only its author and their friends see it from now on. Hidden twice is hidden once."""
        comment = await self._find(id)
        if comment.hidden_at is None:
            try:
                await self._there().hide_comment(comment.page_id, id)
            except GraphError:
                raise Refused(code="graph_refused") from None
            await self._note(agent, id, "comment_hidden", hidden_at=self._now(), hidden_by=agent.id)

    async def answer(self, agent: Agent, id: str, text: str) -> None:
        """In public, under the page's name: once a comment, and without anybody's data in it."""
        text = text.strip()
        if not text or len(text) > ANSWER_LIMIT:
            raise Rejected(code="comment_text")
        if sensitive(text, self.clock()):
            raise Rejected(code="comment_exposes")
        comment = await self._find(id)
        values = {"public_text": text, "public_by": agent.id, "public_at": self._now()}
        # Noted first, in one statement: of two agents one answers, and a lost answer is not sent twice.
        if not await self.database.run(lambda tx: comments.begin_public(tx, id, **values)):
            raise Refused(code="comment_answered")
        try:
            await self._there().answer_comment(comment.page_id, id, text)
        except GraphError as error:
            if error.failure.status is not None:
                await self._note(agent, id, "comment_answer_refused", public_text=None, public_by=None, public_at=None)
            raise Refused(code="graph_refused") from None
        await self._note(agent, id, "comment_answered")

    async def settle(self, agent: Agent, id: str) -> None:
        """Done: it leaves the list."""
        if (await self._find(id)).settled_at is not None:
            raise Refused(code="comment_settled")
        await self._note(agent, id, "comment_settled", settled_at=self._now(), settled_by=agent.id)

    def _now(self) -> int:
        return to_ms(self.clock())

    def _there(self) -> Platform:
        if self.platform is None:
            raise Refused(code="graph_refused")
        return self.platform

    async def _find(self, id: str) -> Comment:
        found = await self.database.read(lambda tx: comments.find(tx, id))
        if found is None or found.removed_at is not None:
            raise Refused(code="no_such_comment")
        return found

    async def _note(self, agent: Agent, id: str, what: str, **values: object) -> None:
        def work(tx: Tx) -> None:
            if values:
                comments.change(tx, id, **values)
            audit.note(tx, at=self._now(), who=f"agent:{agent.id}", what=what, subject=id)
            self.announce(tx, "comment")

        await self.database.run(work)
