"""Reads intermediate values – what the rules answered – so that the arithmetic alone can be checked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple, get_args

from services.scoring.domain.assessment import ScoreParts
from services.scoring.domain.case import Case
from services.scoring.domain.evaluation.total import evaluate
from services.scoring.domain.framework import Criterion, Dimension, Framework, Transfer
from services.scoring.domain.input_parser.case import beta, moment, prior
from services.scoring.domain.input_parser.json_values import (
    InputError,
    answer,
    mapping,
    number,
    optional,
    spelled,
)
from services.scoring.domain.risk import risk
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value
from services.scoring.domain.track_record import SuccessBounds, SuccessDistribution
from services.scoring.domain.transferability import DIMENSIONS, Bounded, Fits, transferability
from shared.events import AreaPrior
from shared.facts import Solution, Study

KEYS = ("values", "dimensions", "record", "transfer")


class Given(NamedTuple):
    """A case without facts, the scores that its intermediate values make, and the day."""

    case: Case
    scores: ScoreParts
    as_of: datetime


def is_intermediate(given: Mapping[str, object]) -> bool:
    """Whether a JSON object is of this form."""
    return "solution" not in given and any(key in given for key in KEYS)


def read(given: Mapping[str, object], framework: Framework, today: date) -> Given:
    """Score intermediate values. Caps cannot be seen from values: say ``harm`` or ``cap`` to apply one.

    What is left out is missing: a criterion, a dimension, the record (then the prior stands for it), the
    prior (then the framework's own does), the transfer (then there is no T).
    """
    as_of = moment(given.get("as_of"), "as_of", today)
    own = prior(given.get("prior"), "prior", as_of.date())
    harm = answer(given.get("harm"), "harm") is True
    values = _values(given.get("values"), framework)
    dimensions = _dimensions(given.get("dimensions"), framework)
    record = _record(given.get("record"), own, framework)
    parts = _transfer(given.get("transfer"), framework)
    cap = number(given.get("cap", 100), "cap", 0, 100)
    most = min(cap, framework.evaluation.caps.harm) if harm else cap
    scores = ScoreParts(
        values=values,
        evaluation=evaluate(values, framework, most),
        dimensions=dimensions,
        risk=risk(record, dimensions, framework),
        parts=parts,
        transferability=transferability(parts, framework) if parts else None,
        record=SuccessBounds(record, record, record, 0, 0),
        lacking=("given",) if answer(given.get("lacking"), "lacking") else (),
    )
    return Given(_case(given, own, harm=harm), scores, as_of)


def _case(given: Mapping[str, object], own: AreaPrior | None, *, harm: bool) -> Case:
    studies = (Study(sms=2, sign="-"),) if harm else ()
    return Case(
        solution=Solution(id="given", city="given", title="Intermediate values", studies=studies),
        attempts=None,
        agreed_risk=optional(*spelled(given, "", "agreed_risk", "phi", "φ"), 0, 1),
        prior=own,
    )


def _values(value: object, framework: Framework) -> dict[Criterion, Value]:
    keys: tuple[Criterion, ...] = get_args(Criterion)
    named = _named(value, "values", keys)
    error = framework.evaluation.problem.error
    return {key: _value(named.get(key), f"values.{key}", "given", error) for key in keys}


def _dimensions(value: object, framework: Framework) -> dict[Dimension, Value]:
    keys: tuple[Dimension, ...] = get_args(Dimension)
    named = _named(value, "dimensions", keys)
    error = framework.risk.error
    return {key: _value(named.get(key), f"dimensions.{key}", "given_risk", error) for key in keys}


def _named(value: object, path: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    fields = mapping(value, path)
    for key in fields:
        if key not in keys:
            raise InputError(f"{path}.{key}", f"is unknown; there are {', '.join(keys)}")
    return fields


def _value(value: object, path: str, message: str, error: float) -> Value:
    if value is None:
        return UnknownValue()
    pair = value if isinstance(value, list) else [value]
    if not 1 <= len(pair) <= 2:
        raise InputError(path, "must be [value, standard error], a number, or null")
    spread = number(pair[1], f"{path}[1]", 0) if len(pair) == 2 else error
    return KnownValue(
        number(pair[0], f"{path}[0]", 0, 1), spread, MessageReference(message, {"source": "given"})
    )


def _record(value: object, prior: AreaPrior | None, framework: Framework) -> SuccessDistribution:
    """The record as given, which holds its prior already; else the prior alone."""
    if value is not None:
        return SuccessDistribution(*beta(value, "record"))
    start = prior or framework.track_record.prior
    return SuccessDistribution(start.alpha, start.beta)


def _transfer(value: object, framework: Framework) -> Fits | None:
    if value is None:
        return None
    keys: tuple[Transfer, ...] = DIMENSIONS
    named = _named(value, "transfer", keys)
    return {key: _bounded(named.get(key), f"transfer.{key}", framework) for key in keys}


def _bounded(value: object, path: str, framework: Framework) -> Bounded:
    if value is None:
        return Bounded(framework.missing.value, 0.0, 1.0, 0, 1)
    triple = value if isinstance(value, list) else [value]
    if len(triple) not in (1, 3):
        raise InputError(path, "must be [t, low, high], a number, or null")
    point = number(triple[0], f"{path}[0]", 0, 1)
    if len(triple) == 1:
        return Bounded(point, point, point, 1, 1)
    low, high = number(triple[1], f"{path}[1]", 0, point), number(triple[2], f"{path}[2]", point, 1)
    return Bounded(point, low, high, 1, 1)
