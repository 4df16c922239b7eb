"""What a solution promised, what came of it, and who vouches for that."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Count, Fact, Line
from shared.facts.days import Day
from shared.facts.money import Currency


class Verification(StrEnum):
    """Who vouches for a fact."""

    SELF = "self"
    CITIZEN_PANEL = "citizen_panel"
    PROCUREMENT_RECORD = "procurement_record"
    INDEPENDENT = "independent"


class Baseline(Fact):
    """Where the city stood before, and when that was measured."""

    kpi: Line
    value: float
    unit: Line
    date: Day


class Study(Fact):
    """One piece of evidence, rated on the Maryland Scientific Methods Scale."""

    sms: Annotated[int, Field(ge=0, le=5)]
    independence: Literal["self", "commissioned", "independent"] = "self"
    city: Line | None = None
    sign: Literal["+", "0", "-"]
    precise: bool | None = None
    primary: bool = True
    source: Line | None = None


class Kpi(Fact):
    """A promise and what became of it, in one unit."""

    name: Line
    unit: Line
    baseline: float
    target: float | None = None
    observed: float | None = None
    measured: Day | None = None
    method: Line | None = None
    measured_by: Line | None = None
    verification: Verification = Verification.SELF
    primary: bool = False


class Delivery(Fact):
    """Planned against actual cost and duration; ``project_class`` is the Green Book's."""

    planned_cost: Annotated[float, Field(gt=0)] | None = None
    actual_cost: Annotated[float, Field(ge=0)] | None = None
    currency: Currency | None = None
    planned_months: Annotated[float, Field(gt=0)] | None = None
    actual_months: Annotated[float, Field(ge=0)] | None = None
    project_class: Line | None = None


class Citizens(Fact):
    """How citizens were involved (0 inform … 4 empower) and what they answered."""

    involvement: Annotated[int, Field(ge=0, le=4)] | None = None
    answers: Count | None = None
    positive: Count | None = None
