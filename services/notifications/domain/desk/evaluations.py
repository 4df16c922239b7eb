"""Evaluators: who is asked to judge a solution, what they recommend, and what its own city decides.

An evaluator's notes are stored apart from all this (``EvaluatorNotes``): only the person who wrote them can
read them. What is recommended becomes evidence by the word of the solution's own city alone.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.notifications.domain.desk.records import OwnRecord
from services.notifications.domain.desk.sessions import holder_of
from services.notifications.domain.officials import Official
from shared.events import SolutionSubmitted
from shared.facts import Fact, Id, Line, Solution, Study, Text
from shared.visibility import UNTIL_TRANSITION

LONGEST_REASON = 5_000
LONGEST_NOTES = 20_000
DESIGNS = tuple(range(6))
"""The levels of the Maryland scale."""
SIGNS: tuple[Literal["+", "0", "-"], ...] = ("+", "0", "-")


class Recommendation(Fact):
    """Which evidence an evaluator saw: the design by the Maryland scale, what it shows, and why."""

    sms: Annotated[int, Field(ge=0, le=5)]
    sign: Literal["+", "0", "-"]
    reason: Text
    at: AwareDatetime


class EvidenceDecision(Fact):
    """What the solution's own city made of a recommendation."""

    accepted: bool
    by: Line
    at: AwareDatetime


class SolutionEvaluation(Fact):
    """A post is asked to judge a solution of ``owner``; ``holder`` is the hash of the person asked.

    ``version`` counts its changes.
    """

    id: Id
    solution: Id
    owner: Id
    official: Id
    holder: str
    post: Line
    city: Id
    assigned_by: Line
    by_operator: bool = False
    assigned: AwareDatetime
    ended: AwareDatetime | None = None
    recommendation: Recommendation | None = None
    decision: EvidenceDecision | None = None
    version: int = 1

    def is_of(self, official: Official) -> bool:
        """Whether ``official`` is the person who was asked; who takes the post over later is not."""
        return self.official == official.id and self.holder == holder_of(official)

    @property
    def open(self) -> bool:
        """Whether the evaluator may still recommend something."""
        return self.ended is None

    @property
    def waits(self) -> bool:
        """Whether the solution's own city has a recommendation to decide on."""
        return self.open and self.recommendation is not None and self.decision is None

    def recommended(self, recommendation: Recommendation) -> "SolutionEvaluation":
        """Return it with a recommendation, on which the city decides anew."""
        changes = {"recommendation": recommendation, "decision": None, "version": self.version + 1}
        return self.model_copy(update=changes)

    def decided(self, decision: EvidenceDecision) -> "SolutionEvaluation":
        """Return it with the decision of the city."""
        return self.model_copy(update={"decision": decision, "version": self.version + 1})

    def ended_at(self, at: datetime) -> "SolutionEvaluation":
        """Return it ended; who ended it already ended nothing more."""
        return self if self.ended else self.model_copy(update={"ended": at, "version": self.version + 1})

    def again(self, by: str, at: datetime) -> "SolutionEvaluation":
        """Return it begun anew where it had ended."""
        if self.open:
            return self
        changes = {"ended": None, "assigned_by": by, "assigned": at, "version": self.version + 1}
        return self.model_copy(update=changes)


class EvaluatorNotes(Fact):
    """What an evaluator writes down for themselves; ``version`` counts how often it was saved."""

    evaluation: Id
    official: Id
    holder: str
    text: str = ""
    version: int = 0
    at: AwareDatetime | None = None


def assigned(
    solution: str, owner: str, evaluator: Official, by: Official, at: datetime, *, by_operator: bool
) -> SolutionEvaluation:
    """Return the evaluation that ``by`` assigns; the same person and solution are always the same one."""
    holder = holder_of(evaluator)
    identifier = blake2b(f"{solution}|{holder}".encode(), digest_size=16).hexdigest()
    return SolutionEvaluation(
        id=identifier,
        solution=solution,
        owner=owner,
        official=evaluator.id,
        holder=holder,
        post=evaluator.post,
        city=evaluator.city,
        assigned_by=by.post,
        by_operator=by_operator,
        assigned=at,
    )


def may_evaluate(official: Official) -> bool:
    """Whether somebody holds the post and confirmed the address."""
    return official.status == "active"


def study_of(evaluation: SolutionEvaluation, city_name: str) -> Study | None:
    """Return the recommendation as a study: it names the post and its city, never a person."""
    recommendation = evaluation.recommendation
    if recommendation is None:
        return None
    return Study(
        sms=recommendation.sms,
        independence="self" if evaluation.city == evaluation.owner else "independent",
        city=evaluation.city,
        sign=recommendation.sign,
        source=f"Evaluation by {evaluation.post[:200]}, {city_name[:200]}, {recommendation.at:%Y-%m-%d}",
    )


def takes_evidence(record: OwnRecord) -> bool:
    """Whether evidence can be added to what is recorded: not to a draft, nor to what was withdrawn."""
    return isinstance(record.fact, Solution) and record.state not in {"draft", "withdrawn"}


def with_study(record: OwnRecord, study: Study) -> SolutionSubmitted | None:
    """Return the message by which a city takes ``study`` into its solution; None where it has it already.

    A newer recommendation of the same post takes the place of its older one.
    """
    solution = record.fact
    if not isinstance(solution, Solution) or not takes_evidence(record) or study in solution.studies:
        return None
    by = (study.source or "").rpartition(", ")[0]
    others = [one for one in solution.studies if not (one.source or "").startswith(f"{by}, ")]
    until_transition = record.embargo_until == UNTIL_TRANSITION
    changes = {
        "studies": (*others, study),
        "embargo_until": None if until_transition else record.embargo_until,
        "embargo_until_transition": until_transition,
        "based_on": record.revision,
    }
    return SolutionSubmitted.model_validate({**solution.model_dump(), **changes})
