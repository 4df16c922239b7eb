"""What a city's file changes about an official: what the city owns, and never what the person said."""

from typing import Any

from services.notifications.domain.official_changes import HOLDER, PREFERENCES
from services.notifications.domain.officials import Official

CITYS = frozenset(Official.model_fields) - PREFERENCES - {"id", "status"}
"""What the city owns: who holds which post, with its address, role and departments."""


def changes(current: Official, row: Official, *, former: bool, zone_unknown: bool = False) -> dict[str, Any]:
    """What ``row`` changes about the ``current`` official, by field.

    ``former`` says that the row names somebody who handed the post over; ``zone_unknown`` that the time zone
    that is kept is none, so that any other mends it. A new address is asked to confirm, unless the city says
    in so many words that it is active; "left" is the city's word, and so is the return.
    """
    given, stands = row.model_dump(mode="json"), current.model_dump(mode="json")
    owned = CITYS - HOLDER if former else CITYS
    mends = {"timezone"} if zone_unknown else set()
    changed = {
        name: given[name]
        for name in sorted((owned | mends) & row.model_fields_set)
        if given[name] != stands[name]
    }
    status = _status(current, row, moved="email" in changed, former=former)
    return {**changed, "status": status} if status != current.status else changed


def _status(current: Official, row: Official, *, moved: bool, former: bool) -> str:
    if former:
        return current.status
    if row.status == "left" or current.status == "left" or moved:
        return row.status
    return current.status
