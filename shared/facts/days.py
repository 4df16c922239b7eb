"""Days and moments as people write them; what would be read as seconds since 1970 is refused."""

import re
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

_ZONED = re.compile(r"(\d{4}-?\d{2}-?\d{2})(Z|[+-]\d{2}:?\d{2})")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?")
_END = time(23, 59, 59)
NO_DAY = "is a number, and may mean a day or a count of seconds: write the day, such as 2026-12-31"


def day_in(text: str) -> date | None:
    """Return the day in ``2024-03-01``, ``20240301``, ``2024-03-01Z`` or ``2024-03-01+01:00``, or None."""
    zoned = _ZONED.fullmatch(text.strip())
    try:
        return date.fromisoformat(zoned[1] if zoned else text.strip())
    except ValueError:
        return None


def moment_in(text: str, zone: ZoneInfo) -> str:
    """Return ``text`` as a moment: a day ends in its own zone or in ``zone``, a time without zone is there.

    What is neither is returned as it is.
    """
    day, bare = day_in(text), text.strip()
    if day is not None:
        zoned = _ZONED.fullmatch(bare)
        if zoned:
            return f"{day.isoformat()}T{_END.isoformat()}{zoned[2]}"
        return datetime.combine(day, _END, zone).isoformat()
    try:
        read = datetime.fromisoformat(bare)
    except ValueError:
        return text
    return text if read.tzinfo else read.replace(tzinfo=zone).isoformat()


def as_day(value: object) -> object:
    """Validator of a day; raises ValueError for a number, which pydantic takes for seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError(NO_DAY)  # noqa: TRY004 - a TypeError would not become a complaint
    if not isinstance(value, str):
        return value
    return day_in(value) or _no_number(value)


def as_moment(value: object) -> object:
    """Validator of a moment; raises ValueError for a number. A day in a zone of its own ends there."""
    if isinstance(value, int | float):
        raise ValueError(NO_DAY)  # noqa: TRY004 - a TypeError would not become a complaint
    if not isinstance(value, str):
        return value
    if _ZONED.fullmatch(value.strip()) and day_in(value):
        return moment_in(value, ZoneInfo("UTC"))
    day = day_in(value)
    return day.isoformat() if day else _no_number(value)


def _no_number(text: str) -> str:
    if _NUMBER.fullmatch(text.strip()):
        raise ValueError(NO_DAY)
    return text


Day = Annotated[date, BeforeValidator(as_day)]
Moment = Annotated[datetime, BeforeValidator(as_moment)]
