"""Who may see a record: the one rule that every service asks before it shows or tells anything of one.

| record | the public | its own city, the publisher that opened it, operators |
|---|---|---|
| draft: read from procurement data or proposed, not confirmed by its city | no | yes |
| confirmed: its city stands by it, but an embargo hides it | no | yes |
| published, stale; its embargo, if it has one, is over on that day | yes | yes |
| withdrawn | no | yes, but no letter tells of it |

An outcome, an adoption or a comment is *about* solutions: it is public only while all of them are. A solution
that nobody has recorded hides nothing. What waits for a reviewer is not a record yet, and nobody sees it.

The rule knows neither store nor clock. Whoever asks it reads the record in the turn that shows it: what an
index, a score, a card or a letter remembers of a record never decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.events import State
from shared.facts import Adoption, Fact, Implementation

PUBLISHED: frozenset[State] = frozenset({"published", "stale"})
UNTIL_TRANSITION = date.max
"""The end of an embargo that waits for a new administration: no day is known on which it ends."""


@dataclass(frozen=True, slots=True)
class Status:
    """What decides who may see a record; ``embargo_until`` is the first day on which it may be seen."""

    state: State
    city: str
    embargo_until: date | None = None
    opened_by: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: for which cities, as which publisher; ``operator`` sees everything."""

    cities: frozenset[str] = frozenset()
    publisher: str | None = None
    operator: bool = False

    def owns(self, record: Status) -> bool:
        """Whether it sees ``record`` in every state."""
        opened = self.publisher is not None and self.publisher == record.opened_by
        return self.operator or opened or record.city in self.cities


PUBLIC = Viewer()


def embargoed(until: date | None, day: date) -> bool:
    """Whether an embargo until ``until`` stands on ``day``; on its last day it is over."""
    return until is not None and day < until


def is_public(record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Whether anybody may see ``record`` on ``day``; ``about`` are the solutions it is about."""
    return all(
        each.state in PUBLISHED and not embargoed(each.embargo_until, day) for each in (record, *about)
    )


def may_see(viewer: Viewer, record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Whether ``viewer`` may see ``record`` on ``day``: its own in every state, of others what is public.

    Whose outcome it is sees it, whatever became of the solution; whose solution it is sees of others'
    outcomes what they published.
    """
    hidden = (each for each in (record, *about) if not is_public(each, day))
    return viewer.owns(record) or all(viewer.owns(each) for each in hidden)


def may_tell(city: str, record: Status, day: date, about: Iterable[Status] = ()) -> bool:
    """Whether a letter to ``city`` may tell of ``record`` on ``day``: nobody is told what was withdrawn."""
    everything = (record, *about)
    gone = any(each.state == "withdrawn" for each in everything)
    return not gone and may_see(Viewer(frozenset({city})), record, day, everything[1:])


def about_solutions(fact: Fact) -> tuple[str, ...]:
    """The ids of the solutions that a record is about."""
    match fact:
        case Implementation():
            return (fact.solution,)
        case Adoption(parent=None):
            return (fact.solution,)
        case Adoption(parent=str(parent)):
            return (fact.solution, parent)
        case _:
            return ()
