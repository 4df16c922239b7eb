"""One release after reading: which one it is, of which process, and as it is kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from services.submissions.domain.ocds.defects import Defect, DefectLog
from services.submissions.domain.ocds.field_types import Fields
from services.submissions.domain.ocds.packages import COMPILED, PackageMetadata
from services.submissions.domain.publisher_profiles import Profile

REGISTERED = re.compile(r"ocds-[a-z0-9]{6}-")
BEFORE_ALL = "0000"
# The tags of OCDS in the order in which a process goes through them. A compiled release comes first: it holds
# what the other releases of its date say, or it was made before they were there.
TAGS = (
    COMPILED,
    "planning",
    "planningupdate",
    "tender",
    "tenderamendment",
    "tenderupdate",
    "tendercancellation",
    "award",
    "awardupdate",
    "awardcancellation",
    "contract",
    "contractupdate",
    "contractamendment",
    "implementation",
    "implementationupdate",
    "contracttermination",
)
PLACE_OF_TAG = {tag: place for place, tag in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class Release:
    """One release as kept: its bytes without personal data, the fields read from them, and what was mended.

    ``process`` is equal for all releases of one contracting process; ``id`` is the publisher's or the hash;
    ``date`` is UTC ISO 8601 or None; ``path`` is where it stood in the message it came in.
    """

    process: str
    ocid: str
    id: str
    digest: str
    date: str | None
    content: bytes
    fields: Fields
    package: PackageMetadata
    profile: str
    defects: tuple[Defect, ...]
    path: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, case-folded."""
        tags = self.fields.get("tag")
        return tuple(tags) if isinstance(tags, list) else ()

    @property
    def compiled(self) -> bool:
        """Whether it is the whole state of its process rather than a change to it."""
        return COMPILED in self.tags

    @property
    def order(self) -> tuple[str, int, str]:
        """Releases merge in this order: by date, by how far their tags are in the process, by package date.

        What is equal in all three merges in the order of arrival.
        """
        furthest = max((PLACE_OF_TAG.get(tag, -1) for tag in self.tags), default=-1)
        return (self.date or BEFORE_ALL, furthest, self.package.published or BEFORE_ALL)


def process_key(ocid: str, profile: Profile, log: DefectLog) -> str:
    """``urn:ocid:…`` for a registered ocid, else one under the publisher's name.

    Ocids are compared as they are written; only the registered prefix may differ in case.
    """
    prefix = REGISTERED.match(ocid.casefold())
    if prefix is None:
        log.note("ocid-prefix", "ocid")
        return f"urn:citiesshare:proc:{slug(profile.id)}:{ocid}"
    if not ocid.startswith(prefix[0]):
        log.note("ocid-case", "ocid")
    return f"urn:ocid:{prefix[0]}{ocid[prefix.end() :]}"


def slug(name: str) -> str:
    """A name as a part of a URN: ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unknown"


def hash_of(content: bytes) -> str:
    """The hash that stands for a release without an id, and tells equal releases."""
    return sha256(content).hexdigest()


def in_utc(date: object) -> str | None:
    """A mended date in UTC, to be compared as text; a day counts from its beginning."""
    if not isinstance(date, str):
        return None
    read = datetime.fromisoformat(date)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


@dataclass(frozen=True)
class StoredRelease:
    """One release as it is kept: its bytes without personal data, and what stood around it."""

    process: str
    digest: str
    profile: str
    package: PackageMetadata
    content: bytes
    received: datetime
    position: int = 0
    publisher: str | None = None

    @classmethod
    def of(
        cls, release: Release, received: datetime, position: int = 0, publisher: str | None = None
    ) -> Self:
        """What is kept of ``release``, received at ``received`` at a ``position`` among those of its message.

        ``publisher`` is who sent it, None where nobody is registered.
        """
        what = (release.process, release.digest, release.profile, release.package, release.content)
        return cls(*what, received, position, publisher)

    @property
    def arrival(self) -> tuple[datetime, int, str]:
        """The order of arrival; the digest decides where two messages came in one second."""
        return (self.received, self.position, self.digest)
