"""Evidence about a solution: studies, targets and results, and who verified them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Line
from shared.facts.days import Day
from shared.facts.money import Currency
from shared.facts.numbers import MOST_PAID, Count, LastingMonths, Measured, Months, Within


class Verification(StrEnum):
    """Who verified a fact."""

    SELF = "self"
    CITIZEN_PANEL = "citizen_panel"
    PROCUREMENT_RECORD = "procurement_record"
    INDEPENDENT = "independent"


class Baseline(Fact):
    """The value of a KPI before the solution, and the day of its measurement."""

    kpi: Line
    value: Measured
    unit: Line
    date: Day


class Study(Fact):
    """One piece of evidence; ``sms`` is its level (0 to 5) on the Maryland Scientific Methods Scale."""

    sms: Annotated[int, Field(ge=0, le=5)]
    independence: Literal["self", "commissioned", "independent"] = "self"
    city: Line | None = None
    sign: Literal["+", "0", "-"]
    precise: bool | None = None
    primary: bool = True
    source: Line | None = None


class Kpi(Fact):
    """A key performance indicator: baseline, target and observed value in one unit."""

    name: Line
    unit: Line
    baseline: Measured
    target: Measured | None = None
    observed: Measured | None = None
    measured: Day | None = None
    method: Line | None = None
    measured_by: Line | None = None
    verification: Verification = Verification.SELF
    primary: bool = False


class Delivery(Fact):
    """Planned and actual cost and duration; ``project_class`` is one of HM Treasury's Green Book."""

    planned_cost: Annotated[float, Field(gt=0), Within(MOST_PAID)] | None = None
    actual_cost: Annotated[float, Field(ge=0), Within(MOST_PAID)] | None = None
    currency: Currency | None = None
    planned_months: LastingMonths | None = None
    actual_months: Months | None = None
    project_class: Line | None = None


class Citizens(Fact):
    """How citizens were involved, from 0 (inform) to 4 (empower), and the numbers of their answers.

    Source: IAP2 spectrum of public participation.
    """

    involvement: Annotated[int, Field(ge=0, le=4)] | None = None
    answers: Count | None = None
    positive: Count | None = None
