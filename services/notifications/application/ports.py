"""What the use cases ask of adapters other than the store: mail out and in, rendering, translation."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from services.notifications.domain import quiet_hours
from services.notifications.domain.catalogue.comparison import CriterionCell, ScoreName
from services.notifications.domain.catalogue.query import CatalogueQuery
from services.notifications.domain.desk.moderation import Answer, NewDecision, Queue, QueueItem
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from services.notifications.domain.parsed_mail import ParsedMail
from services.notifications.domain.quiet_hours import Closed
from shared.events import Assessment, Event, Gap, Peer
from shared.facts import Outcome

Publish = Callable[[Event], Awaitable[None]]
SendLetter = Callable[[Letter], Awaitable[object]]
"""Leaves a letter to the background, which sends it."""
FindReaders = Callable[[str, date], Awaitable[list[Official]]]
"""Who reads letters in a city on a day."""
ParseMail = Callable[[bytes], Awaitable[ParsedMail]]
"""Raises ``MailParseError`` where a mail cannot be read."""
Phase = Literal["connect", "mail", "rcpt", "data"]


class NoPdf(Exception):
    """A page of which no PDF can be made now."""


class PdfPrinter(Protocol):
    """Makes PDFs of pages."""

    async def print(self, pages: Sequence[str]) -> bytes:
        """Return the first of ``pages``, from the longest to the shortest, that is on one sheet.

        Raises ``NoPdf`` where it cannot be made now.
        """
        ...

    async def close(self) -> None:
        """End what makes them."""
        ...


class OutgoingMail(NamedTuple):
    """One message for one recipient: ``delivery`` comes back in bounces and delivery reports."""

    delivery: str
    sender: str
    to: str
    message: bytes


class SmtpResult(NamedTuple):
    """What became of a message, in which phase of SMTP, and the relay's last answer."""

    state: Literal["accepted", "rejected", "unknown"]
    phase: Phase
    code: int | None = None
    text: str = ""


class Mailer(Protocol):
    """Hands messages over to the relay."""

    async def hand_over(self, mail: OutgoingMail, begin: Callable[[], Awaitable[bool]]) -> SmtpResult | None:
        """Hand over ``mail``; ``begin`` is awaited just before the content is sent: the point of no return.

        Returns ``None`` where ``begin`` returned False (somebody else hands it over). Raises
        ``RetryableError`` where nothing was taken and it could work later.
        """
        ...


class ReceivedMail(NamedTuple):
    """A mail as it came in: its bytes, the address of ours, and its sender (``""``: a machine's report)."""

    raw: bytes
    to: str
    sender: str | None = None


class MailRefused(Exception):
    """A mail that reaches nobody; its writer is told by a bounce."""


class LetterTooLong(ValueError):
    """A letter that no relay should be asked to take."""


class Rendered(NamedTuple):
    """The three texts of a letter."""

    subject: str
    text: str
    html: str


class LetterRenderer(Protocol):
    """Writes letters out, in the name of the installation's sender."""

    def message(self, letter: Letter) -> bytes:
        """Return the complete message (RFC 5322). Raises ``LetterTooLong``."""
        ...

    def texts(self, letter: Letter) -> Rendered:
        """Return subject, text and HTML."""
        ...

    def subject(self, letter: Letter) -> str:
        """Return the subject, on one line."""
        ...

    def shown(self, letter: Letter) -> tuple[LocalizedText, ...]:
        """Return the texts of cities that the reader of ``letter`` sees."""
        ...

    def calendar_file(self, letter: Letter) -> str | None:
        """Return the calendar file of a letter about a call; None for any other."""
        ...

    def dated(self, message: bytes, at: datetime) -> bytes:
        """Return ``message`` with ``at`` as its date."""
        ...


class TranslationError(Exception):
    """The server did not translate; ``lasting`` where it would not do so a moment later either."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Translator(Protocol):
    """A server that translates texts."""

    @property
    def seconds(self) -> float:
        """The longest that one letter or page waits for it."""
        ...

    def batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        """Return ``texts`` in groups that fit one request; those too long for any are left out."""
        ...

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Return ``texts`` in the language ``target``, in the same order. Raises ``TranslationError``."""
        ...


@dataclass(frozen=True)
class Calendar:
    """The hours in which officials read letters, by their time zones and the holidays of their countries."""

    zone_of: Callable[[str], ZoneInfo]
    closed_in: Callable[[str | None], Closed]

    def next_opening(self, official: Official, now: datetime) -> datetime:
        """Return when a letter may go to ``official``: ``now``, or the end of the quiet hours."""
        country = official.quiet.holidays if official.quiet else None
        return quiet_hours.not_before(official, self.zone_of(official.timezone), self.closed_in(country), now)

    def last_slot(self, official: Official, now: datetime) -> tuple[str, datetime] | None:
        """Return the period of the official's newest digest and when it closed; None where there is none."""
        return quiet_hours.last_slot(official, self.zone_of(official.timezone), now)


class FoundSolution(NamedTuple):
    """One answer of a search: what may be seen by everybody, whatever city asks."""

    id: str
    title: str
    language: str
    city: str
    country: str | None
    outcomes: tuple[Outcome, ...]
    similar: bool = False
    """Whether it fits as well as a match has to, by scoring's own rule."""


class CatalogueLine(NamedTuple):
    """One result of the catalogue: what may be seen by everybody."""

    id: str
    title: str
    language: str
    city: str
    country: str | None
    outcomes: tuple[Outcome, ...]
    evidence: int
    year: int | None


class StartupShare(NamedTuple):
    """``startups`` of ``suppliers`` are start-ups; of ``not_known`` nobody said what they are."""

    startups: int
    suppliers: int
    not_known: int


class CataloguePage(NamedTuple):
    """Some results, how many there are, and how many have each value of each facet.

    ``limited`` says that only the best answers to a text are counted. ``suppliers`` is None where scoring is
    older than this.
    """

    lines: tuple[CatalogueLine, ...]
    total: int
    limited: bool
    counts: Mapping[str, Mapping[str, int]]
    suppliers: StartupShare | None = None


class CityView(NamedTuple):
    """A solution as one city sees it: its own risk and transferability, what it lacks, the nearest cities."""

    city: str
    assessment: Assessment
    gaps: tuple[Gap, ...]
    nearest_failure: Peer | None
    nearest_success: Peer | None


class Comparison(NamedTuple):
    """Several solutions by the same criteria; the assessments are personal where a city asked."""

    assessments: Mapping[str, Assessment]
    rows: tuple[tuple[ScoreName, str, Mapping[str, CriterionCell]], ...]


class PortfolioFigures(NamedTuple):
    """How many of a city's running projects are likely to fail, against the risk (0–1) it agreed to."""

    agreed_risk: float
    projects: int
    expected: float
    allowed: float
    beyond: float
    """Chance (0–1) of more failures than the agreed risk allows."""
    running: tuple[str, ...]


class OwnLearning(NamedTuple):
    """How much others learn from one solution of a city, 0–100; failures can come first."""

    solution: str
    title: str
    language: str
    learning: float


class SharingFigures(NamedTuple):
    """What a city pledged to spend on sharing (0–1 of its budget) and spent, and what others took over."""

    pledge: float | None
    spent: float | None
    adopted: int
    survey: tuple[float, float]
    """The range that a survey among cities found."""


class AlikeIndicator(NamedTuple):
    """An indicator in which two cities are alike, with the value of each as scoring shows it."""

    indicator: str
    here: str
    there: str


class SimilarCity(NamedTuple):
    """A city like another one, compared on ``known`` of ``asked`` indicators."""

    city: str
    name: str
    country: str
    similarity: float
    known: int
    asked: int
    alike: tuple[AlikeIndicator, ...] = ()


class ScoringQueries(Protocol):
    """What scoring computes; every answer is None where it cannot be asked, or does not know the city."""

    async def search(self, query: str, locale: str, limit: int) -> tuple[FoundSolution, ...] | None:
        """Return solutions that resemble ``query``, a text in the language ``locale``; the best first."""
        ...

    async def catalogue(self, query: CatalogueQuery, locale: str) -> CataloguePage | None:
        """Return a page of the catalogue; a text is read in the language ``locale``."""
        ...

    async def score(self, solution: str) -> Assessment | None:
        """Return the newest score of a solution that everybody may see."""
        ...

    async def score_for(self, solution: str, city: str) -> CityView | None:
        """Return how ``city`` sees a solution; for that city alone."""
        ...

    async def compare(self, solutions: Sequence[str], city: str | None) -> Comparison | None:
        """Return up to four solutions by the same criteria, as ``city`` sees them where one is given."""
        ...

    async def portfolio(self, city: str) -> PortfolioFigures | None:
        """Return what the running projects of ``city`` add up to."""
        ...

    async def learning(self, city: str) -> tuple[OwnLearning, ...] | None:
        """Return how much others learn from each solution of ``city``, the most first."""
        ...

    async def sharing(self, city: str) -> SharingFigures | None:
        """Return what ``city`` pledged for sharing, and did."""
        ...

    async def peers(self, city: str) -> tuple[SimilarCity, ...] | None:
        """Return the cities most like ``city``, best first."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class ModerationQueries(Protocol):
    """The moderation queue that submissions keeps; None where it cannot be asked.

    ``city`` is whose share is asked for, None for all of it, as the operator.
    """

    async def queue(self, city: str | None, state: Literal["waiting", "decided"]) -> Queue | None:
        """Return what waits, the oldest first, or what was decided in the last 30 days."""
        ...

    async def item(self, item: str, city: str | None) -> QueueItem | Literal["not_there"] | None:
        """Return one item with the trail of decisions."""
        ...

    async def decide(self, item: str, city: str | None, decision: NewDecision) -> Answer:
        """Send a decision, and return what became of it."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
