"""Submissions: every route that tells of records, walked with a solution in every state."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.submissions import http as api
from services.submissions.adapters.claim_check import DatarefReader
from services.submissions.adapters.input_publisher import AmqpInputPublisher
from services.submissions.adapters.mongo.publishers import new_api_key
from services.submissions.adapters.mongo.repositories import ensure_indexes, repositories
from services.submissions.adapters.reference_data import publiccode_reference, reference
from services.submissions.application.assessing import ReportAssessor
from services.submissions.application.catalogue import Catalogue
from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.application.stored_models import Decision
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import blackout
from services.submissions.domain.publishers import EVERY, Caller, Publisher
from services.submissions.domain.records import Record
from services.submissions.domain.similar_records import SimilarRecord
from services.submissions.domain.transitions import Attribution, Step, TransitionRefused, passing, withdrawing
from services.submissions.http.publishing import ApiContext
from shared.events import CommentMade, Complaint
from shared.http.problem_details import explain_problems
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import SAID_BY
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.settings import ServiceSettings
from shared.store.mongo import Database
from tests.builders import CPV, KRAKOW, TAMPERE, YORK, a_need, a_solution, an_adoption, an_implementation
from tests.security.ways_out import TELLS, Way

pytestmark = pytest.mark.parametrize("database", ["motor"], indirect=True)
SECRET = "Kvartsilaakso"
DAY = timedelta(days=1)
NOW = datetime.now(UTC)
TODAY = NOW.date()
SUPPLIER = {"name": "Freight Oy"}
SOURCE = "urn:test"
Tell = Callable[[SubmissionRepositories, Draft], Awaitable[None]]


async def change(kept: SubmissionRepositories, draft: Draft, step: Step) -> None:
    """Take a step on a record."""

    def changed(record: Record) -> Record:
        after = step(record, Attribution("test", NOW))
        assert not isinstance(after, TransitionRefused)
        return after

    assert await kept.records.change(draft.key, changed)


async def said(kept: SubmissionRepositories, draft: Draft, when: datetime = NOW - DAY) -> None:
    """Keep a record as it was said at ``when``."""
    await kept.records.keep(draft, when, SOURCE)


def hidden_until(days: int, passed: bool = False) -> Tell:
    async def tell(kept: SubmissionRepositories, draft: Draft) -> None:
        until = TODAY + days * DAY
        await said(kept, draft.model_copy(update={"embargo_until": until}), NOW - 3 * DAY)
        if passed:
            await change(kept, draft, passing(TODAY))

    return tell


async def as_draft(kept: SubmissionRepositories, draft: Draft) -> None:
    await said(kept, draft.model_copy(update={"state": "draft"}))


async def until_transition(kept: SubmissionRepositories, draft: Draft) -> None:
    await said(kept, draft.model_copy(update={"embargo_until_transition": True}))


async def before_an_election(kept: SubmissionRepositories, draft: Draft) -> None:
    await said(kept, blackout(draft, TODAY + DAY, TODAY, 28 * DAY))


async def withdrawn(kept: SubmissionRepositories, draft: Draft) -> None:
    await said(kept, draft)
    await change(kept, draft, withdrawing(draft.city, None, None))


async def hidden_later(kept: SubmissionRepositories, draft: Draft) -> None:
    """Published first: its outcomes and comments are known before it is hidden."""
    await said(kept, draft, NOW - 3 * DAY)
    await said(kept, draft.model_copy(update={"embargo_until": TODAY + DAY}))


async def held(kept: SubmissionRepositories, draft: Draft) -> None:
    envelope = Envelope(id="held", source=SOURCE, type="org.citiesshare.solution.submitted.v1")
    data = draft.fact.model_dump_json().encode()
    await kept.moderation.hold(
        RawEvent(envelope, data), None, [Complaint(path="title", message="named")], NOW
    )


async def stale(kept: SubmissionRepositories, draft: Draft) -> None:
    await said(kept, draft, NOW - 500 * DAY)
    await change(kept, draft, passing(TODAY))


HIDDEN: dict[str, Tell] = {
    "draft": as_draft,
    "embargo until tomorrow": hidden_until(1),
    "embargo until today, before the clock has told": hidden_until(0),
    "embargo until a transition": until_transition,
    "blackout before an election": before_an_election,
    "published, then under an embargo": hidden_later,
    "withdrawn": withdrawn,
}
SHOWN: dict[str, Tell] = {
    "published": said,
    "stale": stale,
    "embargo until today, and the clock has told": hidden_until(0, passed=True),
    "embargo until yesterday": hidden_until(-1, passed=True),
}


class Walk(NamedTuple):
    """The service's routes on a store in which one solution is in some state, and who asks."""

    http: AsyncClient
    kept: SubmissionRepositories


@pytest.fixture
async def walk(database: Database) -> AsyncIterator[Walk]:
    kept = repositories(database)
    await ensure_indexes(database)
    bus = open_broker("submissions", ServiceSettings(), SAID_BY["submissions"])
    app = FastAPI()
    explain_problems(app)
    reports = ReportAssessor(Catalogue(publiccode_reference, b"test"), reference())
    door = ApiContext(
        AmqpInputPublisher(bus), kept, DatarefReader(kept.blobs, "urn:data:", (), 1_000), reports
    )
    app.include_router(api.router(door))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as http:
        yield Walk(http, kept)


SOLUTION = Draft(fact=a_solution(title=f"{SECRET} at night", provider=SUPPLIER))
NEED = Draft(fact=a_need(title=f"{SECRET} at dawn"))
FOLLOWS = (
    Draft(fact=an_implementation(city=YORK, outcome="failed", why=f"{SECRET} was too far")),
    Draft(fact=an_adoption(kept=[f"{SECRET} plan"])),
    Draft(fact=a_solution(id="child", city=KRAKOW, title="Freight by day", parent="sol-1")),
)
SIMILAR = SimilarRecord("sol-1", f"{SECRET} at night", ())
# What each way is asked, and what in its answer tells of the solution.
ASKED: dict[Way, tuple[tuple[str, dict[str, str], str], ...]] = {
    ("GET", "/v1/records/{kind}/{record:path}"): (
        ("/v1/records/solution/sol-1", {}, SECRET),
        (f"/v1/records/outcome/sol-1|{YORK}", {}, SECRET),
        (f"/v1/records/adoption/sol-2|{KRAKOW}", {}, SECRET),
        ("/v1/records/solution/child", {}, '"parent":"sol-1"'),
    ),
    ("GET", "/v1/records/{kind}/{record:path}/history"): (
        ("/v1/records/solution/sol-1/history", {}, SOURCE),
        (f"/v1/records/outcome/sol-1|{YORK}/history", {}, SOURCE),
        (f"/v1/records/adoption/sol-2|{KRAKOW}/history", {}, SOURCE),
    ),
    ("GET", "/v1/similar"): (
        (
            "/v1/similar",
            {"title": f"at night {SECRET}", "code": f"CPV:{CPV['id']}", "supplier": SUPPLIER["name"]},
            SECRET,
        ),
    ),
    ("GET", "/v1/lineage"): (("/v1/lineage", {"solution": "child"}, "sol-1"),),
    ("GET", "/v1/events"): (("/v1/events", {"source": SOURCE, "id": "twin"}, SECRET),),
    ("GET", "/v1/comments"): (("/v1/comments", {"about": "sol-1"}, SECRET),),
    ("GET", "/v1/export/{kind}.{form}"): tuple(
        (f"/v1/export/{kind}.{form}", {}, SECRET)
        for kind in ("solutions", "outcomes")
        for form in ("csv", "json")
    ),
}


async def told_of(walk: Walk, tell: Tell, **headers: str) -> list[str]:
    """Let the solution be as ``tell`` leaves it, and return which addresses tell of it."""
    await tell(walk.kept, SOLUTION)
    for draft in FOLLOWS:
        await said(walk.kept, draft)
    comment = CommentMade(about="sol-1", city=YORK, text=f"{SECRET} worked here, too")
    envelope = Envelope(id="c", source=SOURCE, type="-")
    stored = await walk.kept.moderation.keep_comment(envelope, comment, NOW, None)
    await walk.kept.moderation.decide(stored.key, "waiting", Decision(NOW, "operator", "shown"))
    twin = Envelope(id="twin", source=SOURCE, type="-")
    await walk.kept.messages.keep_fate(twin, "recorded", NOW, ["solution|twin"], similar=[SIMILAR])
    found: list[str] = []
    for address, query, telling in (each for some in ASKED.values() for each in some):
        answer = await walk.http.get(address, params=query, headers=headers)
        assert answer.status_code in {200, 404}, (address, answer.text)
        found += [address] if telling in answer.text and answer.status_code == 200 else []
    return found


EVERYWHERE = [address for some in ASKED.values() for address, _, _ in some]


@pytest.mark.parametrize("state", SHOWN)
async def test_a_published_solution_is_told_of_on_every_way(walk: Walk, state: str) -> None:
    assert ASKED.keys() == TELLS["submissions"]
    assert await told_of(walk, SHOWN[state]) == EVERYWHERE


@pytest.mark.parametrize("state", HIDDEN)
async def test_a_hidden_solution_is_told_of_on_no_way(walk: Walk, state: str) -> None:
    assert await told_of(walk, HIDDEN[state]) == []


async def test_what_waits_for_a_reviewer_is_told_of_on_no_way(walk: Walk) -> None:
    await held(walk.kept, SOLUTION)
    for address in ("/v1/records/solution/sol-1", "/v1/export/solutions.json"):
        assert SECRET not in (await walk.http.get(address)).text


@pytest.mark.parametrize("state", {"draft": as_draft, "withdrawn": withdrawn})
async def test_a_hidden_need_is_told_of_on_no_way(walk: Walk, state: str) -> None:
    await HIDDEN[state](walk.kept, NEED)
    for address in ("records/need/need-1", "records/need/need-1/history", "export/needs.csv"):
        assert SECRET not in (await walk.http.get(f"/v1/{address}")).text


async def test_a_hidden_record_leaves_the_exports_hash_as_it_was(walk: Walk) -> None:
    before = (await walk.http.get("/v1/export/solutions.json")).headers["etag"]
    await hidden_until(1)(walk.kept, SOLUTION)
    assert (await walk.http.get("/v1/export/solutions.json")).headers["etag"] == before


async def key_of(walk: Walk, city: str) -> str:
    """The header of a publisher that speaks for one city."""
    key = new_api_key()
    publisher = Publisher(
        id=f"portal-{city.replace(EVERY, 'all')}", name="Portal", cities=(city,), sources=(f"urn:{city}",)
    )
    await walk.kept.publishers.keep(publisher)
    await walk.kept.publishers.add_key(publisher.id, key, NOW)
    return f"Bearer {key}"


async def test_what_nobody_confirmed_is_shown_beside_a_record_to_its_own_city_only(walk: Walk) -> None:
    await said(walk.kept, NEED, NOW - 2 * DAY)
    notice = NEED.model_copy(update={"fact": a_need(title="From a notice"), "state": "draft"})
    await said(walk.kept, notice)
    for address in ("/v1/records/need/need-1", "/v1/records/need/need-1/history"):
        shown = await walk.http.get(address, headers={"Authorization": await key_of(walk, KRAKOW)})
        assert "From a notice" in shown.text
        assert "From a notice" not in (await walk.http.get(address)).text


@pytest.mark.parametrize("state", HIDDEN)
async def test_its_own_city_sees_it_with_its_key_and_no_other_does(walk: Walk, state: str) -> None:
    own, other = [await key_of(walk, city) for city in (TAMPERE, "2950159")]
    assert await told_of(walk, HIDDEN[state], Authorization=other) == []
    answer = await walk.http.get("/v1/records/solution/sol-1", headers={"Authorization": own})
    assert SECRET in answer.text
    assert json.loads(answer.text)["state"] in {"draft", "confirmed", "withdrawn"}


async def test_who_speaks_for_every_city_sees_only_what_it_opened(walk: Walk) -> None:
    header = {"Authorization": await key_of(walk, EVERY)}
    await as_draft(walk.kept, SOLUTION)
    opener = await walk.kept.publishers.by_id("portal-all")
    await walk.kept.records.keep(
        NEED.model_copy(update={"state": "draft"}), NOW, SOURCE, Caller(opener, "portal-all")
    )
    assert (await walk.http.get("/v1/records/solution/sol-1", headers=header)).status_code == 404
    assert (await walk.http.get("/v1/records/need/need-1", headers=header)).status_code == 200


async def test_a_key_that_ended_sees_nothing_and_is_told_so(walk: Walk) -> None:
    await said(walk.kept, SOLUTION)
    answer = await walk.http.get("/v1/records/solution/sol-1", headers={"Authorization": "Bearer csk_a_b"})
    assert answer.status_code == 401
