"""Nobody speaks for another: publishers, officials and accounts at the real doors, HTTP and broker."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import quote

import orjson
import pytest

from citiesshare.local.stack import Stack
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.application.ownership import OwnershipCheck
from services.submissions.application.repositories import RecordRepository
from services.submissions.domain.drafts import Draft
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ownership import Contested, Ownership
from services.submissions.domain.publishers import Caller, Publisher
from shared.messaging.topology import REQUEUE
from shared.store.mongo import Database
from tests.broker import Outsider, a_message
from tests.builders import KRAKOW, NOW, TAMPERE, YORK, a_kpi, a_need, a_solution, an_implementation
from tests.component.commands import submissions
from tests.component.intake import Event, event, fate, sample, settings_on
from tests.component.stored_documents import last_release, put
from tests.security.doors import Doors, a_release, account, closed_doors, letter, tell
from tests.waiting import until

OCID = "ocds-abc123-vans"
PROCESS = f"urn:ocid:{OCID}"
IN_YORK = ("City of York Council", "York", "GB")
HOLDERS = [{"post": "mayor", "names": ["Aino Esimerkki"]}]


@pytest.fixture
async def doors(
    backing: Stack, amqp_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Doors]:
    listed = tmp_path_factory.mktemp("holders") / "holders.json"
    listed.write_text(json.dumps(HOLDERS))
    async with closed_doors(settings_on(backing, amqp_url, office_holders=listed)) as opened:
        yield opened


def solution(city: str = YORK, **changes: object) -> Event:
    return a_solution(**{"id": "sol-1", "city": city, **changes}).model_dump(mode="json", exclude_none=True)


def need(city: str = YORK, **changes: object) -> Event:
    return a_need(**{"id": "need-1", "city": city, **changes}).model_dump(mode="json")


@pytest.mark.parametrize("kind", ["solution", "need"])
async def test_another_citys_publisher_takes_no_record_over_and_both_are_told(
    doors: Doors, outsider: Outsider, kind: str
) -> None:
    data = {"solution": solution, "need": need}[kind]
    key, identifier = f"{kind}.submitted", str(data()["id"])
    heard = await outsider.listen("submission.rejected")
    await doors.say("york", key, data())
    refused = await doors.say("krakow", key, data(KRAKOW, title="Ours now"))
    assert (refused["fate"], refused["complaints"][0]["path"]) == ("rejected", "city")
    assert YORK in refused["complaints"][0]["message"]
    conflict = {"record": f"{kind}|{identifier}", "owner": YORK, "city": KRAKOW, "opened_by": None}
    assert refused["conflicts"] == [conflict]
    assert json.loads((await outsider.next(heard)).body)["conflicts"] == [conflict]
    (found,) = await doors.get("york", "/v1/conflicts")
    assert {**found, **conflict, "source": "urn:krakow"} == found
    assert await doors.get("krakow", "/v1/conflicts") == []
    told = await doors.get("york", f"/v1/records/{kind}/{identifier}")
    assert (told[kind]["city"], told[kind]["title"]) == (YORK, data()["title"])
    about = {"kind": kind, "record": identifier, "city": YORK}
    assert (await doors.say("york", "record.withdrawn", about))["fate"] == "recorded"


PERMITS = "urn:publiccode:example.org/permits"
USED_HERE = f"outcome|{PERMITS}|{KRAKOW}"
USED_THERE = f"outcome|{PERMITS}|{TAMPERE}"


def an_entry() -> Event:
    """A catalogue entry with three records: a solution, and an attempt for each of two cities that use it."""
    data: Event = sample("catalogue.entry")["data"]
    used_by = "usedBy:\n  - Urząd Miasta Krakowa\n  - City of Tampere\n"
    return {**data, "publiccode": data["publiccode"] + used_by}


async def another_opens(store: RecordRepository, key: str) -> None:
    """Another publisher's draft of an attempt, under the key that the entry leads to."""
    _, solution_id, city = key.split("|")
    draft = Draft(fact=an_implementation(solution=solution_id, city=city), state="draft")
    other = Publisher(id="other-voices", name="Other", cities=("*",), sources=("urn:o",), kind="platform")
    await store.keep(draft, NOW, "urn:o", Caller(other, "other-voices"))


async def test_of_a_message_with_several_records_both_sides_are_told_of_the_one_that_is_anothers(
    doors: Doors, outsider: Outsider
) -> None:
    await another_opens(MongoRecords(doors.database), USED_HERE)
    rejected, recorded = [await outsider.listen(what) for what in ("submission.rejected", "*.recorded")]
    found = await doors.say("voices", "catalogue.entry", an_entry())
    assert (found["fate"], USED_HERE in found["records"], USED_THERE in found["records"]) == (
        "recorded",
        False,
        True,
    )
    conflict = {"record": USED_HERE, "owner": KRAKOW, "city": KRAKOW, "opened_by": "other-voices"}
    assert found["conflicts"] == [conflict]
    said = json.loads((await outsider.next(rejected)).body)
    assert (said["event"], said["partly"], said["conflicts"]) == (found["event"], True, [conflict])
    assert [each["path"] for each in said["complaints"]] == ["record"]
    assert (await outsider.next(recorded)).routing_key == "outcome.recorded"
    assert [each["record"] for each in await doors.get("krakow", "/v1/conflicts")] == [USED_HERE]


async def test_what_became_anothers_in_the_same_moment_is_left_out_and_what_came_with_it_is_recorded(
    doors: Doors, outsider: Outsider, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = OwnershipCheck.owned

    async def then_another_was_first(
        self: OwnershipCheck, judged: MessageAssessment, heard: IncomingMessage
    ) -> MessageAssessment:
        left = await looked(self, judged, heard)
        await another_opens(self.records, USED_HERE)
        return left

    monkeypatch.setattr(OwnershipCheck, "owned", then_another_was_first)
    recorded = await outsider.listen("outcome.recorded")
    found = await doors.say("voices", "catalogue.entry", an_entry())
    assert (found["fate"], len(found["records"])) == ("recorded", 2)
    assert [each["record"] for each in found["conflicts"]] == [USED_HERE]
    said = json.loads((await outsider.next(recorded)).body)
    assert said["implementation"]["city"] == TAMPERE


async def test_what_became_anothers_in_the_same_moment_and_came_alone_is_rejected(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = OwnershipCheck.owned

    async def then_another_was_first(
        self: OwnershipCheck, judged: MessageAssessment, heard: IncomingMessage
    ) -> MessageAssessment:
        left = await looked(self, judged, heard)
        theirs = Publisher(id="krakow", name="Kraków", cities=(KRAKOW,), sources=("urn:krakow",))
        await self.records.keep(Draft(fact=a_need(city=KRAKOW)), NOW, "urn:krakow", Caller(theirs, "krakow"))
        return left

    monkeypatch.setattr(OwnershipCheck, "owned", then_another_was_first)
    found = await doors.say("york", "need.submitted", need())
    assert (found["fate"], [each["owner"] for each in found["conflicts"]]) == ("rejected", [KRAKOW])


async def test_a_publisher_of_every_city_finds_the_conflicts_of_what_it_opened_alone(doors: Doors) -> None:
    release = {"release": a_release(OCID, *IN_YORK)}
    await doors.say("gazette", "procurement.release", release)
    assert (await doors.say("york-portal", "procurement.release", release))["fate"] == "rejected"
    await doors.say("york", "need.submitted", need())
    assert (await doors.say("krakow", "need.submitted", need(KRAKOW)))["fate"] == "rejected"
    assert [each["record"] for each in await doors.get("gazette", "/v1/conflicts")] == [PROCESS]
    for who in ("auditor", "voices", "york-portal", "krakow"):
        assert await doors.get(who, "/v1/conflicts") == [], who
    found = await doors.get("york", "/v1/conflicts")
    assert {each["record"] for each in found} == {PROCESS, "need|need-1"}


@pytest.mark.parametrize("step", ["record.confirmed", "record.withdrawn", "solution.embargoed"])
async def test_another_citys_publisher_changes_no_state(doors: Doors, step: str) -> None:
    await doors.say("york", "solution.submitted", solution())
    about = {
        "kind": "solution",
        "record": "sol-1",
        "solution": "sol-1",
        "city": KRAKOW,
        "until": "2099-01-01",
    }
    found = await doors.say("krakow", step, about)
    assert (found["fate"], found["conflicts"][0]["owner"]) == ("rejected", YORK)
    answer = await doors.post("krakow", step, {**about, "city": YORK})
    assert answer.status_code == 403
    assert (await doors.get("york", "/v1/records/solution/sol-1"))["state"] == "published"


async def test_among_publishers_of_a_city_only_the_one_that_opened_a_record_changes_it(doors: Doors) -> None:
    await doors.say("york", "need.submitted", need())
    for key, data in (
        ("need.submitted", need(title="Of the museums")),
        ("record.withdrawn", {"kind": "need", "record": "need-1", "city": YORK}),
    ):
        found = await doors.say("york-too", key, data)
        assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "record")
        assert found["conflicts"][0]["opened_by"] == "york"
    assert (await doors.get("york", "/v1/records/need/need-1"))["need"]["title"] == need()["title"]


async def test_a_foreign_word_that_names_an_office_holder_is_refused_and_not_held(doors: Doors) -> None:
    await doors.say("york", "need.submitted", need())
    found = await doors.say("krakow", "need.submitted", need(KRAKOW, title="Aino Esimerkki for all"))
    assert found["fate"] == "rejected"
    assert await doors.database["held"].count_documents({}) == 0


async def test_of_many_first_words_at_once_one_city_gets_the_record(database: Database) -> None:
    store = MongoRecords(database)

    async def first(number: int) -> str | None:
        name, city = f"city-{number}", str(1000 + number)
        said = Publisher(id=name, name=name, cities=(city,), sources=(f"urn:{name}",))
        draft = Draft(fact=a_need(city=city))
        try:
            kept = await store.keep(draft, NOW + timedelta(days=number), "urn:test", Caller(said, name))
        except Contested:
            return None
        return kept.owner.spoken_by

    won = [name for name in await asyncio.gather(*map(first, range(8))) if name]
    record = await store.record("need|need-1")
    assert record is not None
    assert won == [record.owner.spoken_by]
    assert record.draft.city == record.owner.city
    assert [each.who for each in await store.revisions("need|need-1")] == won


async def test_a_record_from_before_belongs_to_the_city_of_its_first_revision(database: Database) -> None:
    documents = last_release("submissions")
    await put(database, documents)
    (kept,) = (each for each in documents["records"] if each["kind"] == "solution")
    first = {"_id": f"{kept['_id']}|1", "record": kept["_id"], "revision": 1, "state": "published"}
    was = {**first, "who": "york", "fact": {**kept["fact"], "city": YORK}}
    await database["revisions"].insert_one(was)
    store = MongoRecords(database)
    record = await store.record(kept["_id"])
    assert record is not None
    assert record.owner == Ownership(city=YORK, spoken_by="york")
    thief = Publisher(id="thief", name="Thief", cities=(record.draft.city,), sources=("urn:thief",))
    with pytest.raises(Contested):
        await store.keep(record.draft, NOW, "urn:thief", Caller(thief, "thief"))
    untouched = await store.record(f"need|{documents['records'][1]['_id'].partition('|')[2]}")
    assert untouched is not None
    assert untouched.owner == Ownership(city=untouched.draft.city)


async def test_a_refused_cancellation_is_not_kept_and_never_merged(
    doors: Doors, backing: Stack, amqp_url: str
) -> None:
    opened = await doors.say("york-portal", "procurement.release", {"release": a_release(OCID, *IN_YORK)})
    assert opened["records"] == [f"need|{PROCESS}"]
    cancelled = a_release(OCID, *IN_YORK, status="cancelled") | {"date": "2026-11-02T00:00:00Z"}
    said = letter("procurement.release", orjson.dumps({"release": cancelled}), "urn:kp")
    async with account(backing, amqp_url, "krakow-portal", "procurement") as url:
        found = await tell(doors, url, said)
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "record")
    assert found["conflicts"][0] | {"owner": YORK, "opened_by": "york-portal"} == found["conflicts"][0]
    assert await doors.database["releases"].count_documents({}) == 1
    later = a_release(OCID, *IN_YORK, description="Two of them.") | {"date": "2026-11-03T00:00:00Z"}
    await doors.say("york-portal", "procurement.release", {"release": later})
    record = await MongoRecords(doors.database).record(f"need|{PROCESS}")
    assert record is not None
    assert (record.draft.fact.model_dump()["stage"], record.owner.drafted_by) == ("open", "york-portal")


async def test_a_release_for_a_city_of_another_opens_nothing(doors: Doors) -> None:
    found = await doors.say("krakow-portal", "procurement.release", {"release": a_release(OCID, *IN_YORK)})
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "city")
    for collection in ("releases", "processes", "records"):
        assert await doors.database[collection].count_documents({}) == 0, collection
    opened = await doors.say("york-portal", "procurement.release", {"release": a_release(OCID, *IN_YORK)})
    assert opened["fate"] == "recorded"


async def test_a_second_publisher_of_a_process_is_the_operators_decision(doors: Doors) -> None:
    release = {"release": a_release(OCID, *IN_YORK)}
    await doors.say("york-portal", "procurement.release", release)
    assert (await doors.say("gazette", "procurement.release", release))["fate"] == "rejected"
    share = ("ownership", "share", PROCESS, "--publisher", "gazette", "--reason", "The national gazette")
    told = await submissions(doors.settings, *share)
    assert told.exit_code == 0, told.output
    more = {"release": a_release(OCID, *IN_YORK, description="Two vans.") | {"date": "2026-11-09T00:00:00Z"}}
    assert (await doors.say("gazette", "procurement.release", more))["fate"] == "recorded"


async def test_an_operator_gives_a_process_back_that_somebody_else_opened_first(doors: Doors) -> None:
    early = {"release": a_release(OCID, "Somebody", "", "", status="cancelled")}
    assert (await doors.say("krakow-portal", "procurement.release", early))["fate"] == "recorded"
    release = {"release": a_release(OCID, *IN_YORK)}
    refused = await doors.say("york-portal", "procurement.release", release)
    assert refused["conflicts"][0]["opened_by"] == "krakow-portal"
    back = (
        "ownership",
        "share",
        PROCESS,
        "--publisher",
        "york-portal",
        "--instead",
        "--reason",
        "York's own",
    )
    told = await submissions(doors.settings, *back)
    assert told.exit_code == 0, told.output
    assert (await doors.say("york-portal", "procurement.release", release))["records"] == [f"need|{PROCESS}"]
    kept = await doors.database["releases"].find({}).to_list(None)
    assert [each["publisher"] for each in kept] == ["york-portal"]
    record = await MongoRecords(doors.database).record(f"need|{PROCESS}")
    assert record is not None
    assert record.draft.fact.model_dump()["stage"] == "open"
    assert (await doors.say("krakow-portal", "procurement.release", early))["fate"] == "rejected"


async def test_nobody_opens_a_record_under_the_id_of_a_process(doors: Doors) -> None:
    said = doors.said_by("krakow", "need.submitted", need(KRAKOW, id=PROCESS))
    assert (await doors.sent("krakow", said)).status_code == 202

    async def rejected() -> Event | None:
        found = await fate(doors.http, said)
        return found if found["fate"] == "rejected" else None

    assert (await until(rejected, 60))["complaints"][0]["path"] == "id"


async def test_what_a_city_confirmed_stays_and_a_later_release_is_shown_beside_it(doors: Doors) -> None:
    await doors.say("york-portal", "procurement.release", {"release": a_release(OCID, *IN_YORK)})
    about = {"kind": "need", "record": PROCESS, "city": YORK, "by": "Head of streets"}
    assert (await doors.say("york", "record.confirmed", about))["fate"] == "recorded"
    later = a_release(OCID, *IN_YORK, title="Loud vans") | {"date": "2026-11-05T00:00:00Z"}
    assert (await doors.say("york-portal", "procurement.release", {"release": later}))["fate"] == "recorded"
    for path in (f"/v1/records/need/{PROCESS}", f"/v1/records/need/{PROCESS}/history"):
        (shown,) = (await doors.get("york", path))["differences"]
        assert (shown["path"], shown["said"], shown["who"]) == ("title", "Loud vans", "york-portal")
    kept = (await doors.get("york", f"/v1/records/need/{PROCESS}"))["need"]
    assert kept["title"] == "Quiet vans for the old town"
    (line,) = (await submissions(doors.settings, "review", "list")).stdout.splitlines()
    assert (json.loads(line)["what"], json.loads(line)["id"]) == ("difference", f"need|{PROCESS}")


async def test_a_citizens_proposal_is_its_platforms_and_its_citys_to_confirm(doors: Doors) -> None:
    said = {"kind": "proposal", "reference": "p-1", "city": YORK, "title": "Shade at the stops"}
    assert (await doors.say("voices", "citizen.voice", said))["fate"] == "recorded"
    about = {"kind": "need", "record": f"urn:citizen:{YORK}:p-1", "city": YORK}
    answer = await doors.post("voices", "record.confirmed", about)
    assert answer.status_code == 403
    assert (await doors.say("krakow", "record.confirmed", {**about, "city": KRAKOW}))["fate"] == "rejected"
    assert (await doors.say("york", "record.confirmed", about))["fate"] == "recorded"


@pytest.mark.parametrize(
    ("who", "key", "data"),
    [
        ("york", "procurement.release", {"release": {"ocid": "x"}}),
        ("york", "citizen.voice", {}),
        ("york", "record.due", {}),
        ("york-portal", "need.submitted", need()),
        ("voices", "record.withdrawn", {"kind": "need", "record": "need-1", "city": YORK}),
    ],
)
async def test_over_http_too_an_account_sends_the_types_of_its_kind(
    doors: Doors, who: str, key: str, data: Event
) -> None:
    answer = await doors.post(who, key, data)
    assert (answer.status_code, answer.json()["complaints"][0]["path"]) == (403, "type")


async def test_commands_over_http_are_a_citys(doors: Doors) -> None:
    await doors.say("york", "need.submitted", need())
    headers = {"authorization": f"Bearer {doors.keys['gazette']}"}
    answer = await doors.http.post("/v1/records/need/need-1/withdraw", json={"city": YORK}, headers=headers)
    assert answer.status_code == 403


async def test_under_the_key_of_one_type_no_other_type_comes_in(
    doors: Doors, backing: Stack, amqp_url: str
) -> None:
    foreign = {
        name: sample(name)["data"] for name in ("procurement.release", "citizen.voice", "city.profile")
    }
    async with account(backing, amqp_url, "york-city", "city") as url:
        for name, data in foreign.items():
            said = letter("need.submitted", orjson.dumps(data), "urn:york", f"org.citiesshare.{name}.v1")
            found = await tell(doors, url, said)
            assert (name, found["fate"], found["complaints"][0]["path"]) == (name, "rejected", "type")
        bare = letter("need.submitted", orjson.dumps(a_release(OCID, *IN_YORK)), "urn:york", "ocds")
        assert (await tell(doors, url, bare))["fate"] == "rejected"
    for collection in ("releases", "records"):
        assert await doors.database[collection].count_documents({}) == 0


async def test_what_waited_is_judged_by_the_key_it_first_came_under(doors: Doors, outsider: Outsider) -> None:
    envelope = {"ce-specversion": "1.0", "ce-id": "waited", "ce-source": "urn:york"}
    typed = {**envelope, "ce-type": "org.citiesshare.need.submitted.v1"}
    known = {"citiesshare-account": "publisher:york", "citiesshare-key": "outcome.reported"}
    message = a_message(orjson.dumps(need()), {**typed, **known})
    await outsider.publish(REQUEUE, "0.submissions.reports", message)
    found = await fate(doors.http, {"source": "urn:york", "id": "waited"})
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "type")


async def test_who_is_revoked_is_refused_at_once_on_both_ways_in_until_let_in_again(
    doors: Doors, backing: Stack, amqp_url: str
) -> None:
    async def said(url: str, number: int) -> Event:
        return await tell(
            doors, url, letter("need.submitted", orjson.dumps(need(id=f"need-{number}")), "urn:york")
        )

    async with account(backing, amqp_url, "york-city", "city") as url:
        assert (await said(url, 1))["fate"] == "recorded"
        revoked = await submissions(doors.settings, "publishers", "revoke", "york")
        assert revoked.exit_code == 0, revoked.output
        late = letter("need.submitted", orjson.dumps(need(id="need-2")), "urn:york")
        found = await tell(doors, url, late, "york-city")
        assert (found["fate"], "revoked" in found["complaints"][0]["message"]) == ("rejected", True)
        assert (await doors.post("york", "need.submitted", need(id="need-3"))).status_code == 401
        await submissions(doors.settings, "publishers", "rotate", "york", "--days", "0")
        assert (await said(url, 4))["fate"] == "recorded"
    assert await doors.database["records"].count_documents({}) == 2


async def test_what_was_accepted_before_its_publisher_was_revoked_is_refused_when_its_turn_comes(
    doors: Doors, amqp_url: str
) -> None:
    await doors.accounts.revoke("york", NOW)
    handed_on = letter("need.submitted", orjson.dumps(need()), "urn:york", behalf="publisher:york")
    found = await tell(doors, amqp_url, handed_on, "publisher:york")
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "source")


async def test_only_an_account_that_verifies_says_that_something_was_verified(doors: Doors) -> None:
    await doors.say("york", "solution.submitted", solution())
    attempt = an_implementation(solution="sol-1", city=YORK, verification="independent").model_dump(
        mode="json"
    )
    answer = await doors.post("york", "outcome.reported", attempt)
    assert (answer.status_code, answer.json()["complaints"][0]["path"]) == (403, "verification")
    assert await doors.database["records"].count_documents({"kind": "outcome"}) == 0
    assert (await doors.say("auditor", "outcome.reported", attempt))["fate"] == "recorded"


def acted(
    data: Event, actor: object, key: str = "outcome.reported", source: str | None = None
) -> OutgoingMessage:
    body = orjson.dumps({**data, "actor": actor} if actor else data)
    return letter(key, body, source or "urn:citiesshare:notifications", behalf="notifications")


@pytest.mark.parametrize(
    ("actor", "source", "path"),
    [
        (None, None, "actor"),
        ({"official": "k-1", "post": "Head of mobility", "city": KRAKOW}, None, "city"),
        ({"official": "y-1", "post": "Head of mobility", "city": YORK}, "urn:york", "source"),
    ],
    ids=["nobody-named", "of-another-city", "under-anothers-source"],
)
async def test_our_own_pages_say_nothing_that_no_official_of_the_city_says(
    doors: Doors, amqp_url: str, actor: object, source: str | None, path: str
) -> None:
    attempt = an_implementation(solution="sol-1", city=YORK).model_dump(mode="json")
    said = acted(attempt, actor, source=source)
    found = await tell(doors, amqp_url, said, "notifications" if source else None)
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", path)
    assert await doors.database["records"].count_documents({}) == 0


AT_YORK: Event = {"official": "y-1", "post": "Head of mobility", "city": YORK}


@pytest.mark.parametrize(
    ("key", "data", "path"),
    [
        ("solution.submitted", solution(KRAKOW, title="Ours now"), "city"),
        ("need.submitted", need(KRAKOW, title="Ours now"), "city"),
        ("solution.submitted", solution(YORK), "city"),
        ("need.submitted", need(YORK), "city"),
        ("need.submitted", need(YORK, id=f"{KRAKOW}/new"), "id"),
        ("solution.submitted", solution(YORK, id=f"{KRAKOW}/new"), "id"),
        ("need.submitted", need(YORK, id="new"), "id"),
        ("city.profile", {"id": KRAKOW, "name": "Krakow", "country": "PL"}, "city"),
        ("solution.embargoed", {"solution": "sol-1", "city": KRAKOW, "until": "2099-01-01"}, "city"),
        ("solution.embargoed", {"solution": "sol-1", "city": YORK, "until": "2099-01-01"}, "city"),
    ],
)
async def test_an_official_says_nothing_about_another_citys_record(
    doors: Doors, amqp_url: str, key: str, data: Event, path: str
) -> None:
    await doors.say("krakow", "solution.submitted", solution(KRAKOW))
    await doors.say("krakow", "need.submitted", need(KRAKOW))
    before = await doors.database["records"].find({}).sort("_id").to_list(None)
    found = await tell(doors, amqp_url, acted(data, AT_YORK, key))
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", path)
    assert await doors.database["records"].find({}).sort("_id").to_list(None) == before


async def test_what_an_official_says_at_the_desk_is_recorded_under_the_post(
    doors: Doors, amqp_url: str
) -> None:
    said = {
        "solution.submitted": solution(id=f"{YORK}/s"),
        "need.submitted": need(id=f"{YORK}/n"),
        "city.profile": {"id": YORK, "name": "York", "country": "GB"},
        "solution.embargoed": {"solution": f"{YORK}/s", "city": YORK, "until": "2099-01-01"},
    }
    for key, data in said.items():
        assert (await tell(doors, amqp_url, acted(data, AT_YORK, key)))["fate"] == "recorded", key
    records = [
        await MongoRecords(doors.database).record(f"{kind}|{identifier}")
        for kind, identifier in (("solution", f"{YORK}/s"), ("need", f"{YORK}/n"), ("city", YORK))
    ]
    assert [each and each.who for each in records] == ["official:Head of mobility"] * 3
    assert records[0] is not None
    hidden = records[0].marks.embargo
    assert hidden is not None
    assert (hidden.who, str(hidden.until)) == ("official:Head of mobility", "2099-01-01")


async def test_an_official_repeats_what_others_verified_and_vouches_for_nothing_else(
    doors: Doors, amqp_url: str
) -> None:
    kpi = a_kpi(verification="independent").model_dump(mode="json")
    await doors.say("auditor", "solution.submitted", solution(kpis=[kpi]))

    async def say(title: str, **change: object) -> Event:
        data = solution(title=title, kpis=[{**kpi, **change}])
        return await tell(doors, amqp_url, acted(data, AT_YORK, "solution.submitted"))

    assert (await say("Edited"))["fate"] == "recorded"
    raised = await say("Raised", observed=1000)
    assert (raised["fate"], raised["complaints"][0]["path"]) == ("rejected", "kpis.0.verification")


async def test_who_edits_an_older_revision_is_told_who_changed_it(doors: Doors, amqp_url: str) -> None:
    data = need(id=f"{YORK}/n")

    async def say(title: str, post: str, **more: object) -> Event:
        edit = acted({**data, "title": title, **more}, {**AT_YORK, "post": post}, "need.submitted")
        return await tell(doors, amqp_url, replace(edit, time=next(minutes)))

    minutes = (NOW + timedelta(minutes=number) for number in count())
    await say("First", "Head of mobility")
    assert (await say("Second", "Deputy", based_on=1))["fate"] == "recorded"
    late = await say("Third", "Head of mobility", based_on=1)
    assert (late["fate"], late["complaints"][0]["path"]) == ("rejected", "based_on")
    assert "by Deputy" in late["complaints"][0]["message"]
    about = {"kind": "need", "record": f"{YORK}/n", "city": YORK, "based_on": 1}
    step = await tell(doors, amqp_url, acted(about, AT_YORK, "record.withdrawn"))
    assert (step["fate"], step["complaints"][0]["path"]) == ("rejected", "based_on")
    assert (await doors.get("york", f"/v1/records/need/{YORK}/n"))["need"]["title"] == "Second"
    assert (await say("Third", "Head of mobility", based_on=2))["fate"] == "recorded"


async def test_an_official_corrects_confirms_and_withdraws_what_a_procurement_system_opened(
    doors: Doors, amqp_url: str
) -> None:
    actor = {"official": "y-1", "post": "Head of mobility", "city": YORK}
    await doors.say("york-portal", "procurement.release", {"release": a_release(OCID, *IN_YORK)})
    about = {"kind": "need", "record": PROCESS, "city": YORK, "by": "Head of mobility"}
    for key in ("record.confirmed", "record.withdrawn"):
        assert (await tell(doors, amqp_url, acted(about, actor, key)))["fate"] == "recorded", key
    attempt = an_implementation(solution=f"{PROCESS}#contract=1", city=YORK).model_dump(mode="json")
    assert (await tell(doors, amqp_url, acted(attempt, actor)))["fate"] == "recorded"
    record = await MongoRecords(doors.database).record(f"outcome|{PROCESS}#contract=1|{YORK}")
    assert record is not None
    assert (record.who, record.owner) == ("official:Head of mobility", Ownership(city=YORK))
    told = await doors.get("york", f"/v1/records/outcome/{quote(record.draft.key.partition('|')[2])}/history")
    assert "y-1" not in json.dumps(told)


async def test_an_operator_moves_a_record_and_the_history_says_so(doors: Doors) -> None:
    await doors.say("krakow", "need.submitted", need(KRAKOW))
    assert (await doors.say("york", "need.submitted", need()))["fate"] == "rejected"
    move = ("ownership", "move", "need", "need-1", "--city", YORK, "--reason", "Sent by mistake")
    moved = await submissions(doors.settings, *move)
    assert moved.exit_code == 0, moved.output
    assert (await doors.say("york", "need.submitted", need(title="Ours")))["fate"] == "recorded"
    assert (await doors.say("krakow", "need.submitted", need(KRAKOW, title="No")))["fate"] == "rejected"
    told = await doors.get("york", "/v1/records/need/need-1/history")
    (step,) = told["revisions"][-1]["moved"]
    assert (step["who"], step["city_before"], step["city"]) == ("operator", KRAKOW, YORK)
    assert step["reason"] == "Sent by mistake"
    shown = await submissions(doors.settings, "ownership", "show", "need", "need-1")
    assert json.loads(shown.stdout)["city"] == YORK
    listed = (await submissions(doors.settings, "ownership", "conflicts")).stdout.splitlines()
    assert {json.loads(line)["owner"] for line in listed} == {KRAKOW, YORK}


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("show", "need", "nothing"), "kind and id"),
        (("move", "need", "nothing", "--reason", "-"), "kind and id"),
        (("move", "need", "need-1", "--publisher", "nobody", "--reason", "-"), "publishers list"),
        (("share", "urn:ocid:nothing", "--publisher", "york", "--reason", "-"), "opens it"),
    ],
)
async def test_a_mistake_of_the_operator_says_its_mend(
    doors: Doors, words: tuple[str, ...], mend: str
) -> None:
    told = await submissions(doors.settings, "ownership", *words)
    assert (told.exit_code, mend in told.output.replace("\n", " ")) == (2, True), told.output


async def test_publishers_that_share_a_source_do_not_answer_for_each_others_messages(doors: Doors) -> None:
    for who in ("york", "auditor"):
        known = await doors.accounts.by_id(who)
        assert known is not None
        await doors.accounts.keep(known.model_copy(update={"sources": ("urn:shared",)}))
    first = event("need.submitted", need(), source="urn:shared")
    await doors.sent("york", first)
    assert (await fate(doors.http, first))["fate"] == "recorded"
    other = {**first, "data": need(KRAKOW, id="need-2")}
    assert (await doors.sent("auditor", other)).status_code == 202
    refused = await fate(doors.http, {"source": "urn:citiesshare:ingest:auditor", "id": first["id"]})
    assert (refused["fate"], refused["complaints"][0]["path"]) == ("rejected", "id")
    kept = await fate(doors.http, first)
    assert (kept["fate"], "duplicate" in kept) == ("recorded", False)
