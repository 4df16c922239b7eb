"""Records of other services: ``solutions``, ``needs``, ``attempts``, ``adoptions`` and ``cities``."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar

from services.notifications.adapters.mongo.visible_records import VisibleRecordQueries, status_of
from services.notifications.application.stored_models import KnownCity
from services.notifications.domain.desk.records import Revision, digest_of_replies, digests
from services.notifications.domain.known_records import TIME_NOT_KNOWN, KnownSolution
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    NeedRecorded,
    OutcomeRecorded,
    Recorded,
    SolutionRecorded,
)
from shared.facts import CityProfile, Fact, Implementation, Solution
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, keep_newest
from shared.visibility import PUBLISHED, may_tell

LONGEST_HISTORY = 50
REVISION_FIELDS = ("revision", "state", "recorded")


def _by(*fields: str) -> list[IndexModel]:
    return [IndexModel([(field, ASCENDING)], name=field) for field in fields]


class MongoKnownRecords:
    """One document for each record, in its newest revision."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "solutions": _by("city"),
        "attempts": _by("city", "fact.solution"),
        "adoptions": _by("fact.solution", "fact.parent"),
        "cities": _by("next_election"),
    }

    def __init__(self, database: Database) -> None:
        self._solutions, self._needs = database["solutions"], database["needs"]
        self._attempts, self._adoptions = database["attempts"], database["adoptions"]
        self._cities = database["cities"]
        self._visible = VisibleRecordQueries(database)

    async def save_solution(self, event: SolutionRecorded) -> None:
        document = {
            "city": event.solution.city,
            "state": event.state,
            "embargo_until": event.embargo_until.isoformat() if event.embargo_until else None,
            "recorded": event.recorded.isoformat(),
            "fact": event.solution.model_dump(mode="json"),
            "answers": [answer.model_dump(mode="json") for answer in event.answers],
            **_later(event),
        }
        history = _history(event, event.solution)
        await keep_newest(self._solutions, event.solution.id, event.revision, document, history)

    async def save_need(self, event: NeedRecorded) -> None:
        document = {"city": event.need.city, **_document(event, event.need)}
        history = _history(event, event.need)
        await keep_newest(self._needs, event.need.id, event.revision, document, history)

    async def save_attempt(self, event: OutcomeRecorded) -> None:
        fact = event.implementation
        replies = [reply.model_dump(mode="json") for reply in event.replies]
        document = {"city": fact.city, **_document(event, fact), "replies": replies}
        history = _history(event, fact, digest_of_replies(event.replies))
        await keep_newest(self._attempts, event.subject, event.revision, document, history)

    async def save_adoption(self, event: AdoptionRecorded) -> None:
        document, history = _document(event, event.adoption), _history(event, event.adoption)
        await keep_newest(self._adoptions, event.subject, event.revision, document, history)

    async def save_city(self, event: CityRecorded) -> None:
        election = event.city.next_election
        document = {
            "state": event.state,
            "next_election": election.isoformat() if election else None,
            "fact": event.city.model_dump(mode="json"),
        }
        await keep_newest(self._cities, event.city.id, event.revision, document)

    async def hidden(self, keys: Iterable[str], city: str, now: datetime) -> frozenset[str]:
        return await self._visible.hidden(keys, city, now.date())

    async def solution(self, solution: str) -> KnownSolution | None:
        document = await self._solutions.find_one({"_id": solution})
        if document is None:
            return None
        until = document.get("embargo_until")
        day = date.fromisoformat(until) if until else None
        fact = Solution.model_validate(document["fact"])
        return KnownSolution(fact, document["state"], document["revision"], day)

    async def attempts_at(self, solution: str) -> list[OutcomeRecorded]:
        documents = await self._attempts.find({"fact.solution": solution}).to_list(None)
        attempts = [
            OutcomeRecorded(
                implementation=document["fact"],
                replies=document.get("replies", ()),
                **_revision(document),
            )
            for document in documents
            if _is_published(document)
        ]
        return sorted(attempts, key=lambda attempt: attempt.implementation.city)

    async def adoptions_of(self, solution: str) -> list[AdoptionRecorded]:
        # One query for each index: asked for either at once, the embedded store looks at everything.
        queries = ({"fact.solution": solution}, {"fact.parent": solution})
        results = await asyncio.gather(*(self._adoptions.find(query).to_list(None) for query in queries))
        published = {
            str(document["_id"]): document
            for documents in results
            for document in documents
            if _is_published(document)
        }
        return [
            AdoptionRecorded(adoption=document["fact"], **_revision(document))
            for document in published.values()
        ]

    async def shared_by(self, city: str) -> list[tuple[Solution, Implementation | None]]:
        own = {"city": city}
        solutions = await self._solutions.find(own).to_list(None)
        attempts = await self._attempts.find(own).to_list(None)
        attempt_at = {
            document["fact"]["solution"]: Implementation.model_validate(document["fact"])
            for document in attempts
            if _is_for_its_city(document)
        }
        return [
            (Solution.model_validate(document["fact"]), attempt_at.get(document["_id"]))
            for document in solutions
            if _is_for_its_city(document)
        ]

    async def elections(self, since: date, until: date) -> list[tuple[str, date]]:
        between = {"$gt": since.isoformat(), "$lt": until.isoformat()}
        documents = await self._cities.find({"next_election": between}, {"next_election": 1}).to_list(None)
        return [
            (str(document["_id"]), date.fromisoformat(document["next_election"])) for document in documents
        ]

    async def city(self, city: str) -> CityProfile | None:
        record = await self.known_city(city)
        return record.profile if record else None

    async def known_city(self, city: str) -> KnownCity | None:
        document = await self._cities.find_one({"_id": city}, {"fact": 1, "revision": 1})
        if document is None:
            return None
        return KnownCity(CityProfile.model_validate(document["fact"]), int(document["revision"]))


def _document(event: NeedRecorded | OutcomeRecorded | AdoptionRecorded, fact: Fact) -> dict[str, Any]:
    return {
        "state": event.state,
        "recorded": event.recorded.isoformat(),
        "fact": fact.model_dump(mode="json"),
        **_later(event),
    }


def _later(event: Recorded) -> dict[str, Any]:
    """What others said after the city's own word; None takes the place of what was said before."""
    return {"later": event.later.model_dump(mode="json") if event.later else None}


def _history(
    event: Recorded, fact: Fact, more: Mapping[str, str] = MappingProxyType({})
) -> dict[str, dict[str, Any]]:
    """Add this revision to the short history that the record's own city sees."""
    revision = Revision(
        revision=event.revision, state=event.state, recorded=event.recorded, parts=digests(fact) | {**more}
    )
    newest = {"$each": [revision.model_dump(mode="json")], "$slice": -LONGEST_HISTORY}
    return {"$push": {"history": newest}}


def _is_published(document: Document) -> bool:
    return document["state"] in PUBLISHED


def _is_for_its_city(document: Document) -> bool:
    """Whether its own city may be told of it, on whatever day."""
    status = status_of(document)
    return may_tell(status.city, status, date.max)


def _revision(document: Document) -> dict[str, Any]:
    """The fields of an event beside its fact; an older version did not store when it was recorded."""
    return {
        "recorded": TIME_NOT_KNOWN,
        **{name: document[name] for name in REVISION_FIELDS if name in document},
    }
