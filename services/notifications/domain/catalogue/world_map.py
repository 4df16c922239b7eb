"""A map of results: a dot for each country that has any, drawn over the larger places around it.

It has no borders and no tiles: the places alone show where land and people are. Latitudes are stretched as
on a map that is true at its middle (equirectangular).
"""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians, sqrt
from typing import Final, NamedTuple

MARGIN: Final = 4.0
LEAST: Final = 36.0
"""Degrees that a map shows at least, in both directions, so that one country has neighbours."""
WIDTH: Final = 600
TALLEST: Final = 420
MOST_PLACES: Final = 700
LARGEST_DOT, SMALLEST_DOT = 22.0, 5.0


class MapPlace(NamedTuple):
    """A place: its country, where it is, and its inhabitants."""

    country: str
    latitude: float
    longitude: float
    inhabitants: int


class Dot(NamedTuple):
    """The results of one country, by the middle of its places."""

    country: str
    solutions: int
    x: float
    y: float
    radius: float


class WorldMap(NamedTuple):
    """What is drawn: ``places`` is the path of all places that are in view, ``dots`` the largest first."""

    width: int
    height: int
    places: str
    dots: tuple[Dot, ...]


def middles(places: Iterable[MapPlace]) -> Mapping[str, tuple[float, float]]:
    """Return the middle of each country's places, by inhabitants."""
    sums: dict[str, list[float]] = {}
    for place in places:
        weight = max(1, place.inhabitants)
        total = sums.setdefault(place.country, [0, 0, 0])
        for index, value in enumerate((weight, weight * place.latitude, weight * place.longitude)):
            total[index] += value
    return {country: (north / all_, east / all_) for country, (all_, north, east) in sums.items()}


def world_map(
    counts: Mapping[str, int], places: Sequence[MapPlace], middle: Mapping[str, tuple[float, float]]
) -> WorldMap | None:
    """Return the map of how many results each country has; None where none has a place."""
    shown = {country: number for country, number in counts.items() if number > 0 and country in middle}
    if not shown:
        return None
    north, east = zip(*(middle[country] for country in shown), strict=True)
    top, bottom = _span(max(north), min(north), 85)
    right, left = _span(max(east), min(east), 180)
    narrow = cos(radians((top + bottom) / 2))
    scale = min(WIDTH / ((right - left) * narrow), TALLEST / (top - bottom))

    def at(latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - left) * narrow * scale, (top - latitude) * scale

    inside = [p for p in places if bottom <= p.latitude <= top and left <= p.longitude <= right]
    drawn = sorted(inside, key=lambda place: -place.inhabitants)[:MOST_PLACES]
    points = dict.fromkeys(tuple(map(round, at(place.latitude, place.longitude))) for place in drawn)
    most = max(shown.values())
    dots = []
    for country, number in shown.items():
        x, y = at(*middle[country])
        dots.append(Dot(country, number, round(x, 1), round(y, 1), _radius(number, most)))
    return WorldMap(
        round((right - left) * narrow * scale),
        round((top - bottom) * scale),
        "".join(f"M{x} {y}h0" for x, y in points),
        tuple(sorted(dots, key=lambda dot: (-dot.solutions, dot.country))),
    )


def _span(high: float, low: float, end: float) -> tuple[float, float]:
    """The bounds of a direction: with a margin, at least ``LEAST`` degrees, and not over the end."""
    around = max((high - low) / 2 + MARGIN, LEAST / 2)
    centre = (high + low) / 2
    return min(centre + around, end), max(centre - around, -end)


def _radius(number: int, most: int) -> float:
    """The area goes by the number; the smallest dot can still be seen."""
    return round(max(SMALLEST_DOT, LARGEST_DOT * sqrt(number / most)), 1)
