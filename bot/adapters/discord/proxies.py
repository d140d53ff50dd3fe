"""The proxy that the environment names for an address: HTTPS_PROXY, HTTP_PROXY, NO_PROXY."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(address: str) -> str | None:
    split = urlsplit(address)
    return _proxy(split.scheme, split.hostname or "")


@cache
def _proxy(scheme: str, host: str) -> str | None:
    # aiohttp's own `trust_env` asks a thread for this before every request: 0.3 ms each.
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    return None if proxy is None or proxy_bypass(host) else proxy
