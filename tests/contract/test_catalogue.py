"""The message catalogue: one table of who says and hears what, true of models, samples and README."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import events
from shared.events import Event
from shared.messaging import catalogue
from shared.messaging.catalogue import ALL, INBOUND, SERVICE_EVENTS, publisher_of, queues_of, table
from shared.messaging.topology import SERVICES
from tests.contract.sources import ROOT

README = ROOT / "shared/README.md"
ABSTRACT = {Event, events.Recorded}


def kinds(base: type[Event] = Event) -> Iterator[type[Event]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_message_is_in_the_catalogue() -> None:
    assert set(kinds()) - ABSTRACT == set(ALL)


def test_a_message_is_in_the_catalogue_once() -> None:
    assert [event for event, times in Counter(ALL).items() if times > 1] == []


def test_keys_are_unique() -> None:
    assert [key for key, times in Counter(event.key for event in ALL).items() if times > 1] == []


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.key)
def test_a_message_has_one_speaker(event: type[Event]) -> None:
    assert publisher_of(event) == "outside" if event in INBOUND else publisher_of(event) in SERVICES


@pytest.mark.parametrize("event", INBOUND, ids=lambda event: event.key)
def test_what_comes_in_is_heard_by_the_intake(event: type[Event]) -> None:
    assert [queue.split(".")[0] for queue in queues_of(event)] == ["submissions"]


@pytest.mark.parametrize("event", SERVICE_EVENTS, ids=lambda event: event.key)
def test_nobody_hears_what_it_says_itself(event: type[Event]) -> None:
    assert publisher_of(event) not in {queue.split(".")[0] for queue in queues_of(event)}


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.key)
def test_a_message_says_in_its_first_line_what_it_is(event: type[Event]) -> None:
    assert event.__doc__
    assert event.__doc__.splitlines()[0].endswith((".", "…"))


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.key)
def test_a_message_has_a_sample(event: type[Event]) -> None:
    assert Path(ROOT / catalogue.sample(event)).is_file()


def test_the_table_in_the_readme_is_true() -> None:
    assert table() in README.read_text(), "write it anew with what shared.messaging.catalogue.table() returns"
