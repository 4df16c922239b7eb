"""The cities and countries that can be named, and by which names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.folding import fold, fold_once

# Currencies that dependent territories use too; the dollar, the euro and the francs tell no country.
_HOME_OF_CURRENCY = {"GBP": "GB", "NOK": "NO", "DKK": "DK", "AUD": "AU", "NZD": "NZ", "CHF": "CH"}


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames; ``renown`` counts the names it is known by in all languages."""

    id: str
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    renown: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its ISO 3166-1 alpha-2 code, its currency, and what it is called in many languages."""

    code: str
    name: str
    currency: str
    languages: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Cities by id, and folded names leading to them: ``called`` their own name, ``known_as`` an alias."""

    cities: Mapping[str, City]
    countries: Mapping[str, Country]
    called: Mapping[str, tuple[str, ...]]
    known_as: Mapping[str, tuple[str, ...]]
    country_names: Mapping[str, str]
    country_by_currency: Mapping[str, str]

    @classmethod
    def of(cls, cities: Iterable[City], countries: Iterable[Country]) -> "Gazetteer":
        """Index ``cities`` and ``countries`` by every folded name they have."""
        all_cities, all_countries = tuple(cities), tuple(countries)
        return cls(
            cities={city.id: city for city in all_cities},
            countries={country.code: country for country in all_countries},
            called=_index((fold_once(city.name), city.id) for city in all_cities),
            known_as=_index((fold_once(alias), city.id) for city in all_cities for alias in city.aliases),
            country_names=_country_names(all_countries),
            country_by_currency=_single_users_of_a_currency(all_countries),
        )


def country_of(text: str | None, gazetteer: Gazetteer) -> str | None:
    """Give the ISO code for a country named in any language (``"México"``, ``"Scotland"``, ``"GB"``).

    ``None`` where the text is empty or the country is not known: a guess would move a city abroad.
    """
    if not text or not text.strip():
        return None
    code = text.strip().upper()
    return code if code in gazetteer.countries else gazetteer.country_names.get(fold(text))


def _index(names: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, identifier in names:
        if name:
            index[name][identifier] = None
    return {name: tuple(identifiers) for name, identifiers in index.items()}


def _country_names(countries: tuple[Country, ...]) -> dict[str, str]:
    return {
        fold_once(name): country.code
        for country in countries
        for name in (*country.aliases, country.name)
        if name
    }


def _single_users_of_a_currency(countries: tuple[Country, ...]) -> dict[str, str]:
    users: defaultdict[str, list[str]] = defaultdict(list)
    for country in countries:
        users[country.currency].append(country.code)
    alone = {currency: codes[0] for currency, codes in users.items() if currency and len(codes) == 1}
    return alone | {currency: home for currency, home in _HOME_OF_CURRENCY.items() if home in users[currency]}
