"""How the hub would fit one city that needs it."""

from datetime import UTC, datetime
from decimal import Decimal

from services.notifications.samples.hub import brief
from services.notifications.samples.people import WRITTEN
from services.notifications.samples.scores import assessment
from shared.events import Gap, Match, Peer, Price, SolutionMatched
from shared.facts import Money, Need, Outcome, Stage, Verification


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
        agreed_risk=0.3333,
        risk_agreed=True,
        gaps=gaps(),
        nearest_failure=Peer(
            city="heerlen",
            name="Heerlen",
            outcome=Outcome.FAILED,
            similarity=0.71,
            known=15,
            asked=21,
            clearly_nearer=True,
        ),
        nearest_success=Peer(
            city="tampere", name="Tampere", outcome=Outcome.SUCCEEDED, similarity=0.64, known=17, asked=21
        ),
        topics=("CPV:60100000",),
        departments=("Mobility",),
        prices=prices(),
    )


def gaps() -> tuple[Gap, ...]:
    """What Kraków lacks: one that another city closed, one with a training, one that nobody explained."""
    return (
        Gap(
            unit="noise-rule",
            name="A rule for quiet vehicles",
            critical=True,
            have=0.2,
            how_to_close="A by-law of one page; the council of Tampere took four months",
            told_by="Tampere",
            closed_by="Malmö",
            department="Legal",
        ),
        Gap(
            unit="hub-manager",
            name="Somebody who runs the hub",
            critical=False,
            have=None,
            told_by="Tampere",
            training="Two-day course of the Hub Cooperative",
        ),
        Gap(
            unit="existing_process",
            name="An existing process to attach to",
            critical=False,
            have=None,
        ),
    )


def prices() -> tuple[Price, ...]:
    """What a tender record and a city's own report say was paid."""
    return (
        Price(
            city_name="York",
            paid=Money(amount=Decimal(690_000), currency="GBP"),
            year=2025,
            source="outcome|tampere/night-freight-hub|york",
            verification=Verification.SELF,
            per_head=3.39,
            own=Money(amount=Decimal("3421765.20"), currency="PLN"),
        ),
        Price(
            city_name="Tampere",
            paid=Money(amount=Decimal(1_240_000), currency="EUR"),
            year=2022,
            supplier="Hub Cooperative",
            source="ocds-h9x2-2022-tampere-0417",
            verification=Verification.PROCUREMENT_RECORD,
            per_head=4.9,
        ),
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
