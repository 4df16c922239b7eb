"""What notifications asks of the moderation queue of submissions, on the real API and on broken servers."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.notifications.adapters.submissions_api import MOST_BYTES, SubmissionsApi
from services.notifications.domain.desk.moderation import NewDecision, Queue, QueueItem
from services.submissions.adapters.mongo.repositories import ensure_indexes, repositories
from services.submissions.app import open_review
from services.submissions.domain.drafts import Draft
from services.submissions.http import moderation
from services.submissions.settings import Settings
from shared.city_keys import CityKeys
from shared.events import CommentMade
from shared.http.problem_details import explain_problems
from shared.messaging.cloudevents import Envelope
from shared.store.mongo import Database
from tests.builders import NOW, TAMPERE, YORK, a_solution
from tests.component.scoring_servers import scoring_server

pytestmark = pytest.mark.component
KEYS = CityKeys("sixteen letters at least")
DECISION = NewDecision("refuse", "Clerk", "waiting", "spam", "Twice.")


class Sent:
    """Where decisions take effect."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def publish(self, key: str, headers: dict[str, str], data: bytes) -> None:
        assert headers["ce-id"]
        assert data
        self.keys.append(key)


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
async def api(database: Database, sent: Sent) -> AsyncIterator[SubmissionsApi]:
    store = repositories(database)
    await ensure_indexes(database)
    await store.records.keep(Draft(fact=a_solution()), NOW, "urn:test")
    comment = CommentMade(about="sol-1", city=YORK, text="Look at https://example.org")
    envelope = Envelope(id="c", source="urn:test", type=CommentMade.message_type())
    await store.moderation.keep_comment(envelope, comment, NOW, None)
    app = FastAPI()
    explain_problems(app)
    app.include_router(moderation.router(open_review(Settings(), store), sent, KEYS))
    client = SubmissionsApi("http://here", KEYS)
    client._client = AsyncClient(transport=ASGITransport(app))
    yield client
    await client.close()


@pytest.mark.parametrize("share", [None, TAMPERE])
async def test_what_the_api_answers_is_read_and_a_decision_takes_effect_once(
    api: SubmissionsApi, sent: Sent, share: str | None
) -> None:
    waiting = await api.queue(share, "waiting")
    assert waiting is not None
    (item,) = waiting.items
    assert (item.kind, item.why, item.about) == ("comment", ("comment", "link"), "Night-time freight")
    assert item.texts[0].parts() == (("Look at ", None), ("https://example.org", "link"))
    assert await api.item(item.id, share) == item
    assert await api.decide(item.id, share, DECISION) == "decided"
    assert await api.decide(item.id, share, DECISION) == "decided"
    assert sent.keys == ["comment.made", "comment.made"]
    assert await api.decide(item.id, share, NewDecision("show", "Clerk", "waiting")) == "changed_meanwhile"
    assert (
        await api.decide(item.id, share, NewDecision("place", "Clerk", "refused", city=YORK)) == "not_decided"
    )
    decided = await api.item(item.id, share)
    assert isinstance(decided, QueueItem)
    assert [made.reason for made in decided.decisions] == ["it is advertising or was sent many times: Twice."]
    later = await api.queue(share, "decided")
    assert later == Queue(items=(decided,), total=1)


async def test_another_citys_share_has_nothing_of_it(api: SubmissionsApi) -> None:
    (item,) = (await api.queue(None, "waiting") or Queue(items=(), total=0)).items
    assert await api.queue(YORK, "waiting") == Queue(items=(), total=0)
    assert await api.item(item.id, YORK) == "not_there"
    assert await api.decide(item.id, YORK, DECISION) == "not_decided"


@pytest.mark.parametrize("fault", ["away", "slow", "too_much", "nonsense", "none"])
async def test_a_queue_that_cannot_be_had_is_none_and_no_error(fault: str) -> None:
    async with scoring_server() as server:
        server.answers = {"/v1/moderation": {}, "/v1/moderation/c1": {}}
        server.slow = 1.0 if fault == "slow" else 0
        server.body = {"too_much": b"x" * (MOST_BYTES + 1), "nonsense": b"{"}.get(fault, b"{}")
        url = {"away": "http://127.0.0.1:9", "none": None}.get(fault, server.url)
        api = SubmissionsApi(url, KEYS, seconds=0.5)
        assert await api.queue(None, "waiting") is None
        assert await api.item("c1", None) is None
        if fault in {"away", "slow", "none"}:
            assert await api.decide("c1", None, DECISION) == "not_sent"
        await api.close()
