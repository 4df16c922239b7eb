"""Scoring: every route that tells of records, walked with a solution in every state; what is one city's."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.scoring.application.context import ScoringContext
from services.scoring.domain.alerts import Condition, Watch
from services.scoring.domain.facts import KnownFact
from shared.city_keys import CityKeys
from shared.events import Event, PartnersFound, SolutionRecorded, WarningRaised
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    a_failure,
    a_need,
    a_solution,
    adoption_recorded,
    an_adoption,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import ALIKE, CITIES, FAILED, a_room, at_the_doors, hear, of
from tests.security.ways_out import TELLS, Way

pytestmark = pytest.mark.parametrize("database", ["motor"], indirect=True)
SECRET = "Kvartsilaakso"
OSLO = "3143244"
LATER = NOW + timedelta(days=1)
TOMORROW = LATER.date() + timedelta(days=1)
SOLUTION = a_solution(title=f"{SECRET} at night", cost={"amount": 9, "currency": "EUR"}, parent="root")
HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"state": "draft"},
    "embargo until tomorrow": {"state": "confirmed", "embargo_until": TOMORROW},
    "embargo until tomorrow, as an older release says it": {"embargo_until": TOMORROW},
    "embargo until a transition": {"state": "confirmed", "embargo_until": "9999-12-31"},
    "withdrawn": {"state": "withdrawn"},
}
SHOWN: dict[str, dict[str, Any]] = {
    "published": {},
    "stale": {"state": "stale"},
    "embargo until today": {"embargo_until": LATER.date()},
}


def recorded(revision: int, **changes: Any) -> SolutionRecorded:  # noqa: ANN401 - fields of the event
    """The solution as submissions records it a day later."""
    return solution_recorded(solution=SOLUTION, revision=revision, recorded=LATER, **changes)


AROUND: Sequence[Event] = (
    *CITIES,
    city_recorded(city=a_city(id=OSLO, name="Oslo", country="NO", indicators=ALIKE)),
    need_recorded(),
    need_recorded(need=a_need(id="need-2", city=YORK, stage="open")),
    solution_recorded(solution=a_solution(id="root", city=OSLO, title="Freight by day", topics=[])),
    *(
        outcome_recorded(implementation=an_implementation(city=city, outcome="failed", failure=a_failure()))
        for city in (KRAKOW, TAMPERE, YORK)
    ),
    outcome_recorded(implementation=an_implementation(city=OSLO, outcome="running", started="2026-01-01")),
    adoption_recorded(adoption=an_adoption(solution="sol-1", city=TAMPERE, parent="root")),
)
# What each way is asked, and what in its answer tells of the solution; None where nothing does.
ASKED: dict[Way, tuple[str, str | None]] = {
    ("GET", "/v1/solutions"): (f"/v1/solutions?text={SECRET}+night+freight", SECRET),
    # One more solution is in the catalogue: a count tells of the hidden one as much as its title does.
    ("GET", "/v1/catalogue"): ("/v1/catalogue?language=en", '"total":2'),
    ("GET", "/v1/learning"): ("/v1/learning", SECRET),
    ("GET", "/v1/compare"): ("/v1/compare?solution=sol-1", SECRET),
    ("GET", "/v1/prices"): ("/v1/prices?topic=CPV:63712000", "sol-1"),
    ("GET", "/v1/solutions/{solution:path}/score"): ("/v1/solutions/sol-1/score", SECRET),
    ("GET", "/v1/solutions/{solution:path}/score-for/{city}"): (
        f"/v1/solutions/sol-1/score-for/{YORK}",
        SECRET,
    ),
    ("GET", "/v1/solutions/{solution:path}/matches"): (f"/v1/solutions/sol-1/matches?city={YORK}", "sol-1"),
    ("GET", "/v1/solutions/{solution:path}/follow"): ("/v1/solutions/sol-1/follow", "documented_failures"),
    ("GET", "/v1/solutions/{solution:path}/spread"): ("/v1/solutions/root/spread", "sol-1"),
    ("GET", "/v1/cities/{city}/portfolio"): (f"/v1/cities/{OSLO}/portfolio", "sol-1"),
    ("GET", "/v1/cities/{city}/candour"): (f"/v1/cities/{YORK}/candour", None),
    ("GET", "/v1/cities/{city}/learning"): (f"/v1/cities/{SOLUTION.city}/learning", SECRET),
    ("GET", "/v1/cities/{city}/sharing"): (f"/v1/cities/{OSLO}/sharing", '"adopted":1'),
    ("GET", "/v1/cities/{city}/matches"): (f"/v1/cities/{YORK}/matches", "sol-1"),
    ("GET", "/v1/cities/{city}/peers"): (f"/v1/cities/{YORK}/peers", None),
    ("GET", "/v1/cities/{city}/circles"): (f"/v1/cities/{YORK}/circles", SECRET),
    ("GET", "/v1/needs/{need:path}/partners"): ("/v1/needs/need-1/partners", None),
}
EVERYWHERE = [path for path, telling in ASKED.values() if telling]
WATCH = {"city": YORK, "solution": "sol-1", "condition": "failed_somewhere"}


@pytest.fixture
async def room(database: Database) -> ScoringContext:
    """An empty replica."""
    return await a_room(database)


@pytest.fixture
async def http(room: ScoringContext) -> AsyncIterator[AsyncClient]:
    """Somebody who asks."""
    async with at_the_doors(room) as client:
        yield client


async def told_of(http: AsyncClient) -> list[str]:
    """Which addresses tell of the solution."""
    found: list[str] = []
    for path, telling in ASKED.values():
        answer = await http.get(path)
        assert answer.status_code in {200, 404}, (path, answer.text)
        there = answer.status_code == 200 and (SECRET in answer.text or (telling or SECRET) in answer.text)
        found += [path] if there else []
    return found


@pytest.mark.parametrize("state", SHOWN)
async def test_a_published_solution_is_told_of_on_every_way(
    room: ScoringContext, http: AsyncClient, state: str
) -> None:
    assert ASKED.keys() == TELLS["scoring"] - {("POST", "/v1/watches")}
    await hear(room, *AROUND, recorded(1, **SHOWN[state]))
    assert await told_of(http) == EVERYWHERE


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_was_hidden_from_the_start_is_told_of_on_no_way(
    room: ScoringContext, http: AsyncClient, state: str
) -> None:
    said = await hear(room, *AROUND, recorded(1, **HIDDEN[state]), *AROUND)
    assert await told_of(http) == []
    assert [event for event in said if SECRET in event.model_dump_json()] == []
    assert (await http.post("/v1/watches", json=WATCH)).status_code == 404


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_hidden_after_its_outcomes_were_known_is_told_of_on_no_way(
    room: ScoringContext, http: AsyncClient, state: str
) -> None:
    await hear(room, *AROUND, recorded(1))
    said = await hear(room, recorded(2, **HIDDEN[state]), *AROUND)
    assert await told_of(http) == []
    assert [event for event in said if SECRET in event.model_dump_json()] == []


@pytest.mark.parametrize("state", [state for state in HIDDEN if state != "embargo until tomorrow"])
async def test_a_kept_score_never_decides_whether_its_solution_is_seen(
    room: ScoringContext, http: AsyncClient, state: str
) -> None:
    """The fact is there, and nobody scored it anew yet: another replica is just about to, or died."""
    await hear(room, *AROUND, recorded(1))
    event = recorded(2, **HIDDEN[state])
    known = KnownFact(SOLUTION, 2, event.state, LATER, embargoed=event.embargo_until is not None)
    await room.store.solutions.keep("sol-1", known)
    assert await told_of(http) == []


async def test_a_score_is_not_made_from_an_outcome_that_was_withdrawn_since(
    room: ScoringContext, http: AsyncClient
) -> None:
    await hear(room, *AROUND, recorded(1))
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    await room.store.implementations.keep(f"sol-1|{YORK}", KnownFact(failed, 2, "withdrawn", LATER))
    record = (await http.get("/v1/solutions/sol-1/score")).json()["assessment"]["record"]
    assert record["ended"] == 2


async def test_what_was_claimed_once_is_not_said_again_of_a_solution_that_is_hidden_since(
    room: ScoringContext,
) -> None:
    plan = need_recorded(need=a_need(stage="open"))
    await hear(room, *CITIES, recorded(1), FAILED)
    assert of(WarningRaised, await hear(room, plan))
    await hear(room, recorded(2, state="withdrawn"))
    assert of(WarningRaised, await hear(room, plan)) == []


@pytest.mark.parametrize("changes", [{"state": "draft"}, {"state": "withdrawn", "revision": 2}])
async def test_a_need_that_is_not_public_is_named_to_no_other_city(
    room: ScoringContext, http: AsyncClient, changes: dict[str, Any]
) -> None:
    """What a notice says before its city confirmed it is for letters to that city alone."""
    hidden = a_need(id="need-2", city=YORK, stage="open", ocid="ocds-2", title=SECRET)
    said = await hear(room, *CITIES, need_recorded(), need_recorded(need=hidden, **changes))
    assert of(PartnersFound, said) == []
    await hear(room, solution_recorded())
    assert (await http.get("/v1/needs/need-1/partners")).json() == []
    others = (await http.get("/v1/solutions/sol-1/matches")).json()
    assert [each["need"] for each in others] == ["need-1"]


async def test_a_city_whose_description_was_withdrawn_is_not_described(
    room: ScoringContext, http: AsyncClient
) -> None:
    await hear(room, *AROUND, recorded(1))
    gone = city_recorded(city=a_city(id=YORK, name="York", indicators=ALIKE), state="withdrawn", revision=2)
    await hear(room, gone)
    for path in (
        f"/v1/cities/{KRAKOW}/peers",
        f"/v1/cities/{KRAKOW}/circles",
        "/v1/prices?topic=CPV:63712000",
    ):
        assert "York" not in (await http.get(path)).text


ALONE = (
    f"/v1/solutions/sol-1/score-for/{YORK}",
    f"/v1/solutions/sol-1/matches?city={YORK}",
    f"/v1/compare?solution=sol-1&city={YORK}",
    f"/v1/cities/{YORK}/portfolio",
    f"/v1/cities/{YORK}/candour",
    f"/v1/cities/{YORK}/matches",
    f"/v1/cities/{YORK}/circles",
)


async def test_what_is_one_citys_alone_is_shown_with_that_citys_key_or_not_at_all(
    room: ScoringContext,
) -> None:
    keys = CityKeys("sixteen letters at least")
    await hear(room, *AROUND, recorded(1))
    async with at_the_doors(replace(room, city_keys=keys)) as http:
        for path in ALONE:
            for shown in ("", f"Bearer {keys.key(KRAKOW)}", f"Basic {keys.key(YORK)}"):
                assert (await http.get(path, headers={"Authorization": shown})).status_code == 401, path
            own = await http.get(path, headers={"Authorization": f"Bearer {keys.key(YORK)}"})
            assert own.status_code == 200, path
        unnamed = await http.get(
            "/v1/solutions/sol-1/matches", headers={"Authorization": f"Bearer {keys.key(YORK)}"}
        )
        assert unnamed.status_code == 401
        mine = await http.get(ALONE[1], headers={"Authorization": f"Bearer {keys.key(YORK)}"})
        assert {each["city"] for each in mine.json()} == {YORK}


async def test_a_watch_is_kept_and_ended_with_its_citys_key_only(room: ScoringContext) -> None:
    keys = CityKeys("sixteen letters at least")
    await hear(room, *AROUND, recorded(1))
    async with at_the_doors(replace(room, city_keys=keys)) as http:
        other = {"Authorization": f"Bearer {keys.key(KRAKOW)}"}
        own = {"Authorization": f"Bearer {keys.key(YORK)}"}
        assert (await http.post("/v1/watches", json=WATCH)).status_code == 401
        assert (await http.post("/v1/watches", json=WATCH, headers=other)).status_code == 401
        await room.store.watches.keep(Watch(YORK, "sol-1", Condition.FAILED_SOMEWHERE))
        assert (await http.delete("/v1/watches", params=WATCH, headers=other)).status_code == 401
        assert await room.store.open_watches(YORK) == 1
        assert (await http.delete("/v1/watches", params=WATCH, headers=own)).status_code == 204
        assert await room.store.open_watches(YORK) == 0


async def test_a_city_has_so_many_open_watches_and_no_more(room: ScoringContext) -> None:
    await hear(room, *AROUND, recorded(1))
    for name in ("one", "two"):
        await room.store.watches.keep(Watch(YORK, name, Condition.THREE_ENDED))
    async with at_the_doors(replace(room, watches=2)) as http:
        refused = await http.post("/v1/watches", json=WATCH)
    assert refused.status_code == 409
    assert "DELETE /v1/watches" in refused.text
    assert await room.store.open_watches(YORK) == 2
