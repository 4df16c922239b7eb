"""When a letter may go: the reader's own time, weekdays, quiet hours and public holidays.

Time zones and holidays are data and come in from outside: ``zone`` is the official's, ``closed`` says whether
a day is a public holiday there.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from services.notifications.domain.officials import Official, QuietHours

Closed = Callable[[date], bool]
LONGEST = 60


def never_closed(day: date) -> bool:
    """For those who keep no holidays."""
    return not day


def moment(day: date, at: time, zone: tzinfo) -> datetime:
    """A local time of day as UTC; one the clocks skip in spring is that much after they went on, one they
    show twice in autumn is the first of the two."""
    local = datetime.combine(day, at, zone)
    return local.replace(fold=0).astimezone(UTC)


def period_of(cadence: Literal["daily", "weekly"], day: date) -> str:
    """The name of the period a local day belongs to: ``daily|2026-11-23`` or ``weekly|2026-W48``."""
    if cadence == "daily":
        return f"daily|{day.isoformat()}"
    year, week, _ = day.isocalendar()
    return f"weekly|{year}-W{week:02d}"


def last_slot(official: Official, zone: tzinfo, now: datetime) -> tuple[str, datetime] | None:
    """The period whose slot came last by ``now``, and when that was (UTC); ``None`` where letters are off.

    Who is told at once has a weekly slot too, for what is not worth a letter of its own.

    The period is the key of the digest, so that asking often, late or after a pause never makes two.
    """
    if official.cadence == "off":
        return None
    cadence: Literal["daily", "weekly"] = "daily" if official.cadence == "daily" else "weekly"
    today = now.astimezone(zone).date()
    for back in range(9):
        day = today - timedelta(days=back)
        slot = moment(day, official.at, zone)
        if slot <= now and (cadence == "daily" or day.isoweekday() == official.weekday):
            return period_of(cadence, day), slot
    raise AssertionError("every week has every weekday")


def not_before(official: Official, zone: tzinfo, closed: Closed, when: datetime) -> datetime:
    """The first moment from ``when`` on that is not quiet for this official (UTC).

    Raises ``ValueError`` where two months of days are all quiet: such hours never let a letter through.
    """
    quiet = official.quiet
    if quiet is None or not is_quiet(quiet, zone, closed, when):
        return when
    day = when.astimezone(zone).date()
    for ahead in range(LONGEST):
        opens = last_moment(day + timedelta(days=ahead), quiet.end, zone)
        if opens >= when and not is_quiet(quiet, zone, closed, opens):
            return opens
    raise ValueError(f"the quiet hours of {official.id} leave no moment for a letter; shorten them")


def is_quiet(quiet: QuietHours, zone: tzinfo, closed: Closed, when: datetime) -> bool:
    """Whether ``when`` lies in the quiet hours, on a weekend or on a holiday, as the official asked.

    The hours go on from where they begin to where they end, also in the hour that clocks show twice in
    autumn: they begin the first time their beginning comes and end the last time their end does.
    """
    day = when.astimezone(zone).date()
    if quiet.weekends and day.isoweekday() > 5:
        return True
    if quiet.holidays is not None and closed(day):
        return True
    overnight = timedelta(days=0 if quiet.start <= quiet.end else 1)
    nights = (day - timedelta(days=1), day)
    return any(
        moment(night, quiet.start, zone) <= when < last_moment(night + overnight, quiet.end, zone)
        for night in nights
        if quiet.start != quiet.end
    )


def last_moment(day: date, at: time, zone: tzinfo) -> datetime:
    """Like ``moment``, but of a time that clocks show twice the second."""
    local = datetime.combine(day, at, zone)
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def too_soon(last: datetime | None, when: datetime, pause: timedelta = timedelta(days=7)) -> bool:
    """Whether a city was told of the same thing so recently that an update must wait (cool-down)."""
    return last is not None and when - last < pause
