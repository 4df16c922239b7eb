"""What a mayor or a council is told of a solution, on one page: chosen from its facts, nothing added."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from services.notifications.domain.vocabulary import VOCABULARY
from shared.events import Brief
from shared.facts import Implementation, Legal, Outcome

WORST_FIRST: Final = (
    Outcome.FAILED,
    Outcome.ABANDONED,
    Outcome.PARTIAL,
    Outcome.SUCCEEDED,
    Outcome.RUNNING,
    Outcome.UNKNOWN,
)
EARLIEST: Final = date.min


class LegalQuestions(NamedTuple):
    """The five questions of law: what is settled, what is not, and what nobody said."""

    settled: tuple[str, ...]
    not_settled: tuple[str, ...]
    not_known: tuple[str, ...]


class Briefing(NamedTuple):
    """What the page says besides the solution's own words.

    ``outcomes`` are how many attempts went how, failures first; ``attempts`` are in the same order, and the
    newest of each first. ``sources`` are each named once.
    """

    outcomes: tuple[tuple[Outcome, int], ...]
    attempts: tuple[Implementation, ...]
    law: LegalQuestions
    sources: tuple[str, ...]
    training: tuple[str, ...]


def briefing_of(brief: Brief) -> Briefing:
    """Return what a page says of a solution and of every attempt at it."""
    solution = brief.solution
    attempts = sorted(
        brief.implementations,
        key=lambda one: (WORST_FIRST.index(one.outcome), -_ended(one).toordinal(), one.city),
    )
    number = Counter(one.outcome for one in attempts)
    studies = (study.source for study in solution.studies)
    failures = (one.failure.evidence for one in attempts if one.failure)
    return Briefing(
        tuple((outcome, number[outcome]) for outcome in WORST_FIRST if number[outcome]),
        tuple(attempts),
        legal_questions(solution.legal),
        _distinct((*studies, solution.page, *failures)),
        _distinct(unit.training for unit in solution.units),
    )


def legal_questions(legal: Legal) -> LegalQuestions:
    """Return the questions by what is known of them."""
    answers = {name: getattr(legal, name) for name in VOCABULARY["law"]}
    return LegalQuestions(
        *(tuple(name for name, said in answers.items() if said is wanted) for wanted in (True, False, None))
    )


def _ended(one: Implementation) -> date:
    return one.ended or one.started or EARLIEST


def _distinct(several: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in several if one))
