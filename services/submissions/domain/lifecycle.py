"""What happens to a record beside its content, and which state follows from it.

Confirmed, withdrawn, hidden, judged, asked, evidenced; an embargo of days, until a transition or an election.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, TypeVar

from pydantic import AwareDatetime, Field, JsonValue

from services.submissions.domain.drafts import Draft
from shared.events import Complaint, OutcomeDue, Reply, State
from shared.facts import (
    UNRESOLVED,
    Adoption,
    Citizens,
    Effect,
    Fact,
    Id,
    Implementation,
    Language,
    Line,
    Outcome,
    Solution,
    Study,
    Text,
    Verification,
)
from shared.visibility import UNTIL_TRANSITION


class Annotation(Fact):
    """Somebody confirmed or withdrew a record."""

    when: AwareDatetime
    who: Line
    reason: Line | None = None
    taken_back: bool = False


class Embargo(Fact):
    """Until when a solution is hidden; with neither day nor transition it is hidden no longer."""

    when: AwareDatetime
    who: Line | None = None
    until: date | None = None
    until_transition: bool = False


class KeyedAnnotation(Fact):
    """What counts until something newer is said under the same reference."""

    reference: Id
    when: AwareDatetime

    @property
    def key(self) -> tuple[str, str]:
        """What it takes the place of: the saying under the same key."""
        return self.reference, ""


class Opinion(KeyedAnnotation):
    """What citizens of the city answered on one platform, by the platform's reference.

    ``by`` is the publisher that counted; two platforms may have the same reference.
    """

    answers: int
    positive: int
    by: Line | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Each platform's references are its own."""
        return self.reference, self.by or ""


class Promotion(KeyedAnnotation):
    """The city took a comment as evidence, by the comment's id: ``who`` rated it so."""

    who: Line
    study: Study


class ReportedEffect(Fact):
    """What a city reported that came of what it took over."""

    when: AwareDatetime
    who: Line
    effect: Effect


class Unconfirmed(Fact):
    """What a procurement system, catalogue or platform said newest, where its city's word stands."""

    when: AwareDatetime
    who: Line
    source: str
    fact: dict[str, JsonValue]


class CityMove(Fact):
    """An operator moved the record to another city, or to another publisher, and why."""

    when: AwareDatetime
    who: Line
    city_before: Id
    city: Id
    publisher: Line | None = None
    reason: Line


S = TypeVar("S", bound=KeyedAnnotation)


def newest(standing: Sequence[S], added: S) -> tuple[S, ...]:
    """Return the newest saying under each key; of two in one instant the larger as text."""
    ordered = sorted((*standing, added), key=lambda item: (item.when, item.model_dump_json()))
    by_key = {item.key: item for item in ordered}
    return tuple(by_key[key] for key in sorted(by_key))


class Exchange(Fact):
    """One side of a question that two cities publish: the words of the city that asks, or of its answer."""

    question: Id
    kind: Literal["question", "answer"]
    city: Id
    by: Line
    text: Text
    language: Language
    said: AwareDatetime
    comment: Id = Field(description="The id of the comment that a moderator has seen")


class Annotations(Fact):
    """What happened to a record beside its content; ``day`` is the newest day the clock told it of."""

    confirmed: Annotation | None = None
    withdrawn: Annotation | None = None
    embargo: Embargo | None = None
    transition: date | None = None
    day: date | None = None
    asked: tuple[int, ...] = Field((), description="Check-ins asked, in months after the start")
    opinions: tuple[Opinion, ...] = ()
    promoted: tuple[Promotion, ...] = Field((), description="Comments that the city took as evidence")
    effect: ReportedEffect | None = None
    declared: date | None = Field(None, description="Of an adoption: the day of its earliest declaration")
    unconfirmed: Unconfirmed | None = None
    moved: tuple[CityMove, ...] = ()
    replies: tuple[Reply, ...] = Field((), description="What those named in a failure say to it")
    exchanges: tuple[Exchange, ...] = Field((), description="Sides of questions that moderators have seen")
    taken_back: tuple[Line, ...] = Field((), description="`<question>|<city>` of what its city took back")

    def on(self, solution: Solution) -> Solution:
        """Return ``solution`` with what citizens answered, and what its city took from comments."""
        return solution.model_copy(update=self._answers(solution.citizens) | self._evidence(solution.studies))

    def on_adoption(self, adoption: Adoption, recorded: AwareDatetime) -> Adoption:
        """Return ``adoption`` with the effect that was reported, unless it was declared with one since."""
        report = self.effect
        if report is None or (adoption.effect is not None and recorded > report.when):
            return adoption
        return adoption.model_copy(update={"effect": report.effect})

    def _answers(self, citizens: Citizens) -> dict[str, Citizens]:
        if not self.opinions:
            return {}
        answers, positive = (
            sum(getattr(opinion, name) for opinion in self.opinions) for name in ("answers", "positive")
        )
        return {"citizens": citizens.model_copy(update={"answers": answers, "positive": positive})}

    def _evidence(self, studies: tuple[Study, ...]) -> dict[str, tuple[Study, ...]]:
        """A comment is one study, though the city may have copied it into its own word since."""
        taken = {promotion.study.source: promotion.study for promotion in self.promoted}
        own = (study for study in studies if study.source not in taken)
        return {"studies": (*own, *taken.values())} if taken else {}


Step = Literal["confirm", "publish", "lapse", "withdraw"]

MONTHS_BEFORE_STALE = 13
CHECK_INS = (6, 12, 24)
EFFECT_CHECK_INS = (12, 24)
HINT = 0  # the months of a question that records gave rise to, not the calendar
MONTHS_A_HINT_IS_FRESH = 12

STEPS: Mapping[tuple[State, Step], State] = {
    ("draft", "confirm"): "confirmed",
    ("confirmed", "confirm"): "confirmed",
    ("confirmed", "publish"): "published",
    ("published", "confirm"): "published",
    ("published", "lapse"): "stale",
    ("stale", "confirm"): "published",
    **{(state, "withdraw"): "withdrawn" for state in ("draft", "confirmed", "published", "stale")},
}

_OPEN = frozenset({Outcome.RUNNING, Outcome.UNKNOWN})


class StepError(ValueError):
    """A record cannot go that way; the message names the ways that are open."""


class Lifecycle(Fact):
    """Where a record stands. ``confirmed`` is the day of the newest confirmation by the city itself.

    An embargo ends on ``embargo_until``, or with the transition it waits for (a new administration); a
    record under both stays hidden until both have come.
    """

    state: State = "draft"
    confirmed: date | None = None
    embargo_until: date | None = None
    embargo_until_transition: bool = False


def after(life: Lifecycle, step: Step, day: date) -> Lifecycle:
    """Return the record's life after ``step`` on ``day``; raises :class:`StepError` on a closed way.

    A draft is not published unconfirmed: failures read from procurement data wait for the city's word.
    """
    state = STEPS.get((life.state, step))
    if state is None:
        ways = ", ".join(way for before, way in STEPS if before == life.state) or "none"
        raise StepError(f"a {life.state} record cannot {step}; open: {ways}")
    confirmed = day if step == "confirm" else life.confirmed
    return life.model_copy(update={"state": state, "confirmed": confirmed})


def state_on(life: Lifecycle, day: date) -> State:
    """Return the state on ``day``: published without confirmation for 13 months is stale."""
    if life.state == "published" and life.confirmed and day >= lapses_on(life.confirmed):
        return "stale"
    return life.state


def lapses_on(confirmed: date) -> date:
    """Return the day on which a confirmation of ``confirmed`` is too old."""
    return months_after(confirmed, MONTHS_BEFORE_STALE)


def embargo_end(life: Lifecycle, day: date, transition: date | None = None) -> date | None:
    """Return the first day without the embargo, as known on ``day``; ``None`` where there never was one.

    ``transition`` is when the administration changed; until then no day is known on which the embargo ends.
    """
    came = transition is not None and transition <= day
    return UNTIL_TRANSITION if life.embargo_until_transition and not came else life.embargo_until


def overdue(attempt: Implementation, day: date, reported: date | None = None) -> tuple[int, ...]:
    """Return the months (of 6, 12, 24) whose check-in passed before ``day`` without a word since.

    ``reported`` is the day of the newest report. An attempt that ended is not asked any more, and one whose
    start is not known cannot be counted.
    """
    if attempt.started is None or attempt.outcome not in _OPEN:
        return ()
    days = ((months, months_after(attempt.started, months)) for months in CHECK_INS)
    return tuple(months for months, due in days if due < day and (reported is None or reported < due))


def question(
    attempt: Implementation, title: str, day: date, reported: date | None = None
) -> OutcomeDue | None:
    """Return the one question that is due on ``day``: the latest check-in come and not answered, or ``None``.

    A city that missed three check-ins is asked once, not three times.
    """
    started = attempt.started
    if started is None or attempt.outcome not in _OPEN:
        return None
    come = [(months, months_after(started, months)) for months in CHECK_INS]
    come = [(months, due) for months, due in come if due <= day and (reported is None or reported < due)]
    if not come:
        return None
    months, due = come[-1]
    reason = f"It began on {started.isoformat()}, {months} months before."
    return OutcomeDue(
        solution=attempt.solution, title=title, city=attempt.city, months=months, due=due, reason=reason
    )


def effect_question(adoption: Adoption, title: str, day: date, declared: date) -> OutcomeDue | None:
    """Return what a city is asked on ``day`` about what it took over: whether the effect came too.

    It is asked a year after it declared the adoption, and once more a year later. What was built without a
    source has no effect to compare.
    """
    if adoption.parent is None or adoption.effect is not None:
        return None
    come = [(months, months_after(declared, months)) for months in EFFECT_CHECK_INS]
    come = [(months, due) for months, due in come if due <= day]
    if not come:
        return None
    months, due = come[-1]
    return OutcomeDue(
        solution=adoption.solution,
        title=title,
        city=adoption.city,
        months=months,
        due=due,
        reason=f"It was taken over on {declared.isoformat()}, {months} months before.",
        source=adoption.parent,
        asks="effect",
    )


def hint(attempt: Implementation, title: str, recorded: date) -> OutcomeDue | None:
    """Return what a city is asked, once, when procurement records say that an attempt ended, or was to end.

    It is due the day after that end. Records never say *failed*: they are the reason to ask. What ended more
    than a year before it was ``recorded`` asks nobody, so that an archive handed in is no flood of letters.
    """
    end = attempt.ended or attempt.planned_end
    from_records = attempt.verification is Verification.PROCUREMENT_RECORD and attempt.city != UNRESOLVED
    if not from_records or end is None or months_after(end, MONTHS_A_HINT_IS_FRESH) < recorded:
        return None
    reason = attempt.why if attempt.rung and attempt.why else f"Its planned end was {end.isoformat()}."
    return OutcomeDue(
        solution=attempt.solution,
        title=title,
        city=attempt.city,
        months=HINT,
        due=end + timedelta(days=1),
        reason=" ".join(reason.split())[:200],
    )


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day: 31 August and six months is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


DAY = timedelta(days=1)


def blackout(draft: Draft, election: date | None, day: date, window: timedelta) -> Draft:
    """``draft`` as it is kept: a solution said on a ``day`` within ``window`` before the ``election`` of its
    city is hidden until the day after; an empty window hides nothing. A longer embargo of its own stays.
    """
    if not isinstance(draft.fact, Solution) or election is None or draft.embargo_until_transition:
        return draft
    if not window or not election - window <= day <= election:
        return draft
    until = max(draft.embargo_until or day, election + DAY)
    return draft.model_copy(update={"embargo_until": until})


def notice(until: date) -> Complaint:
    """What the sender is told."""
    return Complaint(
        path="embargo_until", message=f"hidden until {until}: its city votes before that, and nobody gains"
    )


def published_pairs(marks: Annotations) -> Iterator[tuple[Exchange, Exchange]]:
    """The questions with their answers that are published now; of one side said twice the later words."""
    standing = [one for one in marks.exchanges if f"{one.question}|{one.city}" not in marks.taken_back]
    questions = {one.question: one for one in standing if one.kind == "question"}
    answers = {one.question: one for one in standing if one.kind == "answer"}
    yield from ((asked, answers[key]) for key, asked in questions.items() if key in answers)
