"""Solutions, attempts and cities for properties: any that can be said at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.adapters.framework_files import load
from shared import facts

FRAMEWORK = load("1")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
TODAY = NOW.date()
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

MAYBE = (None, False, True)
maybe = st.sampled_from(MAYBE)
share = st.floats(0, 1)
day = st.dates(date(2010, 1, 1), date(2026, 11, 22))
cities = st.sampled_from(["Tampere", "York", "Sheffield", "Lobito", "Tartu"])


def few(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property on a few examples, for every run."""
    return _on(50, *strategies)


def many(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The same property on ten thousand examples, for the night."""

    def mark(check: Callable[..., None]) -> Callable[..., None]:
        marked: Callable[..., None] = pytest.mark.nightly(
            pytest.mark.timeout(3600)(_on(10_000, *strategies)(check))
        )
        return marked

    return mark


def _on(
    examples: int, *strategies: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def wrap(check: Callable[..., None]) -> Callable[..., None]:
        limits = settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)
        return limits(given(*strategies)(check))

    return wrap


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """That, or not known."""
    return st.none() | strategy


def rows(model: type[facts.Fact]) -> st.SearchStrategy[Any]:
    """A row of yes, no and not known, drawn as one number in base three: drawing is what takes the time."""
    names = tuple(model.model_fields)

    def row(number: int) -> facts.Fact:
        answers = {name: MAYBE[number // 3**place % 3] for place, name in enumerate(names)}
        return model.model_validate(answers)

    return st.integers(0, 3 ** len(names) - 1).map(row)


studies = st.builds(
    facts.Study,
    sms=st.integers(0, 5),
    independence=st.sampled_from(["self", "commissioned", "independent"]),
    city=optional(cities),
    sign=st.sampled_from(["+", "0", "-"]),
    precise=maybe,
    primary=st.booleans(),
    source=st.none(),
)
kpis = st.builds(
    facts.Kpi,
    name=st.just("k"),
    unit=st.just("u"),
    baseline=st.floats(-1e6, 1e6),
    target=optional(st.floats(-1e6, 1e6)),
    observed=optional(st.floats(-1e6, 1e6)),
    measured=st.none(),
    method=st.none(),
    measured_by=st.none(),
    verification=st.sampled_from(facts.Verification),
)
problems = st.builds(
    facts.Problem,
    code=st.none(),
    statement=optional(st.sampled_from(["", "Vans block the street."])),
    people_affected=optional(st.integers(0, 10**7)),
    baseline=st.none(),
    service_owner=optional(st.just("Transport")),
    why_now=optional(st.just("A new law")),
)
deliveries = st.builds(
    facts.Delivery,
    planned_cost=optional(st.floats(1, 1e9)),
    actual_cost=optional(st.floats(0, 1e9)),
    currency=st.none(),
    planned_months=optional(st.floats(1, 120)),
    actual_months=optional(st.floats(0, 240)),
    project_class=optional(st.sampled_from(["equipment_development", "outsourcing", "unheard of"])),
)


@st.composite
def citizens(draw: st.DrawFn) -> facts.Citizens:
    """Involvement and answers, of which never more are positive than there are."""
    answers = draw(optional(st.integers(0, 10_000)))
    positive = None if answers is None else draw(optional(st.integers(0, answers)))
    return facts.Citizens(involvement=draw(optional(st.integers(0, 4))), answers=answers, positive=positive)


units = st.lists(
    st.builds(
        facts.Unit,
        id=st.sampled_from(["a", "b", "c", "d", "e", "f"]),
        name=st.just("A unit"),
        kind=st.just("requirement"),
        dimension=st.sampled_from(["organisation", "resources", "economy", "citizens"]),
        need=st.sampled_from([0.5, 1.0, 2.0]),
        critical=st.booleans(),
        department=st.none(),
        how_to_close=st.none(),
        training=st.none(),
    ),
    max_size=5,
    unique_by=lambda unit: unit.id,
).map(tuple)

solutions = st.builds(
    facts.Solution,
    id=st.just("sol-1"),
    city=st.just("Tampere"),
    title=st.just("Night-time freight"),
    problem=problems,
    studies=st.lists(studies, max_size=4).map(tuple),
    kpis=st.lists(kpis, max_size=3).map(tuple),
    delivery=deliveries,
    citizens=citizens(),
    reuse=rows(facts.Reuse),
    lockin=rows(facts.LockIn),
    maturity=st.builds(facts.Maturity, trl=optional(st.integers(1, 9)), srl=optional(st.integers(1, 9))),
    legal=rows(facts.Legal),
    units=units,
    months=optional(st.floats(0.5, 120)),
)
implementations = st.builds(
    facts.Implementation,
    solution=st.just("sol-1"),
    city=cities,
    outcome=st.sampled_from(facts.Outcome),
    verification=st.sampled_from(facts.Verification),
    started=st.none(),
    planned_end=optional(day),
    ended=optional(day),
    cost=st.none(),
    months=st.none(),
    why=st.none(),
    failure=st.none() | st.just(facts.FailureRecord(expectation="Half the vans", result="Four per cent")),
)
tried = st.lists(implementations, max_size=6)
indicators = st.builds(
    facts.Indicators,
    staff_per_1000=optional(st.floats(0.1, 100)),
    innovation_unit=maybe,
    barrier_buster=maybe,
    mandate=optional(st.integers(0, 3)),
    existing_process=maybe,
    budget_per_head=optional(st.floats(10, 10_000)),
    skills_present=optional(share),
    unemployment=optional(st.floats(0, 40)),
    local_suppliers=optional(st.integers(0, 200)),
    population=optional(st.integers(1000, 20_000_000)),
    density=optional(st.floats(10, 30_000)),
    language=optional(st.sampled_from(["fi", "en", "pt-AO", "et"])),
)


def profiles(name: st.SearchStrategy[str]) -> st.SearchStrategy[facts.CityProfile]:
    """Cities of such a name."""
    return st.builds(
        facts.CityProfile,
        id=name,
        name=name,
        country=st.just("FI"),
        agreed_risk=optional(share),
        next_election=optional(st.dates(date(2026, 1, 1), date(2032, 1, 1))),
        anchors=st.lists(
            st.sampled_from(["cross_party", "funds", "process", "deputy"]), max_size=4, unique=True
        ).map(tuple),
        indicators=indicators,
        have=st.dictionaries(st.sampled_from("abcdef"), share, max_size=6),
        ratings=st.dictionaries(
            st.sampled_from("abcdef"),
            st.builds(facts.Rating, value=st.integers(-2, 2), author=st.just("A"), reason=st.just("R")),
            max_size=2,
        ),
    )


asking = profiles(st.just("Kraków"))
elsewhere = st.builds(
    facts.CityProfile, id=cities, name=st.just("A city"), country=st.just("FI"), indicators=indicators
)
peers = st.lists(elsewhere, max_size=5).map(lambda known: {city.id: city for city in known})
