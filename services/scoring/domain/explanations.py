"""Puts each contribution into points and one sentence, and finds the next best datum.

Contributions of E, R and T add up to the score (R: to the distance from the base rate); points are 0–100,
those of R may be negative. The next best datum is the missing input whose answer could move a score the
furthest.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, NamedTuple, TypeVar

from pydantic import BaseModel

from services.scoring.domain.evaluation.total import Evaluation, Values, total
from services.scoring.domain.framework import Framework, Transfer
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.nearest_cities import Nearness
from services.scoring.domain.risk import Dimensions, Risk, contributions, reach
from services.scoring.domain.rule_results import KnownValue, MessageReference, Parameters, UnknownValue, Value
from services.scoring.domain.transferability import (
    DIMENSIONS,
    Fits,
    Transferability,
    points,
    transferability,
)
from shared.events import Contribution

Score = Literal["evaluation", "risk", "transferability"]
SOURCES = {
    "problem": "description",
    "evidence": "studies",
    "effect": "kpis",
    "delivery": "plan",
    "record": "outcomes",
    "citizens": "answers",
    "reuse": "description",
    "immaturity": "rating",
    "lockin": "description",
    "organisation": "profile",
    "resources": "profile",
    "political": "profile",
    "firstmover": "outcomes",
    "legal": "description",
}
LEVELS = ("very low", "low", "average", "high", "very high")
STRENGTHS = ("1", "2", "3", "4", "5")
GIVEN = MessageReference("given", {"source": "given"})
UNSAID = vars(Contribution(key="-", points=0))
Model = TypeVar("Model", bound=BaseModel)


class MissingDatum(NamedTuple):
    """A missing input, and the range in points that an answer to it could move a score over."""

    key: str
    score: Score
    low: float
    high: float


def fifth(value: float) -> int:
    """Which fifth of [0, 1] a value lies in, 0–4."""
    return min(4, int(value * 5))


def evaluation_contributions(
    values: Values, reached: Evaluation, framework: Framework
) -> tuple[Contribution, ...]:
    """What each criterion adds to E; with the cap, where it bites, they add up to E."""
    weights = framework.evaluation.weights
    uncut = total(values, weights, framework)
    made = [
        _criterion(key, value, 100 * weights[key], uncut, reached.cap, framework)
        for key, value in values.items()
    ]
    if uncut > reached.cap:
        made.append(_cut(uncut, reached.cap, framework))
    return tuple(made)


def _criterion(
    key: str, value: Value, most: float, uncut: float, cap: float, framework: Framework
) -> Contribution:
    if isinstance(value, KnownValue):
        words: Parameters = {"of": most, "strength": STRENGTHS[fifth(value.value)]}
        return _known(key, value, most * value.value, most, words)
    counted = most * framework.missing.value
    low, high = max(0.0, min(cap, uncut - counted)), min(cap, uncut - counted + most)
    return _missing("missing_evaluation", key, counted, most, low, high)


def _known(key: str, value: KnownValue, points: float, most: float | None, words: Parameters) -> Contribution:
    source = "claim" if value.claim else SOURCES.get(key, "given")
    parameters: Parameters = {
        "what": key,
        "source": source,
        "points": points,
        **words,
        **value.why.parameters,
    }
    return _contribution(
        key, value.why.message, parameters, points=points, of=most, value=value.value, claim=value.claim
    )


def _missing(
    message: str, key: str, counted: float, most: float | None, low: float, high: float
) -> Contribution:
    parameters: Parameters = {"what": key, "points": counted, "low": low, "high": high, "of": most or 0.0}
    return _contribution(key, message, parameters, points=counted, of=most, known=False, low=low, high=high)


def _cut(uncut: float, cap: float, framework: Framework) -> Contribution:
    cause = "harm" if cap <= framework.evaluation.caps.harm else "claim"
    return _contribution("cap", "cap", {"cut": uncut - cap, "most": cap, "cause": cause}, points=cap - uncut)


def _contribution(
    key: str, message: str, parameters: Parameters, **numbers: float | bool | None
) -> Contribution:
    """One contribution with its sentence; not validated here, because whoever receives or reads it does."""
    texts = {"key": key, "message": message, "parameters": parameters, "reason": say(message, parameters)}
    return unvalidated(Contribution, {**UNSAID, **texts, **numbers})


def risk_contributions(reached: Risk, values: Dimensions, framework: Framework) -> tuple[Contribution, ...]:
    """By how many points each dimension moves R from the base rate; they add up to R − R₀."""
    moved = contributions(reached, values, framework)
    return tuple(
        _dimension(key, value, moved[key], reached.logit, framework.risk.coefficients[key])
        for key, value in values.items()
    )


def _dimension(key: str, value: Value, moved: float, logit: float, coefficient: float) -> Contribution:
    if isinstance(value, KnownValue):
        return _known(key, value, moved, None, {"level": LEVELS[fifth(value.value)]})
    if isinstance(value, UnknownValue):
        return _missing("missing_risk", key, 0.0, None, *reach(logit, coefficient))
    return _does_not_apply(key, value.why.message)


@cache
def _does_not_apply(key: str, because: str) -> Contribution:
    return _contribution(key, "not_applicable", {"what": key, "because": because}, points=0.0, known=False)


def transfer_contributions(
    parts: Fits, reached: Transferability, nearness: Nearness, framework: Framework
) -> tuple[Contribution, ...]:
    """What each dimension adds to T; the weakest carries the share of the weakest too."""
    shares = points(parts, reached.weakest, framework)
    return tuple(_transfer(name, parts, shares[name], nearness, framework) for name in DIMENSIONS)


def _transfer(
    name: Transfer, parts: Fits, share: tuple[float, float], nearness: Nearness, framework: Framework
) -> Contribution:
    part, (got, most) = parts[name], share
    low, high = (
        transferability({**parts, name: part._replace(point=end)}, framework).value
        for end in (part.low, part.high)
    )
    if not part.known:
        return _missing("missing_transfer", name, got, most, low, high)
    strength = STRENGTHS[fifth(part.point)]
    if name not in nearness:  # an intermediate value: no city stands behind it, and nothing is missing
        return _known(name, KnownValue(part.point, 0.0, GIVEN), got, most, {"of": most, "strength": strength})
    parameters: Parameters = {
        "what": name,
        "strength": strength,
        "points": got,
        "of": most,
        "known": part.known,
        "asked": part.asked,
        "nearest": nearness[name][0] or "unknown",
        "source": "profile",
    }
    return _contribution(
        name, "transfer", parameters, points=got, of=most, value=part.point, low=low, high=high
    )


def next_best(groups: Mapping[Score, Iterable[Contribution]]) -> MissingDatum | None:
    """The missing input whose answer could move a score the furthest; the first by name among equals."""
    asked = [
        MissingDatum(contribution.key, score, contribution.low, contribution.high)
        for score, group in groups.items()
        for contribution in group
        if contribution.low is not None
        and contribution.high is not None
        and contribution.high > contribution.low
    ]
    return min(
        asked,
        key=lambda contribution: (contribution.low - contribution.high, contribution.key, contribution.score),
        default=None,
    )


def unvalidated(model: type[Model], values: dict[str, object]) -> Model:
    """An instance that holds ``values``, one for every field and of its type, without validating them again.

    What pydantic's ``model_construct`` does, which looks at aliases, factories and private attributes too and
    takes longer than validating. Only for models that have none of these.
    """
    made = object.__new__(model)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", set(values))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made
