"""All messages of CitiesShare, one module per subject; import them from this package.

A message is a CloudEvent of type ``org.citiesshare.<key>.v<version>`` with the routing key ``key``. Its id is
a hash of its content, so that duplicates are recognised. ``shared/messaging/catalogue.py`` lists the
publisher and the queues of each message.
"""

from shared.events.base import TYPE_PREFIX, Actor, Event, WithActor
from shared.events.briefs import Brief, InYear, Peer, Spread
from shared.events.changes import (
    CityTransition,
    Kind,
    OwnAttempt,
    RecordConfirmed,
    RecordDue,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionEvidenced,
)
from shared.events.letters import LetterSent, MatchAnswered
from shared.events.matches import Gap, Match, Price, SolutionMatched
from shared.events.meetings import CircleOpened, Lesson, Partner, PartnersFound
from shared.events.records import (
    AdoptionRecorded,
    CityRecorded,
    LaterStatement,
    NeedRecorded,
    OutcomeRecorded,
    PublishedAnswer,
    Recorded,
    Reply,
    SolutionRecorded,
    State,
    keys_in,
)
from shared.events.replies import Complaint, Conflict, OutcomeDue, SubmissionRejected
from shared.events.reports import (
    AdoptionDeclared,
    AdoptionEffect,
    CityDescribed,
    NeedSubmitted,
    OutcomeReported,
    ProcurementRelease,
    ReportedAttempt,
    SolutionSubmitted,
)
from shared.events.scores import (
    AreaPrior,
    Assessment,
    Contribution,
    Estimate,
    Points,
    Sentence,
    SolutionScored,
    TrackRecord,
)
from shared.events.senders import SENT_BY, AccountKind, PublisherKind
from shared.events.voices import CatalogueEntry, CitizenVoice, CommentKind, CommentMade
from shared.events.warnings import WarningRaised, WatchFired

__all__ = [  # noqa: RUF022 - by publisher, as in the catalogue
    # every message
    "TYPE_PREFIX",
    "Event",
    "Actor",
    "WithActor",
    # published from outside
    "ProcurementRelease",
    "SolutionSubmitted",
    "ReportedAttempt",
    "NeedSubmitted",
    "OutcomeReported",
    "AdoptionDeclared",
    "AdoptionEffect",
    "CityDescribed",
    "CitizenVoice",
    "CatalogueEntry",
    "CommentMade",
    "CommentKind",
    "Kind",
    "OwnAttempt",
    "RecordConfirmed",
    "RecordWithdrawn",
    "SolutionEmbargoed",
    "SolutionEvidenced",
    "CityTransition",
    "RecordDue",
    "AccountKind",
    "PublisherKind",
    "SENT_BY",
    # published by submissions
    "State",
    "Recorded",
    "Reply",
    "PublishedAnswer",
    "LaterStatement",
    "SolutionRecorded",
    "NeedRecorded",
    "OutcomeRecorded",
    "AdoptionRecorded",
    "CityRecorded",
    "Complaint",
    "Conflict",
    "SubmissionRejected",
    "OutcomeDue",
    # published by scoring
    "Points",
    "Estimate",
    "Contribution",
    "Sentence",
    "TrackRecord",
    "AreaPrior",
    "Assessment",
    "SolutionScored",
    "Peer",
    "InYear",
    "Spread",
    "Brief",
    "Gap",
    "Price",
    "Match",
    "SolutionMatched",
    "WarningRaised",
    "WatchFired",
    "Partner",
    "PartnersFound",
    "Lesson",
    "CircleOpened",
    # published by notifications
    "LetterSent",
    "MatchAnswered",
    "keys_in",
]
