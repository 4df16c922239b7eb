"""Parsing days and times; a number, which pydantic would read as seconds since 1970, is rejected."""

import re
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ValidationInfo

from shared.facts.errors import value_error
from shared.facts.text import FROM_OUTSIDE

_ZONED = re.compile(r"(\d{4}-?\d{2}-?\d{2})(Z|[+-]\d{2}:?\d{2})")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?")
_END = time(23, 59, 59)
EARLIEST_YEAR, LATEST_YEAR = 1950, 2200
"""One rule for all days from outside: other years stand for "no day", or are of another calendar."""
_YEAR = re.compile(r"\s*[+-]?(\d{4})")
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


def year_error(year: int) -> str | None:
    """Return the error message for a year that nobody can mean, or None."""
    if EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    return (
        f"the year {year:04d} is a mistake: write a year of the Gregorian calendar from {EARLIEST_YEAR} "
        f"to {LATEST_YEAR}, or leave the day out where it is not known"
    )


def _plausible(value: object, info: ValidationInfo) -> None:
    """Reject such a year in input from outside; stored documents with one stay readable."""
    if info.context != FROM_OUTSIDE:
        return
    match = _YEAR.match(value) if isinstance(value, str) else None
    year = value.year if isinstance(value, date) else int(match[1]) if match else EARLIEST_YEAR
    if error := year_error(year):
        raise value_error("year_out_of_range", error)


def as_day(value: object, info: ValidationInfo) -> object:
    """Validator of a day; raises ValueError for a number, which pydantic would read as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError(NO_DAY)  # noqa: TRY004 - a TypeError would not become a complaint
    if not isinstance(value, str):
        return value
    read = day_in(value) or _no_number(value)
    _plausible(read, info)
    return read


def as_moment(value: object, info: ValidationInfo) -> object:
    """Validator of a time; raises ValueError for a number. A day with a time zone becomes its last second
    there.
    """
    if isinstance(value, int | float):
        raise ValueError(NO_DAY)  # noqa: TRY004 - a TypeError would not become a complaint
    if not isinstance(value, str):
        return value
    day = day_in(value)
    _plausible(day or _no_number(value), info)
    if day and _ZONED.fullmatch(value.strip()):
        return moment_in(value, ZoneInfo("UTC"))
    return day.isoformat() if day else value


def _no_number(text: str) -> str:
    if _NUMBER.fullmatch(text.strip()):
        raise ValueError(NO_DAY)
    return text


Day = Annotated[date, BeforeValidator(as_day)]
Moment = Annotated[datetime, BeforeValidator(as_moment)]
