"""The evidence ladder: what the records of one contract let one say of its outcome. First match wins.

Only a city's own report (rung 1) may say *failed*, and it never comes from here: every rung below leads to
``Outcome.UNKNOWN`` (or ``RUNNING``) with a finding, and the city is asked. ``terminated`` alone is rung 7: in
OCDS 1.1 it means "has come to a close", by success or otherwise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.submissions.domain.imported_facts import Finding
from services.submissions.domain.ocds.conversions import day, planned_end
from services.submissions.domain.ocds.release_models import (
    Award,
    Contract,
    ContractImplementation,
    Lot,
    Milestone,
)

OVERRUN = 1.2
DELAY = 0.25
EARLY = 0.10
FINAL = {
    "complete": Finding.COMPLETED,
    "incomplete": Finding.ENDED_EARLY,
    "cancelled": Finding.NOT_TRIED,
    "unsuccessful": Finding.NOT_TRIED,
}


class OutcomeFinding(NamedTuple):
    """A rung (None: none applies, it is running), what it lets one say, how sure (0–1), and why in words."""

    rung: int | None
    finding: Finding
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class ContractEvidence:
    """All that bears on the outcome of one contract, as of one day."""

    contract: Contract
    award: Award | None
    closed: bool
    as_of: date
    lots: tuple[Lot, ...] = ()

    @property
    def delivery(self) -> ContractImplementation:
        """What is said of the implementation; empty if nothing is."""
        return self.contract.implementation or ContractImplementation()

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Milestones of the implementation first, then those of the contract."""
        return self.delivery.milestones + self.contract.milestones

    @property
    def start(self) -> date | None:
        """When it began: period, signature, or award."""
        period = self.contract.period or (self.award.contract_period if self.award else None)
        award = self.award.date if self.award else None
        return day(period.start_date if period else None, self.contract.date_signed, award)

    @property
    def planned_end(self) -> date | None:
        """When it was to end; of several lots the last one counts."""
        agreed = (self.contract.period, self.award.contract_period if self.award else None)
        of_lots = (planned_end(lot.contract_period) for lot in self.lots)
        return planned_end(*agreed) or max((end for end in of_lots if end), default=None)

    @property
    def explicit_end(self) -> date | None:
        """When it ended, where somebody says so outright; a release's own date never counts."""
        return day(self.delivery.end_date, self.contract.final_status_date)

    @property
    def overrun(self) -> float | None:
        """Final value over agreed value, same currency; None if either is not known."""
        final = self.delivery.final_value
        agreed = self.contract.value or (self.award.value if self.award else None)
        if (
            not final
            or not agreed
            or final.amount is None
            or not agreed.amount
            or final.currency != agreed.currency
        ):
            return None
        return float(final.amount / agreed.amount)

    @property
    def delay(self) -> float | None:
        """How much later (or, below 0, earlier) it ended, as a share of the planned period."""
        if self.start is None or self.planned_end is None or self.explicit_end is None:
            return None
        planned = (self.planned_end - self.start).days
        return (self.explicit_end - self.planned_end).days / planned if planned > 0 else None


def classify(evidence: ContractEvidence) -> OutcomeFinding:
    """The first rung that holds."""
    return next((step for rung in RUNGS if (step := rung(evidence))), RUNNING)


RUNNING = OutcomeFinding(None, Finding.RUNNING, 0.0, "Under way as far as the records say.")


def final_status(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 2: the final status of OCDS 1.2."""
    status = evidence.contract.final_status or ""
    if status not in FINAL:
        return None
    details = evidence.contract.final_status_details
    return OutcomeFinding(
        2, FINAL[status], 0.9, f"Final status: {status}." + (f" {details}" if details else "")
    )


def concluded(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 3: an end date or a concluded status of the implementation, and no milestone missed."""
    ended = evidence.delivery.end_date or evidence.delivery.status == "concluded"
    if not ended or any(milestone.status == "notmet" for milestone in evidence.milestones):
        return None
    return OutcomeFinding(
        3,
        Finding.COMPLETED,
        0.75,
        " ".join(("The implementation is recorded as ended.", *_remarks(evidence))),
    )


def all_met(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 4: closed, and every milestone of the implementation met, or a completion certificate."""
    milestones = evidence.delivery.milestones
    met = bool(milestones) and all(milestone.status == "met" for milestone in milestones)
    if not evidence.closed or not (met or _has_certificate(evidence)):
        return None
    why = "every milestone is recorded as met" if met else "there is a completion certificate"
    return OutcomeFinding(4, Finding.COMPLETED, 0.6, f"The contract is closed and {why}.")


def with_problems(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 5: a milestone missed and overdue, recorded performance failures, or much over cost or time."""
    reasons = list(_problems(evidence))
    return OutcomeFinding(5, Finding.WITH_PROBLEMS, 0.6, " ".join(reasons)) if reasons else None


def early_end(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 6: closed, an explicit end at least 10 % before the planned one, and no milestone met."""
    met = any(milestone.status == "met" for milestone in evidence.milestones)
    if not evidence.closed or met or evidence.delay is None or evidence.delay > -EARLY:
        return None
    return OutcomeFinding(
        6, Finding.POSSIBLY_ENDED_EARLY, 0.3, "It ended before the planned end; only the city can say why."
    )


def ended(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 7: closed, and nothing says how it went."""
    if not evidence.closed:
        return None
    return OutcomeFinding(
        7, Finding.ENDED, 0.0, "The contract has come to a close; the records do not say how it went."
    )


def stale(evidence: ContractEvidence) -> OutcomeFinding | None:
    """Rung 8: still active after its planned end."""
    if evidence.planned_end is None or evidence.planned_end >= evidence.as_of:
        return None
    return OutcomeFinding(
        8, Finding.STALE, 0.0, f"The records say it is active; its planned end was {evidence.planned_end}."
    )


RUNGS: tuple[Callable[[ContractEvidence], OutcomeFinding | None], ...] = (
    final_status,
    concluded,
    all_met,
    with_problems,
    early_end,
    ended,
    stale,
)


def _has_certificate(evidence: ContractEvidence) -> bool:
    documents = (*evidence.contract.documents, *evidence.delivery.documents)
    return any(document.document_type == "completioncertificate" for document in documents)


def _problems(evidence: ContractEvidence) -> Iterator[str]:
    missed = [
        milestone
        for milestone in evidence.milestones
        if milestone.status == "notmet" and _overdue(milestone, evidence.as_of)
    ]
    if missed:
        yield f"{len(missed)} milestone(s) not met by their due date."
    yield from _remarks(evidence)


def _remarks(evidence: ContractEvidence) -> Iterator[str]:
    if evidence.delivery.performance_failures:
        yield f"{len(evidence.delivery.performance_failures)} performance failure(s) recorded."
    if evidence.overrun is not None and evidence.overrun > OVERRUN:
        yield f"Final value {evidence.overrun:.0%} of the agreed one."
    if evidence.delay is not None and evidence.delay > DELAY:
        yield f"Ended late by {evidence.delay:.0%} of the planned period."


def _overdue(milestone: Milestone, as_of: date) -> bool:
    due = day(milestone.due_date)
    return due is not None and due < as_of
