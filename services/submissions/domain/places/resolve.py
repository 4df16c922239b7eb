"""Where: the city a text or a buyer points to, with the way it was found and how sure that is.

The country comes first: what tells it, and where two clues contradict each other.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from services.submissions.domain.places.gazetteer import City, Country, Gazetteer, country_of
from services.submissions.domain.places.local_government_words import (
    LOCAL_AUTHORITY_LISTS,
    around_a_city,
    languages_of,
    place_names_in,
    without_articles,
)
from services.submissions.domain.places.regions import (
    country_of_region,
    parts_of,
    region_code,
    territory_of,
)
from shared.folding import fold

_GEONAMES = re.compile(r"(\d{2,9})")
_SCHEMES = ("GEONAMES", "XI-GEONAMES", "HTTP://WWW.GEONAMES.ORG", "HTTPS://WWW.GEONAMES.ORG", "URN:GEONAMES")


def city_by_identifier(identifiers: Iterable[tuple[str, str]]) -> str | None:
    """Give the GeoNames id among (scheme, id) pairs, also out of ``https://www.geonames.org/2643743/``."""
    for scheme, identifier in identifiers:
        match = _GEONAMES.search(identifier)
        if match and (scheme.strip().upper().rstrip("/") in _SCHEMES or "geonames.org" in identifier):
            return match[1]
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


def countries_named(clues: CountryClues, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give every country that the clues tell (ISO codes), the address's first.

    None means that nothing tells it, several that the clues contradict each other. A currency tells a
    country where one country alone has it, and contradicts one that has another.
    """
    countries = dict.fromkeys(_without_their_states(_by_place(clues, gazetteer), clues.region, gazetteer))
    home = gazetteer.country_by_currency.get(clues.currency or "")
    if home and not any(gazetteer.countries[country].currency == clues.currency for country in countries):
        countries[home] = None
    return tuple(countries)


def _by_place(clues: CountryClues, gazetteer: Gazetteer) -> Iterator[str]:
    """Address, region, register of local governments, publisher: whichever are told."""
    yield country_of(clues.country, gazetteer) or ""
    yield _nuts(clues.region or "") or country_of_region(clues.region) or ""
    yield from (
        scheme.strip().upper()[:2]
        for scheme, _ in clues.identifiers
        if scheme.strip().upper() in LOCAL_AUTHORITY_LISTS
    )
    yield country_of(clues.home, gazetteer) or ""


def _without_their_states(
    countries: Iterable[str], region: str | None, gazetteer: Gazetteer
) -> Iterator[str]:
    """Give the territory for its state where the region names it: La Réunion, France, is RE."""
    for country in countries:
        if country in gazetteer.countries:
            yield territory_of(country, region, gazetteer) or country


def _nuts(region: str) -> str:
    match = _NUTS.fullmatch(region.strip().upper())
    code = (match[1] or match[2]) if match else ""
    return _ITS_OWN_CODES.get(code, code) if code in _NUTS_COUNTRIES else ""


Method = Literal["registration", "review", "identifier", "name", "locality", "delivery", "none"]
Doubt = Literal[
    "no-country",
    "countries-differ",
    "namesakes",
    "office-only",
    "delivery-only",
    "not-found",
    "short-name",
    "address-differs",
    "around-a-city",
]

# A namesake is set aside only where two unlike measures agree, never by population alone.
_MORE_PEOPLE = 10
_MORE_NAMES = 3
_MOST_CANDIDATES = 12
_FAR = 100.0  # km: a city has no office farther away
_OF_MANY_NAMESAKES = frozenset({"US"})  # a name tells no city there without its state


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
        candidates = dict.fromkeys((*filter(None, (self.city,)), *self.candidates, *others))
        return replace(self, city=None, candidates=tuple(candidates)[:_MOST_CANDIDATES], doubt=doubt)


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
    countries = _settled(clues, countries_named(clues, gazetteer), gazetteer)
    country = countries[0] if len(countries) == 1 else None
    if country and (region := region_code(country, clues.region) or region_code(country, clues.country)):
        clues = replace(clues, region=region)
    place, agreed = _best(tuple(_answers(clues, country, gazetteer)))
    if place.method == "identifier" and place.city:
        home = gazetteer.cities[place.city].country
        parts = {part for country in countries for part in parts_of(country)}
        return place.doubted("countries-differ") if parts and home not in parts else place
    if place.method == "none":
        return place
    doubt: Doubt | None = None
    if country is None:
        doubt = "countries-differ" if countries else "no-country"
        return place.doubted(doubt, *_anywhere(clues.names, gazetteer))
    if place.city and place.method == "name":
        ambiguous = (
            country in _OF_MANY_NAMESAKES and place.candidates and not region_code(country, clues.region)
        )
        doubt = (
            "namesakes" if ambiguous else _doubt_of(gazetteer.cities[place.city], clues, country, gazetteer)
        )
    elif place.city and not agreed:
        doubt = "office-only" if place.method == "locality" else "delivery-only"
    return place.doubted(doubt) if doubt else place


def _doubt_of(city: City, clues: Clues, country: str, gazetteer: Gazetteer) -> Doubt | None:
    """Say what speaks against a city that the buyer's name means."""
    region = region_code(country, clues.region)
    if region and city.region != region:
        return "address-differs"
    near = _located(clues, country, gazetteer)
    if near and all(_kilometres(city, other) > _FAR for other in near):
        return "address-differs"
    if any(around_a_city(name, city.country, city.region) for name in clues.names):
        return "around-a-city"
    texts = {fold(text) for name in clues.names for text in place_names_in(name)}
    named = {*texts, fold(clues.locality or "")}
    borne = [text for text in named if _bears(city, text)]
    if all(_shortened(text, city) for text in borne) and not _says_city(clues, city):
        return "short-name"
    return None


def _located(clues: Clues, country: str, gazetteer: Gazetteer) -> tuple[City, ...]:
    """Give the cities that the address of the office may name."""
    for text in without_articles(fold(clues.locality or "")):
        bearers = _bearers(text, country, clues.region, gazetteer)
        if bearers:
            return bearers
    return ()


def _bears(city: City, text: str) -> bool:
    return text == fold(city.name) or any(text == fold(alias) for alias in city.aliases)


def _shortened(text: str, city: City) -> bool:
    """Whether ``text`` is only the beginning of the city's name: "Clermont" for Clermont-Ferrand.

    "New York" for New York City and one of two names ("Biel/Bienne") are no shortened names.
    """
    names = [fold(part) for part in re.split(r"\s*/\s*", city.name)]
    return text not in names and any(
        name.startswith(f"{text} ") and name.removeprefix(f"{text} ") != "city" for name in names
    )


_LARGE = 200_000  # people: in English the council of a city of this size may leave out the rest of its name


def _says_city(clues: Clues, city: City) -> bool:
    """Whether it calls itself the council of a city, and the city is large: "Newcastle City Council"."""
    words = re.compile(r"\bcity (?:council|of)\b")
    return city.population >= _LARGE and any(words.search(fold(name)) for name in clues.names)


def _kilometres(one: City, other: City) -> float:
    """The distance of two cities on a sphere."""
    north, east = math.radians(one.latitude), math.radians(one.longitude)
    other_north, other_east = math.radians(other.latitude), math.radians(other.longitude)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def _settled(clues: Clues, countries: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The countries told, without the currency's where buyer's name and address are one city of another.

    A buyer in München, Deutschland, may publish amounts in pounds.
    """
    by_place = countries_named(replace(clues, currency=None), gazetteer)
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
    identifiers = {identifier for text in texts for index in indices for identifier in index.get(text, ())}
    return tuple(
        city.id for city in sorted((gazetteer.cities[identifier] for identifier in identifiers), key=_renown)
    )


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
    identifiers, spoken = _anywhere((name,), gazetteer), languages_of(name)
    countries = {gazetteer.cities[identifier].country for identifier in identifiers}
    countries = {
        country for country in countries if not spoken or _speaks(gazetteer.countries[country], spoken)
    }
    if len(countries) == 1:
        return resolve_name(name, gazetteer, countries.pop())
    return NOWHERE.doubted("no-country", *identifiers)


def _speaks(country: Country, languages: Iterable[str]) -> bool:
    return bool(country.languages) and country.languages[0][:2] in languages


def _answers(clues: Clues, country: str | None, gazetteer: Gazetteer) -> Iterator[Place]:
    identified = city_by_identifier(clues.identifiers)
    if identified in gazetteer.cities:
        yield Place(identified, "identifier", 0.95)
    for name in clues.names:
        texts = place_names_in(name)
        for text in texts:
            if not _only_called_a_city(text, texts, country, gazetteer):
                yield _named(text, "name", country, clues.region, gazetteer)
    elsewhere = any(place_names_in(name) for name in clues.names)
    for text in without_articles(fold(clues.locality or "")):
        yield _doubted(_named(text, "locality", country, clues.region, gazetteer), elsewhere=elsewhere)
    for delivery in clues.delivery:
        yield _named(delivery, "delivery", country, clues.region, gazetteer)


def _only_called_a_city(text: str, texts: tuple[str, ...], country: str | None, gazetteer: Gazetteer) -> bool:
    """Whether ``text`` is another of the texts and the word "city", which is in no city's own name.

    "Richmond City" is written of one Richmond, but every Richmond has a city council.
    """
    bare = text.removesuffix(" city").removesuffix(" town")
    if bare == text or bare not in texts:
        return False
    own, others = (
        _within(map(gazetteer.cities.__getitem__, gazetteer.called.get(called, ())), country, None)
        for called in (text, bare)
    )
    return bool(others) and not own


def _doubted(place: Place, *, elsewhere: bool) -> Place:
    """Halve the confidence where the name speaks of another place: a county's office stands in some city."""
    return replace(place, confidence=round(place.confidence / 2, 2)) if elsewhere else place


def _best(answers: tuple[Place, ...]) -> tuple[Place, bool]:
    """Give the first answer that is a city, unless an earlier clue named others; else the candidates.

    With it, whether it is one of several cities that the name may mean.
    """
    by_name = next((place for place in answers if place.candidates and not place.city), None)
    cities = (place for place in answers if place.city)
    agreed = next((place for place in cities if by_name is None or place.city in by_name.candidates), None)
    return agreed or by_name or NOWHERE, bool(agreed and by_name and by_name.method == "name")


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
    aliased = [gazetteer.cities[identifier] for identifier in gazetteer.known_as.get(name, ())]
    short = [city for city in aliased if fold(city.name).startswith(f"{name} ")]
    called = [gazetteer.cities[identifier] for identifier in gazetteer.called.get(name, ())]
    for cities in ([*called, *short], aliased):
        bearers = _within(cities, country, region)
        if bearers:
            return tuple(sorted(bearers, key=_renown))
    return ()


def _renown(city: City) -> tuple[int, int, str]:
    return (-city.renown, -city.population, city.id)


def _within(cities: Iterable[City], country: str | None, region: str | None) -> list[City]:
    parts = parts_of(country) if country else frozenset()
    near = [city for city in cities if country is None or city.country in parts]
    code = (country and region_code(country, region)) or region
    return [city for city in near if city.region == code] or near


def _stands_out(cities: tuple[City, ...]) -> bool:
    first, *others = cities
    return all(
        first.population >= _MORE_PEOPLE * other.population and first.renown >= _MORE_NAMES * other.renown
        for other in others
    )
