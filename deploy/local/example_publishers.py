"""Publishers to try closed doors with: who they are, of which kind, and for which cities they speak."""

import json
from dataclasses import dataclass, replace
from functools import cache

from deploy.local.feed import SAMPLE
from deploy.rabbitmq.rights import KINDS
from services.submissions.domain.speaking import Publisher
from services.submissions.sender import Letter
from shared import events

BARCELONA, LONDON = "3128760", "2643743"


@dataclass(frozen=True)
class Example:
    """One publisher, and its kind: what its account may say at the broker (deploy/rabbitmq/rights.py)."""

    publisher: Publisher
    kind: str

    @property
    def id(self) -> str:
        """Its name here, and the name of its account at the broker."""
        return self.publisher.id

    @property
    def source(self) -> str:
        """The source under which it speaks."""
        return self.publisher.sources[0]


def _sample_cities() -> tuple[str, ...]:
    return tuple(city["id"] for city in json.loads((SAMPLE / "cities.json").read_text()))


def _example(identifier: str, name: str, kind: str, cities: tuple[str, ...]) -> Example:
    source = f"https://{identifier}.example"
    return Example(
        Publisher(
            id=identifier,
            name=name,
            cities=cities,
            sources=(source,),
            account=identifier,
        ),
        kind,
    )


@cache
def examples() -> tuple[Example, ...]:
    """Two cities, a network that speaks for the others, a procurement system and a citizen platform."""
    every = _sample_cities()
    others = tuple(city for city in every if city not in {BARCELONA, LONDON})
    return (
        _example("barcelona", "City of Barcelona (example)", "city", (BARCELONA,)),
        _example("london", "City of London (example)", "city", (LONDON,)),
        _example("city-network", "Network of the other sample cities (example)", "city", others),
        _example("procurement-portal", "Procurement portal (example)", "procurement", every),
        _example("citizen-platform", "Participation platform (example)", "platform", every),
    )


def who_says(letter: Letter) -> Example:
    """The example publisher whose kind and whose cities let it say ``letter``."""
    head = letter.key.split(".")[0]
    able = [example for example in examples() if head in KINDS[example.kind]]
    if len(able) == 1:
        return able[0]
    said = json.loads(letter.body)
    city = said["id"] if letter.key == events.CityDescribed.key else said["city"]
    return next(example for example in able if example.publisher.speaks_for(city))


def in_its_name(letter: Letter, example: Example) -> Letter:
    """``letter`` under the source of ``example``."""
    return replace(letter, source=example.source)
