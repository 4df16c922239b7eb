"""Reads a full case: a solution with its implementations, perhaps a city, a day and a framework."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from pydantic import ValidationError

from services.scoring.domain.case import YEAR, Case, is_past
from services.scoring.domain.nearness import Nearness, Worked, nearness
from services.scoring.domain.reading.beta import prior
from services.scoring.domain.reading.city import city, election
from services.scoring.domain.reading.plain import (
    TEXT,
    Wrong,
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
from services.scoring.domain.reading.solution import duration, solution, unit, verification
from services.scoring.domain.settings import Bounds, Framework
from services.scoring.domain.similarity import all_indicators, likeness
from services.scoring.domain.track_record import WORKED, Attempt
from shared.facts import Cause, CityProfile, FailureRecord, Money, Outcome, Unit

GIVEN = "given"
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


class Reading(NamedTuple):
    """A case, the framework it is to be scored by, and the day."""

    case: Case
    framework: Framework
    as_of: datetime


class Tried(NamedTuple):
    """An attempt and, where it was described, the city that made it."""

    attempt: Attempt
    profile: CityProfile | None
    similarity: float | None


def moment(value: object, path: str, default: date) -> datetime:
    """The day of the score at midnight UTC, or the very moment given."""
    if value is None:
        return datetime.combine(default, time(), UTC)
    found = day(value, path)
    try:
        exact = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:  # pragma: no cover - day() has read it
        return datetime.combine(found, time(), UTC)
    return exact if exact.tzinfo else exact.replace(tzinfo=UTC)


def read(given: Mapping[str, object], framework: Framework, today: date) -> Reading:
    """Read a full case; raise :class:`Wrong` with the path of the first field that cannot be used."""
    as_of = moment(given.get("as_of"), "as_of", today)
    try:
        return _read(given, framework, as_of)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Wrong("case", f"{place} of {error.title}: {first['msg']}") from None


def _read(given: Mapping[str, object], framework: Framework, as_of: datetime) -> Reading:
    body, day_of = mapping(given.get("solution"), "solution"), as_of.date()
    said = mapping(given["city"], "city") if given.get("city") is not None else None
    listed = [unit(each, where) for where, each in items((said or {}).get("units"), "city.units")]
    told = solution(body, "solution", day_of)
    once(({each.id} for each in told.units), "solution.units")
    once(({each.id} for each in listed), "city.units")
    delivery = mapping(body.get("delivery"), "solution.delivery")
    framework = _with_bounds(delivery, framework)
    needed = (*told.units, *(each for each in listed if each.id not in {own.id for own in told.units}))
    asking = _asking(said, needed) if said is not None else None
    tried = _tried(given, body, asking, framework, day_of)
    asked = _months(said)
    months = asked if told.months is None else told.months
    project_class = GIVEN if GIVEN in framework.evaluation.delivery.classes else told.delivery.project_class
    case = Case(
        solution=told.model_copy(
            update={
                "units": tuple(each.model_copy(update={"need": 1.0}) for each in needed),
                "delivery": told.delivery.model_copy(update={"project_class": project_class}),
                "months": months,
            }
        ),
        attempts=None if tried is None else tuple(each.attempt for each in tried),
        city=asking,
        nearness=_nearness(tried or [], asking, framework),
        election=election(said, "city", day_of) if said is not None else None,
        months=duration(delivery, "solution.delivery") if months is None else months,
        agreed_risk=asking.agreed_risk if asking else None,
        prior=prior(given.get("prior"), "prior", day_of),
    )
    return Reading(_agreed(case, given), framework, as_of)


def _agreed(case: Case, given: Mapping[str, object]) -> Case:
    phi = optional(*spelled(given, "", "agreed_risk", "phi", "φ"), 0, 1)
    return case if phi is None else replace(case, agreed_risk=phi)


def _months(said: Mapping[str, object] | None) -> float | None:
    return optional(*spelled(said or {}, "city", "delivery_months", "D"), 0.01)


def _asking(said: Mapping[str, object], needed: tuple[Unit, ...]) -> CityProfile:
    """The city, with what it has taken from its own list of units too."""
    have = dict(mapping(said.get("have"), "city.have"))
    rated = dict(mapping(said.get("ratings"), "city.ratings"))
    for where, each in items(said.get("units"), "city.units"):
        name = text(*spelled(each, where, "id", "name")) or ""
        if each.get("have") is not None:
            have[name] = each["have"]
        if each.get("rating") is not None:
            rated[name] = each["rating"]
    return city({**said, "have": have, "ratings": rated}, "city", {each.id: each.need for each in needed})


def _with_bounds(said: Mapping[str, object], framework: Framework) -> Framework:
    """The framework with the project class's bounds that the case itself names, if it does."""
    bound = pick(said, "upper_bound", "bound", "u")
    name, classes = pick(said, "project_class", "class"), framework.evaluation.delivery.classes
    if bound is None:
        if name is not None and name not in classes:
            raise Wrong(
                "solution.delivery.project_class", f"must be one of {', '.join(classes)}, not {name!r}"
            )
        return framework
    both = bound if isinstance(bound, dict) else {"cost": bound, "months": bound}
    own = Bounds(
        cost=optional(both.get("cost"), "solution.delivery.upper_bound.cost", 0) or None,
        months=optional(pick(both, "months", "time"), "solution.delivery.upper_bound.months", 0) or None,
    )
    settings = framework.evaluation.delivery.model_copy(update={"classes": {**classes, GIVEN: own}})
    return framework.model_copy(
        update={"evaluation": framework.evaluation.model_copy(update={"delivery": settings})}
    )


def _tried(
    given: Mapping[str, object],
    body: Mapping[str, object],
    asking: CityProfile | None,
    framework: Framework,
    today: date,
) -> list[Tried] | None:
    path = "solution.implementations" if "implementations" in body else "implementations"
    listed = body.get("implementations", given.get("implementations"))
    if listed is None:
        return None
    peers = _peers(given.get("peers"))
    return [
        _one(mapping(each, f"{path}[{index}]"), f"{path}[{index}]", asking, peers, framework, today)
        for index, each in enumerate(sequence(listed, path))
    ]


def _peers(value: object) -> dict[str, CityProfile]:
    if isinstance(value, list):
        found = [city(each, where, {}) for where, each in items(value, "peers")]
        once(({each.id, each.name} for each in found), "peers")
        return {name: each for each in found for name in (each.id, each.name)}
    listed = mapping(value, "peers")
    return {
        name: city({"id": name, **mapping(each, f"peers.{name}")}, f"peers.{name}", {})
        for name, each in listed.items()
    }


def _one(
    each: Mapping[str, object],
    path: str,
    asking: CityProfile | None,
    peers: Mapping[str, CityProfile],
    framework: Framework,
    today: date,
) -> Tried:
    profile = _profile(each, path, peers)
    near = optional(*spelled(each, path, "similarity", "s"), 0, 1)
    outcome = choice(
        "unknown" if each.get("outcome") is None else each["outcome"], f"{path}.outcome", OUTCOMES
    )
    attempt = Attempt(
        city=profile.id if profile else _name(each, path),
        outcome=outcome,
        verification=verification(*spelled(each, path, "verification", "v")),
        age=_age(each, path, today),
        similarity=1.0
        if asking is None
        else _similarity(asking, profile, near, framework, _name(each, path)),
        overdue=_overdue(each, path, outcome, framework, today),
        failure=_failure(*spelled(each, path, "failure", "failure_record", "lesson", "learning")),
    )
    return Tried(attempt, profile, near)


def _name(each: Mapping[str, object], path: str) -> str:
    said = each.get("city")
    place = spelled(said, f"{path}.city", "id", "name") if isinstance(said, dict) else (said, f"{path}.city")
    return text(*place) or "unnamed"


def _profile(each: Mapping[str, object], path: str, peers: Mapping[str, CityProfile]) -> CityProfile | None:
    said, name = each.get("city"), _name(each, path)
    if isinstance(said, dict):
        return city(said, f"{path}.city", {})
    if each.get("indicators") is not None:
        return city({"id": name, "indicators": each["indicators"]}, path, {})
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
    found = likeness(asking, profile, indicators).value if profile else None
    return framework.missing.value if found is None else found


def _age(each: Mapping[str, object], path: str, today: date) -> float:
    years = pick(each, "age_years", "age")
    if years is not None:
        return number(years, f"{path}.age_years", 0)
    ended = pick(each, "ended", "planned_end")
    return 0.0 if ended is None else max(0.0, (today - day(ended, f"{path}.ended")).days / YEAR)


def _overdue(
    each: Mapping[str, object], path: str, outcome: Outcome, framework: Framework, today: date
) -> bool:
    if outcome not in (Outcome.RUNNING, Outcome.UNKNOWN):
        return False
    said = answer(each.get("overdue"), f"{path}.overdue")
    if said is not None or each.get("planned_end") is None:
        return bool(said)
    planned = day(each["planned_end"], f"{path}.planned_end")
    return is_past(planned, framework.track_record.overdue_after, today)


def _failure(value: object, path: str) -> FailureRecord | None:
    """The failure record; true, or any value that is not empty, stands for a field that is filled in."""
    if value is None:
        return None
    said = mapping(value, path)
    found = {name: pick(said, *spellings) for name, spellings in FIELDS.items()}
    return FailureRecord.model_validate(
        {
            name: _field(name, each, f"{path}.{name}")
            for name, each in found.items()
            if each is not None and each is not False and each != ""  # zero is an answer
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


def _nearness(tried: list[Tried], asking: CityProfile | None, framework: Framework) -> Nearness:
    """Likeness per dimension to the most similar city where it worked: as given, else from its indicators."""
    if asking is None:
        return {}
    worked = [
        Worked(profile.name if profile else attempt.city, profile, similarity)
        for attempt, profile, similarity in tried
        if attempt.outcome in WORKED
    ]
    return nearness(asking, worked, framework)
