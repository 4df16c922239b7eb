"""Every message survives its journey as bytes, and is understood by a reader who knows less, or more."""

import json

import pytest

from services.submissions.domain.validation import assess_report
from shared.events import Event
from shared.messaging import cloudevents
from shared.messaging.catalogue import ALL, sample
from tests.builders import NOW
from tests.contract.sources import ROOT
from tests.future import with_more

EVERY = pytest.mark.parametrize("event", ALL, ids=lambda event: event.key)


def said(event: type[Event]) -> Event:
    """The message in the sample, read from its envelope as a handler would."""
    letter = cloudevents.read({}, cloudevents.STRUCTURED, (ROOT / sample(event)).read_bytes(), "test")
    return event.model_validate_json(letter.data)


@EVERY
def test_a_sample_names_the_type_of_its_message(event: type[Event]) -> None:
    assert json.loads((ROOT / sample(event)).read_bytes())["type"] == event.message_type()


@EVERY
def test_a_message_survives_a_round_trip(event: type[Event]) -> None:
    message = said(event)
    assert event.model_validate_json(message.model_dump_json()) == message


@EVERY
def test_a_message_survives_the_envelope(event: type[Event]) -> None:
    message = said(event)
    headers, body = cloudevents.write(message, "urn:citiesshare:test", NOW)
    letter = cloudevents.read(headers, "application/json", body, "test")
    assert (letter.envelope.type, letter.envelope.id) == (event.message_type(), message.message_id)
    assert event.model_validate_json(letter.data) == message


@EVERY
def test_a_copy_has_the_id_of_the_first(event: type[Event]) -> None:
    assert said(event).message_id == said(event).message_id
    assert len(said(event).message_id) == 32


@EVERY
def test_a_reader_ignores_what_a_newer_speaker_adds(event: type[Event]) -> None:
    message = said(event)
    newer = with_more(json.loads(message.model_dump_json()))
    assert event.model_validate_json(json.dumps(newer)) == message


@EVERY
def test_a_message_names_what_it_is_about(event: type[Event]) -> None:
    assert said(event).subject


@EVERY
def test_an_unknown_version_is_refused_by_name(event: type[Event]) -> None:
    judged = assess_report(event.message_type().replace(".v1", ".v99"), b"{}")
    assert [complaint.path for complaint in judged.complaints] == ["type"]
    assert ".v99" in judged.complaints[0].message
