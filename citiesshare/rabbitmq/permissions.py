"""What each account may configure, write and read at the broker: drawn from the topology and the catalogue.

RabbitMQ asks twice: may this account write to the exchange at all, and, for a topic exchange, with this key.
Nobody but the operator configures anything; the topology is declared by a job that runs as the operator.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.events import SENT_BY, PublisherKind
from shared.messaging.catalogue import INBOUND, PASSED_ON, SAID_BY
from shared.messaging.topology import DEAD, ERASED, ERASURE, EVENTS, IN, RETRY, SERVICES

NOTHING, EVERYTHING = "^$", ".*"
OPERATOR, MONITOR = "operator", "monitor"
# The kinds of publishers: a procurement system, a city, a participation platform or catalogue.
KINDS: Mapping[str, PublisherKind] = {"procurement": "procurement", "city": "city", "platform": "platform"}


@dataclass(frozen=True)
class Rights:
    """Patterns as RabbitMQ reads them; ``topics`` maps an exchange to the keys that may be written to it."""

    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    topics: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def rights(publishers: Mapping[str, str]) -> dict[str, Rights]:
    """Return the rights of every account; ``publishers`` maps account names to one of KINDS.

    Raises ValueError where a publisher is of no kind or takes a name of ours.
    """
    ours = {
        OPERATOR: Rights(EVERYTHING, EVERYTHING, EVERYTHING, tags=("administrator",)),
        MONITOR: Rights(tags=("monitoring",)),
        **{service: service_rights(service) for service in SERVICES},
    }
    if taken := sorted(ours.keys() & publishers):
        raise ValueError(f"publisher {taken[0]!r} takes a name of ours: choose another")
    return {**ours, **{name: publisher_rights(kind) for name, kind in publishers.items()}}


def service_rights(service: str) -> Rights:
    """A service hears its own queues, says its own events, and parks and buries what it heard.

    Of an erasure it may answer for itself alone; only the operator may ask for one.
    """
    exchanges = [EVENTS, RETRY, DEAD, ERASURE]
    topics = {
        ERASURE: _one_of([f"{ERASED}.{service}"]),
        EVENTS: _one_of(event.key for event in SAID_BY[service]),
        RETRY: rf"^[0-9]+\.{service}\.[a-z-]+$",
    }
    if service == "submissions":  # its HTTP API publishes for those who cannot reach the broker
        exchanges.append(IN)
        topics[IN] = _one_of(event.key for event in INBOUND)
    elif passed_on := PASSED_ON.get(service):  # its pages are where officials speak for their cities
        exchanges.append(IN)
        topics[IN] = _one_of(event.key for event in passed_on)
    return Rights(write=_one_of(exchanges), read=rf"^{service}\.[a-z-]+$", topics=topics)


def publisher_rights(kind: str) -> Rights:
    """A publisher writes to the one exchange where everybody speaks, with the keys of its kind only."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of publisher: choose one of {', '.join(KINDS)}")
    return Rights(write=_one_of([IN]), topics={IN: _one_of(event.key for event in SENT_BY[KINDS[kind]])})


def _one_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(name) for name in sorted(names))})$"
