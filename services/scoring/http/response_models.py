"""What the API answers with, beside the parts that messages are made of."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from shared.events import Assessment, Gap, Lesson, Peer, Points
from shared.facts import Cause, Fact, Id, Line, Money, Outcome, Share, Stage, Verification

PROBLEM: dict[int | str, dict[str, Any]] = {
    404: {
        "description": "Not known, not confirmed or under embargo",
        "content": {
            "application/problem+json": {
                "example": {"type": "about:blank", "title": "There is no score of 'sol-1'", "status": 404}
            }
        },
    }
}


class ScoreView(Fact):
    """A solution's score: each contribution with its sentence, and which state of it this is."""

    solution: Id
    title: Line
    city: Id
    framework: Line
    revision: int
    assessment: Assessment


class CityScore(Fact):
    """A solution seen by one city: personal R and T, what is missing there, and the nearest cities."""

    solution: Id
    title: Line
    city: Id
    assessment: Assessment
    gaps: tuple[Gap, ...] = Field((), description="Units not in place, and how another city closed each")
    nearest_failure: Peer | None = None
    nearest_success: Peer | None = None
    warning: str | None = Field(None, description="Where the city resembles a failure more than a success")


class CellView(Fact):
    """One criterion of one solution; a claim is vouched for by nobody but its author."""

    solution: Id
    known: bool
    points: float
    value: Share | None
    claim: bool
    reason: str


class RowView(Fact):
    """One criterion, the same for all solutions on the sheet."""

    score: Literal["evaluation", "risk", "transferability"]
    key: Line
    cells: tuple[CellView, ...]


class Sheet(Fact):
    """The comparison sheet of up to four solutions, in order of their ids: no winner is named."""

    solutions: tuple[ScoreView, ...]
    rows: tuple[RowView, ...]


class Found(Fact):
    """One solution of a list."""

    solution: Id
    title: Line
    city: Id
    country: Line | None
    language: Line
    band: Line
    evaluation: Points
    risk: Points
    learning: Points
    outcomes: tuple[Outcome, ...]
    relevance: Share | None = Field(None, description="Where a text was searched for")
    similar: bool | None = Field(
        None, description="Whether it fits the text as well as a match has to (the gate of the framework)"
    )


class Listed(Found):
    """One solution of the catalogue; ``fit`` where the city that asks was told of it."""

    evidence: int
    year: int | None = Field(None, description="Of its newest attempt")
    fit: Points | None = None


class ValueView(Fact):
    """One value of a facet, and how many solutions have it."""

    value: Line
    solutions: int


class FacetView(Fact):
    """One facet with its values, the most frequent first; of topics those just under the one chosen."""

    facet: Line
    values: tuple[ValueView, ...]


class SuppliersView(Fact):
    """``startups`` of the ``suppliers`` of what was found are start-ups, as recorded; each counts once.

    Of ``not_known`` nobody said what they are; ``unnamed`` solutions have no supplier that is known.
    """

    startups: int
    suppliers: int
    not_known: int
    unnamed: int


class CatalogueView(Fact):
    """One page of the catalogue; ``limited`` says that only the best answers to the text are counted."""

    total: int
    limited: bool
    solutions: tuple[Listed, ...]
    facets: tuple[FacetView, ...]
    suppliers: SuppliersView


class Reason(Fact):
    """One code or word that need and solution share, and its share of all points."""

    kind: Literal["code", "word"]
    name: Line
    points: int


class MatchView(Fact):
    """One match as it was told; ``reasons`` for the first twenty of a list."""

    solution: Id
    need: Id
    city: Id
    fit: Points
    relevance: Share
    band: Line
    risk: Points
    occasion: Literal["new", "update"]
    reasons: tuple[Reason, ...] = ()


class PortfolioView(Fact):
    """How many of a city's running projects are likely to fail, against what it agreed to."""

    city: Id
    agreed_risk: Share
    projects: int
    expected: float
    agreed: float = Field(description="Failures that the agreed risk allows")
    beyond: Share = Field(description="Chance of more failures than that")
    chances: tuple[float, ...] = Field(description="Chance of exactly 0, 1, 2 … failures")
    running: tuple[Id, ...]


class CandourView(Fact):
    """For the city alone: whether none of its attempts failing can be believed."""

    city: Id
    ended: int
    failed: int
    agreed_risk: Share
    notice: str | None


class SharingView(Fact):
    """What a city pledged to spend on sharing, and what it did; beside the range of a snap survey."""

    city: Id
    pledge: Share | None
    spent: Share | None
    kept: float | None
    adopted: int
    per_adoption: float | None
    beside: Literal["below", "within", "above"] | None
    survey: tuple[float, float]


class AlikeView(Fact):
    """An indicator in which two cities are alike, with the value of each."""

    indicator: Line
    here: Line
    there: Line


class PeerView(Fact):
    """A city like this one, with the three best reasons."""

    city: Id
    name: Line
    country: Line
    similarity: Share
    known: int = Field(description="Indicators that both cities know")
    asked: int
    reasons: tuple[str, ...]
    alike: tuple[AlikeView, ...] = Field((), description="The same reasons, to be said in other languages")


class PartnerView(Fact):
    """A city with the same need; contact data follow when both sides have agreed."""

    city: Id
    city_name: Line
    need: Id
    need_title: Line
    stage: Stage
    similarity: Share
    topics: tuple[Line, ...]


class CircleView(Fact):
    """Cities that stopped for the same reason; ``others`` are some, those on a theme of its own first."""

    cause: Cause
    cities: int = Field(description="All of them, with this one")
    own: Lesson
    others: tuple[Lesson, ...]


class BinView(Fact):
    """Forecasts between two risks: how many, what was predicted, what came."""

    low: float
    high: float
    number: int
    predicted: float
    observed: float
    least: float
    most: float


class ReliabilityView(Fact):
    """How well forecasts came true: how many, their Brier score, and the bins."""

    number: int
    brier: float | None
    reference: float | None = Field(description="Brier score of always saying the base rate")
    bins: tuple[BinView, ...]


class TransferView(Fact):
    """What was predicted for cities when they took a solution over, against the effect that they report."""

    reported: int = Field(description="Adoptions whose city reported the effect")
    unpredicted: int = Field(description="Those of them that nothing was predicted for: not judged")
    risk: ReliabilityView
    transferability: ReliabilityView = Field(
        description="A transferability of 30 of 100 is judged as the forecast that 70 of 100 do not keep it"
    )


class CalibrationView(ReliabilityView):
    """Predicted against actual failures under one version of the framework."""

    framework: Line
    transfer: TransferView


class FollowerView(Fact):
    """Whether one can follow fast now, and what followed where each part was kept, changed or dropped."""

    open: bool
    ended: int
    documented_failures: int
    months_since_first: float | None
    why: dict[str, dict[str, dict[str, int]]]


class PriceView(Fact):
    """What a city paid; in the reader's currency only where the rate of that year is known."""

    solution: Id
    title: Line
    city: Id
    city_name: Line
    paid: Money
    year: int | None
    supplier: Line | None
    source: Id = Field(description="The OCDS process, else the record that says so")
    verification: Verification
    per_head: float | None = Field(description="In the currency that was paid")
    in_currency: float | None
    in_currency_per_head: float | None


class BranchView(Fact):
    """One city of the tree, and where it has the solution from."""

    city: Id
    solution: Id
    parent: Id | None
    kind: Literal["copied", "bought", "adapted", "built"] | None
    began: date | None
    letter: Id | None = Field(description="The letter that led to it")


class SpreadView(Fact):
    """How fast a solution spreads; ``undated`` adoptions have no beginning that anybody told."""

    tree: tuple[BranchView, ...]
    adoptions: int
    per_year: Mapping[int, int]
    undated: int
    days_to_second: int | None = Field(description="Until the first other city began")
    by_letter: int
