"""Signatures are made and checked over the bytes as they travel."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from bot.messenger.signature import is_valid, parse_signed_request, sign

SECRET = "demo-app-secret"
BODY = (
    rb'{"object":"page","entry":[{"id":"110022","time":1800000000123,"messaging":[{"message":'
    rb'{"mid":"m_A1","text":"za\u017c\u00f3\u0142\u0107"}}]}]}'
)
HEADER = "sha256=ea399c8b897effef83acaeddde651e258aff205a541916279213886a8dca6cfd"
REQUEST = (
    "2DS_x8q5GuybDVTXg3Y6boRJVE22Og2KJjOOBibOL8A.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjE4MDAwMDM2MDAs"
    "Imlzc3VlZF9hdCI6MTgwMDAwMDAwMCwidXNlcl9pZCI6IjcwMDgwMDkwMCJ9"
)


def test_the_known_body_has_the_known_signature() -> None:
    assert len(BODY) == 141
    assert sign(SECRET, BODY) == HEADER
    assert is_valid(SECRET, BODY, HEADER)


def test_the_same_json_dumped_anew_does_not_fit() -> None:
    assert not is_valid(SECRET, json.dumps(json.loads(BODY), ensure_ascii=False).encode(), HEADER)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        HEADER[:-1],
        HEADER.upper(),
        HEADER.removeprefix("sha256="),
        "sha1=" + "0" * 40,
        "ż",
        "\ud800",
    ],
)
def test_any_other_header_is_refused(header: str | None) -> None:
    assert not is_valid(SECRET, BODY, header)


def test_another_secret_or_another_byte_is_refused() -> None:
    assert not is_valid("other", BODY, HEADER)
    assert not is_valid(SECRET, BODY + b"\n", HEADER)


def test_the_known_deletion_request_names_the_app_scoped_user() -> None:
    request = parse_signed_request(SECRET, REQUEST)
    assert request is not None
    assert request.user_id == "700800900"
    assert request.issued_at is not None
    assert request.expires is not None
    assert (request.expires - request.issued_at).total_seconds() == 3600


def signed(content: bytes) -> str:
    encoded = base64.urlsafe_b64encode(content).rstrip(b"=")
    digest = hmac.new(SECRET.encode(), encoded, hashlib.sha256).digest()
    return (base64.urlsafe_b64encode(digest).rstrip(b"=") + b"." + encoded).decode()


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "abc",
        "ż.ż",
        REQUEST[:-1],
        "A" + REQUEST[1:],
        signed(b"not json"),
        signed(b"[]"),
        signed(b'{"algorithm":"none","user_id":"1"}'),
        signed(b'{"algorithm":"HMAC-SHA256"}'),
    ],
)
def test_a_malformed_or_forged_request_is_nobodys(value: str) -> None:
    assert parse_signed_request(SECRET, value) is None


def test_a_request_of_another_secret_is_refused() -> None:
    assert parse_signed_request("other", REQUEST) is None
