"""The claim check: data that are not in the message but where its ``dataref`` leads, if it may lead there."""

from typing import Protocol

from services.submissions.domain.publishers import Caller
from shared.events import Complaint


class ClaimCheckError(Exception):
    """The data cannot be had; ``complaint`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.complaint = Complaint(path="dataref", message=message[:500])


class ClaimCheck(Protocol):
    """Fetches what a dataref leads to: our own deposit (``own`` is its address), or an allowed store.

    ``most`` is how many bytes are fetched at most.
    """

    @property
    def own(self) -> str:
        """The start of every dataref that leads to our own deposit."""
        ...

    @property
    def most(self) -> int:
        """The most bytes that are fetched."""
        ...

    async def fetch(self, dataref: str, caller: Caller) -> bytes:
        """Return the bytes behind ``dataref``, of ours those that ``caller`` deposited.

        Raises ClaimCheckError, or RetryableError where a store is away.
        """
        ...

    async def settle(self, dataref: str | None, caller: Caller) -> None:
        """Forget what ``caller`` deposited with us: the message that claims it was taken."""
        ...
