"""The legacy pack: at a transition, what the city shared, whom to ask, and what is still to be learned."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.notifications.domain.letter_content import FAILED
from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.localized_texts import choose, distinct
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from shared.facts import Contact, Fact, Id, Implementation, Language, Outcome, Solution

MOST = 40
ALL = 1_000


class SharedSolution(Fact):
    """One solution of the city: what became of it and whom to ask."""

    solution: Id
    title: Shown
    language: Language
    outcome: Outcome
    contact: Contact | None = None
    open_lesson: bool = False
    titles: dict[Language, str] = Field({}, exclude=True, description="The title in other languages")


class LegacyPackLetter(Letter):
    """What the office leaves behind; ``rest`` is on the page only, ``more`` counts it."""

    kind: Literal["legacy_pack"] = "legacy_pack"
    transition: date
    kept: tuple[SharedSolution, ...]
    rest: tuple[SharedSolution, ...] = ()
    more: int = 0

    @property
    def tells_of(self) -> tuple[str, ...]:
        """Everything that the city shared."""
        return tuple(f"solution|{one.solution}" for one in self.everything())

    def without(self, hidden: frozenset[str]) -> "LegacyPackLetter | None":
        """The pack without what was withdrawn since."""
        main, rest = (
            tuple(one for one in some if f"solution|{one.solution}" not in hidden)
            for some in (self.kept, self.rest)
        )
        if not main and not rest:
            return None
        return self.model_copy(update={"kept": main, "rest": rest, "more": len(rest)})

    def everything(self) -> tuple[SharedSolution, ...]:
        """All of it, in the letter or on its page."""
        return (*self.kept, *self.rest)


def shared_solution(solution: Solution, own: Implementation | None) -> SharedSolution:
    """One line of the pack; a failure without a decision to change is a lesson still open."""
    outcome = own.outcome if own else Outcome.UNKNOWN
    decision = own.failure.decision_to_change if own and own.failure else None
    return SharedSolution(
        solution=solution.id,
        title=solution.title,
        language=solution.language,
        outcome=outcome,
        contact=solution.contact,
        open_lesson=outcome in FAILED and not decision,
        titles={language: given.title for language, given in solution.translations.items()},
    )


def write(
    official: Official, transition: date, everything: tuple[SharedSolution, ...], written: datetime
) -> LegacyPackLetter | None:
    """The pack of one transition to one official, once; ``None`` where the city shared nothing."""
    if not everything:
        return None
    ordered = sorted(everything, key=lambda one: (not one.open_lesson, one.title, one.solution))
    titles = (choose(one.title, one.language, one.titles, official.speaks()) for one in ordered[:ALL])
    return LegacyPackLetter(
        **envelope(official).model_dump(),
        id=letter_id("legacy_pack", official.id, official.city, transition.isoformat()),
        written=written,
        phrases=distinct(one for one in titles if one.original is not None),
        transition=transition,
        kept=tuple(ordered[:MOST]),
        rest=tuple(ordered[MOST:ALL]),
        more=len(ordered[MOST:ALL]),
    )
