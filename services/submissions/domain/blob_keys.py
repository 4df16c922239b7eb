"""Under which key a publisher deposits large data."""

from dataclasses import dataclass

from services.submissions.domain.publishers import Publisher

ANONYMOUS = "anonymous"


@dataclass(frozen=True, order=True)
class BlobKey:
    """Whose deposit it is, and its SHA-256 in hexadecimal digits.

    ``owner`` is empty for deposits of a release that did not write one down: for the day that they are kept,
    any publisher may claim them, as it may have been promised that its message is taken.
    """

    owner: str
    digest: str


def owner_of(publisher: Publisher | None) -> str:
    """The owner of what ``publisher`` deposits; None is whoever speaks while the doors are open."""
    return publisher.id if publisher else ANONYMOUS
