"""Reads the implementations of a case, the cities that made them, and their failure records.

A failure record has ten fields, of which some may only be said to be there. Raises :class:`InputError` with
the path of the first field that cannot be used.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.scoring.domain.case import YEAR, is_past
from services.scoring.domain.city_similarity import all_indicators, likeness
from services.scoring.domain.framework import Framework
from services.scoring.domain.input_parser.city import city
from services.scoring.domain.input_parser.json_values import (
    TEXT,
    answer,
    choice,
    day,
    items,
    mapping,
    number,
    once,
    optional,
    pick,
    sequence,
    spelled,
    text,
)
from services.scoring.domain.input_parser.solution import verification
from services.scoring.domain.track_record import WeighedAttempt
from shared.facts import Cause, CityProfile, FailureRecord, Money, Outcome

OUTCOMES: Mapping[str, Outcome] = {
    **{outcome.value: outcome for outcome in Outcome},
    **dict.fromkeys(("success", "worked"), Outcome.SUCCEEDED),
    **dict.fromkeys(("partially", "partial_success"), Outcome.PARTIAL),
    **dict.fromkeys(("failure", "stopped"), Outcome.FAILED),
    "ongoing": Outcome.RUNNING,
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "expectation": ("expectation", "expected"),
    "result": ("result",),
    "cause": ("cause", "cause_code"),
    "first_warning_sign": ("first_warning_sign", "warning_sign", "warning"),
    "decision_to_change": ("decision_to_change", "decision"),
    "conditions": ("conditions",),
    "sunk_cost": ("sunk_cost", "cost"),
    "kept": ("kept",),
    "evidence": ("evidence",),
    "contact": ("contact",),
}
MOST_SUNK = 1e17
"""More than any project ever cost, in any currency."""


class ParsedImplementations(NamedTuple):
    """An attempt and, where it was described, the city that made it."""

    attempt: WeighedAttempt
    profile: CityProfile | None
    similarity: float | None


def tried(
    given: Mapping[str, object],
    body: Mapping[str, object],
    asking: CityProfile | None,
    framework: Framework,
    today: date,
) -> list[ParsedImplementations] | None:
    """The implementations of a case in their order; None where nobody was asked."""
    path = "solution.implementations" if "implementations" in body else "implementations"
    listed = body.get("implementations", given.get("implementations"))
    if listed is None:
        return None
    peers = _peers(given.get("peers"))
    return [
        _one(mapping(item, f"{path}[{index}]"), f"{path}[{index}]", asking, peers, framework, today)
        for index, item in enumerate(sequence(listed, path))
    ]


def _peers(value: object) -> dict[str, CityProfile]:
    if isinstance(value, list):
        cities = [city(peer, where, {}) for where, peer in items(value, "peers")]
        once(({peer.id, peer.name} for peer in cities), "peers")
        return {name: peer for peer in cities for name in (peer.id, peer.name)}
    listed = mapping(value, "peers")
    return {
        name: city({"id": name, **mapping(peer, f"peers.{name}")}, f"peers.{name}", {})
        for name, peer in listed.items()
    }


def _one(
    item: Mapping[str, object],
    path: str,
    asking: CityProfile | None,
    peers: Mapping[str, CityProfile],
    framework: Framework,
    today: date,
) -> ParsedImplementations:
    profile = _profile(item, path, peers)
    near = optional(*spelled(item, path, "similarity", "s"), 0, 1)
    outcome = choice(
        "unknown" if item.get("outcome") is None else item["outcome"], f"{path}.outcome", OUTCOMES
    )
    attempt = WeighedAttempt(
        city=profile.id if profile else _name(item, path),
        outcome=outcome,
        verification=verification(*spelled(item, path, "verification", "v")),
        age=_age(item, path, today),
        similarity=1.0
        if asking is None
        else _similarity(asking, profile, near, framework, _name(item, path)),
        overdue=_overdue(item, path, outcome, framework, today),
        failure=failure(*spelled(item, path, "failure", "failure_record", "lesson", "learning")),
    )
    return ParsedImplementations(attempt, profile, near)


def _name(item: Mapping[str, object], path: str) -> str:
    given_city = item.get("city")
    place = (
        spelled(given_city, f"{path}.city", "id", "name")
        if isinstance(given_city, dict)
        else (given_city, f"{path}.city")
    )
    return text(*place) or "unnamed"


def _profile(item: Mapping[str, object], path: str, peers: Mapping[str, CityProfile]) -> CityProfile | None:
    place, name = item.get("city"), _name(item, path)
    if isinstance(place, dict):
        return city(place, f"{path}.city", {})
    if item.get("indicators") is not None:
        return city({"id": name, "indicators": item["indicators"]}, path, {})
    return peers.get(name)


def _similarity(
    asking: CityProfile, profile: CityProfile | None, given: float | None, framework: Framework, name: str
) -> float:
    """As given, else computed; the city is like itself, and what cannot be compared counts as missing."""
    if given is not None:
        return given
    if name == asking.id:
        return 1.0
    indicators = all_indicators(framework.transferability)
    computed = likeness(asking, profile, indicators).value if profile else None
    return framework.missing.value if computed is None else computed


def _age(item: Mapping[str, object], path: str, today: date) -> float:
    years = pick(item, "age_years", "age")
    if years is not None:
        return number(years, f"{path}.age_years", 0)
    ended = pick(item, "ended", "planned_end")
    return 0.0 if ended is None else max(0.0, (today - day(ended, f"{path}.ended")).days / YEAR)


def _overdue(
    item: Mapping[str, object], path: str, outcome: Outcome, framework: Framework, today: date
) -> bool:
    if outcome not in (Outcome.RUNNING, Outcome.UNKNOWN):
        return False
    stated = answer(item.get("overdue"), f"{path}.overdue")
    if stated is not None or item.get("planned_end") is None:
        return bool(stated)
    planned = day(item["planned_end"], f"{path}.planned_end")
    return is_past(planned, framework.track_record.overdue_after, today)


def failure(value: object, path: str) -> FailureRecord | None:
    """The failure record; true, or any value that is not empty, stands for a field that is filled in."""
    if value is None:
        return None
    record = mapping(value, path)
    fields = {name: pick(record, *spellings) for name, spellings in FIELDS.items()}
    return FailureRecord.model_validate(
        {
            name: _field(name, field, f"{path}.{name}")
            for name, field in fields.items()
            if field is not None and field is not False and field != ""  # zero is an answer
        }
    )


def _field(name: str, value: object, path: str) -> object:
    if name == "cause":
        return choice(value, path, _causes())
    if name == "sunk_cost":
        return Money(amount=_amount(value, path), currency="XXX")
    return text(value, path, TEXT)


def _causes() -> dict[str, Cause]:
    return {**{cause.value: cause for cause in Cause}, "true": Cause.NOT_MEASURED}


def _amount(value: object, path: str) -> Decimal:
    if isinstance(value, dict):
        value = value.get("amount")
    if value is True or isinstance(value, str):
        return Decimal(0)
    return Decimal(repr(number(value, path, 0, MOST_SUNK)))
