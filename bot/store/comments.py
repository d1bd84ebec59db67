"""Comments under the page's posts: taken in, read, answered privately once, and what people did with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.public_schema import comments


class State(StrEnum):
    """Of the private reply."""

    NEW = "new"  # not read yet
    PASSED = "passed"  # neither question nor complaint, or not a person's
    TO_REPLY = "to_reply"  # one is due
    REPLYING = "replying"  # handed to the platform, no answer yet
    REPLIED = "replied"
    LATE = "late"  # more than seven days old by the time it could have left
    FAILED = "failed"  # the platform refuses it for good


@dataclass(frozen=True, slots=True)
class Comment:
    """Instants are UTC milliseconds. `sensitive`: kinds of values, by commas; `public_by` None: the approved text."""

    id: str
    page_id: str
    post_id: str | None
    post_text: str | None
    link: str | None
    author: str | None
    text: str
    kind: str | None
    intent: str | None
    sensitive: str
    state: str
    attempts: int
    due_at: int
    failure: str | None
    conversation_id: str | None
    replied_at: int | None
    public_text: str | None
    public_by: int | None
    public_at: int | None
    hidden_at: int | None
    removed_at: int | None
    settled_at: int | None
    at: int

    @property
    def is_exposed(self) -> bool:
        """It gives something away, and everybody can read it."""
        return bool(self.sensitive) and self.hidden_at is None and self.removed_at is None


_COLUMNS = [comments.c[name] for name in Comment.__dataclass_fields__]
_LAST_WORDS = (State.REPLYING.value, State.REPLIED.value)


def add(tx: Tx, **values: Any) -> bool:
    """Take one in; False when it is there."""
    return insert_or_ignore(tx, comments, values)


def find(tx: Tx, id: str) -> Comment | None:
    row = tx.execute(select(*_COLUMNS).where(comments.c.id == id)).first()
    return None if row is None else Comment(**row._mapping)


def change(tx: Tx, id: str, **values: Any) -> None:
    tx.execute(update(comments).where(comments.c.id == id).values(**values))


def rewritten(tx: Tx, id: str, text: str, sensitive: str, now: int) -> None:
    """Its author changed it: it is read again, unless the private reply has left."""
    answered = comments.c.state.in_(_LAST_WORDS)
    tx.execute(update(comments).where(comments.c.id == id).values(text=text, sensitive=sensitive, settled_at=None))
    again = {"state": State.NEW.value, "due_at": now, "attempts": 0}
    tx.execute(update(comments).where(comments.c.id == id, ~answered).values(**again))


def removed(tx: Tx, id: str, now: int) -> None:
    """Its author took it back: the words go, and no reply leaves any more."""
    waiting = comments.c.state.in_([State.NEW.value, State.TO_REPLY.value])
    gone = {"text": "", "removed_at": now}
    tx.execute(update(comments).where(comments.c.id == id).values(**gone))
    tx.execute(update(comments).where(comments.c.id == id, waiting).values(state=State.PASSED.value))


def are_due(tx: Tx, state: State, now: int) -> bool:
    query = select(comments.c.id).where(comments.c.state == state.value, comments.c.due_at <= now).limit(1)
    return tx.scalar(query) is not None


def claim(tx: Tx, state: State, now: int, until: int, limit: int) -> list[Comment]:
    """Due comments in `state`, put off until `until` for everybody else; oldest first."""
    due = (comments.c.state == state.value, comments.c.due_at <= now)
    found = tx.execute(select(*_COLUMNS).where(*due).order_by(comments.c.at).limit(limit)).all()
    return [
        Comment(**row._mapping)
        for row in found
        if tx.execute(update(comments).where(comments.c.id == row.id, *due).values(due_at=until)).rowcount == 1
    ]


def begin(tx: Tx, id: str, from_states: tuple[State, ...], due_at: int) -> bool:
    """Hand the private reply to the platform: one statement, so that one of two senders does."""
    states = [state.value for state in from_states]
    mine = (comments.c.id == id, comments.c.state.in_(states), comments.c.replied_at.is_(None))
    values = {"state": State.REPLYING.value, "attempts": comments.c.attempts + 1, "due_at": due_at}
    return tx.execute(update(comments).where(*mine).values(**values)).rowcount == 1


def replied_since(tx: Tx, page_id: str, since: int) -> int:
    query = select(func.count()).select_from(comments)
    return tx.scalar(query.where(comments.c.page_id == page_id, comments.c.replied_at > since)) or 0


def shown(tx: Tx, limit: int = 100) -> list[Comment]:
    """The console's list: what wants somebody, exposed ones first, then the newest; small talk is left out."""
    wants = or_(comments.c.kind.in_(["question", "complaint"]), func.length(comments.c.failure) > 0)
    exposes = comments.c.sensitive != ""
    query = select(*_COLUMNS).where(
        comments.c.settled_at.is_(None), comments.c.removed_at.is_(None), or_(wants, exposes)
    )
    found = [Comment(**row._mapping) for row in tx.execute(query.order_by(comments.c.at.desc()).limit(limit))]
    return sorted(found, key=lambda each: not each.is_exposed)


def exposed(tx: Tx, limit: int = 5) -> list[Comment]:
    """Open ones that give something away: for every agent, at once."""
    query = select(*_COLUMNS).where(
        comments.c.sensitive != "",
        comments.c.hidden_at.is_(None),
        comments.c.removed_at.is_(None),
        comments.c.settled_at.is_(None),
    )
    return [Comment(**row._mapping) for row in tx.execute(query.order_by(comments.c.at).limit(limit))]


def begin_public(tx: Tx, id: str, **values: Any) -> bool:
    """Note the public answer before it is sent; False when there is one."""
    mine = (comments.c.id == id, comments.c.public_at.is_(None), comments.c.removed_at.is_(None))
    return tx.execute(update(comments).where(*mine).values(**values)).rowcount == 1
