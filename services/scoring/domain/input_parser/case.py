"""Reads a full case: a solution with its implementations, perhaps a city, a prior, a day and a framework.

``read`` gives a :class:`~services.scoring.domain.case.Case` and raises :class:`InputError` with the path of
the first field that cannot be used. ``beta`` and ``prior`` read Beta distributions of success, for
intermediate values too.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from pydantic import ValidationError

from services.scoring.domain.case import Case
from services.scoring.domain.framework import Framework, OverrunBounds
from services.scoring.domain.input_parser.city import city, election
from services.scoring.domain.input_parser.implementations import ParsedImplementations, tried
from services.scoring.domain.input_parser.json_values import (
    InputError,
    day,
    items,
    mapping,
    number,
    once,
    optional,
    pick,
    spelled,
    text,
    whole,
)
from services.scoring.domain.input_parser.solution import duration, solution, unit
from services.scoring.domain.nearest_cities import Nearness, Worked, nearness
from services.scoring.domain.track_record import WORKED
from shared.events import AreaPrior
from shared.facts import CityProfile, Unit

COMPUTABLE = 1e-6, 1e9
"""Within these alpha and beta the interval of a Beta distribution can be computed."""
GIVEN = "given"


def beta(value: object, path: str) -> tuple[float, float]:
    """Alpha and beta, as a pair or by name."""
    if isinstance(value, list) and len(value) == 2:
        pair = {f"{path}[{place}]": item for place, item in enumerate(value)}
    elif isinstance(value, dict):
        pair = {f"{path}.{name}": value.get(name) for name in ("alpha", "beta")}
    else:
        raise InputError(path, 'must be [alpha, beta] or {"alpha": …, "beta": …}')
    alpha, lost = (number(item, place, *COMPUTABLE) for place, item in pair.items())
    return alpha, lost


def prior(value: object, path: str, today: date) -> AreaPrior | None:
    """The prior of a service area, as the API and every assessment show it; a pair is one without a name.

    Where they are not said, it was frozen today, and nobody knows from how many (0).
    """
    if value is None:
        return None
    alpha, lost = beta(value, path)
    fields = mapping(value, path) if isinstance(value, dict) else {}
    return AreaPrior(
        area=text(fields.get("area"), f"{path}.area") or "the case",
        day=today if fields.get("day") is None else day(fields["day"], f"{path}.day"),
        ended=whole(fields.get("ended"), f"{path}.ended", 0) or 0,
        alpha=alpha,
        beta=lost,
    )


class ParsedCase(NamedTuple):
    """A case, the framework it is to be scored by, and the day."""

    case: Case
    framework: Framework
    as_of: datetime


def moment(value: object, path: str, default: date) -> datetime:
    """The day of the score at midnight UTC, or the very moment given."""
    if value is None:
        return datetime.combine(default, time(), UTC)
    midnight_of = day(value, path)
    try:
        exact = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:  # pragma: no cover - day() has read it
        return datetime.combine(midnight_of, time(), UTC)
    return exact if exact.tzinfo else exact.replace(tzinfo=UTC)


def read(given: Mapping[str, object], framework: Framework, today: date) -> ParsedCase:
    """Read a full case; raise :class:`InputError` with the path of the first field that cannot be used."""
    as_of = moment(given.get("as_of"), "as_of", today)
    try:
        return _read(given, framework, as_of)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError("case", f"{place} of {error.title}: {first['msg']}") from None


def _read(given: Mapping[str, object], framework: Framework, as_of: datetime) -> ParsedCase:
    body, day_of = mapping(given.get("solution"), "solution"), as_of.date()
    city_fields = mapping(given["city"], "city") if given.get("city") is not None else None
    listed = [unit(item, where) for where, item in items((city_fields or {}).get("units"), "city.units")]
    described = solution(body, "solution", day_of)
    once(({item.id} for item in described.units), "solution.units")
    once(({item.id} for item in listed), "city.units")
    delivery = mapping(body.get("delivery"), "solution.delivery")
    framework = _with_bounds(delivery, framework)
    needed = (
        *described.units,
        *(item for item in listed if item.id not in {own.id for own in described.units}),
    )
    asking = _asking(city_fields, needed) if city_fields is not None else None
    implementations = tried(given, body, asking, framework, day_of)
    asked = _months(city_fields)
    months = asked if described.months is None else described.months
    project_class = (
        GIVEN if GIVEN in framework.evaluation.delivery.classes else described.delivery.project_class
    )
    case = Case(
        solution=described.model_copy(
            update={
                "units": tuple(item.model_copy(update={"need": 1.0}) for item in needed),
                "delivery": described.delivery.model_copy(update={"project_class": project_class}),
                "months": months,
            }
        ),
        attempts=None if implementations is None else tuple(item.attempt for item in implementations),
        city=asking,
        nearness=_nearness(implementations or [], asking, framework),
        election=election(city_fields, "city", day_of) if city_fields is not None else None,
        months=duration(delivery, "solution.delivery") if months is None else months,
        agreed_risk=asking.agreed_risk if asking else None,
        prior=prior(given.get("prior"), "prior", day_of),
    )
    return ParsedCase(_agreed(case, given), framework, as_of)


def _agreed(case: Case, given: Mapping[str, object]) -> Case:
    phi = optional(*spelled(given, "", "agreed_risk", "phi", "φ"), 0, 1)
    return case if phi is None else replace(case, agreed_risk=phi)


def _months(city_fields: Mapping[str, object] | None) -> float | None:
    return optional(*spelled(city_fields or {}, "city", "delivery_months", "D"), 0.01)


def _asking(city_fields: Mapping[str, object], needed: tuple[Unit, ...]) -> CityProfile:
    """The city, with what it has taken from its own list of units too."""
    have = dict(mapping(city_fields.get("have"), "city.have"))
    rated = dict(mapping(city_fields.get("ratings"), "city.ratings"))
    for where, item in items(city_fields.get("units"), "city.units"):
        name = text(*spelled(item, where, "id", "name")) or ""
        if item.get("have") is not None:
            have[name] = item["have"]
        if item.get("rating") is not None:
            rated[name] = item["rating"]
    return city(
        {**city_fields, "have": have, "ratings": rated}, "city", {item.id: item.need for item in needed}
    )


def _with_bounds(delivery: Mapping[str, object], framework: Framework) -> Framework:
    """The framework with the project class's bounds that the case itself names, if it does."""
    bound = pick(delivery, "upper_bound", "bound", "u")
    name, classes = pick(delivery, "project_class", "class"), framework.evaluation.delivery.classes
    if bound is None:
        if name is not None and name not in classes:
            raise InputError(
                "solution.delivery.project_class", f"must be one of {', '.join(classes)}, not {name!r}"
            )
        return framework
    both = bound if isinstance(bound, dict) else {"cost": bound, "months": bound}
    own = OverrunBounds(
        cost=optional(both.get("cost"), "solution.delivery.upper_bound.cost", 0) or None,
        months=optional(pick(both, "months", "time"), "solution.delivery.upper_bound.months", 0) or None,
    )
    settings = framework.evaluation.delivery.model_copy(update={"classes": {**classes, GIVEN: own}})
    return framework.model_copy(
        update={"evaluation": framework.evaluation.model_copy(update={"delivery": settings})}
    )


def _nearness(
    listed: list[ParsedImplementations], asking: CityProfile | None, framework: Framework
) -> Nearness:
    """Likeness per dimension to the most similar city where it worked: as given, else from its indicators."""
    if asking is None:
        return {}
    worked = [
        Worked(profile.name if profile else attempt.city, profile, similarity)
        for attempt, profile, similarity in listed
        if attempt.outcome in WORKED
    ]
    return nearness(asking, worked, framework)
