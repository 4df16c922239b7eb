"""E, R, the success interval and the band of many solutions without a city, and which of them would move.

The same rules as ``assessment``, on columns (``columns``, ``rules``): points agree to 1e-9.
``score_deltas`` compares them with stored assessments, without making any sentence.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.scoring.domain.bands import Band
from services.scoring.domain.bulk import rules
from services.scoring.domain.bulk.columns import OUTCOMES, VERIFICATION, Beta, Columns, Flags, Floats, Ints
from services.scoring.domain.evaluation.total import ROUNDING
from services.scoring.domain.framework import Criterion, Dimension, Framework
from services.scoring.domain.rule_results import AVERAGE, UNIFORM_ERROR
from services.scoring.domain.score_changes import VISIBLE
from services.scoring.domain.track_record import FAILED, TAILS, WORKED
from shared.events import Assessment

BANDS = tuple(Band)
BLOCK = 16_384
Criteria = dict[Criterion, rules.Rated]


class Interval(NamedTuple):
    """A number with its bounds for each solution."""

    value: Floats
    low: Floats
    high: Floats


class BulkScores(NamedTuple):
    """One entry per solution, points and per cent 0–100; ``band`` counts in the order of :class:`Band`.

    ``different`` is how many different Beta distributions there were.
    """

    evaluation: Interval
    coverage: Floats
    risk: Interval
    base_risk: Floats
    success: Interval
    band: NDArray[np.int8]
    record: Beta
    different: int


def score_all(given: Columns, framework: Framework) -> BulkScores:
    """Score every solution of the columns, as :func:`services.scoring.domain.assessment.assess` would.

    Sums run in another order than one at a time, so that points agree to 1e-9 and not to the last bit.
    """
    rows = given.attempts
    ended = rules.total(rows, np.isin(rows.outcome, _ended(framework)).astype(np.float64))
    silent = np.flatnonzero(rules.anyone(rows, rows.overdue))
    point = record(given, framework)
    rated = criteria(given, point, ended, framework)
    moved, spread = dimensions(given, rated["delivery"].value, ended, framework)
    uncut = evaluate(rated, np.inf, framework)
    r, success, different = risk(point, moved, spread, framework)
    for overdue_as in (0.0, 1.0) if len(silent) else ():
        reading = record(given, framework, overdue_as=overdue_as)
        informed = ended + rules.anyone(rows, rows.overdue)
        other = {**rated, "record": track_record(reading, informed)}
        _widen(uncut, evaluate(other, np.inf, framework), silent)
        part = Beta(reading.alpha[silent], reading.beta[silent])
        other_r, other_success, _ = risk(part, moved[silent], spread[silent], framework)
        _stretch(r, other_r, silent)
        _stretch(success, other_success, silent)
    covered = coverage(rated, framework)
    return BulkScores(
        evaluation=_cut(uncut, rules.cap(given, framework)),
        coverage=covered,
        risk=r,
        base_risk=100 * point.beta / (point.alpha + point.beta),
        success=success,
        band=bands(covered, r, _learned_from(given, framework), framework),
        record=point,
        different=different,
    )


def _ended(framework: Framework) -> list[int]:
    return [OUTCOMES.index(outcome) for outcome in framework.track_record.success]


def record(given: Columns, framework: Framework, overdue_as: float | None = None) -> Beta:
    """Twin of the track record over all cities."""
    rows, settings = given.attempts, framework.track_record
    trust = np.array([settings.verification[name] for name in VERIFICATION])[rows.verification]
    success = np.array([settings.success.get(outcome, np.nan) for outcome in OUTCOMES])[rows.outcome]
    if overdue_as is not None:
        success = np.where(rows.overdue & np.isnan(success), overdue_as, success)
    counts = ~np.isnan(success)
    weight = np.where(counts, trust * np.exp2(-rows.age / settings.half_life), 0.0)
    gained = np.where(counts, weight * success, 0.0)
    return Beta(
        given.prior.alpha + rules.total(rows, gained),
        given.prior.beta + rules.total(rows, weight - gained),
    )


def track_record(beta: Beta, ended: Floats) -> rules.Rated:
    """Twin of E5."""
    number = beta.alpha + beta.beta
    mean = beta.alpha / number
    error = np.sqrt(mean * (1 - mean) / (number + 1))
    return rules.Rated(np.where(ended > 0, mean, np.nan), error)


def criteria(given: Columns, record: Beta, ended: Floats, framework: Framework) -> Criteria:
    """The criteria that the framework weighs, by name."""
    criteria_rated: dict[Criterion, rules.Rated] = {
        "problem": rules.problem_definition(given, framework),
        "evidence": rules.evidence(given, framework),
        "effect": rules.effect(given, framework),
        "delivery": rules.delivery(given, framework),
        "record": track_record(record, ended),
        "citizens": rules.citizens(given, framework),
        "reuse": rules.reusability(given, framework),
    }
    return {name: rated for name, rated in criteria_rated.items() if name in framework.evaluation.weights}


def evaluate(rated: Criteria, most: Floats | float, framework: Framework) -> Interval:
    """Twin of E with its interval."""
    number = len(next(iter(rated.values())).value)
    caps = np.broadcast_to(most, number)
    made = Interval(np.empty(number), np.empty(number), np.empty(number))
    # In blocks that stay in the processor's cache: twice as fast as whole columns.
    for start in range(0, number, BLOCK):
        block = slice(start, start + BLOCK)
        point, half = _point(rated, block, framework)
        np.minimum(point, caps[block], out=point)
        made.value[block] = point
        np.maximum(point - half, 0, out=made.low[block])
        np.minimum(point + half, caps[block], out=made.high[block])
    return made


def _point(rated: Criteria, block: slice, framework: Framework) -> tuple[Floats, Floats]:
    """E before its cap, and half the width of its interval; in place, because memory is what this costs."""
    missing = framework.missing.value
    size = len(rated["problem"].value[block])
    point, variance, part = np.zeros(size), np.zeros(size), np.empty(size)
    for key, (values_of, errors) in rated.items():
        value, weight = values_of[block], 100 * framework.evaluation.weights[key]
        unknown = np.isnan(value)
        np.multiply(value, weight, out=part)
        np.copyto(part, weight * missing, where=unknown)
        point += part
        np.multiply(errors if isinstance(errors, float) else errors[block], weight, out=part)
        np.copyto(part, weight * UNIFORM_ERROR, where=unknown)
        part *= part
        variance += part
    np.sqrt(variance, out=variance)
    variance *= framework.interval
    return point, variance


def coverage(rated: Criteria, framework: Framework) -> Floats:
    """Twin of coverage."""
    weights = framework.evaluation.weights
    covered = np.zeros(1)
    for key, (value, _) in rated.items():
        covered = covered + weights[key] * ~np.isnan(value)
    return np.minimum(1.0, covered)


def dimensions(
    given: Columns, delivery: Floats, ended: Floats, framework: Framework
) -> tuple[Floats, Floats]:
    """Σ c·(x − .5) and Σ c²σ² over the nine dimensions, the four of a city being unknown."""
    coefficients, rated = framework.risk.coefficients, framework.risk.error**2
    values: dict[Dimension, Floats] = {
        "immaturity": rules.immaturity(given, framework),
        "lockin": rules.lock_in(given, framework),
        "delivery": 1 - delivery,
        "firstmover": rules.first_mover(given, ended, framework),
        "legal": rules.law(given, framework),
    }
    moved, spread = np.zeros(len(given)), np.zeros(len(given))
    for key, coefficient in coefficients.items():
        if key in values:
            unknown = np.isnan(values[key])
            moved += coefficient * np.where(unknown, 0.0, values[key] - AVERAGE)
            spread += coefficient**2 * np.where(unknown, UNIFORM_ERROR**2, rated)
        else:
            spread += (coefficient * UNIFORM_ERROR) ** 2
    return moved, spread


def risk(record: Beta, moved: Floats, spread: Floats, framework: Framework) -> tuple[Interval, Interval, int]:
    """Twin of R; also the success interval, and of how many different Beta distributions it was taken."""
    pairs, index = np.unique(record.alpha + 1j * record.beta, return_inverse=True)
    alpha, beta = pairs.real, pairs.imag
    trigamma = (special.zeta(2.0, alpha) + special.zeta(2.0, beta))[index]
    bounds = [100 * np.asarray(special.betaincinv(alpha, beta, tail), np.float64)[index] for tail in TAILS]
    z = np.log(record.beta / record.alpha) + moved
    half = framework.interval * np.sqrt(trigamma + spread)
    interval = Interval(*(100 * special.expit(logits) for logits in (z, z - half, z + half)))
    return interval, Interval(100 * record.alpha / (record.alpha + record.beta), *bounds), len(pairs)


def _learned_from(given: Columns, framework: Framework) -> Flags:
    """Twin of the first rule of the bands: harm, or failures without a success."""
    harm = rules.harm(given, framework)
    if not framework.bands.learn_from_failures:
        return harm
    rows = given.attempts
    failed, worked = (
        rules.anyone(rows, np.isin(rows.outcome, [OUTCOMES.index(outcome) for outcome in some]))
        for some in (FAILED, WORKED)
    )
    return harm | (failed & ~worked)


def bands(covered: Floats, risk: Interval, learn: Flags, framework: Framework) -> NDArray[np.int8]:
    """Twin of the bands without a city: nothing is ready, and no unit is lacking."""
    settings = framework.bands
    vague = covered < framework.evaluation.grades["C"] - ROUNDING
    vague |= risk.high - risk.low > settings.widest_risk + ROUNDING
    risky = risk.value > 100 * settings.agreed_risk + ROUNDING
    order = [BANDS.index(name) for name in (Band.LEARN, Band.NOT_ENOUGH_KNOWN, Band.PILOT_SMALL)]
    return np.select([learn, vague, risky], order, BANDS.index(Band.ADAPT)).astype(np.int8)


def _cut(uncut: Interval, most: Floats) -> Interval:
    """E and its bounds brought down by what E is above its cap."""
    value = np.minimum(uncut.value, most)
    down = uncut.value - value
    return Interval(value, np.maximum(uncut.low - down, 0), np.minimum(uncut.high - down, most))


def _widen(point: Interval, other: Interval, rows: Ints) -> None:
    """Take the outer bounds of another reading of the same solutions, where something is overdue."""
    _stretch(point, Interval(*(bound[rows] for bound in other)), rows)


def _stretch(point: Interval, other: Interval, rows: Ints) -> None:
    point.low[rows] = np.minimum(point.low[rows], other.low)
    point.high[rows] = np.maximum(point.high[rows], other.high)


class ScoreDelta(NamedTuple):
    """What a score would become: the points that E and R would move by, and the band before and after."""

    solution: str
    evaluation: float
    risk: float
    was: str
    now: str


def score_deltas(
    solutions: Sequence[str], before: Sequence[Assessment], scores: BulkScores
) -> list[ScoreDelta]:
    """The solutions that anybody would see move: by a twentieth of a point, or into another band."""
    evaluation = scores.evaluation.value - np.array([assessment.evaluation.value for assessment in before])
    risk = scores.risk.value - np.array([assessment.risk.value for assessment in before])
    visible = np.maximum(np.abs(evaluation), np.abs(risk)) >= VISIBLE
    bands = [BANDS[number].value for number in scores.band]
    return [
        ScoreDelta(solutions[row], float(evaluation[row]), float(risk[row]), before[row].band, bands[row])
        for row in range(len(solutions))
        if visible[row] or before[row].band != bands[row]
    ]
