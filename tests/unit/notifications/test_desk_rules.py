"""The desk's rules: who may do what, when a session ends and whose it is, which addresses are its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.desk.permissions import Permission, concerns, permissions
from services.notifications.domain.desk.sessions import (
    Session,
    SessionLimits,
    browser_of,
    desk_address,
    holder_of,
)
from services.notifications.domain.officials import Role
from services.notifications.samples import official

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LIMITS = SessionLimits(timedelta(hours=2), timedelta(hours=12))
READS = {Permission.READ, Permission.DRAFT}
SENDS = READS | {Permission.SEND}
ADMINISTERS = {Permission.ADMINISTER, Permission.MODERATE}


def a_session(begun: datetime = NOW, used: datetime = NOW) -> Session:
    return Session(
        id="a hash",
        official=official().id,
        holder=holder_of(official()),
        csrf="a token",
        begun=begun,
        used=used,
        ends=LIMITS.end(begun, used),
    )


@pytest.mark.parametrize(
    ("role", "stands_in", "administers", "allowed"),
    [
        ("lead", False, False, SENDS),
        ("barrier_buster", False, False, SENDS),
        ("owner", False, False, SENDS),
        ("deputy", False, False, READS),
        ("deputy", True, False, SENDS),
        ("member", False, False, READS),
        ("member", True, False, READS),
        ("member", False, True, READS | ADMINISTERS),
        ("lead", False, True, SENDS | ADMINISTERS),
    ],
)
def test_what_a_post_may_do_follows_from_its_role(
    role: str, stands_in: bool, administers: bool, allowed: set[Permission]
) -> None:
    holder = official().model_copy(update={"role": Role(role), "administers": administers})
    assert permissions(holder, stands_in=stands_in) == allowed


@pytest.mark.parametrize(
    ("role", "own", "named", "expected"),
    [
        ("owner", ("Mobility",), ("mobility", "Finance"), True),
        ("owner", ("Mobility",), ("Finance",), False),
        ("owner", ("Mobility",), (), True),
        ("owner", (), ("Finance",), False),
        ("lead", (), ("Finance",), True),
    ],
)
def test_an_owner_sends_about_records_of_its_own_departments(
    role: str, own: tuple[str, ...], named: tuple[str, ...], expected: bool
) -> None:
    assert concerns(official().model_copy(update={"role": Role(role), "departments": own}), named) is expected


@pytest.mark.parametrize(
    ("begun", "used", "is_open", "soon"),
    [
        (timedelta(0), timedelta(0), True, False),
        (timedelta(hours=1, minutes=59), timedelta(hours=1, minutes=59), True, False),
        (timedelta(hours=2), timedelta(hours=2), False, False),
        (timedelta(hours=11, minutes=29), timedelta(minutes=5), True, False),
        (timedelta(hours=11, minutes=30), timedelta(minutes=5), True, True),
        (timedelta(hours=12), timedelta(0), False, True),
    ],
)
def test_a_session_ends_two_hours_after_its_last_use_or_twelve_after_its_beginning(
    begun: timedelta, used: timedelta, is_open: bool, soon: bool
) -> None:
    session = a_session(NOW - begun, NOW - used)
    assert session.is_open(NOW) is is_open
    assert session.ends_for_good_soon(LIMITS, NOW) is soon


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({"post": "Head of Traffic"}, True),
        ({"email": official().email.upper()}, True),
        ({"status": "paused"}, True),
        ({"email": "else@krakow.example"}, False),
        ({"name": "Jan Nowak"}, False),
        ({"city": "634963"}, False),
        ({"status": "left"}, False),
        ({"status": "pending"}, False),
    ],
)
def test_a_session_belongs_to_the_person_and_not_to_the_post(change: dict[str, Any], still: bool) -> None:
    assert a_session().belongs_to(official().model_copy(update=change)) is still
    assert not a_session().belongs_to(None)


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("firefox", "computer")),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            ("edge", "computer"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
            ("chrome", "phone"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Mobile/15E148 Safari/604",
            ("safari", "phone"),
        ),
        ("w3m/0.5.3", ("other", "computer")),
        ("", ("other", "computer")),
    ],
)
def test_browsers_are_told_apart_in_words_that_their_owner_knows(
    user_agent: str, expected: tuple[str, str]
) -> None:
    assert browser_of(user_agent) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/desk", True),
        ("/desk/report?id=krakow%2Fnight", True),
        ("/desk?from=letter", True),
        ("/desktop", False),
        ("/s/abc", False),
        ("//evil.example/desk", False),
        ("https://evil.example/desk", False),
        ("/desk/\\evil.example", False),
        ("/desk/a b", False),
        ("/desk/\r\nSet-Cookie: a=b", False),
        ("/desk/" + "a" * 500, False),
        ("", False),
    ],
)
def test_only_pages_of_the_desk_are_opened_after_signing_in(wanted: str, expected: bool) -> None:
    assert (desk_address(wanted) == wanted) is expected
