"""Which revision of each id stands in an index: to ignore what comes late, and to find what never came.

``Versions.version`` is one value that two replicas, or a replica and the store, can compare.
"""

from dataclasses import dataclass, field
from hashlib import blake2b


def name_hash(name: str) -> int:
    """64 bits that stand for a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


@dataclass(slots=True)
class Versions:
    """Which revision of what is standing, and one number that two replicas (or the store) can compare."""

    revisions: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    digest: int = 0

    def outdated(self, name: str, revision: int) -> bool:
        """Whether a newer revision is known, standing or removed."""
        return revision < max(self.revisions.get(name, 0), self.gone.get(name, -1) + 1)

    def note(self, name: str, revision: int | None) -> None:
        """It stands in this revision now; ``None``: it stands no longer."""
        before = self.revisions.get(name)
        if before is not None:
            self.digest ^= name_hash(f"{name}|{before}")
        if revision is None:
            self.revisions.pop(name, None)
        else:
            self.revisions[name] = revision
            self.digest ^= name_hash(f"{name}|{revision}")

    def leave(self, name: str, revision: int | None) -> bool:
        """It stands no longer; ``False`` if something newer than this revision stands."""
        standing = self.revisions.get(name, 0)
        if revision is not None and revision < standing:
            return False
        if revision is not None:
            self.gone[name] = revision
        self.note(name, None)
        return True

    def copy(self) -> "Versions":
        """The same at this moment."""
        return Versions(dict(self.revisions), dict(self.gone), self.digest)

    @property
    def version(self) -> tuple[int, str]:
        """How many stand, and the digest of all ids with their revisions; the order of edits is no matter."""
        return len(self.revisions), f"{self.digest:016x}"
