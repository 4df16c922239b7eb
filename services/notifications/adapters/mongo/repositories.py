"""The repositories of the service on MongoDB."""

from datetime import UTC, datetime

from services.notifications.adapters.mongo.address_statuses import MongoAddressStatuses
from services.notifications.adapters.mongo.check_ins import MongoCheckIns
from services.notifications.adapters.mongo.city_records import MongoCityRecords
from services.notifications.adapters.mongo.comments import MongoComments
from services.notifications.adapters.mongo.conflicts import MongoConflicts
from services.notifications.adapters.mongo.consents import MongoConsents
from services.notifications.adapters.mongo.considered import MongoConsidered
from services.notifications.adapters.mongo.desk_forms import MongoDeskForms
from services.notifications.adapters.mongo.desk_sessions import MongoDeskSessions, MongoKeptForms
from services.notifications.adapters.mongo.digest_items import MongoDigestItems
from services.notifications.adapters.mongo.draft_notices import MongoDraftNotices
from services.notifications.adapters.mongo.evaluations import MongoEvaluations, MongoEvaluatorNotes
from services.notifications.adapters.mongo.known_records import MongoKnownRecords
from services.notifications.adapters.mongo.legacy_packs import MongoLegacyPacks
from services.notifications.adapters.mongo.letters import MongoLetters
from services.notifications.adapters.mongo.match_cards import MongoMatchCards
from services.notifications.adapters.mongo.officials import MongoOfficials
from services.notifications.adapters.mongo.public_records import MongoPublicRecords
from services.notifications.adapters.mongo.questions import MongoQuestions
from services.notifications.adapters.mongo.saved_searches import MongoSavedSearches
from services.notifications.adapters.mongo.sent_messages import MongoSentMessages
from services.notifications.adapters.mongo.sign_in_requests import MongoSignInRequests
from services.notifications.adapters.mongo.translations import MongoTranslations
from services.notifications.adapters.mongo.unreadable_mail import MongoUnreadableMail
from services.notifications.adapters.mongo.used_links import MongoUsedLinks
from services.notifications.application.repositories import NotificationRepositories
from shared.store.mongo import Database
from shared.store.rate_limits import RateLimits

INDEXED = (
    MongoOfficials,
    MongoLetters,
    MongoKnownRecords,
    MongoPublicRecords,
    MongoCityRecords,
    MongoSentMessages,
    MongoCheckIns,
    MongoDraftNotices,
    MongoMatchCards,
    MongoConsidered,
    MongoDigestItems,
    MongoComments,
    MongoConflicts,
    MongoConsents,
    MongoSignInRequests,
    MongoDeskSessions,
    MongoKeptForms,
    MongoDeskForms,
    MongoQuestions,
    MongoSavedSearches,
    MongoEvaluations,
)
"""The others are asked by ``_id``, or hold little."""


def repositories(database: Database) -> NotificationRepositories:
    """Return all repositories, in one database."""
    return NotificationRepositories(
        officials=MongoOfficials(database),
        letters=MongoLetters(database),
        records=MongoKnownRecords(database),
        public_records=MongoPublicRecords(database),
        city_records=MongoCityRecords(database),
        sent_messages=MongoSentMessages(database),
        check_ins=MongoCheckIns(database),
        draft_notices=MongoDraftNotices(database),
        saved_searches=MongoSavedSearches(database),
        match_cards=MongoMatchCards(database),
        considered=MongoConsidered(database),
        address_statuses=MongoAddressStatuses(database),
        digest_items=MongoDigestItems(database),
        comments=MongoComments(database),
        conflicts=MongoConflicts(database),
        consents=MongoConsents(database),
        used_links=MongoUsedLinks(database),
        sign_in_requests=MongoSignInRequests(database),
        desk_sessions=MongoDeskSessions(database),
        kept_forms=MongoKeptForms(database),
        desk_forms=MongoDeskForms(database),
        questions=MongoQuestions(database),
        evaluations=MongoEvaluations(database),
        evaluator_notes=MongoEvaluatorNotes(database),
        legacy_packs=MongoLegacyPacks(database),
        translations=MongoTranslations(database),
        unreadable_mail=MongoUnreadableMail(database),
        rate_limits=RateLimits(database),
    )


async def ensure_indexes(database: Database) -> None:
    """Create the indexes of all collections; those that are there stay."""
    for repository in INDEXED:
        for collection, indexes in repository.INDEXES.items():
            await database.ensure_indexes(collection, indexes)
    await RateLimits(database).prepare()


async def complete_documents(database: Database) -> None:
    """Add what older versions did not store yet: addresses in comparable form, dates of cards."""
    await MongoOfficials(database).add_addresses()
    await MongoMatchCards(database).date_undated(datetime.now(UTC))
