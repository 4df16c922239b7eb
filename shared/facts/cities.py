"""The profile of a city."""

from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Id, Key, Language, Line, Share
from shared.facts.days import Day
from shared.facts.numbers import Population, Within

UNRESOLVED = "unresolved"
"""The city of a fact or conflict whose city is not known; no such record is published."""


class Indicators(Fact):
    """Indicators for the similarity of cities; ``docs/framework.md`` gives type and range of each."""

    staff_per_1000: Annotated[float, Field(gt=0), Within(1_000)] | None = None
    innovation_unit: bool | None = None
    barrier_buster: bool | None = None
    mandate: Annotated[int, Field(ge=0, le=3)] | None = None
    digital_maturity: Annotated[int, Field(ge=0, le=4)] | None = None
    procurement_route: Annotated[int, Field(ge=0, le=3)] | None = None
    existing_process: bool | None = None
    budget_per_head: Annotated[float, Field(gt=0), Within(10_000_000)] | None = None
    budget_to_cost: Share | None = None
    skills_present: Share | None = None
    standards_present: Share | None = None
    external_funding: bool | None = None
    gdp_per_head: Annotated[float, Field(gt=0), Within(100_000_000)] | None = None
    unemployment: Annotated[float, Field(ge=0, le=100)] | None = None
    local_suppliers: Annotated[float, Field(ge=0), Within(1_000_000)] | None = None
    debt_ratio: Annotated[float, Field(ge=0), Within(100_000)] | None = None
    population: Population | None = None
    density: Annotated[float, Field(gt=0), Within(1_000_000)] | None = None
    age_dependency: Annotated[float, Field(ge=0), Within(1_000)] | None = None
    digital_inclusion: Annotated[float, Field(ge=0, le=100)] | None = None
    participation: Annotated[float, Field(ge=0, le=100)] | None = None
    language: Language | None = None


class Rating(Fact):
    """A person's rating of one unit in one city, from -2 to +2, with the reason."""

    value: Annotated[int, Field(ge=-2, le=2)]
    author: Line
    reason: Line


class CityProfile(Fact):
    """A city as it describes itself."""

    id: Id
    name: Line
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    timezone: Line | None = None
    languages: tuple[Language, ...] = ()
    population: Population | None = None
    agreed_risk: Share | None = Field(None, description="φ, the accepted failure rate; 1/3 if not agreed")
    agreed_risk_by_topic: dict[Key, Share] = {}
    next_election: Day | None = None
    anchors: tuple[Literal["cross_party", "funds", "process", "deputy"], ...] = ()
    indicators: Indicators = Indicators()
    have: dict[Key, Share] = Field({}, description="What the city has, by unit id, as a share of the need")
    ratings: dict[Key, Rating] = {}
    sharing_pledge: Share | None = None
    sharing_spent: Share | None = None
