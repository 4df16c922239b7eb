"""What happened elsewhere: who took a solution up, and what others paid, as letters and the API say it."""

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import get_territory_currencies

from services.scoring.application.context import ScoringContext
from services.scoring.domain.diffusion import EURO, Rates, prices, spread
from services.scoring.domain.diffusion import PricePaid as Paid
from services.scoring.domain.facts import Dossier
from shared.events import InYear, Price, Spread
from shared.facts import Adoption, CityProfile, Implementation, Money

CENTS = Decimal("0.01")


async def taken_up(context: ScoringContext, solution: str) -> tuple[list[Adoption], list[Implementation]]:
    """The adoptions of a solution and of every version of it, and the attempts at those versions."""
    adoptions: dict[tuple[str, str], Adoption] = {}
    looked_at: set[str] = set()
    ahead = [solution]
    while ahead:
        looked_at |= set(ahead)
        new = [adoption for version in ahead for adoption in await context.store.adoptions_of(version)]
        adoptions |= {(adoption.solution, adoption.city): adoption for adoption in new}
        ahead = sorted({adoption.solution for adoption in new} - looked_at)
    versions = sorted(looked_at - {solution})
    if not versions:
        return list(adoptions.values()), []
    attempts = await context.store.implementations.of_solutions(versions)
    return list(adoptions.values()), [attempt.fact for attempt in await context.store.public(attempts)]


def how_it_spread(
    dossier: Dossier, adoptions: Sequence[Adoption], attempts: Sequence[Implementation]
) -> Spread:
    """The spread of a solution, without its tree: a letter says how many, how fast and since when."""
    counted = spread(dossier.solution.fact, adoptions, (*dossier.attempts, *attempts))
    return Spread(
        adoptions=counted.adoptions,
        per_year=tuple(InYear(year=year, adoptions=count) for year, count in counted.per_year.items()),
        undated=counted.undated,
        days_to_second=counted.days_to_second,
        by_letter=counted.by_letter,
    )


def others_paid(dossier: Dossier, reader: CityProfile, rates: Rates) -> tuple[Price, ...]:
    """What other cities paid for this solution, the newest first, in the currency of the reader's country."""
    currency = currency_of(reader.country)
    prices_elsewhere = (price for price in prices(dossier, currency, rates) if price.city != reader.id)
    ordered = sorted(prices_elsewhere, key=lambda price: (-(price.year or 0), price.city))
    return tuple(_price(price, currency) for price in ordered)


def currency_of(country: str) -> str:
    """The legal tender of a country today; the euro where Babel does not know the country."""
    return next(iter(get_territory_currencies(country)), EURO)


def _price(paid: Paid, currency: str) -> Price:
    own = None if paid.in_currency is None else Decimal(paid.in_currency).quantize(CENTS)
    return Price(
        city_name=paid.city_name,
        paid=paid.paid,
        year=paid.year,
        supplier=paid.supplier,
        source=paid.source,
        verification=paid.verification,
        per_head=paid.per_head,
        own=Money(amount=own, currency=currency) if own and currency != paid.paid.currency else None,
    )
