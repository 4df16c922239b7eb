"""What of a record anybody may see, and how its history, messages, comments and conflicts are written."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from services.submissions.application.stored_models import (
    MessageFate,
    ReceivedConflict,
    RecordRevision,
    StoredComment,
)
from services.submissions.domain.lifecycle import Promotion
from services.submissions.domain.records import Record
from services.submissions.domain.revisions import Provenance, differences, history
from services.submissions.domain.similar_records import SimilarRecord
from services.submissions.domain.transitions import EvidenceStudies
from shared.facts import Fact, Solution

UNSEEN = frozenset({"contact"})  # whom to ask is told to cities that were introduced


def openly(fact: Fact) -> Fact:
    """The fact as anybody may see it now: whom to ask is told to cities that were introduced, and documents
    that have expired are not offered.
    """
    if not isinstance(fact, Solution):
        return fact
    shown = fact.offered_on(datetime.now(UTC).date())
    if shown.contact:
        return shown.model_copy(update={"contact": shown.contact.model_copy(update={"email": None})})
    return shown


def history_of(revisions: Sequence[RecordRevision]) -> dict[str, Any]:
    """The newest word for every field, by whom and when, and all revisions."""
    statements = [saying for revision in revisions for saying in _sayings(revision)]
    fields = {path: word.by.model_dump(mode="json") for path, word in history(statements).items()}
    return {"fields": fields, "revisions": [_step(revision) for revision in revisions]}


def beside(record: Record) -> dict[str, Any]:
    """What releases, catalogues or proposals say otherwise than the city does, field by field."""
    fields = [
        difference.model_dump(mode="json")
        for difference in differences(record.draft, record.marks.unconfirmed)
        if difference.path not in UNSEEN
    ]
    return {"differences": fields} if fields else {}


def fate_of(message: MessageFate, similar: Sequence[SimilarRecord]) -> dict[str, Any]:
    """What became of a message, with what seems ``similar`` to it and may be seen."""
    answer: dict[str, Any] = {
        "source": message.source,
        "event": message.event,
        "fate": message.fate,
        "received": message.received.isoformat(),
        "records": message.records,
        "complaints": [dict(complaint) for complaint in message.complaints],
    }
    if message.conflicts:
        answer["conflicts"] = [dict(conflict) for conflict in message.conflicts]
    if message.duplicate:
        answer["duplicate"] = message.duplicate.isoformat()
    if similar:
        answer["similar"] = [asdict(one) for one in similar]
    return answer


def comment_of(stored: StoredComment, promotion: Promotion | None) -> dict[str, Any]:
    """A comment with its id, when it was made, and by whom and when it was taken as evidence."""
    taken = promotion and promotion.model_dump(mode="json", include={"who", "when"})
    more = {"said": stored.sent_at.isoformat(), "id": stored.key, "promoted": taken}
    left_out = {"kind", "by"} if stored.comment.kind == "comment" else set[str]()
    return {name: value for name, value in stored.said.items() if name not in left_out} | more


def conflict_of(received: ReceivedConflict) -> dict[str, Any]:
    """A conflict with the message that it came with, and when."""
    message = {"source": received.source, "event": received.event}
    return dict(received.conflict) | message | {"received": received.received.isoformat()}


def _sayings(revision: RecordRevision) -> Iterator[tuple[Fact, Provenance]]:
    """What a revision says: its own word, and the studies that its city took from comments."""
    own = Provenance(
        who=revision.who, when=revision.when, source=revision.source[:500], verified_by=revision.verified_by
    )
    yield openly(revision.fact), own
    for promotion in revision.promoted:
        source = promotion.study.source or promotion.reference
        taken = Provenance(who=promotion.who, when=promotion.when, source=source)
        yield EvidenceStudies(studies=(promotion.study,)), taken


def _step(revision: RecordRevision) -> dict[str, Any]:
    step: dict[str, Any] = {
        "revision": revision.revision,
        "state": revision.state,
        "who": revision.who,
        "when": revision.when.isoformat(),
        "source": revision.source,
    }
    if revision.moved:
        step["moved"] = [move.model_dump(mode="json") for move in revision.moved]
    if revision.promoted:
        step["promoted"] = [
            {"comment": promotion.reference, **promotion.model_dump(mode="json", include={"who", "when"})}
            for promotion in revision.promoted
        ]
    return step
