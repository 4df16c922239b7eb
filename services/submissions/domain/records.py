"""The life of a record: what was said becomes a draft, and a draft becomes the next revision, or does not."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from pydantic import TypeAdapter

from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    NeedRecorded,
    OutcomeRecorded,
    Recorded,
    SolutionRecorded,
    State,
)
from shared.facts import Adoption, CityProfile, Fact, Implementation, Need, Solution

Recordable = Solution | Need | Implementation | Adoption | CityProfile
Kind = Literal["solution", "need", "outcome", "adoption", "city"]

_KINDS: Mapping[type[Fact], Kind] = {
    Solution: "solution",
    Need: "need",
    Implementation: "outcome",
    Adoption: "adoption",
    CityProfile: "city",
}
_MODELS: Mapping[str, type[Fact]] = {kind: model for model, kind in _KINDS.items()}


class Draft(Fact):
    """What somebody said about one thing, not yet compared with what is known."""

    fact: Recordable
    state: State = "published"
    embargo_until: date | None = None

    @property
    def kind(self) -> Kind:
        """What sort of thing it is about."""
        return next(kind for model, kind in _KINDS.items() if type(self.fact) is model)

    @property
    def key(self) -> str:
        """What identifies the thing: an attempt or an adoption by its solution and city, all else by id."""
        fact = self.fact
        if isinstance(fact, Implementation | Adoption):
            return f"{self.kind}|{fact.solution}|{fact.city}"
        return f"{self.kind}|{fact.id}"

    @property
    def content(self) -> str:
        """A digest of all that was said; equal drafts have equal digests."""
        return sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def rank(self) -> int:
        """0 for what awaits a city's confirmation, 1 for a city's own word."""
        return 0 if self.state == "draft" else 1


class Record(Fact):
    """One thing in its newest revision; ``recorded`` is when its newest word was said."""

    draft: Draft
    revision: int
    recorded: datetime
    source: str

    @property
    def event(self) -> Recorded:
        """What the service says about this record."""
        state: dict[str, Any] = {
            "revision": self.revision,
            "state": self.draft.state,
            "recorded": self.recorded,
        }
        match self.draft.fact:
            case Solution() as solution:
                return SolutionRecorded(solution=solution, embargo_until=self.draft.embargo_until, **state)
            case Need() as need:
                return NeedRecorded(need=need, **state)
            case Implementation() as implementation:
                return OutcomeRecorded(implementation=implementation, **state)
            case Adoption() as adoption:
                return AdoptionRecorded(adoption=adoption, **state)
            case city:
                return CityRecorded(city=city, **state)


def revise(known: Record | None, draft: Draft, said: datetime, source: str) -> Record:
    """Return the newest record: ``known`` itself where the draft says nothing new or came late.

    A city's own word outranks a draft from its procurement records, whenever either came. Of two words said
    in the same instant the larger digest wins. So every order of arrival ends the same.
    """
    if known is None:
        return Record(draft=draft, revision=1, recorded=said, source=source)
    if draft.content == known.draft.content:
        return known
    if (draft.rank, said, draft.content) < (known.draft.rank, known.recorded, known.draft.content):
        return known
    return Record(draft=draft, revision=known.revision + 1, recorded=said, source=source)


def restore(kind: Kind, fact: Mapping[str, Any], **rest: Any) -> Draft:  # noqa: ANN401 - a stored document
    """Return the draft that was kept as plain JSON, whole."""
    adapter: TypeAdapter[Any] = TypeAdapter(_MODELS[kind])
    return Draft(fact=adapter.validate_python(fact), **rest)
