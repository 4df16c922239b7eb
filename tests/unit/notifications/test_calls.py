"""Calls about a question: what may be offered, chosen and cancelled, and the file for the calendar."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import icalendar
import pytest
from pydantic import SecretStr

from services.notifications.adapters.mime import render
from services.notifications.domain.calls import (
    LONGEST_LINE,
    Call,
    Invitation,
    calendar,
    cancel,
    choose,
    offer,
)
from services.notifications.domain.letters.question import QuestionLetter, about_call
from services.notifications.domain.questions import (
    CityQuestion,
    ask,
    cancel_call,
    choose_call,
    offer_call,
)
from services.notifications.domain.sender import Sender
from tests.builders import NOW, TAMPERE, a_solution, an_official

BY = ("sharer", "Logistics")
FIRST, SECOND = NOW + timedelta(days=1), NOW + timedelta(days=2)
OFFERED = offer([SECOND, FIRST, FIRST], "+358 3 1234", BY, NOW, None)
SENDER = Sender(secret=SecretStr("for tests only, long"))
ASKER = an_official(quiet=None)
SHARER = an_official(id="sharer", name="Aino", email="aino@example.org", city=TAMPERE, post="Logistics")


def made(call: Call | None) -> Call:
    assert call is not None
    return call


@pytest.mark.parametrize(
    ("slots", "where"),
    [
        ([], "here"),
        ([NOW], "here"),
        ([NOW - timedelta(minutes=1), FIRST], "here"),
        ([FIRST + timedelta(hours=number) for number in range(4)], "here"),
        ([FIRST], ""),
    ],
    ids=["none", "now", "one is over", "four", "nowhere"],
)
def test_only_up_to_three_times_to_come_can_be_offered(slots: list[datetime], where: str) -> None:
    assert offer(slots, where, BY, NOW, None) is None


def test_a_time_is_offered_once_chosen_once_and_cancelled_once_and_the_sequence_grows() -> None:
    call = made(OFFERED)
    assert call.slots == (FIRST, SECOND)
    assert choose(call, FIRST + timedelta(minutes=1), NOW) is None
    assert choose(call, FIRST, FIRST) is None, "it is over"
    assert offer([FIRST], "here", BY, NOW, call) is None, "one stands already"
    chosen = made(choose(call, FIRST, NOW))
    assert choose(chosen, SECOND, NOW) is None
    assert cancel(chosen, FIRST) is None
    cancelled = made(cancel(chosen, NOW))
    assert cancel(cancelled, NOW) is None
    again = made(offer([SECOND], "here", BY, NOW, cancelled))
    assert [one.sequence for one in (call, chosen, cancelled, again)] == [0, 1, 2, 3]


@pytest.mark.parametrize("cancelled", [False, True])
def test_the_file_is_read_by_other_software_as_it_was_meant(cancelled: bool) -> None:
    where = "https://video.example/room;a, b\\c " + "ä" * 80
    start = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    invitation = Invitation(
        uid="q@call", start=start, where=where, sequence=4, stamp=NOW, cancelled=cancelled
    )
    text = calendar(
        invitation, 'Ask, and "answer"', ('City"Share', "a@b.example"), ("Aino", "aino@example.org")
    )
    assert all(len(line.encode()) <= LONGEST_LINE for line in text.split("\r\n"))
    read = icalendar.Calendar.from_ical(text)
    event: Any = read.walk("VEVENT")[0]
    assert str(read["METHOD"]) == ("CANCEL" if cancelled else "REQUEST")
    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("q@call", 4)
    assert event["DTSTART"].dt == start
    assert event["DTEND"].dt - start == timedelta(minutes=30)
    assert str(event["SUMMARY"]) == 'Ask, and "answer"'
    assert str(event["LOCATION"]) == where
    assert str(event["STATUS"]) == ("CANCELLED" if cancelled else "CONFIRMED")
    assert str(event["ATTENDEE"]) == "mailto:aino@example.org"


def letter(question: CityQuestion | None, reader: object) -> QuestionLetter | None:
    assert question is not None
    return about_call(question, a_solution(), "Tampere", reader)  # type: ignore[arg-type]


def test_both_get_the_file_by_letter_and_its_cancellation_under_the_same_uid() -> None:
    question = ask(ASKER, a_solution(), "Who runs it?", NOW)
    offered = offer_call(question, SHARER, [FIRST], "+358 3 1234", NOW)
    assert letter(offered, SHARER) is None
    told = letter(offered, ASKER)
    assert told is not None
    assert (told.says, told.slots, told.invitation) == ("offers", (FIRST,), None)
    assert offered is not None
    assert choose_call(offered, SHARER, FIRST, NOW) is None
    chosen = choose_call(offered, ASKER, FIRST, NOW)
    assert chosen is not None
    cancelled = cancel_call(chosen, SHARER, NOW)
    for reader in (ASKER, SHARER):
        files = []
        for state in (chosen, cancelled):
            about = letter(state, reader)
            assert about is not None
            message = message_from_bytes(render(about, SENDER), policy=policy.default)
            (file,) = message.iter_attachments()
            assert file.get_content_type() == "text/calendar"
            files.append((file.get_param("method"), icalendar.Calendar.from_ical(file.get_content())))
            addresses = file.get_content().replace("\r\n ", "")
            assert (SHARER.email in addresses) == (reader is SHARER)
            assert (ASKER.email in addresses) == (reader is ASKER)
            body = message.get_body(("plain",))
            assert body is not None
            assert "+358 3 1234" in body.get_content()
        assert [method for method, _ in files] == ["REQUEST", "CANCEL"]
        events: list[Any] = [read.walk("VEVENT")[0] for _, read in files]
        assert len({str(event["UID"]) for event in events}) == 1
        assert [int(event["SEQUENCE"]) for event in events] == [1, 2]
