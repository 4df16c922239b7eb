"""The intake over a real broker and store: every inbound type, from its envelope to what is said and kept."""

import json

from httpx import AsyncClient

from services.submissions.application import tables
from services.submissions.settings import Settings
from shared.http.asgi import Service
from shared.messaging.topology import IN
from shared.store.mongo import Collection, open_database
from tests.broker import Outsider, a_message
from tests.builders import TAMPERE, a_need
from tests.component.intake import BATCH, STRUCTURED, counts, event, fate, sample, say, solution
from tests.contract.sources import ROOT
from tests.waiting import until


async def test_every_good_sample_is_recorded(app: Service, http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution(id="sol-sample-1")))
    await say(http, event("need.submitted", a_need(id="need-sample-1", city=TAMPERE).model_dump(mode="json")))
    outcome = {"solution": "sol-sample-1", "city": TAMPERE, "outcome": "running", "started": "2026-06-01"}
    await say(http, event("outcome.reported", outcome))
    for path in sorted((ROOT / "tests/samples/good").glob("*.json")):
        found = await say(http, sample(path.stem))
        # A day that has not come, and a comment under another id.
        if path.stem not in {"record.due", "solution.evidenced"}:
            assert (path.stem, found["fate"]) == (path.stem, "recorded"), found["complaints"]
    assert (await counts(app))["solution"] >= 2


async def test_a_bare_release_and_one_inside_a_release_field_say_the_same(http: AsyncClient) -> None:
    inside = sample("procurement.release")
    first = await say(http, inside)
    second = await say(http, {**sample("procurement.release"), "data": inside["data"]["release"]})
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


async def test_a_batch_is_answered_event_by_event(http: AsyncClient) -> None:
    good = event("need.submitted", a_need().model_dump(mode="json"))
    answer = await http.post("/v1/events", content=json.dumps([good, {**good, "data": {}}, 7]), headers=BATCH)
    assert [each["status"] for each in answer.json()["events"]] == [202, 422, 400]


async def is_empty(collection: Collection) -> bool:
    return await collection.count_documents({}) == 0


async def test_large_data_are_deposited_claimed_and_forgotten(http: AsyncClient, settings: Settings) -> None:
    said = event("need.submitted", None)
    data = json.dumps(a_need(description="x" * 9_000).model_dump(mode="json")).encode() + b" " * 700_000
    kept = await http.post("/v1/data", content=data)
    assert kept.status_code == 201
    found = await say(http, {**said, "dataref": kept.json()["dataref"]})
    assert (found["fate"], found["records"]) == ("recorded", ["need|need-1"])
    database = open_database(settings, "submissions")
    await until(lambda: is_empty(database["deposits"]))
    await database.close()


async def test_a_dataref_leads_nowhere_but_where_it_may(http: AsyncClient) -> None:
    found = await say(http, event("need.submitted", None, dataref="http://127.0.0.1:1/secret"))
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "dataref")


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


async def test_a_message_that_boasts_of_its_attempts_is_taken_like_any_other(
    http: AsyncClient, outsider: Outsider
) -> None:
    body = a_need().model_dump_json().encode()
    envelope = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "urn:test"}
    typed = {**envelope, "ce-type": "org.citiesshare.need.submitted.v1", "x-attempt": "soon"}
    await outsider.publish(IN, "need.submitted", a_message(body, typed))
    assert (await fate(http, {"source": "urn:test", "id": "1"}))["fate"] == "recorded"
