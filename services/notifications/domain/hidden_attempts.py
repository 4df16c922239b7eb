"""What a card shows while some of the attempts it was made from may not be told of any more.

A card keeps a match as it was told. Until scoring tells it anew, nothing that names such a city is shown.
"""

from collections.abc import Collection, Iterable
from typing import TypeVar

from shared.events import Assessment, Brief, Contribution, Match, Sentence

C = TypeVar("C", Contribution, Sentence)


def attempt_keys(brief: Brief) -> tuple[str, ...]:
    """The keys of the attempts that a brief tells of."""
    return tuple(f"outcome|{brief.solution.id}|{one.city}" for one in brief.implementations)


def brief_without(brief: Brief, hidden: frozenset[str]) -> Brief:
    """The brief without the attempts whose keys are ``hidden``."""
    gone = _cities(brief, hidden)
    return brief.model_copy(
        update={
            "implementations": tuple(one for one in brief.implementations if one.city not in gone),
            "city_names": {city: name for city, name in brief.city_names.items() if city not in gone},
        }
    )


def match_without(match: Match, brief: Brief, hidden: frozenset[str]) -> Match:
    """The match without what it says of the attempts in ``brief`` whose keys are ``hidden``."""
    gone = _cities(brief, hidden)
    if not gone:
        return match
    names = {*gone, *(brief.city_names.get(city, city) for city in gone)}
    failed, worked = match.nearest_failure, match.nearest_success
    return match.model_copy(
        update={
            "nearest_failure": None if failed and failed.city in gone else failed,
            "nearest_success": None if worked and worked.city in gone else worked,
            "prices": tuple(price for price in match.prices if price.city_name not in names),
            "gaps": tuple(
                gap.model_copy(update={"closed_by": None}) if gap.closed_by in names else gap
                for gap in match.gaps
            ),
            "changes": _unnamed(match.changes, names),
            "assessment": _assessment(match.assessment, names),
        }
    )


def _cities(brief: Brief, hidden: frozenset[str]) -> frozenset[str]:
    cities = (one.city for one in brief.implementations)
    return frozenset(city for city in cities if f"outcome|{brief.solution.id}|{city}" in hidden)


def _assessment(judged: Assessment, names: Collection[str]) -> Assessment:
    parts = ("evaluation_contributions", "risk_contributions", "transfer_contributions")
    return judged.model_copy(update={part: _unnamed(getattr(judged, part), names) for part in parts})


def _unnamed(sentences: Iterable[C], names: Collection[str]) -> tuple[C, ...]:
    """The same points, without the sentence where that names one of the cities."""
    nothing: dict[str, object] = {"reason": "-", "message": None, "parameters": {}}
    return tuple(
        one.model_copy(update=nothing) if _names(one.parameters.values(), names) else one for one in sentences
    )


def _names(parameters: Iterable[object], names: Collection[str]) -> bool:
    return any(name in str(parameter) for parameter in parameters for name in names)
