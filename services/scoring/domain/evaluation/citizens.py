"""E6, citizens."""

from math import hypot

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import (
    UNIFORM_ERROR,
    KnownValue,
    MessageReference,
    UnknownValue,
    Value,
    wilson,
)
from shared.facts import Citizens

MOST_INVOLVED = 4


def citizens(said: Citizens, framework: Framework) -> Value:
    """.4 · involvement / 4 + .6 · the centre of Wilson's 90 % interval of positive answers.

    Source: framework E6; levels after the IAP2 spectrum, 0 inform … 4 empower. A part that is not known
    counts as any missing input, for its share.
    """
    level, answers = said.involvement, said.answers if said.positive is not None else None
    if level is None and not answers:
        return UnknownValue()
    settings = framework.evaluation.citizens
    involved = framework.missing.value if level is None else level / MOST_INVOLVED
    involved_error = UNIFORM_ERROR if level is None else 0.0
    agreed, agreed_error = _agreement(answers, said.positive, framework)
    error = hypot(settings.involvement * involved_error, settings.answers * agreed_error)
    why = MessageReference(
        "citizens", {"level": _shown(level), "answers": answers or 0, "positive": said.positive or 0}
    )
    value = settings.involvement * involved + settings.answers * agreed
    return KnownValue(value, max(settings.least_error, error), why)


def _agreement(answers: int | None, positive: int | None, framework: Framework) -> tuple[float, float]:
    """Share of positive answers and its standard error."""
    if not answers or positive is None:
        return framework.missing.value, UNIFORM_ERROR
    centre, half = wilson(min(positive, answers), answers, framework.interval)
    return centre, half / framework.interval


def _shown(level: int | None) -> str:
    return "unknown" if level is None else str(level)
