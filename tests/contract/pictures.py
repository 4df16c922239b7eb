"""Pictures of the running system in mermaid, drawn from the topology and the retention tables.

``python -m tests.contract.pictures`` prints them as ``docs/architecture.md`` has them.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.notifications.adapters.mongo import retention as notifications
from services.scoring.adapters.mongo import retention as scoring
from services.submissions.adapters.mongo import retention as submissions
from shared.messaging.catalogue import EVENT_KEYS, FORWARDED_BY, PUBLISHED_BY
from shared.messaging.topology import (
    DEAD,
    ERASURE,
    EVENTS,
    IN,
    REQUEUE,
    RETRY,
    SERVICES,
    UNHEARD,
    UNKNOWN,
    UNKNOWN_TO,
    WORK,
    retry_queue,
    subscribed_keys,
)
from shared.settings import ServiceSettings
from shared.store import token_buckets

COLLECTIONS: Mapping[str, Sequence[str]] = {
    "submissions": (*submissions.COLLECTIONS, token_buckets.COLLECTION),
    "scoring": scoring.COLLECTIONS,
    "notifications": notifications.COLLECTIONS,
}
IDS = {IN: "in", EVENTS: "events", UNKNOWN: "unknown", ERASURE: "erasure"}
WAITS: tuple[int, ...] = ServiceSettings.model_fields["retry_waits"].default


def messages() -> str:
    """Publishers, exchanges, work queues and services; an edge to a queue has the keys that are bound."""
    return _fenced(_messages())


def failures() -> str:
    """What happens to a message that a handler could not take: retry, requeue, dead letters."""
    return _fenced(_failures())


def stores() -> str:
    """The collections of each service's own database."""
    return _fenced(_stores())


def _fenced(lines: Iterator[str]) -> str:
    return "\n".join(("```mermaid", "flowchart LR", *(f"    {line}" for line in lines), "```"))


def _messages() -> Iterator[str]:
    yield f"outside([publishers and cities]) --> in{{{{{IN}}}}}"
    yield f"in -. no key fits .-> unknown{{{{{UNKNOWN}}}}} --> {_id(UNKNOWN_TO)}"
    yield f"events{{{{{EVENTS}}}}}"
    yield f"operator([operator]) --> erasure{{{{{ERASURE}}}}}"
    for work in WORK:
        yield _edge(IDS[work.exchange], work.keys, f"{_id(work.name)}[/{work.name}/] --> {work.service}")
    for service in SERVICES:
        yield _edge(f"{service}[<b>{service}</b>]", (event.key for event in PUBLISHED_BY[service]), "events")
    for service, forwarded in FORWARDED_BY.items():
        yield _edge(service, (event.key for event in forwarded), "in")
    unheard = sorted(set(EVENT_KEYS) - subscribed_keys())
    yield _edge("events", unheard, f"unheard[/{UNHEARD}/] --> integrators([integrators])")


def _failures() -> Iterator[str]:
    yield f"queue[/a work queue/] --> handler[handler] -- RetryableError --> retry{{{{{RETRY}}}}}"
    for wait in WAITS:
        yield f"retry --> wait{wait}[/{retry_queue(wait)}/] -- after {wait} s --> requeue"
    yield f"requeue{{{{{REQUEUE}}}}} --> queue"
    yield f"handler -- any other error, or the last try --> dead{{{{{DEAD}}}}}"
    for service in SERVICES:
        yield f"dead --> {service}dead[/{service}.dead/]"
    yield "operator([operator]) -- citiesshare dead replay --> requeue"


def _stores() -> Iterator[str]:
    for service in SERVICES:
        names = _lines(COLLECTIONS[service])
        yield f"{service}[<b>{service}</b>] --- {service}db[({names})]"


def _edge(start: str, keys: Iterable[str], end: str) -> str:
    return f'{start} -- "{_lines(keys)}" --> {end}'


def _lines(names: Iterable[str]) -> str:
    return "<br>".join(names)


def _id(queue: str) -> str:
    return queue.replace(".", "_").replace("-", "_")


if __name__ == "__main__":
    sys.stdout.write("\n\n".join((messages(), failures(), stores())) + "\n")
