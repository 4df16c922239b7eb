"""The repositories of the service on MongoDB."""

from services.submissions.adapters.mongo.blob_store import MongoBlobs
from services.submissions.adapters.mongo.messages import MongoMessages
from services.submissions.adapters.mongo.moderation_queue import MongoModerationQueue
from services.submissions.adapters.mongo.publishers import MongoPublishers
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.adapters.mongo.releases import MongoReleases
from services.submissions.adapters.mongo.unplaced_buyers import MongoUnplacedBuyers
from services.submissions.application.rate_limits import PublisherRateLimits
from services.submissions.application.repositories import SubmissionRepositories
from shared.store import indexes
from shared.store.mongo import Database
from shared.store.token_buckets import TokenBuckets

INDEXED = (
    MongoRecords,
    MongoMessages,
    MongoModerationQueue,
    MongoBlobs,
    MongoPublishers,
    MongoReleases,
    MongoUnplacedBuyers,
    TokenBuckets,
)


def repositories(database: Database) -> SubmissionRepositories:
    """Return all repositories, in one database."""
    return SubmissionRepositories(
        MongoRecords(database),
        MongoMessages(database),
        MongoModerationQueue(database),
        MongoBlobs(database),
        MongoPublishers(database),
        MongoReleases(database),
        PublisherRateLimits(TokenBuckets(database)),
        MongoUnplacedBuyers(database),
    )


async def ensure_indexes(database: Database) -> None:
    """Create the indexes of all collections; those that are there stay."""
    await indexes.ensure_indexes(database, INDEXED)
