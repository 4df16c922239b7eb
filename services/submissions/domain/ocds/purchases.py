"""What belongs together: an award with its contracts, or a contract without an award."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.submissions.domain.ocds.conversions import part_id
from services.submissions.domain.ocds.merge import FELL_THROUGH, Merged
from services.submissions.domain.ocds.outcome_rules import ContractEvidence, OutcomeFinding, classify
from services.submissions.domain.ocds.release_models import (
    Award,
    Contract,
    Lot,
    Organization,
    PurchasedItem,
    Tender,
)

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
        shared = any(len(contract.award_ids) > 1 for contract in self.contracts)
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
        begun = [each for each in self.contracts if each.status != "pending"]
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
        steps = ((classify(each), each) for each in evidence)
        step, telling = min(steps, key=lambda pair: CAUTION.index(pair[0].rung))
        return (step if self.contracts or step.rung else None), telling


def purchases_of(merged: Merged) -> Iterator[Purchase]:
    """All that stand. What was cancelled before it began (rung 9) is none: it shows in the need's stage."""
    for award, contracts in _pairs(merged):
        standing = tuple(each for each in contracts if each.status not in FELL_THROUGH)
        gone = contracts and not standing
        if not gone and not (award and {award.status, award.final_status} & FELL_THROUGH):
            yield Purchase(merged, award, standing)


def _pairs(merged: Merged) -> Iterator[tuple[Award | None, list[Contract]]]:
    awards, contracts = merged.process.awards, merged.process.contracts
    only = awards[0] if len(awards) == 1 else None
    taken: set[int] = set()
    for award in awards:
        own = [place for place, each in enumerate(contracts) if _belongs(each, award, only)]
        taken.update(own)
        yield award, [contracts[place] for place in own]
    yield from ((None, [each]) for place, each in enumerate(contracts) if place not in taken)


def _belongs(contract: Contract, award: Award, only: Award | None) -> bool:
    named = {contract.award_id.casefold()} if contract.award_id else set(contract.award_ids)
    if not named:
        return award is only
    return award.id is not None and award.id.casefold() in named
