"""From OCDS bytes to drafts: keep each release, then read the whole process anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.submissions.domain.drafts import Draft
from services.submissions.domain.judged import Judged
from services.submissions.domain.models import Imported
from services.submissions.domain.ocds.identity import Release
from services.submissions.domain.ocds.read import read_message, restored
from services.submissions.domain.ocds.records import Reference, records_of
from services.submissions.domain.profiles import UNKNOWN, Profile
from services.submissions.publishers import Publishers
from services.submissions.releases import KeptRelease, Releases
from shared.facts import Verification


@dataclass(frozen=True)
class Procurement:
    """The reader of procurement systems: what was kept, profiles of publishers, reference tables, salt."""

    releases: Releases
    publishers: Publishers
    reference: Reference
    salt: bytes

    async def take(self, data: bytes, received: datetime) -> Judged:
        """Keep the releases in ``data`` and return the drafts of every process they belong to.

        Where nothing in ``data`` could be used, its complaints are returned; beside usable releases they are
        returned with the drafts.
        """
        reading = read_message(data, self.publishers.of, self.salt)
        for release in reading.releases:
            await self.releases.keep(KeptRelease.of(release, received))
        drafts: list[Draft] = []
        for process in sorted({release.process for release in reading.releases}):
            drafts += self._drafts(await self.releases.of(process))
        return Judged(tuple(drafts), reading.complaints)

    def _drafts(self, kept: Sequence[KeptRelease]) -> list[Draft]:
        releases = [release for each in kept if (release := self._restored(each)) is not None]
        profile = self._profile(kept[-1].profile)
        as_of = max(each.received for each in kept).date()
        return [draft(record) for record in records_of(releases, profile, self.reference, as_of)]

    def _restored(self, kept: KeptRelease) -> Release | None:
        found = restored(kept.content, kept.package, self._profile(kept.profile), self.salt)
        return found if isinstance(found, Release) else None

    def _profile(self, name: str) -> Profile:
        return UNKNOWN if name == UNKNOWN.id else self.publishers[name]


def draft(record: Imported) -> Draft:
    """Return a record from procurement as what it is: a draft that its city has yet to confirm."""
    return Draft(fact=record.fact, state="draft", verified_by=Verification.PROCUREMENT_RECORD)
