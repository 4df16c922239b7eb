"""What is known about one thing: the newest word about it, and what its city and the calendar made of it.

A record is a pure function of its owner's messages, in whatever order they arrive: of every kind of message
the newest counts, and the state follows from all of them together. Only two things are bound by arrival:
whose it is (``ownership.py``), and which draft it was that a city confirmed. What happens by itself is due on
a day: an embargo ends, a confirmation lapses, its city is asked.
"""

from datetime import UTC, date, datetime, time
from typing import Any, Literal

from pydantic import ValidationError

from services.submissions.domain.drafts import Draft, Recordable
from services.submissions.domain.lifecycle import (
    CHECK_INS,
    EFFECT_CHECK_INS,
    HINT,
    Annotations,
    Lifecycle,
    Unconfirmed,
    effect_question,
    embargo_end,
    hint,
    lapses_on,
    months_after,
    published_pairs,
    question,
    state_on,
)
from services.submissions.domain.ownership import Ownership, conflict_of, opened
from services.submissions.domain.publishers import Caller
from services.submissions.domain.revisions import differences
from services.submissions.domain.right_of_reply import answered
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    Conflict,
    LaterStatement,
    NeedRecorded,
    OutcomeDue,
    OutcomeRecorded,
    PublishedAnswer,
    Recorded,
    Reply,
    SolutionRecorded,
    State,
)
from shared.facts import (
    Adoption,
    Fact,
    Implementation,
    Need,
    Solution,
)
from shared.visibility import Status, about_solutions, embargoed

NOT_TO_TAKE = frozenset({"id", "city", "solution", "ocid", "origin", "verification", "rung", "translations"})
"""Fields that say which record it is and where it comes from, not what is known about it."""


class Record(Fact):
    """One thing in its newest revision; ``recorded`` is the time of its newest statement, from ``source``."""

    draft: Draft
    revision: int
    recorded: datetime
    source: str
    who: str = "anonymous"
    marks: Annotations = Annotations()
    ownership: Ownership | None = None

    @property
    def owner(self) -> Ownership:
        """Whose it is."""
        return self.ownership or opened(self.draft.city, self.draft.rank, None)

    @property
    def fact(self) -> Recordable:
        """What is known, with what its marks add to a solution."""
        fact = self.draft.fact
        if isinstance(fact, Adoption):
            return self.marks.on_adoption(fact, self.recorded)
        return self.marks.on(fact) if isinstance(fact, Solution) else fact

    @property
    def updated_at(self) -> datetime:
        """When it became what it is: the time of the newest statement about it."""
        marks = self.marks
        single = (marks.confirmed, marks.withdrawn, marks.embargo, marks.effect)
        marked_at = [mark.when for mark in single if mark]
        days = [_morning(day) for day in (marks.day, marks.transition) if day]
        counted = [mark.when for mark in (*marks.opinions, *marks.promoted)]
        return max([self.recorded, *marked_at, *days, *counted])

    @property
    def life(self) -> Lifecycle:
        """Its state by its messages alone; ``state`` looks at the calendar, too."""
        confirmed, withdrawn = self._confirmed, self.marks.withdrawn
        state: State = "published" if confirmed else self.draft.state if not self.draft.rank else "draft"
        stands = withdrawn is not None and not withdrawn.taken_back
        if withdrawn and stands and not (self.draft.rank and self.recorded > withdrawn.when):
            state = "withdrawn"
        until, transition = self._embargo
        return Lifecycle(
            state=state,
            confirmed=confirmed.date() if confirmed else None,
            embargo_until=until,
            embargo_until_transition=transition,
        )

    @property
    def embargoed(self) -> bool:
        """Whether it is hidden as of ``updated_at``."""
        return embargoed(self._embargo_end, self.updated_at.date())

    @property
    def state(self) -> State:
        """Its state as of ``updated_at``; confirmed but hidden is ``confirmed``, not ``published``."""
        state = state_on(self.life, self.updated_at.date())
        return "confirmed" if state in {"published", "stale"} and self.embargoed else state

    @property
    def hidden_until(self) -> date | None:
        """The day the embargo that stands ends, as it is published."""
        return self._embargo_end if self.embargoed else None

    @property
    def status(self) -> Status:
        """What decides who may see it."""
        return Status(self.state, self.owner.city, self._embargo_end, self.owner.opener(self.draft.rank))

    @property
    def declared(self) -> date:
        """Of an adoption: the day on which its city first declared it."""
        return self.marks.declared or self.recorded.date()

    @property
    def about(self) -> tuple[str, ...]:
        """The keys of the solutions it is about: it is public only while they are."""
        return tuple(f"solution|{solution}" for solution in about_solutions(self.draft.fact))

    @property
    def event(self) -> Recorded:
        """The event that publishes this record."""
        state: dict[str, Any] = {
            "revision": self.revision,
            "state": self.state,
            "recorded": self.updated_at,
            "later": self.later,
        }
        match self.fact:
            case Solution() as solution:
                return SolutionRecorded(
                    solution=solution, embargo_until=self.hidden_until, answers=self.answers, **state
                )
            case Need() as need:
                return NeedRecorded(need=need, **state)
            case Implementation() as implementation:
                return OutcomeRecorded(implementation=implementation, replies=self.replies, **state)
            case Adoption() as adoption:
                return AdoptionRecorded(adoption=adoption, **state)
            case city:
                return CityRecorded(city=city, **state)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What those named in it say to it, oldest first; each dispute with when its city answered."""
        own = [self.recorded] if self.draft.rank else []
        confirmed = [self.marks.confirmed.when] if self.marks.confirmed else []
        return answered(self.marks.replies, self.owner.city, [*own, *confirmed])

    @property
    def answers(self) -> tuple[PublishedAnswer, ...]:
        """The questions of other cities that both cities publish, with the answers; the oldest first."""
        published = [
            PublishedAnswer(
                id=asked.question,
                city=asked.city,
                by=asked.by,
                question=asked.text,
                language=asked.language,
                answered_by=answer.by,
                answer=answer.text,
                answer_language=answer.language,
                said=max(asked.said, answer.said),
            )
            for asked, answer in published_pairs(self.marks)
        ]
        return tuple(sorted(published, key=lambda one: (one.said, one.id)))

    @property
    def later(self) -> LaterStatement | None:
        """What was said after its city's own word, where it differs: the city has yet to look at it."""
        word, own = self.marks.unconfirmed, self._confirmed
        if word is None or own is None or word.when <= own:
            return None
        fields = {
            difference.path: difference.said
            for difference in differences(self.draft, word)
            if difference.path.partition("/")[0] not in NOT_TO_TAKE
        }
        return LaterStatement(said=word.when, fields=fields) if fields.keys() - {"language"} else None

    def event_with(self, attempt: "Record | None") -> Recorded:
        """The event that publishes this record; of a solution with its own city's ``attempt``."""
        event, outcome = self.event, attempt.event if attempt else None
        if isinstance(event, SolutionRecorded) and isinstance(outcome, OutcomeRecorded):
            return event.model_copy(update={"outcome": outcome})
        return event

    @property
    def _confirmed(self) -> datetime | None:
        own = self.recorded if self.draft.rank else None
        by_hand = self.marks.confirmed.when if self.marks.confirmed else None
        return max(filter(None, (own, by_hand)), default=None)

    @property
    def _embargo_end(self) -> date | None:
        return embargo_end(self.life, self.updated_at.date(), self.marks.transition)

    @property
    def _embargo(self) -> tuple[date | None, bool]:
        mark = self.marks.embargo
        if mark and mark.when >= self.recorded:
            return mark.until, mark.until_transition
        return self.draft.embargo_until, self.draft.embargo_until_transition


def revise(
    current: Record | None,
    draft: Draft,
    sent_at: datetime,
    source: str,
    who: str = "anonymous",
    publisher: str | None = None,
) -> Record:
    """Return the newest record: ``current`` itself where the draft says nothing new or came late.

    A city's own word outranks a draft from its procurement records, whenever either came, and a draft never
    takes the place of one that was confirmed: it is kept beside it. Of two statements of the same instant the
    larger digest wins. So every order of arrival ends the same. The same statement sent again later is
    a confirmation of it. Whether ``publisher`` may send it was checked before.
    """
    revised = _newest(current, draft, sent_at, source, who, publisher)
    if not isinstance(draft.fact, Adoption):
        return revised
    declared = min(sent_at.date(), current.declared) if current else sent_at.date()
    marks = revised.marks.model_copy(update={"declared": declared})
    return revised.model_copy(update={"marks": marks})


def _newest(
    current: Record | None, draft: Draft, sent_at: datetime, source: str, who: str, publisher: str | None
) -> Record:
    fresh = Record(draft=draft, revision=1, recorded=sent_at, source=source, who=who)
    if current is None:
        return fresh.model_copy(update={"ownership": opened(draft.city, draft.rank, publisher)})
    current = current.model_copy(update={"ownership": current.owner.after(draft.city, draft.rank, publisher)})
    if draft.rank < current.draft.rank or (not draft.rank and current.marks.confirmed):
        return _beside(current, fresh)
    if draft.content == current.draft.content:
        return _following(current, fresh) if sent_at > current.recorded else current
    if (draft.rank, sent_at, draft.content) < (current.draft.rank, current.recorded, current.draft.content):
        return current
    return _following(_beside(current, current) if draft.rank > current.draft.rank else current, fresh)


def with_later(current: Record, when: datetime, who: str) -> Record | None:
    """Return ``current`` with what was said since in the place of its own words, as said by ``who``.

    None where nothing was said until ``when``, or nothing that fits. Its embargo stays.
    """
    later = current.later
    if later is None or later.said > when:
        return None
    try:
        fact = type(current.draft.fact).model_validate(later.on(current.draft.fact.model_dump(mode="json")))
    except ValidationError:
        return None
    life = current.life
    hidden = {"embargo_until": life.embargo_until, "embargo_until_transition": life.embargo_until_transition}
    draft = current.draft.model_copy(update={"fact": fact, **hidden})
    return current.model_copy(update={"draft": draft, "recorded": when, "who": who})


def attempt_key(record: Record) -> str | None:
    """The key of the attempt of a solution's own city, whether there is one or not; None for other kinds."""
    fact = record.draft.fact
    return f"outcome|{fact.id}|{fact.city}" if isinstance(fact, Solution) else None


def _following(current: Record, fresh: Record) -> Record:
    """``fresh`` under the next revision, with all that happened to ``current``."""
    return numbered(
        current, fresh.model_copy(update={"marks": current.marks, "ownership": current.ownership})
    )


def _beside(current: Record, other: Record) -> Record:
    """``current`` with what ``other`` says beside it, if that is the newest unconfirmed word."""
    fact = other.draft.fact.model_dump(mode="json")
    unconfirmed = Unconfirmed(when=other.recorded, who=other.who, source=other.source, fact=fact)
    standing = current.marks.unconfirmed
    if standing and (standing.when, standing.model_dump_json()) >= (
        unconfirmed.when,
        unconfirmed.model_dump_json(),
    ):
        return current
    return marked(current, unconfirmed=unconfirmed)


def marked(current: Record, **changes: object) -> Record:
    """Return ``current`` with other marks."""
    return numbered(current, current.model_copy(update={"marks": current.marks.model_copy(update=changes)}))


def numbered(current: Record, changed: Record) -> Record:
    """Return ``changed`` under the next revision, or under the same where nobody outside sees a change."""
    renumbered = changed.model_copy(update={"revision": current.revision})
    if renumbered.event.model_dump(exclude={"recorded"}) == current.event.model_dump(exclude={"recorded"}):
        return renumbered
    return changed.model_copy(update={"revision": current.revision + 1})


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def word_conflict(
    draft: Draft, record: Record | None, caller: Caller, opener: str | None = None
) -> Conflict | None:
    """What stands against ``draft`` as a word on ``record``, which is None where there is none yet."""
    owner = record.owner if record else None
    return conflict_of(draft.key, owner, draft.named_city, draft.rank, caller, opener)


def due_question(record: Record, title: str, day: date) -> OutcomeDue | None:
    """Return what the city is to be asked on ``day``; the same day always brings the same question."""
    attempt = record.fact
    if isinstance(attempt, Adoption) and record.state not in {"draft", "withdrawn"}:
        return effect_question(attempt, title or attempt.solution, day, record.declared)
    if not isinstance(attempt, Implementation) or record.state == "withdrawn" or not record.draft.resolved:
        return None
    title = title or attempt.solution
    if record.state == "draft":
        hinted = hint(attempt, title, record.recorded.date())
        return hinted if hinted and hinted.due <= day else None
    asked = question(attempt, title, day, _reported(record))
    return asked and asked.model_copy(update={"city": attempt.city})


def titled(question: OutcomeDue, solution: Solution | None) -> OutcomeDue:
    """``question`` with the language of the title, and the title in others; no title has no language."""
    if solution is None:
        return question
    titles = {language: given.title for language, given in solution.translations.items()}
    return question.model_copy(update={"language": solution.language, "titles": titles})


Due = tuple[date, Literal["embargo", "lapse", "check_in"]]


def next_due(record: Record) -> Due | None:
    """Return the next day on which something happens to a record by itself, and what."""
    return min(_dues(record), default=None)


def _dues(record: Record) -> list[Due]:
    life, dues = record.life, list[Due]()
    if isinstance(record.fact, Solution) and record.embargoed and life.embargo_until:
        waiting = life.embargo_until > record.updated_at.date()
        dues += [(life.embargo_until, "embargo")] if waiting else []
    if life.confirmed and state_on(life, record.updated_at.date()) == "published":
        dues.append((lapses_on(life.confirmed), "lapse"))
    if (check_in := _next_check_in(record)) is not None:
        dues.append((check_in, "check_in"))
    return dues


def _next_check_in(record: Record) -> date | None:
    attempt = record.fact
    if isinstance(attempt, Adoption):
        days = [
            months_after(record.declared, months)
            for months in EFFECT_CHECK_INS
            if months not in record.marks.asked
        ]
        return next((day for day in days if due_question(record, "", day)), None)
    if not isinstance(attempt, Implementation) or record.state == "withdrawn" or not record.draft.resolved:
        return None
    if record.state == "draft":
        hinted = hint(attempt, attempt.solution, record.recorded.date())
        return hinted.due if hinted and HINT not in record.marks.asked else None
    if not attempt.started:
        return None
    days = [months_after(attempt.started, months) for months in CHECK_INS if months not in record.marks.asked]
    return next((day for day in days if due_question(record, "", day)), None)


def _reported(record: Record) -> date | None:
    return record.recorded.date() if record.draft.rank else None
