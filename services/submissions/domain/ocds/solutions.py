"""Solutions: what was bought or tried, one per award, or per contract without one; with its outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.submissions.domain.imported_facts import Finding, Use
from services.submissions.domain.ocds.conversions import (
    classifications,
    money,
    months_between,
    part_id,
    topics,
)
from services.submissions.domain.ocds.merge import FELL_THROUGH, Merged
from services.submissions.domain.ocds.outcome_rules import ContractEvidence, OutcomeFinding, classify
from services.submissions.domain.ocds.parties import buyer_of, provider_of
from services.submissions.domain.ocds.release_models import (
    Award,
    Contract,
    Lot,
    Organization,
    PurchasedItem,
    Tender,
)
from services.submissions.domain.ocds.titles import Title, describes, first_line, title_of
from services.submissions.domain.ocds.translations import ProcessTranslations, phrases
from services.submissions.domain.topics import TopicTable
from shared.facts import (
    Delivery,
    Implementation,
    Legal,
    LockIn,
    Outcome,
    Reuse,
    Solution,
    Translation,
    Verification,
)

OURS = "en"
"""The language of the sentences that the outcome rules write, whatever that of the release."""
CAUTION = (5, 6, 7, 8, None, 3, 4, 2)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One attempt as procurement sees it: contracts, the award behind them, the process around them."""

    merged: Merged
    award: Award | None
    contracts: tuple[Contract, ...]

    @property
    def parts(self) -> tuple[Award | Contract, ...]:
        """Contracts, then the award: the order in which one is asked for a title, an amount, a supplier.

        A contract for several awards says nothing of one of them alone: there the award is asked first.
        """
        award = (self.award,) if self.award else ()
        shared = any(len(_awards_of(contract)) > 1 for contract in self.contracts)
        return (*award, *self.contracts) if shared else (*self.contracts, *award)

    @property
    def tender(self) -> Tender:
        """The call it came from; empty where there was none."""
        return self.merged.process.tender or Tender()

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The lots that the award names; empty where it names none."""
        named = self.award.related_lots if self.award else ()
        return tuple(lot for lot in self.tender.lots if lot.id and lot.id.casefold() in named)

    @property
    def items(self) -> tuple[PurchasedItem, ...]:
        """What was bought, or else what was called for: of the award's lots, or of the whole call."""
        bought = tuple(item for part in self.parts for item in part.items)
        return bought or self._called_for_in_its_lots or self.tender.items

    @property
    def _called_for_in_its_lots(self) -> tuple[PurchasedItem, ...]:
        lots = {lot.id for lot in self.lots}
        return tuple(item for item in self.tender.items if item.related_lot in lots)

    @property
    def suppliers(self) -> tuple[Organization, ...]:
        """Who delivers."""
        return next((part.suppliers for part in self.parts if part.suppliers), ())

    @property
    def id(self) -> str:
        """Named by the award, which is there first and stays; else by the contract."""
        kind, part = ("award", self.award) if self.award else ("contract", self.contracts[0])
        assert part is not None
        return part_id(self.merged.key, kind, part.id, part)

    def evidence(self, as_of: date) -> list[ContractEvidence]:
        """What bears on the outcome of each contract that has begun, or of an award without contracts."""
        begun = [contract for contract in self.contracts if contract.status != "pending"]
        if not self.contracts:
            begun = [] if self.award is None or self.award.status == "pending" else [Contract()]
        return [self._evidence(contract, as_of, closed=self._is_closed(contract)) for contract in begun]

    def _evidence(self, contract: Contract, as_of: date, *, closed: bool) -> ContractEvidence:
        return ContractEvidence(contract, self.award, closed, as_of, self.lots)

    def _is_closed(self, contract: Contract) -> bool:
        tagged = "contracttermination" in self.merged.tags and contract.id is not None
        return contract.status == "terminated" or (tagged and contract.status in ("active", None))

    def verdict(self, as_of: date) -> tuple[OutcomeFinding | None, ContractEvidence]:
        """How far it is: as far as its least finished contract. None where nothing has begun or is known."""
        evidence = self.evidence(as_of)
        if not evidence:
            contract = self.contracts[0] if self.contracts else Contract()
            return None, self._evidence(contract, as_of, closed=False)
        steps = ((classify(item), item) for item in evidence)
        step, telling = min(steps, key=lambda pair: CAUTION.index(pair[0].rung))
        return (step if self.contracts or step.rung else None), telling


def purchases_of(merged: Merged) -> Iterator[Purchase]:
    """All that stand. What was cancelled before it began (rung 9) is none: it shows in the need's stage."""
    for award, contracts in _pairs(merged):
        standing = tuple(contract for contract in contracts if contract.status not in FELL_THROUGH)
        gone = contracts and not standing
        if not gone and not (award and {award.status, award.final_status} & FELL_THROUGH):
            yield Purchase(merged, award, standing)


def _pairs(merged: Merged) -> Iterator[tuple[Award | None, list[Contract]]]:
    awards, contracts = merged.process.awards, merged.process.contracts
    only = awards[0] if len(awards) == 1 else None
    taken: set[int] = set()
    for award in awards:
        own = [place for place, contract in enumerate(contracts) if _belongs(contract, award, only)]
        taken.update(own)
        yield award, [contracts[place] for place in own]
    yield from ((None, [contract]) for place, contract in enumerate(contracts) if place not in taken)


def _belongs(contract: Contract, award: Award, only: Award | None) -> bool:
    named = _awards_of(contract)
    if not named:
        return award is only
    return award.id is not None and award.id.casefold() in named


def _awards_of(contract: Contract) -> set[str]:
    """The ids of the awards that a contract names, in ``awardID`` and ``awardIDs``, case-folded."""
    return {*contract.award_ids, *([contract.award_id.casefold()] if contract.award_id else ())}


CONTRACT_DOCUMENTS = frozenset(
    {"contractsigned", "contractnotice", "contracttext", "contractdraft", "contractannexe"}
)
OPEN_ROUTES = frozenset({"open", "selective"})
FOUR_YEARS = 48.1


@dataclass(frozen=True, slots=True)
class ProcuredAttempt:
    """A solution as bought, how far it is, and what the ladder says of it (None: nothing to say yet)."""

    solution: Solution
    use: Use
    step: OutcomeFinding | None
    implementation: Implementation | None
    defects: tuple[str, ...] = ()


def attempts_of(merged: Merged, city: str, table: TopicTable, as_of: date) -> Iterator[ProcuredAttempt]:
    """Every purchase that stands and has a text, as a solution; what was never tried is left out."""
    for purchase in purchases_of(merged):
        step, evidence = purchase.verdict(as_of)
        title = title_of(_titles(purchase), _other_texts(purchase), _names(purchase))
        if not title.text or (step and step.finding is Finding.NOT_TRIED):
            continue
        solution = _solution(purchase, evidence, title.text, city, table)
        outcome = _implementation(solution, evidence, step) if step else None
        yield ProcuredAttempt(solution, _use(step), step, outcome, _defects(evidence, title))


def _defects(evidence: ContractEvidence, title: Title) -> tuple[str, ...]:
    contradicts = evidence.closed and evidence.contract.status == "active"
    return (*title.defects, *(("tag-contradicts-status",) if contradicts else ()))


def _use(step: OutcomeFinding | None) -> Use:
    if step is None:
        return "planned"
    return "in_use" if step.finding in (Finding.RUNNING, Finding.STALE) else "ended"


def _titles(purchase: Purchase) -> Iterator[str | None]:
    yield from (part.title for part in purchase.parts)
    yield LOTS.join(_titles_of_lots(purchase))
    yield from (lot.title for lot in purchase.lots)


LOTS = "; "
"""Between the titles of several lots of one award."""


def _titles_of_lots(purchase: Purchase) -> tuple[str, ...]:
    """The titles of its lots that describe something, each once."""
    return tuple(dict.fromkeys(lot.title for lot in purchase.lots if lot.title and describes(lot.title)))


def _names(purchase: Purchase) -> Iterator[str]:
    """What the buyer and the suppliers are called."""
    buyer, _ = buyer_of(purchase.merged.process)
    for party in (*((buyer,) if buyer else ()), *purchase.suppliers):
        yield party.name or ""
        yield (party.identifier.legal_name if party.identifier else None) or ""


def _other_texts(purchase: Purchase) -> Iterator[str | None]:
    process, parts = purchase.merged.process, purchase.parts
    yield from (part.description for part in (*parts, *purchase.lots))
    yield from (item.description for part in parts for item in part.items)
    yield from (purchase.tender.title, process.title, purchase.tender.description, process.description)


def _solution(
    purchase: Purchase, evidence: ContractEvidence, title: str, city: str, table: TopicTable
) -> Solution:
    process, tender = purchase.merged.process, purchase.tender
    translations, summary = purchase.merged.translations, _summary(purchase)
    lots = _titles_of_lots(purchase)
    titles = lots if len(lots) > 1 and title == first_line(LOTS.join(lots)) else (title,)
    route = first_line(tender.procurement_method_details, tender.procurement_method)
    return Solution(
        id=purchase.id,
        city=city,
        title=title,
        summary=summary,
        language=translations.language_of(titles[0]),
        translations=_translations(translations, titles, summary, route),
        topics=topics(classifications(tender, purchase.items), table),
        origin="procurement",
        delivery=_delivery(evidence),
        reuse=Reuse(contract_documents=_has_contract_documents(purchase) or None),
        lockin=_lockin(purchase, evidence),
        legal=Legal(procurement_route=True if tender.procurement_method in OPEN_ROUTES else None),
        cost=money(*(part.value for part in purchase.parts)),
        months=months_between(evidence.start, evidence.planned_end),
        provider=provider_of(purchase.suppliers, process.parties),
        buying_route=route or None,
        ocid=purchase.merged.ocid,
    )


def _translations(
    translations: ProcessTranslations, titles: tuple[str, ...], summary: str, route: str
) -> dict[str, Translation]:
    """The texts in every language that the title is given in: none has a translation without one."""
    summaries, others = translations.text(summary), phrases({route: translations.line(route)})
    return {
        language: Translation(title=line, summary=summaries.get(language, ""), texts=others.get(language, ()))
        for language, line in translations.line(*titles, mark=LOTS).items()
    }


def _summary(purchase: Purchase) -> str:
    descriptions = (part.description for part in (*purchase.parts, *purchase.lots))
    texts = (*descriptions, purchase.tender.description, purchase.merged.process.description)
    return next((text for text in texts if text), "")


def _delivery(evidence: ContractEvidence) -> Delivery:
    agreed = money(evidence.contract.value, evidence.award.value if evidence.award else None)
    final = money(evidence.delivery.final_value)
    comparable = final if final and (not agreed or agreed.currency == final.currency) else None
    spent = agreed or comparable
    return Delivery(
        planned_cost=float(agreed.amount) if agreed else None,
        actual_cost=float(comparable.amount) if comparable else None,
        currency=spent.currency if spent else None,
        planned_months=months_between(evidence.start, evidence.planned_end),
        actual_months=months_between(evidence.start, evidence.explicit_end),
    )


def _lockin(purchase: Purchase, evidence: ContractEvidence) -> LockIn:
    bidders = purchase.tender.number_of_tenderers
    months = months_between(evidence.start, evidence.planned_end)
    return LockIn(
        suppliers=bidders >= 2 if bidders and bidders > 0 else None,
        short_term=months <= FOUR_YEARS if months else None,
    )


def _has_contract_documents(purchase: Purchase) -> bool:
    documents = (document for contract in purchase.contracts for document in contract.documents)
    return any(document.document_type in CONTRACT_DOCUMENTS for document in documents)


def _implementation(solution: Solution, evidence: ContractEvidence, step: OutcomeFinding) -> Implementation:
    agreed = (evidence.contract.value, evidence.award.value if evidence.award else None)
    return Implementation(
        solution=solution.id,
        city=solution.city,
        outcome=Outcome.RUNNING if step.finding is Finding.RUNNING else Outcome.UNKNOWN,
        verification=Verification.PROCUREMENT_RECORD,
        started=evidence.start,
        planned_end=evidence.planned_end,
        ended=evidence.explicit_end,
        cost=money(evidence.delivery.final_value, *agreed),
        months=months_between(evidence.start, evidence.explicit_end),
        why=step.why,
        language=OURS,
        rung=step.rung,
    )
