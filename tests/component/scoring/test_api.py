"""The doors of the scoring service on a real store: what they answer, and what they never show."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.scoring.application.context import ScoringContext
from services.scoring.domain.codes.cpv_tree import related_tags
from services.scoring.domain.scores import CardFilter
from shared.city_keys import CityKeys
from shared.events import AdoptionRecorded
from shared.facts import Stage
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    a_failure,
    a_need,
    a_solution,
    an_adoption,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import CITIES, FAILED, at_the_doors, doors, hear

HIDDEN = solution_recorded(solution=a_solution(id="hidden"), embargo_until=NOW.date() + timedelta(days=30))
UNCONFIRMED = solution_recorded(solution=a_solution(id="unconfirmed"), state="draft")


@pytest.fixture
async def room(room: ScoringContext) -> ScoringContext:
    """Three cities, two solutions that may be seen and two that may not, needs and outcomes."""
    await hear(
        room,
        *CITIES,
        need_recorded(),
        need_recorded(need=a_need(id="need-2", city=YORK, stage="open")),
        solution_recorded(),
        solution_recorded(solution=a_solution(id="sol-2", title="Parcel lockers at night")),
        HIDDEN,
        UNCONFIRMED,
        outcome_recorded(),
        FAILED,
        outcome_recorded(implementation=an_implementation(solution="sol-2", city=YORK, outcome="running")),
    )
    return room


@pytest.fixture
async def api(room: ScoringContext) -> AsyncIterator[AsyncClient]:
    """Somebody who asks."""
    async with at_the_doors(room) as client:
        yield client


async def get(api: AsyncClient, path: str) -> Any:  # noqa: ANN401 - whatever JSON the door answers with
    answer = await api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_score_comes_with_a_sentence_for_each_contribution(api: AsyncClient) -> None:
    assessment = (await get(api, "/v1/solutions/sol-1/score"))["assessment"]
    points = sum(each["points"] for each in assessment["evaluation_contributions"])
    assert points == pytest.approx(assessment["evaluation"]["value"], abs=1e-9)
    assert all(each["reason"] for each in assessment["risk_contributions"])


async def test_a_score_for_a_city_is_personal_and_names_the_nearest_failure(api: AsyncClient) -> None:
    found = await get(api, f"/v1/solutions/sol-1/score-for/{KRAKOW}")
    assert found["assessment"]["transferability"]
    assert found["assessment"]["weakest"]
    assert found["nearest_failure"]["city"] == YORK


async def test_a_sheet_has_the_same_criteria_for_all_and_names_no_winner(api: AsyncClient) -> None:
    sheet = await get(api, "/v1/compare?solution=sol-2&solution=sol-1")
    assert [one["solution"] for one in sheet["solutions"]] == ["sol-1", "sol-2"]
    assert {tuple(cell["solution"] for cell in row["cells"]) for row in sheet["rows"]} == {("sol-1", "sol-2")}
    five = "&".join(f"solution=s{number}" for number in range(5))
    assert (await api.get(f"/v1/compare?{five}")).status_code == 422


async def test_a_failure_tops_the_list_of_what_teaches_most(api: AsyncClient) -> None:
    assert [line["solution"] for line in await get(api, "/v1/learning")] == ["sol-1"]


async def test_a_citys_own_solutions_come_with_what_they_teach_and_without_the_hidden(
    api: AsyncClient,
) -> None:
    lines = await get(api, f"/v1/cities/{TAMPERE}/learning")
    assert [line["solution"] for line in lines] == ["sol-1", "sol-2"]
    assert lines[0]["learning"] > lines[1]["learning"]
    assert (await api.get("/v1/cities/nowhere/learning")).status_code == 404
    assert await get(api, f"/v1/cities/{YORK}/learning") == []


async def test_solutions_are_found_by_text_and_by_every_filter(api: AsyncClient) -> None:
    assert (await get(api, "/v1/solutions?text=parcel+lockers"))[0]["solution"] == "sol-2"
    lines = await get(api, "/v1/solutions?text=parcel+lockers")
    assert [line["similar"] for line in lines] == [line["relevance"] >= 0.7 for line in lines]
    assert {line["similar"] for line in await get(api, "/v1/solutions")} == {None}
    for query, expected in {
        "topic=CPV:63712000": ["sol-1", "sol-2"],
        "country=FI&outcome=failed": ["sol-1"],
        "outcome=running": ["sol-2"],
        "language=pl": [],
        "band=Ready to adapt": [],
    }.items():
        assert [line["solution"] for line in await get(api, f"/v1/solutions?{query}")] == expected


async def test_matches_are_explained_for_city_and_solution(api: AsyncClient) -> None:
    for path in (f"/v1/cities/{KRAKOW}/matches", "/v1/solutions/sol-1/matches"):
        found = await get(api, path)
        assert ("sol-1", "need-1") in [(one["solution"], one["need"]) for one in found]
        assert {"code"} <= {reason["kind"] for reason in found[0]["reasons"]}


async def test_a_city_sees_its_portfolio_candour_and_sharing(api: AsyncClient) -> None:
    running = await get(api, f"/v1/cities/{YORK}/portfolio")
    assert (running["running"], running["projects"]) == (["sol-2"], 1)
    assert sum(running["chances"]) == pytest.approx(1)
    assert (await get(api, f"/v1/cities/{YORK}/candour"))["failed"] == 1
    assert (await get(api, f"/v1/cities/{TAMPERE}/sharing"))["pledge"] is None


async def test_what_is_one_citys_alone_is_shown_to_who_has_its_key(room: ScoringContext) -> None:
    keys = CityKeys("sixteen letters at least")
    async with at_the_doors(replace(room, city_keys=keys)) as client:
        other, own_key = keys.key(KRAKOW), keys.key(YORK)
        for page in ("portfolio", "candour", "matches", "circles"):
            path = f"/v1/cities/{YORK}/{page}"
            for shown in ("", "Bearer", f"Bearer {other}", f"Basic {own_key}", "Bearer \xdf"):
                refused = await client.get(path, headers={b"Authorization": shown.encode()})
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"].startswith("Bearer")
            own = await client.get(path, headers={"Authorization": f"bearer {own_key}"})
            assert own.status_code == 200
        assert (await client.get(f"/v1/cities/{YORK}/peers")).status_code == 200


async def test_the_first_of_many_scores_are_those_that_teach_most_then_by_id(room: ScoringContext) -> None:
    await hear(room, solution_recorded(solution=a_solution(id="a-third")))
    scores = await room.store.scores.matching(CardFilter(), 2)
    assert [score.solution for score in scores] == ["sol-1", "a-third"]
    tags = related_tags(room.analyzer.tree, a_need().topics)
    needs = await room.store.needs.in_stages(Stage, tags, 1)
    assert [need.fact.id for need in needs] == ["need-1"]


async def test_peers_and_partners_come_without_a_person(api: AsyncClient) -> None:
    peers = await get(api, f"/v1/cities/{KRAKOW}/peers")
    assert [len(peer["reasons"]) for peer in peers] == [3, 3]
    (partner,) = await get(api, "/v1/needs/need-1/partners")
    assert (partner["city"], partner["need"]) == (YORK, "need-2")


async def test_the_framework_is_open_and_says_how_well_it_did(api: AsyncClient) -> None:
    assert await get(api, "/v1/frameworks") == ["1", "2"]
    assert (await get(api, "/v1/frameworks/1"))["version"] == "1"
    assert (await api.get("/v1/frameworks/99")).status_code == 404
    assert (await get(api, "/v1/calibration"))["number"] == 2


async def test_the_followers_window_says_how_far_it_is(api: AsyncClient) -> None:
    window = await get(api, "/v1/solutions/sol-1/follow")
    assert (window["open"], window["ended"], window["documented_failures"]) == (False, 2, 1)


@pytest.mark.parametrize("solution", ["hidden", "unconfirmed", "never-heard-of"])
@pytest.mark.parametrize("door", ["score", f"score-for/{KRAKOW}", "matches", "follow"])
async def test_what_must_not_be_seen_is_not_there(api: AsyncClient, solution: str, door: str) -> None:
    assert (await api.get(f"/v1/solutions/{solution}/{door}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/v1/solutions", "/v1/solutions?text=night+freight", "/v1/learning", f"/v1/cities/{KRAKOW}/matches"],
)
async def test_no_list_shows_what_must_not_be_seen(api: AsyncClient, path: str) -> None:
    assert {"hidden", "unconfirmed"}.isdisjoint({line["solution"] for line in await get(api, path)})


async def test_every_door_is_described_with_what_it_answers(room: ScoringContext) -> None:
    for path, ways in doors(room).openapi()["paths"].items():
        for door in ways.values():
            assert door["description"], path
            if "204" in door["responses"]:
                continue
            (answer,) = (door["responses"][code] for code in ("200", "202") if code in door["responses"])
            assert answer["content"]["application/json"]["schema"], path


async def test_prices_and_spread_come_from_facts_with_their_sources(
    room: ScoringContext, api: AsyncClient
) -> None:
    cost = {"amount": 500_000, "currency": "EUR"}
    version = a_solution(id="sol-3", city=KRAKOW, parent="sol-1", cost=cost, ocid="ocds-3")
    await hear(
        room,
        solution_recorded(solution=version),
        AdoptionRecorded(
            revision=1,
            state="published",
            recorded=NOW,
            adoption=an_adoption(solution="sol-3", letter="letter-1"),
        ),
    )
    (price,) = await get(api, "/v1/prices?topic=CPV:63712000")
    assert (price["city"], price["source"], price["in_currency"]) == (KRAKOW, "ocds-3", 500_000)
    spread = await get(api, "/v1/solutions/sol-1/spread")
    assert [(branch["city"], branch["letter"]) for branch in spread["tree"]] == [
        (TAMPERE, None),
        (KRAKOW, "letter-1"),
    ]
    assert await get(api, "/v1/prices?topic=CPV:nothing") == []
    assert (await api.get("/v1/prices?topic=nothing")).status_code == 422


async def test_a_city_sees_the_circles_it_is_in_and_nobody_elses(
    room: ScoringContext, api: AsyncClient
) -> None:
    """F1."""
    await hear(room, city_recorded(city=a_city(id="outside", name="Outside")))
    for city in (KRAKOW, TAMPERE):
        tried = an_implementation(solution="sol-2", city=city, outcome="abandoned", failure=a_failure())
        assert await get(api, f"/v1/cities/{city}/circles") == []
        await hear(room, outcome_recorded(implementation=tried))
    (circle,) = await get(api, f"/v1/cities/{YORK}/circles")
    assert (circle["cause"], circle["cities"]) == ("citizens", 3)
    assert circle["own"]["title"] == "Night-time freight"
    assert [lesson["city_name"] for lesson in circle["others"]] == ["Kraków", "Tampere"]
    assert await get(api, "/v1/cities/outside/circles") == []
    await hear(room, solution_recorded(solution=a_solution(id="sol-2"), state="withdrawn", revision=2))
    assert await get(api, f"/v1/cities/{YORK}/circles") == []
