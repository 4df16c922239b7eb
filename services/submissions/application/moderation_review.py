"""The moderation queue: what waits, what was decided, and deciding. `review` and the HTTP API use it alike.

A decision is written down before it takes effect: what was held or commented is sent to the intake once more,
which acts on the decision. So a repeat after a crash is harmless.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import JsonValue

from services.submissions.application.city_review import CityReview
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.application.republish import messages_for
from services.submissions.application.stored_models import (
    Decision,
    HeldMessage,
    StoredComment,
    WaitingBuyer,
)
from services.submissions.domain.drafts import MODELS
from services.submissions.domain.moderation import (
    VERDICTS,
    Action,
    ItemKind,
    Mark,
    RefusalReason,
    Reviewer,
    State,
    actions,
    doubts,
    is_repeated,
    may_see,
    refusal,
)
from services.submissions.domain.office_holders import OfficeHolder, texts_in
from services.submissions.domain.places import Gazetteer
from services.submissions.domain.publishers import speaks_for
from services.submissions.domain.records import Record
from services.submissions.domain.validation import routing_key
from shared.facts import Implementation, Need, Solution
from shared.messaging.cloudevents import RawEvent

DECIDED_DAYS = timedelta(days=30)
Stored = StoredComment | HeldMessage | WaitingBuyer


class ReviewRefused(Exception):
    """A decision that is not taken: why, as a code, and in words for whoever asked."""

    def __init__(self, code: Literal["unknown", "forbidden", "changed", "unusable"], message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class ShownText(NamedTuple):
    """A text to decide on, with the passages to look at."""

    path: str
    text: str
    language: str | None
    marks: tuple[Mark, ...]


class CityLabel(NamedTuple):
    """A city by id and name."""

    id: str
    name: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing that waits or waited; ``actions`` are what this reviewer may decide.

    ``why`` are codes: ``comment``, ``office_holder``, ``link``, ``repeated``, or the doubt about a place.
    ``about`` is the title of the record that a comment is about, ``by`` who says it.
    """

    id: str
    kind: ItemKind
    state: State
    since: datetime
    why: tuple[str, ...]
    cities: tuple[CityLabel, ...]
    texts: tuple[ShownText, ...]
    about: str | None
    by: str | None
    candidates: tuple[CityLabel, ...]
    processes: int
    decisions: tuple[Decision, ...]
    actions: tuple[Action, ...]


class AskedDecision(NamedTuple):
    """What a reviewer decides; ``seen`` is the state that was shown, None where that does not matter."""

    action: Action
    seen: State | None = None
    reason: RefusalReason | None = None
    words: str | None = None
    city: str | None = None


@dataclass(frozen=True)
class ModerationReview:
    """Lists the queue for a reviewer and takes decisions; what is returned is to be sent to the intake."""

    store: SubmissionRepositories
    placing: CityReview
    gazetteer: Gazetteer
    holders: tuple[OfficeHolder, ...] = ()

    async def waiting(self, reviewer: Reviewer) -> list[ReviewItem]:
        """Return what waits for this reviewer, the oldest first."""
        stored: list[Stored] = [
            *await self.store.moderation.waiting(),
            *await self.store.unplaced_buyers.waiting(),
        ]
        items = await self._items(reviewer, stored)
        return sorted(items, key=lambda item: (item.since, item.id))

    async def decided(self, reviewer: Reviewer, now: datetime) -> list[ReviewItem]:
        """Return what was decided in the last 30 days, the newest decision first."""
        since = now - DECIDED_DAYS
        stored: list[Stored] = [
            *await self.store.moderation.decided(since),
            *await self.store.unplaced_buyers.decided_since(since),
        ]
        items = await self._items(reviewer, stored)
        return sorted(items, key=lambda item: item.decisions[-1].when, reverse=True)

    async def item(self, key: str, reviewer: Reviewer) -> ReviewItem | None:
        """Return one item with what was decided about it; None where there is none for this reviewer."""
        stored = await self._stored(key)
        return next(iter(await self._items(reviewer, [stored] if stored else [])), None)

    async def decide(
        self, key: str, reviewer: Reviewer, asked: AskedDecision, now: datetime
    ) -> list[OutgoingMessage]:
        """Write a decision down; return the messages that give it effect. Raises ``ReviewRefused``.

        The decision that stands already is not written down again; its messages are returned once more.
        """
        stored = await self._stored(key)
        items = await self._items(reviewer, [stored] if stored else [])
        if stored is None or not items:
            raise ReviewRefused("unknown", f"nothing waits under {key!r}")
        if asked.action not in items[0].actions and VERDICTS.get(asked.action) != items[0].state:
            raise ReviewRefused("forbidden", f"this cannot be decided here: {asked.action}")
        if isinstance(stored, WaitingBuyer):
            return await self._place(stored, reviewer, asked, now)
        return await self._judge(stored, reviewer, asked, now)

    async def _stored(self, key: str) -> Stored | None:
        return await self.store.moderation.item(key) or await self.store.unplaced_buyers.place(key)

    async def _judge(
        self, stored: StoredComment | HeldMessage, reviewer: Reviewer, asked: AskedDecision, now: datetime
    ) -> list[OutgoingMessage]:
        verdict = VERDICTS[asked.action]
        if stored.state != verdict:
            if asked.seen not in (None, stored.state):
                raise ReviewRefused("changed", f"somebody else decided meanwhile: it is {stored.state}")
            reason = refusal(asked.reason, asked.words) if asked.reason else asked.words
            decision = Decision(now, reviewer.who, verdict, reason)
            if not await self.store.moderation.decide(stored.key, stored.state, decision):
                raise ReviewRefused("changed", "somebody else decided at the same moment")
        message = _message(stored)
        if message is None:
            return []
        await self.store.messages.expect(message)
        envelope = message.envelope
        named = (routing_key(envelope.type), envelope.id, envelope.source, envelope.type)
        return [OutgoingMessage(*named, message.data, envelope.time, stored.who)]

    async def _place(
        self, stored: WaitingBuyer, reviewer: Reviewer, asked: AskedDecision, now: datetime
    ) -> list[OutgoingMessage]:
        city = asked.city
        if asked.seen == "waiting" and stored.state != "waiting" and stored.city != city:
            raise ReviewRefused("changed", "somebody else decided meanwhile")
        if city is not None and city not in self.gazetteer.cities:
            raise ReviewRefused("unusable", f"{city!r} is no city of GeoNames that is known here")
        if not reviewer.operator and city != reviewer.city:
            raise ReviewRefused("forbidden", "a city decides for itself alone: ask the operator")
        if city is None and stored.city:
            message = f"its records were said as {stored.city}'s: `ownership move` moves them; decide anew"
            raise ReviewRefused("unusable", message)
        speaker = await self.store.publishers.by_id(stored.unplaced.publisher)
        if city and speaker and not speaks_for(speaker, city):
            message = f"{speaker.id!r} does not speak for {city}: register it for this city first"
            raise ReviewRefused("unusable", message)
        keys = await self.placing.decide(stored.key, city, now, asked.words, reviewer.who)
        return [message async for message in messages_for(keys)]

    async def _items(self, reviewer: Reviewer, stored: Sequence[Stored]) -> list[ReviewItem]:
        about = {item.comment.about for item in stored if isinstance(item, StoredComment)}
        keys = [f"{kind}|{identifier}" for identifier in about for kind in MODELS]
        attempted = [f"solution|{identifier.rpartition('|')[0]}" for identifier in about if "|" in identifier]
        records = await self.store.records.records([*keys, *attempted])
        comments = [item for item in stored if isinstance(item, StoredComment)]
        says = {item.key: item.repeatable for item in comments}
        counts = await self.store.moderation.comments_like(frozenset().union(*says.values()))
        repeated = {key for key, keys in says.items() if is_repeated(keys, counts)}
        items = (self._item(reviewer, waiting, records, repeated) for waiting in stored)
        return [item for item in items if item is not None]

    def _item(
        self, reviewer: Reviewer, stored: Stored, records: dict[str, Record], repeated: Collection[str]
    ) -> ReviewItem | None:
        kind, concerned = _kind(stored), None
        match stored:
            case StoredComment():
                concerned = _record_about(stored.comment.about, records)
                cities: Sequence[str] = (concerned.owner.city,) if concerned else ()
            case HeldMessage():
                cities = stored.cities
            case WaitingBuyer():
                cities = stored.unplaced.candidates
        if not may_see(reviewer, kind, cities):
            return None
        texts = (*self._texts(stored),)
        return ReviewItem(
            id=stored.key,
            kind=kind,
            state=stored.state,
            since=_since(stored),
            why=_why(stored, texts, repeated=stored.key in repeated),
            cities=tuple(map(self._named, () if kind == "place" else cities)),
            texts=texts,
            about=_title(concerned, records) if concerned else None,
            by=self._by(stored),
            candidates=tuple(map(self._named, cities)) if kind == "place" else (),
            processes=stored.processes if isinstance(stored, WaitingBuyer) else 0,
            decisions=stored.decisions,
            actions=tuple(sorted(actions(reviewer, kind, cities, stored.state))),
        )

    def _texts(self, stored: Stored) -> Iterator[ShownText]:
        match stored:
            case StoredComment():
                text = stored.comment.text
                yield ShownText("text", text, stored.comment.language, doubts(text, self.holders))
            case HeldMessage():
                named, data = {reason.path for reason in stored.reasons}, _json(stored.data)
                language = data.get("language") if isinstance(data, dict) else None
                for path, text in texts_in(data):
                    if path in named:
                        given = language if isinstance(language, str) else None
                        yield ShownText(path, text, given, doubts(text, self.holders))
            case WaitingBuyer():
                buyer = stored.unplaced.buyer
                for path in ("name", "locality", "region", "country", "currency"):
                    if text := getattr(buyer, path):
                        yield ShownText(path, text, None, ())

    def _by(self, stored: Stored) -> str | None:
        match stored:
            case StoredComment():
                city = self._named(stored.comment.city).name
                return " · ".join(filter(None, (stored.comment.by, city)))
            case HeldMessage():
                return stored.envelope.source[:500]
            case WaitingBuyer():
                return stored.unplaced.publisher

    def _named(self, city: str) -> CityLabel:
        place = self.gazetteer.cities.get(city)
        return CityLabel(city, place.name, place.country) if place else CityLabel(city, city)


def _message(stored: StoredComment | HeldMessage) -> RawEvent | None:
    """The message to send to the intake once more; None for a comment from before messages were kept."""
    if isinstance(stored, HeldMessage):
        return stored.message
    return RawEvent(stored.envelope, stored.comment.model_dump_json().encode()) if stored.envelope else None


def _kind(stored: Stored) -> ItemKind:
    match stored:
        case StoredComment():
            return stored.comment.kind
        case HeldMessage():
            return "held"
        case WaitingBuyer():
            return "place"


def _since(stored: Stored) -> datetime:
    match stored:
        case StoredComment():
            return stored.sent_at
        case HeldMessage():
            return stored.received
        case WaitingBuyer():
            return stored.asked


def _why(stored: Stored, texts: Iterable[ShownText], *, repeated: bool) -> tuple[str, ...]:
    marked = (mark.doubt for text in texts for mark in text.marks)
    match stored:
        case StoredComment():
            again = ("repeated",) if repeated else ()
            return tuple(dict.fromkeys((stored.comment.kind, *marked, *again)))
        case HeldMessage():
            return tuple(dict.fromkeys(("office_holder", *marked)))
        case WaitingBuyer():
            return (stored.unplaced.doubt,)


def _record_about(identifier: str, records: dict[str, Record]) -> Record | None:
    return next((records[key] for kind in MODELS if (key := f"{kind}|{identifier}") in records), None)


def _title(record: Record, records: dict[str, Record]) -> str:
    match record.fact:
        case Solution() | Need() as fact:
            return fact.title
        case Implementation() as attempt:
            solution = records.get(f"solution|{attempt.solution}")
            return (
                solution.fact.title if solution and isinstance(solution.fact, Solution) else attempt.solution
            )
        case _:
            return record.draft.key


def _json(data: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(data)
    except ValueError:
        return None
    return value
