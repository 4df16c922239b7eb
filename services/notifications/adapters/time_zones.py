"""Time zones by name: one that is not known is taken for UTC, and said once, so that nothing waits for it."""

from functools import cache
from zoneinfo import ZoneInfo

import structlog

log = structlog.get_logger()
UTC = ZoneInfo("UTC")


def known_zone(name: str) -> ZoneInfo | None:
    """The time zone ``name``; ``None`` where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@cache
def zone_of(name: str) -> ZoneInfo:
    """The time zone ``name``, else UTC; the import refuses names that are not known."""
    zone = known_zone(name)
    if zone is None:
        log.warning("timezone_unknown", zone=name, mend="import the official with a name such as Europe/Oslo")
    return zone or UTC
