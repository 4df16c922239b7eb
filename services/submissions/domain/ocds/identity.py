"""Which process a release belongs to, which release it is, and which came first."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from services.submissions.domain.ocds.defects import Defect, Log
from services.submissions.domain.ocds.mend import Fields
from services.submissions.domain.ocds.unwrap import Package
from services.submissions.domain.profiles import Profile

REGISTERED = re.compile(r"ocds-[a-z0-9]{6}-")
BEFORE_ALL = "0000"


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
    package: Package
    profile: str
    defects: tuple[Defect, ...]
    path: str = ""

    @property
    def order(self) -> tuple[str, str, str]:
        """Releases merge in this order, however they arrived: by date, package date, then content."""
        return (self.date or BEFORE_ALL, self.package.published or BEFORE_ALL, self.digest)


def process_key(ocid: str, profile: Profile, log: Log) -> str:
    """``urn:ocid:…`` in small letters for a registered ocid, else one under the publisher's name."""
    folded = ocid.casefold()
    if REGISTERED.match(folded):
        if not REGISTERED.match(ocid):
            log.note("ocid-case", "ocid")
        return f"urn:ocid:{folded}"
    log.note("ocid-prefix", "ocid")
    return f"urn:citiesshare:proc:{slug(profile.id)}:{folded}"


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
