"""What changed between two assessments, why, and whether anybody should hear of it."""

from collections.abc import Iterable, Iterator, Mapping

from services.scoring.domain.evaluation.total import ROUNDING
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.rule_results import MessageReference
from shared.events import Assessment, Contribution, Estimate, Sentence

VISIBLE = 0.05
"""A move below this many points is not shown: it would round to nothing."""

Scores = Mapping[str, tuple[Estimate, Estimate]]
Points = Mapping[str, float]


def material(before: Assessment, after: Assessment) -> bool:
    """Whether the band changed, or a point left its old interval (framework, *Match*)."""
    return before.band != after.band or any(left(was, now) for was, now in _scores(before, after).values())


def moved(before: Assessment, after: Assessment) -> bool:
    """Whether the advice or any number is another, beyond the last bits of a sum."""
    if (before.band, before.robust) != (after.band, after.robust):
        return True
    bounds = [
        abs(was - now)
        for old, new in _scores(before, after).values()
        for was, now in zip(_numbers(old), _numbers(new), strict=True)
    ]
    points = [
        abs(had.get(key, 0.0) - has.get(key, 0.0))
        for had, has in _parts(before, after).values()
        for key in had.keys() | has.keys()
    ]
    return max((*bounds, *points)) > ROUNDING


def _numbers(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def left(before: Estimate, after: Estimate) -> bool:
    """Whether the new point lies outside the old interval."""
    return not before.low <= after.value <= before.high


def changes(before: Assessment, after: Assessment) -> tuple[str, ...]:
    """One sentence for each change: version, band, points, and the contributions that moved them."""
    return tuple(say(reference.message, reference.parameters) for reference in sayings(before, after))


def sentences(before: Assessment, after: Assessment) -> tuple[Sentence, ...]:
    """The same changes by id and parameters, with the English beside them, for whoever speaks others."""
    return tuple(
        Sentence(
            message=reference.message,
            parameters=dict(reference.parameters),
            reason=say(reference.message, reference.parameters),
        )
        for reference in sayings(before, after)
    )


def sayings(before: Assessment, after: Assessment) -> Iterator[MessageReference]:
    """The changes as sentences to be translated."""
    if before.framework != after.framework:
        yield MessageReference("framework_changed", {"before": before.framework, "after": after.framework})
    if before.band != after.band:
        yield MessageReference("band_changed", {"before": before.band, "after": after.band})
    for score, (was, now) in _scores(before, after).items():
        if abs(now.value - was.value) >= VISIBLE:
            message = "point_left" if left(was, now) else "point_moved"
            yield MessageReference(message, {"score": score, "before": was.value, "after": now.value})
    for score, (had, has) in _parts(before, after).items():
        yield from _drivers(score, had, has)


def _scores(before: Assessment, after: Assessment) -> Scores:
    scores = {"evaluation": (before.evaluation, after.evaluation), "risk": (before.risk, after.risk)}
    if before.transferability and after.transferability:
        scores["transferability"] = before.transferability, after.transferability
    return scores


def _parts(before: Assessment, after: Assessment) -> Mapping[str, tuple[Points, Points]]:
    """The points of each score by what gives them; those of the risk start from the base rate."""
    was, now = before, after
    return {
        "evaluation": (_points(was.evaluation_contributions), _points(now.evaluation_contributions)),
        "risk": (
            {"base": was.base_risk, **_points(was.risk_contributions)},
            {"base": now.base_risk, **_points(now.risk_contributions)},
        ),
        "transferability": (_points(was.transfer_contributions), _points(now.transfer_contributions)),
    }


def _points(contributions: Iterable[Contribution]) -> Points:
    return {contribution.key: contribution.points for contribution in contributions}


def _drivers(score: str, was: Points, now: Points) -> Iterator[MessageReference]:
    """What moved, the largest move first."""
    moved = {key: now.get(key, 0.0) - was.get(key, 0.0) for key in sorted(was.keys() | now.keys())}
    for key in sorted(moved, key=lambda key: -abs(moved[key])):
        if abs(moved[key]) >= VISIBLE:
            yield MessageReference("driver", {"what": key, "score": score, "points": moved[key]})
