"""What the API and `review` show of stored documents, to the byte: names, order and the form of times."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import orjson
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
from services.submissions.application.incoming_message import message_key
from services.submissions.application.stored_models import Decision, HeldMessage
from services.submissions.cli import review
from services.submissions.domain.drafts import Draft
from services.submissions.domain.imported_facts import Buyer
from services.submissions.domain.ocds.buyer_city import UnplacedBuyer
from services.submissions.domain.publishers import Publisher
from services.submissions.domain.similar_records import SimilarRecord
from services.submissions.http.publishing import ApiContext
from shared.events import CommentMade, Complaint, Conflict
from shared.http.problem_details import explain_problems
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import PUBLISHED_BY
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.settings import ServiceSettings
from shared.store.mongo import Database
from tests.builders import YORK, a_need, a_solution

pytestmark = pytest.mark.parametrize("database", ["motor", "pymongo"], indirect=True)
WHEN = datetime(2026, 11, 30, 12, 0, 0, 500_000, UTC)
EVENT = Envelope(id="e", source="urn:test", type="org.citiesshare.solution.submitted.v1", time=WHEN)
CONFLICT = Conflict(record="need|n", owner=YORK, city="2", opened_by="portal")


@pytest.fixture
async def http(database: Database) -> AsyncIterator[AsyncClient]:
    kept = repositories(database)
    await ensure_indexes(database)
    app = FastAPI()
    explain_problems(app)
    reports = ReportAssessor(Catalogue(publiccode_reference, b"test"), reference())
    bus = open_broker("submissions", ServiceSettings(), PUBLISHED_BY["submissions"])
    door = ApiContext(
        AmqpInputPublisher(bus), kept, DatarefReader(kept.blobs, "urn:data:", (), 1_000), reports
    )
    app.include_router(api.router(door))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        yield client


CLAIMED = (
    '{"source":"urn:test","event":"e","fate":"heard","received":"2026-11-30T12:00:00.500000+00:00","'
    'records":[],"complaints":[]}'
)
FATE = (
    '{"source":"urn:test","event":"e","fate":"recorded","received":"2026-11-30T12:00:00.500000+00:00'
    '","records":["need|n"],"complaints":[{"path":"a","message":"b"}],"conflicts":[{"record":"need|n'
    '","owner":"2633352","city":"2","opened_by":"portal"}],"duplicate":"2026-11-30T12:00:00.500000+0'
    '0:00","similar":[{"solution":"sol-1","title":"Bins","reasons":["same code"],"proposal":"add imp'
    'lementation"}]}'
)
CONFLICTS = (
    '[{"record":"need|n","owner":"2633352","city":"2","opened_by":"portal","source":"urn:test","even'
    't":"e","received":"2026-11-30T12:00:00.500000+00:00"}]'
)
COMMENTS = (
    '[{"about":"sol-1","city":"2633352","text":"It worked","language":"en","source":"urn:x","said":"'
    '2026-11-30T12:00:00.500000+00:00","id":"358f55fc466d774cb3741ce58d32cc01421db7b8162a65488ce1cb0'
    '7b6bfe19f","promoted":null}]'
)
REVISION = (
    '{"revision":1,"state":"published","who":"anonymous","when":"2026-11-30T12:00:00.500000+00:00","'
    'source":"urn:test"}'
)
REVIEW = [
    (
        '{"id":"358f55fc466d774cb3741ce58d32cc01421db7b8162a65488ce1cb07b6bfe19f","what":"comment","abou'
        't":"sol-1","city":"2633352","text":"It worked","language":"en","source":"urn:x","said":"2026-11'
        '-30T12:00:00.500000+00:00","state":"waiting"}'
    ),
    (
        '{"id":"358f55fc466d774cb3741ce58d32cc01421db7b8162a65488ce1cb07b6bfe19f","what":"held","envelop'
        'e":{"id":"e","source":"urn:test","type":"org.citiesshare.solution.submitted.v1","time":"2026-11'
        '-30T12:00:00.500000Z","subject":null,"dataref":null},"who":"portal","reasons":[{"path":"t","mes'
        'sage":"m"}],"received":"2026-11-30T12:00:00.500000+00:00","state":"waiting"}'
    ),
    (
        '{"id":"ba2352b527005884","what":"place","publisher":"portal","buyer":{"name":"Hull City Council'
        '","locality":null,"region":null,"country":"GB","currency":null},"doubt":"namesakes","kind":null'
        ',"confidence":0.0,"candidates":[{"id":"2633352","name":"York","country":"GB"}],"name":"hull cit'
        'y council","asked":"2026-11-30T12:00:00.500000+00:00","state":"waiting","processes":1,"reason":'
        '"several cities bear the name"}'
    ),
    (
        '{"id":"need|need-1","what":"difference","city":"3094802","differences":[{"path":"title","stands'
        '":"Quieter deliveries","said":"From a notice","who":"anonymous","when":"2026-12-01T12:00:00.500'
        '000Z"}]}'
    ),
]
HISTORY = '{"who":"anonymous","when":"2026-11-30T12:00:00.500000Z","source":"urn:test","verified_by":"self"}'
FIELDS = ("city", "id", "problem/baseline", "problem/code", "problem/service_owner", "problem/statement")


async def test_what_became_of_a_message(database: Database, http: AsyncClient) -> None:
    kept, asked = repositories(database), {"source": "urn:test", "id": "e"}
    await kept.records.keep(Draft(fact=a_solution()), WHEN, "urn:test")
    await kept.messages.claim(EVENT, "digest", WHEN, "portal")
    assert (await http.get("/v1/events", params=asked)).text == CLAIMED
    complaint, similar = Complaint(path="a", message="b"), SimilarRecord("sol-1", "Bins", ("same code",))
    hidden = SimilarRecord("hidden", "Bins", ())
    await kept.messages.keep_fate(
        EVENT, "recorded", WHEN, ["need|n"], [complaint], [CONFLICT], [similar, hidden]
    )
    await kept.messages.note_duplicate(EVENT, WHEN)
    assert (await http.get("/v1/events", params=asked)).text == FATE
    publisher, key = Publisher(id="york", name="York", cities=(YORK,), sources=("urn:york",)), new_api_key()
    await kept.publishers.keep(publisher)
    await kept.publishers.add_key(publisher.id, key, WHEN)
    answer = await http.get("/v1/conflicts", headers={"Authorization": f"Bearer {key}"})
    assert answer.text == CONFLICTS


async def test_the_history_of_a_record(database: Database, http: AsyncClient) -> None:
    await repositories(database).records.keep(Draft(fact=a_solution()), WHEN, "urn:test")
    fields = ",".join(f'"{name}":{HISTORY}' for name in (*FIELDS, "title", "topics"))
    assert (await http.get("/v1/records/solution/sol-1/history")).text == (
        f'{{"fields":{{{fields}}},"revisions":[{REVISION}]}}'
    )


async def test_what_waits_for_a_reviewer_and_what_is_shown_after_moderation(
    database: Database, http: AsyncClient
) -> None:
    kept = repositories(database)
    await kept.records.keep(Draft(fact=a_solution()), WHEN, "urn:test")
    comment = CommentMade(about="sol-1", city=YORK, text="It worked", source="urn:x")
    stored = await kept.moderation.keep_comment(EVENT, comment, WHEN, None)
    await kept.moderation.hold(RawEvent(EVENT, b"{}"), "portal", [Complaint(path="t", message="m")], WHEN)
    buyer = Buyer(name="Hull City Council", country="GB")
    unplaced = UnplacedBuyer(publisher="portal", buyer=buyer, doubt="namesakes", candidates=(YORK,))
    await kept.unplaced_buyers.note(unplaced, "urn:ocid:1", WHEN)
    await kept.records.keep(Draft(fact=a_need()), WHEN, "urn:test")
    notice = Draft(fact=a_need(title="From a notice"), state="draft")
    await kept.records.keep(notice, WHEN + timedelta(days=1), "urn:test")
    assert [orjson.dumps(line).decode() for line in await review.waiting_lines(database)] == REVIEW
    decision = Decision(WHEN, "operator", "shown")
    assert not await kept.moderation.decide("nothing", "waiting", decision)
    assert await kept.moderation.decide(stored.key, "waiting", decision)
    assert (await http.get("/v1/comments", params={"about": "sol-1"})).text == COMMENTS


async def test_a_held_message_comes_back_with_its_data(database: Database, http: AsyncClient) -> None:  # noqa: ARG001
    queue = repositories(database).moderation
    event = RawEvent(EVENT, b'{"a": 1}')
    await queue.hold(event, None, [], WHEN)
    decision = Decision(WHEN, "operator", "shown")
    assert await queue.decide(message_key(EVENT), "waiting", decision)
    assert not await queue.decide(message_key(EVENT), "waiting", decision)
    held = await queue.item(message_key(EVENT))
    assert isinstance(held, HeldMessage)
    assert held.message == event
