"""Pictures go up, come down for the product to fetch, and nothing else gets in."""

from __future__ import annotations

import httpx
import pytest

from bot.simulator.media import LARGEST
from tests.simulator.conftest import Side

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
UPLOAD = "/symulator/api/media"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "image/jpeg"),
        (b"GIF89a" + b"\x00" * 50, "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
async def test_a_picture_can_be_fetched_where_the_answer_says(side: Side, content: bytes, content_type: str) -> None:
    answer = await side.http.post(UPLOAD, content=content)
    assert answer.status_code == 201
    fetched = await side.http.get(answer.json()["url"])
    assert (fetched.content, fetched.headers["content-type"]) == (content, content_type)
    assert fetched.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"RIFF1234WAVE"])
async def test_what_is_no_picture_is_refused(side: Side, content: bytes) -> None:
    assert (await side.http.post(UPLOAD, content=content)).status_code == 415


async def test_a_picture_over_eight_megabytes_is_refused(side: Side) -> None:
    assert (await side.http.post(UPLOAD, content=PNG + b"\x00" * (LARGEST - len(PNG)))).status_code == 201
    try:
        answer = await side.http.post(UPLOAD, content=PNG + b"\x00" * LARGEST)
    except httpx.WriteError:
        return  # the server hung up before everything was written, which refuses as well
    assert answer.status_code == 413


async def test_a_name_that_nobody_was_told_is_not_found(side: Side) -> None:
    for name in ("x.png", "..%2Fmedia.py", "%00"):
        assert (await side.http.get(f"/symulator/media/{name}")).status_code == 404


async def test_the_page_forbids_everything_that_is_not_its_own(side: Side) -> None:
    page = await side.http.get("/symulator")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (await side.http.get("/symulator/static/nothing.js")).status_code == 404
