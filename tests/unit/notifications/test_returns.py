"""What comes back, and when an address is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.domain.bounces import Returned, Standing, after, grade_of
from services.notifications.domain.tokens import bounce_address, key_for, name_of
from services.notifications.returns import read_return, unsubscribed

SECRET = b"a secret of some length"
DELIVERY = name_of("alert", "a", "b", "c")
TO = bounce_address(SECRET, DELIVERY, "bounce.example.org")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def report(action: str, status: str, diagnostic: str = "smtp; 550 no") -> bytes:
    return (
        "From: mailer-daemon@x.org\r\nTo: b@bounce.example.org\r\nSubject: failed\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x.org\r\nOriginal-Envelope-Id: forged\r\n\r\n"
        "Original-Recipient: rfc822; maria@krakow.example.org\r\n"
        f"Final-Recipient: rfc822; m@krakow.example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "grade"),
    [
        ("failed", "5.1.1", "hard"),
        ("failed", "4.4.7", "soft"),
        ("delayed", "4.4.1", "delayed"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.0.0", "delivered"),
        ("failed", "", "soft"),
        (None, "5.7.1", "hard"),
    ],
)
def test_the_status_decides_and_an_expired_4xx_is_soft(action: str | None, status: str, grade: str) -> None:
    assert grade_of(action, status) == grade


def test_a_status_report_names_delivery_address_and_reason() -> None:
    got = read_return(report("failed", "5.1.1 (unknown)", "smtp; 550\r\n 5.1.1 no such user"), TO, SECRET)
    assert got == Returned(
        delivery=DELIVERY,
        address="maria@krakow.example.org",
        grade="hard",
        status="5.1.1",
        diagnostic="smtp; 550 5.1.1 no such user",
    )


def test_a_report_to_a_made_up_address_belongs_to_no_delivery() -> None:
    got = read_return(report("failed", "5.1.1"), f"b+{DELIVERY}.aaaaaaaa@bounce.example.org", SECRET)
    assert got is not None
    assert got.delivery is None


def test_a_complaint_is_read_from_its_report() -> None:
    raw = (
        b"From: fbl@x.org\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nspam\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        b"Feedback-Type: abuse\r\nOriginal-Rcpt-To: maria@krakow.example.org\r\nVersion: 1\r\n\r\n--b--\r\n"
    )
    got = read_return(raw, TO, SECRET)
    assert got is not None
    assert (got.grade, got.delivery, got.diagnostic) == ("complaint", DELIVERY, "abuse")


def test_an_old_fashioned_bounce_is_guessed() -> None:
    raw = (
        b"From: MAILER-DAEMON@x.org\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program at x.org.\r\n"
        b"I'm afraid I wasn't able to deliver your message.\r\n\r\n"
        b"<maria@krakow.example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <b@x.org>\r\n"
    )
    got = read_return(raw, TO, SECRET)
    assert got is not None
    assert (got.grade, got.address) == ("hard", "maria@krakow.example.org")


@pytest.mark.parametrize("raw", [b"", b"Subject: out of office\r\n\r\nBack on Monday.", b"\xff\xfe\x00"])
def test_what_is_no_bounce_says_nothing(raw: bytes) -> None:
    assert read_return(raw, TO, SECRET) is None


def test_unsubscribing_by_mail_takes_the_key_as_subject() -> None:
    key = key_for(SECRET, "unsubscribe", DELIVERY)
    assert unsubscribed(b"Subject: " + key.encode() + b"\r\n\r\n", SECRET) == DELIVERY
    assert unsubscribed(b"Subject: please stop\r\n\r\n", SECRET) is None


def returned(grade: str, status: str | None = None) -> Returned:
    return Returned.model_validate({"delivery": None, "address": None, "grade": grade, "status": status})


@pytest.mark.parametrize(
    ("story", "score", "stopped"),
    [
        ([(0, "soft")], 1, None),
        ([(0, "soft"), (0, "soft"), (0, "soft")], 1, None),
        ([(0, "hard"), (1, "hard")], 4, "hard_bounce"),
        ([(0, "hard"), (1, "soft"), (2, "soft")], 4, "hard_bounce"),
        ([(0, "hard"), (32, "hard")], 2, None),
        ([(0, "delayed"), (1, "delivered")], 0, None),
        ([(0, "complaint")], 0, "complaint"),
    ],
)
def test_an_address_is_left_alone_after_four_points(
    story: list[tuple[int, str]], score: int, stopped: str | None
) -> None:
    standing = Standing()
    for day, grade in story:
        standing = after(standing, returned(grade), MONDAY + timedelta(days=day))
    assert (standing.score, standing.stopped) == (score, stopped)


@pytest.mark.parametrize(("days", "stopped"), [(0, None), (3, "hard_bounce"), (8, None)])
def test_no_such_user_twice_within_a_week_stops(days: int, stopped: str | None) -> None:
    standing = after(Standing(), returned("soft", "5.1.1"), MONDAY)
    again = after(standing, returned("soft", "5.1.1"), MONDAY + timedelta(days=days))
    assert again.stopped == stopped
