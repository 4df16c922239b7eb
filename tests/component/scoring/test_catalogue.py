"""The catalogue over HTTP: as new as the store, and never with what is hidden."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.scoring.application.context import ScoringContext
from services.scoring.domain.facts import KnownFact
from tests.builders import (
    KRAKOW,
    NOW,
    YORK,
    a_failure,
    a_solution,
    an_implementation,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import CITIES, FAILED, at_the_doors, hear

LOCKERS = a_solution(id="sol-2", title="Parcel lockers", language="pl", cost={"amount": 9, "currency": "EUR"})


@pytest.fixture
async def api(room: ScoringContext) -> AsyncIterator[AsyncClient]:
    """Somebody who asks, of two solutions."""
    await hear(room, *CITIES, solution_recorded(), solution_recorded(solution=LOCKERS), FAILED)
    async with at_the_doors(room) as client:
        yield client


async def asked(api: AsyncClient, **parameters: Any) -> tuple[list[str], dict[str, dict[str, int]]]:  # noqa: ANN401
    answer = await api.get("/v1/catalogue", params=parameters)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    facets = {
        facet["facet"]: {value["value"]: value["solutions"] for value in facet["values"]}
        for facet in page["facets"]
    }
    return [line["solution"] for line in page["solutions"]], facets


async def test_every_facet_filters_and_is_counted(api: AsyncClient) -> None:
    found, facets = await asked(api)
    assert sorted(found) == ["sol-1", "sol-2"]
    assert facets["language"] == {"en": 1, "pl": 1}
    assert facets["outcome"] == {"failed": 1}
    assert facets["country"] == {"FI": 2}
    assert facets["topic"] == {"CPV:63": 2}
    for wanted in ({"language": "pl"}, {"cost": "under_50k"}):
        assert (await asked(api, **wanted))[0] == ["sol-2"]
    for wanted in (
        {"outcome": "failed"},
        {"year": "2025"},
        {"language": "en"},
        {"topic": "CPV:637", "year": "2025"},
    ):
        assert (await asked(api, **wanted))[0] == ["sol-1"]
    assert (await asked(api, country="PL"))[0] == []


async def test_a_text_finds_and_its_facets_count_what_it_found(api: AsyncClient) -> None:
    found, facets = await asked(api, text="parcel lockers", language="pl")
    assert found == ["sol-2"]
    assert facets["language"]["pl"] == 1


async def test_what_is_written_is_listed_at_once(room: ScoringContext, api: AsyncClient) -> None:
    assert (await asked(api))[1]["outcome"] == {"failed": 1}
    worked = an_implementation(solution="sol-2", city=KRAKOW, outcome="succeeded", ended="2026-02-01")
    await hear(room, outcome_recorded(implementation=worked))
    found, facets = await asked(api, outcome="succeeded")
    assert found == ["sol-2"]
    assert facets["year"] == {"2026": 1}
    again = solution_recorded(solution=LOCKERS, revision=2, state="withdrawn", recorded=NOW + timedelta(1))
    await hear(room, again)
    assert (await asked(api))[0] == ["sol-1"]


async def test_an_attempt_that_is_withdrawn_counts_no_more_though_nobody_scored_it_anew(
    room: ScoringContext, api: AsyncClient
) -> None:
    assert (await asked(api, outcome="failed"))[0] == ["sol-1"]
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    await room.store.implementations.keep(
        f"sol-1|{YORK}", KnownFact(failed, 2, "withdrawn", NOW + timedelta(1))
    )
    found, facets = await asked(api, outcome="failed")
    assert found == []
    assert facets["outcome"] == {}


async def test_another_replica_lists_what_was_there_before_it_began(
    room: ScoringContext, api: AsyncClient
) -> None:
    assert len((await asked(api))[0]) == 2
    later = type(room.catalogue)(room.store, {})
    await later.refresh()
    assert len(later.table) == 2


async def test_sorted_by_fit_a_citys_own_matches_come_first(room: ScoringContext, api: AsyncClient) -> None:
    await hear(room, need_recorded(), solution_recorded(revision=2))
    page = (await api.get("/v1/catalogue", params={"sort": "fit", "city": KRAKOW})).json()
    assert page["solutions"][0]["fit"] is not None
    assert [line["fit"] is None for line in page["solutions"]] == sorted(
        line["fit"] is None for line in page["solutions"]
    )


async def test_pages_follow_each_other_without_a_gap(api: AsyncClient) -> None:
    first, second = (await asked(api, most=1))[0], (await asked(api, most=1, skip=1))[0]
    assert sorted(first + second) == ["sol-1", "sol-2"]
