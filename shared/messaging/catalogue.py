"""The message catalogue: key, publisher, queues and model of each message; the README's table follows it."""

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
SAID_BY: Mapping[str, tuple[type[Event], ...]] = {
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
# What officials report on our own pages goes to the input exchange; each message names its ``actor``.
PASSED_ON: Mapping[str, tuple[type[Event], ...]] = {"notifications": SENT_BY["officials"]}
SPOKEN: tuple[type[Event], ...] = tuple(event for said in SAID_BY.values() for event in said)
SPOKEN_KEYS: tuple[str, ...] = tuple(event.key for event in SPOKEN)
ALL: tuple[type[Event], ...] = (*INBOUND, *SPOKEN)


def speaker(event: type[Event]) -> str:
    """The publisher of ``event``: a service, or ``outside``."""
    return next((service for service, said in SAID_BY.items() if event in said), "outside")


def exchange_of(event: type[Event]) -> str:
    """The exchange to which ``event`` is published."""
    return IN if event in INBOUND else EVENTS


def hearers(event: type[Event]) -> tuple[str, ...]:
    """The queues that receive ``event``; empty where only integrators read it."""
    if event in INBOUND:
        head = event.key.split(".")[0]
        return tuple(work.name for work in WORK if f"{head}.#" in work.keys)
    return tuple(work.name for work in WORK if work.exchange == EVENTS and event.key in work.keys)


def inbound_on(queue: str) -> tuple[type[Event], ...]:
    """The messages from outside that ``queue`` receives."""
    return tuple(event for event in INBOUND if queue in hearers(event))


def sample(event: type[Event]) -> str:
    """The file with a whole message of this kind, from the repository's root."""
    return f"tests/samples/{'good' if event in INBOUND else 'said'}/{event.key}.json"


def table() -> str:
    """The catalogue in Markdown: key, publisher, queues, model, and a whole message."""
    rows = ["| key | published by | received by | model | sample |", "|---|---|---|---|---|"]
    for event in ALL:
        heard = ", ".join(f"`{queue}`" for queue in hearers(event)) or "integrators"
        link = f"[json](../{sample(event)})"
        rows.append(f"| `{event.key}` | {speaker(event)} | {heard} | `{event.__name__}` | {link} |")
    return "\n".join(rows)
