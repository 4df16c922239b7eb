"""The index on disk, so that a replica with many needs is ready in seconds."""

from datetime import datetime
from typing import Protocol

from services.scoring.domain.matching.need_index import NeedIndex
from services.scoring.domain.matching.vocabulary import Vocabulary


class UnusableSnapshot(ValueError):
    """The snapshot is missing, broken or of another vocabulary; build the index from the store."""


class IndexSnapshots(Protocol):
    """Where the newest snapshot is kept."""

    def save(self, index: NeedIndex, seen: datetime) -> None:
        """Write the index, which has read the store up to ``seen``; raises OSError."""
        ...

    def load(self, vocabulary: Vocabulary) -> tuple[NeedIndex, datetime]:
        """Return the index and up to when it has read the store; raises ``UnusableSnapshot``."""
        ...
