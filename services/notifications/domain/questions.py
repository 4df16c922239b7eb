"""A question of one city to the city that shared a solution: who may do what with it, and what follows.

| state | set by |
|---|---|
| asked | an official of the asking city |
| read | an official of the asked city opened it at the desk |
| answered, declined | an official of the asked city, once |

Cities ask and answer under the name of a post; no address and no name of a person is kept with a question.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from services.notifications.domain import calls
from services.notifications.domain.calls import Call
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.officials import Official
from shared.events import CommentMade
from shared.facts import Fact, Id, Language, Line, Solution

State: TypeAlias = Literal["asked", "read", "answered", "declined"]
Side: TypeAlias = Literal["asking", "asked"]
StepKind: TypeAlias = Literal[
    "asked",
    "read",
    "answered",
    "declined",
    "reminded",
    "agreed",
    "taken_back",
    "offered",
    "chosen",
    "cancelled",
]
LONGEST = 2_000
LONGEST_BY_MAIL = 8_000
OPEN: frozenset[State] = frozenset({"asked", "read"})


class QuestionStep(Fact):
    """What was done with a question, by which post of which city; by the service itself without a post."""

    kind: StepKind
    at: AwareDatetime
    city: Id | None = None
    post: Line | None = None


class CityAnswer(Fact):
    """The words of the asked city; empty where it declines without a reason."""

    words: str
    language: Language
    official: Id
    post: Line
    at: AwareDatetime


class CityQuestion(Fact):
    """A question with its answer; ``version`` counts its changes, ``trail`` says who did what when.

    ``told`` is false until the letters about the newest step are entrusted to delivery.
    """

    id: Id
    solution: Id
    city: Id = Field(description="The city that asks")
    to: Id = Field(description="The city that is asked")
    official: Id
    post: Line
    words: Annotated[str, Field(min_length=1, max_length=LONGEST_BY_MAIL)]
    language: Language
    asked: AwareDatetime
    state: State = "asked"
    answer: CityAnswer | None = None
    trail: tuple[QuestionStep, ...] = ()
    version: Annotated[int, Field(ge=1)] = 1
    told: bool = False
    agreed: tuple[Side, ...] = Field((), description="The sides that agree to publish it with its answer")
    call: Call | None = None
    taken_back: bool = Field(default=False, description="One side took its consent back, for good")

    def may_agree(self, side: Side) -> bool:
        """Whether ``side`` may still agree to publish it; only a question with an answer is published."""
        return self.state == "answered" and not self.taken_back and side not in self.agreed

    def may_take_back(self, side: Side) -> bool:
        """Whether ``side`` agreed, and may take that back."""
        return side in self.agreed and not self.taken_back

    @property
    def is_open(self) -> bool:
        """Whether it waits for the asked city."""
        return self.state in OPEN

    @property
    def reminded(self) -> bool:
        """Whether the asked city was reminded."""
        return any(step.kind == "reminded" for step in self.trail)

    @property
    def updated(self) -> datetime:
        """When something was done with it last."""
        return max((step.at for step in self.trail), default=self.asked)

    def side_of(self, city: str) -> Side | None:
        """The side of ``city``; None for a city that has nothing to do with it."""
        if city == self.to:
            return "asked"
        return "asking" if city == self.city else None


def ask(official: Official, solution: Solution, words: str, now: datetime) -> CityQuestion:
    """Return the question of the official's city; the same words about the same solution are the same one."""
    text = tidy_words(words)
    return CityQuestion(
        id=name_of("asked", official.city, solution.id, text.casefold()),
        solution=solution.id,
        city=official.city,
        to=solution.city,
        official=official.id,
        post=official.post,
        words=text,
        language=official.locale,
        asked=now,
        trail=(_step("asked", official, now),),
    )


def read(question: CityQuestion, official: Official, now: datetime) -> CityQuestion:
    """Return the question as it is once the asked city has opened it; itself where that is no news."""
    if question.state != "asked" or question.side_of(official.city) != "asked":
        return question
    # Nobody is written to: what is not told yet of the question itself still is.
    return _after(question, _step("read", official, now), state="read", told=question.told)


def answer(question: CityQuestion, official: Official, words: str, now: datetime) -> CityQuestion | None:
    """Return the question with its answer; None where it was answered or declined before."""
    return _close(question, official, tidy_words(words), "answered", now)


def decline(question: CityQuestion, official: Official, words: str, now: datetime) -> CityQuestion | None:
    """Return the question as declined, with a reason or without; None where that comes too late."""
    return _close(question, official, tidy_words(words), "declined", now)


def is_repeat(question: CityQuestion, words: str) -> bool:
    """Whether ``words`` are the answer that the question has already: a form that was sent twice."""
    return question.answer is not None and question.answer.words == tidy_words(words)


def remind(question: CityQuestion, now: datetime) -> CityQuestion | None:
    """Return the question as one whose city was reminded; None where it was, or has answered."""
    if question.reminded or not question.is_open:
        return None
    return _after(question, QuestionStep(kind="reminded", at=now))


def agree(question: CityQuestion, official: Official, now: datetime) -> CityQuestion | None:
    """Return the question as one that the official's city agrees to publish; None where it may not."""
    side = question.side_of(official.city)
    if side is None or not question.may_agree(side):
        return None
    step, agreed = _step("agreed", official, now), (*question.agreed, side)
    return _after(question, step, agreed=agreed, told=question.told)


def take_back(question: CityQuestion, official: Official, now: datetime) -> CityQuestion | None:
    """Return the question as one that is published no more; None where the city had not agreed."""
    side = question.side_of(official.city)
    if side is None or not question.may_take_back(side):
        return None
    return _after(question, _step("taken_back", official, now), taken_back=True, told=question.told)


def offer_call(
    question: CityQuestion, official: Official, slots: Iterable[datetime], where: str, now: datetime
) -> CityQuestion | None:
    """Return the question with times for a call that the asked city offers; None where they cannot be."""
    by = (official.id, official.post)
    call = calls.offer(slots, " ".join(where.split()), by, now, question.call)
    if question.side_of(official.city) != "asked" or call is None:
        return None
    return _after(question, _step("offered", official, now), call=call)


def choose_call(
    question: CityQuestion, official: Official, slot: datetime, now: datetime
) -> CityQuestion | None:
    """Return the question with the time that the asking city chose; None where that cannot be."""
    call = calls.choose(question.call, slot, now) if question.call else None
    if question.side_of(official.city) != "asking" or call is None:
        return None
    return _after(question, _step("chosen", official, now), call=call)


def cancel_call(question: CityQuestion, official: Official, now: datetime) -> CityQuestion | None:
    """Return the question with its call cancelled, by either side; None where there is none to come."""
    call = calls.cancel(question.call, now) if question.call else None
    if question.side_of(official.city) is None or call is None:
        return None
    return _after(question, _step("cancelled", official, now), call=call)


def published_side(question: CityQuestion, official: Official, *, withdrawn: bool = False) -> CommentMade:
    """Return the message by which the official's city publishes its side of a question, or takes it back.

    The words are those of the post that asked or answered.
    """
    answer, asked = question.answer, question.side_of(official.city) == "asked"
    assert answer is not None, f"question {question.id} has no answer"
    return CommentMade.model_validate(
        {
            "about": question.solution,
            "city": official.city,
            "kind": "answer" if asked else "question",
            "question": question.id,
            "text": "" if withdrawn else answer.words if asked else question.words,
            "language": answer.language if asked else question.language,
            "by": answer.post if asked else question.post,
            "withdrawn": withdrawn,
        }
    )


def working_days(since: datetime, now: datetime, zone: tzinfo, closed: Callable[[date], bool]) -> int:
    """Count the working days after the day of ``since``, up to and with today; holidays are ``closed``."""
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    days = ((first + timedelta(days=number)) for number in range(1, (last - first).days + 1))
    return sum(day.isoweekday() <= 5 and not closed(day) for day in days)


def tidy_words(words: str) -> str:
    """Return a text with its paragraphs, without spaces around its lines and more than one empty line."""
    lines = [line.strip() for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n\n".join(filter(None, "\n".join(lines).split("\n\n"))).strip()


def newest_first(questions: Iterable[CityQuestion]) -> list[CityQuestion]:
    """Return ``questions``, those that wait first."""
    return sorted(questions, key=lambda question: (question.is_open, question.asked), reverse=True)


def _close(
    question: CityQuestion,
    official: Official,
    words: str,
    state: Literal["answered", "declined"],
    now: datetime,
) -> CityQuestion | None:
    if not question.is_open:
        return None
    if question.side_of(official.city) != "asked":
        raise ValueError(f"{official.city} is not asked: nobody answers for another city")
    given = CityAnswer(
        words=words, language=official.locale, official=official.id, post=official.post, at=now
    )
    return _after(question, _step(state, official, now), state=state, answer=given)


def _after(question: CityQuestion, step: QuestionStep, **changes: object) -> CityQuestion:
    new = {"trail": (*question.trail, step), "version": question.version + 1, "told": False, **changes}
    return question.model_copy(update=new)


def _step(kind: StepKind, official: Official, now: datetime) -> QuestionStep:
    return QuestionStep(kind=kind, at=now, city=official.city, post=official.post)
