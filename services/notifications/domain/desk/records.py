"""One record of the official's own city: who can see it, since when, and what was changed when."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Literal, NamedTuple, TypeAlias

from pydantic import AwareDatetime

from services.notifications.domain.known_records import TIME_NOT_KNOWN
from services.notifications.domain.localized_texts import UNKNOWN, LocalizedText, choose
from shared.events import LaterStatement, Reply, State
from shared.facts import Adoption, Fact, Implementation, Need, Solution, in_languages
from shared.visibility import UNTIL_TRANSITION, Status, about_solutions, is_public

RecordKind: TypeAlias = Literal["solution", "need", "outcome", "adoption"]
KINDS: tuple[RecordKind, ...] = ("solution", "need", "outcome", "adoption")
MODELS: dict[str, type[Solution | Need | Implementation | Adoption]] = {
    "solution": Solution,
    "need": Need,
    "outcome": Implementation,
    "adoption": Adoption,
}
Seen = Literal["everybody", "from", "transition", "draft", "solution", "withdrawn"]
OF_THE_RECORD = frozenset({"id", "city", "solution", "origin"})
"""Fields that never change while a record is the same."""


class Revision(Fact):
    """One recorded state of a record; ``parts`` has a digest of each field, so that a change is seen."""

    revision: int
    state: State
    recorded: AwareDatetime
    parts: dict[str, str] = {}


class RecordChange(NamedTuple):
    """What one revision changed: the fields by name, and the state where that changed."""

    at: datetime
    revision: int
    fields: tuple[str, ...]
    state: State | None
    first: bool = False


class OwnRecord(NamedTuple):
    """A record as it was recorded last; ``fact`` is None where an older version did not store it.

    ``later`` is what others said after its city's own word.
    """

    kind: RecordKind
    id: str
    city: str
    fact: Solution | Need | Implementation | Adoption | None
    state: State
    revision: int
    recorded: datetime = TIME_NOT_KNOWN
    embargo_until: date | None = None
    history: tuple[Revision, ...] = ()
    later: LaterStatement | None = None
    replies: tuple[Reply, ...] = ()

    @property
    def key(self) -> str:
        """The key under which the visibility of records is asked for."""
        return f"{self.kind}|{self.id}"

    @property
    def status(self) -> Status:
        """What decides who may see it."""
        return Status(self.state, self.city, self.embargo_until)

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the solutions it is about."""
        return about_solutions(self.fact) if self.fact else ()

    @property
    def solution(self) -> str | None:
        """The solution whose title names it: its own, or that which was tried or taken over."""
        match self.fact:
            case Implementation() as attempt:
                return attempt.solution
            case Adoption() as adoption:
                return adoption.parent or adoption.solution
            case _:
                return self.id if self.kind == "solution" else None

    def title(self, languages: tuple[str, ...]) -> LocalizedText | None:
        """Its own title for a reader; an attempt or an adoption has none."""
        match self.fact:
            case Solution() | Need() as fact:
                return choose(
                    fact.title, fact.language, in_languages(fact.title, fact.translations), languages
                )
            case _:
                return None


class Visibility(NamedTuple):
    """Who can see a record: a key of the vocabulary ``seen``, and from which day everybody can."""

    seen: Seen
    day: date | None = None


def visibility(record: Status, day: date, about: Iterable[Status] = ()) -> Visibility:
    """Return who can see ``record`` on ``day``; ``about`` are the solutions it is about."""
    solutions = (*about,)
    if is_public(record, day, solutions):
        return Visibility("everybody")
    if record.state == "withdrawn":
        return Visibility("withdrawn")
    if record.state == "draft":
        return Visibility("draft")
    if any(status.state in {"draft", "withdrawn"} for status in solutions):
        return Visibility("solution")
    ends = [status.embargo_until for status in (record, *solutions) if status.embargo_until]
    if UNTIL_TRANSITION in ends:
        return Visibility("transition")
    ahead = [end for end in ends if end > day]
    return Visibility("from", max(ahead)) if ahead else Visibility("draft")


def told_state(record: OwnRecord, seen: Seen) -> State:
    """Return the state as the city reads it: what is kept back is confirmed, and not published yet."""
    kept_back = seen in {"from", "transition"} and record.state in {"published", "stale"}
    return "confirmed" if kept_back else record.state


def open_disputes(record: OwnRecord) -> tuple[Reply, ...]:
    """Return the disputes about an attempt that its own city has not answered yet."""
    return tuple(reply for reply in record.replies if reply.kind == "dispute" and reply.answered is None)


def digests(fact: Fact) -> dict[str, str]:
    """A digest of each field that says something; a few digits are enough to see that it changed."""
    said = fact.model_dump(mode="json", exclude_defaults=True, exclude=set(OF_THE_RECORD))
    return {name: _digest(value) for name, value in said.items()}


def digest_of_replies(replies: Iterable[Reply]) -> dict[str, str]:
    """A digest of the replies beside a failure, as one field; none where there are none."""
    said = [reply.model_dump(mode="json", exclude={"answered"}) for reply in replies]
    return {"replies": _digest(said)} if said else {}


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def changes(history: Sequence[Revision]) -> tuple[RecordChange, ...]:
    """Return what each revision changed, the newest first; a revision that changed nothing is left out."""
    ordered = sorted(history, key=lambda revision: revision.revision)
    found: list[RecordChange] = []
    for before, after in zip((None, *ordered), ordered, strict=False):
        fields = () if before is None else _changed(before.parts, after.parts)
        state = after.state if before is None or before.state != after.state else None
        if before is None or fields or state:
            found.append(RecordChange(after.recorded, after.revision, fields, state, first=before is None))
    return tuple(reversed(found))


def _changed(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    names = sorted(before.keys() | after.keys())
    return tuple(name for name in names if before.get(name) != after.get(name))


def is_draft_from_procurement(record: OwnRecord) -> bool:
    """Whether its city has not confirmed it, and procurement data made it."""
    match record.fact:
        case Solution(origin="procurement"):
            return record.state == "draft"
        case Implementation() as attempt:
            return record.state == "draft" and attempt.verification == "procurement_record"
        case Need(ocid=str()):
            return record.state == "draft"
        case _:
            return False


def drafts_with(record: OwnRecord, others: Iterable[OwnRecord]) -> tuple[OwnRecord, ...]:
    """Return ``record`` with the drafts among ``others`` that are decided on, or changed, together with it.

    These are drafts that procurement data made of one solution and its city's attempt. What was such a draft
    is put back with what was withdrawn like it. Any other record is decided on alone.
    """
    both = [one for one in (record, *others) if one.state == record.state and _was_draft(one)]
    groups = draft_groups(both)
    return next((group.records for group in groups if record in group.records), (record,))


def _was_draft(record: OwnRecord) -> bool:
    if record.state == "withdrawn" and state_before_withdrawal(record) == "draft":
        return is_draft_from_procurement(record._replace(state="draft"))
    return is_draft_from_procurement(record)


def state_before_withdrawal(record: OwnRecord) -> State | None:
    """Return the last state in which the record was not withdrawn, where that is known."""
    before = [revision.state for revision in record.history if revision.state != "withdrawn"]
    return before[-1] if before else None


def by_id(text: str) -> LocalizedText:
    """The id of a record as its title, where nothing else is known."""
    return LocalizedText(text=text, language=UNKNOWN)


def departments(record: OwnRecord, solutions: Iterable[OwnRecord] = ()) -> tuple[str, ...]:
    """The departments that a record names: an owner sends about those of its own only.

    An attempt or an adoption has those of its solution among ``solutions``, if that is of the same city.
    """
    match record.fact:
        case Need() as need:
            return need.departments
        case Solution(problem=problem):
            return (problem.service_owner,) if problem.service_owner else ()
        case Implementation(solution=solution) | Adoption(solution=solution):
            own = (one for one in solutions if one.id == solution and one.city == record.city)
            return next((departments(one) for one in own), ())
        case None:
            return ()


class DraftGroup(NamedTuple):
    """Drafts about one thing: a solution with the attempt that procurement data show, or a need."""

    key: str
    records: tuple[OwnRecord, ...]

    @property
    def solution(self) -> Solution | None:
        """What was bought."""
        return next((record.fact for record in self.records if isinstance(record.fact, Solution)), None)

    @property
    def attempt(self) -> Implementation | None:
        """What became of it, as far as procurement data say."""
        facts = (record.fact for record in self.records)
        return next((fact for fact in facts if isinstance(fact, Implementation)), None)

    @property
    def need(self) -> Need | None:
        """What is or was sought."""
        return next((record.fact for record in self.records if isinstance(record.fact, Need)), None)


def draft_groups(drafts: Iterable[OwnRecord]) -> tuple[DraftGroup, ...]:
    """Return the drafts that belong together, in the order of the first of each."""
    groups: dict[str, list[OwnRecord]] = {}
    for record in drafts:
        key = f"need|{record.id}" if record.kind == "need" else f"solution|{record.solution or record.id}"
        groups.setdefault(key, []).append(record)
    return tuple(DraftGroup(key, tuple(records)) for key, records in groups.items())
