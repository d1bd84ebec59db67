"""The HTTP adapter: answers become values, and every kind of failure the right error without personal data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import httpx
import pytest

from bot.crm import Claim, ClaimState, CrmCustomer, HttpCrm
from bot.errors import CrmUnavailable, DyzurnyError, Refused, Rejected

ANNA = {"id": "K/1", "first_name": "Anna", "last_name": "Kos", "phone": "+48601435846"}
CLAIM = {
    "number": "SK/2026/004500",
    "customer_id": "K/1",
    "kind": "szkoda_komunikacyjna",
    "plate": "WX48213",
    "happened": "2026-11-12",
    "reported": "2026-11-13",
    "state": "przyznana",
    "missing": [],
    "due": "2026-11-24",
    "amount": "4820.50",
}


def crm(answer: Callable[[httpx.Request], httpx.Response]) -> HttpCrm:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return HttpCrm("https://crm.example/api/", "secret", client=client)


def answering(status: int, body: object = None) -> HttpCrm:
    return crm(lambda request: httpx.Response(status, json=body))


async def test_a_customer_is_asked_for_with_the_token_and_read() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[ANNA])

    found = await crm(answer).by_link("110022", "7/1")
    assert found == CrmCustomer("K/1", "Anna", "Kos", "+48601435846")
    assert str(asked[0].url) == "https://crm.example/api/customers?page_id=110022&psid=7%2F1"
    assert asked[0].headers["Authorization"] == "Bearer secret"


async def test_ids_are_quoted_in_the_path() -> None:
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json=ANNA)

    await crm(answer).by_id("K/1")
    assert paths == [b"/api/customers/K%2F1"]


async def test_a_claim_is_read_with_its_types() -> None:
    found = await answering(200, [CLAIM]).claim("SK/2026/004500")
    assert found == Claim(
        number="SK/2026/004500",
        customer_id="K/1",
        kind="szkoda_komunikacyjna",
        happened=date(2026, 11, 12),
        reported=date(2026, 11, 13),
        state=ClaimState.GRANTED,
        plate="WX48213",
        due=date(2026, 11, 24),
        amount=Decimal("4820.50"),
    )


@pytest.mark.parametrize("answer", [answering(404), answering(200, [])])
async def test_nobody_is_none(answer: HttpCrm) -> None:
    assert await answer.by_link("110022", "7") is None
    assert await answer.claim("SK/2026/000001") is None
    assert list(await answer.policies("K1")) == []


async def test_two_people_with_one_profile_are_nobody() -> None:
    assert await answering(200, [ANNA, {**ANNA, "id": "K2"}]).by_link("110022", "7") is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [({"matches": True}, True), ({"matches": False}, False), ({"matches": "yes"}, False), ({}, False), ([], False)],
)
async def test_only_a_plain_true_confirms_an_identity(body: object, expected: bool) -> None:
    assert await answering(200, body).confirms_identity("K1", "1234") is expected


async def test_the_digits_travel_in_the_body_not_in_the_address() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"matches": True})

    await crm(answer).confirms_identity("K1", "1234")
    assert "1234" not in str(asked[0].url)
    assert json.loads(asked[0].content) == {"given": "1234"}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, CrmUnavailable),
        (503, CrmUnavailable),
        (429, CrmUnavailable),
        (401, Refused),
        (403, Refused),
        (400, Rejected),
        (422, Rejected),
    ],
)
async def test_each_status_has_its_error(status: int, error: type[DyzurnyError]) -> None:
    with pytest.raises(error):
        await answering(status, {"detail": "PSID_7"}).by_link("110022", "PSID_7")


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_a_broken_line_is_unavailable_and_names_nobody(failure: type[httpx.TransportError]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise failure(f"could not reach {request.url}")

    with pytest.raises(CrmUnavailable) as caught:
        await crm(answer).by_link("110022", "PSID_7")
    assert "PSID_7" not in str(caught.value)


@pytest.mark.parametrize("body", [[{"id": "K1"}], [{**CLAIM, "state": "new"}], [{**CLAIM, "happened": "12.11"}], ["x"]])
async def test_an_answer_of_another_form_is_unavailable(body: object) -> None:
    with pytest.raises(CrmUnavailable):
        await answering(200, body).claims("K1")


async def test_an_answer_that_is_not_json_is_unavailable() -> None:
    with pytest.raises(CrmUnavailable):
        await crm(lambda request: httpx.Response(200, text="<html>")).by_id("K1")
