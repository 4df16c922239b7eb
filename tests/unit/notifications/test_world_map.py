"""The map of results: every country with a place has a dot in view, and the larger number the larger dot."""

import pytest

from services.notifications.adapters.map_places import drawn, places
from services.notifications.domain.catalogue.world_map import (
    LARGEST_DOT,
    SMALLEST_DOT,
    TALLEST,
    WIDTH,
    MapPlace,
    middles,
    world_map,
)


@pytest.mark.parametrize(
    "counts",
    [
        {"FI": 1},
        {"FI": 20, "ES": 60, "PL": 13, "BE": 3},
        {"NZ": 1, "US": 2},
        {"GL": 1, "CL": 1},
        dict.fromkeys({place.country for place in places()}, 1),
    ],
)
def test_every_country_with_results_has_a_dot_within_the_picture(counts: dict[str, int]) -> None:
    shown = drawn(counts)
    assert shown is not None
    assert {dot.country: dot.solutions for dot in shown.dots} == counts
    assert 0 < shown.width <= WIDTH
    assert 0 < shown.height <= TALLEST
    for dot in shown.dots:
        assert 0 <= dot.x <= shown.width
        assert 0 <= dot.y <= shown.height
    assert len(shown.places) < 8_000


def test_a_dot_grows_with_its_number_and_can_always_be_seen() -> None:
    shown = drawn({"ES": 10_000, "PL": 2_500, "FI": 1, "SE": 0})
    assert shown is not None
    radius = {dot.country: dot.radius for dot in shown.dots}
    assert radius == {"ES": LARGEST_DOT, "PL": LARGEST_DOT / 2, "FI": SMALLEST_DOT}


def test_north_is_up_east_is_right_and_a_middle_is_weighed_by_people() -> None:
    some = [MapPlace("A", 60, 10, 3), MapPlace("A", 50, 10, 1), MapPlace("B", 40, 20, 5)]
    middle = middles(some)
    assert middle == {"A": (57.5, 10), "B": (40, 20)}
    shown = world_map({"A": 1, "B": 1}, some, middle)
    assert shown is not None
    north, south = sorted(shown.dots, key=lambda dot: dot.country)
    assert north.y < south.y
    assert north.x < south.x


@pytest.mark.parametrize("counts", [{}, {"ZZ": 5}, {"FI": 0}])
def test_without_a_place_there_is_no_map(counts: dict[str, int]) -> None:
    assert drawn(counts) is None
