"""The console's door: session cookie, origin of what is posted, and what a page of ours may load."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response, status

from bot.front.tries import Tries
from bot.front.visitors import networks, visitor
from bot.settings import Settings
from bot.store.agents import Agent
from handoff.accounts import SESSION, Accounts, TooManyTries

COOKIE = "dyzurny_sesja"
PATH = "/konsola"
# How the address of an upload ends; bot/front/face.py lets more through to it than to a form.
UPLOAD = "/plik"

# Nothing inline, nothing from elsewhere: markup that slipped through escaping would still run nothing.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NotLoggedIn(Exception):  # noqa: N818
    """Leads to the login page; not an error."""


async def refuse_unstorable(request: Request) -> None:
    """No key of a keyboard makes a NUL, and PostgreSQL stores none: 400 instead of a fault in the middle of an act.

    An upload is not looked into: it is read where it is known who sends it, and what it holds is no text.
    """
    given = [*request.path_params.values(), *request.query_params.keys(), *request.query_params.values()]
    if request.method == "POST" and not request.url.path.endswith(UPLOAD):
        form = await request.form()
        given += [*form.keys(), *form.values()]
    if any(isinstance(value, str) and "\x00" in value for value in given):
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "unstorable")


class Door:
    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        self.accounts = accounts
        self.public = urlsplit(settings.public_url)
        self.trusted = networks(settings.trusted_proxies)
        self.tries = Tries(settings.login_tries)

    async def log_in(self, request: Request, login: str, password: str) -> str:
        """A new session's token; the one this browser had ends. Raises WrongLogin, Locked and TooManyTries."""
        who = self.count(request)
        token = await self.accounts.log_in(login, password)
        self.tries.give_back(who)
        await self.accounts.log_out(request.cookies.get(COOKIE, ""))
        return token

    def count(self, request: Request) -> str:
        """One more try from this address, which is told. Raises TooManyTries."""
        who = visitor(request.client and request.client.host, request.headers, self.trusted).address
        if not self.tries.take(who, self.accounts.clock()):
            raise TooManyTries
        return who

    async def agent(self, request: Request) -> Agent:
        """Who is asking. Raises NotLoggedIn; refuses with 403 what another site made the browser post."""
        self.check_origin(request)
        token = request.cookies.get(COOKIE)
        agent = await self.accounts.agent_of(token) if token else None
        if agent is None:
            raise NotLoggedIn
        return agent

    def check_origin(self, request: Request) -> None:
        if request.method in ("GET", "HEAD"):
            return
        if not self._is_ours(request.headers.get("origin", ""), request.headers.get("host", "")):
            raise HTTPException(status.HTTP_403_FORBIDDEN, "origin")

    def _is_ours(self, origin: str, host: str) -> bool:
        """Behind https a page that came without it may be anybody's who sits between."""
        try:
            page = urlsplit(origin)
        except ValueError:
            return False
        schemes = ("https",) if self.public.scheme == "https" else ("http", "https")
        return page.scheme in schemes and bool(page.netloc) and page.netloc in (host, self.public.netloc)

    def remember(self, response: Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION.total_seconds()),
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=self.public.scheme == "https",
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax", secure=self.public.scheme == "https")
