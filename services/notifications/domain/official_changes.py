"""What was changed at a post, when, and by which way: kept beside the post and shown to who holds it.

Only the names of what changed are kept, never the values: who holds the post now must not read what somebody
else had entered.
"""

from typing import Literal, get_args

from pydantic import AwareDatetime

from services.notifications.domain.officials import Official
from shared.facts import Fact

Way = Literal["page", "one_click", "mail", "undo", "confirmation", "hand_over", "import", "command", "desk"]
WAYS: tuple[Way, ...] = get_args(Way)
PREFERENCES = frozenset(
    {
        "cadence",
        "pause_until",
        "thresholds",
        "include_failures",
        "kinds_off",
        "topics_off",
        "topics",
        "locale",
        "timezone",
        "at",
        "weekday",
        "quiet",
    }
)
"""What an official decides alone; everything else says who the official is, and is never undone by a page."""
HOLDER = frozenset({"name", "email"})
OF_THE_POST = frozenset({"post", "role", "departments", "stands_in_for", "administers", "status"})
"""What whoever looks after a city's posts decides at the desk, other than who holds a post."""
MOST_CHANGES = 100


class HolderChanged(ValueError):
    """Somebody else holds the post by now: nothing was written."""


class OfficialChange(Fact):
    """One change of a post: which fields, when, and by which way."""

    at: AwareDatetime
    way: Way
    what: tuple[str, ...]


def changed_fields(before: Official | None, after: Official) -> tuple[str, ...]:
    """The names of the fields in which two states of a post differ; all that are set where it is new."""
    if before is None:
        return tuple(sorted(after.model_fields_set))
    return tuple(
        sorted(name for name in Official.model_fields if getattr(before, name) != getattr(after, name))
    )
