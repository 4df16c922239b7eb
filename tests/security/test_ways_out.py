"""No route is forgotten: each is in the table of ways out, which says what it may tell."""

import pytest

from tests.security.ways_out import EVERY_SERVICE, SILENT, TELLS, applications, ways


@pytest.mark.parametrize("service", sorted(TELLS))
def test_every_route_of_a_service_is_in_the_table_of_ways_out(service: str) -> None:
    found = set(ways(applications()[service]))
    known = EVERY_SERVICE.keys() | SILENT[service].keys() | TELLS[service]
    assert sorted(found - known) == [], "say in tests/security/ways_out.py what this route tells"
    assert sorted(known - found - EVERY_SERVICE.keys()) == [], "this route is gone: take it out of the table"
