"""What notifications asks of scoring over HTTP: an answer in its own words, or None."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.notifications.adapters.scoring_api import MOST_BYTES, ScoringApi
from services.notifications.application.ports import FoundSolution, ScoringQueries
from shared.city_keys import CityKeys
from shared.facts import Outcome
from shared.store.mongo import Database
from tests.builders import KRAKOW, TAMPERE, YORK, an_implementation, outcome_recorded, solution_recorded
from tests.component.scoring.context import CITIES, FAILED, a_room, doors, hear
from tests.component.scoring_servers import ScoringServer, scoring_server

SIGNING_WORDS = "sixteen letters at least"
FOUND = {
    "solution": "sol-1",
    "title": "Night-time freight",
    "city": TAMPERE,
    "country": "FI",
    "language": "en",
    "band": "Ready to adapt",
    "evaluation": 60,
    "risk": 20,
    "learning": 40,
    "outcomes": ["succeeded", "failed"],
    "relevance": 0.4,
}
Ask = Callable[[ScoringQueries], Awaitable[object]]
QUESTIONS: dict[str, Ask] = {
    "search": lambda scoring: scoring.search("night deliveries", "pl", 5),
    "portfolio": lambda scoring: scoring.portfolio(YORK),
    "learning": lambda scoring: scoring.learning(YORK),
    "sharing": lambda scoring: scoring.sharing(YORK),
}
EVERY = pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)


@pytest.fixture
async def server() -> AsyncIterator[ScoringServer]:
    async with scoring_server() as running:
        yield running


async def test_a_search_is_made_in_the_readers_language_and_bounded(server: ScoringServer) -> None:
    server.answers["/v1/solutions"] = [FOUND]
    scoring = ScoringApi(server.url)
    found = await scoring.search("night\n deliveries", "pt-BR", 1000)
    outcomes = (Outcome.SUCCEEDED, Outcome.FAILED)
    assert found == (FoundSolution("sol-1", "Night-time freight", "en", TAMPERE, "FI", outcomes),)
    assert server.asked == [("/v1/solutions?text=night+deliveries&text_language=pt&most=200", None)]
    assert await scoring.search("  ", "en", 5) == ()
    assert len(server.asked) == 1
    await scoring.close()


async def test_only_what_is_for_one_city_alone_is_asked_with_its_key(server: ScoringServer) -> None:
    scoring, keys = ScoringApi(server.url, CityKeys(SIGNING_WORDS)), CityKeys(SIGNING_WORDS)
    for ask in QUESTIONS.values():
        await ask(scoring)
    assert [key for _, key in server.asked] == [None, f"Bearer {keys.key(YORK)}", None, None]
    await scoring.close()


async def test_an_id_with_signs_in_it_stays_one_part_of_the_address(server: ScoringServer) -> None:
    await ScoringApi(server.url).learning("../a?b#c")
    assert server.asked[0][0] == "/v1/cities/..%2Fa%3Fb%23c/learning"


@EVERY
async def test_there_is_no_answer_where_scoring_is_not_set_or_away(ask: Ask) -> None:
    assert await ask(ScoringApi(None)) is None
    assert await ask(ScoringApi("http://127.0.0.1:9")) is None


@EVERY
async def test_there_is_no_answer_where_scoring_is_slow_or_answers_something_else(
    ask: Ask, server: ScoringServer
) -> None:
    pages = [f"/v1/cities/{YORK}/{page}" for page in ("portfolio", "learning", "sharing")]
    server.answers = {path: {} for path in ("/v1/solutions", *pages)}
    assert await ask(ScoringApi(server.url)) is None
    for body in (b"<html>", b'[{"solution": 1}]', b" " * (MOST_BYTES + 1)):
        server.body = body
        assert await ask(ScoringApi(server.url)) is None
    server.slow = 5
    assert await ask(ScoringApi(server.url, seconds=0.1)) is None


async def test_it_reads_what_scoring_itself_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await a_room(database)
    running = an_implementation(solution="sol-1", city=KRAKOW, outcome="running")
    await hear(room, *CITIES, solution_recorded(), FAILED, outcome_recorded(implementation=running))
    scoring = _over(doors(room), monkeypatch)
    found = await scoring.search("night deliveries", "en", 5)
    assert [solution.id for solution in found or ()] == ["sol-1"]
    learning = await scoring.learning(TAMPERE)
    assert [line.solution for line in learning or ()] == ["sol-1"]
    portfolio = await scoring.portfolio(KRAKOW)
    assert portfolio
    assert (portfolio.projects, portfolio.running) == (1, ("sol-1",))
    sharing = await scoring.sharing(TAMPERE)
    assert sharing
    assert sharing.pledge is None
    assert await scoring.portfolio("nowhere") is None


def _over(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> ScoringApi:
    client = AsyncClient(transport=ASGITransport(app=app))
    monkeypatch.setattr(ScoringApi, "_connections", lambda _: client)
    return ScoringApi("http://scoring")
