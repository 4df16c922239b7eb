"""Every message of CitiesShare: what comes in first, then what the services say to each other.

A message travels as a CloudEvent of type ``org.citiesshare.<key>.v<version>`` with ``key`` as its routing
key. Its id comes from its facts, so that the same thing said twice is recognised.
"""

from datetime import date, datetime
from hashlib import blake2b
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.facts import (
    Adoption,
    Cause,
    CityProfile,
    Fact,
    Id,
    Implementation,
    Language,
    Line,
    Money,
    Need,
    Outcome,
    Share,
    Solution,
    Stage,
    Study,
    Text,
    Topic,
)

TYPE_PREFIX = "org.citiesshare."

State = Literal["draft", "confirmed", "published", "stale", "withdrawn"]
Kind = Literal["solution", "need", "outcome", "adoption", "city"]
Points = Annotated[float, Field(ge=0, le=100)]


class Event(Fact):
    """A message: ``key`` routes it, ``subject`` names what it is about, ``revision`` which state of it."""

    key: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """The id of the thing the message is about."""
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """What makes two copies of this message the same message."""
        return self.model_dump_json()

    @property
    def message_id(self) -> str:
        """The CloudEvents id: 32 hexadecimal digits drawn from key and identity."""
        return blake2b(f"{self.key}|{self.identity}".encode(), digest_size=16).hexdigest()

    @classmethod
    def message_type(cls) -> str:
        """The CloudEvents type of this message."""
        return f"{TYPE_PREFIX}{cls.key}.v{cls.version}"


# ---------------------------------------------------------------------------- what comes in


class ProcurementRelease(Event):
    """One OCDS release or package, as the publisher has it."""

    key = "procurement.release"
    release: dict[str, Any]

    @property
    def subject(self) -> str:
        return str(self.release.get("ocid", ""))


class SolutionSubmitted(Solution, Event):
    """A city describes something it tried."""

    key = "solution.submitted"
    embargo_until: date | None = None
    embargo_until_transition: bool = Field(
        default=False, description="Hidden until the administration changed"
    )

    @property
    def subject(self) -> str:
        return self.id


class NeedSubmitted(Need, Event):
    """A city describes a problem it has."""

    key = "need.submitted"

    @property
    def subject(self) -> str:
        return self.id


class OutcomeReported(Implementation, Event):
    """A city reports how an attempt ended; only this may say *failed*."""

    key = "outcome.reported"

    @property
    def subject(self) -> str:
        return self.solution


class AdoptionDeclared(Adoption, Event):
    """A city declares that it copied, bought, adapted or built something."""

    key = "adoption.declared"

    @property
    def subject(self) -> str:
        return self.solution


class CityDescribed(CityProfile, Event):
    """A city describes itself."""

    key = "city.profile"

    @property
    def subject(self) -> str:
        return self.id


class CitizenVoice(Event):
    """A proposal or an opinion of citizens, from a participation platform."""

    key = "citizen.voice"
    kind: Literal["proposal", "opinion"]
    reference: Id
    city: Id
    title: Line
    text: Text = ""
    language: Language = "en"
    topics: tuple[Topic, ...] = ()
    solution: Id | None = None
    supports: Annotated[int, Field(ge=0)] | None = None
    answers: Annotated[int, Field(ge=0)] | None = None
    positive: Annotated[int, Field(ge=0)] | None = None

    @property
    def subject(self) -> str:
        return self.reference


class CatalogueEntry(Event):
    """A publiccode.yml file, as text."""

    key = "catalogue.entry"
    url: Line
    publiccode: Annotated[str, Field(max_length=1_000_000)]

    @property
    def subject(self) -> str:
        return self.url


class CommentMade(Event):
    """A remark on a need, a solution or a lesson."""

    key = "comment.made"
    about: Id
    city: Id
    text: Text
    language: Language = "en"
    source: Line | None = None

    @property
    def subject(self) -> str:
        return self.about


class RecordConfirmed(Event):
    """A city confirms a record that is its own: a draft from procurement, or what grew old."""

    key = "record.confirmed"
    kind: Kind
    record: Id = Field(description="The record's id; an attempt or adoption is `<solution>|<city>`")
    city: Id
    by: Line | None = Field(None, description="The post that confirms")

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class RecordWithdrawn(Event):
    """A city withdraws a record that is its own; a later word or confirmation brings it back."""

    key = "record.withdrawn"
    kind: Kind
    record: Id
    city: Id
    by: Line | None = None
    reason: Line | None = None

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class SolutionEmbargoed(Event):
    """A city hides its solution until a day, until a transition, or (with neither) no longer."""

    key = "solution.embargoed"
    solution: Id
    city: Id
    until: date | None = None
    until_transition: bool = False
    by: Line | None = None

    @property
    def subject(self) -> str:
        return self.solution


class SolutionEvidenced(Event):
    """A city takes a shown comment on its solution as evidence; its newest rating of the comment counts."""

    key = "solution.evidenced"
    solution: Id
    city: Id
    comment: Id = Field(description="The comment's id, as `GET /v1/comments` shows it")
    study: Study = Field(description="How the city rates it; city and source are the comment's")
    by: Line | None = Field(None, description="The post that takes it")

    @property
    def subject(self) -> str:
        return self.solution


class CityTransition(Event):
    """A city's administration changed: what was hidden until then is hidden no longer."""

    key = "city.transition"
    city: Id
    day: date

    @property
    def subject(self) -> str:
        return self.city


class RecordDue(Event):
    """A record's day has come, says the clock: an embargo ends, a confirmation lapses, a question is due."""

    key = "record.due"
    kind: Kind
    record: Id
    what: Literal["embargo", "lapse", "check_in", "say_again"]
    day: date

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.what}|{self.day}"


# ---------------------------------------------------------------------------- submissions says


class Recorded(Event):
    """A record in its newest state; ``revision`` counts its changes, ``recorded`` is the event's own time."""

    revision: Annotated[int, Field(ge=1)]
    state: State
    recorded: AwareDatetime

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.revision}"


class SolutionRecorded(Recorded):
    """A solution was recorded, changed, published or withdrawn."""

    key = "solution.recorded"
    solution: Solution
    embargo_until: date | None = None

    @property
    def subject(self) -> str:
        return self.solution.id


class NeedRecorded(Recorded):
    """A need was recorded, changed or closed."""

    key = "need.recorded"
    need: Need

    @property
    def subject(self) -> str:
        return self.need.id


class OutcomeRecorded(Recorded):
    """One city's attempt at a solution, in its newest state."""

    key = "outcome.recorded"
    implementation: Implementation

    @property
    def subject(self) -> str:
        return f"{self.implementation.solution}|{self.implementation.city}"


class AdoptionRecorded(Recorded):
    """A city's adoption of a solution, in its newest state."""

    key = "adoption.recorded"
    adoption: Adoption

    @property
    def subject(self) -> str:
        return f"{self.adoption.solution}|{self.adoption.city}"


class CityRecorded(Recorded):
    """A city's own description, in its newest state."""

    key = "city.recorded"
    city: CityProfile

    @property
    def subject(self) -> str:
        return self.city.id


class Complaint(Fact):
    """What is wrong, and where: ``path`` is a JSON path, empty for the whole message."""

    path: str
    message: Line


class SubmissionRejected(Event):
    """Something could not be used: who sent it, which message, where it is wrong, how to mend it."""

    key = "submission.rejected"
    source: Line
    event: Id
    type: Line | None = None
    complaints: tuple[Complaint, ...]
    received: AwareDatetime

    @property
    def subject(self) -> str:
        return self.event

    @property
    def identity(self) -> str:
        return f"{self.source}|{self.event}"


class OutcomeDue(Event):
    """A city is asked how an attempt went: at 6, 12 and 24 months, or when records hint that it ended."""

    key = "outcome.due"
    solution: Id
    title: Line
    city: Id
    months: Annotated[int, Field(ge=0)]
    due: date
    reason: Line

    @property
    def subject(self) -> str:
        return f"{self.solution}|{self.city}"

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.months}"


# ---------------------------------------------------------------------------- scoring says


class Estimate(Fact):
    """A value with its 90 % interval, 0–100."""

    value: Points
    low: Points
    high: Points


class Contribution(Fact):
    """What one criterion or dimension adds, in points; ``known`` is false where data are missing.

    ``reason`` is the sentence in English, ``message`` and ``parameters`` the same for a translator; a
    ``claim`` is vouched for by nobody but its author; ``low`` and ``high`` are where an answer could move
    the whole score.
    """

    key: Line
    points: float
    of: float | None = None
    value: Share | None = None
    known: bool = True
    reason: Line = "-"
    message: Line | None = None
    parameters: dict[str, str | int | float] = {}
    claim: bool = False
    low: float | None = None
    high: float | None = None


class Sentence(Fact):
    """A sentence by ``message`` and ``parameters``, for a translator; ``reason`` is the same in English."""

    message: Line | None = None
    parameters: dict[str, str | int | float] = {}
    reason: Line = "-"


class TrackRecord(Fact):
    """Beta(alpha, beta) of success, with its mean and 90 % interval, 0–100, and what it was made from."""

    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]
    success: Estimate
    ended: Annotated[int, Field(ge=0)] = 0
    overdue: Annotated[int, Field(ge=0)] = 0


class AreaPrior(Fact):
    """Beta(alpha, beta) of success in a service area, frozen on a ``day`` from ``ended`` implementations.

    An area whose day is newer may stand at the general prior again: fewer have ended there than it takes.
    """

    area: Line
    day: date
    ended: Annotated[int, Field(ge=0)]
    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]


class Assessment(Fact):
    """Three numbers that are never merged into one, and what stands beside them."""

    framework: Line
    as_of: AwareDatetime
    evaluation: Estimate
    coverage: Share
    grade: Literal["A", "B", "C", "D"]
    evidence_level: Annotated[int, Field(ge=1, le=5)]
    risk: Estimate
    base_risk: Points
    learning: Points
    transferability: Estimate | None = None
    weakest: Line | None = None
    band: Line
    robust: bool
    harm: bool = False
    next_best_datum: Line | None = None
    next_best_of: Literal["evaluation", "risk", "transferability"] | None = None
    cap: Points = 100
    agreed_risk: Share | None = None
    record: TrackRecord | None = None
    lacking: tuple[Id, ...] = Field((), description="Critical units known to be missing, by id")
    prior: AreaPrior | None = Field(None, description="Of its service area; absent: the framework's own")
    inputs: Line | None = Field(None, description="Hash of all the score is a function of, for its replay")
    evaluation_contributions: tuple[Contribution, ...] = ()
    risk_contributions: tuple[Contribution, ...] = ()
    transfer_contributions: tuple[Contribution, ...] = ()


class SolutionScored(Event):
    """A solution has a new score; ``changes`` says why, ``material`` whether anybody should hear of it."""

    key = "solution.scored"
    solution: Id
    revision: Annotated[int, Field(ge=1)]
    assessment: Assessment
    material: bool
    changes: tuple[Line, ...] = ()
    sentences: tuple[Sentence, ...] = Field((), description="The changes, for a translator")

    @property
    def subject(self) -> str:
        return self.solution

    @property
    def identity(self) -> str:
        return f"{self.solution}|{self.revision}"


class Gap(Fact):
    """A unit the city lacks, and how another city closed it."""

    unit: Id
    name: Line
    critical: bool
    have: Share | None
    how_to_close: Text | None = None
    closed_by: Line | None = None
    training: Line | None = None
    department: Line | None = None


class Peer(Fact):
    """A city that tried it, what came of it, and how alike it is."""

    city: Id
    name: Line
    outcome: Outcome
    similarity: Share | None = None
    reasons: tuple[Line, ...] = ()


class Price(Fact):
    """What one city paid for a solution; an amount nobody published is unknown and has no price."""

    city_name: Line
    paid: Money
    year: int | None = None
    supplier: Line | None = None
    source: Line = Field(description="The OCDS process, else the record that says so")
    per_head: float | None = Field(None, description="In the currency that was paid")
    own: Money | None = Field(None, description="In the reader's currency, at the mean rate of that year")


class Match(Fact):
    """A solution meets a need of a city; ``assessment`` is personal to that city."""

    need: Id
    need_title: Line
    need_language: Language | None = None
    city: Id
    city_name: Line
    fit: Points
    relevance: Share
    assessment: Assessment
    agreed_risk: Share
    gaps: tuple[Gap, ...] = ()
    nearest_failure: Peer | None = None
    nearest_success: Peer | None = None
    topics: tuple[Line, ...] = ()
    departments: tuple[Line, ...] = ()
    changes: tuple[Sentence, ...] = Field((), description="What changed since this city was last told")
    prices: tuple[Price, ...] = Field((), description="What others paid for it, the newest first")


class InYear(Fact):
    """How many cities took a solution up in a year."""

    year: int
    adoptions: Annotated[int, Field(ge=1)]


class Spread(Fact):
    """How a solution spreads: who took it up by year, and the days until a second city began.

    ``undated`` adoptions have no beginning that anybody told; ``by_letter`` were led to by a letter.
    """

    adoptions: Annotated[int, Field(ge=0)]
    per_year: tuple[InYear, ...] = ()
    undated: Annotated[int, Field(ge=0)] = 0
    days_to_second: int | None = None
    by_letter: Annotated[int, Field(ge=0)] = 0


class Brief(Fact):
    """What a letter needs to know about a solution: its story and every attempt at it."""

    solution: Solution
    city_name: Line
    implementations: tuple[Implementation, ...] = ()
    city_names: dict[str, str] = {}
    spread: Spread | None = Field(None, description="Absent where nobody looked at who took it up")


class SolutionMatched(Event):
    """A solution meets needs of cities, in chunks; ``occasion`` tells a first letter from an update."""

    key = "solution.matched"
    revision: Annotated[int, Field(ge=1)]
    brief: Brief
    matches: tuple[Match, ...]
    chunk: Annotated[int, Field(ge=1)] = 1
    chunks: Annotated[int, Field(ge=1)] = 1
    occasion: Literal["new", "update"] = "new"
    changes: tuple[Line, ...] = ()
    matched: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        told = ",".join(sorted(f"{match.need}:{match.assessment.band}" for match in self.matches))
        return f"{self.subject}|{self.revision}|{self.chunk}|{told}"


class WarningRaised(Event):
    """A city is about to do what failed elsewhere."""

    key = "warning.raised"
    city: Id
    city_name: Line
    need: Need
    brief: Brief
    failed_in: Peer
    worked_in: Peer | None = None
    cause: Cause | None = None
    raised: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        return f"{self.need.ocid or self.need.id}|{self.subject}"


class Partner(Fact):
    """One side of an introduction."""

    city: Id
    city_name: Line
    need: Id
    need_title: Line
    need_language: Language | None = None
    stage: Stage
    deadline: datetime | None = None


class PartnersFound(Event):
    """Two cities have the same need and both can still act: they might buy or build together."""

    key = "partners.found"
    first: Partner
    second: Partner
    similarity: Share
    topics: tuple[Line, ...] = ()
    found: AwareDatetime

    @property
    def subject(self) -> str:
        return self.identity

    @property
    def identity(self) -> str:
        return "|".join(sorted((self.first.need, self.second.need)))


class WatchFired(Event):
    """What a city waited for has come about: three attempts have ended, or one failed somewhere."""

    key = "watch.fired"
    city: Id
    condition: Literal["three_ended", "failed_somewhere"]
    brief: Brief
    fired: AwareDatetime

    @property
    def subject(self) -> str:
        return self.brief.solution.id

    @property
    def identity(self) -> str:
        return f"{self.city}|{self.subject}|{self.condition}"


class Lesson(Fact):
    """What one city tried and stopped, as far as its failure record says; never a person."""

    city: Id
    city_name: Line
    solution: Id
    title: Line
    language: Language = "en"
    outcome: Outcome
    first_warning_sign: Text | None = None
    decision_to_change: Text | None = None


class CircleOpened(Event):
    """A failure circle opens to a city: at least three cities stopped for the same reason, and it is one.

    ``others`` are some of them, those on a theme of its own first; ``cities`` counts all, with its own.
    """

    key = "circle.opened"
    city: Id
    city_name: Line
    cause: Cause
    own: Lesson
    others: Annotated[tuple[Lesson, ...], Field(min_length=2)]
    cities: Annotated[int, Field(ge=3)]
    opened: AwareDatetime

    @property
    def subject(self) -> str:
        return self.identity

    @property
    def identity(self) -> str:
        return f"{self.cause}|{self.city}"


# ---------------------------------------------------------------------------- notifications says


class LetterSent(Event):
    """What became of one letter to one official."""

    key = "letter.sent"
    letter: Id
    kind: Line
    official: Id
    city: Id
    solution: Id | None = None
    state: Literal["accepted", "unknown", "rejected", "skipped"]
    reason: Line | None = None
    at: AwareDatetime

    @property
    def subject(self) -> str:
        return self.letter

    @property
    def identity(self) -> str:
        return f"{self.letter}|{self.state}"


class MatchAnswered(Event):
    """An official answered a letter: useful, or not for us because…"""

    key = "match.answered"
    letter: Id
    city: Id
    solution: Id
    need: Id | None = None
    answer: Literal["useful", "not_for_us", "adopted"]
    reason: Line | None = None
    unit: Id | None = None
    at: AwareDatetime

    @property
    def subject(self) -> str:
        return self.solution

    @property
    def identity(self) -> str:
        return f"{self.letter}|{self.solution}|{self.answer}|{self.reason}|{self.unit}"
