"""Days as spreadsheets of many countries write them: read where they mean one day."""

import re
from datetime import date, timedelta
from typing import Literal

from shared.facts import day_in

Order = Literal["dmy", "mdy", "ymd"]
EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, with Lotus' leap day of 1900 behind it
_PARTS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T,]+(\d{1,2}:\d{2}(?::\d{2})?))?")
_CLOCK = re.compile(r"\d[T ,]+\d{1,2}:\d{2}|\dT\d{4}")
_SERIAL = re.compile(r"\d{5}(?:[.,]0+)?")
FIRST_SERIAL, LAST_SERIAL = 18_264, 91_313  # 1950 to 2149
NO_DAY = "{!r} is no day: write it like 2026-12-31"


def read_day(cell: str, order: Order | None) -> tuple[str, str | None]:
    """Return the day in ``cell`` as ISO 8601, with its time where it has one, and a remark if it was mended.

    Raises ValueError, with both readings where there are two.
    """
    if day := day_in(cell):
        zoned = cell[-6:] if re.search(r"[+-]\d{2}:?\d{2}$", cell) and len(cell) > 10 else ""
        return cell if zoned else day.isoformat(), None
    if match := _PARTS.fullmatch(cell.strip()):
        return _of_parts(match, cell, order), None
    if _SERIAL.fullmatch(cell) and FIRST_SERIAL <= (serial := int(cell[:5])) <= LAST_SERIAL:
        day = EPOCH + timedelta(serial)
        return day.isoformat(), f"{cell} was read as {day.isoformat()}, the day that spreadsheets count so"
    if cell.isdigit() or not _CLOCK.search(cell):
        raise ValueError(NO_DAY.format(cell))
    return cell, None  # with a time: the field says whether it is one


def _of_parts(match: re.Match[str], cell: str, order: Order | None) -> str:
    first, mark, second, last, clock = match.groups()
    if len(first) != 4 and len(last) != 4:
        raise ValueError(f"{cell!r}: write the year with four digits")
    if len(first) == 4:
        readings = {"ymd": _day(first, second, last)}
    else:
        readings = {"dmy": _day(last, second, first), "mdy": _day(last, first, second)}
        if mark == ".":  # nobody writes the month first with points
            readings.pop("mdy")
    if order in readings:
        readings = {order: readings[order]}
    days = sorted({day for day in readings.values() if day})
    if not days:
        raise ValueError(NO_DAY.format(cell))
    if len(days) > 1:
        both = " or ".join(day.isoformat() for day in days)
        raise ValueError(
            f"{cell!r} may be {both}: write one of these, "
            "or declare the order (--dates dmy or mdy; over HTTP ?dates=)"
        )
    return days[0].isoformat() + (f"T{clock.zfill(5)}" if clock else "")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
