"""Empty tables to fill in, and a filled row to look at."""

import csv
import io
from collections.abc import Mapping

from services.submissions.application.tables.columns import TableKind, columns_of

_ASKED: Mapping[TableKind, str] = {
    "needs": """
        id city title description language topics stage budget.amount budget.currency deadline route
        departments agreed_risk ocid""",
    "solutions": """
        id city title summary language topics problem.code problem.statement problem.people_affected
        problem.baseline.kpi problem.baseline.value problem.baseline.unit problem.baseline.date
        problem.service_owner problem.why_now kpis delivery.planned_cost delivery.actual_cost
        delivery.currency delivery.planned_months delivery.actual_months
        citizens.involvement citizens.answers citizens.positive
        cost.amount cost.currency months provider.name provider.kind contact.post contact.department
        contact.email buying_route first_step page parent""",
    "outcomes": """
        solution city outcome started planned_end ended cost.amount cost.currency months why
        failure.expectation failure.result failure.cause failure.first_warning_sign
        failure.decision_to_change failure.conditions failure.sunk_cost.amount failure.sunk_cost.currency
        failure.kept failure.evidence failure.contact""",
}

_FILLED: Mapping[TableKind, Mapping[str, str]] = {
    "needs": {
        "id": "example-need-1", "city": "Tartu, EE", "title": "Fewer lamps that burn all night",
        "description": "Half of the street lamps cannot be dimmed.", "language": "en",
        "topics": "CPV:34993000; SDG:11.6", "stage": "early", "budget.amount": "250000",
        "budget.currency": "EUR", "deadline": "2027-03-01T12:00:00+02:00", "route": "Maintenance budget 2027",
        "departments": "Public works; Energy",
    },
    "solutions": {
        "id": "example-solution-1", "city": "Heerlen, NL", "title": "Lamps that dim when nobody passes",
        "summary": "Sensors on 400 lamps.", "language": "en", "topics": "CPV:34993000",
        "problem.code": "CPV:34993000", "problem.statement": "Lamps burn at full power all night.",
        "problem.baseline.kpi": "energy", "problem.baseline.value": "410",
        "problem.baseline.unit": "MWh/year",
        "problem.baseline.date": "2024-12-31", "problem.service_owner": "Public works",
        "kpis": '[{"name":"energy","unit":"MWh/year","baseline":410,"target":250,"observed":230}]',
        "delivery.planned_cost": "180000", "delivery.actual_cost": "195000", "delivery.currency": "EUR",
        "months": "9", "contact.post": "Head of public works", "first_step": "Count the lamps that can dim.",
    },
    "outcomes": {
        "solution": "example-solution-1", "city": "Heerlen, NL", "outcome": "failed", "started": "2024-02-01",
        "ended": "2025-01-31", "cost.amount": "195000", "cost.currency": "EUR", "why": "The sensors froze.",
        "failure.expectation": "40 % less energy", "failure.result": "5 % less energy",
        "failure.cause": "technology", "failure.first_warning_sign": "Lamps stayed dark in the first winter.",
        "failure.sunk_cost.amount": "60000", "failure.sunk_cost.currency": "EUR",
        "failure.kept": "The dimmable lamps stay.",
    },
}  # fmt: skip


def template(kind: TableKind, *, every: bool = False) -> str:
    """Return the header of a table: the columns a city is asked for, or ``every`` one there is."""
    return _table([asked(kind, every=every)])


def example(kind: TableKind, *, every: bool = False) -> str:
    """Return the header and one illustrative row."""
    names = asked(kind, every=every)
    return _table([names, [_FILLED[kind].get(name, "") for name in names]])


def asked(kind: TableKind, *, every: bool = False) -> list[str]:
    """Return the names of the columns."""
    return [column.name for column in columns_of(kind)] if every else _ASKED[kind].split()


def _table(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
