"""What the service asks of its store: one repository for each collection or pair of collections."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.submissions.application.rate_limits import PublisherRateLimits
from services.submissions.application.stored_models import (
    Decision,
    Fate,
    HeldMessage,
    MessageClaim,
    MessageFate,
    ReceivedConflict,
    RecordRevision,
    StoredComment,
    WaitingBuyer,
)
from services.submissions.domain.drafts import Draft
from services.submissions.domain.moderation import State
from services.submissions.domain.ocds.buyer_city import Decided, UnplacedBuyer
from services.submissions.domain.ocds.releases import StoredRelease
from services.submissions.domain.publishers import ApiKey, BlobKey, Caller, IssuedKey, Publisher
from services.submissions.domain.records import Record
from services.submissions.domain.similar_records import SimilarRecord
from services.submissions.domain.transitions import Comment
from shared.events import CommentMade, Complaint, Conflict
from shared.facts import Solution
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.visibility import Viewer

ANYBODY = Caller(None, "anonymous", trusted=True)


class RecordRepository(Protocol):
    """One document for each thing in its newest state, and one for each of its revisions."""

    async def keep(
        self,
        draft: Draft,
        sent_at: datetime,
        source: str,
        caller: Caller = ANYBODY,
        opener: str | None = None,
        based_on: int | None = None,
    ) -> Record:
        """Keep the newest word about a thing and return its record; the same word again changes nothing.

        The one conditional write that keeps a first word also binds the record to its owner. Raises Contested
        where it is not ``caller``'s, and Outdated where others changed it after the revision ``based_on``.
        ``opener`` is the publisher in whose name it is said, if not its own.
        """
        ...

    async def change(self, key: str, step: Callable[[Record], Record]) -> Record | None:
        """Change the record ``key`` and return it, or None where there is none; ``step`` may run again."""
        ...

    async def record(self, key: str) -> Record | None:
        """Return the newest record under ``key``, e.g. ``need|urn:ocid:…``."""
        ...

    async def drawn_from(self, process: str) -> list[Record]:
        """Return the records that are drawn from a contracting process: under its key, or a part of it."""
        ...

    async def differing(self) -> list[Record]:
        """Return the records beside which an unconfirmed word is kept, by key."""
        ...

    async def revisions(self, key: str) -> list[RecordRevision]:
        """Return every revision of a record, oldest first."""
        ...

    async def records(self, keys: Iterable[str]) -> dict[str, Record]:
        """Return what there is under each of ``keys``."""
        ...

    async def published(self, kind: str) -> list[Record]:
        """Return all records of a kind that their cities published, by id; not all of them are visible."""
        ...

    async def alike(self, solution: Solution) -> list[Record]:
        """Return the solutions that share a code and the words of the title, visible or not."""
        ...

    async def today(self) -> date:
        """The day by the store's own clock, at Greenwich."""
        ...

    async def due(self, day: date, most: int = 1000) -> list[tuple[Record, str]]:
        """Return records on which something falls due by ``day``, and what."""
        ...

    async def waiting(self, city: str) -> list[str]:
        """Return the keys of a city's solutions that are hidden until its administration changed."""
        ...

    async def counts(self) -> dict[str, int]:
        """Return how many records of each kind there are."""
        ...


class MessageRepository(Protocol):
    """What became of each message, by (source, id)."""

    async def claim(
        self, envelope: Envelope, digest: str, received: datetime, publisher: str | None
    ) -> MessageClaim:
        """Claim (source, id) for what it says first and who said it, and return it as it stands."""
        ...

    async def expect(self, event: RawEvent) -> None:
        """Take ``event`` for the message of its (source, id): a reviewer sends back what was held, clean."""
        ...

    async def keep_fate(
        self,
        envelope: Envelope,
        fate: Fate,
        received: datetime,
        keys: Sequence[str] = (),
        complaints: Sequence[Complaint] = (),
        conflicts: Sequence[Conflict] = (),
        similar: Sequence[SimilarRecord] = (),
    ) -> None:
        """Keep what became of a message."""
        ...

    async def note_duplicate(self, envelope: Envelope, received: datetime) -> None:
        """Note that the same (source, id) came with other content, which was not read."""
        ...

    async def fate(self, source: str, event: str) -> MessageFate | None:
        """Return what became of a message, or None where it has not been heard (yet)."""
        ...

    async def conflicts(self, viewer: Viewer, most: int = 1000) -> list[ReceivedConflict]:
        """Return the refused words on what is ``viewer``'s, or which it opened, oldest first."""
        ...

    async def counts(self) -> dict[str, int]:
        """Return how many messages met which fate."""
        ...


class ModerationQueue(Protocol):
    """Comments and held messages, each with what a reviewer decided."""

    async def keep_comment(
        self, envelope: Envelope, comment: CommentMade, sent_at: datetime, who: str | None
    ) -> StoredComment:
        """Keep a comment until somebody decides whether it is shown; returns it as it stands."""
        ...

    async def commented(self, envelope: Envelope) -> StoredComment | None:
        """Return the comment that came with this message before, with what was decided about it."""
        ...

    async def comment(self, key: str) -> Comment | None:
        """Return the comment under ``key``, whatever was decided about it."""
        ...

    async def comments(self, about: str) -> list[StoredComment]:
        """Return the comments on a record that may be shown, oldest first."""
        ...

    async def comments_like(self, keys: Collection[str]) -> dict[str, int]:
        """Return how many comments there are by each of these keys of what they say."""
        ...

    async def hold(
        self,
        event: RawEvent,
        who: str | None,
        reasons: Sequence[Complaint],
        at: datetime,
        cities: Sequence[str] = (),
    ) -> None:
        """Keep a message until somebody decides whether it may be taken as it is."""
        ...

    async def held(self, envelope: Envelope) -> HeldMessage | None:
        """Return the message where it was held, with what was decided about it."""
        ...

    async def waiting(self) -> list[StoredComment | HeldMessage]:
        """Return everything that waits for a decision: comments and held messages."""
        ...

    async def decided(self, since: datetime) -> list[StoredComment | HeldMessage]:
        """Return what was decided since then, at most some hundred, the newest decision first."""
        ...

    async def item(self, key: str) -> StoredComment | HeldMessage | None:
        """Return what is under ``key``: a comment, or else a held message with its data."""
        ...

    async def decide(self, key: str, seen: State, decision: Decision) -> bool:
        """Write a decision down where the item still is as it was ``seen``; returns whether it was."""
        ...


class PublisherRepository(Protocol):
    """Who may publish, by key and by account at the broker."""

    async def keep(self, publisher: Publisher) -> None:
        """Register a publisher, or change what it may do; its keys stay."""
        ...

    async def listed(self) -> list[tuple[Publisher, tuple[IssuedKey, ...]]]:
        """Return all publishers with what is kept of their keys."""
        ...

    async def add_key(self, publisher: str, key: ApiKey, at: datetime) -> bool:
        """Give a publisher another key; one that was revoked speaks again. Returns whether there is such."""
        ...

    async def end_keys(self, publisher: str, at: datetime, besides: str | None = None) -> int:
        """Let all keys of a publisher end at ``at``, except ``besides``; returns how many do."""
        ...

    async def revoke(self, publisher: str, at: datetime) -> int | None:
        """End a publisher and all its keys at once; returns how many, None where there is no such one."""
        ...

    async def by_key(self, key: ApiKey, now: datetime) -> Publisher | None:
        """Return whose key it is, if it is right and has not ended."""
        ...

    async def by_account(self, account: str) -> Publisher | None:
        """Return the publisher that speaks through ``account`` at the broker."""
        ...

    async def by_id(self, identifier: str) -> Publisher | None:
        """Return one publisher."""
        ...


class ReleaseRepository(Protocol):
    """Every release once, by process and digest; and the publishers that may add to each process."""

    async def keep(self, release: StoredRelease) -> None:
        """Keep one release of one process, once."""
        ...

    async def publishers_of(self, process: str) -> tuple[str, ...]:
        """Return the publishers of a process, its opener first; none where nobody registered opened it."""
        ...

    async def open(self, process: str, publisher: str, at: datetime) -> tuple[str, ...]:
        """Have ``publisher`` open a process that nobody opened; return whose it is, also where it is not."""
        ...

    async def let_in(self, process: str, publisher: str, at: datetime, reason: str) -> bool:
        """Let a second publisher add to a process, for an operator; returns whether there is such a one."""
        ...

    async def hand_over(self, process: str, publisher: str, at: datetime, reason: str) -> bool:
        """Give a process to another publisher alone, for an operator, and drop what was sent of it before.

        Returns whether there is such a process.
        """
        ...

    async def of(self, process: str) -> list[StoredRelease]:
        """Return the releases of a process, oldest arrival first."""
        ...


class UnplacedBuyerRepository(Protocol):
    """Buyers whose city is not known, the processes that wait for it, and what reviewers decided."""

    async def note(self, unplaced: UnplacedBuyer, process: str, at: datetime) -> None:
        """Put a buyer before the reviewers, once, and keep which process waits for the decision."""
        ...

    async def decided(self, publisher: str) -> Decided:
        """Return every decision for a publisher: the city, or None, by the buyer's name."""
        ...

    async def waiting(self) -> list[WaitingBuyer]:
        """Return the buyers that wait for a decision, with how many processes each keeps waiting."""
        ...

    async def decided_since(self, since: datetime) -> list[WaitingBuyer]:
        """Return the buyers that were decided on since then, at most some hundred, newest first."""
        ...

    async def place(self, key: str) -> WaitingBuyer | None:
        """Return what was asked, and what was decided if it was."""
        ...

    async def processes(self, key: str) -> list[str]:
        """Return the processes that wait, or waited, for the decision."""
        ...

    async def decide(self, key: str, city: str | None, who: str, at: datetime, reason: str | None) -> None:
        """Write a decision down; a later one takes its place, and all are kept."""
        ...


class BlobUpload(Protocol):
    """One deposit while its data come in; it can be claimed when all are there. ``size`` is in bytes."""

    size: int

    async def write(self, data: bytes) -> None:
        """Take the next bytes."""
        ...

    @property
    def digest(self) -> str:
        """The SHA-256 of all that was written, in hexadecimal digits."""
        ...

    async def finish(self) -> str:
        """Let what was written be claimed, and return its SHA-256; deposited before, it stays as it is."""
        ...


class BlobStore(Protocol):
    """Large payloads by owner and SHA-256; what nobody claims is gone after a day."""

    def upload(self, owner: str, received: datetime) -> AbstractAsyncContextManager[BlobUpload]:
        """Take data as they come; what was not finished when the block ends is removed.

        The chunks of a process that was killed in between have no digest: nobody can claim them, and they are
        gone after a day.
        """
        ...

    async def put(self, owner: str, data: bytes, received: datetime) -> str:
        """Keep ``data`` and return its SHA-256 in hexadecimal digits."""
        ...

    async def take(self, key: BlobKey) -> bytes | None:
        """Return what was deposited, or None where it is not (all) there any more, or somebody else's."""
        ...

    async def clear(self, key: BlobKey) -> None:
        """Forget what was taken: it held what a publisher sent, with all the people in it."""
        ...


@dataclass(frozen=True)
class SubmissionRepositories:
    """All repositories of the service, and what publishers may send in a minute."""

    records: RecordRepository
    messages: MessageRepository
    moderation: ModerationQueue
    blobs: BlobStore
    publishers: PublisherRepository
    releases: ReleaseRepository
    rate_limits: PublisherRateLimits
    unplaced_buyers: UnplacedBuyerRepository
