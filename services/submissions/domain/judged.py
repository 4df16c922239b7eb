"""The judgement on a message: things to keep, and complaints its sender can act on."""

from dataclasses import dataclass

from services.submissions.domain.drafts import Draft
from services.submissions.domain.steps import Change
from shared.events import CityTransition, CommentMade, Complaint, RecordDue, SolutionEvidenced


@dataclass(frozen=True)
class Judged:
    """What a message asks to keep, or the complaints that stand against it.

    ``drafts`` are words about things, ``changes`` are steps on records that are known, and the others are
    kept for what they are.
    """

    drafts: tuple[Draft, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    changes: tuple[Change, ...] = ()
    comment: CommentMade | None = None
    evidence: SolutionEvidenced | None = None
    transition: CityTransition | None = None
    due: RecordDue | None = None

    @property
    def useless(self) -> bool:
        """Whether there is nothing in it but complaints."""
        others = (self.comment, self.evidence, self.transition, self.due)
        kept = (*self.drafts, *self.changes, *others)
        return bool(self.complaints) and not any(kept)


def refuse(path: str, message: str) -> Judged:
    """Return the judgement that one thing is wrong."""
    return Judged(complaints=(Complaint(path=path, message=message[:500]),))
