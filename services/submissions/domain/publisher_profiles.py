"""What cannot be guessed about a publisher: one profile per feed."""

import re
from collections.abc import Iterable
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.packages import PackageMetadata
from shared.facts import Currency, Fact, Id, Language, Line

Flag = Literal["status-artefact", "date-is-start", "null-means-empty", "ids-reused", "contact-is-personal"]
UTC = ZoneInfo("UTC")


class Signs(Fact):
    """By what a feed is recognised when nobody says whose it is; all texts case-folded."""

    ocid_prefixes: tuple[Line, ...] = ()
    ocid_pattern: Line | None = Field(None, description="A regular expression the whole ocid matches")
    publishers: tuple[Line, ...] = Field((), description="Names or schemes of package publishers")
    buyers: tuple[Line, ...] = Field(
        (), description="Starts of buyer names, case-folded; all that is asked for"
    )


class Persons(Fact):
    """How this feed's registers number natural persons: schemes, or shapes of the number per scheme."""

    schemes: tuple[Line, ...] = Field((), description="Schemes that hold only natural persons, case-folded")
    numbers: tuple[Line, ...] = Field((), description="Regular expressions over `scheme:number`, case-folded")


class Profile(Fact):
    """One feed: who publishes it, for whom, and what its habits are."""

    id: Id
    name: Line
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    timezone: ZoneInfo = UTC
    language: Language | None = None
    languages: dict[str, Language] = Field({}, description="What it writes for a language: the code")
    city: Id | None = Field(None, description="GeoNames id, where the whole feed is one city's")
    city_government: bool | None = Field(None, description="Whether all buyers belong to that city")
    currency: Currency | None = None
    licence: Line | None = None
    statuses: dict[str, str] = Field({}, description="Statuses of this feed, case-folded, in OCDS words")
    tags: dict[str, str] = {}
    flags: frozenset[Flag] = frozenset()
    signs: Signs = Signs()
    persons: Persons = Persons()


UNKNOWN = Profile(id="unknown", name="Unknown publisher")


class PublisherProfiles:
    """Finds the profile of a release: by ocid prefix or package publisher, else by the shape of the ocid."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_id = {profile.id: profile for profile in profiles}
        self._by_publisher = {
            name: profile for profile in self._by_id.values() for name in profile.signs.publishers
        }
        self._by_prefix = {
            prefix: profile for profile in self._by_id.values() for prefix in profile.signs.ocid_prefixes
        }
        self._by_pattern = [
            (re.compile(profile.signs.ocid_pattern), profile)
            for profile in self._by_id.values()
            if profile.signs.ocid_pattern
        ]

    def __getitem__(self, identifier: str) -> Profile:
        """The profile called ``identifier``; KeyError names those there are."""
        if identifier not in self._by_id:
            raise KeyError(f"no publisher {identifier!r}; known: {', '.join(sorted(self._by_id))}")
        return self._by_id[identifier]

    def of(self, release: dict[str, Json], package: PackageMetadata) -> Profile:
        """The profile a release is to be read by; UNKNOWN where no sign fits."""
        ocid = str(release.get("ocid") or "").strip().casefold()
        names = ((name or "").casefold() for name in (package.publisher, package.scheme))
        profile = next((self._by_publisher[name] for name in names if name in self._by_publisher), None)
        profile = profile or self._prefixed(ocid)
        return profile or self._shaped(ocid, release.get("buyer")) or UNKNOWN

    def _prefixed(self, ocid: str) -> Profile | None:
        return next((self._by_prefix[ocid[:end]] for end in (12, 14) if ocid[:end] in self._by_prefix), None)

    def _shaped(self, ocid: str, buyer: Json) -> Profile | None:
        name = str(buyer.get("name") or "").casefold() if isinstance(buyer, dict) else ""
        for pattern, profile in self._by_pattern:
            buyers = profile.signs.buyers
            if pattern.fullmatch(ocid) and (not buyers or name.startswith(buyers)):
                return profile
        return None
