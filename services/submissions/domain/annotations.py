"""What happens to a record beside its content: confirmed, withdrawn, hidden, judged, asked, evidenced."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from pydantic import AwareDatetime, Field, JsonValue

from shared.facts import Citizens, Fact, Id, Line, Solution, Study


class Annotation(Fact):
    """Somebody confirmed or withdrew a record."""

    when: AwareDatetime
    who: Line
    reason: Line | None = None


class Embargo(Fact):
    """Until when a solution is hidden; with neither day nor transition it is hidden no longer."""

    when: AwareDatetime
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


def newest(standing: Sequence[S], said: S) -> tuple[S, ...]:
    """Return the newest saying under each key; of two in one instant the larger as text."""
    ordered = sorted((*standing, said), key=lambda each: (each.when, each.model_dump_json()))
    by_key = {each.key: each for each in ordered}
    return tuple(by_key[key] for key in sorted(by_key))


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
    unconfirmed: Unconfirmed | None = None
    moved: tuple[CityMove, ...] = ()

    def on(self, solution: Solution) -> Solution:
        """Return ``solution`` with what citizens answered, and what its city took from comments."""
        return solution.model_copy(update=self._answers(solution.citizens) | self._evidence(solution.studies))

    def _answers(self, said: Citizens) -> dict[str, Citizens]:
        if not self.opinions:
            return {}
        answers, positive = (
            sum(getattr(each, name) for each in self.opinions) for name in ("answers", "positive")
        )
        return {"citizens": said.model_copy(update={"answers": answers, "positive": positive})}

    def _evidence(self, said: tuple[Study, ...]) -> dict[str, tuple[Study, ...]]:
        """A comment is one study, though the city may have copied it into its own word since."""
        taken = {each.study.source: each.study for each in self.promoted}
        own = (each for each in said if each.source not in taken)
        return {"studies": (*own, *taken.values())} if taken else {}
