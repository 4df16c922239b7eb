"""Where: the city a text or a buyer points to, with the way it was found and how sure that is.

The country comes first: what tells it, and where two clues contradict each other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from services.submissions.domain.places.gazetteer import City, Country, Gazetteer, country_of, fold
from services.submissions.domain.places.local_government_words import (
    LOCAL_AUTHORITY_LISTS,
    languages_of,
    place_names_in,
    without_articles,
)

_GEONAMES = re.compile(r"(\d{2,9})")
_SCHEMES = ("GEONAMES", "XI-GEONAMES", "HTTP://WWW.GEONAMES.ORG", "HTTPS://WWW.GEONAMES.ORG", "URN:GEONAMES")


def city_by_identifier(identifiers: Iterable[tuple[str, str]]) -> str | None:
    """Give the GeoNames id among (scheme, id) pairs, also out of ``https://www.geonames.org/2643743/``."""
    for scheme, identifier in identifiers:
        found = _GEONAMES.search(identifier)
        if found and (scheme.strip().upper().rstrip("/") in _SCHEMES or "geonames.org" in identifier):
            return found[1]
    return None


# Regions of Eurostat (NUTS): a country's code and one to three signs, one of them a digit ("NO08", "DEA2").
_NUTS = re.compile(r"([A-Z]{2})(?=[A-Z0-9]*\d)[A-Z0-9]{1,3}|(UK)[C-N]?")
_ITS_OWN_CODES = {"UK": "GB", "EL": "GR"}
_NUTS_COUNTRIES = frozenset(
    re.findall(
        r"\w+",
        "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
        "UK NO IS LI CH TR RS ME MK AL BA XK",
    )
)


class CountryClues(Protocol):
    """What is asked for: the part of the clues that speaks of countries."""

    @property
    def country(self) -> str | None: ...
    @property
    def region(self) -> str | None: ...
    @property
    def home(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def identifiers(self) -> tuple[tuple[str, str], ...]: ...


def countries_told(clues: CountryClues, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give every country that the clues tell (ISO codes), the address's first.

    None means that nothing tells it, several that the clues contradict each other. A currency tells a
    country where one country alone has it, and contradicts one that has another.
    """
    told = dict.fromkeys(each for each in _by_place(clues, gazetteer) if each in gazetteer.countries)
    home = gazetteer.country_by_currency.get(clues.currency or "")
    if home and not any(gazetteer.countries[each].currency == clues.currency for each in told):
        told[home] = None
    return tuple(told)


def _by_place(clues: CountryClues, gazetteer: Gazetteer) -> Iterator[str]:
    """Address, region, register of local governments, publisher: whichever are told."""
    yield country_of(clues.country, gazetteer) or ""
    yield _nuts(clues.region or "")
    yield from (
        scheme.strip().upper()[:2]
        for scheme, _ in clues.identifiers
        if scheme.strip().upper() in LOCAL_AUTHORITY_LISTS
    )
    yield country_of(clues.home, gazetteer) or ""


def _nuts(region: str) -> str:
    found = _NUTS.fullmatch(region.strip().upper())
    code = (found[1] or found[2]) if found else ""
    return _ITS_OWN_CODES.get(code, code) if code in _NUTS_COUNTRIES else ""


Method = Literal["registration", "review", "identifier", "name", "locality", "delivery", "none"]
Doubt = Literal["no-country", "countries-differ", "namesakes", "office-only", "delivery-only", "not-found"]

# A namesake is set aside only where two unlike measures agree, never by population alone.
_MORE_PEOPLE = 10
_MORE_NAMES = 3
_MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Place:
    """``city`` is a GeoNames id, and ``None`` where it is not known or ``doubt`` says why a person decides.

    ``candidates`` (ids, the likeliest first) are what it may be instead; ``confidence`` is that of the first
    answer, 0–1.
    """

    city: str | None
    method: Method
    confidence: float
    candidates: tuple[str, ...] = ()
    doubt: Doubt | None = None

    def doubted(self, doubt: Doubt, *others: str) -> "Place":
        """Give it as a candidate only, beside ``others``."""
        found = dict.fromkeys((*filter(None, (self.city,)), *self.candidates, *others))
        return replace(self, city=None, candidates=tuple(found)[:_MOST_CANDIDATES], doubt=doubt)


NOWHERE = Place(None, "none", 0.0)


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a buyer's whereabouts; countries are codes or names in any language.

    ``registered`` is the city (GeoNames id) the publisher registered for, ``names`` the buyer's names,
    ``locality``, ``region`` and ``country`` its address, ``delivery`` places named for delivery, ``home`` the
    publisher's own country.
    """

    registered: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    locality: str | None = None
    delivery: tuple[str, ...] = ()
    country: str | None = None
    currency: str | None = None
    region: str | None = None
    home: str | None = None


def resolve(clues: Clues, gazetteer: Gazetteer) -> Place:
    """Find the city by the first clue that answers, and say what is doubtful about it.

    The order is registration, identifier, a local authority's name, address, place of delivery. Where a
    clue fits several cities the answer is no city but candidates, unless a later clue names one of them.
    A name without any evidence of its country, and an address or a place of delivery alone, are doubtful:
    a county's office stands in some city, too.
    """
    if clues.registered in gazetteer.cities:
        return Place(clues.registered, "registration", 1.0)
    countries = _settled(clues, countries_told(clues, gazetteer), gazetteer)
    country = countries[0] if len(countries) == 1 else None
    place, agreed = _best(tuple(_answers(clues, country, gazetteer)))
    if place.method == "identifier" and place.city:
        home = gazetteer.cities[place.city].country
        return place.doubted("countries-differ") if countries and home not in countries else place
    if place.method == "none":
        return place
    if country is None:
        doubt: Doubt = "countries-differ" if countries else "no-country"
        return place.doubted(doubt, *_anywhere(clues.names, gazetteer))
    if place.city and place.method != "name" and not agreed:
        return place.doubted("office-only" if place.method == "locality" else "delivery-only")
    return place


def _settled(clues: Clues, countries: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The countries told, without the currency's where buyer's name and address are one city of another.

    A buyer in München, Deutschland, may publish amounts in pounds.
    """
    by_place = countries_told(replace(clues, currency=None), gazetteer)
    if len(countries) == 1 or len(by_place) != 1 or not clues.locality:
        return countries
    named = resolve(replace(clues, currency=None, locality=None, delivery=()), gazetteer)
    located = (
        _named(text, "locality", by_place[0], clues.region, gazetteer).city
        for text in without_articles(fold(clues.locality))
    )
    return by_place if named.method == "name" and named.city in set(located) - {None} else countries


def _anywhere(names: Iterable[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give all cities that the names may mean in any country, the widest known first."""
    texts = {fold(text) for name in names for text in place_names_in(name)}
    indices = (gazetteer.called, gazetteer.known_as)
    found = {each for text in texts for index in indices for each in index.get(text, ())}
    return tuple(city.id for city in sorted((gazetteer.cities[each] for each in found), key=_renown))


def resolve_name(
    name: str, gazetteer: Gazetteer, country: str | None = None, region: str | None = None
) -> Place:
    """Find the city a name means: ``"Gemeente Amsterdam"``, ``"Krakow"``, ``"City & County of Swansea"``.

    ``country`` is a code or a name in any language. Without it a name that several cities bear is not
    resolved but answered with candidates.
    """
    code = country_of(country, gazetteer)
    places = (_named(text, "name", code, region, gazetteer) for text in (name, *place_names_in(name)))
    return _best(tuple(places))[0]


def resolve_claim(name: str, gazetteer: Gazetteer, country: str | None = None) -> Place:
    """Find the city whose government somebody else names, a maintainer of software for example.

    Without a country a name counts where cities of one country alone bear it, among the countries that speak
    the language of its words ("Gemeente", "Comune").
    """
    if country_of(country, gazetteer):
        return resolve_name(name, gazetteer, country)
    found, spoken = _anywhere((name,), gazetteer), languages_of(name)
    countries = {gazetteer.cities[each].country for each in found}
    countries = {each for each in countries if not spoken or _speaks(gazetteer.countries[each], spoken)}
    if len(countries) == 1:
        return resolve_name(name, gazetteer, countries.pop())
    return NOWHERE.doubted("no-country", *found)


def _speaks(country: Country, languages: Iterable[str]) -> bool:
    return bool(country.languages) and country.languages[0][:2] in languages


def _answers(clues: Clues, country: str | None, gazetteer: Gazetteer) -> Iterator[Place]:
    identified = city_by_identifier(clues.identifiers)
    if identified in gazetteer.cities:
        yield Place(identified, "identifier", 0.95)
    for name in clues.names:
        for text in place_names_in(name):
            yield _named(text, "name", country, clues.region, gazetteer)
    elsewhere = any(place_names_in(name) for name in clues.names)
    for text in without_articles(fold(clues.locality or "")):
        yield _doubted(_named(text, "locality", country, clues.region, gazetteer), elsewhere=elsewhere)
    for delivery in clues.delivery:
        yield _named(delivery, "delivery", country, clues.region, gazetteer)


def _doubted(place: Place, *, elsewhere: bool) -> Place:
    """Halve the confidence where the name speaks of another place: a county's office stands in some city."""
    return replace(place, confidence=round(place.confidence / 2, 2)) if elsewhere else place


def _best(answers: tuple[Place, ...]) -> tuple[Place, bool]:
    """Give the first answer that is a city, unless an earlier clue named others; else the candidates.

    With it, whether it is one of several cities that the name may mean.
    """
    told = next((place for place in answers if place.candidates and not place.city), None)
    cities = (place for place in answers if place.city)
    agreed = next((place for place in cities if told is None or place.city in told.candidates), None)
    return agreed or told or NOWHERE, bool(agreed and told and told.method == "name")


_CONFIDENCE: dict[Method, float] = {"name": 0.9, "locality": 0.7, "delivery": 0.6}


def _named(text: str, method: Method, country: str | None, region: str | None, gazetteer: Gazetteer) -> Place:
    cities = _bearers(fold(text), country, region, gazetteer)
    if not cities:
        return NOWHERE
    confidence = _CONFIDENCE[method] * (1.0 if country else 0.7)
    if len(cities) == 1:
        return Place(cities[0].id, method, round(confidence, 2))
    candidates = tuple(city.id for city in cities)
    if _stands_out(cities):
        return Place(cities[0].id, method, round(confidence * 0.8, 2), candidates)
    return Place(None, method, 0.0, candidates, "namesakes")


def _bearers(name: str, country: str | None, region: str | None, gazetteer: Gazetteer) -> tuple[City, ...]:
    """Give the cities that bear ``name``; an alias counts only where no city is called so.

    "Newcastle" short for "Newcastle upon Tyne" is as good as called; "Philadelphia" for Amman is an alias.
    """
    aliased = [gazetteer.cities[each] for each in gazetteer.known_as.get(name, ())]
    short = [city for city in aliased if fold(city.name).startswith(f"{name} ")]
    called = [gazetteer.cities[each] for each in gazetteer.called.get(name, ())]
    for cities in ([*called, *short], aliased):
        found = _within(cities, country, region)
        if found:
            return tuple(sorted(found, key=_renown))
    return ()


def _renown(city: City) -> tuple[int, int, str]:
    return (-city.renown, -city.population, city.id)


def _within(cities: Iterable[City], country: str | None, region: str | None) -> list[City]:
    near = [city for city in cities if country is None or city.country == country]
    return [city for city in near if city.region == region] or near


def _stands_out(cities: tuple[City, ...]) -> bool:
    first, *others = cities
    return all(
        first.population >= _MORE_PEOPLE * other.population and first.renown >= _MORE_NAMES * other.renown
        for other in others
    )
