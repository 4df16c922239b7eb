"""What the service works with."""

from dataclasses import dataclass

from services.notifications.application.delivery import LetterDelivery
from services.notifications.application.digests import DigestWriter
from services.notifications.application.draft_letters import DraftLetters
from services.notifications.application.enrolment import Enrolment
from services.notifications.application.follower_updates import FollowerUpdates
from services.notifications.application.handover import Handover
from services.notifications.application.match_cards import MatchCards
from services.notifications.application.match_letters import MatchLetters
from services.notifications.application.ports import (
    LetterRenderer,
    ModerationQueries,
    PdfPrinter,
    ScoringQueries,
)
from services.notifications.application.questions import Questions
from services.notifications.application.readers import Readers
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.saved_searches import SavedSearches
from services.notifications.application.sign_in import SignIn
from services.notifications.application.translation import MachineTranslation
from services.notifications.domain.minimum_evidence import MinimumEvidence


@dataclass(frozen=True, slots=True)
class NotificationContext:
    """The repositories and the use cases."""

    store: NotificationRepositories
    renderer: LetterRenderer
    delivery: LetterDelivery
    digests: DigestWriter
    draft_letters: DraftLetters
    saved_searches: SavedSearches
    handover: Handover
    follower_updates: FollowerUpdates
    enrolment: Enrolment
    readers: Readers
    match_cards: MatchCards
    match_letters: MatchLetters
    minimum_evidence: MinimumEvidence
    questions: Questions
    sign_in: SignIn
    translation: MachineTranslation
    scoring: ScoringQueries
    moderation: ModerationQueries
    pdf: PdfPrinter
