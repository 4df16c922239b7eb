"""The assessment of one solution: evaluation, risk and transferability, in general or for one city.

``assess`` takes the facts and a day and gives :class:`shared.events.Assessment`: numbers (0–100, each with
its 90 % interval), band, and one sentence for each contribution. It is pure: no clock, no randomness, no
order of inputs. ``inputs_hash`` is the fingerprint of everything that ``assess`` takes, by which a score is
replayed to the byte.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from services.scoring.domain import bands, explanations
from services.scoring.domain import transferability as transfer
from services.scoring.domain.case import Case, build
from services.scoring.domain.evaluation.criteria import track_record
from services.scoring.domain.evaluation.evidence import cap, evidence_level, harm
from services.scoring.domain.evaluation.total import Evaluation, Values, criteria, evaluate, widened
from services.scoring.domain.framework import Framework
from services.scoring.domain.learning import best_lesson
from services.scoring.domain.risk import Dimensions, Risk, dimensions, outer
from services.scoring.domain.track_record import SuccessBounds, records
from services.scoring.domain.transferability import fits, lacking
from shared import events
from shared.events import AreaPrior
from shared.facts import CityProfile, Fact, Implementation, Solution

ORDERLESS = ("topics", "studies", "kpis", "components", "units")


class ScoreParts(NamedTuple):
    """Everything that was computed, before sentences are made of it."""

    values: Values
    evaluation: Evaluation
    dimensions: Dimensions
    risk: Risk
    parts: transfer.Fits | None
    transferability: transfer.Transferability | None
    record: SuccessBounds
    lacking: tuple[str, ...]


def assess(
    solution: Solution,
    implementations: Iterable[Implementation] | None,
    framework: Framework,
    as_of: datetime,
    city: CityProfile | None = None,
    peers: Mapping[str, CityProfile] | None = None,
    *,
    agreed_risk: float | None = None,
    prior: events.AreaPrior | None = None,
) -> events.Assessment:
    """Score one solution, in general or for one city; a pure function of its arguments.

    ``implementations`` is None when nobody was asked about them. ``peers`` are the cities where it was tried,
    by id, as they were then. ``agreed_risk`` is φ in [0, 1], else the city's own, else the framework's.
    ``prior`` is that of the service area, frozen on a day, else the framework's. Callers pass only what
    :func:`shared.visibility.is_public` lets in. Order of the inputs never matters.
    """
    tried = None if implementations is None else tuple(implementations)
    case = build(solution, tried, framework, as_of, city, peers, agreed_risk=agreed_risk, prior=prior)
    assessed = assess_case(case, framework, as_of)
    fingerprint = inputs_hash(
        solution, tried, framework.version, as_of, city, peers, agreed_risk=agreed_risk, prior=prior
    )
    return assessed.model_copy(update={"inputs": fingerprint})


def assess_case(case: Case, framework: Framework, as_of: datetime) -> events.Assessment:
    """Score a case that is already put together."""
    return in_words(case, score(case, framework), framework, as_of)


def score(case: Case, framework: Framework) -> ScoreParts:
    """E, R and T of a case, and what they were made from; R and the record are personal when a city asks."""
    settings = framework.track_record
    general = records(case.known_attempts, settings, case.prior, personal=False)
    personal = records(case.known_attempts, settings, case.prior) if case.city else general
    values = criteria(case, general, framework)
    units = fits(case.solution.units, case.city) if case.city else ()
    parts = transfer.dimensions(case, units, framework) if case.city else None
    risk_dimensions = dimensions(case, values, parts, framework)
    return ScoreParts(
        values=values,
        evaluation=_evaluation(values, general, cap(case.solution.studies, framework), framework),
        dimensions=risk_dimensions,
        risk=outer(personal, risk_dimensions, framework),
        parts=parts,
        transferability=transfer.transferability(parts, framework) if parts else None,
        record=personal,
        lacking=tuple(entry.unit.id for entry in lacking(units, framework.bands.critical_unit)),
    )


def _evaluation(values: Values, record: SuccessBounds, most: float, framework: Framework) -> Evaluation:
    point = evaluate(values, framework, most)
    if not record.overdue:
        return point
    readings = (record.if_failed, record.if_succeeded)
    return widened(
        point,
        [
            evaluate({**values, "record": track_record(record, reading)}, framework, most)
            for reading in readings
        ],
    )


def standing(case: Case, scores: ScoreParts, framework: Framework) -> bands.BandInputs:
    """What the rules of the bands look at."""
    phi = case.agreed_risk
    return bands.BandInputs(
        harm=harm(case.solution.studies, framework),
        lacks_critical_unit=bool(scores.lacking),
        evaluation=scores.evaluation.value,
        grade=scores.evaluation.grade,
        risk=scores.risk.value,
        risk_width=scores.risk.high - scores.risk.low,
        transferability=scores.transferability.value if scores.transferability else None,
        agreed_risk=framework.bands.agreed_risk if phi is None else phi,
        only_failed=scores.record.only_failed,
    )


def in_words(case: Case, scores: ScoreParts, framework: Framework, as_of: datetime) -> events.Assessment:
    """The assessment as it is published, each contribution with its sentence."""
    e, r, t = scores.evaluation, scores.risk, scores.transferability
    stands = standing(case, scores, framework)
    evaluated = explanations.evaluation_contributions(scores.values, e, framework)
    risked = explanations.risk_contributions(r, scores.dimensions, framework)
    transferred = (
        explanations.transfer_contributions(scores.parts, t, case.nearness, framework)
        if scores.parts and t
        else ()
    )
    best = explanations.next_best({"evaluation": evaluated, "risk": risked, "transferability": transferred})
    return events.Assessment(
        framework=framework.version,
        as_of=as_of,
        evaluation=_estimate(e.value, e.low, e.high),
        coverage=e.coverage,
        grade=e.grade,
        evidence_level=evidence_level(case.solution.studies),
        risk=_estimate(r.value, r.low, r.high),
        base_risk=r.base,
        learning=best_lesson(case.known_attempts, framework),
        transferability=_estimate(t.value, t.low, t.high) if t else None,
        weakest=t.weakest if t else None,
        band=bands.band(stands, framework),
        robust=bands.robust(stands, scores.values, e.cap, framework),
        harm=stands.harm,
        next_best_datum=best.key if best else None,
        next_best_of=best.score if best else None,
        cap=e.cap,
        agreed_risk=stands.agreed_risk,
        record=published_record(scores.record),
        lacking=scores.lacking,
        prior=case.prior,
        evaluation_contributions=evaluated,
        risk_contributions=risked,
        transfer_contributions=transferred,
    )


def published_record(record: SuccessBounds) -> events.TrackRecord:
    """The track record with the 90 % interval of success, 0–100, over every reading of what is overdue."""
    readings = (record.point, record.if_failed, record.if_succeeded) if record.overdue else (record.point,)
    bounds = [interval.interval for interval in readings]
    low, high = min(interval[0] for interval in bounds), max(interval[1] for interval in bounds)
    return events.TrackRecord(
        alpha=record.point.alpha,
        beta=record.point.beta,
        success=_estimate(100 * record.point.success, 100 * low, 100 * high),
        ended=record.ended,
        overdue=record.overdue,
    )


def _estimate(value: float, low: float, high: float) -> events.Estimate:
    return events.Estimate(value=value, low=low, high=high)


def inputs_hash(
    solution: Solution,
    implementations: Iterable[Implementation] | None,
    version: str,
    as_of: datetime,
    city: CityProfile | None,
    peers: Mapping[str, CityProfile] | None,
    *,
    agreed_risk: float | None,
    prior: AreaPrior | None,
) -> str:
    """32 hexadecimal digits; the same facts in another order give the same ones."""
    parts = [
        version,
        as_of.isoformat(),
        solution.model_dump_json(exclude=set(ORDERLESS), exclude_defaults=True),
        *(f"{name}{_sorted(getattr(solution, name))}" for name in ORDERLESS),
        "not asked" if implementations is None else f"tried{_sorted(implementations)}",
        "no city" if city is None else city.model_dump_json(exclude_defaults=True),
        *(f"{name}={_json(peer)}" for name, peer in sorted((peers or {}).items())),
        repr(agreed_risk),
        "None" if prior is None else _json(prior),
    ]
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _sorted(facts: Iterable[Fact]) -> list[str]:
    return sorted(_json(fact) for fact in facts)


def _json(fact: Fact) -> str:
    return fact.model_dump_json(exclude_defaults=True)
