"""E5, track record."""

from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value
from services.scoring.domain.track_record import SuccessBounds, SuccessDistribution


def track_record(known: SuccessBounds, reading: SuccessDistribution, *, say_failed: bool = False) -> Value:
    """The mean of the Beta distribution of success over all cities, with its standard deviation.

    Source: framework E5. ``reading`` is the record to use: the point, or one of the outer readings of what
    is overdue. Unknown while nothing has ended (for an outer reading: and nothing is overdue). With
    ``say_failed`` a record of failures alone says so in place of the mean, which the prior alone lifts.
    """
    nothing_overdue = reading is known.point
    if not known.ended and nothing_overdue:
        return UnknownValue()
    if say_failed and known.only_failed:
        failed = MessageReference("record_failed", {"ended": known.ended, "overdue": known.overdue})
        return KnownValue(reading.success, reading.error, failed)
    why = MessageReference(
        "record", {"ended": known.ended, "success": 100 * reading.success, "overdue": known.overdue}
    )
    return KnownValue(reading.success, reading.error, why)
