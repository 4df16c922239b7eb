"""The cities and countries that can be named, by which names, and how names are made comparable."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

# Letters that Unicode does not decompose, spelled as their neighbours spell them.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ŧ": "t",
        # Both forms are common in names, and Unicode does not say that they are alike.
        "臺": "台",
    }
)
# Accents and other marks that a letter carries (category Mn), left out; none is outside these two blocks.
_MARKS = {
    code: None
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    if unicodedata.category(chr(code)) == "Mn"
}
_BARE = {**_PLAIN, **_MARKS}
_BREAKS = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"['’ʼʹʻ`´]")


def plain(text: str) -> str:
    """Give ``text`` in lower case and without accents; its punctuation stays."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text).casefold().translate(_BARE)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 14)
def fold(name: str) -> str:
    """Give ``name`` without case, accents, apostrophes and punctuation, words parted by one space.

    ``&`` reads "and". Cyrillic, Greek and other scripts keep their letters; only their marks go.
    ``"Malmö"`` → ``"malmo"``. Remembered: a feed has few buyers and names them in every release.
    """
    return _BREAKS.sub(" ", plain(_APOSTROPHES.sub("", name).replace("&", " and "))).strip()


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
            called=_index((fold(city.name), city.id) for city in all_cities),
            known_as=_index((fold(alias), city.id) for city in all_cities for alias in city.aliases),
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
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, identifier in names:
        if name:
            found[name][identifier] = None
    return {name: tuple(identifiers) for name, identifiers in found.items()}


def _country_names(countries: tuple[Country, ...]) -> dict[str, str]:
    return {
        fold(name): country.code for country in countries for name in (*country.aliases, country.name) if name
    }


def _single_users_of_a_currency(countries: tuple[Country, ...]) -> dict[str, str]:
    users: defaultdict[str, list[str]] = defaultdict(list)
    for country in countries:
        users[country.currency].append(country.code)
    alone = {currency: codes[0] for currency, codes in users.items() if currency and len(codes) == 1}
    return alone | {currency: home for currency, home in _HOME_OF_CURRENCY.items() if home in users[currency]}
