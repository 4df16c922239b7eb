"""What somebody said about one thing, before it is compared with what is known."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from shared.events import Kind, State
from shared.facts import UNRESOLVED, Adoption, CityProfile, Fact, Implementation, Need, Solution, Verification

Recordable = Solution | Need | Implementation | Adoption | CityProfile

_KINDS: Mapping[type[Fact], Kind] = {
    Solution: "solution",
    Need: "need",
    Implementation: "outcome",
    Adoption: "adoption",
    CityProfile: "city",
}
MODELS: Mapping[str, type[Fact]] = {kind: model for model, kind in _KINDS.items()}


class Draft(Fact):
    """What somebody said about one thing, not yet compared with what is known."""

    fact: Recordable
    state: State = "published"
    embargo_until: date | None = None
    embargo_until_transition: bool = False
    verified_by: Verification = Verification.SELF

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
    def city(self) -> str:
        """Whose it is."""
        return self.fact.id if isinstance(self.fact, CityProfile) else self.fact.city

    @property
    def named_city(self) -> str | None:
        """Whose it is, where that is known."""
        return self.city if self.resolved else None

    @property
    def resolved(self) -> bool:
        """Whether it is known whose it is; what is not goes to review, never out."""
        return self.city != UNRESOLVED

    def placed(self, city: str) -> "Draft":
        """The same, of ``city``, where it is of none yet."""
        fact = self.fact
        if self.resolved or isinstance(fact, CityProfile):
            return self
        return self.model_copy(update={"fact": fact.model_copy(update={"city": city})})

    @property
    def content(self) -> str:
        """A digest of all that was said; equal drafts have equal digests."""
        return sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def rank(self) -> int:
        """0 for what procurement systems say, which awaits a city's confirmation; 1 for a city's own word."""
        return 0 if self.state in {"draft", "withdrawn"} else 1


def kind_and_id(key: str) -> tuple[str, str]:
    """``need`` and ``urn:ocid:…`` of ``need|urn:ocid:…``; of an attempt the id is ``<solution>|<city>``."""
    kind, _, identifier = key.partition("|")
    return kind, identifier


def restore(kind: Kind, fact: Mapping[str, Any], **rest: Any) -> Draft:  # noqa: ANN401 - a stored document
    """Return the draft that was kept as plain JSON, whole."""
    return Draft(fact=MODELS[kind].model_validate(fact), **rest)
