"""A comment becomes evidence: the solution's own city takes it, and rates what a comment cannot know."""

from typing import Literal

from services.submissions.domain.annotations import Promotion, newest
from services.submissions.domain.records import Record, marked
from services.submissions.domain.transitions import Attribution, Step, TransitionRefused, foreign
from shared.events import Complaint, SolutionEvidenced
from shared.facts import Fact, Id, Line, Study

ADDRESS = "urn:citiesshare:comment:"
LONGEST_SOURCE = 400  # which leaves room for the comment's address in one line


class Comment(Fact):
    """A comment as it is kept: about which record, of which city, from where, and what a reviewer decided."""

    about: Id
    city: Id
    source: Line | None = None
    state: Literal["waiting", "shown", "refused"]


class EvidenceStudies(Fact):
    """The studies of a solution alone: the field that a promotion is a word about."""

    studies: tuple[Study, ...]


def promoting(said: SolutionEvidenced, comment: Comment | None) -> Step:
    """The city takes a shown comment on its solution as evidence; its newest rating of it counts."""

    def promote(record: Record, teller: Attribution) -> Record | TransitionRefused:
        usable = foreign(said.city, record) or _usable(said, comment)
        if isinstance(usable, TransitionRefused):
            return usable
        study, who = _study(said, usable), said.by or teller.who
        promotion = Promotion(reference=said.comment, when=teller.when, who=who, study=study)
        return marked(record, promoted=newest(record.marks.promoted, promotion))

    return promote


def _usable(said: SolutionEvidenced, comment: Comment | None) -> Comment | TransitionRefused:
    if comment is None:
        return _refused(f"{said.comment!r} is not known here: take an id that /v1/comments shows")
    if comment.state != "shown":
        return _refused(f"{said.comment!r} is {comment.state}: say so again when /v1/comments shows it")
    if comment.about != said.solution:
        return _refused(f"{said.comment!r} is about {comment.about!r}: take one about {said.solution!r}")
    return comment


def _refused(message: str) -> TransitionRefused:
    return TransitionRefused(Complaint(path="comment", message=message[:500]))


def _study(said: SolutionEvidenced, comment: Comment) -> Study:
    """The study as the city rates it: from the comment's city, by its own source with its address."""
    named = (comment.source and comment.source[:LONGEST_SOURCE], ADDRESS + said.comment)
    source = " · ".join(filter(None, named))[:500]
    return said.study.model_copy(update={"city": comment.city, "source": source})
