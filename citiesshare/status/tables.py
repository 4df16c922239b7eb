"""The status of the system as tables; problems are red."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Column, Table

from citiesshare.status.models import BrokerState, QueueState, ServiceState, SystemStatus, is_service_queue
from shared.messaging.topology import UNHEARD
from shared.observability.replica import Replica


def draw(state: SystemStatus) -> Group:
    """Return ``state`` as tables."""
    return Group(*_parts(state))


def _parts(state: SystemStatus) -> Iterator[RenderableType]:
    yield _services(state)
    if state.broker is None:
        yield "[red]The broker does not answer.[/red] Runbook: Losing the broker"
        return
    yield _queues(state.broker)
    yield from _remarks(state.broker.queues)


def _services(state: SystemStatus) -> Table:
    table = Table(
        "service", "ready", "replicas", *_numbers("in work", "handled"), "documents", box=SIMPLE_HEAD
    )
    for service in state.services:
        ready = "yes" if service.ready else "[red]no[/red]"
        running = [replica for replica in state.replicas if replica.service == service.name]
        table.add_row(service.name, ready, _releases(running), *_done(service), _counts(service))
    return table


def _numbers(*names: str) -> Iterator[Column]:
    return (Column(name, justify="right") for name in names)


def _releases(replicas: Sequence[Replica]) -> str:
    """Return the number of replicas of each release, such as ``2 of 0.1.0, 1 of 0.2.0``."""
    counts = Counter(replica.version for replica in replicas)
    return ", ".join(f"{count} of {version}" for version, count in sorted(counts.items())) or "–"


def _done(service: ServiceState) -> tuple[str, str]:
    return _count(service.in_work), _count(service.handled)


def _counts(service: ServiceState) -> str:
    return " · ".join(f"{name} {count}" for name, count in sorted(service.counts.items()))


def _queues(broker: BrokerState) -> Table:
    numbers = _numbers("waiting", "in work", "per s", "lag", "consumers")
    table = Table(Column("queue", no_wrap=True), *numbers, box=SIMPLE_HEAD)
    for queue in filter(is_service_queue, broker.queues):
        style = None if queue.listeners else "red"
        moving = (f"{queue.rate:.1f}", _lag(queue), str(queue.listeners))
        table.add_row(queue.name, str(queue.waiting), str(queue.in_work), *moving, style=style)
    return table


def _lag(queue: QueueState) -> str:
    """Return the lag in seconds; a queue with waiting messages and a rate of 0 is marked red."""
    if queue.lag is None:
        return "[red]stalled[/red]" if queue.waiting else "–"
    return f"{queue.lag:.0f} s"


def _remarks(queues: Iterable[QueueState]) -> Iterator[str]:
    """Yield a line for dead letters, delayed messages and messages for integrators."""
    counts = {queue.name: queue.waiting for queue in queues if queue.waiting}
    for name, count in counts.items():
        if name.endswith(".dead"):
            service = name.removesuffix(".dead")
            yield f"[red]{count} dead letters of {service}[/red]: citiesshare dead list --service {service}"
    if delayed := sum(count for name, count in counts.items() if name.startswith("retry.")):
        yield f"{delayed} messages wait for their next attempt"
    if unsubscribed := counts.get(UNHEARD):
        yield f"{unsubscribed} messages for integrators are in {UNHEARD}"


def _count(count: int | None) -> str:
    return "–" if count is None else str(count)
