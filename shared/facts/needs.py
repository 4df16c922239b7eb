"""Needs: problems for which a city looks for a solution."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.facts.base import Fact, Id, Language, Line, Money, Share, Text, Topic
from shared.facts.days import Moment
from shared.facts.numbers import Count
from shared.facts.translations import Texts


class Stage(StrEnum):
    """The stage of a need on its way to a contract."""

    EXPLORING = "exploring"
    EARLY = "early"
    ANNOUNCED = "announced"
    OPEN = "open"
    DECIDED = "decided"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"


class Need(Fact):
    """A problem of a city for which it looks for a solution (also: challenge)."""

    id: Id
    city: Id
    title: Line
    description: Text = ""
    language: Language = "en"
    translations: dict[Language, Texts] = Field({}, description="Its texts in other languages")
    topics: tuple[Topic, ...] = ()
    stage: Stage = Stage.EXPLORING
    budget: Money | None = None
    deadline: Moment | None = None
    route: Line | None = Field(None, description="Adoption route: budget line, owner, process to attach to")
    agreed_risk: Share | None = Field(None, description="φ for this area; the city's own if absent")
    ocid: Id | None = None
    departments: tuple[Line, ...] = ()
    supports: Count | None = Field(None, description="Citizens who support a proposal")

    @property
    def readiness(self) -> Literal["exploring", "ready"]:
        """Whether the city could adopt a solution: "ready" with an adoption route, at any stage."""
        return "ready" if self.route else "exploring"
