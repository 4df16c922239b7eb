"""Everything the service keeps, each by whoever keeps it."""

from dataclasses import dataclass
from typing import Self

from services.submissions.adapters.mongo.blob_store import BlobStore
from services.submissions.adapters.mongo.messages import MessageRepository
from services.submissions.adapters.mongo.moderation_queue import ModerationQueue
from services.submissions.adapters.mongo.publishers import PublisherRepository
from services.submissions.adapters.mongo.records import RecordRepository
from services.submissions.adapters.mongo.releases import ReleaseRepository
from services.submissions.adapters.mongo.unplaced_buyers import UnplacedBuyerRepository
from services.submissions.application.rate_limits import PublisherRateLimits
from shared.store.mongo import Database
from shared.store.token_buckets import TokenBuckets


@dataclass(frozen=True)
class SubmissionRepositories:
    """Records, fates, what waits for a person, large data, publishers, releases, allowances, places."""

    store: RecordRepository
    messages: MessageRepository
    desk: ModerationQueue
    deposit: BlobStore
    accounts: PublisherRepository
    releases: ReleaseRepository
    allowances: PublisherRateLimits
    places: UnplacedBuyerRepository

    @classmethod
    def within(cls, database: Database) -> Self:
        """All of it in one database."""
        return cls(
            RecordRepository(database),
            MessageRepository(database),
            ModerationQueue(database),
            BlobStore(database),
            PublisherRepository(database),
            ReleaseRepository(database),
            PublisherRateLimits(TokenBuckets(database)),
            UnplacedBuyerRepository(database),
        )

    async def prepare(self) -> None:
        """Create all indexes."""
        for each in vars(self).values():
            await each.prepare()
