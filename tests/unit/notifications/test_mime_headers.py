"""Headers that every mail program reads the same: names with commas, long ones, any letters."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.notifications.adapters.mime import render
from services.notifications.adapters.mime_headers import dated, head
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES
from shared.facts import one_line

SENDER = Sender(secret=SecretStr("a secret for tests only"), reply_domain="reply.citiesshare.example")
SENT = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
NAMES = (
    "Maria Nowak",
    "Nowak, Maria",
    "Müller, Jörg (Straßenbau)",
    "Nowak, Maria; Office of the Deputy Mayor for Mobility, Water, Parks and Everything Else, Kraków",
    "Nowak, Maria; Office of the Deputy Mayor for Mobility, Water, Parks and Everything Else, York",
    'Maria "the boss" Nowak \\ <x@y.example>',
    "=?utf-8?q?x?=",
    "St. Gallen",
    "臺北市政府" * 12,
    "a" * 300,
    "Ж" * 300,
    "👩‍👩‍👧 Family Office",
    "Maria\r\nBcc: all@x.example",
    "Maria\tNowak\x00",
    "@",
)


def written(name: str, address: str = "maria@krakow.example.org", city: str = "Tampere") -> bytes:
    changes = {"to_name": name, "to": address, "sharing_city": city}
    letter: Letter = SAMPLES["alert"]("en").model_copy(update=changes)
    return head(letter, SENDER, f"82% · {name}"[:59]) + b"\r\n"


def said(name: str) -> str:
    """A name as it may come out: on one line, without control characters, with single blanks."""
    return " ".join(one_line(name).split())


def together(name: str) -> str:
    """Python up to 3.12 reads a blank between two encoded words of a name, where RFC 2047 has none."""
    return name.replace(" ", "")


def both_read_the_same(name: str) -> None:
    raw = written(name)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    encoded = [line for line in lines if b"=?" in line]
    assert all(len(line) <= 78 for line in encoded)
    new, old = message_from_bytes(raw, policy=default), message_from_bytes(raw, policy=compat32)
    (to,) = new["To"].addresses
    assert (together(to.display_name), to.addr_spec) == (together(said(name)), "maria@krakow.example.org")
    display, address = parseaddr(old["To"])
    assert (str(make_header(decode_header(display))), address) == (said(name), "maria@krakow.example.org")
    subject = said(f"82% · {name}"[:59])
    assert str(new["Subject"]) == subject
    assert str(make_header(decode_header(old["Subject"]))) == subject
    assert new["Bcc"] is None
    assert not new.defects
    assert {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-ID"} <= set(new.keys())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_as_it_was_written(name: str) -> None:
    both_read_the_same(name)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Zl", "Zp")), min_size=1, max_size=200
    )
)
@settings(max_examples=200)
def test_any_name_is_read_as_it_was_written_by_old_and_new_readers(name: str) -> None:
    if said(name):
        both_read_the_same(name)


@given(st.text(min_size=1, max_size=80))
@settings(max_examples=100)
def test_the_city_that_shares_is_named_in_whatever_letters(city: str) -> None:
    message = message_from_bytes(written("Maria", city=city), policy=default)
    (reply,) = message["Reply-To"].addresses
    assert reply.addr_spec.startswith("r+")
    assert together(reply.display_name) == together(said(f"{city} via CitiesShare"))


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_date_is_when_a_letter_is_sent(kind: str) -> None:
    """A letter held over a weekend had the date of its event: spam filters count that."""
    raw = render(SAMPLES[kind]("en"), SENDER)
    sent = message_from_bytes(dated(raw, SENT), policy=default)
    assert len(sent.get_all("Date", [])) == 1
    assert parsedate_to_datetime(str(sent["Date"])) == SENT
    undated = re.sub(rb"(?m)^Date: .*\r\n", b"", raw)
    assert re.sub(rb"(?m)^Date: .*\r\n", b"", dated(raw, SENT)) == undated
    assert message_from_bytes(dated(undated, SENT), policy=default)["Date"] == sent["Date"]


def test_a_date_in_the_text_of_a_letter_stays() -> None:
    raw = b"Subject: x\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nDate: tomorrow\r\n"
    assert dated(raw, SENT).endswith(b"Mon, 30 Nov 2026 07:30:00 +0000\r\n\r\nDate: tomorrow\r\n")


def test_an_address_beyond_ascii_stands_in_the_header_as_it_is() -> None:
    """RFC 6532; only such a letter needs SMTPUTF8."""
    assert "<józef@krakow.example.org>".encode() in written("Józef", "józef@krakow.example.org")
    assert written("Józef").isascii()
