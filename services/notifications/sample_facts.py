"""Invented facts for sample letters: one solution, what became of it, and one city it fits."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.notifications.domain.models import Official
from shared.events import (
    Assessment,
    Brief,
    Contribution,
    Estimate,
    Gap,
    InYear,
    Match,
    Peer,
    Price,
    Sentence,
    SolutionMatched,
    Spread,
)
from shared.facts import (
    Cause,
    Component,
    Contact,
    FailureRecord,
    Implementation,
    Kpi,
    Money,
    Need,
    Outcome,
    Provider,
    Reuse,
    Solution,
    Stage,
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
        spread=Spread(
            adoptions=4,
            per_year=(InYear(year=2023, adoptions=1), InYear(year=2026, adoptions=2)),
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
        need_language="en",
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
            Gap(
                unit="existing_process",
                name="An existing process to attach to",
                critical=False,
                have=None,
            ),
        ),
        nearest_failure=Peer(city="heerlen", name="Heerlen", outcome=Outcome.FAILED, similarity=0.71),
        nearest_success=Peer(city="tampere", name="Tampere", outcome=Outcome.SUCCEEDED, similarity=0.64),
        topics=("CPV:60100000",),
        departments=("Mobility",),
        prices=prices(),
    )


def prices() -> tuple[Price, ...]:
    """What a tender record and a city's own report say was paid."""
    return (
        Price(
            city_name="York",
            paid=Money(amount=Decimal(690_000), currency="GBP"),
            year=2025,
            source="outcome|tampere/night-freight-hub|york",
            per_head=3.39,
            own=Money(amount=Decimal("3421765.20"), currency="PLN"),
        ),
        Price(
            city_name="Tampere",
            paid=Money(amount=Decimal(1_240_000), currency="EUR"),
            year=2022,
            supplier="Hub Cooperative",
            source="ocds-h9x2-2022-tampere-0417",
            per_head=4.9,
        ),
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
        next_best_datum="citizens",
        evaluation_contributions=_contributions(EVALUATION),
        risk_contributions=_contributions(RISK),
        transfer_contributions=_contributions(TRANSFER),
    )


Row = tuple[str, float, float | None, str, dict[str, str | int | float]]
EVALUATION: tuple[Row, ...] = (
    ("problem", 8.0, 10, "problem", {"strength": "4", "present": 4, "items": 5, "source": "description"}),
    (
        "evidence",
        18.75,
        25,
        "evidence",
        {
            "strength": "4",
            "studies": 3,
            "sms": 4,
            "cities": 2,
            "independence": "independent",
            "source": "studies",
        },
    ),
    (
        "effect",
        14.0,
        20,
        "effect",
        {"strength": "4", "reached": 92.9, "measured": 1, "kpis": 1, "source": "kpis"},
    ),
    (
        "delivery",
        6.0,
        10,
        "delivery",
        {"strength": "3", "cost": "103 %", "months": "unknown", "source": "plan"},
    ),
    (
        "record",
        11.0,
        15,
        "record",
        {"strength": "4", "ended": 3, "overdue": 0, "success": 73.3, "source": "outcomes"},
    ),
    ("citizens", 5.0, 10, "missing_evaluation", {"low": 66.5, "high": 76.5}),
    (
        "reuse",
        7.5,
        10,
        "reuse",
        {"strength": "4", "found": 6, "items": 8, "unknown": 1, "source": "description"},
    ),
)
RISK: tuple[Row, ...] = (
    (
        "immaturity",
        -4.1,
        None,
        "immaturity",
        {"level": "low", "readiness": 8, "rated": 2, "source": "rating"},
    ),
    (
        "lockin",
        -1.2,
        None,
        "lockin",
        {"level": "low", "bad": 2, "items": 10, "unknown": 2, "source": "description"},
    ),
    (
        "organisation",
        2.2,
        None,
        "organisation_risk",
        {"level": "average", "share": 51.2, "source": "profile"},
    ),
    (
        "political",
        -3.5,
        None,
        "political",
        {"level": "very low", "election": 30.0, "delivery": 9.0, "anchors": 1, "source": "profile"},
    ),
    ("legal", 0.0, None, "missing_risk", {"low": 21.4, "high": 38.2}),
)
TRANSFER: tuple[Row, ...] = (
    (
        "organisation",
        15.1,
        30,
        "transfer",
        {"strength": "3", "known": 4, "asked": 6, "nearest": "Tampere", "source": "profile"},
    ),
    (
        "resources",
        13.9,
        30,
        "transfer",
        {"strength": "3", "known": 5, "asked": 6, "nearest": "Malmö", "source": "claim"},
    ),
    (
        "economy",
        9.2,
        15,
        "transfer",
        {"strength": "4", "known": 3, "asked": 3, "nearest": "Tampere", "source": "profile"},
    ),
    (
        "citizens",
        20.0,
        25,
        "transfer",
        {"strength": "5", "known": 5, "asked": 5, "nearest": "unknown", "source": "profile"},
    ),
)
CHANGES = (
    Sentence(message="band_changed", parameters={"before": "Adapt with changes", "after": "Build first"}),
    Sentence(message="point_left", parameters={"score": "risk", "before": 19.2, "after": 26.7}),
    Sentence(message="point_moved", parameters={"score": "evaluation", "before": 74.0, "after": 71.5}),
    Sentence(message="driver", parameters={"score": "evaluation", "what": "record", "points": -2.5}),
    Sentence(reason="Heerlen stopped it: no haulier used the hub after the subsidy ended"),
)


def _contributions(rows: tuple[Row, ...]) -> tuple[Contribution, ...]:
    return tuple(
        Contribution.model_validate(
            {"key": key, "points": points, "of": of, "known": not message.startswith("missing")}
            | {"message": message, "parameters": {"what": key, "points": points, "of": of or 0.0} | values}
        )
        for key, points, of, message, values in rows
    )


def need(locale: str = "en") -> Need:
    """Kraków's plan, as its tender announces it."""
    return Need(
        id="krakow/old-town-lorries",
        city="krakow",
        title="Fewer lorries in the old town",
        language=locale,
        stage=Stage.ANNOUNCED,
        deadline=datetime(2027, 1, 15, 12, tzinfo=UTC),
    )
