"""What cities say about needs, solutions, outcomes and themselves: the parts that messages are made of.

Everything a city may not know is optional, and ``None`` means *not known*: never zero, never "no".
Unknown fields are ignored, so that a newer publisher can talk to an older reader.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=10_000)]
Line = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1, max_length=500)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en", "pt-AO"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Share = Annotated[float, Field(ge=0, le=1)]


class Fact(BaseModel):
    """A frozen piece of what was said."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True, allow_inf_nan=False)


class Outcome(StrEnum):
    """How one city's attempt ended (``framework.md``)."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    ABANDONED = "abandoned"
    RUNNING = "running"
    UNKNOWN = "unknown"


class Verification(StrEnum):
    """Who vouches for a fact."""

    SELF = "self"
    CITIZEN_PANEL = "citizen_panel"
    PROCUREMENT_RECORD = "procurement_record"
    INDEPENDENT = "independent"


class Stage(StrEnum):
    """Where a need stands on its way to a contract."""

    EXPLORING = "exploring"
    EARLY = "early"
    ANNOUNCED = "announced"
    OPEN = "open"
    DECIDED = "decided"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """Why an attempt failed: the twelve cause codes of the failure record."""

    WRONG_PROBLEM = "wrong_problem"
    OWNERSHIP = "ownership"
    SKILLS = "skills"
    BUDGET = "budget"
    MARKET = "market"
    CITIZENS = "citizens"
    VENDOR = "vendor"
    TECHNOLOGY = "technology"
    LAW = "law"
    TRANSITION = "transition"
    EXTERNAL_SHOCK = "external_shock"
    NOT_MEASURED = "not_measured"


class Topic(Fact):
    """A code of a public classification, e.g. CPV 90500000."""

    scheme: Annotated[str, Field(min_length=1, max_length=40, examples=["CPV", "COFOG", "SDG"])]
    id: Annotated[str, Field(min_length=1, max_length=40)]
    confidence: Share | None = None


class Money(Fact):
    """An amount as published; an unknown amount is an absent ``Money``, never 0."""

    amount: Decimal
    currency: Currency


class Baseline(Fact):
    """Where the city stood before, and when that was measured."""

    kpi: Line
    value: float
    unit: Line
    date: date


class Problem(Fact):
    """The problem the solution answers: five items count towards the evaluation."""

    code: Topic | None = None
    statement: Text | None = None
    people_affected: Annotated[int, Field(ge=0)] | None = None
    baseline: Baseline | None = None
    service_owner: Line | None = None
    why_now: Text | None = None


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
    measured: date | None = None
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
    answers: Annotated[int, Field(ge=0)] | None = None
    positive: Annotated[int, Field(ge=0)] | None = None


class Reuse(Fact):
    """What another city would find on the table; ``None`` is not known."""

    blueprint: bool | None = None
    cost_breakdown: bool | None = None
    contract_documents: bool | None = None
    licence: bool | None = None
    contact_willing: bool | None = None
    documentation: bool | None = None
    core_named: bool | None = None
    public_page: bool | None = None


class LockIn(Fact):
    """Ten ways out; ``True`` is good for the city, ``None`` is not known."""

    open_interfaces: bool | None = None
    free_export: bool | None = None
    exit_plan: bool | None = None
    suppliers: bool | None = None
    open_licence: bool | None = None
    no_proprietary_runtime: bool | None = None
    no_exclusive_hardware: bool | None = None
    short_term: bool | None = None
    city_owns_data: bool | None = None
    free_maintenance: bool | None = None


class Maturity(Fact):
    """Technology and societal readiness levels."""

    trl: Annotated[int, Field(ge=1, le=9)] | None = None
    srl: Annotated[int, Field(ge=1, le=9)] | None = None


class Legal(Fact):
    """Five legal questions; ``True`` is settled, ``False`` is bad, ``None`` is not known."""

    legal_basis: bool | None = None
    procurement_route: bool | None = None
    data_protection: bool | None = None
    security_review: bool | None = None
    accessibility: bool | None = None


class Component(Fact):
    """A part of a solution, and whether copying works without it."""

    name: Line
    core: bool = True
    note: Text | None = None


class Unit(Fact):
    """A transferability unit: the smallest thing that must be in place."""

    id: Id
    name: Line
    kind: Literal["requirement", "capability", "decision", "skill", "asset"] = "requirement"
    dimension: Literal["organisation", "resources", "economy", "citizens"]
    need: Annotated[float, Field(gt=0)] = 1.0
    critical: bool = False
    department: Line | None = None
    how_to_close: Text | None = None
    training: Line | None = None


class Contact(Fact):
    """Whom to ask: a post, never a private person."""

    post: Line
    department: Line | None = None
    email: Line | None = None
    languages: tuple[Language, ...] = ()


class Provider(Fact):
    """Who delivered it; a natural person appears only as a salted hash."""

    name: Line | None = None
    scheme: Line | None = None
    id: Line | None = None
    kind: Literal["company", "startup", "public", "community", "sole_trader"] | None = None


class Translation(Fact):
    """Title and summary in another language, as given by a person."""

    title: Line
    summary: Text = ""


class Need(Fact):
    """A problem a city has (also: challenge)."""

    id: Id
    city: Id
    title: Line
    description: Text = ""
    language: Language = "en"
    topics: tuple[Topic, ...] = ()
    stage: Stage = Stage.EXPLORING
    budget: Money | None = None
    deadline: datetime | None = None
    route: Line | None = Field(None, description="Adoption route: budget line, owner, process to attach to")
    agreed_risk: Share | None = Field(None, description="φ for this area; the city's own if absent")
    ocid: Id | None = None
    departments: tuple[Line, ...] = ()
    supports: Annotated[int, Field(ge=0)] | None = Field(None, description="Citizens who support a proposal")

    @property
    def readiness(self) -> Literal["exploring", "ready"]:
        """Whether an answer could be adopted: without a route a need is exploring, whatever its stage."""
        return "ready" if self.route else "exploring"


class Solution(Fact):
    """What a city tried, with all it is willing to say about it."""

    id: Id
    city: Id
    title: Line
    summary: Text = ""
    language: Language = "en"
    translations: dict[Language, Translation] = {}
    topics: tuple[Topic, ...] = ()
    origin: Literal["city", "procurement", "catalogue"] = "city"
    problem: Problem = Problem()
    studies: tuple[Study, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    delivery: Delivery = Delivery()
    citizens: Citizens = Citizens()
    reuse: Reuse = Reuse()
    lockin: LockIn = LockIn()
    maturity: Maturity = Maturity()
    legal: Legal = Legal()
    components: tuple[Component, ...] = ()
    units: tuple[Unit, ...] = ()
    cost: Money | None = None
    months: Annotated[float, Field(gt=0)] | None = None
    provider: Provider | None = None
    contact: Contact | None = None
    buying_route: Line | None = None
    first_step: Line | None = None
    page: Line | None = None
    ocid: Id | None = None
    parent: Id | None = Field(None, description="The solution this one was derived from")


class FailureRecord(Fact):
    """Ten fields that make a failure worth reading."""

    expectation: Text | None = None
    result: Text | None = None
    cause: Cause | None = None
    first_warning_sign: Text | None = None
    decision_to_change: Text | None = None
    conditions: Text | None = None
    sunk_cost: Money | None = None
    kept: Text | None = None
    evidence: Line | None = None
    contact: Line | None = None


class Implementation(Fact):
    """One city's attempt at a solution, as that city reports it."""

    solution: Id
    city: Id
    outcome: Outcome
    verification: Verification = Verification.SELF
    started: date | None = None
    planned_end: date | None = None
    ended: date | None = None
    cost: Money | None = None
    months: Annotated[float, Field(ge=0)] | None = None
    why: Text | None = None
    failure: FailureRecord | None = None
    rung: Annotated[int, Field(ge=1, le=9)] | None = Field(None, description="Rung of the evidence ladder")


class Adoption(Fact):
    """A city took a solution up: copied, bought, adapted or built."""

    solution: Id
    city: Id
    kind: Literal["copied", "bought", "adapted", "built"]
    parent: Id | None = None
    kept: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    dropped: tuple[Line, ...] = ()
    letter: Id | None = Field(None, description="The letter that led to it")


class Indicators(Fact):
    """What makes cities alike; ``framework.md`` gives kind and range of each."""

    staff_per_1000: Annotated[float, Field(gt=0)] | None = None
    innovation_unit: bool | None = None
    barrier_buster: bool | None = None
    mandate: Annotated[int, Field(ge=0, le=3)] | None = None
    digital_maturity: Annotated[int, Field(ge=0, le=4)] | None = None
    procurement_route: Annotated[int, Field(ge=0, le=3)] | None = None
    existing_process: bool | None = None
    budget_per_head: Annotated[float, Field(gt=0)] | None = None
    budget_to_cost: Share | None = None
    skills_present: Share | None = None
    standards_present: Share | None = None
    external_funding: bool | None = None
    gdp_per_head: Annotated[float, Field(gt=0)] | None = None
    unemployment: Annotated[float, Field(ge=0, le=100)] | None = None
    local_suppliers: Annotated[float, Field(ge=0)] | None = None
    debt_ratio: Annotated[float, Field(ge=0)] | None = None
    population: Annotated[int, Field(gt=0)] | None = None
    density: Annotated[float, Field(gt=0)] | None = None
    age_dependency: Annotated[float, Field(ge=0)] | None = None
    digital_inclusion: Annotated[float, Field(ge=0, le=100)] | None = None
    participation: Annotated[float, Field(ge=0, le=100)] | None = None
    language: Language | None = None


class Rating(Fact):
    """A person's judgement of one unit in one city, −2 … +2, with the reason."""

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
    population: Annotated[int, Field(gt=0)] | None = None
    agreed_risk: Share | None = Field(None, description="φ, the accepted failure rate; 1/3 if not agreed")
    agreed_risk_by_topic: dict[str, Share] = {}
    next_election: date | None = None
    anchors: tuple[Literal["cross_party", "funds", "process", "deputy"], ...] = ()
    indicators: Indicators = Indicators()
    have: dict[str, Share] = Field({}, description="What the city has, by unit id, as a share of the need")
    ratings: dict[str, Rating] = {}
    sharing_pledge: Share | None = None
    sharing_spent: Share | None = None
