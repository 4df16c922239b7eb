"""Statuses in the words of OCDS, whatever the publisher calls them."""

from services.submissions.domain.ocds.defects import DefectLog, Path
from services.submissions.domain.ocds.field_types import ReleasePart
from services.submissions.domain.ocds.release_models import (
    Award,
    Contract,
    ContractImplementation,
    Lot,
    Milestone,
    Tender,
)
from services.submissions.domain.publisher_profiles import Profile

_CALL = frozenset({"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"})
_MILESTONE = frozenset({"scheduled", "met", "notmet", "partiallymet"})
KNOWN: dict[type[ReleasePart], frozenset[str]] = {
    Tender: _CALL,
    Lot: _CALL,
    Award: frozenset({"pending", "active", "cancelled", "unsuccessful"}),
    Contract: frozenset({"pending", "active", "cancelled", "terminated"}),
    Milestone: _MILESTONE,
    ContractImplementation: frozenset({"planning", "ongoing", "concluded"}),
}
SPELLINGS = {
    "canceled": "cancelled",
    "completed": "complete",
    "closed": "complete",
    "open": "active",
    "not met": "notmet",
    "not_met": "notmet",
    "partially met": "partiallymet",
    "partially_met": "partiallymet",
    "planified": "planned",
}


def translate(
    status: str, model: type[ReleasePart], profile: Profile, log: DefectLog, path: Path
) -> str | None:
    """The OCDS word for a case-folded ``status`` of a ``model``; None where no table knows it."""
    known = KNOWN.get(model)
    if known is None or status in known:
        return status
    word = profile.statuses.get(status) or SPELLINGS.get(status)
    if word in known:
        return word
    log.note("status-unknown", path)
    return None
