"""A million at once gives the same numbers as one at a time."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import strategies as st

from services.scoring.domain.assessment import assess_case
from services.scoring.domain.bulk.columns import columns
from services.scoring.domain.bulk.scores import BANDS, BulkScores, score_all
from services.scoring.domain.case import Case, build
from shared.events import AreaPrior
from shared.facts import Implementation, Solution
from tests.unit.scoring.cases import FRAMEWORK, NOW, day, few, many, solutions, tried

moments = st.floats(0.5, 60)
priors = st.builds(
    AreaPrior, area=st.just("CPV:90000000"), day=day, ended=st.just(30), alpha=moments, beta=moments
)
said = st.lists(st.tuples(solutions, st.none() | tried, st.none() | priors), min_size=1, max_size=8)
Said = tuple[Solution, list[Implementation] | None, AreaPrior | None]


def cases(given: Sequence[Said]) -> list[Case]:
    return [build(solution, done, FRAMEWORK, NOW, prior=prior) for solution, done, prior in given]


def row(found: BulkScores, index: int) -> list[float]:
    intervals = (found.evaluation, found.risk, found.success)
    singles = (found.coverage, found.base_risk, found.record.alpha, found.record.beta)
    return [float(each[index]) for interval in intervals for each in interval] + [
        float(each[index]) for each in singles
    ]


def the_same_as_one_at_a_time(given: Sequence[Said]) -> None:
    """To 1e-9: sums run in another order."""
    many_cases = cases(given)
    found = score_all(columns(many_cases, FRAMEWORK), FRAMEWORK)
    for index, case in enumerate(many_cases):
        alone = assess_case(case, FRAMEWORK, NOW)
        assert alone.record is not None
        estimates = (alone.evaluation, alone.risk, alone.record.success)
        expected = [number for each in estimates for number in (each.value, each.low, each.high)]
        expected += [alone.coverage, alone.base_risk, alone.record.alpha, alone.record.beta]
        assert row(found, index) == pytest.approx(expected, abs=1e-9)
        assert BANDS[found.band[index]] == alone.band


test_bulk_gives_the_same_numbers_as_one_at_a_time = few(said)(the_same_as_one_at_a_time)
test_bulk_gives_the_same_numbers_as_one_at_a_time_nightly = many(said)(the_same_as_one_at_a_time)


def test_another_solution_never_moves_a_score() -> None:
    one = Solution(id="a", city="York", title="A")
    other = Solution(id="b", city="York", title="B", maturity={"trl": 2})
    alone, beside = (
        score_all(columns(cases([(each, None, None) for each in group]), FRAMEWORK), FRAMEWORK)
        for group in ([one], [one, other])
    )
    assert row(alone, 0) == row(beside, 0)


def test_the_studies_of_a_hundred_cities_are_counted_too() -> None:
    studies = [
        {"sms": 2, "city": f"City {each}", "sign": "+" if each in (70, 99) else "-"} for each in range(100)
    ]
    the_same_as_one_at_a_time([(Solution(id="s", city="York", title="T", studies=studies), None, None)])


def test_the_beta_interval_is_taken_once_for_each_distribution() -> None:
    same = [(Solution(id=str(each), city="York", title="T"), None, None) for each in range(50)]
    found = score_all(columns(cases(same), FRAMEWORK), FRAMEWORK)
    assert found.different == 1
    assert np.unique(found.success.low).size == 1
