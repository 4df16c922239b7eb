"""Matches of a solution with needs of cities, and what an adoption would require."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.events.briefs import Brief, Peer
from shared.events.scores import Assessment, Points, Sentence
from shared.facts import Fact, Id, Language, Line, Money, Share, Text, Verification


class Gap(Fact):
    """A unit that the city lacks, how to put it in place, and a city that has it.

    ``how_to_close`` and ``training`` are texts by ``told_by``; ``closed_by`` did not describe how. ``have``
    is the share of the need that the city has (0 to 1).
    """

    unit: Id
    name: Line
    critical: bool
    have: Share | None
    how_to_close: Text | None = None
    told_by: Line | None = Field(None, description="The author of the texts: the solution's own city")
    closed_by: Line | None = Field(
        None, description="A city where the solution succeeded and that reports to have the unit"
    )
    training: Line | None = None
    department: Line | None = None


class Price(Fact):
    """What one city paid for a solution; there is no price where no amount was published."""

    city_name: Line
    paid: Money
    year: int | None = None
    supplier: Line | None = None
    source: Line = Field(description="The OCDS process, else the record with the amount")
    verification: Verification | None = Field(None, description="Who verified it; absent in older messages")
    per_head: float | None = Field(None, description="In the currency that was paid")
    own: Money | None = Field(None, description="In the reader's currency, at the mean rate of that year")


class Match(Fact):
    """A solution meets a need of a city; ``assessment`` is personal to that city."""

    need: Id
    need_title: Line
    need_language: Language | None = None
    need_titles: dict[Language, Text] = Field({}, description="The need's title in other languages")
    city: Id
    city_name: Line
    fit: Points
    relevance: Share
    assessment: Assessment
    agreed_risk: Share
    risk_agreed: bool | None = Field(
        None,
        description="Whether the city set it; else it is the framework's. Absent: not known",
    )
    gaps: tuple[Gap, ...] = ()
    nearest_failure: Peer | None = None
    nearest_success: Peer | None = None
    topics: tuple[Line, ...] = ()
    departments: tuple[Line, ...] = ()
    changes: tuple[Sentence, ...] = Field((), description="What changed since the last message to this city")
    prices: tuple[Price, ...] = Field((), description="What other cities paid for it, the newest first")


class SolutionMatched(Event):
    """A solution matches needs of cities, in chunks; ``occasion`` distinguishes new matches from updates."""

    key = "solution.matched"
    revision: Annotated[int, Field(ge=1)]
    brief: Brief
    matches: tuple[Match, ...]
    chunk: Annotated[int, Field(ge=1)] = 1
    chunks: Annotated[int, Field(ge=1)] = 1
    occasion: Literal["new", "update"] = "new"
    changes: tuple[Line, ...] = ()
    matched: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        bands = ",".join(sorted(f"{match.need}:{match.assessment.band}" for match in self.matches))
        return f"{self.subject}|{self.revision}|{self.chunk}|{bands}"
