"""Records in their newest state, as submissions publishes them."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from shared.events.base import Event
from shared.facts import Adoption, CityProfile, Fact, Id, Implementation, Language, Line, Need, Solution, Text

State = Literal["draft", "confirmed", "published", "stale", "withdrawn"]


class LaterStatement(Fact):
    """What a release, a catalogue or a platform said after the city's own word, where it differs."""

    said: AwareDatetime
    fields: dict[str, JsonValue] = Field(description="By path: keys joined by '/', as in JSON Pointer")

    def on(self, fact: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return ``fact``, as JSON, with these fields in the place of its own."""
        changed = deepcopy(dict(fact))
        for path, value in self.fields.items():
            *above, last = keys_in(path)
            part = changed
            for key in above:
                inner = part.get(key)
                part[key] = part = inner if isinstance(inner, dict) else {}
            part[last] = value
        return changed


def keys_in(path: str) -> list[str]:
    """Return the keys that a path of a field names, outermost first (RFC 6901, without the first slash)."""
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")]


class Recorded(Event):
    """A record in its newest state; ``revision`` counts its changes, ``recorded`` is its time."""

    revision: Annotated[int, Field(ge=1)]
    state: State
    recorded: AwareDatetime
    later: LaterStatement | None = Field(
        None, description="What others said since, which its city neither took over nor refused yet"
    )

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.revision}"


class Reply(Fact):
    """What a city or a supplier that is named in a failure says to it; a moderator has seen it."""

    id: Id = Field(description="The id of the comment, as `/v1/comments` shows it")
    kind: Literal["reply", "dispute"]
    party: Literal["city", "supplier"] = "city"
    city: Id = Field(description="The city that says it; of a supplier the city of the attempt")
    by: Line = Field(description="The post or the company that says it")
    text: Text
    language: Language = "en"
    said: AwareDatetime
    answered: AwareDatetime | None = Field(
        None, description="Of a dispute: when the attempt's own city confirmed, changed or replied to it"
    )


class PublishedAnswer(Fact):
    """A question of another city with the answer, published by consent of both; moderators have seen both."""

    id: Id = Field(description="The id that both cities know the question by")
    city: Id = Field(description="The city that asked; the solution's own city answered")
    by: Line = Field(description="The post that asked")
    question: Text
    language: Language = "en"
    answered_by: Line = Field(description="The post that answered")
    answer: Text
    answer_language: Language = "en"
    said: AwareDatetime = Field(description="When the later of the two was sent")


class OutcomeRecorded(Recorded):
    """One city's attempt at a solution, in its newest state; ``replies`` change no score."""

    key = "outcome.recorded"
    implementation: Implementation
    replies: tuple[Reply, ...] = ()

    @property
    def subject(self) -> str:
        return f"{self.implementation.solution}|{self.implementation.city}"


class SolutionRecorded(Recorded):
    """A solution was recorded, changed, published or withdrawn.

    ``outcome`` is what is known then of its own city's attempt, so that nobody reads of the solution without
    it. The attempt is published by itself as well, for those who subscribe to attempts.
    """

    key = "solution.recorded"
    solution: Solution
    embargo_until: date | None = None
    outcome: OutcomeRecorded | None = Field(None, description="The attempt of its own city, where recorded")
    answers: tuple[PublishedAnswer, ...] = Field(
        (), description="Answers to other cities; they change no score"
    )

    @property
    def subject(self) -> str:
        return self.solution.id


class NeedRecorded(Recorded):
    """A need was recorded, changed or closed."""

    key = "need.recorded"
    need: Need

    @property
    def subject(self) -> str:
        return self.need.id


class AdoptionRecorded(Recorded):
    """A city's adoption of a solution, in its newest state."""

    key = "adoption.recorded"
    adoption: Adoption

    @property
    def subject(self) -> str:
        return f"{self.adoption.solution}|{self.adoption.city}"


class CityRecorded(Recorded):
    """A city's own description, in its newest state."""

    key = "city.recorded"
    city: CityProfile

    @property
    def subject(self) -> str:
        return self.city.id
