"""Is the buyer a city government? Asked apart from the question where its office is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.submissions.domain.places.markers import (
    LOCAL_AUTHORITY_LISTS,
    NOT_A_CITY,
    is_local_word,
    says_local,
)
from services.submissions.domain.places.names import fold


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer with the clue it rests on; ``confidence`` is 0–1, and 0 when nothing is known."""

    answer: Literal["yes", "no", "unknown"]
    method: Literal["registration", "identifier", "name", "classification", "none"]
    confidence: float


def city_government(
    names: Iterable[str] = (),
    *,
    identifiers: Iterable[tuple[str, str]] = (),
    registered_as_city: bool = False,
    classification: str | None = None,
) -> Judgement:
    """Judge whether a buyer is a city government; first clue wins.

    ``names`` are its names, ``identifiers`` its (scheme, id) pairs, ``classification`` what
    ``parties[].details`` says of its kind. A place name alone answers nothing: the airport of a city is
    not its government. The markers find about two buyers in five, so ``unknown`` is the common answer.
    """
    if registered_as_city:
        return Judgement("yes", "registration", 1.0)
    if any(scheme.strip().upper() in LOCAL_AUTHORITY_LISTS for scheme, _ in identifiers):
        return Judgement("yes", "identifier", 0.95)
    folded = tuple(fold(name) for name in names if name)
    if any(NOT_A_CITY.search(name) for name in folded):
        return Judgement("no", "name", 0.8)
    if any(says_local(name) for name in folded):
        return Judgement("yes", "name", 0.85)
    if classification and is_local_word(fold(classification)):
        return Judgement("yes", "classification", 0.8)
    return Judgement("unknown", "none", 0.0)
