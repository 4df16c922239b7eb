"""The places that maps are drawn from; ``data/ATTRIBUTION.txt`` says where they are from."""

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from services.notifications.domain.catalogue.world_map import MapPlace, WorldMap, middles, world_map

FILE = Path(__file__).parents[1] / "data" / "map_places.csv.gz"


@cache
def places() -> tuple[MapPlace, ...]:
    """Every place, the largest first."""
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    rows = (line.split(",") for line in lines)
    return tuple(
        MapPlace(country, float(north), float(east), int(people)) for country, north, east, people in rows
    )


@cache
def _middles() -> Mapping[str, tuple[float, float]]:
    return middles(places())


def drawn(counts: Mapping[str, int]) -> WorldMap | None:
    """Return the map of how many results each country has."""
    return _drawn(frozenset(counts.items()))


@lru_cache(256)
def _drawn(counts: frozenset[tuple[str, int]]) -> WorldMap | None:
    return world_map(dict(counts), places(), _middles())
