"""Secrets that sign or salt: how one is made, and when a service may not start without its own."""

import ipaddress
from secrets import token_urlsafe
from urllib.parse import urlsplit

from pydantic import SecretStr

HOW = "citiesshare secrets make"


def fresh_secret() -> SecretStr:
    """Return a secret of 256 bits that nobody has yet."""
    return SecretStr(token_urlsafe(32))


def is_loopback(host: str) -> bool:
    """Whether ``host`` is reached from its own machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def host_of(url: str) -> str:
    """The host that ``url`` leads to; empty where it names none."""
    return urlsplit(url).hostname or ""
