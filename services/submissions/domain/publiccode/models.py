"""What a publiccode.yml file says, as far as a city needs it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.submissions.domain.places import Place
from services.submissions.domain.publiccode.validator import OFFLINE, PubliccodeRemark

Verdict = Literal["valid", "invalid", "cannot be checked offline"]


@dataclass(frozen=True, slots=True)
class LocalizedDescription:
    """Name and texts in one language."""

    language: str
    name: str | None
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Adopter:
    """Somebody the maintainers say uses the software: a claim, with the city it means where that is clear."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Dependency:
    """A thing the software needs to run."""

    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class PubliccodeEntry:
    """A readable file. ``None`` and empty mean *not said*; ``needs_said`` tells whether ``dependsOn`` was."""

    name: str
    url: str
    descriptions: tuple[LocalizedDescription, ...]
    status: str | None
    licence: str | None
    owner: str | None
    owner_uri: str | None
    owner_place: Place
    owned_by_city: bool
    adopters: tuple[Adopter, ...]
    based_on: tuple[str, ...]
    needs_said: bool
    proprietary: tuple[Dependency, ...]
    hardware: tuple[Dependency, ...]
    scopes: tuple[str, ...]
    maintenance: str | None
    maintained_until: date | None
    documented: bool
    landing: str | None
    released: date | None
    remarks: tuple[PubliccodeRemark, ...]

    @property
    def defects(self) -> tuple[PubliccodeRemark, ...]:
        """Where the file breaks the standard."""
        return tuple(remark for remark in self.remarks if not remark.open)

    @property
    def unchecked(self) -> tuple[PubliccodeRemark, ...]:
        """What would need the network or the repository to be checked."""
        return tuple(remark for remark in self.remarks if remark.open)

    @property
    def verdict(self) -> Verdict:
        """Invalid if a rule is broken; not certain as long as a rule needs the network."""
        if self.defects:
            return "invalid"
        return OFFLINE if self.unchecked else "valid"


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """A file nothing can be made of: no YAML, or without name or address."""

    defects: tuple[PubliccodeRemark, ...]
    unchecked: tuple[PubliccodeRemark, ...] = ()
    verdict: Literal["invalid"] = "invalid"
