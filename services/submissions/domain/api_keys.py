"""Keys of publishers: shown once, and kept as a hash."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

PREFIX = "csk"


@dataclass(frozen=True)
class ApiKey:
    """A key as its owner sees it: ``csk_<id>_<secret>``."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"{PREFIX}_{self.id}_{self.secret}"

    @property
    def hash(self) -> str:
        """What is kept of it; the secret has 256 bits, so that a fast hash is enough."""
        return blake2b(self.secret.encode(), person=self.id.encode()[:16], digest_size=32).hexdigest()


@dataclass(frozen=True)
class IssuedKey:
    """What may be shown of a key that was given out; ``ends`` is None while nobody ended it."""

    id: str
    made: datetime
    ends: datetime | None


def parse_api_key(text: str) -> ApiKey | None:
    """Return the key in ``text``, or None where it is none."""
    parts = text.strip().split("_", 2)
    return ApiKey(parts[1], parts[2]) if len(parts) == 3 and parts[0] == PREFIX else None
