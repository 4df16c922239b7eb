"""Where: the city a text or a buyer points to, with the way it was found and how sure that is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from services.submissions.domain.places.gazetteer import City, Gazetteer, country_of
from services.submissions.domain.places.identifiers import city_by_identifier
from services.submissions.domain.places.markers import place_names_in, without_articles
from services.submissions.domain.places.names import fold

Method = Literal["registration", "identifier", "name", "locality", "delivery", "none"]

# A namesake is set aside only where two unlike measures agree, never by population alone.
_MORE_PEOPLE = 10
_MORE_NAMES = 3
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """``city`` is a GeoNames id or ``None``; ``candidates`` (ids, widest known first) go to a reviewer."""

    city: str | None
    method: Method
    confidence: float
    candidates: tuple[str, ...] = ()

    @property
    def needs_review(self) -> bool:
        """Whether a person has to choose among the candidates, or to confirm a doubtful city."""
        return bool(self.candidates) if self.city is None else self.confidence < SURE


NOWHERE = Place(None, "none", 0.0)


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a buyer's whereabouts; ``country`` is a code or a name in any language.

    ``registered`` is the city (GeoNames id) the publisher registered for, ``names`` the buyer's names,
    ``locality`` its address, ``delivery`` places named for delivery, ``region`` a GeoNames admin1 code.
    """

    registered: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    locality: str | None = None
    delivery: tuple[str, ...] = ()
    country: str | None = None
    currency: str | None = None
    region: str | None = None


def resolve(clues: Clues, gazetteer: Gazetteer) -> Place:
    """Find the city by the first clue that answers.

    The order is registration, identifier, a local authority's name, address, place of delivery. Where a
    clue fits several cities the answer is no city but candidates, unless a later clue names one of them.
    """
    if clues.registered in gazetteer.cities:
        return Place(clues.registered, "registration", 1.0)
    country = country_of(clues.country, gazetteer) or gazetteer.country_by_currency.get(clues.currency or "")
    return _best(tuple(_answers(clues, country, gazetteer)))


def resolve_name(
    name: str, gazetteer: Gazetteer, country: str | None = None, region: str | None = None
) -> Place:
    """Find the city a name means: ``"Gemeente Amsterdam"``, ``"Krakow"``, ``"City & County of Swansea"``.

    ``country`` is a code or a name in any language. Without it a name that several cities bear is not
    resolved but answered with candidates.
    """
    code = country_of(country, gazetteer)
    places = (_named(text, "name", code, region, gazetteer) for text in (name, *place_names_in(name)))
    return _best(tuple(places))


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


def _best(answers: tuple[Place, ...]) -> Place:
    """Give the first answer that is a city, unless an earlier clue named others; else the candidates."""
    told = next((place for place in answers if place.candidates and not place.city), None)
    cities = (place for place in answers if place.city)
    agreed = (place for place in cities if told is None or place.city in told.candidates)
    return next(agreed, told or NOWHERE)


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
    return Place(None, method, 0.0, candidates)


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
            return tuple(sorted(found, key=lambda city: (-city.renown, -city.population, city.id)))
    return ()


def _within(cities: Iterable[City], country: str | None, region: str | None) -> list[City]:
    near = [city for city in cities if country is None or city.country == country]
    return [city for city in near if city.region == region] or near


def _stands_out(cities: tuple[City, ...]) -> bool:
    first, *others = cities
    return all(
        first.population >= _MORE_PEOPLE * other.population and first.renown >= _MORE_NAMES * other.renown
        for other in others
    )
