"""Which cities may reply to a failure: the one rule that submissions applies and notifications offers by.

| city | may reply |
|---|---|
| whose attempt it is | yes |
| whose solution it was | yes |
| that a text of the attempt names, by a whole word of three letters or more | yes |
| any other | no |

Only an attempt that failed, in part or whole, has replies. The supplier that the solution names may reply,
too; submissions judges that.
"""

from collections.abc import Iterable, Iterator

from shared.facts import Implementation, Outcome
from shared.folding import fold

FAILURES = frozenset({Outcome.FAILED, Outcome.ABANDONED, Outcome.PARTIAL})
SHORTEST_NAME = 3
TEXTS = (
    "expectation",
    "result",
    "first_warning_sign",
    "decision_to_change",
    "conditions",
    "kept",
    "evidence",
)


def has_replies(attempt: Implementation) -> bool:
    """Return whether those concerned may reply to ``attempt`` at all."""
    return attempt.outcome in FAILURES


def city_may_reply(
    city: str, names: Iterable[str], attempt: Implementation, solution_city: str | None
) -> bool:
    """Return whether ``city``, which is called by ``names``, may reply to ``attempt``."""
    return has_replies(attempt) and (city in {attempt.city, solution_city} or is_named(attempt, names))


def is_named(attempt: Implementation, names: Iterable[str]) -> bool:
    """Return whether a text of ``attempt`` has one of ``names``, in any case and without accents."""
    texts = [f" {fold(text)} " for text in _texts(attempt)]
    folded = [fold(name) for name in names]
    return any(f" {name} " in text for name in folded if len(name) >= SHORTEST_NAME for text in texts)


def _texts(attempt: Implementation) -> Iterator[str]:
    failure = attempt.failure
    yield from filter(None, (attempt.why, *(getattr(failure, name) for name in TEXTS if failure)))
