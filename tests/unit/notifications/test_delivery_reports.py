"""What comes back, and when an address is left alone."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from quopri import encodestring

import pytest

from services.notifications.adapters.mail_parser import read_mail
from services.notifications.domain.bounces import (
    AddressStatus,
    BounceReport,
    after,
    grade_of,
    grade_of_feedback,
    refused_at_once,
)
from services.notifications.domain.delivery_reports import read_return
from services.notifications.domain.inbound_addresses import Destination, InboundAddresses
from services.notifications.domain.link_tokens import bounce_address, key_for, name_of
from tests.mail import CASES, feedback, report, report_of

SECRET = b"a secret of some length"
DELIVERY = name_of("alert", "a", "b", "c")
TO = bounce_address(SECRET, DELIVERY, "bounce.example.org")
ADDRESSES = InboundAddresses(
    SECRET, "bounce.example.org", "mail.example.org", "reply.example.org", "complaints@mail.example.org"
)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def read(raw: bytes) -> BounceReport | None:
    return read_return(read_mail(raw), DELIVERY)


@pytest.mark.parametrize(
    ("action", "status", "grade"),
    [
        ("failed", "5.1.1", "hard"),
        ("failed", "5.2.1", "hard"),
        ("failed", "5.0.0", "hard"),
        ("failed", "4.4.7", "soft"),
        ("delayed", "4.4.1", "delayed"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.0.0", "delivered"),
        ("failed", "", "soft"),
        (None, "5.7.1", "other"),
        ("failed", "5.3.2", "other"),
        ("failed", "5.4.4", "other"),
        ("failed", "5.2.2", "other"),
        ("failed", "5.1.8", "other"),
    ],
)
def test_the_status_decides_and_an_expired_4xx_is_soft(action: str | None, status: str, grade: str) -> None:
    assert grade_of(action, status) == grade


@pytest.mark.parametrize(
    ("status", "diagnostic", "grade"),
    [
        ("5.0.0", "smtp; 550 5.1.1 no such user", "hard"),
        ("5.0.0", "smtp; 550 5.7.1 not today", "other"),
        ("5.0.0", "smtp; 554 blocked using zen.spamhaus.org", "other"),
        ("5.1.1", "smtp; 550 your address is on a block list", "other"),
        ("5.1.1", "smtp; 550 5.1.1 the account does not exist, see https://x.example/5.1.1", "hard"),
        (None, "smtp; 550 5.2.2 mailbox full", "other"),
        ("5.0.0", "connected to 5.1.1.7 and refused", "hard"),
    ],
)
def test_the_relays_words_say_what_a_vague_status_does_not(
    status: str | None, diagnostic: str, grade: str
) -> None:
    assert grade_of("failed", status, diagnostic) == grade


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("5.1.1 <x@y>: Recipient address rejected: User unknown", "hard"),
        ("No such user here", "hard"),
        ("5.7.1 Client host blocked using zen.spamhaus.org", "other"),
        ("Relay access denied", "other"),
        ("5.7.1 STARTTLS is required", "other"),
        ("no", "other"),
    ],
)
def test_a_refusal_while_sending_counts_like_a_bounce_where_it_is_about_the_address(
    text: str, grade: str
) -> None:
    assert refused_at_once(DELIVERY, "x@example.org", text).grade == grade


def test_a_status_report_names_delivery_address_and_reason() -> None:
    assert read(report("5.1.1 (unknown)", diagnostic="smtp; 550\r\n 5.1.1 no such user")) == BounceReport(
        delivery=DELIVERY,
        address="reader@example.org",
        grade="hard",
        status="5.1.1",
        diagnostic="smtp; 550 5.1.1 no such user",
    )


FIELDS = "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: {}\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def folded(text: str) -> str:
    """Base64 in lines, as mails have it."""
    coded = b64encode(text.encode()).decode()
    return "\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))


def test_a_report_about_an_internationalised_address_is_read() -> None:
    """RFC 6533."""
    fields = FIELDS.format(r"utf-8; j\x{F6}rg@example.org")
    for kind in ("message/global-delivery-status", "message/delivery-status"):
        got = read(report_of(kind, fields))
        assert got is not None
        assert (got.grade, got.address) == ("hard", "jörg@example.org")


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
def test_a_report_in_base64_is_read(kind: str) -> None:
    coded = folded(FIELDS.format("rfc822; maria@example.org"))
    got = read(report_of(kind, coded, encoding="base64"))
    assert got is not None
    assert (got.grade, got.status, got.address) == ("hard", "5.1.1", "maria@example.org")


def test_a_key_that_was_made_up_names_no_delivery() -> None:
    assert ADDRESSES.destination(TO) == Destination("bounce", DELIVERY)
    assert ADDRESSES.destination(TO.upper()) == Destination("bounce", DELIVERY)
    for made_up in (
        f"b+{DELIVERY}.aaaaaaaa@bounce.example.org",
        TO.replace("bounce.", "mail."),
        "alerts@mail.example.org",
        "unsubscribe@reply.example.org",
        f"r+{key_for(SECRET, 'unsubscribe', DELIVERY)}@reply.example.org",
        "b+" + "a" * 10_000 + "@bounce.example.org",
        "",
        "@",
    ):
        assert ADDRESSES.destination(made_up) is None


@pytest.mark.parametrize(
    ("kind", "grade"),
    [
        ("abuse", "complaint"),
        ("Opt-Out", "complaint"),
        ("not-spam", "other"),
        ("auth-failure", "other"),
        ("virus", "other"),
        ("", "other"),
    ],
)
def test_only_a_readers_complaint_is_one(kind: str, grade: str) -> None:
    got = read(feedback(kind))
    assert got is not None
    assert got.grade == grade == grade_of_feedback(kind)
    assert (after(AddressStatus(), got, MONDAY).stopped == "complaint") == (grade == "complaint")


REPORTED = (
    f"From: alerts@mail.example.org\r\nReturn-Path: <{TO}>\r\nSubject: x",
    f"List-Unsubscribe: <https://x.example/u/{key_for(SECRET, 'unsubscribe', DELIVERY)}>,\r\n <mailto:y@z>",
    "List-Unsubscribe: <https://x.example/u/1>, <mailto:unsubscribe@mail.example.org?subject="
    f"{key_for(SECRET, 'unsubscribe', DELIVERY)}>",
)


@pytest.mark.parametrize("headers", REPORTED)
def test_a_complaint_names_the_delivery_by_the_key_in_the_message_it_reports(headers: str) -> None:
    assert ADDRESSES.reported(read_mail(feedback("abuse", headers)).reported) == DELIVERY


def test_a_complaint_without_a_key_of_ours_names_nothing() -> None:
    for headers in (
        f"Message-ID: <{DELIVERY}@mail.example.org>",
        f"Return-Path: <b+{DELIVERY}.aaaaaaaa@bounce.example.org>",
        f"List-Unsubscribe: <https://x.example/u/{'a' * 35}>",
        "",
    ):
        assert ADDRESSES.reported(read_mail(feedback("abuse", headers)).reported) is None


def test_headers_of_a_report_may_come_alone_or_in_base64() -> None:
    headers = REPORTED[0]
    part = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n"
    fields = "Feedback-Type: abuse\r\n"
    assert (
        ADDRESSES.reported(read_mail(report_of("message/feedback-report", fields, part)).reported) == DELIVERY
    )
    coded = b64encode(fields.encode()).decode()
    got = read(report_of("message/feedback-report", coded, encoding="base64"))
    assert got is not None
    assert got.grade == "complaint"


@pytest.mark.parametrize("headers", REPORTED)
@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    "kind", ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"]
)
def test_a_reported_message_is_read_however_it_is_attached(kind: str, encoding: str, headers: str) -> None:
    whole = f"{headers}\r\n" if kind.endswith("headers") else f"{headers}\r\n\r\nHello\r\n"
    coded = {
        "7bit": whole,
        "base64": folded(whole),
        "quoted-printable": encodestring(whole.encode()).decode(),
    }
    part = (
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{coded[encoding]}\r\n"
    )
    for report_kind, fields in (
        ("message/feedback-report", "Feedback-Type: abuse\r\n"),
        ("message/delivery-status", FIELDS.format("rfc822; maria@example.org")),
        ("message/global-delivery-status", FIELDS.format("utf-8; maria@example.org")),
    ):
        mail = read_mail(report_of(report_kind, fields, part))
        assert ADDRESSES.reported(mail.reported) == DELIVERY, report_kind
        got = read_return(mail, DELIVERY)
        assert got is not None
        assert got.grade == ("complaint" if "feedback" in report_kind else "hard")


@pytest.mark.parametrize(
    "part", ["", "--b\r\nContent-Type: message/rfc822\r\n\r\n\r\n"], ids=["none", "empty"]
)
def test_a_complaint_without_the_message_it_is_about_is_one_all_the_same(part: str) -> None:
    """Which delivery it is about is known from the address that it came to, or not at all."""
    mail = read_mail(report_of("message/feedback-report", "Feedback-Type: abuse\r\n", part))
    assert ADDRESSES.reported(mail.reported) is None
    got = read_return(mail, DELIVERY)
    assert got is not None
    assert got.grade == "complaint"


def test_an_old_fashioned_bounce_is_guessed() -> None:
    raw = (
        b"From: MAILER-DAEMON@x.org\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program at x.org.\r\n"
        b"I'm afraid I wasn't able to deliver your message.\r\n\r\n"
        b"<maria@krakow.example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <b@x.org>\r\n"
    )
    got = read(raw)
    assert got is not None
    assert (got.grade, got.address) == ("hard", "maria@krakow.example.org")


@pytest.mark.parametrize("raw", [b"", b"Subject: out of office\r\n\r\nBack on Monday.", b"\xff\xfe\x00"])
def test_what_is_no_bounce_says_nothing(raw: bytes) -> None:
    assert read(raw) is None


def test_unsubscribing_by_mail_takes_the_key_as_subject() -> None:
    key = key_for(SECRET, "unsubscribe", DELIVERY)
    assert ADDRESSES.unsubscribed(key) == DELIVERY
    assert ADDRESSES.unsubscribed(f"Re: {key.upper()}") == DELIVERY
    assert ADDRESSES.unsubscribed("please stop") is None


def test_the_cases_that_came_out_wrong_are_read() -> None:
    if not CASES.exists():
        pytest.skip(f"{CASES} is not there")
    got = read((CASES / "arf-not-spam.eml").read_bytes())
    assert got is not None
    assert after(AddressStatus(), got, MONDAY) == AddressStatus()
    for name in ("1", "3"):
        bounce = read((CASES / "maildir/cur" / name).read_bytes())
        assert bounce is not None
        assert (bounce.grade, bounce.status) == ("hard", "5.1.1")


def returned(grade: str, status: str | None = None) -> BounceReport:
    return BounceReport.model_validate({"delivery": None, "address": None, "grade": grade, "status": status})


@pytest.mark.parametrize(
    ("story", "score", "stopped"),
    [
        ([(0, "soft")], 1, None),
        ([(0, "soft"), (0, "soft"), (0, "soft")], 1, None),
        ([(0, "hard"), (1, "hard")], 4, "hard_bounce"),
        ([(0, "hard"), (1, "soft"), (2, "soft")], 4, "hard_bounce"),
        ([(0, "hard"), (32, "hard")], 2, None),
        ([(0, "delayed"), (1, "delivered")], 0, None),
        ([(day, "other") for day in range(9)], 0, None),
        ([(0, "complaint")], 0, "complaint"),
    ],
)
def test_an_address_is_left_alone_after_four_points(
    story: list[tuple[int, str]], score: int, stopped: str | None
) -> None:
    standing = AddressStatus()
    for day, grade in story:
        standing = after(standing, returned(grade), MONDAY + timedelta(days=day))
    assert (standing.score, standing.stopped) == (score, stopped)


@pytest.mark.parametrize("status", ["5.7.1", "5.3.0", "5.4.4", "5.2.2", "4.2.2", "4.4.7", "4.7.1"])
def test_what_is_not_about_the_address_never_stops_it(status: str) -> None:
    standing = AddressStatus()
    for day in range(20):
        grade = grade_of("failed", status)
        standing = after(standing, returned(grade, status), MONDAY + timedelta(days=day))
    assert standing == AddressStatus()


@pytest.mark.parametrize(("days", "stopped"), [(0, None), (3, "hard_bounce"), (8, None)])
def test_no_such_user_twice_within_a_week_stops(days: int, stopped: str | None) -> None:
    standing = after(AddressStatus(), returned("soft", "5.1.1"), MONDAY)
    again = after(standing, returned("soft", "5.1.1"), MONDAY + timedelta(days=days))
    assert again.stopped == stopped
