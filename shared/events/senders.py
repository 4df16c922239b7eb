"""Which kind of account sends which messages: one table for broker, HTTP API and intake."""

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
    CityDescribed,
    NeedSubmitted,
    OutcomeReported,
    ProcurementRelease,
    SolutionSubmitted,
)
from shared.events.voices import CatalogueEntry, CitizenVoice, CommentMade

PublisherKind = Literal["procurement", "city", "platform"]
AccountKind = PublisherKind | Literal["officials"]
# A message's routing key is its type's own. ``record.due`` is sent by the service's own clock alone.
SENT_BY: Mapping[AccountKind, tuple[type[Event], ...]] = {
    "procurement": (ProcurementRelease,),
    "city": (
        SolutionSubmitted,
        NeedSubmitted,
        OutcomeReported,
        AdoptionDeclared,
        CityDescribed,
        RecordConfirmed,
        RecordWithdrawn,
        SolutionEmbargoed,
        SolutionEvidenced,
        CityTransition,
    ),
    "platform": (CitizenVoice, CatalogueEntry, CommentMade),
    "officials": (
        AdoptionDeclared,
        OutcomeReported,
        RecordConfirmed,
        RecordWithdrawn,
    ),
}
