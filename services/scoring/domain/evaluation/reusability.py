"""E7, reusability."""

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, answers
from shared.facts import Reuse


def reusability(said: Reuse, framework: Framework) -> Value:
    """Yes-answers of eight: what another city would find on the table.

    Source: framework E7. An unknown item is no yes, and widens: s = .289 · unknown share, at least .05.
    """
    items, settings = answers(said), framework.evaluation.reuse
    unknown = items.count(None)
    if unknown == len(items):
        return UnknownValue()
    found = items.count(True)
    error = max(settings.least_error, settings.unknown_error * unknown / len(items))
    why = MessageReference("reuse", {"found": found, "items": len(items), "unknown": unknown})
    return KnownValue(found / len(items), error, why)
