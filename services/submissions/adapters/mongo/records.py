"""Records with their history: each query here, each index beside the query that needs it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from services.submissions.application.repositories import ANYBODY
from services.submissions.application.stored_models import RecordRevision
from services.submissions.domain.concurrent_changes import Outdated, overtaken
from services.submissions.domain.drafts import MODELS, Draft, kind_and_id, restore
from services.submissions.domain.lifecycle import Annotations, CityMove, Promotion
from services.submissions.domain.ownership import Contested, Ownership, inherited
from services.submissions.domain.publishers import Caller
from services.submissions.domain.records import Record, next_due, revise, word_conflict
from services.submissions.domain.similar_records import likenesses
from shared.errors import RetryableError
from shared.facts import Solution, Verification
from shared.store.mongo import ASCENDING, Database, IndexModel, batches, keep_once
from shared.visibility import PUBLISHED

CONTENTIONS = 50
AT_ONCE = 50


class MongoRecords:
    """One document for each thing in its newest state, and one for each of its revisions."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "records": [
            IndexModel([("kind", ASCENDING), ("city", ASCENDING)], name="kind_city"),
            IndexModel([("kind", ASCENDING), ("state", ASCENDING)], name="kind_state"),
            IndexModel([("likenesses", ASCENDING)], name="likenesses"),
            IndexModel([("due", ASCENDING)], name="due"),
            IndexModel([("unconfirmed", ASCENDING)], name="unconfirmed"),
        ],
        "revisions": [IndexModel([("record", ASCENDING)], name="record")],
    }

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = database["records"]
        self._revisions = database["revisions"]

    async def keep(
        self,
        draft: Draft,
        sent_at: datetime,
        source: str,
        caller: Caller = ANYBODY,
        opener: str | None = None,
        based_on: int | None = None,
    ) -> Record:
        publisher = opener or caller.opener
        seen = await self.revisions(draft.key) if based_on else []

        def revised(current: Record | None) -> Record:
            if conflict := word_conflict(draft, current, caller, opener):
                raise Contested(conflict)
            if current and based_on and (late := overtaken(current, draft, sent_at, based_on, seen)):
                raise Outdated(late)
            return revise(current, draft, sent_at, source, caller.who, publisher)

        return await self._write(draft.key, revised)

    async def change(self, key: str, step: Callable[[Record], Record]) -> Record | None:
        stored = await self.record(key)
        return await self._write(key, lambda current: step(current or stored)) if stored else None

    async def _write(self, key: str, next_of: Callable[[Record | None], Record]) -> Record:
        for _ in range(CONTENTIONS):
            document = await self._records.find_one({"_id": key})
            current = await self._owned(document) if document else None
            record = next_of(current)
            if record == current or await self._replace(key, document, record):
                await self._note(record)
                return record
        raise RetryableError(f"{key} is written by too many at once")

    async def _replace(self, key: str, stored: Mapping[str, Any] | None, record: Record) -> bool:
        document = _document(record)
        if stored is None:
            return await keep_once(self._records, {"_id": key, "version": 1, **document})
        version = stored["version"]
        done = await self._records.update_one(
            {"_id": key, "version": version}, {"$set": {**document, "version": version + 1}}
        )
        return bool(done.matched_count)

    async def _note(self, record: Record) -> None:
        """Keep the revision for the record's history; a repeat after a crash makes up for what it missed."""
        revision = {
            "record": record.draft.key,
            "revision": record.revision,
            "state": record.state,
            "who": record.who,
            "when": record.recorded.isoformat(),
            "source": record.source,
            "verified_by": record.draft.verified_by,
            "fact": record.fact.model_dump(mode="json", exclude_unset=True),
        }
        if record.marks.moved:
            revision["moved"] = [move.model_dump(mode="json") for move in record.marks.moved]
        if promoted := record.marks.promoted:
            revision["promoted"] = [promotion.model_dump(mode="json") for promotion in promoted]
        await keep_once(self._revisions, {"_id": f"{record.draft.key}|{record.revision}", **revision})

    async def record(self, key: str) -> Record | None:
        document = await self._records.find_one({"_id": key})
        return await self._owned(document) if document else None

    async def _owned(self, document: Mapping[str, Any]) -> Record:
        """The record in ``document``; one from before there were owners has that of its first revision."""
        record = _record(document)
        if record.ownership:
            return record
        first = await self._revisions.find_one({"_id": f"{record.draft.key}|1"})
        start = {"fact": document["fact"], "state": record.draft.state, "who": record.who, **(first or {})}
        city = start["fact"]["id" if record.draft.kind == "city" else "city"]
        owner = inherited(record.draft.city, str(city), start["state"], str(start["who"]))
        return record.model_copy(update={"ownership": owner})

    async def drawn_from(self, process: str) -> list[Record]:
        documents = []
        for kind in ("need", "solution", "outcome"):  # "$" is the sign after "#", which parts begin with
            span = {"$gte": f"{kind}|{process}", "$lt": f"{kind}|{process}$"}
            documents += await self._records.find({"_id": span}).to_list(None)
        drawn = (
            document for document in documents if kind_and_id(document["_id"])[1].partition("#")[0] == process
        )
        return [await self._owned(document) for document in drawn]

    async def differing(self) -> list[Record]:
        documents = await self._records.find({"unconfirmed": True}).to_list(None)
        return [
            _record(document) for document in sorted(documents, key=lambda document: str(document["_id"]))
        ]

    async def revisions(self, key: str) -> list[RecordRevision]:
        documents = await self._revisions.find({"record": key}, {"_id": 0, "record": 0}).to_list(None)
        kind, _ = kind_and_id(key)
        return [
            _revision(kind, document)
            for document in sorted(documents, key=lambda document: int(document["revision"]))
        ]

    async def records(self, keys: Iterable[str]) -> dict[str, Record]:
        records = dict[str, Record]()
        for some in batches(sorted({*keys}), AT_ONCE):
            for document in await self._records.find({"_id": {"$in": some}}).to_list(None):
                records[str(document["_id"])] = _record(document)
        return records

    async def published(self, kind: str) -> list[Record]:
        documents = await self._records.find({"kind": kind, "state": {"$in": [*PUBLISHED]}}).to_list(None)
        return [
            _record(document) for document in sorted(documents, key=lambda document: str(document["_id"]))
        ]

    async def alike(self, solution: Solution) -> list[Record]:
        wanted = likenesses(solution)[:AT_ONCE]
        documents = await self._records.find({"likenesses": {"$in": wanted}}).to_list(None) if wanted else []
        return [_record(document) for document in documents]

    async def today(self) -> date:
        return (await self._database.now()).date()

    async def due(self, day: date, most: int = 1000) -> list[tuple[Record, str]]:
        span = {"due": {"$gte": "0001-01-01", "$lte": day.isoformat()}}
        documents = await self._records.find(span).limit(most).to_list(None)
        return [(_record(document), str(document["due_what"])) for document in documents]

    async def waiting(self, city: str) -> list[str]:
        query = {"kind": "solution", "city": city, "until_transition": True}
        return [
            str(document["_id"]) for document in await self._records.find(query, {"_id": 1}).to_list(None)
        ]

    async def counts(self) -> dict[str, int]:
        rows = await self._database.aggregate("records", [{"$group": {"_id": "$kind", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in rows}


def _document(record: Record) -> dict[str, Any]:
    draft, due = record.draft, next_due(record)
    return {
        "kind": draft.kind,
        "city": draft.city,
        "revision": record.revision,
        "state": record.state,
        "recorded": record.recorded.isoformat(),
        "source": record.source,
        "who": record.who,
        "due": due and due[0].isoformat(),
        "due_what": due and due[1],
        "likenesses": likenesses(draft.fact) if isinstance(draft.fact, Solution) else [],
        "until_transition": record.life.embargo_until_transition,
        "unconfirmed": record.marks.unconfirmed is not None,
        "ownership": record.owner.model_dump(mode="json"),
        "said": draft.model_dump(mode="json", exclude={"fact"}),
        "marks": record.marks.model_dump(mode="json"),
        "fact": draft.fact.model_dump(mode="json"),
    }


def _revision(kind: str, document: Mapping[str, Any]) -> RecordRevision:
    return RecordRevision(
        revision=document["revision"],
        state=document["state"],
        who=document["who"],
        when=datetime.fromisoformat(document["when"]),
        source=document["source"],
        verified_by=Verification(document["verified_by"]),
        fact=MODELS[kind].model_validate(document["fact"]),
        moved=[CityMove.model_validate(move) for move in document.get("moved", ())],
        promoted=[Promotion.model_validate(promotion) for promotion in document.get("promoted", ())],
    )


def _record(document: Mapping[str, Any]) -> Record:
    return Record(
        draft=restore(document["kind"], document["fact"], **document["said"]),
        revision=document["revision"],
        recorded=document["recorded"],
        source=document["source"],
        who=document["who"],
        marks=Annotations.model_validate(document["marks"]),
        ownership=Ownership.model_validate(owned) if (owned := document.get("ownership")) else None,
    )
