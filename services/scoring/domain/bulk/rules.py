"""The rules of the criteria and dimensions on columns, each the twin of a single one; NaN is unknown."""

from typing import NamedTuple

import numpy as np

from services.scoring.domain.bulk.columns import (
    INDEPENDENCE,
    NOT_KNOWN,
    VERIFICATION,
    Columns,
    Flags,
    Floats,
    Ints,
    Ragged,
    Small,
)
from services.scoring.domain.evaluation.criteria import MOST_INVOLVED
from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import UNIFORM_ERROR
from shared.facts import Legal, LockIn, Reuse

PROBLEM_ITEMS = 5
BITS = 64


class Rated(NamedTuple):
    """Values and their standard errors; NaN where unknown."""

    value: Floats
    error: Floats | float


def best(rows: Ragged, numbers: Floats) -> Floats:
    """The largest number of each solution; 0 where it has none."""
    largest = np.zeros(len(rows.starts) - 1)
    if len(numbers):
        largest[rows.filled] = np.maximum.reduceat(numbers, rows.starts[:-1][rows.filled])
    return largest


def total(rows: Ragged, numbers: Floats) -> Floats:
    """The sum of the numbers of each solution; 0 where it has none."""
    sums = np.zeros(len(rows.starts) - 1)
    if len(numbers):
        sums[rows.filled] = np.add.reduceat(numbers, rows.starts[:-1][rows.filled])
    return sums


def anyone(rows: Ragged, flags: Flags) -> Flags:
    """Whether any row of each solution has the flag."""
    counts = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, out=counts[1:])
    return np.asarray(counts[rows.starts[1:]] > counts[rows.starts[:-1]])


def problem_definition(given: Columns, framework: Framework) -> Rated:
    """Twin of E1."""
    return Rated(_known(given.problem, given.problem / PROBLEM_ITEMS), framework.evaluation.problem.error)


def evidence(given: Columns, framework: Framework) -> Rated:
    """Twin of E2."""
    rows, settings = given.studies, framework.evaluation.evidence
    independence = np.array([settings.independence[name] for name in INDEPENDENCE])
    strength = np.array(settings.quality)[rows.sms] * independence[rows.independence]
    counts = rows.sms >= settings.counts_from
    better, worse = counts & (rows.sign > 0), counts & (rows.sign < 0)
    further = np.maximum(0, _cities(given, better) - 1)
    value = best(rows, strength) + np.minimum(settings.replication_most, settings.replication * further)
    value -= settings.conflict * (anyone(rows, better) & anyone(rows, worse))
    value -= settings.imprecision * ~anyone(rows, rows.precise)
    return Rated(np.where(rows.filled, np.clip(value, 0, 1), np.nan), settings.error)


def _cities(given: Columns, better: Flags) -> Ints:
    """How many different named cities have such a study: one bit for each, as many words as it takes."""
    rows = given.studies
    number = np.where(better, rows.city, NOT_KNOWN)
    counts = np.zeros(len(given), np.int64)
    for first in range(0, int(number.max(initial=NOT_KNOWN)) + 1, BITS):
        here = (number >= first) & (number < first + BITS)
        places = np.where(here, number - first, 0).astype(np.uint64)
        bits = np.where(here, np.left_shift(np.uint64(1), places), np.uint64(0))
        words = np.bitwise_or.reduceat(bits, rows.starts[:-1][rows.filled])
        counts[rows.filled] += np.bitwise_count(words)
    return counts


def cap(given: Columns, framework: Framework) -> Floats:
    """Twin of the caps: harm, and a claim without a study."""
    caps, rows = framework.evaluation.caps, given.studies
    most = np.where(anyone(rows, rows.sms > 0), 100.0, caps.claim)
    return np.where(harm(given, framework), np.minimum(most, caps.harm), most)


def harm(given: Columns, framework: Framework) -> Flags:
    """Twin of harm."""
    rows, least = given.studies, framework.evaluation.evidence.counts_from
    return anyone(rows, rows.primary & (rows.sign < 0) & (rows.sms >= least))


def effect(given: Columns, framework: Framework) -> Rated:
    """Twin of E3."""
    rows, settings = given.kpis, framework.evaluation.effect
    aimed = ~np.isnan(rows.target)
    change = rows.observed - rows.baseline
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.abs(change / rows.baseline) / settings.full_change
        part = np.where(aimed, change / (rows.target - rows.baseline), relative)
    measured = ~np.isnan(rows.observed) & np.where(aimed, rows.target != rows.baseline, rows.baseline != 0)
    trust = _trust(framework)[rows.verification] * np.where(aimed, 1.0, settings.untargeted) * measured
    reached = total(rows, trust * np.clip(np.where(measured, part, 0.0), 0, 1))
    weight = total(rows, trust)
    value = (reached + settings.shrink_weight * settings.shrink_to) / (weight + settings.shrink_weight)
    error = np.sqrt(value * (1 - value) / (weight + settings.shrink_weight + 1))
    return Rated(np.where(anyone(rows, measured), value, np.nan), error)


def _trust(framework: Framework) -> Floats:
    return np.array([framework.track_record.verification[name] for name in VERIFICATION])


def delivery(given: Columns, framework: Framework) -> Rated:
    """Twin of E4."""
    settings = framework.evaluation.delivery
    classes = [*settings.classes.values()]
    within_plan, number = np.zeros(len(given)), np.zeros(len(given))
    for ratios, bounds in (
        (given.cost_ratio, [overrun_bounds.cost or 0.0 for overrun_bounds in classes]),
        (given.months_ratio, [overrun_bounds.months or 0.0 for overrun_bounds in classes]),
    ):
        # The unknown class comes last, where index -1 finds it.
        most = np.maximum(settings.least_bound, np.array([*bounds, 0.0]))[given.project_class]
        computable = ~np.isnan(ratios)
        within_plan += np.where(computable, 1 - np.clip((ratios - 1) / most, 0, 1), 0.0)
        number += computable
    value = (within_plan + settings.shrink_weight * settings.shrink_to) / (number + settings.shrink_weight)
    return Rated(np.where(number > 0, value, np.nan), settings.error)


def citizens(given: Columns, framework: Framework) -> Rated:
    """Twin of E6."""
    settings, z, missing = framework.evaluation.citizens, framework.interval, framework.missing.value
    answered = (given.answers > 0) & (given.positive != NOT_KNOWN)
    involved = given.involvement != NOT_KNOWN
    answers = np.where(answered, given.answers, 1).astype(np.float64)
    share = np.where(answered, np.minimum(given.positive, given.answers), 0) / answers
    scale = 1 + z * z / answers
    centre = np.where(answered, (share + z * z / (2 * answers)) / scale, missing)
    spread = np.sqrt(share * (1 - share) / answers + z * z / (4 * answers * answers)) / scale
    level = np.where(involved, given.involvement / MOST_INVOLVED, missing)
    error = np.hypot(
        settings.involvement * np.where(involved, 0.0, UNIFORM_ERROR),
        settings.answers * np.where(answered, spread, UNIFORM_ERROR),
    )
    value = settings.involvement * level + settings.answers * centre
    return Rated(np.where(answered | involved, value, np.nan), np.maximum(settings.least_error, error))


def reusability(given: Columns, framework: Framework) -> Rated:
    """Twin of E7."""
    items, settings = len(Reuse.model_fields), framework.evaluation.reuse
    error = np.maximum(settings.least_error, settings.unknown_error * given.reuse_unknown / items)
    return Rated(np.where(given.reuse_unknown < items, given.reuse / items, np.nan), error)


def immaturity(given: Columns, framework: Framework) -> Floats:
    """Twin of R1."""
    return _known(given.readiness, np.array(framework.risk.maturity)[np.maximum(given.readiness, 1) - 1])


def lock_in(given: Columns, framework: Framework) -> Floats:
    """Twin of R2."""
    return _items(given.lockin_bad, given.lockin_unknown, len(LockIn.model_fields), framework)


def law(given: Columns, framework: Framework) -> Floats:
    """Twin of R9."""
    return _items(given.legal_bad, given.legal_unknown, len(Legal.model_fields), framework)


def _items(bad: Small, unknown: Small, items: int, framework: Framework) -> Floats:
    risk = framework.risk
    mean = (bad * risk.bad + unknown * risk.not_known + (items - bad - unknown) * risk.good) / items
    return np.where(unknown < items, mean, np.nan)


def first_mover(given: Columns, ended: Floats, framework: Framework) -> Floats:
    """Twin of R8."""
    return np.where(given.asked, 1 / (1 + ended / framework.risk.first_mover), np.nan)


def _known(numbers: Small, value: Floats) -> Floats:
    return np.where(numbers == NOT_KNOWN, np.nan, value)
