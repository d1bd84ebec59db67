"""Whose request it is, by address. Behind a proxy only the proxies that the settings name are believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"
# One customer of an internet provider is given at least this much of IPv6.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """`address` groups requests of one origin. `is_alone`: nobody else stands behind it, as far as can be seen."""

    address: str
    is_alone: bool


def networks(named: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by spaces. Raises ValueError for anything else."""
    return tuple(ip_network(each, strict=False) for each in named.split())


def visitor(peer: str | None, headers: Mapping[str, str], trusted: tuple[Network, ...]) -> Visitor:
    """`peer`: the connection's other end. X-Forwarded-For is read from its end, as far as trusted proxies wrote it."""
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    found = _parsed(peer)
    while found is not None and _is_among(found, trusted) and hops:
        found = _parsed(hops.pop())
    if found is None:
        return Visitor(UNKNOWN, is_alone=False)
    is_proxy = _is_among(found, trusted)
    # Hops that are left were written by somebody nobody vouches for: a proxy that is not named, or a liar.
    return Visitor(_group(found), is_alone=not is_proxy and (not hops or bool(trusted)))


def _parsed(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address((text or "").strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _is_among(address: IPv4Address | IPv6Address, trusted: tuple[Network, ...]) -> bool:
    return any(address in network for network in trusted)


def _group(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, _IPV6_PREFIX), strict=False))
