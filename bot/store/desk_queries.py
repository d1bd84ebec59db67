"""What the desk's lists show: one row a conversation, counts, search."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, desc, func, or_, select, update

from bot.store import complaints, search
from bot.store.database import Tx
from bot.store.handoffs import URGENT_REASONS
from bot.store.messages import Message
from bot.store.schema import conversations, customers, messages, questions
from bot.store.statements import WHICH, rows_where


class List(StrEnum):
    """The left pane's lists."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    BOT = "bot"
    ASKED = "asked"  # where the agent's department was asked something
    COMPLAINTS = "complaints"  # whoever owns them; the first term to end comes first


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for an answer: whom it was put to, and by which agent."""

    department: str
    agent_id: int

    def concerns(self, agent_id: int, departments: Collection[str]) -> bool:
        """Nobody answers their own question; an agent without departments answers for all of them."""
        return self.agent_id != agent_id and (not departments or self.department in departments)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A conversation as a list shows it. Instants are UTC milliseconds."""

    id: str
    psid: str
    first_name: str | None
    last_name: str | None
    owner: str
    agent_id: int | None
    department: str | None
    reason: str | None
    waiting_since: int | None
    last_text: str | None
    last_author: str | None
    last_message_at: int | None
    last_customer_at: int | None
    unread: int
    muted_until: int | None
    flow: str | None
    asked: tuple[Asked, ...] = ()
    step: str | None = None
    complaint_due: int | None = None  # the end of the first statutory term

    def is_in(self, which: List, agent_id: int, departments: Collection[str] = ()) -> bool:
        """Whether this row belongs into `which` list of the agent."""
        match which:
            case List.WAITING:
                return self.owner == "waiting"
            case List.MINE:
                return self.agent_id == agent_id
            case List.OPEN:
                return self.owner != "bot"
            case List.BOT:
                return self.owner == "bot"
            case List.ASKED:
                return any(one.concerns(agent_id, departments) for one in self.asked)
            case List.COMPLAINTS:
                return self.complaint_due is not None


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    open: int
    bot: int
    mine: dict[int, int]  # agent id → conversations held
    longest_wait_since: int | None
    asked: tuple[Asked, ...] = ()  # every question that waits for an answer
    complaints: int = 0  # conversations with an unsettled complaint

    def asked_of(self, agent_id: int, departments: Collection[str]) -> int:
        return sum(one.concerns(agent_id, departments) for one in self.asked)


_CONVERSATION = [
    conversations.c[name]
    for name in (
        "id",
        "psid",
        "owner",
        "agent_id",
        "department",
        "reason",
        "waiting_since",
        "last_text",
        "last_author",
        "last_message_at",
        "last_customer_at",
        "unread",
        "state",
    )
]


def _select() -> Select[Any]:
    return select(*_CONVERSATION, customers.c.first_name, customers.c.last_name, customers.c.muted_until).join(
        customers, customers.c.id == conversations.c.id
    )


def _rows(tx: Tx, query: Select[Any]) -> list[ListRow]:
    found = list(tx.execute(query))
    ids = [row.id for row in found]
    waiting, due = _asked_in(tx, ids), _due_in(tx, ids)
    return [_row(row, tuple(waiting.get(row.id, ())), due.get(row.id)) for row in found]


def _row(found: Any, asked: tuple[Asked, ...], complaint_due: int | None) -> ListRow:
    values = dict(found._mapping)
    stack = (values.pop("state") or {}).get("stack") or []
    top = stack[-1] if stack else {}
    return ListRow(**values, flow=top.get("flow"), step=top.get("step"), asked=asked, complaint_due=complaint_due)


def _due_in(tx: Tx, ids: list[str]) -> dict[str, int]:
    """Conversation → when the first of its complaints' terms ends."""
    return {one.conversation_id: one.due_at for one in reversed(complaints.open_of(tx, ids))}


def _asked_in(tx: Tx, ids: list[str]) -> dict[str, list[Asked]]:
    """Conversation → questions about it that wait for an answer."""
    columns = (questions.c.conversation_id, questions.c.department, questions.c.agent_id)
    query = select(*columns).where(questions.c.conversation_id.in_(ids), questions.c.settled_at.is_(None))
    found: dict[str, list[Asked]] = {}
    for row in tx.execute(query.order_by(questions.c.id)):
        found.setdefault(row.conversation_id, []).append(Asked(row.department, row.agent_id))
    return found


def _belongs(which: List, agent_id: int, departments: Collection[str]) -> ColumnElement[bool]:
    match which:
        case List.WAITING:
            return conversations.c.owner == "waiting"
        case List.MINE:
            return and_(conversations.c.agent_id == agent_id, conversations.c.owner == "agent")
        case List.OPEN:
            return conversations.c.owner.in_(["waiting", "agent", "elsewhere"])
        case List.BOT:
            return conversations.c.owner == "bot"
        case List.ASKED:
            waiting = select(questions.c.conversation_id).where(
                questions.c.settled_at.is_(None), questions.c.agent_id != agent_id
            )
            if departments:
                waiting = waiting.where(questions.c.department.in_(departments))
            return conversations.c.id.in_(waiting)
        case List.COMPLAINTS:
            return conversations.c.id.in_(complaints.conversations_with_open())


def rows(
    tx: Tx,
    which: List,
    *,
    agent_id: int,
    departments: Collection[str] = (),
    department: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[ListRow]:
    """One list: the longest waiting first among the waiting, elsewhere the latest message first.

    `departments`: the agent's own, for the list of what they were asked; `department`: narrows any list to one.
    """
    query = _select().where(_belongs(which, agent_id, departments))
    if department:
        query = query.where(conversations.c.department == department)
    if which is List.WAITING:
        urgent = conversations.c.reason.in_(sorted(URGENT_REASONS))
        query = query.order_by(case((urgent, 0), else_=1), conversations.c.waiting_since, conversations.c.id)
    elif which is List.COMPLAINTS:
        due = complaints.earliest_due(conversations.c.id).scalar_subquery()
        query = query.order_by(due, conversations.c.id)
    else:
        query = query.order_by(desc(conversations.c.last_message_at), conversations.c.id)
    return _rows(tx, query.limit(limit).offset(offset))


def rows_by_id(tx: Tx, ids: list[str]) -> list[ListRow]:
    return _rows(tx, _select().where(conversations.c.id.in_(ids)))


def counts(tx: Tx) -> Counts:
    """What the console shows beside the names of its lists, over all conversations."""
    owner = conversations.c.owner
    by_owner = {row[0]: int(row[1]) for row in tx.execute(select(owner, func.count()).group_by(owner))}
    held = conversations.c.agent_id
    mine = tx.execute(select(held, func.count()).where(owner == "agent", held.is_not(None)).group_by(held))
    oldest = tx.scalar(select(func.min(conversations.c.waiting_since)).where(owner == "waiting"))
    return Counts(
        waiting=by_owner.get("waiting", 0),
        open=sum(number for name, number in by_owner.items() if name != "bot"),
        bot=by_owner.get("bot", 0),
        mine={int(row[0]): int(row[1]) for row in mine},
        longest_wait_since=oldest,
        asked=tuple(
            Asked(row.department, row.agent_id)
            for row in tx.execute(
                select(questions.c.department, questions.c.agent_id)
                .where(questions.c.settled_at.is_(None))
                .order_by(questions.c.id)
            )
        ),
        complaints=complaints.count_open(tx),
    )


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def find(tx: Tx, words: str, *, limit: int = 50) -> list[ListRow]:
    """Conversations whose customer's name or some message holds `words`, the latest first."""
    name = func.coalesce(customers.c.first_name, "") + " " + func.coalesce(customers.c.last_name, "")
    called = name.ilike(_pattern(words.strip()), escape="\\")
    said = search.conversations_saying(tx, words)
    query = _select().where(or_(called, conversations.c.id.in_(said)))
    return _rows(tx, query.order_by(desc(conversations.c.last_message_at)).limit(limit))


_MESSAGE = [messages.c[name] for name in Message.__dataclass_fields__]
# These two belong to every turn.
_NEWEST = (
    rows_where(_MESSAGE, messages.c.conversation_id)
    .where(messages.c.author != "system")
    .order_by(desc(messages.c.id))
    .limit(1)
)
_OUTGOING = (
    rows_where([messages.c.id], messages.c.conversation_id)
    .where(messages.c.author.in_(["bot", "agent", "system"]))
    .order_by(desc(messages.c.id))
    .limit(20)
)
_BY_OUTBOX = rows_where([messages.c.id], messages.c.outbox_id)
_BY_MID = rows_where([messages.c.id], messages.c.mid)


def messages_by_id(tx: Tx, ids: list[int]) -> list[Message]:
    """In the order in which they were written."""
    query = select(*_MESSAGE).where(messages.c.id.in_(ids)).order_by(messages.c.id)
    return [Message(**row._mapping) for row in tx.execute(query)]


def newest_words(tx: Tx, conversation: str) -> Message | None:
    """The newest message that somebody meant; the desk's own notices tell a list nothing."""
    row = tx.execute(_NEWEST, {WHICH: conversation}).first()
    return None if row is None else Message(**row._mapping)


def add_unread(tx: Tx, conversation: str) -> None:
    tx.execute(
        update(conversations).where(conversations.c.id == conversation).values(unread=conversations.c.unread + 1)
    )


def mark_read(tx: Tx, conversation: str) -> bool:
    """Whoever holds the conversation has seen it; False when there was nothing unread."""
    marked = tx.execute(
        update(conversations).where(conversations.c.id == conversation, conversations.c.unread > 0).values(unread=0)
    )
    return marked.rowcount == 1


def message_ids_of(tx: Tx, *, outbox_id: str | None = None, mid: str | None = None) -> list[int]:
    """The message that left as this outbox row, or that Messenger knows by this mid."""
    if outbox_id is not None:
        return list(tx.scalars(_BY_OUTBOX, {WHICH: outbox_id}))
    return list(tx.scalars(_BY_MID, {WHICH: mid}))


def latest_outgoing_ids(tx: Tx, conversation: str) -> list[int]:
    """Those whose delivery or seen mark may just have moved: a few, the newest first."""
    return list(tx.scalars(_OUTGOING, {WHICH: conversation}))
