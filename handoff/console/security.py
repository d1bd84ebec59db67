"""The console's door: session cookie, origin of what is posted, and what a page of ours may load."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response, status

from bot.settings import Settings
from bot.store.agents import Agent
from handoff.accounts import SESSION, Accounts

COOKIE = "dyzurny_sesja"
PATH = "/konsola"

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


class Door:
    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        self.accounts = accounts
        self.public = urlsplit(settings.public_url)

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
        origin = request.headers.get("origin")
        if origin is None or urlsplit(origin).netloc not in (request.headers.get("host"), self.public.netloc):
            raise HTTPException(status.HTTP_403_FORBIDDEN, "origin")

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
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
