"""The solution that the sample letters are about, and what became of it."""

from datetime import date
from decimal import Decimal

from shared.events import Brief, InYear, Spread
from shared.facts import (
    Cause,
    Component,
    Contact,
    FailureRecord,
    Implementation,
    Kpi,
    Money,
    Outcome,
    Provider,
    Reuse,
    Solution,
    Study,
    Unit,
    Verification,
)


def brief() -> Brief:
    """The story of the hub: worked in two cities, failed in one, still running in one."""
    return Brief(
        solution=hub(),
        city_name="Tampere",
        implementations=attempts(),
        city_names={"tampere": "Tampere", "heerlen": "Heerlen", "malmo": "Malmö", "york": "York"},
        spread=Spread(
            adoptions=3,
            per_year=(InYear(year=2023, adoptions=1), InYear(year=2026, adoptions=1)),
            undated=1,
            days_to_second=306,
            by_letter=1,
        ),
    )


def hub() -> Solution:
    """The solution, with everything a sharing city can say."""
    return Solution(
        id="tampere/night-freight-hub",
        city="tampere",
        title="Night-time freight hub",
        summary="Parcels for the old town are bundled at its edge and brought in by electric vans at night.",
        topics=(),
        studies=(Study(sms=3, independence="independent", city="tampere", sign="+", precise=True),),
        kpis=(
            Kpi(
                name="Lorries in the old town by day",
                unit="lorries/day",
                baseline=420,
                target=250,
                observed=262,
                primary=True,
            ),
        ),
        components=(
            Component(name="One hub for all carriers"),
            Component(name="Night access for quiet vehicles only"),
            Component(name="Size of the vans", core=False),
            Component(name="Opening hours", core=False),
        ),
        units=(
            Unit(
                id="noise-rule",
                name="A rule for quiet vehicles",
                kind="decision",
                dimension="organisation",
                critical=True,
            ),
        ),
        cost=Money(amount=Decimal(1_240_000), currency="EUR"),
        months=9,
        provider=Provider(name="Hub Cooperative", kind="startup"),
        contact=Contact(post="Logistics coordinator", department="Mobility", languages=("fi", "en")),
        reuse=Reuse(contact_willing=True, contract_documents=True),
        buying_route="Framework contract open to other cities until June 2027",
        first_step="Count lorries in the old town for one week",
    )


def attempts() -> tuple[Implementation, ...]:
    """Four cities tried it; one says in ten fields why it failed."""
    failure = FailureRecord(
        expectation="Half of all parcels through the hub",
        result="Four in a hundred",
        cause=Cause.MARKET,
        first_warning_sign="Two of five carriers never signed",
        decision_to_change="Sign the carriers before renting the hub",
        sunk_cost=Money(amount=Decimal(310_000), currency="EUR"),
    )
    shared = {"solution": "tampere/night-freight-hub"}
    return tuple(
        Implementation.model_validate(shared | one)
        for one in (
            {"city": "tampere", "outcome": Outcome.SUCCEEDED, "verification": Verification.INDEPENDENT}
            | {"started": date(2022, 3, 1), "ended": date(2024, 3, 1)},
            {"city": "malmo", "outcome": Outcome.PARTIAL, "started": date(2023, 1, 1)},
            {"city": "heerlen", "outcome": Outcome.FAILED, "failure": failure, "ended": date(2025, 6, 1)}
            | {"why": "No haulier used the hub after the subsidy ended"},
            {"city": "york", "outcome": Outcome.RUNNING, "started": date(2026, 2, 1)},
        )
    )
