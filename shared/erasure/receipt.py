"""The erasure request of the operator, and the receipt of each service."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.facts import Fact, Id, Line


class ErasureRequest(Fact):
    """Whom to erase; receipts refer to the request by ``id``."""

    id: Id
    words: tuple[Line, ...]


class ErasedPart(Fact):
    """The result in one place (collection, queue): numbers of documents found, changed and removed.

    ``remains`` is what was not erased and why; ``failed`` is what could not be done and needs another
    request.
    """

    place: Line
    looked_for: Line = "every word, in every field"
    found: Annotated[int, Field(ge=0)] = 0
    changed: Annotated[int, Field(ge=0)] = 0
    removed: Annotated[int, Field(ge=0)] = 0
    remains: Line | None = None
    failed: Line | None = None


class ErasureReceipt(Fact):
    """The result of one request in one service."""

    request: Id
    service: Line
    finished: AwareDatetime
    parts: tuple[ErasedPart, ...]

    @property
    def good(self) -> bool:
        """Whether no part failed."""
        return all(part.failed is None for part in self.parts)
