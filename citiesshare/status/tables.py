"""The system at one moment, as tables; what needs a look is red."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Column, Table

from citiesshare.status.models import BrokerState, QueueState, ServiceState, SystemStatus, of_a_service
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
        "service", "ready", "replicas", *_numbers("in work", "handled"), "what it has", box=SIMPLE_HEAD
    )
    for service in state.services:
        ready = "yes" if service.ready else "[red]no[/red]"
        running = [each for each in state.replicas if each.service == service.name]
        table.add_row(service.name, ready, _releases(running), *_done(service), _counts(service))
    return table


def _numbers(*names: str) -> Iterator[Column]:
    return (Column(name, justify="right") for name in names)


def _releases(replicas: Sequence[Replica]) -> str:
    """How many run of each release, e.g. ``2 of 0.1.0, 1 of 0.2.0``."""
    counts = Counter(each.version for each in replicas)
    return ", ".join(f"{count} of {version}" for version, count in sorted(counts.items())) or "–"


def _done(service: ServiceState) -> tuple[str, str]:
    return _count(service.in_work), _count(service.handled)


def _counts(service: ServiceState) -> str:
    return " · ".join(f"{name} {count}" for name, count in sorted(service.counts.items()))


def _queues(broker: BrokerState) -> Table:
    numbers = _numbers("waiting", "in work", "per s", "lag", "heard by")
    table = Table(Column("queue", no_wrap=True), *numbers, box=SIMPLE_HEAD)
    for queue in filter(of_a_service, broker.queues):
        style = None if queue.listeners else "red"
        moving = (f"{queue.rate:.1f}", _lag(queue), str(queue.listeners))
        table.add_row(queue.name, str(queue.waiting), str(queue.in_work), *moving, style=style)
    return table


def _lag(queue: QueueState) -> str:
    """How far behind; what was taken just now has no pace yet, and what only waits stands still."""
    if queue.lag is None:
        return "[red]stands[/red]" if queue.waiting else "–"
    return f"{queue.lag:.0f} s"


def _remarks(queues: Iterable[QueueState]) -> Iterator[str]:
    """A line for each thing that lies beside the services' queues."""
    lying = {queue.name: queue.waiting for queue in queues if queue.waiting}
    for name, count in lying.items():
        if name.endswith(".dead"):
            service = name.removesuffix(".dead")
            yield f"[red]{count} dead letters of {service}[/red]: citiesshare dead list --service {service}"
    if parked := sum(count for name, count in lying.items() if name.startswith("retry.")):
        yield f"{parked} messages wait to be tried again"
    if unheard := lying.get(UNHEARD):
        yield f"{unheard} messages for integrators lie in {UNHEARD}"


def _count(count: int | None) -> str:
    return "–" if count is None else str(count)
