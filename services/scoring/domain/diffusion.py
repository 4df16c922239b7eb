"""What others paid for the same: when, to whom, per head, and never without its source (feature N18)."""

from collections.abc import Iterator
from typing import NamedTuple

from services.scoring.domain.currency import Rates, converted
from services.scoring.domain.facts import Dossier
from shared.facts import Implementation, Money, Verification


class PricePaid(NamedTuple):
    """What one city paid for one solution; ``source`` is the OCDS process, else the record that says so."""

    solution: str
    title: str
    city: str
    city_name: str
    paid: Money
    year: int | None
    supplier: str | None
    source: str
    verification: Verification
    per_head: float | None
    in_currency: float | None
    in_currency_per_head: float | None


def prices(dossier: Dossier, currency: str, rates: Rates) -> Iterator[PricePaid]:
    """The prices of one solution, city by city; ``per_head`` is in the currency that was paid.

    An amount that nobody published is unknown and not here; nor is one of nothing, for feeds write 0 where
    they do not know.
    """
    solution = dossier.solution.fact
    attempts = {attempt.city: attempt for attempt in dossier.attempts}
    for city in sorted({solution.city, *attempts}):
        paid, source, verification = _paid(dossier, city, attempts.get(city))
        if paid is None or paid.amount <= 0:
            continue
        year = _year(attempts.get(city))
        own = converted(paid, year, currency, rates)
        yield PricePaid(
            solution=solution.id,
            title=solution.title,
            city=city,
            city_name=dossier.name_of(city),
            paid=paid,
            year=year,
            supplier=solution.provider.name if solution.provider and city == solution.city else None,
            source=source,
            verification=verification,
            per_head=_per_head(dossier, city, float(paid.amount)),
            in_currency=own,
            in_currency_per_head=None if own is None else _per_head(dossier, city, own),
        )


def _paid(
    dossier: Dossier, city: str, attempt: Implementation | None
) -> tuple[Money | None, str, Verification]:
    """What was said of the city's attempt, before what was said of the solution; and who vouches for it."""
    solution = dossier.solution.fact
    if attempt is not None and attempt.cost is not None:
        return attempt.cost, f"outcome|{solution.id}|{city}", attempt.verification
    read = solution.ocid is not None or solution.origin == "procurement"
    by = Verification.PROCUREMENT_RECORD if read else Verification.SELF
    if city != solution.city:
        return None, "", by
    return solution.cost, solution.ocid or f"solution|{solution.id}", by


def _year(attempt: Implementation | None) -> int | None:
    day = None if attempt is None else attempt.started or attempt.ended
    return None if day is None else day.year


def _per_head(dossier: Dossier, city: str, amount: float) -> float | None:
    profile = dossier.peers.get(city)
    people = None if profile is None else profile.population or profile.indicators.population
    return amount / people if people else None
