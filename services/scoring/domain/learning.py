"""Learning L: what a failure teaches others, independent of the evaluation (framework, *Learning*)."""

from collections.abc import Iterable

from services.scoring.domain.framework import Framework
from services.scoring.domain.track_record import WeighedAttempt
from shared.facts import FailureRecord, Verification


def fields_present(record: FailureRecord) -> int:
    """How many of the ten fields are filled in; an empty text is not."""
    return sum(getattr(record, name) not in (None, "") for name in FailureRecord.model_fields)


def learning(record: FailureRecord | None, verification: Verification, framework: Framework) -> float:
    """L = 10 · fields present of ten, × .8 if nobody but the city itself vouches for it; 0–100."""
    if record is None:
        return 0.0
    points = framework.learning.field * fields_present(record)
    return points * framework.learning.unverified if verification == Verification.SELF else points


def best_lesson(attempts: Iterable[WeighedAttempt], framework: Framework) -> float:
    """The learning score of a solution: that of its best failure record, 0 without one."""
    return max(
        (learning(attempt.failure, attempt.verification, framework) for attempt in attempts), default=0.0
    )
