"""What scoring keeps, through either driver: facts in any order, and scores that only newer facts replace."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

from services.scoring.adapters.mongo.repositories import ensure_indexes, repositories
from services.scoring.application.index_sync import ChangeFeed
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.scores import Score
from shared.store.mongo import Database
from tests.builders import NOW, a_need, a_solution, an_assessment

MANY = 20


class Found:
    """Whoever is told of what is new; remembers it."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def __call__(self, keys: Sequence[str]) -> None:
        self.keys += keys


def a_score(**facts: int) -> Score:
    """A score made from these revisions of facts."""
    return Score(
        solution="sol-1",
        framework="1",
        revision=0,
        facts={"solution": 1, **facts},
        assessment=an_assessment(),
    )


async def test_indexes_may_be_prepared_again(database: Database) -> None:
    await ensure_indexes(database)
    await ensure_indexes(database)


async def test_a_fact_heard_in_any_order_is_the_same(database: Database) -> None:
    store = repositories(database, "1")
    for number, order in enumerate(permutations((1, 2, 3))):
        for revision in order:
            fact = a_solution(id=f"sol-{number}", title=f"Title {revision}")
            await store.solutions.keep(fact.id, KnownFact(fact, revision, "published", NOW))
    kept = await store.solutions.many(f"sol-{number}" for number in range(6))
    assert [known.fact.title for known in kept.values()] == ["Title 3"] * 6


async def test_a_replica_sees_what_another_wrote_since_it_last_looked(database: Database) -> None:
    store = repositories(database, "1")
    await ensure_indexes(database)
    await store.needs.keep("need-1", KnownFact(a_need(), 1, "published", NOW))
    first, moment = await store.needs.since(None)
    await store.needs.keep("need-2", KnownFact(a_need(id="need-2"), 1, "published", NOW))
    later, _ = await store.needs.since(moment)
    assert [written.key for written in first] == ["need-1"]
    assert "need-2" in {written.key for written in later}


async def test_a_replica_sees_what_was_written_after_the_clock_of_the_store_was_set_back(
    database: Database,
) -> None:
    """Or after another server, whose clock is behind, took over."""
    store = repositories(database, "1")
    news = ChangeFeed(store.needs, found := Found())
    await store.needs.keep("need-1", KnownFact(a_need(), 1, "published", NOW))
    ahead = datetime.now(UTC) + timedelta(days=1)
    await database["needs"].update_one({"_id": "need-1"}, {"$set": {"touched": ahead}})
    await news.read()
    await store.needs.keep("need-2", KnownFact(a_need(id="need-2"), 1, "published", NOW))
    await news.read()
    news.seen = ahead  # as where it was read while the clock was ahead
    await store.needs.keep("need-3", KnownFact(a_need(id="need-3"), 1, "published", NOW))
    await news.read()
    assert found.keys == ["need-1", "need-2", "need-3"]


async def test_a_score_has_a_new_revision_for_newer_facts_only(database: Database) -> None:
    store = repositories(database, "1")
    kept = [(await store.scores.keep(a_score(york=york))).revision for york in (1, 1, 2, 1, 2, 3)]
    assert kept == [1, 1, 2, 2, 2, 3]


async def test_scores_written_at_once_end_with_the_one_from_the_newest_facts(database: Database) -> None:
    store = repositories(database, "1")
    await asyncio.gather(*(store.scores.keep(a_score(york=york)) for york in range(1, MANY + 1)))
    standing = await store.scores.get("sol-1")
    assert standing is not None
    assert standing.facts == {"solution": 1, "york": MANY}


async def test_a_score_under_another_framework_stands_beside(database: Database) -> None:
    store = repositories(database, "1")
    await store.scores.keep(a_score())
    assert await repositories(database, "2").scores.get("sol-1") is None
    assert await store.scores.get("sol-1") is not None
