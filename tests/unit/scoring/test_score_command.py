"""`citiesshare scoring score`: the examples of the page are the tests, and every mistake is named."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.scoring.cli import app

PAGE = Path(__file__).parents[3] / "docs/framework.md"
BLOCKS = re.compile(r"### Example: (.+?)\n\n```json\n(.+?)\n```.*?```json\n(.+?)\n```", re.DOTALL)
PRIOR = {"area": "CPV:60000000", "day": "2026-11-20", "ended": 34, "alpha": 2.0, "beta": 3.0}
EXAMPLES = BLOCKS.findall(PAGE.read_text(encoding="utf-8"))


def score(text: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["score", *options], input=text)


def answer(case: object) -> dict[str, object]:
    result = score(json.dumps(case), "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def holds(expected: object, found: object) -> None:
    """Everything that is expected is there, numbers to the digits that are printed."""
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for key, value in expected.items():
            holds(value, found[key])
    elif isinstance(expected, float) or (isinstance(expected, int) and not isinstance(expected, bool)):
        assert found == pytest.approx(expected, abs=0.051)
    else:
        assert found == expected


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(("name", "case", "expected"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_every_example_of_the_page_prints_what_it_says(name: str, case: str, expected: str) -> None:
    assert name
    holds(json.loads(expected), answer(json.loads(case)))


def test_contributions_add_up() -> None:
    found = answer(json.loads(EXAMPLES[1][1]))
    for key, base in (("evaluation", 0.0), ("risk", 1.0), ("transferability", 0.0)):
        part = found[key]
        assert isinstance(part, dict)
        points = sum(each["points"] for each in part["contributions"])
        assert points == pytest.approx(part["value"] - base * part.get("base", 0), abs=1e-9)


def test_a_list_and_lines_give_one_line_each() -> None:
    case = {"values": {"problem": [0.8, 0.1]}}
    lines = score(f"{json.dumps(case)}\n{json.dumps(case)}\n", "--json").stdout.splitlines()
    assert lines == score(json.dumps([case, case]), "--json").stdout.splitlines()
    assert len(lines) == 2


def test_without_json_it_speaks() -> None:
    result = score('{"solution": {}, "as_of": "2026-11-22"}')
    assert result.exit_code == 0
    assert "Not enough known" in result.stdout
    assert "Evidence: no data, counted as 7.5 of 25" in result.stdout


@pytest.mark.parametrize(
    ("case", "named"),
    [
        ({"solution": {}}, "Prior: Beta(4, 2), that of framework 2."),
        ({"solution": {}, "prior": PRIOR}, "Prior: Beta(2, 3), that of CPV:60000000, frozen on 2026-11-20"),
        ({"values": {}, "prior": PRIOR}, "Prior: Beta(2, 3), that of CPV:60000000, frozen on 2026-11-20"),
        ({"solution": {}, "prior": [2, 3]}, "Prior: Beta(2, 3), that of the case"),
        ({"record": [2, 3]}, None),
    ],
)
def test_it_names_the_prior(case: object, named: str | None) -> None:
    said = score(json.dumps(case)).stdout
    assert named in said if named else "Prior" not in said


def test_a_prior_stands_for_a_record_that_is_not_given() -> None:
    alone, beside, whole = (
        answer({**case, "as_of": "2026-11-22"})
        for case in ({"values": {}, "prior": PRIOR}, {"record": [2, 3]}, {"solution": {}, "prior": PRIOR})
    )
    assert alone["risk"] == beside["risk"]
    assert alone["prior"] == whole["prior"] == PRIOR
    assert answer({"record": [11, 4], "prior": PRIOR})["risk"] == answer({"record": [11, 4]})["risk"]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("", "standard input"),
        ("{", "line 1, column 2"),
        ("3", "case"),
        ("{}", "solution"),
        ('{"solution": 3}', "solution"),
        ('{"solution": {}, "framework": "99"}', "framework"),
        ('{"solution": {}, "as_of": "soon"}', "as_of"),
        ('{"solution": {"studies": [{"sms": 9, "sign": "+"}]}}', "solution.studies[0].sms"),
        ('{"solution": {"studies": [{"sms": 2, "sign": "maybe"}]}}', "solution.studies[0].sign"),
        ('{"solution": {"kpis": [{"target": 3}]}}', "solution.kpis[0].baseline"),
        ('{"solution": {"kpis": [{"baseline": NaN}]}}', "solution.kpis[0].baseline"),
        (
            '{"solution": {"delivery": {"planned_cost": 0, "actual_cost": 1}}}',
            "solution.delivery.planned_cost",
        ),
        ('{"solution": {"delivery": {"project_class": "moon"}}}', "solution.delivery.project_class"),
        ('{"solution": {"citizens": {"n": 5, "k": 6}}}', "solution.citizens.positive"),
        ('{"solution": {"lockin": ["perhaps"]}}', "solution.lockin[0]"),
        ('{"solution": {"legal": {"weather": true}}}', "solution.legal.weather"),
        ('{"solution": {"maturity": {"trl": 10}}}', "solution.maturity.trl"),
        ('{"solution": {"implementations": [{"outcome": "won"}]}}', "solution.implementations[0].outcome"),
        ('{"solution": {}, "city": {"have": {"a": -1}}}', "city.have.a"),
        ('{"solution": {}, "city": {"indicators": {"wealth": 1}}}', "city.indicators.wealth"),
        ('{"solution": {}, "city": {"indicators": {"mandate": 9}}}', "city.indicators.mandate"),
        ('{"values": {"luck": [1, 0]}}', "values.luck"),
        ('{"values": {"problem": [1.2, 0]}}', "values.problem[0]"),
        ('{"dimensions": {"legal": [0.2, 0.1, 3]}}', "dimensions.legal"),
        ('{"record": [0, 2]}', "record[0]"),
        ('{"record": {"alpha": 2}}', "record.beta"),
        ('{"solution": {}, "prior": "high"}', "prior"),
        ('{"solution": {}, "prior": {"alpha": 2, "beta": -1}}', "prior.beta"),
        ('{"solution": {}, "prior": [2, NaN]}', "prior[1]"),
        ('{"values": {}, "prior": {"alpha": 2, "beta": 1, "day": "soon"}}', "prior.day"),
        ('{"values": {}, "prior": {"alpha": 2, "beta": 1, "ended": 1.5}}', "prior.ended"),
        ('{"transfer": {"economy": [0.5, 0.6, 0.7]}}', "transfer.economy[1]"),
        ('[{"values": {}}, {"values": 3}]', "[1]: values"),
    ],
)
def test_a_mistake_is_named_with_its_field(said: str, path: str) -> None:
    result = score(said, "--json")
    assert result.exit_code == 2
    problem = json.loads(result.stderr)
    assert problem["path"] == path
    assert problem["detail"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"lockin": ["yes", "no", "unknown"]}, {"lockin": [True, False, None]}),
        ({"lockin": ["yes", "no"]}, {"lockin": [0, 1]}),
        ({"lockin": ["no"]}, {"lockin": [{"item": "open interfaces", "answer": "bad"}]}),
        ({"lockin": {"open_interfaces": False}}, {"lockin": ["no"]}),
        ({"legal": {"dpia": "no"}}, {"legal": [None, None, False]}),
        ({"reuse": [1, 0]}, {"reuse": {"blueprint": "yes", "costs": "no"}}),
        (
            {"citizens": {"level": "involve", "n": 8, "k": 6}},
            {"citizens": {"involvement": 2, "answers": 8, "positive": 6}},
        ),
        ({"delivery": {"cost": {"planned": 10, "actual": 12}}}, {"delivery": {"cost_ratio": 1.2}}),
        ({"delivery": {"planned": {"cost": 10}, "actual": {"cost": 12}}}, {"delivery": {"cost_ratio": 1.2}}),
        ({"studies": [{"sms": 2, "sign": "positive"}]}, {"studies": [{"sms": 2, "sign": 1}]}),
        (
            {"kpis": [{"b": 0, "t": 10, "o": 5, "v": 1}]},
            {"kpis": [{"baseline": 0, "target": 10, "observed": 5, "verification": "independent"}]},
        ),
    ],
)
def test_one_thing_may_be_written_in_several_ways(one: object, other: object) -> None:
    first, second = (answer({"solution": each, "as_of": "2026-11-22"}) for each in (one, other))
    assert first == second


def test_dates_and_ages_are_the_same_thing() -> None:
    dated = {"city": "York", "outcome": "failed", "ended": "2025-11-22"}
    aged = {"city": "York", "outcome": "failed", "age_years": 365 / 365.25}
    first, second = (
        answer({"solution": {"implementations": [each]}, "as_of": "2026-11-22"}) for each in (dated, aged)
    )
    assert first == second


def test_silence_widens_the_interval() -> None:
    silent = {"city": "York", "outcome": "running", "overdue": True}
    without, beside = (
        answer({"solution": {"implementations": each}, "as_of": "2026-11-22"})["risk"]
        for each in ([], [silent])
    )
    assert isinstance(without, dict)
    assert isinstance(beside, dict)
    assert beside["value"] == without["value"]
    assert beside["low"] < without["low"]
    assert beside["high"] > without["high"]


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ('{"solution": {"problem": {"people_affected": NaN}}}', "solution.problem.people_affected"),
        ('{"solution": {"citizens": {"answers": 1e300}}}', "solution.citizens.answers"),
        (f'{{"solution": {{"kpis": [{{"baseline": {"9" * 400}}}]}}}}', "solution.kpis[0].baseline"),
        (f'{{"solution": {{"kpis": [{{"baseline": {"9" * 5000}}}]}}}}', "standard input"),
        ('{"solution": ' + "[" * 100_000, "standard input"),
        ('{"record": [1e308, 1e308]}', "record[0]"),
        ('{"solution": {"kpis": [{"b": -1e308, "t": 1e308, "o": 1e308}]}}', "solution.kpis[0].baseline"),
        ('{"solution": {"kpis": [{"b": 1, "t": 1e308, "o": 2}]}}', "solution.kpis[0].t"),
        ('{"solution": {"problem": {"statement": NaN}}}', "solution.problem.statement"),
        ('{"solution": {"problem": {"baseline": []}}}', "solution.problem.baseline"),
        (f'{{"solution": {{"studies": [{{"sms": 2, "city": "{"x" * 501}"}}]}}}}', "solution.studies[0].city"),
        ('{"solution": {"title": "\\ud800"}}', "solution.title"),
        ('{"solution": {"months": 3}, "city": {"delivery_months": "soon"}}', "city.delivery_months"),
        ('{"solution": {}, "city": {"election": [1]}}', "city.election"),
        ('{"solution": {}, "city": {"phi": 2}}', "city.phi"),
        ('{"solution": {}, "city": {"indicators": {"population": "2000"}}}', "city.indicators.population"),
        ('{"solution": {}, "city": {"indicators": {"population": true}}}', "city.indicators.population"),
        (
            '{"solution": {}, "city": {"indicators": {"innovation_unit": 3}}}',
            "city.indicators.innovation_unit",
        ),
        ('{"solution": {}, "solution": {"maturity": 3}}', "standard input"),
        (
            '{"solution": {"implementations": [{"outcome": "failed", "age_years": -1}]}}',
            "solution.implementations[0].age_years",
        ),
        ('{"solution": {}, "framework": []}', "framework"),
        ('{"solution": {}', "line 1, column 16"),
    ],
    ids=lambda part: part[:40],
)
def test_what_no_arithmetic_can_use_is_named(case: str, path: str) -> None:
    result = score(case, "--json")
    assert (result.exit_code, json.loads(result.stderr)["path"]) == (2, path)


def test_bytes_that_are_not_utf8_are_named_and_a_byte_order_mark_is_no_matter() -> None:
    broken = CliRunner().invoke(app, ["score", "--json"], input=b'{"solution": {"title": "\xff"}}')
    assert broken.exit_code == 2
    assert "byte 25" in json.loads(broken.stderr)["detail"]
    marked = CliRunner().invoke(app, ["score", "--json"], input=b'\xef\xbb\xbf{"solution": {}}')
    assert marked.exit_code == 0


def test_a_name_that_nobody_reads_is_said_beside_the_score() -> None:
    case = {"solution": {"studys": [], "kpis": [{"baseline": 1, "goal": 2}]}, "city": {"name": "York"}}
    result = score(json.dumps(case), "--json")
    assert result.exit_code == 0
    assert result.stderr == "not read: solution.studys, solution.kpis[0].goal\n"
    assert score(EXAMPLES[2][1], "--json").stderr == ""
