"""Who may see a record: the one rule that every service applies before it shows or sends any part of one.

| record | the public | its own city, the publisher that opened it, operators |
|---|---|---|
| draft: read from procurement data or proposed, not confirmed by its city | no | yes |
| confirmed by its city, hidden by an embargo | no | yes |
| published, stale; its embargo, if it has one, is over on that day | yes | yes |
| withdrawn | no | yes, but no letter mentions it |

An outcome, an adoption or a comment is *about* solutions: it is public only while all of these are public. A
solution without a record is ignored. A submission that waits for moderation is not a record yet and is never
shown.

The functions use neither database nor clock. Callers read the status of the record at the moment they show
it: a copy in an index, a score or a stored letter must not decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.events import State
from shared.facts import Adoption, Fact, Implementation

PUBLISHED: frozenset[State] = frozenset({"published", "stale"})
UNTIL_TRANSITION = date.max
"""The end of an embargo until the next change of administration, whose day is not known."""


@dataclass(frozen=True, slots=True)
class Status:
    """What decides who may see a record; ``embargo_until`` is the first day on which it is public."""

    state: State
    city: str
    embargo_until: date | None = None
    opened_by: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the cities and the publisher of the account; an ``operator`` sees everything."""

    cities: frozenset[str] = frozenset()
    publisher: str | None = None
    operator: bool = False

    def owns(self, record: Status) -> bool:
        """Return whether this viewer sees ``record`` in every state."""
        opened = self.publisher is not None and self.publisher == record.opened_by
        return self.operator or opened or record.city in self.cities


PUBLIC = Viewer()


def embargoed(until: date | None, day: date) -> bool:
    """Return whether an embargo until ``until`` holds on ``day``; on the day ``until`` it is over."""
    return until is not None and day < until


def is_public(record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Return whether everybody may see ``record`` on ``day``; ``about`` are the solutions it is about."""
    return all(
        status.state in PUBLISHED and not embargoed(status.embargo_until, day) for status in (record, *about)
    )


def may_see(viewer: Viewer, record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Return whether ``viewer`` may see ``record`` on ``day``: its own in every state, others' when public.

    The owner of an outcome sees it whatever the state of the solution; the owner of the solution sees other
    cities' outcomes only when these are published.
    """
    hidden = (status for status in (record, *about) if not is_public(status, day))
    return viewer.owns(record) or all(viewer.owns(status) for status in hidden)


def may_tell(city: str, record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Return whether a letter to ``city`` may mention ``record`` on ``day``: never a withdrawn one."""
    solutions = (*about,)
    withdrawn = any(status.state == "withdrawn" for status in (record, *solutions))
    return not withdrawn and may_see(Viewer(frozenset({city})), record, day, solutions)


def about_solutions(fact: Fact) -> tuple[str, ...]:
    """Return the ids of the solutions that a record is about; empty for a solution, a need or a city."""
    match fact:
        case Implementation():
            return (fact.solution,)
        case Adoption(parent=None):
            return (fact.solution,)
        case Adoption(parent=str(parent)):
            return (fact.solution, parent)
        case _:
            return ()
