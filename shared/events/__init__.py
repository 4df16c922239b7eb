"""Every message of CitiesShare, in one room for each thing they are about; import them from here.

A message travels as a CloudEvent of type ``org.citiesshare.<key>.v<version>`` with ``key`` as its routing
key. Its id comes from its facts, so that the same thing said twice is recognised. Who says and who hears it
stands in ``shared/messaging/catalogue.py``.
"""

from shared.events.base import TYPE_PREFIX, Acted, Actor, Event
from shared.events.briefs import Brief, InYear, Peer, Spread
from shared.events.changes import (
    CityTransition,
    Kind,
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
    NeedRecorded,
    OutcomeRecorded,
    Recorded,
    SolutionRecorded,
    State,
)
from shared.events.replies import Complaint, Conflict, OutcomeDue, SubmissionRejected
from shared.events.reports import (
    AdoptionDeclared,
    CityDescribed,
    NeedSubmitted,
    OutcomeReported,
    ProcurementRelease,
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
from shared.events.voices import CatalogueEntry, CitizenVoice, CommentMade
from shared.events.warnings import WarningRaised, WatchFired

__all__ = [  # noqa: RUF022 - by who says it, as the catalogue
    # every message
    "TYPE_PREFIX",
    "Event",
    "Actor",
    "Acted",
    # what comes in
    "ProcurementRelease",
    "SolutionSubmitted",
    "NeedSubmitted",
    "OutcomeReported",
    "AdoptionDeclared",
    "CityDescribed",
    "CitizenVoice",
    "CatalogueEntry",
    "CommentMade",
    "Kind",
    "RecordConfirmed",
    "RecordWithdrawn",
    "SolutionEmbargoed",
    "SolutionEvidenced",
    "CityTransition",
    "RecordDue",
    "AccountKind",
    "PublisherKind",
    "SENT_BY",
    # submissions says
    "State",
    "Recorded",
    "SolutionRecorded",
    "NeedRecorded",
    "OutcomeRecorded",
    "AdoptionRecorded",
    "CityRecorded",
    "Complaint",
    "Conflict",
    "SubmissionRejected",
    "OutcomeDue",
    # scoring says
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
    # notifications says
    "LetterSent",
    "MatchAnswered",
]
