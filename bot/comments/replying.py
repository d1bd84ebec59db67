"""Reads new comments and sends each question or complaint its one private reply, beside the worker's lanes.

The record says who replies: a comment is marked as being replied to in one statement before the call. Where the answer
to the call is lost, the platform is asked whether the comment may still be replied to before anything is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from bot.clock import Clock
from bot.comments import deciding
from bot.comments.private_data import excerpt
from bot.comments.reading import Kind, read
from bot.dialogue.rendering import Listener, Renderer, token_of
from bot.errors import DyzurnyError
from bot.incidents.telling import Consoles
from bot.language import Address
from bot.logs import logger
from bot.messenger import messages as wire
from bot.messenger.errors import GraphError
from bot.messenger.graph import Post, PublicComment, Sent
from bot.messenger.limits import QUICK_REPLY_TITLE
from bot.store import comments, conversations, messages, outbox
from bot.store.comments import Comment, State
from bot.store.database import Database, Tx
from bot.store.messages import Author, Status
from bot.store.times import to_ms

TICK_S = 1.0
AT_ONCE = 10
# How long a comment that somebody took up is left to them.
TAKEN_MS = 60_000
TEXTS = "komentarze"
PERSON = "konsultant"
METADATA = "comment:"

log = logger("comments")


class Platform(Protocol):
    """`bot.messenger.graph.GraphClient`, as far as comments go. Raises GraphError."""

    async def private_reply(self, page_id: str, comment_id: str, message: Mapping[str, Any]) -> Sent: ...

    async def comment(self, page_id: str, comment_id: str) -> PublicComment: ...

    async def post(self, page_id: str, post_id: str) -> Post: ...

    async def answer_comment(self, page_id: str, comment_id: str, text: str) -> None: ...


class Replying:
    def __init__(
        self,
        database: Database,
        platform: Platform,
        parse: Callable[[str], Awaitable[Mapping[str, Any]]],
        renderer: Callable[[], Renderer],
        desk: Consoles,
        clock: Clock,
        *,
        public_answer: bool = False,
    ) -> None:
        """`parse` is the model's reading of a text. `public_answer`: the approved text is put under the comment too."""
        self.database = database
        self.platform = platform
        self.parse = parse
        self.renderer = renderer
        self.desk = desk
        self.clock = clock
        self.public_answer = public_answer

    async def run(self) -> None:
        """Until cancelled; a failed round is a round less."""
        while True:
            try:
                await self.round()
            except DyzurnyError as error:
                log.error("comment_round_failed", code=error.code)
            except Exception:
                log.exception("comment_round_failed")
            await asyncio.sleep(TICK_S)

    async def round(self) -> None:
        for comment in await self._claim(State.NEW):
            await self._read(comment)
        for comment in await self._claim(State.REPLYING):
            await self._settle_doubt(comment)
        for comment in await self._claim(State.TO_REPLY):
            await self._reply(comment)

    async def _claim(self, state: State) -> list[Comment]:
        now = self._now()
        waiting = await self.database.read(lambda tx: comments.are_due(tx, state, now))
        if not waiting:
            return []
        return await self.database.run(lambda tx: comments.claim(tx, state, now, now + TAKEN_MS, AT_ONCE))

    def _now(self) -> int:
        return to_ms(self.clock())

    async def _read(self, comment: Comment) -> None:
        """Without the model (RasaUnavailable) it stays new, and is taken up again when its time is over."""
        reading = read(comment.text, await self.parse(comment.text))
        post = await self._post_of(comment) if reading.kind is not Kind.OTHER or comment.sensitive else None
        state = State.PASSED if reading.kind is Kind.OTHER else State.TO_REPLY
        values = {"kind": reading.kind.value, "intent": reading.intent, "state": state.value, "due_at": self._now()}
        if post is not None:
            link = post.link if post.link and post.link.startswith("https://") else comment.link
            values |= {"post_text": post.text, "link": link}

        def work(tx: Tx) -> None:
            # Removed or written anew meanwhile: what was read of it is about other words.
            current = comments.find(tx, comment.id)
            if current is not None and current.text == comment.text and current.state == State.NEW.value:
                comments.change(tx, comment.id, **values)
            self.desk.announce(tx, "comment")

        await self.database.run(work)

    async def _post_of(self, comment: Comment) -> Post | None:
        if comment.post_id is None:
            return None
        try:
            return await self.platform.post(comment.page_id, comment.post_id)
        except GraphError:
            return None

    async def _reply(self, comment: Comment) -> None:
        now = self._now()
        if deciding.is_late(comment.at, now):
            await self._change(comment, state=State.LATE.value)
            return
        if not await self._may(comment, State.PASSED):
            return
        sent_lately = await self.database.read(
            lambda tx: comments.replied_since(tx, comment.page_id, now - deciding.HOUR_MS)
        )
        if sent_lately >= deciding.AN_HOUR:
            return
        body, text, commands = self._message(comment)
        if not await self.database.run(lambda tx: self._begin(tx, comment, commands, now)):
            return
        try:
            sent = await self.platform.private_reply(comment.page_id, comment.id, body)
        except GraphError as error:
            then = deciding.after(error.failure, comment.attempts + 1)
            log.warning("private_reply_failed", code=then.failure, attempts=comment.attempts + 1)
            await self._change(comment, state=then.state.value, due_at=self._now() + then.in_ms, failure=then.failure)
            return
        await self.database.run(lambda tx: self._sent(tx, comment, sent, text))
        if self.public_answer:
            await self._answer_in_public(comment)

    async def _settle_doubt(self, comment: Comment) -> None:
        """No answer came to the call, nor an echo since: if the platform would take a reply, none has left."""
        if await self._may(comment, State.REPLIED):
            await self._change(comment, state=State.TO_REPLY.value, due_at=self._now())

    async def _may(self, comment: Comment, otherwise: State) -> bool:
        """Whether the platform says that it may be replied to; if not, it is settled as `otherwise`."""
        try:
            found = await self.platform.comment(comment.page_id, comment.id)
        except GraphError as error:
            then = deciding.after(error.failure, comment.attempts + 1)
            again = then.state is State.REPLYING or then.in_ms > 0
            values: dict[str, Any] = {"attempts": comment.attempts + 1, "failure": then.failure}
            values |= {"due_at": self._now() + then.in_ms} if again else {"state": State.FAILED.value}
            await self._change(comment, **values)
            return False
        if found.can_reply_privately:
            return True
        done = {"replied_at": self._now()} if otherwise is State.REPLIED else {}
        await self._change(comment, state=otherwise.value, **done)
        return False

    async def _change(self, comment: Comment, **values: Any) -> None:
        def work(tx: Tx) -> None:
            comments.change(tx, comment.id, **values)
            self.desk.announce(tx, "comment")

        await self.database.run(work)

    @staticmethod
    def _begin(tx: Tx, comment: Comment, commands: list[Mapping[str, Any]], now: int) -> bool:
        for command in commands:
            outbox.remember_button(tx, token_of(command), dict(command))
        return comments.begin(tx, comment.id, (State.TO_REPLY,), now + TAKEN_MS)

    def _message(self, comment: Comment) -> tuple[dict[str, Any], str, list[Mapping[str, Any]]]:
        """The Send API's message, its text, and what its buttons mean. Nothing is known of the author yet: Państwo."""
        renderer = self.renderer()
        texts = renderer.texts
        name = "reklamacja" if comment.kind == Kind.COMPLAINT.value else "pytanie"
        slots = {**texts.section("firma"), "tresc": excerpt(comment.text, self.clock())}
        text = renderer.preview(str(texts.section(TEXTS)[name]), slots, Listener(Address.PANSTWO))
        intents = [each for each in (comment.intent, PERSON) if each]
        commands: list[Mapping[str, Any]] = [{"kind": "intent", "intent": each} for each in intents]
        titles = [str(texts.section("intent_titles").get(each, ""))[:QUICK_REPLY_TITLE] for each in intents]
        offered = [
            wire.QuickReply(title, token_of(command)) for title, command in zip(titles, commands, strict=True) if title
        ]
        return wire.text(text, offered, metadata=f"{METADATA}{comment.id}"), text, commands

    def _sent(self, tx: Tx, comment: Comment, sent: Sent, text: str) -> None:
        now = self._now()
        values: dict[str, Any] = {"state": State.REPLIED.value, "replied_at": now, "failure": None}
        if sent.recipient_id:
            opened = conversations.find_or_create(tx, comment.page_id, sent.recipient_id, now)
            values["conversation_id"] = opened.id
            messages.add(
                tx,
                conversation_id=opened.id,
                mid=sent.message_id,
                outbox_id=f"{METADATA}{comment.id}",
                author=Author.BOT.value,
                text=text,
                content={"comment": comment.id},
                status=Status.SENT.value,
                at=now,
            )
            self.desk.changed(tx, opened.id, "message", mid=sent.message_id)
        comments.change(tx, comment.id, **values)
        self.desk.announce(tx, "comment")

    async def _answer_in_public(self, comment: Comment) -> None:
        """The approved text, once: noted before it is sent, because twice in public is worse than never."""
        text = str(self.renderer().texts.section(TEXTS)["publicznie"])
        now = self._now()

        def note(tx: Tx) -> bool:
            current = comments.find(tx, comment.id)
            if current is None or current.public_at is not None:
                return False
            comments.change(tx, comment.id, public_text=text, public_at=now)
            return True

        if not await self.database.run(note):
            return
        try:
            await self.platform.answer_comment(comment.page_id, comment.id, text)
        except GraphError as error:
            log.warning("public_answer_failed", disposition=error.failure.disposition.value)
            if error.failure.status is not None:
                await self._change(comment, public_text=None, public_at=None)


def echoed(tx: Tx, metadata: str, conversation_id: str, now: int) -> bool:
    """The echo of a private reply came: it has left, whatever became of the call. False: not one of ours."""
    if not metadata.startswith(METADATA):
        return False
    id = metadata.removeprefix(METADATA)
    found = comments.find(tx, id)
    if found is not None:
        left = {"state": State.REPLIED.value, "replied_at": found.replied_at or now, "failure": None}
        comments.change(tx, id, conversation_id=conversation_id, **left)
    return True
