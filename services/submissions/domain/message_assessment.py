"""The judgement on a message: things to keep, and complaints its sender can act on."""

from dataclasses import dataclass, replace

from services.submissions.domain.drafts import Draft
from services.submissions.domain.ocds.buyer_city import UnplacedBuyer
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.transitions import RequestedChange
from shared.events import (
    Actor,
    AdoptionEffect,
    CityTransition,
    CommentMade,
    Complaint,
    Conflict,
    RecordDue,
    SolutionEvidenced,
)


@dataclass(frozen=True)
class AssessedProcess:
    """One contracting process as it would be with the releases of a message, which are not kept yet."""

    key: str
    releases: tuple[Release, ...]
    drafts: tuple[Draft, ...]
    unplaced: UnplacedBuyer | None = None

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities that are clear."""
        return tuple(sorted({draft.city for draft in self.drafts if draft.resolved}))


@dataclass(frozen=True)
class MessageAssessment:
    """What a message asks to keep, or the complaints that stand against it.

    ``drafts`` are words about things, ``processes`` what releases say, ``changes`` are steps on records that
    are known, and the others are kept for what they are. ``actor`` is the official who sends it,
    ``based_on`` the revision that the sender saw, ``conflicts`` are the words on others' records that were
    left out. ``attempt`` is the key of an attempt that is reported with its solution, in one message, with
    ``attempt_based_on`` as the revision of it that the sender saw.
    """

    drafts: tuple[Draft, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    changes: tuple[RequestedChange, ...] = ()
    comment: CommentMade | None = None
    evidence: SolutionEvidenced | None = None
    effect: AdoptionEffect | None = None
    transition: CityTransition | None = None
    due: RecordDue | None = None
    processes: tuple[AssessedProcess, ...] = ()
    actor: Actor | None = None
    based_on: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    attempt: str | None = None
    attempt_based_on: int | None = None

    def based_on_of(self, key: str) -> int | None:
        """Return the revision of the record ``key`` that the sender saw."""
        return self.attempt_based_on if key == self.attempt else self.based_on

    def path_of(self, draft: Draft, path: str) -> str:
        """Return where ``path`` of what ``draft`` says stands in the message."""
        return f"attempt.{path}" if draft.key == self.attempt else path

    def all_or_none(self, left: "MessageAssessment") -> "MessageAssessment":
        """Return ``left``, what may be kept of this; nothing where a solution would lack its attempt.

        Other cities would read of the solution without the failure that was reported with it.
        """
        asked, left_count = (len(assessment.drafts) + len(assessment.changes) for assessment in (self, left))
        return replace(left, drafts=(), changes=()) if self.attempt and left_count < asked else left

    @property
    def useless(self) -> bool:
        """Whether there is nothing in it but complaints."""
        others = (self.comment, self.evidence, self.effect, self.transition, self.due)
        parts = (*self.drafts, *self.processes, *self.changes, *others)
        return bool(self.complaints) and not any(parts)


def refuse(path: str, message: str) -> MessageAssessment:
    """Return the judgement that one thing is wrong."""
    return MessageAssessment(complaints=(Complaint(path=path, message=message[:500]),))
