"""How a solution spreads, and what cities paid for it (features N18, N19).

``spread`` makes the tree of adoptions of one solution: who took it up from whom, in which year, and which
letter led there. ``prices`` lists what each city paid: amount, year, per head, always with its source;
``converted`` puts an amount into the reader's currency at the mean rate of the year it was agreed in
(European Central Bank), never at today's rate.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from services.scoring.domain.facts import Dossier
from shared.facts import MOST_MONEY, Adoption, Implementation, Money, Solution, Verification

EURO: Final = "EUR"
# Units of a currency for one euro, mean of a year, by (currency, year).
Rates = Mapping[tuple[str, int], float]


class AdoptionBranch(NamedTuple):
    """One city of the tree; ``parent`` is the solution it came from, None at the root."""

    city: str
    solution: str
    parent: str | None
    kind: Literal["copied", "bought", "adapted", "built"] | None
    began: date | None
    letter: str | None


class AdoptionSpread(NamedTuple):
    """The tree of a solution, its adoptions by year of beginning, and the days until a second city began.

    ``undated`` adoptions have no beginning that anybody told; ``by_letter`` were led to by a letter.
    """

    tree: tuple[AdoptionBranch, ...]
    adoptions: int
    per_year: Mapping[int, int]
    undated: int
    days_to_second: int | None
    by_letter: int


def spread(
    solution: Solution, adoptions: Iterable[Adoption], attempts: Sequence[Implementation]
) -> AdoptionSpread:
    """The spread of ``solution`` over the cities that took it up, as it is or in a version of their own.

    ``attempts`` are those at the solution and at every version; a city counts once, its own not at all.
    """
    began = {(attempt.solution, attempt.city): attempt.started for attempt in attempts}
    elsewhere = {adoption.city: adoption for adoption in adoptions if adoption.city != solution.city}
    taken = [_branch(solution.id, adoption, began) for _, adoption in sorted(elsewhere.items())]
    root = AdoptionBranch(
        solution.city, solution.id, None, None, began.get((solution.id, solution.city)), None
    )
    per_year = Counter(branch.began.year for branch in taken if branch.began is not None)
    return AdoptionSpread(
        tree=(root, *sorted(taken, key=lambda branch: (branch.began or date.max, branch.city))),
        adoptions=len(taken),
        per_year=dict(sorted(per_year.items())),
        undated=sum(branch.began is None for branch in taken),
        days_to_second=_days(root, taken),
        by_letter=sum(branch.letter is not None for branch in taken),
    )


def _branch(
    solution: str, adoption: Adoption, began: Mapping[tuple[str, str], date | None]
) -> AdoptionBranch:
    begun = began.get((adoption.solution, adoption.city)) or began.get((solution, adoption.city))
    parent = adoption.parent or solution
    return AdoptionBranch(adoption.city, adoption.solution, parent, adoption.kind, begun, adoption.letter)


def _days(root: AdoptionBranch, taken: Iterable[AdoptionBranch]) -> int | None:
    """None while either beginning is unknown; a version may begin before the city that is asked here."""
    days = [branch.began for branch in taken if branch.began is not None]
    return (min(days) - root.began).days if root.began is not None and days else None


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


def converted(money: Money, year: int | None, currency: str, rates: Rates) -> float | None:
    """``money`` in ``currency``; None where a rate of that year is missing or nobody could mean so much.

    An old amount is not converted at today's rate.
    """
    if money.currency == currency:
        return float(money.amount)
    paid, wanted = _per_euro(money.currency, year, rates), _per_euro(currency, year, rates)
    if paid is None or wanted is None:
        return None
    amount = float(money.amount) / paid * wanted
    return amount if amount < MOST_MONEY else None


def _per_euro(currency: str, year: int | None, rates: Rates) -> float | None:
    if year is None:
        return None
    return 1.0 if currency == EURO else rates.get((currency, year))
