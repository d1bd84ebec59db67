"""Agents: accounts, what the customer sees of them, presence, and the sessions of their browsers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.store.database import Tx
from bot.store.schema import agent_sessions, agents, conversations


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    @property
    def serves(self) -> bool:
        """Talks to customers, and sees what they wrote."""
        return self is not Role.EDITOR

    @property
    def supervises(self) -> bool:
        return self in (Role.SUPERVISOR, Role.ADMINISTRATOR)

    @property
    def edits(self) -> bool:
        """Writes the canned replies."""
        return self is not Role.AGENT

    @property
    def administers(self) -> bool:
        """Makes accounts and ends them."""
        return self is Role.ADMINISTRATOR


class Presence(StrEnum):
    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Agent:
    id: int
    login: str
    password_hash: str
    first_name: str
    last_name: str
    gender: str
    title: str
    role: str
    departments: list[str]
    picture: str | None
    personas: dict[str, str]
    presence: str
    presence_at: int | None
    failed_logins: int
    locked_until: int | None
    active: bool
    created_at: int

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def supervises(self) -> bool:
        return Role(self.role).supervises

    @property
    def rights(self) -> Role:
        return Role(self.role)


_COLUMNS = [agents.c[name] for name in Agent.__dataclass_fields__]


def _record(row: Row[Any] | None) -> Agent | None:
    return None if row is None else Agent(**row._mapping)


def find(tx: Tx, id: int) -> Agent | None:
    return _record(tx.execute(select(*_COLUMNS).where(agents.c.id == id)).first())


def find_by_login(tx: Tx, login: str) -> Agent | None:
    return _record(tx.execute(select(*_COLUMNS).where(agents.c.login == login)).first())


def find_by_identity(tx: Tx, identities: list[str]) -> Agent | None:
    """The account of one of these identities; of nobody when they belong to several."""
    found = tx.execute(select(*_COLUMNS).where(agents.c.identity.in_(identities))).all()
    return _record(found[0]) if len(found) == 1 else None


def everybody(tx: Tx) -> list[Agent]:
    rows = tx.execute(select(*_COLUMNS).where(agents.c.active).order_by(agents.c.first_name, agents.c.last_name))
    return [Agent(**row._mapping) for row in rows]


def of_all_times(tx: Tx) -> list[Agent]:
    """Disabled accounts too, those last."""
    rows = tx.execute(select(*_COLUMNS).order_by(agents.c.active.desc(), agents.c.first_name, agents.c.last_name))
    return [Agent(**row._mapping) for row in rows]


def add(
    tx: Tx,
    *,
    login: str,
    password_hash: str,
    first_name: str,
    last_name: str,
    gender: str,
    title: str,
    role: Role,
    departments: list[str],
    now: int,
) -> int:
    """The new account's number. Raises IntegrityError where the login is taken; `password_hash` is Argon2's."""
    added = tx.execute(
        insert(agents).values(
            login=login,
            password_hash=password_hash,
            first_name=first_name,
            last_name=last_name,
            gender=gender,
            title=title,
            role=role.value,
            departments=departments,
            personas={},
            created_at=now,
        )
    )
    key = added.inserted_primary_key
    assert key is not None
    return int(key[0])


def change(tx: Tx, id: int, **values: Any) -> None:
    tx.execute(update(agents).where(agents.c.id == id).values(**values))


def load(tx: Tx) -> dict[int, int]:
    """Agent id → how many conversations they hold now."""
    held = conversations.c.agent_id
    rows = tx.execute(select(held, func.count()).where(held.is_not(None)).group_by(held))
    return {int(row[0]): int(row[1]) for row in rows}


def start_session(tx: Tx, *, token_hash: str, agent_id: int, now: int, expires_at: int) -> None:
    tx.execute(delete(agent_sessions).where(agent_sessions.c.expires_at <= now))
    tx.execute(
        insert(agent_sessions).values(
            token_hash=token_hash, agent_id=agent_id, created_at=now, seen_at=now, expires_at=expires_at
        )
    )


def agent_of_session(tx: Tx, token_hash: str, now: int, idle_since: int) -> tuple[Agent | None, int]:
    """Whose session this is and when it was last used: while it lasts, is used, and the account is active."""
    query = (
        select(*_COLUMNS, agent_sessions.c.seen_at)
        .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
        .where(
            agent_sessions.c.token_hash == token_hash,
            agent_sessions.c.expires_at > now,
            agent_sessions.c.seen_at > idle_since,
            agents.c.active,
        )
    )
    row = tx.execute(query).first()
    if row is None:
        return None, 0
    values = dict(row._mapping)
    seen_at = int(values.pop("seen_at"))
    return Agent(**values), seen_at


def session_seen(tx: Tx, token_hash: str, now: int) -> None:
    tx.execute(update(agent_sessions).where(agent_sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(tx: Tx, token_hash: str) -> None:
    tx.execute(delete(agent_sessions).where(agent_sessions.c.token_hash == token_hash))


def end_sessions_of(tx: Tx, agent_id: int) -> None:
    tx.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent_id))
