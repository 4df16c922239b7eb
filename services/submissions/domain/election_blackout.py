"""Not for political gain: what a city says shortly before it votes is shown afterwards (feature S3)."""

from datetime import date, timedelta

from services.submissions.domain.drafts import Draft
from shared.events import Complaint
from shared.facts import Solution

DAY = timedelta(days=1)


def blackout(draft: Draft, election: date | None, day: date, window: timedelta) -> Draft:
    """``draft`` as it is kept: a solution said on a ``day`` within ``window`` before the ``election`` of its
    city is hidden until the day after; an empty window hides nothing. A longer embargo of its own stays.
    """
    if not isinstance(draft.fact, Solution) or election is None or draft.embargo_until_transition:
        return draft
    if not window or not election - window <= day <= election:
        return draft
    until = max(draft.embargo_until or day, election + DAY)
    return draft.model_copy(update={"embargo_until": until})


def notice(until: date) -> Complaint:
    """What the sender is told."""
    return Complaint(
        path="embargo_until", message=f"hidden until {until}: its city votes before that, and nobody gains"
    )
