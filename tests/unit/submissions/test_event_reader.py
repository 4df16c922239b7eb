"""The reading that all ways in share: any envelope gives the same message."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.submissions.adapters.publisher_profiles import shipped
from services.submissions.adapters.reference_data import publiccode_reference, reference
from services.submissions.application.assessing import ReportAssessor
from services.submissions.application.catalogue import Catalogue
from services.submissions.application.event_reader import raw_events_in
from services.submissions.domain.ocds.reader import read_message
from services.submissions.domain.validation import is_procurement
from shared.messaging.cloudevents import MalformedEvent, RawEvent, percent_decoded
from tests.component.test_one_mouth import DATA, ENVELOPES, Said, in_a_file, parcel

NAMED = {"ce-specversion": "1.0", "ce-id": "i", "ce-source": "urn:s", "ce-type": "org.citiesshare.x.v1"}


def said_of(letter: RawEvent | MalformedEvent) -> tuple[str, Said]:
    """What HTTP and AMQP say of an event."""
    if isinstance(letter, MalformedEvent):
        return "rejected", [(letter.path, str(letter))]
    if is_procurement(letter.envelope.type):
        read = read_message(letter.data, shipped().of, b"salt")
        wrong = sorted((each.path, each.message) for each in read.complaints)
        return ("recorded", []) if read.releases else ("rejected", wrong)
    judged = ReportAssessor(Catalogue(publiccode_reference, b"salt"), reference()).judge(
        letter, datetime(2026, 11, 30, tzinfo=UTC), date(2026, 11, 30)
    )
    complaints = sorted((each.path, each.message) for each in judged.complaints)
    return "rejected" if judged.useless else "recorded", complaints


@pytest.mark.parametrize("what", DATA)
def test_every_envelope_and_every_file_tells_the_same(what: str, tmp_path: Path) -> None:
    told: dict[str, tuple[str, Said]] = {}
    for envelope in ENVELOPES:
        headers, body = parcel(envelope, *DATA[what], "name")
        kind, encoding = headers.get("content-type"), headers.get("content-encoding")
        try:
            (letter,) = raw_events_in(headers, kind, encoding, body, "somebody")
        except MalformedEvent as error:
            letter = error
        told[envelope] = said_of(letter)
        if envelope != "binary":
            for command in ("read", "validate"):
                told[f"{command}, {envelope}"] = in_a_file(body, tmp_path, command)
    assert len({json.dumps(each) for each in told.values()}) == 1, told


@pytest.mark.parametrize(
    ("time", "read"),
    [
        (1_798_675_200, "2026-12-31T00:00:00+00:00"),
        (1_798_675_200_000, "2026-12-31T00:00:00+00:00"),
        (datetime(2026, 12, 31, tzinfo=UTC), "2026-12-31T00:00:00+00:00"),
        (b"2026-12-31T00:00:00Z", "2026-12-31T00:00:00+00:00"),
        ("2026-12-31T01:00:00+01:00", "2026-12-31T00:00:00+00:00"),
        ("2026-12-31", None),
        ("20261231T000000Z", None),
        ("2026-12-31T00:00:00", None),
        (True, None),
        ([], None),
    ],
)
def test_a_time_is_read_by_its_type_or_is_said_to_be_none(time: Any, read: str | None) -> None:  # noqa: ANN401
    if read is None:
        with pytest.raises(MalformedEvent) as caught:
            raw_events_in({**NAMED, "ce-time": time}, None, None, b"{}", "somebody")
        assert (caught.value.path, caught.value.named["id"]) == ("time", "i")
        return
    (letter,) = raw_events_in({**NAMED, "ce-time": time}, None, None, b"{}", "somebody")
    assert isinstance(letter, RawEvent)
    assert letter.envelope.time is not None
    assert letter.envelope.time.isoformat() == read


def test_headers_of_http_are_percent_decoded_or_said_to_be_no_utf_8() -> None:
    assert percent_decoded({"ce-subject": "Malm%C3%B6", "accept": "%20"}) == {
        "ce-subject": "Malmö",
        "accept": "%20",
    }
    with pytest.raises(MalformedEvent, match="UTF-8"):
        percent_decoded({"ce-subject": "%FF"})


def test_an_encoding_that_is_not_read_is_415_and_a_bomb_413() -> None:
    for encoding, body, status in (("br", b"x", 415), ("gzip", gzip.compress(b"0" * 20_000_000), 413)):
        with pytest.raises(MalformedEvent) as caught:
            raw_events_in({}, "application/json", encoding, body, "somebody")
        assert caught.value.status == status


def test_json_lines_and_lists_are_several_events() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "urn:s", "type": "t", "data": {}}
    lines = b"\n".join(json.dumps({**event, "id": name}).encode() for name in "ab")
    listed = json.dumps([event, {"specversion": "1.0"}]).encode()
    assert [type(each) for each in raw_events_in({}, None, None, lines, "x")] == [RawEvent, RawEvent]
    assert [type(each) for each in raw_events_in({}, None, None, listed, "x")] == [RawEvent, MalformedEvent]
