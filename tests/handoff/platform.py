"""The platform's answers to what the desk itself asks: personas and threads; it notes what was asked."""

from __future__ import annotations

from bot.messenger.errors import NOT_CONNECTED, GraphError
from bot.messenger.graph import Persona


class StandInPlatform:
    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.made: list[tuple[str, str, str]] = []
        self.taken: list[str] = []
        self.passed: list[tuple[str, str, str]] = []
        self.hidden: list[str] = []
        self.answered: list[tuple[str, str]] = []

    def _answer(self) -> None:
        if self.refuses:
            raise GraphError(NOT_CONNECTED)

    async def create_persona(self, page_id: str, name: str, picture_url: str) -> Persona:
        self._answer()
        self.made.append((page_id, name, picture_url))
        return Persona(f"persona-{len(self.made)}", name, picture_url)

    async def take_thread_control(self, page_id: str, psid: str, metadata: str = "") -> None:
        self._answer()
        self.taken.append(psid)

    async def pass_thread_control(self, page_id: str, psid: str, app_id: str, metadata: str = "") -> None:
        self._answer()
        self.passed.append((psid, app_id, metadata))

    async def hide_comment(self, page_id: str, comment_id: str) -> None:
        self._answer()
        self.hidden.append(comment_id)

    async def answer_comment(self, page_id: str, comment_id: str, text: str) -> None:
        self._answer()
        self.answered.append((comment_id, text))
