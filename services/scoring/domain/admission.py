"""Which records a score may be made from: embargoed or unconfirmed data never reach one."""

from datetime import date

from shared.events import State

CONFIRMED: frozenset[State] = frozenset({"confirmed", "published", "stale"})


def admitted(state: State, embargo_until: date | None, today: date) -> bool:
    """Whether a record counts: confirmed by its city, and its embargo (if any) is over."""
    return state in CONFIRMED and (embargo_until is None or embargo_until <= today)
