"""E7, reusability."""

from services.scoring.domain.models import UNIFORM_ERROR, Known, Saying, Unknown, Value
from services.scoring.domain.settings import Framework
from shared.facts import Reuse


def reusability(said: Reuse, framework: Framework) -> Value:
    """Yes-answers of eight: what another city would find on the table.

    Source: framework E7. An unknown item is no yes, and widens: s = (1/√12) · unknown share, at least .05.
    """
    answers = tuple(getattr(said, item) for item in Reuse.model_fields)
    unknown = answers.count(None)
    if unknown == len(answers):
        return Unknown()
    found = answers.count(True)
    error = max(framework.evaluation.reuse.least_error, UNIFORM_ERROR * unknown / len(answers))
    why = Saying("reuse", {"found": found, "items": len(answers), "unknown": unknown})
    return Known(found / len(answers), error, why)
