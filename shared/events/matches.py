"""Which needs of which cities a solution meets, and what that would take."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.events.briefs import Brief, Peer
from shared.events.scores import Assessment, Points, Sentence
from shared.facts import Fact, Id, Language, Line, Money, Share, Text, Verification


class Gap(Fact):
    """A unit the city lacks, how the solution's city says it is closed, and who has it in place.

    ``how_to_close`` and ``training`` are the words of ``told_by``; ``closed_by`` said nothing of how.
    """

    unit: Id
    name: Line
    critical: bool
    have: Share | None
    how_to_close: Text | None = None
    told_by: Line | None = Field(None, description="Whose words these are: the solution's own city")
    closed_by: Line | None = Field(
        None, description="A city where the solution succeeded and that says it has the unit"
    )
    training: Line | None = None
    department: Line | None = None


class Price(Fact):
    """What one city paid for a solution; an amount nobody published is unknown and has no price."""

    city_name: Line
    paid: Money
    year: int | None = None
    supplier: Line | None = None
    source: Line = Field(description="The OCDS process, else the record that says so")
    verification: Verification | None = Field(
        None, description="Who vouches for it; absent where an older version wrote it"
    )
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
        description="Whether the city agreed to it; else it is the framework's. Absent: not known",
    )
    gaps: tuple[Gap, ...] = ()
    nearest_failure: Peer | None = None
    nearest_success: Peer | None = None
    topics: tuple[Line, ...] = ()
    departments: tuple[Line, ...] = ()
    changes: tuple[Sentence, ...] = Field((), description="What changed since this city was last told")
    prices: tuple[Price, ...] = Field((), description="What others paid for it, the newest first")


class SolutionMatched(Event):
    """A solution meets needs of cities, in chunks; ``occasion`` tells a first letter from an update."""

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
        told = ",".join(sorted(f"{match.need}:{match.assessment.band}" for match in self.matches))
        return f"{self.subject}|{self.revision}|{self.chunk}|{told}"
