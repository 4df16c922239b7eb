"""What would make a publisher's releases more useful to cities: each rule looks at one release."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.submissions.domain.ocds.parties import buyer_of, numbers_of
from services.submissions.domain.ocds.release_models import Contract, MergedRelease


@dataclass(frozen=True, slots=True)
class Advice:
    """What to add (a JSON path), what it would allow, and when it is lacking."""

    path: str
    gain: str
    lacks: Callable[[MergedRelease], bool]


def _any_classification(process: MergedRelease) -> bool:
    tender = process.tender
    items = [*(tender.items if tender else ()), *(item for award in process.awards for item in award.items)]
    items += [item for contract in process.contracts for item in contract.items]
    return bool(tender and tender.classification) or any(item.classification for item in items)


def _closed(process: MergedRelease) -> Iterable[Contract]:
    return (contract for contract in process.contracts if contract.status == "terminated")


def _without_end(process: MergedRelease) -> bool:
    return any(not (contract.period and contract.period.end_date) for contract in process.contracts)


def _buyer_has_number(process: MergedRelease) -> bool:
    buyer, _ = buyer_of(process)
    return bool(buyer and numbers_of(buyer))


def _has_size(process: MergedRelease) -> bool:
    tender, budget = process.tender, process.planning.budget if process.planning else None
    values = (tender and tender.value, tender and tender.min_value, budget and budget.amount)
    return any(value and value.amount is not None for value in values)


def _has_deadline(process: MergedRelease) -> bool:
    return bool(process.tender and process.tender.tender_period and process.tender.tender_period.end_date)


RULES: tuple[Advice, ...] = (
    Advice(
        "buyer → parties[].identifier",
        "a number from a register of local authorities says for certain which city it is",
        lambda process: not _buyer_has_number(process),
    ),
    Advice(
        "tender.items[].classification",
        "a CPV code lets cities with the same need find it",
        lambda process: not _any_classification(process),
    ),
    Advice(
        "tender.value",
        "an amount lets cities of the same size compare; leave it out when not known, never 0",
        lambda process: process.tender is not None and not _has_size(process),
    ),
    Advice(
        "tender.tenderPeriod.endDate",
        "a deadline lets another city join before it",
        lambda process: process.tender is not None and not _has_deadline(process),
    ),
    Advice(
        "contracts[].period.endDate",
        "a planned end tells when to ask how it went",
        _without_end,
    ),
    Advice(
        "contracts[].implementation.endDate, finalValue",
        "how it really ended (extension contract_completion): late and over cost told from well done",
        lambda process: any(not contract.implementation for contract in _closed(process)),
    ),
    Advice(
        "contracts[].finalStatus",
        "'terminated' means success and failure alike; the final status of OCDS 1.2 tells them apart",
        lambda process: any(not contract.final_status for contract in _closed(process)),
    ),
    Advice(
        "language",
        "the language of the texts; else it has to be guessed",
        lambda process: not process.language,
    ),
)


def advice_for(process: MergedRelease) -> tuple[Advice, ...]:
    """The rules that hold for one release."""
    return tuple(rule for rule in RULES if rule.lacks(process))
