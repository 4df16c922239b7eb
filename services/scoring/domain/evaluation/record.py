"""E5, track record."""

from services.scoring.domain.models import Known, Saying, Unknown, Value
from services.scoring.domain.track_record import Record, Records


def track_record(known: Records, reading: Record) -> Value:
    """The mean of the Beta distribution of success over all cities, with its standard deviation.

    Source: framework E5. ``reading`` is the record to use: the point, or one of the outer readings of what
    is overdue. Unknown while nothing has ended (for an outer reading: and nothing is overdue).
    """
    nothing_overdue = reading is known.point
    if not known.ended and nothing_overdue:
        return Unknown()
    why = Saying("record", {"ended": known.ended, "success": 100 * reading.success, "overdue": known.overdue})
    return Known(reading.success, reading.error, why)
