"""Rescoring a million solutions, compared with TOPSIS of pymcdm and scikit-criteria on the same matrix.

    python -m benchmarks.scoring [--solutions 1000000] [--json]

Prints a table, and as its last line one JSON object. All times are CPU seconds of this process, the
lowest of several runs; on a shared machine only the ratios are meaningful.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import skcriteria
from pymcdm.methods import TOPSIS
from skcriteria.agg.topsis import TOPSIS as SkTOPSIS  # noqa: N811 - the same method of another library

from services.scoring.adapters.framework_files import load
from services.scoring.domain.assessment import assess, assess_case
from services.scoring.domain.bulk.columns import (
    OUTCOMES,
    VERIFICATION,
    Attempts,
    Beta,
    Columns,
    Floats,
    Ints,
    Kpis,
    Small,
    Studies,
)
from services.scoring.domain.bulk.rules import total
from services.scoring.domain.bulk.scores import criteria, evaluate, record, score_all
from services.scoring.domain.case import build
from shared import facts

SEED = 20261122
REPEATS = 50
FRAMEWORK = load("1")


def made_up(number: int, seed: int = SEED) -> Columns:
    """Return random columns of ``number`` solutions: on average two studies, two KPIs and one attempt each.

    Ages of attempts are whole months up to ten years.
    """
    random = np.random.default_rng(seed)

    def small(low: int, high: int, size: int = number) -> Small:
        return random.integers(low, high + 1, size).astype(np.int8)

    def starts(mean: float) -> Ints:
        return np.concatenate(([0], np.cumsum(random.poisson(mean, number), dtype=np.int64)))

    def gaps(values: Floats, share: float = 0.3) -> Floats:
        return np.where(random.random(values.shape) < share, np.nan, values)

    def rows(mean: float) -> tuple[Ints, int]:
        offsets = starts(mean)
        return offsets, int(offsets[-1])

    study, studies = rows(2)
    kpi, kpis = rows(2)
    attempt, attempts = rows(1)
    answers = random.integers(-1, 500, number)
    unknown = small(0, 10)
    prior = FRAMEWORK.track_record.prior
    bad = np.minimum(small(0, 10), 10 - unknown).astype(np.int8)
    legal_unknown = small(0, 5)
    return Columns(
        problem=small(-1, 5),
        cost_ratio=gaps(random.lognormal(0.1, 0.3, number)),
        months_ratio=gaps(random.lognormal(0.2, 0.3, number)),
        project_class=small(-1, len(FRAMEWORK.evaluation.delivery.classes) - 1),
        involvement=small(-1, 4),
        answers=answers,
        positive=np.where(answers > 0, (answers * random.random(number)).astype(np.int64), -1),
        reuse=np.minimum(small(0, 8), 8 - np.minimum(unknown, 8)).astype(np.int8),
        reuse_unknown=np.minimum(unknown, 8).astype(np.int8),
        lockin_bad=bad,
        lockin_unknown=unknown,
        legal_bad=np.minimum(small(0, 5), 5 - legal_unknown).astype(np.int8),
        legal_unknown=legal_unknown,
        readiness=np.where(small(0, 9) == 0, -1, small(1, 9)).astype(np.int8),
        asked=np.ones(number, np.bool_),
        prior=Beta(np.full(number, prior.alpha), np.full(number, prior.beta)),
        studies=Studies(
            study,
            sms=small(0, 5, studies),
            independence=small(0, 2, studies),
            sign=small(-1, 1, studies),
            precise=random.random(studies) < 0.5,
            primary=random.random(studies) < 0.5,
            city=random.integers(-1, 6, studies).astype(np.int16),
        ),
        kpis=Kpis(
            kpi,
            baseline=random.lognormal(3, 1, kpis),
            target=gaps(random.lognormal(3, 1, kpis)),
            observed=gaps(random.lognormal(3, 1, kpis)),
            verification=small(0, len(VERIFICATION) - 1, kpis),
        ),
        attempts=Attempts(
            attempt,
            outcome=small(0, len(OUTCOMES) - 1, attempts),
            verification=small(0, len(VERIFICATION) - 1, attempts),
            age=random.integers(0, 121, attempts) / 12,
            overdue=np.zeros(attempts, np.bool_),
        ),
    )


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Return the lowest CPU seconds of ``times`` runs."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def repeat(work: Callable[[], object]) -> None:
    """Run ``work`` ``REPEATS`` times; each result is freed before the next run, as in a handler."""
    for _ in range(REPEATS):
        work()


def single() -> tuple[facts.Solution, list[facts.Implementation], datetime]:
    """Return a solution with all data, its attempts in five cities, and the time of the score."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    solution = facts.Solution(
        id="sol-1",
        city="tampere",
        title="Night-time freight",
        problem=facts.Problem(
            statement="Vans block the street.",
            people_affected=9000,
            service_owner="Transport",
            why_now="A law",
        ),
        studies=tuple(
            facts.Study(sms=sms, independence="independent", city=city, sign="+", precise=True)
            for sms, city in ((3, "Tampere"), (2, "York"))
        ),
        kpis=(facts.Kpi(name="Stops", unit="stops", baseline=120, target=60, observed=66),),
        delivery=facts.Delivery(planned_cost=100, actual_cost=120, planned_months=10, actual_months=11),
        citizens=facts.Citizens(involvement=3, answers=80, positive=60),
        reuse=facts.Reuse(blueprint=True, licence=False, public_page=True),
        lockin=facts.LockIn(open_interfaces=True, free_export=False),
        maturity=facts.Maturity(trl=8, srl=7),
        legal=facts.Legal(legal_basis=True, security_review=False),
    )
    outcomes = (*[facts.Outcome.SUCCEEDED] * 3, facts.Outcome.PARTIAL, facts.Outcome.FAILED)
    tried = [
        facts.Implementation(solution="sol-1", city=f"city-{index}", outcome=outcome, ended=now.date())
        for index, outcome in enumerate(outcomes)
    ]
    return solution, tried, now


def measure(number: int) -> dict[str, float]:
    """Return all results by name: seconds, microseconds and ratios."""
    columns = made_up(number)
    scores = score_all(columns, FRAMEWORK)
    ended = total(columns.attempts, np.isin(columns.attempts.outcome, (0, 1, 2, 3)).astype(float))
    rated = criteria(columns, record(columns, FRAMEWORK), ended, FRAMEWORK)
    matrix = np.column_stack([np.where(np.isnan(value), 0.3, value) for value, _ in rated.values()])
    weights, types = np.array(list(FRAMEWORK.evaluation.weights.values())), np.ones(7, np.int64)
    decision = skcriteria.mkdm(matrix, [max] * 7, weights=weights)
    theirs = cpu(lambda: TOPSIS()(matrix, weights, types), 1)
    bare = cpu(lambda: TOPSIS()(matrix, weights, types, validation=False), 3)
    sk = cpu(lambda: SkTOPSIS().evaluate(decision), 1)
    ours = cpu(lambda: evaluate(rated, 100.0, FRAMEWORK))
    full = cpu(lambda: score_all(columns, FRAMEWORK), 3)
    solution, tried, now = single()
    case = build(solution, tried, FRAMEWORK, now)
    single_score = cpu(lambda: repeat(lambda: assess_case(case, FRAMEWORK, now)), 60) / REPEATS
    whole = cpu(lambda: repeat(lambda: assess(solution, tried, FRAMEWORK, now)), 60) / REPEATS
    return {
        "solutions": number,
        "different_records": scores.different,
        "full_s": full,
        "evaluate_s": ours,
        "pymcdm_topsis_s": theirs,
        "pymcdm_bare_s": bare,
        "skcriteria_topsis_s": sk,
        "ratio_pymcdm": theirs / full,
        "ratio_pymcdm_bare": bare / ours,
        "ratio_skcriteria": sk / ours,
        "one_score_us": 1e6 * single_score,
        "one_score_from_facts_us": 1e6 * whole,
    }


LINES = {
    "full_s": "rescoring in full: values, E, R, intervals, bands (s)",
    "evaluate_s": "E with its interval from the matrix of values (s)",
    "pymcdm_topsis_s": "pymcdm TOPSIS on the same matrix, as it is called by default (s)",
    "pymcdm_bare_s": "pymcdm TOPSIS on the same matrix, its validation switched off (s)",
    "skcriteria_topsis_s": "scikit-criteria TOPSIS on the same matrix (s)",
    "ratio_pymcdm": "pymcdm TOPSIS by default / rescoring in full",
    "ratio_pymcdm_bare": "pymcdm TOPSIS without validation / E with its interval",
    "ratio_skcriteria": "scikit-criteria TOPSIS / E with its interval",
    "one_score_us": "one score with its sentences (µs)",
    "one_score_from_facts_us": "the same from facts, with its hash of inputs (µs)",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--solutions", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    results = measure(options.solutions)
    if not options.json:
        print(f"{options.solutions:,} solutions, {results['different_records']:,.0f} different track records")
        for key, line in LINES.items():
            print(f"{results[key]:>12.3f}  {line}")
    json.dump(results, sys.stdout)
    print()


if __name__ == "__main__":
    main()
