"""Identifiers that name a city outright."""

import re
from collections.abc import Iterable

_GEONAMES = re.compile(r"(\d{2,9})")
_SCHEMES = ("GEONAMES", "XI-GEONAMES", "HTTP://WWW.GEONAMES.ORG", "HTTPS://WWW.GEONAMES.ORG", "URN:GEONAMES")


def city_by_identifier(identifiers: Iterable[tuple[str, str]]) -> str | None:
    """Give the GeoNames id among (scheme, id) pairs, also out of ``https://www.geonames.org/2643743/``."""
    for scheme, identifier in identifiers:
        found = _GEONAMES.search(identifier)
        if found and (scheme.strip().upper().rstrip("/") in _SCHEMES or "geonames.org" in identifier):
            return found[1]
    return None
