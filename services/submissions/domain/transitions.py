"""What may be done to a known record: confirm, withdraw, hide, count citizens' answers, let time pass.

A comment becomes evidence when the solution's own city takes it, and rates what a comment cannot know.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.submissions.domain.lifecycle import (
    CHECK_INS,
    Annotation,
    CityMove,
    Embargo,
    Opinion,
    Promotion,
    ReportedEffect,
    StepError,
    after,
    newest,
)
from services.submissions.domain.ownership import complaint_of
from services.submissions.domain.records import Record, due_question, marked, numbered, with_later
from shared.events import AdoptionEffect, Complaint, Conflict, Reply, SolutionEvidenced
from shared.facts import Effect, Fact, Id, Line, Need, Solution, Study


@dataclass(frozen=True)
class Attribution:
    """The author and the time of a statement: for provenance and for the order of statements."""

    who: str
    when: datetime
    publisher: str | None = None


@dataclass(frozen=True)
class TransitionRefused:
    """The step cannot be taken."""

    complaint: Complaint


Step = Callable[[Record, Attribution], "Record | TransitionRefused"]


@dataclass(frozen=True)
class RequestedChange:
    """A step on the record ``key`` in the name of ``city``; None: only the service itself may take it.

    With ``exact`` it is about the revision that its sender saw and no other, though the content is the same.
    """

    key: str
    city: str | None
    step: Step = field(compare=False)
    exact: bool = False


def confirming(city: str, by: str | None) -> Step:
    """The city says that the record is right, which makes a draft public and keeps what is old fresh."""

    def confirm(record: Record, teller: Attribution) -> Record | TransitionRefused:
        return foreign(city, record) or _step(record, "confirm", teller, by, None)

    return confirm


def taking_over(city: str, by: str | None) -> Step:
    """The city says that what others said since is right, and confirms the record with it."""

    def take_over(record: Record, teller: Attribution) -> Record | TransitionRefused:
        confirmed = confirming(city, by)(record, teller)
        if isinstance(confirmed, TransitionRefused) or confirmed is record:
            return confirmed
        taken = with_later(record, teller.when, by or teller.who)
        return numbered(record, taken.model_copy(update={"marks": confirmed.marks})) if taken else confirmed

    return take_over


def withdrawing(city: str, by: str | None, reason: str | None) -> Step:
    """The city takes the record back."""

    def withdraw(record: Record, teller: Attribution) -> Record | TransitionRefused:
        return foreign(city, record) or _step(record, "withdraw", teller, by, reason)

    return withdraw


def taking_back(city: str, by: str | None, reason: str | None) -> Step:
    """The withdrawal of the record was a mistake: the record is what it was before."""

    def take_back(record: Record, teller: Attribution) -> Record | TransitionRefused:
        standing = record.marks.withdrawn
        if refused := foreign(city, record):
            return refused
        if standing is None or standing.when >= teller.when:
            return record
        mark = Annotation(when=teller.when, who=by or teller.who, reason=reason, taken_back=True)
        return marked(record, withdrawn=mark)

    return take_back


def hiding(city: str, by: str | None, until: date | None, *, until_transition: bool) -> Step:
    """The city puts its solution under an embargo, or ends it."""

    def hide(record: Record, teller: Attribution) -> Record | TransitionRefused:
        standing = record.marks.embargo
        if refused := foreign(city, record):
            return refused
        if standing and standing.when > teller.when:
            return record
        who = by or teller.who
        embargo = Embargo(when=teller.when, who=who, until=until, until_transition=until_transition)
        return marked(record, embargo=embargo)

    return hide


def counting_citizens(city: str, opinion: Opinion) -> Step:
    """A platform says how citizens judged the solution; the newest word under each reference counts."""

    def count(record: Record, teller: Attribution) -> Record | TransitionRefused:
        if refused := foreign(city, record):
            return refused
        counted = opinion.model_copy(update={"by": teller.publisher})
        standing = (_taken_over(earlier, counted) for earlier in record.marks.opinions)
        return marked(record, opinions=newest([*standing], counted))

    return count


def _taken_over(earlier: Opinion, counted: Opinion) -> Opinion:
    """What was counted before counts had a publisher is the publisher's who counts it again."""
    same = earlier.by is None and earlier.reference == counted.reference
    return earlier.model_copy(update={"by": counted.by}) if same else earlier


def reporting_effect(report: AdoptionEffect) -> Step:
    """The city says what came of what it took over; of two reports of one instant the larger counts."""
    effect = Effect.model_validate(report.model_dump(include=set(Effect.model_fields)))

    def note(record: Record, teller: Attribution) -> Record | TransitionRefused:
        if refused := foreign(report.city, record):
            return refused
        said = ReportedEffect(when=teller.when, who=report.by or teller.who, effect=effect)
        reports = [one for one in (record.marks.effect, said) if one]
        return marked(record, effect=max(reports, key=lambda one: (one.when, one.model_dump_json())))

    return note


def transition(day: date) -> Step:
    """The administration of the record's city changed on ``day``."""

    def change(record: Record, _: Attribution) -> Record:
        return marked(record, transition=max(filter(None, (record.marks.transition, day))))

    return change


def passing(day: date) -> Step:
    """The clock says that ``day`` has come: an embargo may end, a confirmation lapse."""

    def let_pass(record: Record, teller: Attribution) -> Record | TransitionRefused:
        if day > teller.when.date():
            return TransitionRefused(Complaint(path="day", message=f"{day.isoformat()} has not come yet"))
        return marked(record, day=max(filter(None, (record.marks.day, day))))

    return let_pass


def again(record: Record, _: Attribution) -> Record:
    """Have the record published under a new revision: its stored data were changed by other means."""
    return record.model_copy(update={"revision": record.revision + 1})


def replying(reply: Reply) -> Step:
    """A moderator has seen what somebody named in the attempt says to it: it stands beside it."""

    def add(record: Record, _: Attribution) -> Record:
        others = (other for other in record.marks.replies if other.id != reply.id)
        return marked(record, replies=tuple(sorted((*others, reply), key=lambda item: (item.said, item.id))))

    return add


def silencing(reply: str) -> Step:
    """A moderator decided that the reply under this id is not shown, or not any more."""

    def remove(record: Record, _: Attribution) -> Record:
        return marked(record, replies=tuple(other for other in record.marks.replies if other.id != reply))

    return remove


def asking(day: date) -> Step:
    """A check-in is due on ``day``: from now on it counts as asked, and so do those before it."""

    def ask(record: Record, _: Attribution) -> Record:
        asked = due_question(record, "", day)
        if asked is None:
            return record
        missed = (months for months in CHECK_INS if months < asked.months)
        return marked(record, asked=tuple(sorted({*record.marks.asked, *missed, asked.months})))

    return ask


def foreign(city: str, record: Record) -> TransitionRefused | None:
    """The refusal to a city whose record it is not."""
    if record.owner.city == city:
        return None
    return TransitionRefused(
        complaint_of(Conflict(record=record.draft.key, owner=record.owner.city, city=city))
    )


def moving(move: CityMove, publisher: str | None) -> Step:
    """An operator moves the record to ``move.city``.

    From now on ``publisher`` may change it, or if None the first publisher that sends a statement on it.
    """

    def go(record: Record, _: Attribution) -> Record | TransitionRefused:
        fact = record.draft.fact
        if not isinstance(fact, Solution | Need) and move.city != record.owner.city:
            message = (
                f"{record.draft.key!r} has its city in its id: it can be moved to another publisher only"
            )
            return TransitionRefused(Complaint(path="city", message=message[:500]))
        moved_fact = (
            fact.model_copy(update={"city": move.city}) if isinstance(fact, Solution | Need) else fact
        )
        draft = record.draft.model_copy(update={"fact": moved_fact})
        layer = {"spoken_by": publisher} if draft.rank else {"drafted_by": publisher, "spoken_by": None}
        ownership = record.owner.model_copy(update={"city": move.city, **layer})
        moved = record.model_copy(update={"draft": draft, "ownership": ownership})
        marks = record.marks.model_copy(update={"moved": (*record.marks.moved, move)})
        return moved.model_copy(update={"marks": marks, "revision": record.revision + 1})

    return go


def drafting(move: CityMove, publisher: str) -> Callable[[Record, Attribution], Record]:
    """An operator has ``publisher`` alone add to the process that the record is drawn from."""

    def go(record: Record, _: Attribution) -> Record:
        ownership = record.owner.model_copy(update={"drafted_by": publisher})
        marks = record.marks.model_copy(update={"moved": (*record.marks.moved, move)})
        changed = {"ownership": ownership, "marks": marks, "revision": record.revision + 1}
        return record.model_copy(update=changed)

    return go


def _step(
    record: Record,
    step: Literal["confirm", "withdraw"],
    teller: Attribution,
    by: str | None,
    reason: str | None,
) -> Record | TransitionRefused:
    name: Literal["confirmed", "withdrawn"] = "confirmed" if step == "confirm" else "withdrawn"
    standing: Annotation | None = getattr(record.marks, name)
    if standing and standing.when >= teller.when:
        return record
    try:
        after(record.life, step, teller.when.date())
    except StepError:
        gone = f"{record.draft.key!r} is {record.life.state}: submit it anew"
        return TransitionRefused(Complaint(path="record", message=gone[:500]))
    mark = Annotation(when=teller.when, who=by or teller.who, reason=reason)
    return marked(record, **{name: mark})


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


def promoting(evidence: SolutionEvidenced, comment: Comment | None) -> Step:
    """The city takes a shown comment on its solution as evidence; its newest rating of it counts."""

    def promote(record: Record, teller: Attribution) -> Record | TransitionRefused:
        usable = foreign(evidence.city, record) or _usable(evidence, comment)
        if isinstance(usable, TransitionRefused):
            return usable
        study, who = _study(evidence, usable), evidence.by or teller.who
        promotion = Promotion(reference=evidence.comment, when=teller.when, who=who, study=study)
        return marked(record, promoted=newest(record.marks.promoted, promotion))

    return promote


def _usable(evidence: SolutionEvidenced, comment: Comment | None) -> Comment | TransitionRefused:
    if comment is None:
        return _refused(f"{evidence.comment!r} is not known here: take an id that /v1/comments shows")
    if comment.state != "shown":
        return _refused(f"{evidence.comment!r} is {comment.state}: say so again when /v1/comments shows it")
    if comment.about != evidence.solution:
        return _refused(
            f"{evidence.comment!r} is about {comment.about!r}: take one about {evidence.solution!r}"
        )
    return comment


def _refused(message: str) -> TransitionRefused:
    return TransitionRefused(Complaint(path="comment", message=message[:500]))


def _study(evidence: SolutionEvidenced, comment: Comment) -> Study:
    """The study as the city rates it: from the comment's city, by its own source with its address."""
    named = (comment.source and comment.source[:LONGEST_SOURCE], ADDRESS + evidence.comment)
    source = " · ".join(filter(None, named))[:500]
    return evidence.study.model_copy(update={"city": comment.city, "source": source})
