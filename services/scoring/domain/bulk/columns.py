"""Solutions as columns: one entry per solution, and ragged tables for studies, KPIs and attempts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.case import Case
from services.scoring.domain.evaluation.criteria import ratio
from services.scoring.domain.framework import Framework, Prior
from services.scoring.domain.track_record import WeighedAttempt
from shared.events import AreaPrior
from shared.facts import Delivery, Fact, Kpi, Outcome, Problem, Study, Verification

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

NOT_KNOWN = -1
INDEPENDENCE: tuple[Literal["self", "commissioned", "independent"], ...] = (
    "self",
    "commissioned",
    "independent",
)
SIGNS = {"-": -1, "0": 0, "+": 1}
VERIFICATION = tuple(Verification)
OUTCOMES = tuple(Outcome)

R = TypeVar("R")


class Beta(NamedTuple):
    """Beta(alpha, beta) of success of each solution."""

    alpha: Floats
    beta: Floats


@dataclass(frozen=True, slots=True)
class Ragged:
    """Which rows of a table belong to which solution: row i has ``starts[i] : starts[i + 1]``."""

    starts: Ints

    @property
    def filled(self) -> Flags:
        """The solutions that have any row."""
        return np.asarray(self.starts[1:] > self.starts[:-1])


@dataclass(frozen=True, slots=True)
class Studies(Ragged):
    """``city`` numbers the named cities of one solution from 0; -1 is not named."""

    sms: Small
    independence: Small
    sign: Small
    precise: Flags
    primary: Flags
    city: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Kpis(Ragged):
    """NaN is not known."""

    baseline: Floats
    target: Floats
    observed: Floats
    verification: Small


@dataclass(frozen=True, slots=True)
class Attempts(Ragged):
    """``age`` in years."""

    outcome: Small
    verification: Small
    age: Floats
    overdue: Flags


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything that a score without a city is a function of; counts, -1 and NaN for not known.

    ``prior`` holds α and β of each solution's service area, or the framework's own.
    """

    problem: Small
    cost_ratio: Floats
    months_ratio: Floats
    project_class: Small
    involvement: Small
    answers: Ints
    positive: Ints
    reuse: Small
    reuse_unknown: Small
    lockin_bad: Small
    lockin_unknown: Small
    legal_bad: Small
    legal_unknown: Small
    readiness: Small
    asked: Flags
    prior: Beta
    studies: Studies
    kpis: Kpis
    attempts: Attempts

    def __len__(self) -> int:
        return len(self.problem)


def columns(cases: Sequence[Case], framework: Framework) -> Columns:
    """Lay cases out as columns; they must have no city."""
    solutions = [case.solution for case in cases]
    classes = tuple(framework.evaluation.delivery.classes)
    return Columns(
        problem=_small(_present(solution.problem) for solution in solutions),
        cost_ratio=_floats(_ratio(solution.delivery, "cost") for solution in solutions),
        months_ratio=_floats(_ratio(solution.delivery, "months") for solution in solutions),
        project_class=_small(_index(classes, solution.delivery.project_class) for solution in solutions),
        involvement=_small(_or(solution.citizens.involvement) for solution in solutions),
        answers=np.array([_or(solution.citizens.answers) for solution in solutions], np.int64),
        positive=np.array([_or(solution.citizens.positive) for solution in solutions], np.int64),
        reuse=_small(_count(solution.reuse, answer=True) for solution in solutions),
        reuse_unknown=_small(_count(solution.reuse, answer=None) for solution in solutions),
        lockin_bad=_small(_count(solution.lockin, answer=False) for solution in solutions),
        lockin_unknown=_small(_count(solution.lockin, answer=None) for solution in solutions),
        legal_bad=_small(_count(solution.legal, answer=False) for solution in solutions),
        legal_unknown=_small(_count(solution.legal, answer=None) for solution in solutions),
        readiness=_small(
            min(
                (level for level in (solution.maturity.trl, solution.maturity.srl) if level),
                default=NOT_KNOWN,
            )
            for solution in solutions
        ),
        prior=_prior([case.prior or framework.track_record.prior for case in cases]),
        asked=np.array([case.attempts is not None for case in cases], np.bool_),
        studies=_studies([solution.studies for solution in solutions]),
        kpis=_kpis([solution.kpis for solution in solutions]),
        attempts=_attempts([case.known_attempts for case in cases]),
    )


def _prior(priors: Sequence[Prior | AreaPrior]) -> Beta:
    return Beta(_floats(prior.alpha for prior in priors), _floats(prior.beta for prior in priors))


def _studies(groups: Sequence[Sequence[Study]]) -> Studies:
    flat = [study for group in groups for study in group]
    return Studies(
        _starts(groups),
        sms=_small(study.sms for study in flat),
        independence=_small(INDEPENDENCE.index(study.independence) for study in flat),
        sign=_small(SIGNS[study.sign] for study in flat),
        precise=np.array([bool(study.precise) for study in flat], np.bool_),
        primary=np.array([study.primary for study in flat], np.bool_),
        city=np.array([number for group in groups for number in _numbered(group)], np.int16),
    )


def _numbered(group: Sequence[Study]) -> list[int]:
    names = sorted({study.city.casefold() for study in group if study.city})
    return [names.index(study.city.casefold()) if study.city else NOT_KNOWN for study in group]


def _kpis(groups: Sequence[Sequence[Kpi]]) -> Kpis:
    flat = [kpi for group in groups for kpi in group]
    return Kpis(
        _starts(groups),
        baseline=_floats(kpi.baseline for kpi in flat),
        target=_floats(kpi.target for kpi in flat),
        observed=_floats(kpi.observed for kpi in flat),
        verification=_small(VERIFICATION.index(kpi.verification) for kpi in flat),
    )


def _attempts(groups: Sequence[Sequence[WeighedAttempt]]) -> Attempts:
    flat = [attempt for group in groups for attempt in group]
    return Attempts(
        _starts(groups),
        outcome=_small(OUTCOMES.index(attempt.outcome) for attempt in flat),
        verification=_small(VERIFICATION.index(attempt.verification) for attempt in flat),
        age=_floats(attempt.age for attempt in flat),
        overdue=np.array([attempt.overdue for attempt in flat], np.bool_),
    )


def _starts(groups: Sequence[Sequence[object]]) -> Ints:
    return np.concatenate(([0], np.cumsum([len(group) for group in groups], dtype=np.int64)))


def _small(numbers: Iterable[int]) -> Small:
    return np.array(list(numbers), np.int8)


def _floats(numbers: Iterable[float | None]) -> Floats:
    return np.array([np.nan if number is None else number for number in numbers], np.float64)


def _or(number: int | None) -> int:
    return NOT_KNOWN if number is None else number


def _index(names: Sequence[str], name: str | None) -> int:
    return names.index(name) if name in names else NOT_KNOWN


def _count(row: Fact, *, answer: bool | None) -> int:
    return sum(getattr(row, name) is answer for name in type(row).model_fields)


def _present(problem: Problem) -> int:
    items = (
        problem.statement,
        problem.people_affected,
        problem.baseline,
        problem.service_owner,
        problem.why_now,
    )
    if all(item is None for item in items):
        return NOT_KNOWN
    return sum(item is not None and item != "" for item in items)


def _ratio(delivery: Delivery, kind: str) -> float | None:
    return ratio(getattr(delivery, f"actual_{kind}"), getattr(delivery, f"planned_{kind}"))
