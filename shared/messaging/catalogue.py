"""The message catalogue: key, publisher, queues and model of each message, as a table for the README."""

from collections.abc import Mapping

from shared import events
from shared.events import SENT_BY, Event
from shared.messaging.topology import EVENTS, IN, WORK

INBOUND: tuple[type[Event], ...] = (
    events.ProcurementRelease,
    events.SolutionSubmitted,
    events.NeedSubmitted,
    events.OutcomeReported,
    events.AdoptionDeclared,
    events.AdoptionEffect,
    events.CityDescribed,
    events.CitizenVoice,
    events.CatalogueEntry,
    events.CommentMade,
    events.RecordConfirmed,
    events.RecordWithdrawn,
    events.SolutionEmbargoed,
    events.SolutionEvidenced,
    events.CityTransition,
    events.RecordDue,
)
PUBLISHED_BY: Mapping[str, tuple[type[Event], ...]] = {
    "submissions": (
        events.SolutionRecorded,
        events.NeedRecorded,
        events.OutcomeRecorded,
        events.AdoptionRecorded,
        events.CityRecorded,
        events.SubmissionRejected,
        events.OutcomeDue,
    ),
    "scoring": (
        events.SolutionScored,
        events.SolutionMatched,
        events.WarningRaised,
        events.PartnersFound,
        events.WatchFired,
        events.CircleOpened,
    ),
    "notifications": (events.LetterSent, events.MatchAnswered),
}
# What officials report on the pages of notifications is published to ``citiesshare.in`` with an ``actor``.
FORWARDED_BY: Mapping[str, tuple[type[Event], ...]] = {"notifications": SENT_BY["officials"]}
SERVICE_EVENTS: tuple[type[Event], ...] = tuple(event for group in PUBLISHED_BY.values() for event in group)
EVENT_KEYS: tuple[str, ...] = tuple(event.key for event in SERVICE_EVENTS)
ALL: tuple[type[Event], ...] = (*INBOUND, *SERVICE_EVENTS)


def publisher_of(event: type[Event]) -> str:
    """Return the publisher of ``event``: the name of a service, or ``outside``."""
    return next((service for service, published in PUBLISHED_BY.items() if event in published), "outside")


def exchange_of(event: type[Event]) -> str:
    """Return the exchange to which ``event`` is published."""
    return IN if event in INBOUND else EVENTS


def queues_of(event: type[Event]) -> tuple[str, ...]:
    """Return the names of the queues that receive ``event``; empty where only integrators read it."""
    if event in INBOUND:
        head = event.key.split(".")[0]
        return tuple(work.name for work in WORK if f"{head}.#" in work.keys)
    return tuple(work.name for work in WORK if work.exchange == EVENTS and event.key in work.keys)


def inbound_on(queue: str) -> tuple[type[Event], ...]:
    """Return the messages from outside that ``queue`` receives."""
    return tuple(event for event in INBOUND if queue in queues_of(event))


def sample(event: type[Event]) -> str:
    """Return the path of a complete sample message, relative to the root of the repository."""
    return f"tests/samples/{'good' if event in INBOUND else 'said'}/{event.key}.json"


def table() -> str:
    """Return the catalogue as a Markdown table: key, publisher, queues, model and link to a sample."""
    rows = ["| key | published by | received by | model | sample |", "|---|---|---|---|---|"]
    for event in ALL:
        queues = ", ".join(f"`{queue}`" for queue in queues_of(event)) or "integrators"
        link = f"[json](../{sample(event)})"
        rows.append(f"| `{event.key}` | {publisher_of(event)} | {queues} | `{event.__name__}` | {link} |")
    return "\n".join(rows)
