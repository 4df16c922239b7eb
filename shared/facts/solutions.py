"""Solutions: what a city tried, as it describes it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Id, Language, Line, Money, Text, Topic
from shared.facts.blueprint import MOST_DOCUMENTS, Blueprint, Funding, SharedDocument, offered
from shared.facts.evidence import Baseline, Citizens, Delivery, Kpi, Study
from shared.facts.numbers import Count, LastingMonths
from shared.facts.reuse import Component, Contact, Legal, LockIn, Maturity, Provider, Reuse, Unit
from shared.facts.translations import Translation


class Problem(Fact):
    """The problem that a solution addresses; five of the fields count towards the evaluation."""

    code: Topic | None = None
    statement: Text | None = None
    people_affected: Count | None = None
    baseline: Baseline | None = None
    service_owner: Line | None = None
    why_now: Text | None = None


class Solution(Fact):
    """What a city tried, with everything it published about it."""

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
    months: LastingMonths | None = None
    provider: Provider | None = None
    contact: Contact | None = None
    buying_route: Line | None = None
    first_step: Line | None = None
    page: Line | None = None
    ocid: Id | None = None
    blueprint: Blueprint = Blueprint()
    documents: Annotated[tuple[SharedDocument, ...], Field(max_length=MOST_DOCUMENTS)] = ()
    funding: Annotated[tuple[Funding, ...], Field(max_length=MOST_DOCUMENTS)] = ()
    parent: Id | None = Field(None, description="The solution this one was derived from")

    def offered_on(self, day: date) -> "Solution":
        """Return it as it is told of on ``day``: without documents that have expired."""
        documents = offered(self.documents, day)
        return self if documents == self.documents else self.model_copy(update={"documents": documents})
