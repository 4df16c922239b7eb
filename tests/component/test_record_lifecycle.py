"""The life of a record: draft, confirmed, hidden, shown, asked about, stale, withdrawn."""

from datetime import UTC, date, datetime, timedelta

import pytest
from httpx import AsyncClient

from services.submissions.adapters.input_publisher import AmqpInputPublisher
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.application import scheduler
from services.submissions.domain.transitions import Attribution, asking
from services.submissions.settings import Settings
from shared.messaging.broker import open_broker
from shared.store.mongo import open_database
from tests.builders import NOW, TAMPERE, YORK, a_city, a_need
from tests.component.intake import event, fate, sample, say, solution
from tests.waiting import until as until_true


@pytest.mark.parametrize(("route", "readiness"), [(None, "exploring"), ("Maintenance budget 2027", "ready")])
async def test_a_need_without_an_adoption_route_is_exploring_not_ready(
    http: AsyncClient, route: str | None, readiness: str
) -> None:
    need = a_need(id="need-1", route=route, stage="open").model_dump(mode="json")
    await say(http, event("need.submitted", need))
    assert (await http.get("/v1/records/need/need-1")).json()["readiness"] == readiness


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


async def test_the_clock_asks_a_city_once_how_it_went(http: AsyncClient, settings: Settings) -> None:
    await say(http, event("solution.submitted", solution()))
    attempt = {"solution": "sol-1", "city": TAMPERE, "outcome": "running", "started": "2025-05-01"}
    await say(http, event("outcome.reported", attempt, time="2025-05-02T00:00:00Z"))
    database = open_database(settings, "submissions")
    store = MongoRecords(database)
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
    assert record == asking(date(2026, 11, 1))(record, Attribution("clock", NOW))
    assert ("check_in") not in {what for _, what in await store.due(date(2026, 11, 22))}
    await database.close()


async def test_an_embargo_ends_on_its_day(http: AsyncClient) -> None:
    now = datetime.now(UTC)
    hiding = solution() | {"embargo_until": now.date().isoformat()}
    await say(http, event("solution.submitted", hiding, time=(now - timedelta(days=1)).isoformat()))
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404
    day = {"kind": "solution", "record": "sol-1", "what": "embargo", "day": now.date().isoformat()}
    await say(http, event("record.due", day, time=now.isoformat()))
    assert (await http.get("/v1/records/solution/sol-1")).json()["embargo_until"] is None


async def test_a_clock_that_is_ahead_ends_no_embargo_before_its_day(
    http: AsyncClient, settings: Settings
) -> None:
    today = datetime.now(UTC).date()
    for name, until in (("over", today), ("on", today + timedelta(days=2))):
        hiding = solution() | {"id": name, "embargo_until": until.isoformat()}
        await say(http, event("solution.submitted", hiding, time=NOW.replace(year=2025).isoformat()))
    database, bus = open_database(settings, "submissions"), open_broker("submissions", settings, ())
    await bus.broker.connect()
    assert (
        await scheduler.tick(AmqpInputPublisher(bus), MongoRecords(database), today + timedelta(days=400))
        == 1
    )

    async def shown() -> bool:
        return (await http.get("/v1/records/solution/over")).status_code == 200

    await until_true(shown)
    assert (await http.get("/v1/records/solution/on")).status_code == 404
    await bus.broker.stop()
    await database.close()


async def test_a_day_that_has_not_come_is_refused(http: AsyncClient) -> None:
    await say(http, event("solution.submitted", solution() | {"embargo_until": "2099-01-01"}))
    early = {"kind": "solution", "record": "sol-1", "what": "embargo", "day": "2099-01-01"}
    found = await say(http, event("record.due", early))
    assert found["complaints"] == [{"path": "day", "message": "2099-01-01 has not come yet"}]
    assert (await http.get("/v1/records/solution/sol-1")).status_code == 404


async def test_thirteen_months_of_silence_make_a_record_stale_and_a_confirmation_fresh(
    http: AsyncClient,
) -> None:
    await say(http, event("solution.submitted", solution(), time="2025-09-01T00:00:00Z"))
    day = {"kind": "solution", "record": "sol-1", "what": "lapse", "day": "2026-10-01"}
    await say(http, event("record.due", day))
    assert (await http.get("/v1/records/solution/sol-1")).json()["state"] == "stale"
    fresh = await http.post("/v1/records/solution/sol-1/confirm", json={"city": TAMPERE})
    await fate(http, fresh.json())
    assert (await http.get("/v1/records/solution/sol-1")).json()["state"] == "published"


async def test_a_withdrawal_that_was_a_mistake_is_taken_back(http: AsyncClient) -> None:
    need = sample("citizen.voice")
    await say(http, need)
    address = "urn:citizen:3128760:proposal-17"
    about = {"kind": "need", "record": address, "city": "3128760"}
    for day, taken_back in ((21, False), (22, True)):
        said = event("record.withdrawn", {**about, "taken_back": taken_back}, time=f"2026-11-{day}T09:00:00Z")
        assert (await say(http, said))["fate"] == "recorded"
        assert (await http.get(f"/v1/records/need/{address}")).status_code == 404, "a draft is not shown"
    right = await http.post(f"/v1/records/need/{address}/confirm", json={"city": "3128760"})
    assert (await fate(http, right.json()))["fate"] == "recorded"
    assert (await http.get(f"/v1/records/need/{address}")).json()["state"] == "published"


async def test_a_city_takes_over_what_was_said_after_its_own_word_without_repeating_it(
    http: AsyncClient,
) -> None:
    first, second = sample("citizen.voice"), sample("citizen.voice")
    address = "urn:citizen:3128760:proposal-17"
    second["data"]["title"] = "As it is now"
    second |= {"id": "again", "time": "2026-11-24T09:00:00Z"}
    about = {"kind": "need", "record": address, "city": "3128760"}
    await say(http, first)
    await say(http, event("record.confirmed", about, time="2026-11-23T09:00:00Z"))
    await say(http, second)

    async def title() -> str:
        return str((await http.get(f"/v1/records/need/{address}")).json()["need"]["title"])

    assert await title() == first["data"]["title"]
    stale = about | {"takes_over": True, "based_on": 1}
    refused = await say(http, event("record.confirmed", stale, time="2026-11-25T09:00:00Z"))
    assert refused["complaints"][0]["path"] == "based_on"
    taken = await http.post(
        f"/v1/records/need/{address}/confirm", json={"city": "3128760", "takes_over": True}
    )
    assert (await fate(http, taken.json()))["fate"] == "recorded"
    assert await title() == "As it is now"


async def test_what_was_withdrawn_stays_away_until_it_is_submitted_anew(http: AsyncClient) -> None:
    about, address = {"kind": "solution", "record": "sol-1", "city": TAMPERE}, "/v1/records/solution/sol-1"
    await say(http, event("solution.submitted", solution(), time="2026-11-01T09:00:00Z"))
    await say(http, event("record.withdrawn", {**about, "reason": "It moved"}, time="2026-11-02T09:00:00Z"))
    late = await say(http, event("record.confirmed", about, time="2026-11-03T09:00:00Z"))
    assert late["complaints"] == [
        {"path": "record", "message": "'solution|sol-1' is withdrawn: submit it anew"}
    ]
    assert (await http.get(address)).status_code == 404
    await say(http, event("solution.submitted", solution(title="As it is"), time="2026-11-04T09:00:00Z"))
    assert (await http.get(address)).json()["state"] == "published"


async def test_every_field_says_who_said_it_when_and_where(http: AsyncClient) -> None:
    first, second = "2026-11-01T09:00:00Z", "2026-11-10T09:00:00Z"
    await say(http, event("solution.submitted", solution(), time=first, source="urn:form"))
    changed = solution(title="Freight at night, quieter")
    await say(http, event("solution.submitted", changed, time=second, source="urn:csv"))
    told = (await http.get("/v1/records/solution/sol-1/history")).json()
    title = told["fields"]["title"]
    assert (title["source"], title["when"], title["verified_by"]) == ("urn:csv", second, "self")
    assert [(each["revision"], each["source"]) for each in told["revisions"]] == [
        (1, "urn:form"),
        (2, "urn:csv"),
    ]
