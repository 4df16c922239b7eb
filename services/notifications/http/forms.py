"""What pages read from a request: the fields of a form, who asks, and whether another site had it sent."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import ImmutableMultiDict

from services.notifications.web.problems import PageProblem

MOST_FIELDS = 500
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form, in the body or in the address; any other body, or none, has no fields."""
    if request.method == "GET":
        return _fields(request.query_params)
    if not request.headers.get("content-type", "").startswith(FORMS):
        return {}
    return _fields(await request.form(max_files=0, max_fields=MOST_FIELDS))


def _fields(given: ImmutableMultiDict[str, Any]) -> dict[str, list[str]]:
    return {name: [str(value) for value in given.getlist(name)] for name in given}


def client_of(request: Request) -> str:
    """Who asks, for limits: an IPv4 address, or the /64 network that one IPv6 connection has to itself."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


def wanted_language(request: Request) -> str:
    """Return the first language that the browser asks for."""
    return request.headers.get("accept-language", "en").split(",")[0].split(";")[0].strip() or "en"


def refuse_other_sites(request: Request, site: str) -> None:
    """Raise ``PageProblem`` for what another site than ``site`` had sent."""
    if from_another_site(request.headers, site):
        raise PageProblem("old_form")


def from_another_site(headers: Mapping[str, str], site: str) -> bool:
    """Whether a browser says that another site than ``site`` had the request sent.

    ``Sec-Fetch-Site`` counts where it is there. ``Origin`` is ``null`` for forms of our own pages, too, as
    they send no referrer; a browser without ``Sec-Fetch-Site`` is then left to the token in the form.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched not in {"same-origin", "none"}
    origin = headers.get("origin", "null")
    return origin != "null" and _origin(origin) != _origin(site)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower()
