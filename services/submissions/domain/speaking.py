"""Who may say what: a publisher speaks for its own cities, under its own sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.events import Complaint
from shared.facts import Fact, Id, Line

EVERY = "*"
# Who speaks as one of these speaks as the system itself; a contract test compares the broker's accounts.
OURS = frozenset(
    {"submissions", "scoring", "notifications", "operator", "monitor", "guest", "clock", "anonymous"}
)


def _not_ours(name: str) -> str:
    if name in OURS or ":" in name:
        raise ValueError(f"{name!r} is a name of the system's own: choose another")
    return name


class Publisher(Fact):
    """Somebody who may speak: for which cities (GeoNames ids, or ``*``), under which sources (their starts).

    ``account`` is its user at the broker, ``per_minute`` the messages it may send over HTTP.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$"), AfterValidator(_not_ours)]
    name: Line
    cities: tuple[Id, ...]
    sources: tuple[Line, ...]
    account: Annotated[Line, AfterValidator(_not_ours)] | None = None
    per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600

    @property
    def own_city(self) -> str | None:
        """The one city it speaks for, where it is one."""
        return self.cities[0] if len(self.cities) == 1 and self.cities[0] != EVERY else None

    def speaks_under(self, source: str) -> bool:
        """Whether ``source`` is one of its own, or stands below one."""
        return any(each == EVERY or _below(source, each) for each in self.sources)

    def speaks_for(self, city: str) -> bool:
        """Whether it may speak for ``city``."""
        return EVERY in self.cities or city in self.cities


@dataclass(frozen=True)
class Caller:
    """Who speaks: a registered publisher, or None where the doors are open and for our own pages.

    ``trusted`` may say what else only the service's own clock says.
    """

    publisher: Publisher | None
    who: str
    trusted: bool = False


def source_complaint(publisher: Publisher, source: str) -> Complaint | None:
    """What is said of a source that is somebody else's."""
    if publisher.speaks_under(source):
        return None
    own = ", ".join(publisher.sources)
    return Complaint(
        path="source", message=f"{publisher.id!r} speaks under {own}, not under {source!r}"[:500]
    )


def city_complaints(publisher: Publisher, cities: Iterable[str]) -> Iterator[Complaint]:
    """What is said of cities that the publisher does not speak for."""
    for city in sorted({*cities}):
        if not publisher.speaks_for(city):
            own = ", ".join(publisher.cities)
            message = f"{publisher.id!r} does not speak for city {city!r}, only for {own}"
            yield Complaint(path="city", message=message[:500])


def _below(source: str, own: str) -> bool:
    return source == own or source.startswith(
        own if own.endswith(("/", ":", "#")) else (f"{own}/", f"{own}:", f"{own}#")
    )
