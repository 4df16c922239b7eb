"""A buyer whose city is doubtful waits for a reviewer: nobody is told before; decisions are remembered."""

import json
from typing import Any

from httpx import AsyncClient

from services.submissions.settings import Settings
from shared.store.mongo import open_database
from tests.broker import Outsider, body_of
from tests.builders import YORK
from tests.component.commands import submissions
from tests.component.intake import Event, at_the_door, event, running, say

HULL = "2645425"
CASE: Event = {
    "id": "r1",
    "date": "2024-01-10T09:00:00Z",
    "tag": ["tender"],
    "language": "en",
    "initiationType": "tender",
    "parties": [],
    "buyer": {"id": "B", "name": "Hull City Council"},
    "tender": {"id": "t", "title": "Protected cycle lanes", "status": "active"},
}


def a_release(number: int, **changes: object) -> Event:
    return event("procurement.release", {**CASE, "ocid": f"ocds-213czf-hull-{number}", **changes})


async def the_places(settings: Settings) -> list[Any]:
    lines = (await submissions(settings, "review", "list")).stdout.splitlines()
    return [each for each in map(json.loads, lines) if each["what"] == "place"]


async def the_city(settings: Settings, number: int) -> str:
    database = open_database(settings, "submissions")
    found = await database["records"].find_one({"_id": f"need|urn:ocid:ocds-213czf-hull-{number}"})
    await database.close()
    return str(found and found["city"])


async def test_a_doubtful_buyer_waits_and_the_decision_places_what_waits_and_what_comes(
    http: AsyncClient, settings: Settings
) -> None:
    said = [await say(http, a_release(number)) for number in (1, 2)]
    assert [each["fate"] for each in said] == ["recorded", "recorded"]
    complaint = said[0]["complaints"][0]
    assert complaint["path"] == "buyer.name"
    assert "no country" in complaint["message"]
    assert await the_city(settings, 1) == "unresolved"
    (waiting,) = await the_places(settings)
    assert (waiting["buyer"]["name"], waiting["doubt"], waiting["processes"]) == (
        "Hull City Council",
        "no-country",
        2,
    )
    assert {each["country"] for each in waiting["candidates"]} == {"GB", "CA"}
    decided = await submissions(settings, "review", "place", waiting["id"], "--city", "Hull, GB")
    assert decided.exit_code == 0, decided.output
    assert [await the_city(settings, number) for number in (1, 2)] == [HULL, HULL]
    assert (await say(http, a_release(3)))["complaints"] == []
    assert await the_city(settings, 3) == HULL
    assert await the_places(settings) == []


async def test_nothing_is_said_before_the_decision_and_all_that_waited_after_it(
    http: AsyncClient, settings: Settings, outsider: Outsider
) -> None:
    heard = await outsider.listen("need.recorded")
    await say(http, a_release(1))
    (waiting,) = await the_places(settings)
    await say(http, a_release(2, buyer={"name": "Leeds City Council", "address": {"countryName": "GB"}}))
    first = body_of(await outsider.next(heard))
    assert first["need"]["id"] == "urn:ocid:ocds-213czf-hull-2"  # type: ignore[index]
    await submissions(settings, "review", "place", waiting["id"], "--city", HULL)
    second = body_of(await outsider.next(heard))
    assert (second["need"]["id"], second["need"]["city"]) == ("urn:ocid:ocds-213czf-hull-1", HULL)  # type: ignore[index]


async def test_a_decision_may_be_changed_and_takes_its_records_along(
    http: AsyncClient, settings: Settings
) -> None:
    awarded = {"awards": [{"id": "a", "title": "Lanes", "status": "active"}]}
    signed = {"contracts": [{"id": "c", "awardID": "a", "status": "terminated"}]}
    await say(http, a_release(1, tag=["contractTermination"], **awarded, **signed))
    (waiting,) = await the_places(settings)
    wrong = await submissions(settings, "review", "place", waiting["id"], "--city", "6942644")
    assert wrong.exit_code == 0, wrong.output
    assert (await submissions(settings, "review", "place", waiting["id"], "--no-city")).exit_code == 2
    right = await submissions(settings, "review", "place", waiting["id"], "--city", HULL)
    assert right.exit_code == 0, right.output
    assert await the_city(settings, 1) == HULL
    database = open_database(settings, "submissions")
    outcomes = await database["records"].find({"kind": "outcome"}).to_list(None)
    solutions = await database["records"].find({"kind": "solution"}).to_list(None)
    await database.close()
    assert {each["city"] for each in solutions} == {HULL}
    states = {each["city"]: each["state"] for each in outcomes}
    assert states == {"unresolved": "withdrawn", "6942644": "withdrawn", HULL: "draft"}


async def test_no_city_ends_the_question_without_placing_anything(
    http: AsyncClient, settings: Settings
) -> None:
    await say(http, a_release(1))
    (waiting,) = await the_places(settings)
    ended = await submissions(settings, "review", "place", waiting["id"], "--no-city", "--reason", "A board")
    assert ended.exit_code == 0, ended.output
    assert (await the_places(settings), await the_city(settings, 1)) == ([], "unresolved")
    assert (await say(http, a_release(2)))["complaints"] == []


async def test_a_later_release_that_tells_the_country_places_the_process_by_itself(
    http: AsyncClient, settings: Settings
) -> None:
    await say(http, a_release(1))
    where = {"id": "B", "name": "Hull City Council", "address": {"countryName": "United Kingdom"}}
    told = a_release(1, id="r2", date="2024-02-10T09:00:00Z", parties=[{**where, "roles": ["buyer"]}])
    assert (await say(http, told))["complaints"] == []
    assert await the_city(settings, 1) == HULL


async def test_a_decision_is_of_one_publisher_and_only_for_a_city_it_speaks_for(settings: Settings) -> None:
    shut = settings.model_copy(update={"open_doors": False})
    keys = {}
    for name, cities in (("portal", "*"), ("york", YORK)):
        given = ("--name", name, "--city", cities, "--source", "urn:test", "--kind", "procurement")
        made = await submissions(shut, "publishers", "add", name, *given)
        assert made.exit_code == 0, made.output
        keys[name] = made.stdout.strip()
    async with running(shut) as app, at_the_door(app) as http:
        for number, name in enumerate(keys):
            http.headers["authorization"] = f"Bearer {keys[name]}"
            assert (await say(http, a_release(number)))["fate"] == "recorded"
        places = {each["publisher"]: each["id"] for each in await the_places(shut)}
        assert {*places} == {"portal", "york"}
        foreign = await submissions(shut, "review", "place", places["york"], "--city", HULL)
        assert foreign.exit_code == 2
        assert "does not speak for" in foreign.output
        own = await submissions(shut, "review", "place", places["portal"], "--city", HULL)
        assert own.exit_code == 0, own.output
        assert [await the_city(shut, number) for number in (0, 1)] == [HULL, "unresolved"]
