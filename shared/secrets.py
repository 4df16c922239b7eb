"""Making secrets for signatures and salts, and telling loopback addresses from others."""

import ipaddress
from secrets import token_urlsafe
from urllib.parse import urlsplit

from pydantic import SecretStr

HOW = "citiesshare secrets make"


def fresh_secret() -> SecretStr:
    """Return a new random secret of 256 bits (URL-safe base64)."""
    return SecretStr(token_urlsafe(32))


def is_loopback(host: str) -> bool:
    """Return whether ``host`` (a name or an IP address) can only be reached from its own machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def host_of(url: str) -> str:
    """Return the host in ``url``, or an empty string where it has none."""
    return urlsplit(url).hostname or ""
