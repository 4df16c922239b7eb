"""The intake over a real broker and store: every inbound type, from its envelope to what is said and kept."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from deploy.local.stack import Stack
from services.submissions import tables
from services.submissions.accounts import Accounts, fresh_key
from services.submissions.app import create
from services.submissions.desk import Desk
from services.submissions.domain.speaking import Publisher
from services.submissions.domain.steps import Teller, asking
from services.submissions.settings import Settings
from services.submissions.store import Store
from shared.mongo import open_database
from tests.builders import NOW, TAMPERE, YORK, a_city, a_need, a_solution
from tests.contract.sources import ROOT
from tests.waiting import until

STRUCTURED = {"content-type": "application/cloudevents+json"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
Event = dict[str, Any]


@pytest.fixture
def settings(backing: Stack, amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    listed = tmp_path_factory.mktemp("holders") / "holders.json"
    listed.write_text(json.dumps([{"post": "mayor", "names": ["Aino Esimerkki"]}]))
    return Settings(
        amqp_url=amqp_url,
        mongo_url=backing.ports.mongo_url,
        mongo_prefix=f"test_{uuid4().hex[:8]}_",
        retry_waits=(1, 2),
        retry_attempts=8,
        open_doors=True,
        office_holders=listed,
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        yield client


def event(key: str, data: object, **more: object) -> Event:
    envelope = {"specversion": "1.0", "id": uuid4().hex, "source": "urn:test", "time": NOW.isoformat()}
    return {**envelope, "type": f"org.citiesshare.{key}.v1", "data": data, **more}


def sample(key: str) -> Event:
    read: Event = json.loads((ROOT / f"tests/samples/good/{key}.json").read_bytes())
    return {**read, "id": uuid4().hex}


async def say(http: AsyncClient, said: Event) -> Event:
    """Submit one event, and return what became of it."""
    answer = await http.post("/v1/events", json=said, headers=STRUCTURED)
    assert answer.status_code == 202, answer.text
    return await fate(http, said)


async def fate(http: AsyncClient, said: Event) -> Event:
    async def settled() -> Event | None:
        answer = await http.get("/v1/events", params={"source": said["source"], "id": said["id"]})
        found: Event = answer.json()
        return found if answer.status_code == 200 and found["fate"] != "heard" else None

    return await until(settled, 30)


def solution(**changes: object) -> Event:
    return a_solution(**changes).model_dump(mode="json", exclude_none=True)


async def test_every_good_sample_is_recorded(http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution(id="sol-sample-1")))
    await say(http, event("need.submitted", a_need(id="need-sample-1", city=TAMPERE).model_dump(mode="json")))
    outcome = {"solution": "sol-sample-1", "city": TAMPERE, "outcome": "running", "started": "2026-06-01"}
    await say(http, event("outcome.reported", outcome))
    for path in sorted((ROOT / "tests/samples/good").glob("*.json")):
        found = await say(http, sample(path.stem))
        if path.stem != "record.due":  # its day has not come
            assert (path.stem, found["fate"]) == (path.stem, "recorded"), found["complaints"]
    counts = (await http.get("/v1/status")).json()
    assert counts["solution"] >= 2


async def test_a_bare_release_and_one_inside_a_release_field_say_the_same(http: AsyncClient) -> None:
    inside = sample("procurement.release")
    first = await say(http, inside)
    second = await say(http, {**inside, "id": uuid4().hex, "data": inside["data"]["release"]})
    assert first["records"] == second["records"] != []


async def test_a_proposal_becomes_one_need_however_often_it_is_imported(http: AsyncClient) -> None:
    first = await say(http, sample("citizen.voice"))
    again = await say(http, sample("citizen.voice"))
    assert first["records"] == again["records"] == ["need|urn:citizen:3128760:proposal-17"]


async def test_an_opinion_is_counted_on_its_solution_once(http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution()))
    said = {"kind": "opinion", "reference": "r-1", "city": TAMPERE, "title": "Vans", "solution": "sol-1"}
    for _ in range(2):
        found = await say(http, event("citizen.voice", {**said, "answers": 80, "positive": 60}))
        assert found["fate"] == "recorded"
    record = (await http.get("/v1/records/solution/sol-1")).json()
    assert (record["solution"]["citizens"]["answers"], record["solution"]["citizens"]["positive"]) == (80, 60)


async def test_the_same_id_with_other_content_is_a_duplicate_of_the_first(http: AsyncClient) -> None:
    first = event("need.submitted", a_need(title="First").model_dump(mode="json"))
    await say(http, first)
    other = {**first, "data": a_need(title="Other").model_dump(mode="json")}
    assert (await http.post("/v1/events", json=other, headers=STRUCTURED)).status_code == 202

    async def noted() -> bool:
        return "duplicate" in await fate(http, first)

    await until(noted, 30)
    assert (await http.get("/v1/records/need/need-1")).json()["need"]["title"] == "First"


async def test_a_draft_is_seen_by_nobody_until_its_city_confirms_it(http: AsyncClient) -> None:
    said = sample("citizen.voice")
    await say(http, said)
    address = "/v1/records/need/urn:citizen:3128760:proposal-17"
    assert (await http.get(address)).status_code == 404
    wrong = await http.post(f"{address}/confirm", json={"city": YORK})
    assert (await fate(http, wrong.json()))["complaints"][0]["path"] == "city"
    right = await http.post(f"{address}/confirm", json={"city": "3128760", "by": "Head of streets"})
    assert (await fate(http, right.json()))["fate"] == "recorded"
    assert (await http.get(address)).json()["state"] == "published"
    gone = await http.post(f"{address}/withdraw", json={"city": "3128760"})
    await fate(http, gone.json())
    assert (await http.get(address)).status_code == 404


async def test_an_embargo_hides_a_solution_until_its_city_ends_it(http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution()))
    hidden = await http.post(
        "/v1/records/solution/sol-1/embargo", json={"city": TAMPERE, "until": "2099-01-01"}
    )
    await fate(http, hidden.json())
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404
    assert (await http.get("/v1/export/solutions.json")).json()["facts"] == []
    shown = await http.post("/v1/records/solution/sol-1/embargo", json={"city": TAMPERE})
    await fate(http, shown.json())
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 200


async def test_a_new_solution_waits_until_its_city_has_voted_and_says_so(
    http: AsyncClient,
) -> None:
    now = datetime.now(UTC)
    city = a_city(id=TAMPERE, name="Tampere", country="FI", next_election=now.date() + timedelta(days=9))
    await say(http, event("city.profile", city.model_dump(mode="json")))
    for _ in range(2):
        said = await say(http, event("solution.submitted", solution(), time=now.isoformat()))
        assert said["complaints"][0]["path"] == "embargo_until"
        assert (await http.get("/v1/records/solution/sol-1")).status_code == 404


async def test_a_transition_ends_what_waits_for_it(http: AsyncClient) -> None:
    hiding = solution() | {"embargo_until_transition": True}
    await say(http, event("solution.submitted", hiding))
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404
    await say(http, event("city.transition", {"city": TAMPERE, "day": "2026-11-21"}))
    assert (await http.get("/v1/records/solution/sol-1")).json()["embargo_until"] is None


async def test_a_batch_is_answered_event_by_event(http: AsyncClient) -> None:
    good = event("need.submitted", a_need().model_dump(mode="json"))
    answer = await http.post("/v1/events", content=json.dumps([good, {**good, "data": {}}, 7]), headers=BATCH)
    assert [each["status"] for each in answer.json()["events"]] == [202, 422, 400]


async def test_large_data_are_deposited_claimed_and_forgotten(http: AsyncClient, settings: Settings) -> None:
    said = event("need.submitted", None)
    data = json.dumps(a_need(description="x" * 9_000).model_dump(mode="json")).encode() + b" " * 700_000
    kept = await http.post("/v1/data", content=data)
    assert kept.status_code == 201
    found = await say(http, {**said, "dataref": kept.json()["dataref"]})
    assert (found["fate"], found["records"]) == ("recorded", ["need|need-1"])
    database = open_database(settings, "submissions")
    assert await database["deposits"].count_documents({}) == 0
    await database.close()


async def test_a_dataref_leads_nowhere_but_where_it_may(http: AsyncClient) -> None:
    found = await say(http, event("need.submitted", None, dataref="http://127.0.0.1:1/secret"))
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "dataref")


async def test_a_text_that_names_an_office_holder_is_held(http: AsyncClient) -> None:
    said = event("need.submitted", a_need(description="As Aino Esimerkki promised.").model_dump(mode="json"))
    found = await say(http, said)
    assert (found["fate"], found["complaints"][0]["path"]) == ("held", "description")
    assert (await http.get("/v1/records/need/need-1")).status_code == 404


async def test_what_is_held_rests_clean_and_is_taken_when_a_reviewer_sends_it_back(
    http: AsyncClient, settings: Settings
) -> None:
    text = "As Aino Esimerkki promised; ask matti@example.org."
    said = event("need.submitted", a_need(description=text).model_dump(mode="json", exclude_none=True))
    assert (await say(http, said))["fate"] == "held"
    desk = Desk(open_database(settings, "submissions"))
    waiting = next(each for each in await desk.waiting() if each["envelope"]["id"] == said["id"])
    held = await desk.decide(waiting["_id"], "shown")
    assert held is not None
    assert b"matti" not in held["data"]

    again = {**said, "data": json.loads(held["data"])}
    assert (await http.post("/v1/events", json=again, headers=STRUCTURED)).status_code == 202

    async def taken() -> Event | None:
        answer = await http.get("/v1/records/need/need-1")
        return answer.json() if answer.status_code == 200 else None

    assert "Aino Esimerkki" in json.dumps(await until(taken, 30))


async def test_a_new_solution_that_is_here_already_is_told_so(http: AsyncClient) -> None:
    provider = {"name": "Builders B.V."}
    await say(http, event("solution.submitted", solution(id="first", provider=provider)))
    found = await say(http, event("solution.submitted", solution(id="second", provider=provider)))
    assert [each["solution"] for each in found["similar"]] == ["first"]
    asked = {"title": "Night-time freight", "code": "CPV:63712000", "supplier": "Builders"}
    assert {each["solution"] for each in (await http.get("/v1/similar", params=asked)).json()} == {
        "first",
        "second",
    }


async def test_an_export_read_in_again_has_the_same_hash(http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution()))
    for form, read in (("csv", tables.read_csv), ("json", tables.read_json)):
        answer = await http.get(f"/v1/export/solutions.{form}")
        facts = read(answer.text, "solutions").facts
        assert f'"{tables.digest(facts)}"' == answer.headers["etag"]
        assert len(facts) == 1


async def test_who_is_not_registered_is_shown_the_door(settings: Settings) -> None:
    closed = settings.model_copy(update={"open_doors": False})
    app, registered = create(closed), open_database(closed, "submissions")
    accounts, key = Accounts(registered), fresh_key()
    york = Publisher(id="york", name="York", cities=(YORK,), sources=("urn:york",), per_minute=120)
    await accounts.keep(york)
    await accounts.add_key("york", key, NOW)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://here") as http,
    ):
        mine = event("need.submitted", a_need(city=YORK).model_dump(mode="json"), source="urn:york:1")
        assert (await http.post("/v1/events", json=mine, headers=STRUCTURED)).status_code == 401
        http.headers["authorization"] = f"Bearer {key}"
        for wrong in ({"source": "urn:other"}, {"data": a_need().model_dump(mode="json")}):
            answer = await http.post("/v1/events", json={**mine, **wrong}, headers=STRUCTURED)
            assert answer.status_code == 403, answer.text
        assert (await say(http, mine))["fate"] == "recorded"
        kept = await registered["publishers"].find_one({"_id": "york"})
        assert kept is not None
        assert key.secret not in str(kept)
        answers = [await http.get("/v1/status")] + [
            await http.post("/v1/events", json=mine, headers=STRUCTURED) for _ in range(20)
        ]
        assert {answer.status_code for answer in answers[1:]} == {202, 429}
        assert int(answers[-1].headers["retry-after"]) > 0
        await accounts.end_keys("york", NOW)
        assert (await http.post("/v1/events", json=mine, headers=STRUCTURED)).status_code == 401
    await registered.close()


async def test_the_clock_asks_a_city_once_how_it_went(http: AsyncClient, settings: Settings) -> None:
    await say(http, event("solution.submitted", solution()))
    attempt = {"solution": "sol-1", "city": TAMPERE, "outcome": "running", "started": "2025-05-01"}
    await say(http, event("outcome.reported", attempt, time="2025-05-02T00:00:00Z"))
    database = open_database(settings, "submissions")
    store = Store(database)
    due = {(record.draft.key, what) for record, what in await store.due(date(2026, 11, 22))}
    assert ("outcome|sol-1|" + TAMPERE, "check_in") in due
    found = await say(
        http,
        event(
            "record.due",
            {"kind": "outcome", "record": f"sol-1|{TAMPERE}", "what": "check_in", "day": "2026-11-01"},
        ),
    )
    assert found["fate"] == "recorded"
    record = await store.record(f"outcome|sol-1|{TAMPERE}")
    assert record is not None
    assert record.marks.asked == (6, 12)
    assert record == asking(date(2026, 11, 1))(record, Teller("clock", NOW))
    assert ("check_in") not in {what for _, what in await store.due(date(2026, 11, 22))}
    await database.close()
