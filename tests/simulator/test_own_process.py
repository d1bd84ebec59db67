"""The twin as a process of its own is set up from its arguments."""

from __future__ import annotations

import httpx
import pytest

from bot.simulator.__main__ import create_app, parse_arguments


async def test_the_arguments_make_a_twin_that_answers() -> None:
    app = create_app(parse_arguments(["--port", "0", "--page-id", "42", "--page-token", "t", "--page-name", "Sklep"]))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://twin/symulator") as http,
    ):
        assert (await http.get("/api/page")).json() == {"page_id": "42", "name": "Sklep", "profile": {}}
        answer = await http.get("/graph/v26.0/42", headers={"Authorization": "Bearer t"})
        assert answer.json() == {"id": "42", "name": "Sklep"}


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYZURNY_APP_SECRET", "s3")
    monkeypatch.setenv("DYZURNY_PAGE_TOKEN", "t3")
    arguments = parse_arguments(["--port", "0"])
    assert (arguments.app_secret, arguments.page_token) == ("s3", "t3")
