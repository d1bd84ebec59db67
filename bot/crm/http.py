"""A company's own CRM over HTTP and JSON; translates its answers and errors, decides nothing.

Paths, all below the base address: `customers?page_id=&psid=`, `customers/{id}`, `customers/{id}/policies`,
`customers/{id}/claims`, `claims?number=`, `claims?plate=&happened=` and
`POST customers/{id}/identity {"given": …}` → `{"matches": bool}`. Lists are JSON arrays, dates ISO, amounts strings.
404 means "nobody", as does an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from bot.crm.model import Claim, ClaimState, CrmCustomer, Policy, PolicyKind
from bot.errors import CrmUnavailable, Refused, Rejected

# Longer than the customer's patience serves nobody: the turn goes on without the CRM.
DEFAULT_TIMEOUT = timedelta(seconds=3)
_BUSY = frozenset({408, 425, 429})
_NOT_ALLOWED = frozenset({401, 403})

Json = Mapping[str, Any]
Made = TypeVar("Made")


class HttpCrm:
    """Implements `Crm`. `client` may be given to share a connection pool or, in tests, a transport."""

    def __init__(
        self,
        base_url: str,
        token: str = "",
        *,
        timeout: timedelta = DEFAULT_TIMEOUT,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout.total_seconds()
        self._client = client or httpx.AsyncClient()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def by_link(self, page_id: str, psid: str) -> CrmCustomer | None:
        found = _list(await self._call("GET", "customers", params={"page_id": page_id, "psid": psid}))
        return _read(_customer, found[0]) if len(found) == 1 else None

    async def by_id(self, customer_id: str) -> CrmCustomer | None:
        body = await self._call("GET", f"customers/{quote(customer_id, safe='')}")
        return None if body is None else _read(_customer, body)

    async def policies(self, customer_id: str) -> Sequence[Policy]:
        body = await self._call("GET", f"customers/{quote(customer_id, safe='')}/policies")
        return [_read(_policy, entry) for entry in _list(body)]

    async def claims(self, customer_id: str) -> Sequence[Claim]:
        body = await self._call("GET", f"customers/{quote(customer_id, safe='')}/claims")
        return [_read(_claim, entry) for entry in _list(body)]

    async def claim(self, number: str) -> Claim | None:
        return await self._claim({"number": number})

    async def claim_of_vehicle(self, plate: str, happened: date) -> Claim | None:
        return await self._claim({"plate": plate, "happened": happened.isoformat()})

    async def confirms_identity(self, customer_id: str, given: str) -> bool:
        path = f"customers/{quote(customer_id, safe='')}/identity"
        body = await self._call("POST", path, json={"given": given})
        # Only a plain true lets anybody in.
        return isinstance(body, Mapping) and body.get("matches") is True

    async def _claim(self, query: Mapping[str, str]) -> Claim | None:
        found = _list(await self._call("GET", "claims", params=query))
        return _read(_claim, found[0]) if found else None

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, str] | None = None,
    ) -> Any:
        try:
            answer = await self._client.request(
                method,
                f"{self._base}/{path}",
                params=params,
                json=json,
                headers=self._headers,
                timeout=self._timeout,
            )
        except httpx.HTTPError as error:
            # The text of the exception may hold the address asked for, and with it a phone number.
            raise CrmUnavailable(type(error).__name__) from None
        return _body(answer)


def _body(answer: httpx.Response) -> Any:
    status = answer.status_code
    if status == httpx.codes.NOT_FOUND:
        return None
    if status >= 500 or status in _BUSY:
        raise CrmUnavailable(f"HTTP {status}")
    if status in _NOT_ALLOWED:
        raise Refused(f"HTTP {status}", code="crm_refused")
    if not answer.is_success:
        raise Rejected(f"HTTP {status}", code="crm_rejected")
    try:
        return answer.json()
    except ValueError:
        raise CrmUnavailable("not JSON") from None


def _list(body: Any) -> list[Any]:
    if body is None:
        return []
    return body if isinstance(body, list) else [body]


def _read(make: Callable[[Json], Made], entry: Any) -> Made:
    """`entry` as a value; a system that answers something else is as good as away."""
    try:
        return make(entry)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise CrmUnavailable(f"unexpected form: {type(error).__name__}") from None


def _customer(entry: Json) -> CrmCustomer:
    return CrmCustomer(
        id=str(entry["id"]),
        first_name=str(entry["first_name"]),
        last_name=str(entry["last_name"]),
        phone=entry.get("phone"),
        email=entry.get("email"),
        address=entry.get("address"),
    )


def _policy(entry: Json) -> Policy:
    return Policy(
        number=str(entry["number"]),
        kind=PolicyKind(entry["kind"]),
        since=date.fromisoformat(entry["since"]),
        until=date.fromisoformat(entry["until"]),
        plate=entry.get("plate"),
    )


def _claim(entry: Json) -> Claim:
    due, amount = entry.get("due"), entry.get("amount")
    return Claim(
        number=str(entry["number"]),
        customer_id=str(entry["customer_id"]),
        kind=str(entry["kind"]),
        happened=date.fromisoformat(entry["happened"]),
        reported=date.fromisoformat(entry["reported"]),
        state=ClaimState(entry["state"]),
        plate=entry.get("plate"),
        missing=tuple(str(item) for item in entry.get("missing") or ()),
        due=None if due is None else date.fromisoformat(due),
        amount=None if amount is None else Decimal(str(amount)),
    )
