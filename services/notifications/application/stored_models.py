"""What the repositories return and take, where the domain has no model of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from services.notifications.domain.letter_history import EarlierLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestItem
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import Considered
from services.notifications.domain.officials import Official
from shared.events import Brief, Match, OutcomeDue
from shared.facts import CityProfile


class AlreadyTold(Exception):
    """Another letter of those of which only one goes is being handed over, or was: ``by`` which one.

    None where that was put back or refused in the same moment, so that the key is free again.
    """

    def __init__(self, letter: str, by: EarlierLetter | None) -> None:
        super().__init__(letter)
        self.by = by


class ImportResult(NamedTuple):
    """The officials of an import as they stand now, and the ids of those that were added or changed."""

    officials: tuple[Official, ...]
    added: frozenset[str]
    changed: frozenset[str]


class OfficialLookup(NamedTuple):
    """Officials that were looked up by id, and the errors of those whose document cannot be read, by id."""

    officials: tuple[Official, ...]
    unreadable: Mapping[str, Exception]


class StoredLetter(NamedTuple):
    """A letter, and since when it is stored: how long its keys work is counted from then."""

    letter: Letter
    since: datetime


class DraftNotice(NamedTuple):
    """A draft that procurement data made, noted at ``since``; ``told`` are the officials who know of it."""

    key: str
    since: datetime
    told: frozenset[str]


class MatchCard(NamedTuple):
    """A solution as it was matched to a need of a city."""

    brief: Brief
    match: Match


class ConsideredMatch(NamedTuple):
    """An official was considered for a match; the title of its solution in the official's language."""

    considered: Considered
    title: LocalizedText


class SuppressedAddress(NamedTuple):
    """The hash of an address that gets no letters, why, and the day it last bounced."""

    address_hash: str
    why: str
    since: str


class CommentLine(NamedTuple):
    """What a colleague wrote about a solution: by post, never by name."""

    at: datetime
    post: str
    words: str
    language: str


class StoredConflict(NamedTuple):
    """A message about a record of a city that was not the city's: when, and for which city it was sent."""

    at: datetime
    record: str
    sent_for: str


class StoredConsent(NamedTuple):
    """An official agreed to a meeting: ``about`` is what its offers have in common, ``letter`` the offer."""

    about: str
    official: str
    letter: Letter
    at: datetime


class StoredCheckIn(NamedTuple):
    """A question about an attempt of a city, and when it was heard first."""

    question: OutcomeDue
    asked: datetime


class SignInRequest(NamedTuple):
    """A request for a sign-in link; without an address it was one too many, and gets no answer."""

    address: str
    at: datetime
    key: str
    after: str | None = None


class KnownCity(NamedTuple):
    """A city as it described itself last, and which revision of its record that is."""

    profile: CityProfile
    revision: int


class KeptForm(NamedTuple):
    """What was sent to ``address`` with a session that had ended, kept for its ``holder`` alone."""

    key: str
    official: str
    holder: str
    address: str
    fields: Mapping[str, list[str]]
    at: datetime


class WaitingSpan(NamedTuple):
    """Since when the first and the last item wait for one reader's digest."""

    first: datetime
    last: datetime

    def any_by(self, closes: datetime, now: datetime) -> bool:
        """Return whether an item belongs to the digest that closed then, or to a clock that was ahead."""
        return self.first <= closes or self.last > now


class NewDigestItem(NamedTuple):
    """What a match means for a reader's next digest.

    ``letter`` is the id of the letter that tells of it at once, where there is one; ``below`` whether the
    match is below the reader's limits and only counted.
    """

    official: str
    item: DigestItem
    letter: str | None
    below: bool


class WaitingItem(NamedTuple):
    """An item that waits for a digest, since ``held``.

    ``item`` is None where it is below the reader's limits and only counted, or cannot be read: ``error`` says
    why.
    """

    key: str
    held: datetime
    letter: str | None
    below: bool
    item: DigestItem | None = None
    error: ValidationError | None = None


class FailedItems(NamedTuple):
    """Items of one official that could not be put into a digest for one reason, how many and since when."""

    official: str
    why: str
    items: int
    since: datetime


class UnreadableMail(NamedTuple):
    """One mail that was set aside, by the name that ``unreadable show`` takes; ``size`` is in bytes."""

    name: str
    at: datetime
    to: str
    reason: str
    size: int
