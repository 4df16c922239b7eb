"""Which kind of account may send which messages: one table for the broker, the HTTP API and ingestion."""

from collections.abc import Mapping
from typing import Literal

from shared.events.base import Event
from shared.events.changes import (
    CityTransition,
    RecordConfirmed,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionEvidenced,
)
from shared.events.reports import (
    AdoptionDeclared,
    AdoptionEffect,
    CityDescribed,
    NeedSubmitted,
    OutcomeReported,
    ProcurementRelease,
    SolutionSubmitted,
)
from shared.events.voices import CatalogueEntry, CitizenVoice, CommentMade

PublisherKind = Literal["procurement", "city", "platform"]
AccountKind = PublisherKind | Literal["officials"]
# A message is published with the routing key of its type. Only the scheduler of submissions sends
# ``record.due``.
SENT_BY: Mapping[AccountKind, tuple[type[Event], ...]] = {
    "procurement": (ProcurementRelease,),
    "city": (
        SolutionSubmitted,
        NeedSubmitted,
        OutcomeReported,
        AdoptionDeclared,
        AdoptionEffect,
        CityDescribed,
        RecordConfirmed,
        RecordWithdrawn,
        SolutionEmbargoed,
        SolutionEvidenced,
        CityTransition,
    ),
    "platform": (CitizenVoice, CatalogueEntry, CommentMade),
    "officials": (
        SolutionSubmitted,
        NeedSubmitted,
        OutcomeReported,
        AdoptionDeclared,
        AdoptionEffect,
        CityDescribed,
        RecordConfirmed,
        RecordWithdrawn,
        SolutionEmbargoed,
        CommentMade,
    ),
}
