"""Is the buyer a city government? Asked apart from the question where its office is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.submissions.domain.places.authority_kinds import Kind, joined_towns, kind_by_words
from services.submissions.domain.places.gazetteer import Gazetteer
from services.submissions.domain.places.local_government_words import (
    LOCAL_AUTHORITY_LISTS,
    NOT_A_CITY,
    is_local_word,
    place_names_in,
    says_local,
)
from services.submissions.domain.places.names import fold


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer with the clue it rests on; ``confidence`` is 0–1, and 0 when nothing is known.

    ``kind`` is what sort of local authority it is. Only a city speaks for a city; a county, a district and
    a council of several towns are local governments that no city stands for.
    """

    answer: Literal["yes", "no", "unknown"]
    method: Literal["registration", "review", "identifier", "name", "classification", "none"]
    confidence: float
    kind: Kind | None = None

    @property
    def of_a_city(self) -> bool:
        """Whether it may speak for a city."""
        return self.answer == "yes" and self.kind in ("city", None)


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
    by_name = _by_name(folded)
    if by_name.method == "name":
        return by_name
    if classification and is_local_word(fold(classification)):
        return Judgement("yes", "classification", 0.8)
    return Judgement("unknown", "none", 0.0)


def authority_kind(names: Iterable[str], gazetteer: Gazetteer) -> Kind | None:
    """Tell what sort of local authority bears ``names``; ``None`` where the words do not tell.

    An authority named after two places ("Windsor and Maidenhead") is a council of several towns, where one
    of them is known and no city bears the whole name.
    """
    named = tuple(name for name in names if name)
    told = [kind for name in named if (kind := kind_by_words(fold(name)))]
    if told:
        return "city" if "city" in told else told[0]
    places = [place for name in named for place in place_names_in(name)]
    if any(_known(place, gazetteer) for place in places):
        return "city"
    parts = {part for place in places for part in joined_towns(place)}
    return "towns" if any(_known(part, gazetteer) for part in parts) else None


def _known(place: str, gazetteer: Gazetteer) -> bool:
    return place in gazetteer.called or place in gazetteer.known_as


def _by_name(folded: tuple[str, ...]) -> Judgement:
    """A hospital is none, a council is one; a city's department of streets has both and stays unknown."""
    other = any(NOT_A_CITY.search(name) for name in folded)
    local = any(says_local(NOT_A_CITY.sub(" ", name)) for name in folded)
    if other and local:
        return Judgement("unknown", "name", 0.3)
    if other or local:
        return Judgement("yes" if local else "no", "name", 0.85 if local else 0.8)
    return Judgement("unknown", "none", 0.0)
