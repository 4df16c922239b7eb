"""ExamplePublisher publishers for a stack with access control: their kinds and cities."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from citiesshare.local.sample_messages import SAMPLE
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.domain.permissions import VOUCHED_BY_ANYBODY
from services.submissions.domain.publishers import Publisher
from shared import events
from shared.events import SENT_BY, PublisherKind

BARCELONA, LONDON = "3128760", "2643743"


@dataclass(frozen=True)
class ExamplePublisher:
    """One publisher, with an account of the same name at the broker."""

    publisher: Publisher

    @property
    def id(self) -> str:
        """The id of the publisher and of its account at the broker."""
        return self.publisher.id

    @property
    def kind(self) -> PublisherKind:
        """The kind, which decides which messages it may publish (citiesshare/rabbitmq/permissions.py)."""
        return self.publisher.kind

    @property
    def source(self) -> str:
        """The CloudEvents source of its messages."""
        return self.publisher.sources[0]


def _sample_cities() -> tuple[str, ...]:
    return tuple(city["id"] for city in json.loads((SAMPLE / "cities.json").read_text()))


def _example(
    identifier: str, name: str, kind: PublisherKind, cities: tuple[str, ...], *, verifies: bool = False
) -> ExamplePublisher:
    sources = (f"https://{identifier}.example",)
    return ExamplePublisher(
        Publisher(
            id=identifier,
            name=f"{name} (example)",
            cities=cities,
            sources=sources,
            account=identifier,
            kind=kind,
            verifies=verifies,
        )
    )


@cache
def examples() -> tuple[ExamplePublisher, ...]:
    """Return two cities, a network for the other cities, an audit office that may verify results, a
    procurement system and a citizen platform.
    """
    cities = _sample_cities()
    others = tuple(city for city in cities if city not in {BARCELONA, LONDON})
    return (
        _example("barcelona", "City of Barcelona", "city", (BARCELONA,)),
        _example("london", "City of London", "city", (LONDON,)),
        _example("city-network", "Network of the other sample cities", "city", others),
        _example("audit-office", "Audit office of the sample cities", "city", cities, verifies=True),
        _example("procurement-portal", "Procurement portal", "procurement", cities),
        _example("citizen-platform", "Participation platform", "platform", cities),
    )


def sender_of(message: OutgoingMessage) -> ExamplePublisher:
    """Return the example publisher that may send ``message``, by its type, city and verifications."""
    candidates = [
        example for example in examples() if message.key in {event.key for event in SENT_BY[example.kind]}
    ]
    if len(candidates) == 1:
        return candidates[0]
    data = json.loads(message.body)
    city = data["id"] if message.key == events.CityDescribed.key else data["city"]
    verifies = bool({*_verifications(data)} - VOUCHED_BY_ANYBODY)
    return next(
        example
        for example in candidates
        if example.publisher.verifies == verifies and city in example.publisher.cities
    )


def _verifications(value: object) -> Iterator[str]:
    """Yield the values of all fields ``verification`` in a JSON value."""
    if isinstance(value, dict):
        verification = value.get("verification")
        if isinstance(verification, str):
            yield verification
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _verifications(part)


def with_source_of(message: OutgoingMessage, example: ExamplePublisher) -> OutgoingMessage:
    """Return ``message`` with the CloudEvents source of ``example``."""
    return replace(message, source=example.source)
