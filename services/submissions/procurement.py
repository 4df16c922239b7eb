"""From OCDS bytes to drafts: a process is read anew from all its releases, and kept once it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.submissions.domain.drafts import Draft
from services.submissions.domain.judged import Judged, Process
from services.submissions.domain.models import Imported
from services.submissions.domain.ocds.identity import Release
from services.submissions.domain.ocds.read import read_message, restored
from services.submissions.domain.ocds.records import Reference, records_of
from services.submissions.domain.profiles import UNKNOWN, Profile
from services.submissions.publishers import Publishers
from services.submissions.releases import KeptRelease, Releases
from shared.events import State
from shared.facts import Verification


@dataclass(frozen=True)
class Procurement:
    """The reader of procurement systems: what was kept, profiles of publishers, reference tables, salt."""

    releases: Releases
    publishers: Publishers
    reference: Reference
    salt: bytes

    async def read(self, data: bytes, received: datetime) -> Judged:
        """Return every process that ``data`` holds releases of, as it would be with them; nothing is kept.

        Where nothing in ``data`` could be used, its complaints are returned; beside usable releases they are
        returned with the processes.
        """
        reading = read_message(data, self.publishers.of, self.salt)
        found: dict[str, list[Release]] = {}
        for release in reading.releases:
            found.setdefault(release.process, []).append(release)
        processes = [await self._with(key, found[key], received) for key in sorted(found)]
        return Judged(processes=tuple(processes), complaints=reading.complaints)

    async def keep(self, process: Process, received: datetime, publisher: str | None) -> Sequence[Draft]:
        """Keep the releases of ``process``; return its drafts, with what others kept of it meanwhile."""
        for place, release in enumerate(process.releases):
            await self.releases.keep(KeptRelease.of(release, received, place, publisher))
        return self._drafts(await self.releases.of(process.key))

    async def _with(self, key: str, fresh: Sequence[Release], received: datetime) -> Process:
        kept = await self.releases.of(key)
        known = {each.digest for each in kept}
        arrived = (KeptRelease.of(each, received, place) for place, each in enumerate(fresh))
        added = {each.digest: each for each in arrived if each.digest not in known}
        return Process(key, tuple(fresh), tuple(self._drafts([*kept, *added.values()])))

    def _drafts(self, kept: Iterable[KeptRelease]) -> list[Draft]:
        ordered = sorted(kept, key=lambda each: each.arrival)
        releases = [release for each in ordered if (release := self._restored(each)) is not None]
        profile = self._profile(ordered[-1].profile)
        as_of = max(each.received for each in ordered).date()
        return [draft(record) for record in records_of(releases, profile, self.reference, as_of)]

    def _restored(self, kept: KeptRelease) -> Release | None:
        found = restored(kept.content, kept.package, self._profile(kept.profile), self.salt)
        return found if isinstance(found, Release) else None

    def _profile(self, name: str) -> Profile:
        return UNKNOWN if name == UNKNOWN.id else self.publishers[name]


def draft(record: Imported) -> Draft:
    """Return a record from procurement as what it is: a draft that its city has yet to confirm, or gone."""
    state: State = "withdrawn" if record.use == "withdrawn" else "draft"
    return Draft(fact=record.fact, state=state, verified_by=Verification.PROCUREMENT_RECORD)
