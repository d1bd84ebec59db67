"""Asks servers of the tests over one client: a new one makes a TLS context, which takes 50 ms of processor time."""

from __future__ import annotations

from functools import lru_cache

import httpx


@lru_cache(maxsize=1)
def plain_http() -> httpx.Client:
    """For `http://` on this machine; never closed, as its connections end with the process."""
    return httpx.Client(trust_env=False)
