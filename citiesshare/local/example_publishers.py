"""Publishers to try closed doors with: who they are, of which kind, and for which cities they speak."""

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
class Example:
    """One publisher, with an account of the same name at the broker."""

    publisher: Publisher

    @property
    def id(self) -> str:
        """Its name here, and the name of its account at the broker."""
        return self.publisher.id

    @property
    def kind(self) -> PublisherKind:
        """What its account may say at the broker (citiesshare/rabbitmq/permissions.py) and the intake hears
        from it.
        """
        return self.publisher.kind

    @property
    def source(self) -> str:
        """The source under which it speaks."""
        return self.publisher.sources[0]


def _sample_cities() -> tuple[str, ...]:
    return tuple(city["id"] for city in json.loads((SAMPLE / "cities.json").read_text()))


def _example(
    identifier: str, name: str, kind: PublisherKind, cities: tuple[str, ...], *, verifies: bool = False
) -> Example:
    sources = (f"https://{identifier}.example",)
    return Example(
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
def examples() -> tuple[Example, ...]:
    """Two cities, a network that speaks for the others, an audit office that may vouch for results, a
    procurement system and a citizen platform."""
    every = _sample_cities()
    others = tuple(city for city in every if city not in {BARCELONA, LONDON})
    return (
        _example("barcelona", "City of Barcelona", "city", (BARCELONA,)),
        _example("london", "City of London", "city", (LONDON,)),
        _example("city-network", "Network of the other sample cities", "city", others),
        _example("audit-office", "Audit office of the sample cities", "city", every, verifies=True),
        _example("procurement-portal", "Procurement portal", "procurement", every),
        _example("citizen-platform", "Participation platform", "platform", every),
    )


def who_says(letter: OutgoingMessage) -> Example:
    """The example publisher that may say ``letter``: of its kind, for its city, and for what it vouches."""
    able = [each for each in examples() if letter.key in {event.key for event in SENT_BY[each.kind]}]
    if len(able) == 1:
        return able[0]
    said = json.loads(letter.body)
    city = said["id"] if letter.key == events.CityDescribed.key else said["city"]
    vouches = bool({*_verifications(said)} - VOUCHED_BY_ANYBODY)
    return next(each for each in able if each.publisher.verifies == vouches and city in each.publisher.cities)


def _verifications(said: object) -> Iterator[str]:
    """By whom what is ``said`` was verified, wherever it says so."""
    if isinstance(said, dict):
        own = said.get("verification")
        if isinstance(own, str):
            yield own
    parts = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    for part in parts:
        yield from _verifications(part)


def in_its_name(letter: OutgoingMessage, example: Example) -> OutgoingMessage:
    """``letter`` under the source of ``example``."""
    return replace(letter, source=example.source)
