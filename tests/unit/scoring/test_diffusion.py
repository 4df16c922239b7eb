"""What others paid and how a solution spreads: from facts alone, nothing invented."""

from pathlib import Path

import pytest

from services.scoring.adapters.exchange_rates import packaged_rates, read_rates
from services.scoring.application.diffusion import currency_of, how_it_spread, others_paid
from services.scoring.domain.diffusion import PricePaid, converted, prices, spread
from services.scoring.domain.facts import Dossier, KnownFact
from shared.events import InYear
from shared.facts import CityProfile, Implementation, Money, Solution
from tests.builders import KRAKOW, NOW, TAMPERE, YORK, a_city, a_solution, an_adoption, an_implementation

RATES = {("PLN", 2025): 4.2, ("GBP", 2025): 0.85}


def known(fact: Implementation) -> KnownFact[Implementation]:
    return KnownFact(fact, 1, "published", NOW)


def a_dossier(solution: Solution, *attempts: Implementation, cities: tuple[CityProfile, ...] = ()) -> Dossier:
    profiles = {city.id: KnownFact(city, 1, "published", NOW) for city in cities}
    return Dossier(KnownFact(solution, 1, "published", NOW), tuple(map(known, attempts)), profiles)


def euros(amount: float) -> dict[str, object]:
    return {"amount": amount, "currency": "EUR"}


def paid(dossier: Dossier, currency: str = "EUR") -> list[PricePaid]:
    return list(prices(dossier, currency, RATES))


def test_a_price_names_its_process_its_year_its_supplier_and_the_share_of_each_head() -> None:
    solution = a_solution(cost=euros(500_000), ocid="ocds-1", provider={"name": "Quiet Lorries"})
    dossier = a_dossier(
        solution,
        an_implementation(started="2025-02-01"),
        cities=(a_city(id=TAMPERE, name="Tampere", population=250_000),),
    )
    (price,) = paid(dossier)
    assert (price.city_name, price.year, price.supplier) == ("Tampere", 2025, "Quiet Lorries")
    assert (price.source, price.per_head, price.in_currency) == ("ocds-1", 2.0, 500_000)


@pytest.mark.parametrize("cost", [None, euros(0), euros(-5)])
def test_an_unknown_amount_is_unknown_and_never_nothing(cost: object) -> None:
    assert paid(a_dossier(a_solution(cost=cost))) == []


def test_what_another_city_paid_is_its_own_price_with_its_own_report_as_the_source() -> None:
    attempt = an_implementation(city=YORK, started="2025-05-01", cost={"amount": 85, "currency": "GBP"})
    (price,) = paid(a_dossier(a_solution(provider={"name": "Quiet Lorries"}), attempt))
    assert (price.city, price.source, price.supplier) == (YORK, f"outcome|sol-1|{YORK}", None)
    assert price.in_currency == pytest.approx(100)
    assert price.per_head is None, "nobody said how many people live there"


def test_an_attempt_that_is_not_confirmed_has_no_price() -> None:
    draft = KnownFact(an_implementation(city=YORK, cost=euros(5)), 1, "draft", NOW)
    assert paid(Dossier(KnownFact(a_solution(), 1, "published", NOW), (draft,))) == []


@pytest.mark.parametrize(
    ("money", "year", "currency", "expected"),
    [
        (euros(100), None, "EUR", 100),
        (euros(100), 2025, "PLN", 420),
        ({"amount": 420, "currency": "PLN"}, 2025, "GBP", 85),
        (euros(100), None, "PLN", None),
        (euros(100), 2024, "PLN", None),
        ({"amount": 1, "currency": "JPY"}, 2025, "EUR", None),
        (euros(9 * 10**17), 2025, "PLN", None),
    ],
)
def test_an_amount_is_converted_at_the_rate_of_its_year_or_not_at_all(
    money: object, year: int | None, currency: str, expected: float | None
) -> None:
    found = converted(Money.model_validate(money), year, currency, RATES)
    assert found == (None if expected is None else pytest.approx(expected))


def test_rates_of_the_central_bank_are_averaged_over_a_year(tmp_path: Path) -> None:
    file = tmp_path / "eurofxref-hist.csv"
    months = [f"2025-{month:02d}-03,4.1,N/A,\n2025-{month:02d}-02,4.3,,\n" for month in range(12, 0, -1)]
    file.write_text("Date,PLN,ISK,\n" + "".join(months))
    assert read_rates(file) == {("PLN", 2025): pytest.approx(4.2)}


def test_a_year_that_a_currency_was_not_quoted_in_to_its_end_has_no_rate(tmp_path: Path) -> None:
    file = tmp_path / "eurofxref-hist.csv"
    months = [f"2025-{month:02d}-03,{'4' if month > 1 else 'N/A'},5\n" for month in range(1, 13)]
    file.write_text("Date,RUB,PLN\n2026-01-02,4,5\n" + "".join(months))
    assert read_rates(file) == {("PLN", 2025): 5}


def test_the_rates_that_come_with_the_release_are_those_of_the_central_bank() -> None:
    """Yearly averages as the ECB's data portal publishes them (EXR.A.*.EUR.SP00.A)."""
    rates = packaged_rates()
    assert rates["USD", 2023] == pytest.approx(1.0813, abs=0.0001)
    assert rates["PLN", 2022] == pytest.approx(4.6861, abs=0.0001)
    assert rates["GBP", 2020] == pytest.approx(0.88970, abs=0.0001)
    assert ("RUB", 2022) not in rates
    assert ("HRK", 2023) not in rates


@pytest.mark.parametrize(
    "text", ["Day,PLN\n2025-01-02,4\n", "Date,PLN\nsoon,4\n", "Date,PLN\n2025-01-02,x\n"]
)
def test_a_file_of_no_rates_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match="line 2"):
        read_rates(file)


def test_a_spread_is_a_tree_with_years_the_second_city_and_the_letters_that_led_there() -> None:
    found = spread(
        a_solution(),
        [
            an_adoption(letter="letter-1"),
            an_adoption(solution="sol-3", city=YORK, kind="copied", parent="sol-2"),
            an_adoption(solution="sol-4", city="1", kind="copied"),
        ],
        [
            an_implementation(started="2024-01-01"),
            an_implementation(solution="sol-2", city=KRAKOW, started="2024-12-31"),
            an_implementation(solution="sol-3", city=YORK, started="2025-03-01"),
        ],
    )
    assert [(branch.city, branch.parent) for branch in found.tree] == [
        (TAMPERE, None),
        (KRAKOW, "sol-1"),
        (YORK, "sol-2"),
        ("1", "sol-1"),
    ]
    assert (found.adoptions, found.per_year, found.undated) == (3, {2024: 1, 2025: 1}, 1)
    assert (found.days_to_second, found.by_letter) == (365, 1)


def test_a_city_does_not_adopt_its_own_solution_and_unknown_days_stay_unknown() -> None:
    found = spread(a_solution(), [an_adoption(city=TAMPERE), an_adoption()], [])
    assert (found.adoptions, found.days_to_second, found.undated) == (1, None, 1)


def test_a_letter_says_what_others_paid_newest_first_and_never_what_the_reader_paid() -> None:
    pounds = {"amount": 85, "currency": "GBP"}
    dossier = a_dossier(
        a_solution(cost=euros(500), ocid="ocds-1"),
        an_implementation(started="2024-02-01"),
        an_implementation(city=YORK, started="2025-05-01", cost=pounds),
        an_implementation(city=KRAKOW, started="2025-05-01", cost=euros(7)),
    )
    reader = a_city(id=KRAKOW, name="Kraków", country="PL")
    york, tampere = others_paid(dossier, reader, RATES)
    assert (york.year, york.paid.currency, york.own) == (
        2025,
        "GBP",
        Money.model_validate({"amount": "420.00", "currency": "PLN"}),
    )
    assert (tampere.year, tampere.source) == (2024, "ocds-1")
    assert tampere.own is None, "no rate of that year is known"


@pytest.mark.parametrize(
    ("country", "currency"), [("PL", "PLN"), ("FI", "EUR"), ("JP", "JPY"), ("ZZ", "EUR")]
)
def test_a_reader_reads_amounts_in_the_currency_of_the_country(country: str, currency: str) -> None:
    assert currency_of(country) == currency


def test_a_letter_says_of_a_spread_how_many_took_it_up_when_and_through_letters() -> None:
    dossier = a_dossier(a_solution(), an_implementation(started="2024-02-01"))
    adoptions = [an_adoption(solution="york/1", city=YORK, parent="sol-1", letter="a" * 24)]
    told = how_it_spread(
        dossier, adoptions, [an_implementation(solution="york/1", city=YORK, started="2025-02-01")]
    )
    assert (told.adoptions, told.per_year, told.days_to_second, told.by_letter) == (
        1,
        (InYear(year=2025, adoptions=1),),
        366,
        1,
    )
