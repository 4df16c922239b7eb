"""What of a record anybody may see, and how its history is told."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.submissions.domain.annotations import Promotion
from services.submissions.domain.comment_evidence import EvidenceStudies
from services.submissions.domain.differences import differences
from services.submissions.domain.drafts import MODELS
from services.submissions.domain.records import Record
from services.submissions.domain.revisions import Provenance, history
from shared.facts import Fact, Solution

UNSEEN = frozenset({"contact"})  # whom to ask is told to cities that were introduced
STEP = ("revision", "state", "who", "when", "source")


def openly(fact: Fact) -> Fact:
    """The fact as anybody may see it: whom to ask is told to cities that were introduced."""
    if isinstance(fact, Solution) and fact.contact:
        return fact.model_copy(update={"contact": fact.contact.model_copy(update={"email": None})})
    return fact


def told(kind: str, revisions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The newest word for every field, by whom and when, and all revisions."""
    said = [saying for each in revisions for saying in _sayings(kind, each)]
    fields = {path: word.by.model_dump(mode="json") for path, word in history(said).items()}
    return {"fields": fields, "revisions": [_step(each) for each in revisions]}


def beside(record: Record) -> dict[str, Any]:
    """What releases, catalogues or proposals say otherwise than the city does, field by field."""
    found = [each.model_dump(mode="json") for each in differences(record) if each.path not in UNSEEN]
    return {"differences": found} if found else {}


def _sayings(kind: str, revision: dict[str, Any]) -> Iterator[tuple[Fact, Provenance]]:
    """What a revision says: its own word, and the studies that its city took from comments."""
    yield openly(MODELS[kind].model_validate(revision["fact"])), _by(revision)
    for each in _promoted(revision):
        source = each.study.source or each.reference
        yield EvidenceStudies(studies=(each.study,)), Provenance(who=each.who, when=each.when, source=source)


def _step(revision: dict[str, Any]) -> dict[str, Any]:
    step = {name: revision[name] for name in STEP}
    promoted = [
        {"comment": each.reference, **each.model_dump(mode="json", include={"who", "when"})}
        for each in _promoted(revision)
    ]
    moved = {"moved": revision["moved"]} if revision.get("moved") else {}
    return step | moved | ({"promoted": promoted} if promoted else {})


def _promoted(revision: dict[str, Any]) -> Sequence[Promotion]:
    return [Promotion.model_validate(each) for each in revision.get("promoted", ())]


def _by(revision: dict[str, Any]) -> Provenance:
    who, when, source = revision["who"], revision["when"], revision["source"][:500]
    return Provenance(who=who, when=when, source=source, verified_by=revision["verified_by"])
