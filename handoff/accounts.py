"""Agents' accounts: adding them, logging in, sessions. Passwords are Argon2 hashes, session tokens digests."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from pwdlib import PasswordHash

from bot.clock import Clock
from bot.errors import Refused, Rejected, Unavailable
from bot.store import agents, audit
from bot.store.agents import Agent, Presence, Role
from bot.store.database import Database, Tx
from bot.store.times import to_ms

# A shift and its overtime, whatever happens; and a console that nobody touches or shows ends sooner.
SESSION = timedelta(hours=12)
IDLE = timedelta(hours=2)
# How exactly the last sign of life is written down: not every request is to be a write.
SEEN_EVERY = timedelta(minutes=5)
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
# Lower case, because the entrance lowers what is typed; it is also what @mentions are written with.
_LOGIN = re.compile(r"^[a-z0-9][a-z0-9._-]{1,39}$")

_hasher = PasswordHash.recommended()


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, password_hash: str) -> bool:
    return _hasher.verify(password, password_hash)


class WrongLogin(Refused):
    """The login or the password is wrong; which of them is not said."""

    code = "wrong_login"


class Locked(Refused):
    """Too many failures in a row; told in the same words as WrongLogin."""

    code = "locked"


class TooManyTries(Refused):
    """From one address, or with one session, whichever accounts were tried."""

    code = "too_many_tries"


class BadAccount(Rejected):
    code = "bad_account"


class DemoAgent(NamedTuple):
    login: str
    password: str
    first_name: str
    last_name: str
    gender: str
    title: str
    role: Role
    departments: list[str]


# Shown on the login page, in demo mode only.
DEMO_AGENTS = (
    DemoAgent("anna", "anna", "Anna", "Lis", "f", "konsultantka, dział szkód", Role.AGENT, ["szkody", "obsluga"]),
    DemoAgent("marek", "marek", "Marek", "Wilk", "m", "kierownik zmiany", Role.SUPERVISOR, ["szkody", "reklamacje"]),
)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Verified where there is no such login, so that the time an answer takes does not tell."""
    return _hasher.hash(secrets.token_hex(16))


def ensure_demo_agents(tx: Tx, now: int) -> None:
    """The agents of the demo exist; harmless when they already do. Never called outside demo mode."""
    for demo in DEMO_AGENTS:
        if agents.find_by_login(tx, demo.login) is None:
            fields = demo._asdict()
            hashed = _hasher.hash(fields.pop("password"))
            agents.add(tx, **fields, password_hash=hashed, now=now)


def add_agent(
    tx: Tx,
    *,
    login: str,
    password: str,
    first_name: str,
    last_name: str,
    gender: str,
    title: str,
    role: Role,
    departments: list[str],
    now: int,
    picture: str | None = None,
    who: str = "system",
) -> int:
    """Make an account. Raises BadAccount: its code says what is wrong with the password, the login or the name."""
    _check(login, password, gender, (first_name, last_name, title))
    if agents.find_by_login(tx, login) is not None:
        raise BadAccount("this login is in use", code="login_in_use")
    id = agents.add(
        tx,
        login=login,
        password_hash=_hasher.hash(password),
        first_name=first_name,
        last_name=last_name,
        gender=gender,
        title=title,
        role=role,
        departments=departments,
        now=now,
    )
    if picture is not None:
        agents.change(tx, id, picture=picture)
    audit.note(tx, at=now, who=who, what="agent_added", subject=f"agent:{id}")
    return id


def _check(login: str, password: str, gender: str, names: tuple[str, ...]) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise BadAccount(f"a password has at least {SHORTEST_PASSWORD} characters", code="password_short")
    if gender not in ("f", "m"):
        raise BadAccount("gender is f or m", code="bad_gender")
    if not _LOGIN.match(login):
        raise BadAccount("a login is 2 to 40 lower-case letters, digits, dots and dashes", code="bad_login")
    if not all(name.strip() for name in names):
        raise BadAccount("first name, last name and title are needed", code="name_missing")


class Accounts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def log_in(self, login: str, password: str) -> str:
        """A new session's token. Raises WrongLogin, and Locked after too many failures."""
        agent = await self.database.read(lambda tx: agents.find_by_login(tx, login))
        now = to_ms(self.clock())
        # Before anything is refused: an account that answers at once because it is shut tells that it exists.
        right = await asyncio.to_thread(matches, password, agent.password_hash if agent else _nobody())
        if agent is not None and agent.locked_until is not None and agent.locked_until > now:
            raise Locked
        if agent is None or not right or not agent.active:
            await self.database.run(lambda tx: self._failed(tx, agent, now))
            raise WrongLogin
        token = secrets.token_urlsafe(32)
        await self.database.run(lambda tx: self._entered(tx, agent, token, now))
        return token

    async def let_in(self, identities: list[str]) -> str:
        """A new session's token for whom the company's own provider vouches. Raises WrongLogin and Locked."""
        agent = await self.database.read(lambda tx: agents.find_by_identity(tx, identities))
        if agent is None or not agent.active:
            raise WrongLogin(code="not_let_in")
        token, now = secrets.token_urlsafe(32), to_ms(self.clock())
        await self.database.run(lambda tx: self._entered(tx, agent, token, now))
        return token

    async def agent_of(self, token: str) -> Agent | None:
        """Whose session it is, while it lasts and is used; being asked counts as use."""
        now, key = to_ms(self.clock()), digest(token)
        found, seen_at = await self.database.read(lambda tx: agents.agent_of_session(tx, key, now, now - _ms(IDLE)))
        if found is not None and now - seen_at >= _ms(SEEN_EVERY):
            # Whoever may only look may still look.
            with contextlib.suppress(Unavailable):
                await self.database.run(lambda tx: agents.session_seen(tx, key, now))
        return found

    async def still_serves(self, token: str) -> bool:
        """For a page of customers that stays open by itself: session and right are still there; being shown is use."""
        agent = await self.agent_of(token)
        return agent is not None and agent.rights.serves

    async def log_out(self, token: str) -> None:
        await self.database.run(lambda tx: agents.end_session(tx, digest(token)))

    @staticmethod
    def _failed(tx: Tx, agent: Agent | None, now: int) -> None:
        if agent is None:
            return
        fresh = agents.find(tx, agent.id)
        failures = (fresh.failed_logins if fresh else 0) + 1
        locked = failures >= FAILURES_BEFORE_LOCK
        until = now + int(LOCK.total_seconds() * 1000) if locked else None
        agents.change(tx, agent.id, failed_logins=0 if locked else failures, locked_until=until)
        audit.note(
            tx, at=now, who="system", what="login_locked" if locked else "login_failed", subject=f"agent:{agent.id}"
        )

    @staticmethod
    def _entered(tx: Tx, agent: Agent, token: str, now: int) -> None:
        fresh = agents.find(tx, agent.id)
        if fresh is None or not fresh.active or (fresh.locked_until or 0) > now:
            # Guessed among many at once: the others have shut the account meanwhile.
            raise Locked
        expires = now + _ms(SESSION)
        agents.change(
            tx, agent.id, failed_logins=0, locked_until=None, presence=Presence.AVAILABLE.value, presence_at=now
        )
        agents.start_session(tx, token_hash=digest(token), agent_id=agent.id, now=now, expires_at=expires)
        audit.note(tx, at=now, who=f"agent:{agent.id}", what="logged_in")


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def digest(token: str) -> str:
    """What is kept of a session's token: a stolen table opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()
