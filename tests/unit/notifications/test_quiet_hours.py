"""The reader's own time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters.holidays import closed_in
from services.notifications.domain.officials import Official, QuietHours
from services.notifications.domain.quiet_hours import (
    is_quiet,
    last_slot,
    moment,
    never_closed,
    not_before,
    period_of,
)
from services.notifications.samples import official

WARSAW = ZoneInfo("Europe/Warsaw")
ZONES = [ZoneInfo(name) for name in ("Europe/Warsaw", "Asia/Tokyo", "America/Kentucky/Louisville", "UTC")]


def reader(**changes: object) -> Official:
    return Official.model_validate(official().model_dump() | {"cadence": "weekly"} | changes)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Warsaw", "2026-03-28", "08:00", "2026-03-28T07:00"),
        ("Europe/Warsaw", "2026-03-29", "08:00", "2026-03-29T06:00"),
        ("Europe/Warsaw", "2026-03-29", "02:30", "2026-03-29T01:30"),
        ("Europe/Warsaw", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Europe/Warsaw", "2026-10-25", "08:00", "2026-10-25T07:00"),
        ("America/Kentucky/Louisville", "2026-03-08", "02:30", "2026-03-08T07:30"),
        ("America/Kentucky/Louisville", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("Asia/Tokyo", "2026-03-29", "08:00", "2026-03-28T23:00"),
        ("Africa/Luanda", "2026-03-29", "08:00", "2026-03-29T07:00"),
        ("Europe/Moscow", "2026-10-25", "08:00", "2026-10-25T05:00"),
        ("Europe/Dublin", "2026-03-29", "01:30", "2026-03-29T01:30"),
    ],
)
def test_local_times_around_the_change_of_clocks(zone: str, day: str, at: str, expected: str) -> None:
    got = moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert got == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "weekly"),
    [
        ("2026-11-22", "2026-W47"),
        ("2026-11-23", "2026-W48"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
    ],
)
def test_a_week_has_one_name(day: str, weekly: str) -> None:
    assert period_of("weekly", date.fromisoformat(day)) == f"weekly|{weekly}"
    assert period_of("daily", date.fromisoformat(day)) == f"daily|{day}"


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-11-23T06:59", "weekly|2026-W47"),
        ("2026-11-23T07:00", "weekly|2026-W48"),
        ("2026-11-29T23:00", "weekly|2026-W48"),
    ],
)
def test_a_week_opens_at_the_readers_own_hour(now: str, period: str) -> None:
    """Monday 08:00 in Kraków is 07:00 UTC in November."""
    got = last_slot(reader(), WARSAW, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert got is not None
    assert got[0] == period


def test_who_wants_no_letters_has_no_period() -> None:
    assert last_slot(reader(cadence="off"), WARSAW, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_who_is_told_at_once_has_a_weekly_period_for_the_rest() -> None:
    period = last_slot(reader(cadence="instant"), WARSAW, datetime(2026, 11, 23, tzinfo=UTC))
    assert period is not None
    assert period[0] == "weekly|2026-W47"


@pytest.mark.parametrize(
    ("when", "quiet"),
    [
        ("2026-11-23T07:29", True),
        ("2026-11-23T07:30", False),
        ("2026-11-23T17:59", False),
        ("2026-11-23T18:00", True),
        ("2026-11-28T12:00", True),
        ("2026-11-11T12:00", True),
        ("2026-12-25T12:00", True),
    ],
)
def test_evenings_weekends_and_polish_holidays_are_quiet(when: str, quiet: bool) -> None:
    hours = QuietHours(holidays="PL")
    local = datetime.fromisoformat(when).replace(tzinfo=WARSAW)
    assert is_quiet(hours, WARSAW, closed_in("PL"), local) is quiet


def test_a_letter_written_on_christmas_eve_waits_for_the_next_working_day() -> None:
    keeper = reader(quiet=QuietHours(holidays="PL"))
    evening = datetime(2026, 12, 24, 20, tzinfo=UTC)
    opens = not_before(keeper, WARSAW, closed_in("PL"), evening)
    assert opens == datetime(2026, 12, 28, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "when", "goes"),
    [
        # 25 October 2026 in Warsaw: 02:00-03:00 comes twice, from 00:00 and from 01:00 UTC.
        (("22:00", "02:30"), "2026-10-25T00:15", "2026-10-25T01:30"),
        (("22:00", "02:30"), "2026-10-25T00:45", "2026-10-25T01:30"),
        (("22:00", "02:30"), "2026-10-25T01:15", "2026-10-25T01:30"),
        (("22:00", "02:30"), "2026-10-25T01:30", "2026-10-25T01:30"),
        (("22:00", "02:30"), "2026-10-25T01:45", "2026-10-25T01:45"),
        (("02:30", "07:00"), "2026-10-25T00:15", "2026-10-25T00:15"),
        (("02:30", "07:00"), "2026-10-25T01:15", "2026-10-25T06:00"),
        (("02:10", "02:50"), "2026-10-25T01:05", "2026-10-25T01:50"),
        # 29 March 2026: 02:00-03:00 does not come; the moment is that much after the clocks went on.
        (("22:00", "02:30"), "2026-03-29T00:45", "2026-03-29T01:30"),
        (("22:00", "02:30"), "2026-03-29T01:15", "2026-03-29T01:30"),
        (("22:00", "02:30"), "2026-03-29T01:30", "2026-03-29T01:30"),
        (("02:30", "07:00"), "2026-03-29T01:15", "2026-03-29T01:15"),
        (("02:30", "07:00"), "2026-03-29T01:45", "2026-03-29T05:00"),
    ],
)
def test_quiet_hours_are_one_stretch_also_where_the_clocks_change(
    quiet: tuple[str, str], when: str, goes: str
) -> None:
    start, end = map(time.fromisoformat, quiet)
    keeper = reader(quiet=QuietHours(start=start, end=end, weekends=False))
    asked, expected = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (when, goes))
    assert not_before(keeper, WARSAW, never_closed, asked) == expected


@example(1441, date(2026, 10, 23), time(2, 1), time(2))
@given(
    st.integers(0, 4 * 24 * 60),
    st.sampled_from([date(2026, 10, 23), date(2026, 3, 27)]),
    st.times(),
    st.times(),
)
@settings(max_examples=300, deadline=None)
def test_nobody_waits_longer_than_the_quiet_hours_last_where_the_clocks_change(
    minutes: int, first: date, start: time, end: time
) -> None:
    """An hour more, and a day more where the free time of a day is an hour at most: in autumn the quiet hours
    begin the first time and end the second time that the clock shows them, and may leave nothing between."""
    quiet = QuietHours(start=start, end=end, weekends=False)
    when = datetime.combine(first, time(), UTC) + timedelta(minutes=minutes)
    goes = not_before(reader(quiet=quiet), WARSAW, never_closed, when)
    long = (datetime.combine(first, end) - datetime.combine(first, start)) % timedelta(days=1)
    swallowed = timedelta(days=1) if timedelta(days=1) - long <= timedelta(hours=1) else timedelta()
    assert timedelta() <= goes - when <= long + timedelta(hours=1) + swallowed
    assert not is_quiet(quiet, WARSAW, never_closed, goes)


def test_nobody_waits_who_wants_no_quiet() -> None:
    night = datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert not_before(reader(quiet=None), WARSAW, never_closed, night) == night


def test_hours_that_are_never_open_are_named() -> None:
    with pytest.raises(ValueError, match="krakow-mobility"):
        not_before(
            reader(quiet=QuietHours(holidays="PL")),
            WARSAW,
            bool,
            datetime(2026, 1, 1, tzinfo=UTC),
        )


def test_a_country_without_known_holidays_keeps_none() -> None:
    assert not closed_in("XX")(date(2026, 12, 25))
    assert not closed_in(None)(date(2026, 12, 25))


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(
        lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(ZONES),
    st.times(),
    st.times(),
)
@settings(max_examples=60, deadline=None)
def test_a_letter_never_goes_in_quiet_hours_nor_into_the_past(
    when: datetime, zone: ZoneInfo, start: time, end: time
) -> None:
    keeper = reader(quiet=QuietHours(start=start, end=end))
    assert keeper.quiet is not None
    try:
        goes = not_before(keeper, zone, never_closed, when)
    except ValueError:
        return
    assert goes >= when
    assert not is_quiet(keeper.quiet, zone, never_closed, goes)
