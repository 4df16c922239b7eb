"""What the operator asks for, and the receipt that each service gives."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.facts import Fact, Id, Line


class ErasureRequest(Fact):
    """Whom to erase; ``id`` tells the receipts of one request from those of others."""

    id: Id
    words: tuple[Line, ...]


class ErasedPart(Fact):
    """What was done in one place: documents that named the person, and what became of them.

    ``remains`` says what is still there and why, ``failed`` what could not be done: ask again.
    """

    place: Line
    looked_for: Line = "every word, in every field"
    found: Annotated[int, Field(ge=0)] = 0
    changed: Annotated[int, Field(ge=0)] = 0
    removed: Annotated[int, Field(ge=0)] = 0
    remains: Line | None = None
    failed: Line | None = None


class ErasureReceipt(Fact):
    """What one service did for one request."""

    request: Id
    service: Line
    finished: AwareDatetime
    parts: tuple[ErasedPart, ...]

    @property
    def good(self) -> bool:
        """Whether everything was done."""
        return all(part.failed is None for part in self.parts)
