"""Whatever stands in whichever field, `citiesshare scoring score` prints a score or names the mistake."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from typer.testing import CliRunner

from services.scoring.cli import app
from tests.unit.scoring.cases import few

Path = tuple[str | int, ...]

FACTS: dict[str, Any] = {
    "solution": {
        "problem": {
            "statement": "Vans",
            "people_affected": 9,
            "baseline": {"kpi": "Stops", "date": "2024-01-01"},
        },
        "studies": [{"sms": 3, "independence": "self", "city": "York", "sign": "+", "precise": True}],
        "kpis": [{"baseline": 10, "target": 5, "observed": 6, "verification": "self"}],
        "delivery": {"planned_cost": 10, "actual_cost": 11, "project_class": "outsourcing"},
        "citizens": {"involvement": 3, "answers": 80, "positive": 60},
        "reuse": {"blueprint": True},
        "lockin": ["yes", "no"],
        "maturity": {"trl": 8, "srl": 7},
        "legal": {"legal_basis": True},
        "implementations": [
            {
                "city": "York",
                "outcome": "failed",
                "age_years": 1,
                "failure": {"cause": "skills", "sunk_cost": 5},
            },
            {
                "city": {"name": "Tartu", "indicators": {"population": 9}},
                "outcome": "partial",
                "ended": "2025-01-01",
            },
        ],
        "units": [{"id": "u", "dimension": "resources", "need": 1, "critical": True}],
    },
    "city": {
        "name": "Tampere",
        "indicators": {"population": 200_000, "innovation_unit": True, "language": "fi"},
        "have": {"u": 0.5},
        "ratings": {"u": {"value": 1, "author": "A", "reason": "R"}},
        "agreed_risk": 0.3,
        "next_election": "2027-01-01",
        "delivery_months": 12,
        "anchors": ["funds"],
    },
    "peers": {"York": {"indicators": {"population": 150_000}}},
    "prior": {"area": "CPV:60000000", "day": "2026-01-01", "ended": 30, "alpha": 4, "beta": 2},
    "as_of": "2026-11-22",
    "framework": "1",
}
VALUES: dict[str, Any] = {
    "values": {"problem": [0.8, 0.1], "evidence": None},
    "dimensions": {"legal": [0.5, 0.1]},
    "record": [11, 4],
    "transfer": {"economy": [0.5, 0.4, 0.6]},
    "cap": 90,
    "harm": False,
}
ODD: tuple[object, ...] = (
    None,
    "",
    "moon",
    "x" * 600,
    "\ud800",
    "2999-01-01",
    True,
    -1,
    0,
    3.7,
    10**30,
    1e308,
    float("nan"),
    [],
    [[]],
    {},
)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Where something stands."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*path, name))


def replaced(case: dict[str, Any], path: Path, odd: object) -> dict[str, Any]:
    """The same with something else in that place."""
    new = place = deepcopy(case)
    for name in path[:-1]:
        place = place[name]  # type: ignore[index]
    place[path[-1]] = odd  # type: ignore[index]
    return new


def a_score_or_a_named_mistake(where: tuple[dict[str, Any], Path], odd: object) -> None:
    case, path = where
    result = CliRunner().invoke(app, ["score", "--json"], input=json.dumps(replaced(case, path, odd)))
    if result.exit_code == 0:
        assert json.dumps(json.loads(result.stdout), allow_nan=False)
        return
    assert isinstance(result.exception, SystemExit), result.exception
    problem = json.loads(result.stderr)
    assert problem["path"].startswith(str(path[0])), problem
    assert problem["detail"]


ANYWHERE = st.sampled_from([(case, path) for case in (FACTS, VALUES) for path in places(case)])
test_a_stranger_gets_a_score_or_a_named_mistake = few(ANYWHERE, st.sampled_from(ODD))(
    a_score_or_a_named_mistake
)
