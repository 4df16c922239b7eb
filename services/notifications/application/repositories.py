"""What the service asks of its store: one repository for each collection that it owns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from services.notifications.application.ports import ReceivedMail, SmtpResult
from services.notifications.application.stored_models import (
    CommentLine,
    ConsideredMatch,
    DraftNotice,
    FailedItems,
    ImportResult,
    KeptForm,
    KnownCity,
    MatchCard,
    NewDigestItem,
    OfficialLookup,
    SignInRequest,
    StoredCheckIn,
    StoredConflict,
    StoredConsent,
    StoredLetter,
    SuppressedAddress,
    UnreadableMail,
    WaitingItem,
    WaitingSpan,
)
from services.notifications.domain.bounces import AddressStatus, BounceReport
from services.notifications.domain.catalogue.saved import SavedSearch
from services.notifications.domain.desk.begun_forms import BegunForm
from services.notifications.domain.desk.evaluations import EvaluatorNotes, SolutionEvaluation
from services.notifications.domain.desk.records import OwnRecord, RecordKind
from services.notifications.domain.desk.sent import SentMessage
from services.notifications.domain.desk.sessions import Session
from services.notifications.domain.known_records import KnownSolution, ListedAddress, PublicSolution
from services.notifications.domain.letter_history import EarlierLetter, State
from services.notifications.domain.letter_status import (
    ClaimedLetter,
    DueLetter,
    LetterEnd,
    LetterStatus,
    OpenState,
    Postponement,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.notification_reasons import Considered, Posted
from services.notifications.domain.official_changes import OfficialChange, Way
from services.notifications.domain.officials import Official
from services.notifications.domain.questions import CityQuestion
from services.notifications.domain.recipients import Recipients
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    Match,
    NeedRecorded,
    OutcomeDue,
    OutcomeRecorded,
    Reply,
    SolutionMatched,
    SolutionRecorded,
    SubmissionRejected,
)
from shared.facts import Adoption, CityProfile, Implementation, Solution
from shared.store.rate_limits import RateLimits


class OfficialRepository(Protocol):
    """Officials by id, by city and by address, with what was changed at each post and by which way.

    A page reads an official and writes a moment later: in between the post may have gone to somebody else.
    So ``update_preferences``, ``undo``, ``confirm``, ``change_post`` and ``hand_over`` take the official as
    it was read, and raise ``HolderChanged`` where somebody else holds the post by now.
    """

    async def find(self, official: str) -> Official | None:
        """Return an official, by id."""
        ...

    async def many(self, officials: Iterable[str]) -> list[Official]:
        """Return what there is of ``officials``. Raises ``ValidationError`` where one cannot be read."""
        ...

    async def readable(self, officials: Iterable[str]) -> OfficialLookup:
        """Return what there is of ``officials``, and the errors of those that cannot be read."""
        ...

    async def find_by_address(self, address: str) -> list[Official]:
        """Return everybody whose address is ``address``, as mail compares addresses, by id."""
        ...

    async def of_city(self, city: str) -> list[Official]:
        """Return everybody who holds a post in ``city``."""
        ...

    async def all(self, city: str | None = None) -> list[Official]:
        """Return all officials, or those of one city, by id."""
        ...

    async def addresses(self) -> list[str]:
        """Return the addresses of all officials."""
        ...

    async def changes(self, official: str) -> list[OfficialChange]:
        """Return what was changed at a post, newest first."""
        ...

    async def save(self, official: Official, way: Way) -> None:
        """Store an official as given, new or known."""
        ...

    async def import_officials(self, officials: Sequence[Official], way: Way = "import") -> ImportResult:
        """Add officials, or change what the city owns of those that are known; what a person chose stays.

        Raises ``HolderChanged`` where a post changes hands over and over meanwhile.
        """
        ...

    async def change_post(self, before: Official, after: Official) -> None:
        """Store what the city decides about a post, other than who holds it; who that is must be the same."""
        ...

    async def note_former(self, official: str, email: str) -> None:
        """Remember, by a hash, who handed a post over: a file that still names them does not undo it."""
        ...

    async def update_preferences(self, before: Official, after: Official, way: Way) -> None:
        """Store what the holder prefers, and beside it what that was before, for ``undo``."""
        ...

    async def undo(self, official: Official) -> None:
        """Put the preferences back as they were before the holder's last change; again changes nothing."""
        ...

    async def confirm(self, official: Official) -> None:
        """Store that the holder confirmed the address; who is not pending stays as they are."""
        ...

    async def hand_over(self, before: Official, after: Official) -> None:
        """Give the post to the holder ``after``; what the old one could undo is forgotten."""
        ...


class LetterRepository(Protocol):
    """Every letter from its claim to its end; each step is one conditional write, so that one caller wins."""

    async def claim(
        self, letter: Letter, message: bytes, at: datetime, *, later: bool = False
    ) -> ClaimedLetter:
        """Claim a letter once, with its bytes; return it as it stands, whoever claimed it.

        Where it waits and goes once, what is newer is folded into it: it tells then what ``letter`` tells.
        ``later`` leaves it to the background, which also owes the message of what became of it.
        """
        ...

    async def find(self, letter: str) -> StoredLetter | None:
        """Return what a letter says, by id, and since when it is stored."""
        ...

    async def status(self, letter: str) -> LetterStatus | None:
        """Return how a letter stands."""
        ...

    async def state(self, letter: str) -> State | None:
        """Return how far a letter came."""
        ...

    async def find_due(self, letter: str, now: datetime) -> DueLetter | None:
        """Return a letter that is held and whose time has come; None for any other."""
        ...

    async def due(self, now: datetime, limit: int = 200) -> list[str]:
        """Return the held letters whose time has come, or was set by a clock that was ahead."""
        ...

    async def abandoned(self, leases: tuple[datetime, datetime], limit: int = 200) -> list[tuple[str, str]]:
        """Return id and kind of letters being handed over whose lease is not between ``leases``."""
        ...

    async def owed(self, limit: int = 500) -> list[LetterStatus]:
        """Return the letters that ended in the background, and whose end was not published yet."""
        ...

    async def note_published(self, letter: str) -> None:
        """Note that the end of a letter was published."""
        ...

    async def rewrite(self, letter: Letter, message: bytes, before: OpenState) -> None:
        """Store what a letter says now, where part of it may not be told any more; its id stays."""
        ...

    async def begin_handing(
        self,
        letter: str,
        lease: datetime,
        before: OpenState = "claimed",
        goes_once: str | None = None,
        content: Letter | None = None,
    ) -> bool:
        """Pass the point of no return: one caller wins; after ``lease`` nobody knows what came of it.

        Of the letters with one key ``goes_once`` one passes, by the same write; raises ``AlreadyTold`` for
        the others. The key is free again where the relay took nothing of that letter, or refused it. Nobody
        passes with ``content`` that something newer was folded into since.
        """
        ...

    async def put_back(self, letter: str, to: OpenState = "claimed") -> None:
        """Let a letter of which the relay took nothing be handed over again."""
        ...

    async def hold(
        self, letter: str, not_before: datetime, at: datetime, before: OpenState = "claimed"
    ) -> bool:
        """Let a letter wait: the background takes it up, and owes the message of what became of it."""
        ...

    async def put_off(
        self,
        letter: str,
        put_off: Postponement,
        not_before: datetime,
        at: datetime,
        before: OpenState = "held",
    ) -> None:
        """Let a letter that the relay put off wait (on), and remember how often that was."""
        ...

    async def skip(
        self, letter: str, why: str, at: datetime, before: OpenState = "claimed"
    ) -> LetterEnd | None:
        """End a letter that is not wanted any more, with the reason; None where it had moved on."""
        ...

    async def finish(
        self,
        letter: str,
        result: SmtpResult,
        at: datetime,
        before: OpenState | Literal["handing"] = "handing",
    ) -> LetterEnd | None:
        """Store what became of a letter that was being handed over, or was refused before that."""
        ...

    async def abandon(self, letter: str, at: datetime) -> bool:
        """End as unknown a letter whose lease ran out; returns whether it was still being handed over."""
        ...

    async def note_return(self, letter: str, report: BounceReport, at: datetime) -> bool:
        """Store what came back of a letter; returns ``False`` where the same was stored before."""
        ...

    async def about(self, official: str, solution: str | None) -> list[EarlierLetter]:
        """Return the letters to one official about one solution, and how far each came."""
        ...

    async def to_official(self, official: str, most: int) -> list[StoredLetter]:
        """Return what the ``most`` newest letters to an official say, newest first, without sign-in mails."""
        ...

    async def posted(
        self, official: str, solution: str | None = None, most: int | None = None
    ) -> list[Posted]:
        """Return at most ``most`` letters to an official, about one solution or all."""
        ...

    async def never_sent(self, letters: Iterable[str]) -> frozenset[str]:
        """Return which of ``letters`` were skipped or rejected."""
        ...

    async def counts(self) -> dict[str, int]:
        """Return how many letters are in which state."""
        ...


class KnownRecordRepository(Protocol):
    """Solutions, needs, attempts, adoptions and cities as they were recorded last.

    They are enough to see that a letter may still go, to hand over, and to tell followers.
    """

    async def save_solution(self, event: SolutionRecorded) -> None:
        """Store a solution; an older revision changes nothing, here and below."""
        ...

    async def save_need(self, event: NeedRecorded) -> None:
        """Store a need as its city states it."""
        ...

    async def save_attempt(self, event: OutcomeRecorded) -> None:
        """Store one city's attempt."""
        ...

    async def save_adoption(self, event: AdoptionRecorded) -> None:
        """Store who took what over from whom."""
        ...

    async def save_city(self, event: CityRecorded) -> None:
        """Store a city's description and the day of its next election."""
        ...

    async def hidden(self, keys: Iterable[str], city: str, now: datetime) -> frozenset[str]:
        """Return which records, by key, a letter or page for ``city`` may not tell of; unknown ones it may.

        Keys are ``solution|id``, ``need|id``, ``outcome|solution|city`` and ``adoption|solution|city``.
        """
        ...

    async def solution(self, solution: str) -> KnownSolution | None:
        """Return a solution as it was recorded last; None where it never was."""
        ...

    async def attempts_at(self, solution: str) -> list[OutcomeRecorded]:
        """Return the published attempts at a solution, by city."""
        ...

    async def adoptions_of(self, solution: str) -> list[AdoptionRecorded]:
        """Return the published adoptions of a solution, those in versions of the cities' own too."""
        ...

    async def shared_by(self, city: str) -> list[tuple[Solution, Implementation | None]]:
        """Return what a city shared and did not withdraw, each with the city's own attempt; embargoed too."""
        ...

    async def elections(self, since: date, until: date) -> list[tuple[str, date]]:
        """Return the cities whose election was after ``since`` and before ``until``, with its day."""
        ...

    async def city(self, city: str) -> CityProfile | None:
        """Return a city as it described itself last."""
        ...

    async def known_city(self, city: str) -> KnownCity | None:
        """Return a city as it described itself last, with its revision."""
        ...


class PublicRecordRepository(Protocol):
    """Records as everybody may see them on a day, by the one rule of ``shared/visibility.py``."""

    async def solutions(self, solutions: Iterable[str], day: date) -> Mapping[str, PublicSolution]:
        """Return those of ``solutions`` that are public, by id."""
        ...

    async def newest(self, day: date, limit: int) -> list[PublicSolution]:
        """Return the public solutions that were recorded last."""
        ...

    async def attempts_at(self, solution: str, day: date) -> list[Implementation]:
        """Return the public attempts at a public solution, by city."""
        ...

    async def attempts_at_each(
        self, solutions: Iterable[str], day: date
    ) -> Mapping[str, list[tuple[Implementation, datetime]]]:
        """Return the public attempts at each of these public solutions, and when each was recorded."""
        ...

    async def of_city(self, city: str, day: date) -> tuple[list[Solution], list[Implementation]]:
        """Return the public solutions of a city, and its public attempts at public solutions."""
        ...

    async def city(self, city: str) -> CityProfile | None:
        """Return how a city describes itself, where that is public."""
        ...

    async def count(self) -> int:
        """Return how many solutions are published; some of them may be under an embargo."""
        ...

    async def listed(self, skip: int, most: int, day: date) -> list[ListedAddress]:
        """Return the public ones among ``most`` published solutions, in the order of their ids."""
        ...

    async def adoptions_of(self, solution: str, day: date) -> list[Adoption]:
        """Return the public adoptions of a solution and of the versions made from it, by city."""
        ...

    async def city_names(self, cities: Iterable[str]) -> Mapping[str, str]:
        """Return what cities call themselves, where they said so."""
        ...


class CityRecordRepository(Protocol):
    """The records of one city, whatever their state: for its own officials only."""

    async def of_city(self, city: str) -> tuple[OwnRecord, ...]:
        """Return the records of ``city``, by kind, the newest first and without their histories."""
        ...

    async def solutions(self, solutions: Sequence[str]) -> list[OwnRecord]:
        """Return what there is of ``solutions``, of whatever city, without histories."""
        ...

    async def find(self, kind: RecordKind, record: str) -> OwnRecord | None:
        """Return one record with its history, of whatever city."""
        ...

    async def no_drafts(self, records: Sequence[str]) -> frozenset[str]:
        """Return which of these records, by key, are no drafts, or are not there."""
        ...

    async def replies(self, attempts: Iterable[str]) -> dict[str, tuple[Reply, ...]]:
        """Return the replies to these attempts (``<solution>|<city>``); those without are left out."""
        ...


class SentMessageRepository(Protocol):
    """What officials sent from the desk, and what of it was not accepted."""

    async def save(self, messages: Sequence[SentMessage]) -> None:
        """Store what is about to be sent, each message once."""
        ...

    async def reject(self, event: SubmissionRejected) -> None:
        """Store what was not accepted of a message; nothing where the desk did not send it."""
        ...

    async def of_city(self, city: str) -> list[SentMessage]:
        """Return what was sent for a city, newest first."""
        ...

    async def about(self, record: str, city: str) -> list[SentMessage]:
        """Return what was sent for a city about one of its records, newest first."""
        ...


class CheckInRepository(Protocol):
    """What cities are asked about their own attempts."""

    async def save(self, event: OutcomeDue, asked: datetime) -> None:
        """Store a question, heard at ``asked``, in the place of an earlier one about the same attempt."""
        ...

    async def of_city(self, city: str) -> list[StoredCheckIn]:
        """Return the questions to a city, the oldest first; those that were answered meanwhile, too."""
        ...


class DraftNoticeRepository(Protocol):
    """Drafts that procurement data made, and who was told of each by letter."""

    async def add(self, record: str, city: str, now: datetime) -> None:
        """Let a draft wait, by the key of its record; one that was noted before stays as it is."""
        ...

    async def cities(self) -> list[str]:
        """Return the cities with drafts that wait."""
        ...

    async def of_city(self, city: str) -> list[DraftNotice]:
        """Return the drafts of ``city`` that wait, the oldest first."""
        ...

    async def tick_off(self, records: Sequence[str], official: str) -> None:
        """Note that ``official`` was told of these drafts."""
        ...

    async def settle(self, records: Sequence[str]) -> None:
        """Let these drafts wait no longer; they are never told of again."""
        ...


class SavedSearchRepository(Protocol):
    """Searches that posts follow, and what each was told of."""

    async def save(self, search: SavedSearch) -> None:
        """Store a search; one that is there stays as it is."""
        ...

    async def officials(self) -> list[str]:
        """Return the posts that follow any."""
        ...

    async def of_official(self, official: str) -> list[SavedSearch]:
        """Return the searches of a post, the oldest first."""
        ...

    async def end(self, official: str, search: str | None = None) -> None:
        """Remove a search of a post, or all of them."""
        ...

    async def looked_at(self, search: str, period: str, told: Sequence[str]) -> None:
        """Note that its news of ``period`` were told, and of which records."""
        ...


class MatchCardRepository(Protocol):
    """The newest match of each solution with each city, as scorecards show it."""

    async def save(self, card: MatchCard, at: datetime) -> None:
        """Store the newest match of a solution with a city."""
        ...

    async def find(self, solution: str, city: str) -> MatchCard | None:
        """Return the newest match of a solution with a city."""
        ...

    async def of_city(self, city: str, most: int) -> list[MatchCard]:
        """Return the ``most`` newest cards of a city, newest first."""
        ...

    async def of_solution(self, solution: str, most: int) -> list[MatchCard]:
        """Return at most ``most`` matches of a solution, with whatever city."""
        ...

    async def same_need(self, card: MatchCard) -> list[MatchCard]:
        """Return the other cards of the same need, by solution and city; at most a hundred are looked at."""
        ...

    async def city_name(self, city: str) -> str | None:
        """Return what a city was called when something was matched to it."""
        ...


class ConsideredRepository(Protocol):
    """Who was considered for which match, and what was decided."""

    async def save(self, event: SolutionMatched, match: Match, recipients: Recipients) -> None:
        """Store who was considered for a match, and what was decided, once."""
        ...

    async def of_official(self, official: str, most: int) -> list[ConsideredMatch]:
        """Return at most ``most`` matches that an official was considered for."""
        ...

    async def about(self, official: str, solution: str) -> list[Considered]:
        """Return for which matches of one solution an official was considered."""
        ...


class AddressStatusRepository(Protocol):
    """How addresses behaved, each under a hash that outlives the official."""

    async def find(self, email: str) -> AddressStatus:
        """Return how an address behaved; without any bounce where nothing is stored."""
        ...

    async def save(self, email: str, status: AddressStatus) -> None:
        """Store how an address behaved."""
        ...

    async def remove(self, email: str) -> None:
        """Forget how an address behaved: letters go there again."""
        ...

    async def suppressed(self) -> list[SuppressedAddress]:
        """Return the addresses that get no letters."""
        ...


class DigestItemRepository(Protocol):
    """What waits for a digest, was in one, was dropped, or could not be put into one."""

    async def add(self, items: Iterable[NewDigestItem], now: datetime) -> None:
        """Store what waits for each reader's next digest, once."""
        ...

    async def digests_about(self, official: str, solution: str) -> frozenset[str | None]:
        """Return the ids of the digests that told an official of a solution."""
        ...

    async def waiting(self) -> dict[str, WaitingSpan]:
        """Return who has waiting items, and since when."""
        ...

    async def due(self, official: str, closes: datetime, now: datetime) -> list[WaitingItem]:
        """Return the items that belong to the digest of ``official`` that closed then.

        An item that is held from a time to come was held by a clock that was ahead, and belongs to it too.
        """
        ...

    async def drop(self, key: str, why: str) -> None:
        """Let an item be in no digest, and why."""
        ...

    async def drop_all(self, official: str, why: str) -> None:
        """Let all waiting items of an official be in no digest, and why."""
        ...

    async def put_in_digest(self, official: str, digest: DigestLetter, now: datetime) -> None:
        """Store that the items of ``digest``, and the counted ones of its time, were in it."""
        ...

    async def set_aside(self, official: str, why: str, now: datetime) -> int:
        """Keep an official's waiting items from the next digests, and why; returns how many."""
        ...

    async def set_item_aside(self, key: str, why: str, now: datetime) -> int:
        """Keep one item from the next digests, and why; returns how many."""
        ...

    async def failed(self) -> list[FailedItems]:
        """Return what was set aside, by official and reason."""
        ...

    async def retry(self, official: str | None = None) -> int:
        """Let what was set aside wait for the next digest again; returns how many items."""
        ...


class CommentRepository(Protocol):
    """What officials of a city wrote about a solution; another city never reads it."""

    async def about(self, solution: str, city: str) -> list[CommentLine]:
        """Return the comments of a city about a solution, oldest first."""
        ...

    async def save(self, letter: Letter, words: str, at: datetime) -> None:
        """Store a comment of the reader of ``letter``; a form that is sent twice is stored once."""
        ...


class ConflictRepository(Protocol):
    """What others sent about the records of a city, and was not accepted."""

    async def save(self, event: SubmissionRejected) -> None:
        """Store the conflicts of a rejected message, once."""
        ...

    async def of_city(self, city: str) -> list[StoredConflict]:
        """Return the newest conflicts of a city, newest first."""
        ...


class ConsentRepository(Protocol):
    """Who agreed to which meeting."""

    async def save(self, consent: StoredConsent) -> bool:
        """Store a consent unless there is one of the same post; returns whether it was stored."""
        ...

    async def find(self, about: str, official: str) -> StoredConsent | None:
        """Return the consent of a post to a meeting."""
        ...

    async def replace(self, consent: StoredConsent, before: StoredConsent) -> None:
        """Store a consent in the place of one that an earlier holder of the post gave."""
        ...

    async def about(self, about: str) -> list[StoredConsent]:
        """Return all consents to a meeting, oldest first."""
        ...


class UsedLinkRepository(Protocol):
    """Sign-in links that were used."""

    async def use(self, letter: str, at: datetime) -> bool:
        """Store that the link of a letter is used; returns whether this is the first time."""
        ...


class SignInRequestRepository(Protocol):
    """Requests for sign-in links that wait for their answer."""

    async def save(self, request: SignInRequest) -> None:
        """Store a request, once."""
        ...

    async def oldest(self, most: int) -> list[SignInRequest]:
        """Return the ``most`` oldest requests."""
        ...

    async def remove(self, request: SignInRequest) -> None:
        """Remove a request that was answered."""
        ...


class DeskSessionRepository(Protocol):
    """Sessions of the desk, by the hash of their tokens."""

    async def save(self, session: Session) -> None:
        """Store a session that begins."""
        ...

    async def find(self, session: str) -> Session | None:
        """Return a session by its id, also for a day after its end."""
        ...

    async def touch(self, session: Session) -> None:
        """Store when a session was used last, and when it ends by that."""
        ...

    async def of_official(self, official: str) -> list[Session]:
        """Return the sessions of a post."""
        ...

    async def remove(self, official: str, session: str | None = None) -> None:
        """Delete one session of a post, or all of them."""
        ...


class KeptFormRepository(Protocol):
    """What was sent with a session that had ended."""

    async def save(self, form: KeptForm) -> None:
        """Store a form, in the place of what was sent to the same address before."""
        ...

    async def of_holder(self, official: str, holder: str) -> list[KeptForm]:
        """Return what was kept for one holder of a post, newest first."""
        ...

    async def remove(self, official: str, key: str) -> None:
        """Delete a form."""
        ...


class DeskFormRepository(Protocol):
    """Forms of the desk by city and token; only the city's officials know a token."""

    async def add(self, form: BegunForm) -> bool:
        """Store a new form; False where there is one with its token."""
        ...

    async def find(self, city: str, token: str) -> BegunForm | None:
        """Return a form of a city."""
        ...

    async def of_city(self, city: str) -> list[BegunForm]:
        """Return the forms of a city that were not sent yet, the newest first."""
        ...

    async def replace(self, before: BegunForm, after: BegunForm) -> bool:
        """Store ``after`` if the stored form still has the version of ``before``; return whether it had."""
        ...

    async def remove(self, city: str, token: str) -> None:
        """Delete a form."""
        ...


class QuestionRepository(Protocol):
    """Questions of one city to another."""

    async def add(self, question: CityQuestion) -> bool:
        """Store a new question; False where there is one with its id."""
        ...

    async def find(self, question: str) -> CityQuestion | None:
        """Return a question."""
        ...

    async def replace(self, before: CityQuestion, after: CityQuestion) -> bool:
        """Store ``after`` if the stored one still has the version of ``before``; return whether it had."""
        ...

    async def note_told(self, question: CityQuestion) -> None:
        """Store that the letters about this version are entrusted."""
        ...

    async def of_city(self, city: str) -> list[CityQuestion]:
        """Return the newest questions to and of a city."""
        ...

    async def waiting_since(self, before: datetime) -> list[CityQuestion]:
        """Return questions that were asked before and still wait, without a reminder; the oldest first."""
        ...

    async def not_told(self, before: datetime) -> list[CityQuestion]:
        """Return questions that changed before and whose letters are not entrusted, the oldest first."""
        ...


class EvaluationRepository(Protocol):
    """Who was asked to judge which solution, what was recommended and decided; without any notes."""

    async def add(self, evaluation: SolutionEvaluation) -> bool:
        """Store a new evaluation; False where there is one with its id."""
        ...

    async def find(self, evaluation: str) -> SolutionEvaluation | None:
        """Return an evaluation by id."""
        ...

    async def of_solution(self, solution: str) -> list[SolutionEvaluation]:
        """Return the evaluations of a solution, the oldest first."""
        ...

    async def of_official(self, official: str) -> list[SolutionEvaluation]:
        """Return what a post was asked to judge, whoever held it then."""
        ...

    async def of_owner(self, owner: str) -> list[SolutionEvaluation]:
        """Return the evaluations of the solutions of a city."""
        ...

    async def replace(self, before: SolutionEvaluation, after: SolutionEvaluation, at: datetime) -> bool:
        """Store ``after`` if the stored one still has the version of ``before``; return whether it had."""
        ...


class EvaluatorNotesRepository(Protocol):
    """The notes of evaluators: only the person who wrote them is given them."""

    async def find(self, evaluation: str, official: str, holder: str) -> EvaluatorNotes | None:
        """Return the notes that this person wrote at an evaluation."""
        ...

    async def save(self, notes: EvaluatorNotes) -> bool:
        """Store notes over the version before; False where another version was stored meanwhile."""
        ...

    async def remove(self, evaluation: str) -> None:
        """Delete the notes at an evaluation."""
        ...


class LegacyPackRepository(Protocol):
    """Which legacy packs were written."""

    async def was_written(self, city: str, day: date) -> bool:
        """Return whether the pack of a city for a change of administration on ``day`` was written."""
        ...

    async def save(self, city: str, day: date, at: datetime, letters: int) -> None:
        """Store that a pack was written, and that in so many letters since the round began."""
        ...


class TranslationRepository(Protocol):
    """What a machine translated, by hash of text and languages."""

    async def find(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return the translations that are there, by key."""
        ...

    async def save(self, key: str, text: str, languages: tuple[str, str], at: datetime) -> None:
        """Store one translation, from the first of ``languages`` to the second."""
        ...


class UnreadableMailRepository(Protocol):
    """Mail that could not be read or reached nobody, with the reason, where an operator finds it."""

    async def save(self, mail: ReceivedMail, reason: str) -> None:
        """Store the beginning of a mail, once; nothing more where there are too many already."""
        ...

    async def all(self) -> list[UnreadableMail]:
        """Return all of them, oldest first."""
        ...

    async def content(self, name: str) -> bytes | None:
        """Return the beginning of one mail."""
        ...

    async def remove(self, name: str) -> bool:
        """Remove one mail; returns whether it was there."""
        ...


@dataclass(frozen=True, slots=True)
class NotificationRepositories:
    """All repositories of the service, the counters of its limits, and what is read over several of them."""

    officials: OfficialRepository
    letters: LetterRepository
    records: KnownRecordRepository
    public_records: PublicRecordRepository
    city_records: CityRecordRepository
    sent_messages: SentMessageRepository
    check_ins: CheckInRepository
    draft_notices: DraftNoticeRepository
    saved_searches: SavedSearchRepository
    match_cards: MatchCardRepository
    considered: ConsideredRepository
    address_statuses: AddressStatusRepository
    digest_items: DigestItemRepository
    comments: CommentRepository
    conflicts: ConflictRepository
    consents: ConsentRepository
    used_links: UsedLinkRepository
    sign_in_requests: SignInRequestRepository
    desk_sessions: DeskSessionRepository
    kept_forms: KeptFormRepository
    desk_forms: DeskFormRepository
    questions: QuestionRepository
    evaluations: EvaluationRepository
    evaluator_notes: EvaluatorNotesRepository
    legacy_packs: LegacyPackRepository
    translations: TranslationRepository
    unreadable_mail: UnreadableMailRepository
    rate_limits: RateLimits

    async def city_name(self, city: str) -> str:
        """Return what a city calls itself, or was called when something was matched to it; else its id."""
        profile = await self.records.city(city)
        if profile is not None:
            return profile.name
        return await self.match_cards.city_name(city) or city
