"""What cannot be guessed about a publisher: one profile per feed."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

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
