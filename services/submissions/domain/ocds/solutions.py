"""Solutions: what was bought or tried, one per award, or per contract without one; with its outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.submissions.domain.models import Finding, Use
from services.submissions.domain.ocds.buyers import provider_of
from services.submissions.domain.ocds.ladder import Evidence, Step, climb
from services.submissions.domain.ocds.merge import Merged
from services.submissions.domain.ocds.release import Award, Contract, Tender
from services.submissions.domain.ocds.terms import (
    classifications,
    language_of,
    money,
    months_between,
    part_id,
    title_of,
    topics,
)
from services.submissions.domain.profiles import Profile
from services.submissions.domain.topics import TopicTable
from shared.facts import Delivery, Implementation, Legal, LockIn, Outcome, Reuse, Solution, Verification

CONTRACT_DOCUMENTS = frozenset(
    {"contractsigned", "contractnotice", "contracttext", "contractdraft", "contractannexe"}
)
CAUTION = (5, 6, 7, 8, None, 3, 4, 2)
OPEN_ROUTES = frozenset({"open", "selective"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A solution as bought, how far it is, and what the ladder says of it (None: nothing to say yet)."""

    solution: Solution
    use: Use
    step: Step | None
    implementation: Implementation | None
    defects: tuple[str, ...] = ()


def attempts_of(
    merged: Merged, city: str, profile: Profile, table: TopicTable, as_of: date
) -> Iterator[Attempt]:
    """Every award that stands, with its contracts, and every contract without an award.

    What was cancelled before it began (rung 9) is no attempt: it shows in the stage of the need.
    """
    for award, contracts in _pairs(merged):
        tried = [each for each in contracts if each.status not in ("cancelled", "unsuccessful")]
        fell_through = bool(contracts) and not tried
        if fell_through or (award and {award.status, award.final_status} & {"cancelled", "unsuccessful"}):
            continue
        attempt = _attempt(merged, award, tried, city, profile, table, as_of)
        if attempt:
            yield attempt


def _pairs(merged: Merged) -> Iterator[tuple[Award | None, list[Contract]]]:
    awards, contracts = merged.process.awards, merged.process.contracts
    only = awards[0] if len(awards) == 1 else None
    taken: set[int] = set()
    for award in awards:
        own = [n for n, each in enumerate(contracts) if _belongs(each, award, only)]
        taken.update(own)
        yield award, [contracts[n] for n in own]
    yield from ((None, [each]) for n, each in enumerate(contracts) if n not in taken)


def _belongs(contract: Contract, award: Award, only: Award | None) -> bool:
    if contract.award_id is None:
        return award is only
    return award.id is not None and contract.award_id.casefold() == award.id.casefold()


def _attempt(
    merged: Merged,
    award: Award | None,
    contracts: list[Contract],
    city: str,
    profile: Profile,
    table: TopicTable,
    as_of: date,
) -> Attempt | None:
    evidence = [_evidence(merged, contract, award, as_of) for contract in contracts or [Contract()]]
    step, telling = _least_finished(evidence, award, contracts)
    if step and step.finding is Finding.NOT_TRIED:
        return None
    title, stands_in = title_of(*_titles(merged, award, contracts))
    if not title:
        return None
    solution = _solution(merged, award, contracts, telling, title, city, profile, table)
    implementation = _implementation(solution, telling, step) if step else None
    return Attempt(solution, _use(step), step, implementation, ("title-missing",) if stands_in else ())


def _evidence(merged: Merged, contract: Contract, award: Award | None, as_of: date) -> Evidence:
    tagged = (
        "contracttermination" in merged.tags and contract.status in ("active", None) and bool(contract.id)
    )
    return Evidence(contract, award, closed=contract.status == "terminated" or tagged, as_of=as_of)


def _least_finished(
    evidence: list[Evidence], award: Award | None, contracts: list[Contract]
) -> tuple[Step | None, Evidence]:
    """An attempt is as far as its least finished contract; what is only planned has no outcome."""
    begun = [each for each in evidence if each.contract.status != "pending"]
    if not begun or (not contracts and (award is None or award.status == "pending")):
        return None, evidence[0]
    steps = [(climb(each), each) for each in begun]
    step, telling = min(steps, key=lambda pair: CAUTION.index(pair[0].rung))
    return (None if not contracts and step.rung is None else step), telling


def _use(step: Step | None) -> Use:
    if step is None:
        return "planned"
    return "in_use" if step.finding in (Finding.RUNNING, Finding.STALE) else "ended"


def _titles(merged: Merged, award: Award | None, contracts: list[Contract]) -> Iterator[str | None]:
    parts: list[Award | Contract] = [*contracts, *([award] if award else [])]
    tender = merged.process.tender or Tender()
    yield next((part.title for part in parts if part.title), None)
    yield from (part.description for part in parts)
    yield from (item.description for part in parts for item in part.items)
    yield tender.title
    yield from (merged.process.title, tender.description, merged.process.description)


def _solution(
    merged: Merged,
    award: Award | None,
    contracts: list[Contract],
    evidence: Evidence,
    title: str,
    city: str,
    profile: Profile,
    table: TopicTable,
) -> Solution:
    process, tender = merged.process, merged.process.tender or Tender()
    parts: list[Award | Contract] = [*contracts, *([award] if award else [])]
    items = [item for part in parts for item in part.items] or list(tender.items)
    suppliers = next((part.suppliers for part in parts if part.suppliers), ())
    return Solution(
        id=_id(merged, award, contracts),
        city=city,
        title=title,
        summary=_summary(merged, parts),
        language=language_of(process, profile),
        topics=topics(classifications(tender, items), table),
        origin="procurement",
        delivery=_delivery(evidence),
        reuse=Reuse(contract_documents=_has_contract_documents(contracts) or None),
        lockin=_lockin(tender, evidence),
        legal=Legal(procurement_route=True if tender.procurement_method in OPEN_ROUTES else None),
        cost=money(*(part.value for part in parts)),
        months=months_between(evidence.start, evidence.planned_end),
        provider=provider_of(suppliers, process.parties),
        buying_route=title_of(tender.procurement_method_details, tender.procurement_method)[0] or None,
        ocid=merged.ocid,
    )


def _id(merged: Merged, award: Award | None, contracts: list[Contract]) -> str:
    if award:
        return part_id(merged.key, "award", award.id, award)
    return part_id(merged.key, "contract", contracts[0].id, contracts[0])


def _summary(merged: Merged, parts: list[Award | Contract]) -> str:
    tender = merged.process.tender or Tender()
    said = (*(part.description for part in parts), tender.description, merged.process.description)
    return next((each for each in said if each), "")


def _delivery(evidence: Evidence) -> Delivery:
    agreed = money(evidence.contract.value, evidence.award.value if evidence.award else None)
    final = money(evidence.delivery.final_value)
    same = agreed and final and agreed.currency == final.currency
    return Delivery(
        planned_cost=float(agreed.amount) if agreed else None,
        actual_cost=float(final.amount) if final and (same or not agreed) else None,
        currency=agreed.currency if agreed else final.currency if final else None,
        planned_months=months_between(evidence.start, evidence.planned_end),
        actual_months=months_between(evidence.start, evidence.explicit_end),
    )


def _lockin(tender: Tender, evidence: Evidence) -> LockIn:
    bidders, months = tender.number_of_tenderers, months_between(evidence.start, evidence.planned_end)
    return LockIn(
        suppliers=bidders >= 2 if bidders else None,
        short_term=months <= 48.1 if months else None,
    )


def _has_contract_documents(contracts: list[Contract]) -> bool:
    return any(
        each.document_type in CONTRACT_DOCUMENTS for contract in contracts for each in contract.documents
    )


def _implementation(solution: Solution, evidence: Evidence, step: Step) -> Implementation:
    award = evidence.award
    return Implementation(
        solution=solution.id,
        city=solution.city,
        outcome=Outcome.RUNNING if step.finding is Finding.RUNNING else Outcome.UNKNOWN,
        verification=Verification.PROCUREMENT_RECORD,
        started=evidence.start,
        planned_end=evidence.planned_end,
        ended=evidence.explicit_end,
        cost=money(evidence.delivery.final_value, evidence.contract.value, award.value if award else None),
        months=months_between(evidence.start, evidence.explicit_end),
        why=step.why,
        rung=step.rung,
    )
