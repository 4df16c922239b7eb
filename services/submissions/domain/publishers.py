"""Who speaks: a publisher for its cities under its sources, or an official for the city of the post.

A publisher's keys are shown once and kept as hashes; what it deposits is kept under its own name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from shared.events import AccountKind, Actor, Complaint, PublisherKind
from shared.facts import Fact, Id, Line
from shared.json_limits import LARGEST_MESSAGE

PREFIX = "csk"


@dataclass(frozen=True)
class ApiKey:
    """A key as its owner sees it: ``csk_<id>_<secret>``."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"{PREFIX}_{self.id}_{self.secret}"

    @property
    def hash(self) -> str:
        """What is kept of it; the secret has 256 bits, so that a fast hash is enough."""
        return blake2b(self.secret.encode(), person=self.id.encode()[:16], digest_size=32).hexdigest()


@dataclass(frozen=True)
class IssuedKey:
    """What may be shown of a key that was given out; ``ends`` is None while nobody ended it."""

    id: str
    made: datetime
    ends: datetime | None


def parse_api_key(text: str) -> ApiKey | None:
    """Return the key in ``text``, or None where it is none."""
    parts = text.strip().split("_", 2)
    return ApiKey(parts[1], parts[2]) if len(parts) == 3 and parts[0] == PREFIX else None


EVERY = "*"
OF_OFFICIALS = "urn:citiesshare:notifications"
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

    ``account`` is its user at the broker; ``per_minute`` (messages) and ``bytes_per_minute`` are what it may
    send over HTTP and at the broker together: so much may come at once after a minute of silence. ``kind``
    decides which messages it may send, ``verifies`` whether it may vouch for others' results. What is
    ``revoked`` speaks no more: an operator ended it, or all its keys have ended.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$"), AfterValidator(_not_ours)]
    name: Line
    cities: tuple[Id, ...]
    sources: tuple[Line, ...]
    account: Annotated[Line, AfterValidator(_not_ours)] | None = None
    per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    bytes_per_minute: Annotated[int, Field(ge=LARGEST_MESSAGE, le=10**12)] = 60_000_000
    kind: PublisherKind = "city"
    verifies: bool = False
    revoked: bool = Field(default=False, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _of_a_kind(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was kept or given
        """Without a kind, as before there were kinds: a portal of every city publishes tenders."""
        if not isinstance(given, Mapping) or given.get("kind"):
            return given
        return {**given, "kind": "procurement" if EVERY in given.get("cities", ()) else "city"}

    @property
    def own_city(self) -> str | None:
        """The one city it speaks for, where it is one."""
        return self.cities[0] if len(self.cities) == 1 and self.cities[0] != EVERY else None

    @property
    def who(self) -> str:
        """Its name in what is said of it."""
        return self.id


@dataclass(frozen=True)
class Caller:
    """Who speaks: a registered publisher; an official (``actor``); or, ``trusted``, ourselves.

    ``officials`` marks the account of the notifications service, which speaks for officials: only what names
    its actor is heard from it. Where the doors are open everybody is trusted.
    """

    publisher: Publisher | None
    who: str
    trusted: bool = False
    officials: bool = False
    actor: Actor | None = None

    @property
    def kind(self) -> AccountKind | None:
        """The kind of account, which decides what it may send; None for whom no table holds."""
        if self.publisher:
            return self.publisher.kind
        return "officials" if self.officials else None

    @property
    def opener(self) -> str | None:
        """The publisher that is noted as having opened a record."""
        return self.publisher.id if self.publisher else None

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources it may speak under."""
        if self.publisher:
            return self.publisher.sources
        return (OF_OFFICIALS,) if self.officials else (EVERY,)

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities it may speak for."""
        if self.publisher:
            return self.publisher.cities
        if self.officials:
            return (self.actor.city,) if self.actor else ()
        return (EVERY,) if self.trusted else ()


Speaker = Publisher | Caller


def source_complaint(speaker: Speaker, source: str) -> Complaint | None:
    """What is said of a source that is somebody else's."""
    if any(allowed == EVERY or _below(source, allowed) for allowed in speaker.sources):
        return None
    own = ", ".join(speaker.sources)
    return Complaint(path="source", message=f"{speaker.who!r} speaks under {own}, not under {source!r}"[:500])


def city_complaints(speaker: Speaker, cities: Iterable[str]) -> Iterator[Complaint]:
    """What is said of cities that the speaker does not speak for."""
    for city in sorted({*cities}):
        if not speaks_for(speaker, city):
            own = ", ".join(speaker.cities) or "none"
            message = f"{speaker.who!r} does not speak for city {city!r}, only for {own}"
            yield Complaint(path="city", message=message[:500])


def speaks_for(speaker: Speaker, city: str) -> bool:
    """Whether the speaker may speak for ``city``."""
    return EVERY in speaker.cities or city in speaker.cities


def _below(source: str, own: str) -> bool:
    return source == own or source.startswith(
        own if own.endswith(("/", ":", "#")) else (f"{own}/", f"{own}:", f"{own}#")
    )


ANONYMOUS = "anonymous"


@dataclass(frozen=True, order=True)
class BlobKey:
    """Whose deposit it is, and its SHA-256 in hexadecimal digits.

    ``owner`` is empty for deposits of a release that did not write one down: for the day that they are kept,
    any publisher may claim them, as it may have been promised that its message is taken.
    """

    owner: str
    digest: str


def owner_of(publisher: Publisher | None) -> str:
    """The owner of what ``publisher`` deposits; None is whoever speaks while the doors are open."""
    return publisher.id if publisher else ANONYMOUS
