"""What is done to accounts: a new password, a role, disabling; for the console's screen and for `dyzurny agent`.

Steps inside a transaction. Whoever loses a right loses it with the next request: sessions are looked up each time.
"""

from __future__ import annotations

import secrets
from typing import Any

from bot.errors import Refused
from bot.store import agents, audit
from bot.store.agents import Agent, Role
from bot.store.database import Tx
from handoff.accounts import SHORTEST_PASSWORD, BadAccount, hashed, matches

# Without letters and digits that look alike: a generated password is read out or copied by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


class LastAdministrator(Refused):
    """Nobody would be left who may make accounts."""

    code = "last_administrator"


class WrongPassword(Refused):
    code = "wrong_password"


def generated_password() -> str:
    """Sixteen characters in groups, some 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def find(tx: Tx, login: str) -> Agent:
    """Raises BadAccount when nobody has this login."""
    found = agents.find_by_login(tx, login)
    if found is None:
        raise BadAccount("nobody has this login", code="no_such_login")
    return found


def change_password(tx: Tx, agent: Agent, old: str, new: str, *, now: int) -> None:
    """The agent's own act; their other sessions end. Raises WrongPassword, and BadAccount for a short one."""
    if not matches(old, agent.password_hash):
        raise WrongPassword
    _set_password(tx, agent, new, who=f"agent:{agent.id}", now=now)


def reset_password(tx: Tx, agent: Agent, new: str, *, who: str, now: int) -> None:
    """An administrator's act: sessions end, and an account that was locked opens."""
    _set_password(tx, agent, new, who=who, now=now)


def set_identity(tx: Tx, agent: Agent, identity: str, *, who: str, now: int) -> None:
    """Under which the company's own provider knows this account; empty for none. Raises BadAccount when it is taken."""
    # Addresses come in lower case; a provider's subjects are told apart by case.
    known_as = identity.strip().lower() if "@" in identity else identity.strip()
    other = agents.find_by_identity(tx, [known_as]) if known_as else None
    if other is not None and other.id != agent.id:
        raise BadAccount("another account has this identity", code="login_in_use")
    agents.change(tx, agent.id, identity=known_as or None)
    agents.end_sessions_of(tx, agent.id)
    audit.note(tx, at=now, who=who, what="identity_set", subject=f"agent:{agent.id}")


def _set_password(tx: Tx, agent: Agent, new: str, *, who: str, now: int) -> None:
    if len(new) < SHORTEST_PASSWORD:
        raise BadAccount(f"a password has at least {SHORTEST_PASSWORD} characters", code="password_short")
    agents.change(tx, agent.id, password_hash=hashed(new), failed_logins=0, locked_until=None)
    agents.end_sessions_of(tx, agent.id)
    audit.note(tx, at=now, who=who, what="password_set", subject=f"agent:{agent.id}")


def disable(tx: Tx, agent: Agent, *, who: str, now: int) -> None:
    """The account stays on record, its sessions end. Raises LastAdministrator."""
    _keep_an_administrator(tx, agent)
    agents.change(tx, agent.id, active=False)
    agents.end_sessions_of(tx, agent.id)
    audit.note(tx, at=now, who=who, what="agent_disabled", subject=f"agent:{agent.id}")


def enable(tx: Tx, agent: Agent, *, who: str, now: int) -> None:
    agents.change(tx, agent.id, active=True, failed_logins=0, locked_until=None)
    audit.note(tx, at=now, who=who, what="agent_enabled", subject=f"agent:{agent.id}")


def change(
    tx: Tx, agent: Agent, *, role: Role, title: str, departments: list[str], who: str, now: int, **others: Any
) -> None:
    """Role, title (as the customer sees it) and departments. Raises LastAdministrator, BadAccount for no title."""
    if not title.strip():
        raise BadAccount("a title is needed", code="title_missing")
    if not role.administers:
        _keep_an_administrator(tx, agent)
    # The persona carries the title: a new one is made when the agent speaks next.
    personas: dict[str, Any] = {} if title.strip() != agent.title or "picture" in others else dict(agent.personas)
    agents.change(
        tx, agent.id, role=role.value, title=title.strip(), departments=departments, personas=personas, **others
    )
    audit.note(tx, at=now, who=who, what="agent_changed", subject=f"agent:{agent.id}", role=role.value)


def _keep_an_administrator(tx: Tx, agent: Agent) -> None:
    """`agent` is about to be none; an installation that never had one is run by the command line."""
    if not agent.rights.administers or not agent.active:
        return
    if not any(other.rights.administers for other in agents.everybody(tx) if other.id != agent.id):
        raise LastAdministrator("this is the only administrator")
