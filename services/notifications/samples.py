"""Sample letters on invented facts, so that every kind can be looked at without a server."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.kinds import alert, update
from shared.events import Assessment, Brief, Contribution, Estimate, Gap, Match, Peer, SolutionMatched
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

WRITTEN = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def official(locale: str = "en") -> Official:
    """Somebody who leads mobility in Kraków and reads ``locale``."""
    return Official(
        id="krakow-mobility",
        name="Maria Nowak",
        email="mobility@krakow.example.org",
        city="krakow",
        city_name="Kraków",
        post="Head of Mobility",
        departments=("Mobility",),
        locale=locale,
        timezone="Europe/Warsaw",
        status="active",
        cadence="instant",
    )


def matched(occasion: str = "new") -> SolutionMatched:
    """Tampere's night-time freight hub meets a need of Kraków's."""
    return SolutionMatched.model_validate(
        {
            "revision": 3,
            "brief": brief(),
            "matches": (match(),),
            "occasion": occasion,
            "changes": ("Heerlen stopped it: no haulier used the hub after the subsidy ended",),
            "matched": WRITTEN,
        }
    )


def brief() -> Brief:
    """The story of the hub: worked in two cities, failed in one, still running in one."""
    return Brief(
        solution=hub(),
        city_name="Tampere",
        implementations=attempts(),
        city_names={"tampere": "Tampere", "heerlen": "Heerlen", "malmo": "Malmö", "york": "York"},
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
    said = {"solution": "tampere/night-freight-hub"}
    return tuple(
        Implementation.model_validate(said | one)
        for one in (
            {"city": "tampere", "outcome": Outcome.SUCCEEDED, "verification": Verification.INDEPENDENT}
            | {"started": date(2022, 3, 1), "ended": date(2024, 3, 1)},
            {"city": "malmo", "outcome": Outcome.PARTIAL, "started": date(2023, 1, 1)},
            {"city": "heerlen", "outcome": Outcome.FAILED, "failure": failure, "ended": date(2025, 6, 1)}
            | {"why": "No haulier used the hub after the subsidy ended"},
            {"city": "york", "outcome": Outcome.RUNNING, "started": date(2026, 2, 1)},
        )
    )


def match() -> Match:
    """How the hub would fit Kraków."""
    return Match(
        need="krakow/old-town-lorries",
        need_title="Fewer lorries in the old town",
        city="krakow",
        city_name="Kraków",
        fit=82.4,
        relevance=0.93,
        assessment=assessment(),
        agreed_risk=0.33,
        gaps=(
            Gap(
                unit="noise-rule",
                name="A rule for quiet vehicles",
                critical=True,
                have=0.2,
                how_to_close="A by-law of one page; the council of Tampere took four months",
                closed_by="Tampere",
                department="Legal",
            ),
            Gap(
                unit="hub-manager",
                name="Somebody who runs the hub",
                critical=False,
                have=None,
                training="Two-day course of the Hub Cooperative",
            ),
        ),
        nearest_failure=Peer(city="heerlen", name="Heerlen", outcome=Outcome.FAILED, similarity=0.71),
        nearest_success=Peer(city="tampere", name="Tampere", outcome=Outcome.SUCCEEDED, similarity=0.64),
        topics=("CPV:60100000",),
        departments=("Mobility",),
    )


def assessment() -> Assessment:
    """Three numbers and what stands beside them."""
    return Assessment(
        framework="1.0",
        as_of=WRITTEN,
        evaluation=Estimate(value=71.5, low=64.5, high=78.4),
        coverage=0.85,
        grade="A",
        evidence_level=4,
        risk=Estimate(value=26.7, low=11.1, high=51.5),
        base_risk=33.3,
        learning=62,
        transferability=Estimate(value=58.2, low=44.0, high=71.0),
        weakest="resources",
        band="Build first",
        robust=True,
        next_best_datum="e6",
        evaluation_contributions=_contributions(EVALUATION),
        risk_contributions=_contributions(RISK),
        transfer_contributions=_contributions(TRANSFER),
    )


EVALUATION = (
    ("E1", 8.0, 10, "4 of 5 items of the problem are described"),
    ("E2", 18.75, 25, "an independent study with a comparison group in Tampere"),
    ("E3", 14.0, 20, "158 of 170 lorries fewer"),
    ("E4", 6.0, 10, "3 % over budget, one month late"),
    ("E5", 11.0, 15, "one success, one partial, one failure"),
    ("E6", 6.2, 10, None),
    ("E7", 7.5, 10, "6 of 8 items are there to be reused"),
)
RISK = (
    ("R1", -4.1, None, "in operation in two cities (TRL 8)"),
    ("R2", -1.2, None, "6 of 10 ways out are open"),
    ("R4", 2.2, None, "no rule for quiet vehicles yet"),
    ("R6", -3.5, None, "the next election is 30 months away"),
)
TRANSFER = (
    ("organisation", 15.1, 30, "one critical unit is missing"),
    ("resources", 13.9, 30, "skills for three of four tasks"),
    ("economy", 9.2, 15, "like Tampere"),
    ("citizens", 20.0, 25, "like Tampere"),
)


def _contributions(
    rows: tuple[tuple[str, float, float | None, str | None], ...],
) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(key=key, points=points, of=of, known=reason is not None, reason=reason or "no data")
        for key, points, of, reason in rows
    )


def _alert(locale: str) -> Letter:
    return alert.write(matched(), match(), official(locale))


def _update(locale: str) -> Letter:
    return update.write(matched("update"), match(), official(locale))


SAMPLES: dict[str, Callable[[str], Letter]] = {"alert": _alert, "update": _update}
