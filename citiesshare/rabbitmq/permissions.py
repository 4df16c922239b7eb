"""What each account may configure, write and read at the broker, from the topology and the catalogue.

RabbitMQ checks twice: whether the account may write to the exchange and, for a topic exchange, with this
routing key. Only the operator may configure; a job that runs as the operator declares the topology.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.events import SENT_BY, PublisherKind
from shared.messaging.catalogue import FORWARDED_BY, INBOUND, PUBLISHED_BY
from shared.messaging.topology import DEAD, ERASED, ERASURE, EVENTS, IN, RETRY, SERVICES

NOTHING, EVERYTHING = "^$", ".*"
OPERATOR, MONITOR = "operator", "monitor"
# The kinds of publishers: a procurement system, a city, a participation platform or catalogue.
KINDS: Mapping[str, PublisherKind] = {"procurement": "procurement", "city": "city", "platform": "platform"}


@dataclass(frozen=True)
class Rights:
    """Permissions as RabbitMQ's regular expressions; ``topics`` are routing keys by exchange."""

    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    topics: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def rights(publishers: Mapping[str, str]) -> dict[str, Rights]:
    """Return the permissions by account; ``publishers`` maps account names to one of ``KINDS``.

    Raises ValueError where a kind is unknown or a publisher has the name of a system account.
    """
    system = {
        OPERATOR: Rights(EVERYTHING, EVERYTHING, EVERYTHING, tags=("administrator",)),
        MONITOR: Rights(tags=("monitoring",)),
        **{service: service_rights(service) for service in SERVICES},
    }
    if taken := sorted(system.keys() & publishers):
        raise ValueError(f"publisher {taken[0]!r} has the name of a system account: choose another")
    return {**system, **{name: publisher_rights(kind) for name, kind in publishers.items()}}


def service_rights(service: str) -> Rights:
    """Return the permissions of a service: to consume its queues, publish its events, delay and dead-letter.

    It may publish only its own erasure receipts; only the operator may request an erasure.
    """
    exchanges = [EVENTS, RETRY, DEAD, ERASURE]
    topics = {
        ERASURE: _one_of([f"{ERASED}.{service}"]),
        EVENTS: _one_of(event.key for event in PUBLISHED_BY[service]),
        RETRY: rf"^[0-9]+\.{service}\.[a-z-]+$",
    }
    if service == "submissions":  # its HTTP API publishes for publishers without access to the broker
        exchanges.append(IN)
        topics[IN] = _one_of(event.key for event in INBOUND)
    elif forwarded := FORWARDED_BY.get(service):  # its pages publish the reports of officials
        exchanges.append(IN)
        topics[IN] = _one_of(event.key for event in forwarded)
    return Rights(write=_one_of(exchanges), read=rf"^{service}\.[a-z-]+$", topics=topics)


def publisher_rights(kind: str) -> Rights:
    """Return the permissions of a publisher: to write to the input exchange with the routing keys of its
    kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of publisher: choose one of {', '.join(KINDS)}")
    return Rights(write=_one_of([IN]), topics={IN: _one_of(event.key for event in SENT_BY[KINDS[kind]])})


def _one_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(name) for name in sorted(names))})$"
