"""Parsing days and times; a number, which pydantic would read as seconds since 1970, is rejected."""

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
    """Return ``text`` as an ISO 8601 time with a time zone.

    A day becomes its last second in its own zone or in ``zone``; a time without a zone is in ``zone``. Other
    text is returned unchanged.
    """
    day, stripped = day_in(text), text.strip()
    if day is not None:
        zoned = _ZONED.fullmatch(stripped)
        if zoned:
            return f"{day.isoformat()}T{_END.isoformat()}{zoned[2]}"
        return datetime.combine(day, _END, zone).isoformat()
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        return text
    return text if moment.tzinfo else moment.replace(tzinfo=zone).isoformat()


def as_day(value: object) -> object:
    """Validator of a day; raises ValueError for a number, which pydantic would read as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError(NO_DAY)  # noqa: TRY004 - a TypeError would not become a complaint
    if not isinstance(value, str):
        return value
    return day_in(value) or _no_number(value)


def as_moment(value: object) -> object:
    """Validator of a time; raises ValueError for a number. A day with a time zone becomes its last second
    there.
    """
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
