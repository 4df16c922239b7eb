"""What a reviewer decides on a buyer's city: remembered, and taken over by the records that wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.submissions.application.procurement import Procurement
from services.submissions.application.repositories import RecordRepository, UnplacedBuyerRepository
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import Annotation, CityMove
from services.submissions.domain.ownership import OPERATOR
from services.submissions.domain.publishers import Caller
from services.submissions.domain.records import Record, marked
from services.submissions.domain.transitions import Attribution, TransitionRefused, moving
from shared.facts import UNRESOLVED

SOURCE = "urn:citiesshare:review"
REVIEWER = Caller(None, OPERATOR, trusted=True)
MISPLACED = "a reviewer decided that it is another city's"


@dataclass(frozen=True)
class CityReview:
    """Decides, and has every process that waits for the decision read anew."""

    unplaced_buyers: UnplacedBuyerRepository
    records: RecordRepository
    procurement: Procurement

    async def decide(
        self, place: str, city: str | None, at: datetime, reason: str | None, who: str = OPERATOR
    ) -> Sequence[str]:
        """Remember the decision on ``place``; return the keys of the records that are to be said anew.

        The decision that stands already is not written down again; what waits for it is read anew.
        """
        buyer = await self.unplaced_buyers.place(place)
        if buyer is None or buyer.state == "waiting" or buyer.city != city:
            await self.unplaced_buyers.decide(place, city, who, at, reason)
        keys: list[str] = []
        for process in await self.unplaced_buyers.processes(place):
            keys += await self._read_anew(process, at, reason)
        return keys

    async def _read_anew(self, process: str, at: datetime, reason: str | None) -> Sequence[str]:
        opener = next(iter(await self.procurement.releases.publishers_of(process)), None)
        drafts = await self.procurement.again(process)
        for draft in drafts:
            await self._moved(draft, opener, at, reason)
            await self.records.keep(draft, at, SOURCE, REVIEWER, opener)
        keys = [draft.key for draft in drafts]
        return [*keys, *await self._without_misplaced(process, set(keys), at)]

    async def _moved(self, draft: Draft, opener: str | None, at: datetime, reason: str | None) -> None:
        """Move a record that was placed otherwise before."""

        def step(record: Record) -> Record:
            before = record.owner.city
            if before in (UNRESOLVED, draft.city):
                return record
            details = {
                "city_before": before,
                "city": draft.city,
                "publisher": opener,
                "reason": reason or MISPLACED,
            }
            after = moving(CityMove(when=at, who=OPERATOR, **details), opener)(
                record, Attribution(OPERATOR, at)
            )
            return record if isinstance(after, TransitionRefused) else after

        await self.records.change(draft.key, step)

    async def _without_misplaced(self, process: str, current_keys: set[str], at: datetime) -> Sequence[str]:
        """Withdraw the drafts of attempts under the city that they are no longer of: it is in their key."""
        records = await self.records.drawn_from(process)
        misplaced = [
            record
            for record in records
            if record.draft.kind == "outcome" and record.draft.key not in current_keys
        ]
        keys = [
            record.draft.key for record in misplaced if not record.draft.rank and not record.marks.confirmed
        ]
        mark = Annotation(when=at, who=OPERATOR, reason=MISPLACED)
        for key in keys:
            await self.records.change(key, lambda record: marked(record, withdrawn=mark))
        return keys
