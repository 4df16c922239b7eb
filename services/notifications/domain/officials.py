"""Officials: people in posts, what they want to be told, how often, and when they want quiet."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field

from services.notifications.domain.addresses import ascii_domain
from shared.events import Points
from shared.facts import Fact, Id, Language, Line

Kind = Literal[
    "alert",
    "warning",
    "update",
    "partners",
    "circle",
    "lineage",
    "question",
    "digest",
    "outcome_checkin",
    "drafts",
    "searches",
    "confirmation",
    "legacy_pack",
    "account",
]
Cadence = Literal["instant", "daily", "weekly", "off"]


def mailable(address: str) -> str:
    """An address as it is mailed to: its domain in Punycode, which every relay takes, however it was written.

    What stands before the ``@`` stays as it is; where that is not ASCII, the relay has to take SMTPUTF8.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


Address = Annotated[EmailStr, AfterValidator(mailable)]


class Role(StrEnum):
    """What an official answers for: leads and barrier-busters hear everything, owners their department's.

    Members read and draft at the desk; they hear everything, or what touches the departments they name.
    """

    LEAD = "lead"
    OWNER = "owner"
    BARRIER_BUSTER = "barrier_buster"
    DEPUTY = "deputy"
    MEMBER = "member"


class Thresholds(Fact):
    """What is worth a mail to this person; the defaults are the framework's digest limit and 85 % at once."""

    min_fit: Points = 50
    max_risk: Points = 100
    min_evidence: Annotated[int, Field(ge=1, le=5)] = 1
    instant_min_fit: Points | None = 85


class QuietHours(Fact):
    """When nothing is handed over: local time, and on which days; ``holidays`` names a country."""

    start: time = time(18)
    end: time = time(7, 30)
    weekends: bool = True
    holidays: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class Official(Fact):
    """A person in a post of a city; the subscription belongs to the post and survives its holder."""

    id: Id
    name: Line
    email: Address
    city: Id
    city_name: Line | None = None
    post: Line
    role: Role = Role.LEAD
    departments: tuple[Line, ...] = ()
    locale: Language = "en"
    extra_locales: tuple[Language, ...] = ()
    timezone: Line = "UTC"
    thresholds: Thresholds = Thresholds()
    topics: tuple[Line, ...] = Field((), description="Code prefixes such as CPV:905; none means all")
    top_needs: Annotated[tuple[Id, ...], Field(max_length=3)] = ()
    include_failures: bool = True
    cadence: Cadence = "weekly"
    at: time = time(8)
    weekday: Annotated[int, Field(ge=1, le=7)] = 1
    quiet: QuietHours | None = QuietHours()
    pause_until: date | None = None
    status: Literal["pending", "active", "paused", "left"] = "pending"
    stands_in_for: Id | None = Field(None, description="For a deputy: the official whose absence counts")
    kinds_off: tuple[Kind, ...] = ()
    topics_off: tuple[Line, ...] = ()
    administers: bool = Field(
        default=False, description="Looks after the city's posts and its profile at the desk"
    )

    def speaks(self) -> tuple[str, ...]:
        """The reader's languages, best first."""
        return (self.locale, *self.extra_locales)

    def away(self, today: date) -> bool:
        """Whether letters would go unread: left, paused, or paused until a day still to come."""
        paused = self.pause_until is not None and today < self.pause_until
        return paused or self.status in {"paused", "left"}
