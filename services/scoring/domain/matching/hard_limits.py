"""Hard limits: what keeps a solution from a need however well they fit. Unknown never excludes.

``allows`` is the rule for one pair; ``allowed`` says the same for many needs at once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.revisions import name_hash
from shared.facts import CityProfile, Money, Need, Stage

CLOSED: Final = frozenset({Stage.DECIDED, Stage.WITHDRAWN})
"""Stages in which a need no longer waits for a solution."""
HAS_IT: Final = 0.5  # below this share of a unit a city counts as lacking it


@dataclass(frozen=True, slots=True, kw_only=True)
class HardLimits:
    """What one solution demands, and the moment of asking. Everything left out limits nothing.

    ``city`` is the solution's own city, which is never told; ``risk`` its probability of failure (0..1);
    ``smallest`` and ``largest`` bound the population; ``units`` must be in place; ``classes`` are such as
    ``SDG:11`` or ``COFOG:05``, of which one must be shared.
    """

    moment: datetime | None = None
    city: str | None = None
    countries: frozenset[str] = frozenset()
    cost: Money | None = None
    risk: float | None = None
    smallest: int | None = None
    largest: int | None = None
    units: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedConstraints:
    """What the limits are held against: one need, and what is known of its city."""

    city: str
    open: bool = True
    deadline: datetime | None = None
    budget: Money | None = None
    country: str | None = None
    population: int | None = None
    agreed_risk: float | None = None
    lacking: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


RECORD: Final = np.dtype(
    [
        ("city", "u8"),
        ("deadline", "i8"),
        ("budget", "f8"),
        ("population", "i8"),
        ("lacking", "u8"),
        ("classes", "u8"),
        ("agreed_risk", "f8"),
        ("country", "S2"),
        ("currency", "S3"),
        ("open", "?"),
        ("spare", "V2"),
    ]
)
"""One standing need in 64 bytes. Sets are 64-bit filters: a shared bit means *perhaps*, none means *no*."""
_NEVER: Final = np.iinfo(np.int64).max


def standing(need: Need, city: CityProfile | None = None) -> NeedConstraints:
    """What a need and its city say; without the city only the need counts."""
    place = city.model_dump(include={"country", "population"}) if city else {}
    agreed = need.agreed_risk if need.agreed_risk is not None or city is None else city.agreed_risk
    return NeedConstraints(
        city=need.city,
        open=need.stage not in CLOSED,
        deadline=need.deadline,
        budget=need.budget,
        agreed_risk=agreed,
        lacking=frozenset(unit for unit, have in (city.have if city else {}).items() if have < HAS_IT),
        classes=frozenset(f"{topic.scheme}:{topic.id}" for topic in need.topics if topic.scheme != "CPV"),
        **place,
    )


def allows(need: NeedConstraints, limits: HardLimits) -> bool:
    """Whether nothing forbids this pair."""
    return (
        need.open
        and need.city != limits.city
        and not (limits.moment and need.deadline and seconds(need.deadline) < seconds(limits.moment))
        and not (limits.countries and need.country and need.country not in limits.countries)
        and _affordable(need.budget, limits.cost)
        and not _above(limits.risk, need.agreed_risk)
        and not _above(limits.smallest, need.population)
        and not _above(need.population, limits.largest)
        and not (limits.units & need.lacking)
        and shared(need.classes, limits.classes)
    )


def record(need: NeedConstraints) -> tuple[object, ...]:
    """The fields of a standing need, in the order of ``RECORD``."""
    return (
        name_hash(need.city),
        seconds(need.deadline) if need.deadline else _NEVER,
        float(need.budget.amount) if need.budget else np.nan,
        -1 if need.population is None else need.population,
        bits(need.lacking),
        bits(need.classes),
        np.nan if need.agreed_risk is None else need.agreed_risk,
        need.country or "",
        need.budget.currency if need.budget else "",
        need.open,
        b"",
    )


def allowed(records: NDArray[Any], rows: NDArray[np.int64], limits: HardLimits) -> NDArray[np.bool_]:
    """``allows`` for many rows at once; only *perhaps* where ``units`` or ``classes`` share a bit.

    Only the fields that are asked for are read: most rows are far apart in memory.
    """
    fine: NDArray[np.bool_] = records["open"][rows]
    if limits.city is not None:
        fine &= records["city"][rows] != name_hash(limits.city)
    if limits.moment:
        fine &= records["deadline"][rows] >= seconds(limits.moment)
    if limits.countries:
        named = np.array(["", *sorted(limits.countries)], dtype="S2")
        fine &= np.isin(records["country"][rows], named)
    if limits.cost:
        short = records["budget"][rows] < float(limits.cost.amount)
        fine &= ~(short & (records["currency"][rows] == limits.cost.currency.encode()))
    if limits.risk is not None:
        fine &= ~(records["agreed_risk"][rows] < limits.risk)
    return fine & _fits(records, rows, limits)


def _fits(records: NDArray[Any], rows: NDArray[np.int64], limits: HardLimits) -> NDArray[np.bool_]:
    """Population, and classes as far as the filter knows."""
    fine: NDArray[np.bool_] = np.ones(rows.shape, dtype=np.bool_)
    if limits.smallest is limits.largest is None and not limits.classes:
        return fine
    people = records["population"][rows]
    if limits.smallest is not None:
        fine &= (people < 0) | (people >= limits.smallest)
    if limits.largest is not None:
        fine &= people <= limits.largest
    if limits.classes:
        common = records["classes"][rows] & np.uint64(bits(limits.classes))
        fine &= (records["classes"][rows] == 0) | (common != 0)
    return fine


def shared(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two sets have a member in common, as far as both are known."""
    return not some or not others or not some.isdisjoint(others)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970; a time without a zone is read as UTC."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def bits(names: frozenset[str]) -> int:
    """One of 64 bits for each name: two sets without a common bit have no common name."""
    return sum({1 << name_hash(name) % 64 for name in names}) if names else 0


def _affordable(budget: Money | None, cost: Money | None) -> bool:
    """Amounts are compared in one currency only; between two the answer is not known."""
    if budget is None or cost is None or budget.currency != cost.currency:
        return True
    return Decimal(budget.amount) >= cost.amount


def _above(value: float | None, bound: float | None) -> bool:
    """Whether both are known and the first exceeds the second."""
    return value is not None and bound is not None and value > bound
