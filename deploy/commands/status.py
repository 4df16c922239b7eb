"""``citiesshare status``: queues, dead letters, services and what they have done, at a glance."""

import asyncio
import json
from typing import Annotated, Any

import aio_pika
import httpx
import typer
from pydantic import BaseModel
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from deploy.local.ports import Ports
from shared.topology import SERVICES, UNHEARD, WORK

LOOK_EVERY = 2.0


class QueueState(BaseModel):
    """One queue: messages ready, and who listens."""

    name: str
    ready: int | None = None
    consumers: int | None = None


class ServiceState(BaseModel):
    """One service as its doors answer."""

    name: str
    ready: bool = False
    in_work: int | None = None
    handled: int | None = None
    counts: dict[str, int] = {}


class State(BaseModel):
    """The whole system at one moment."""

    broker: bool
    queues: list[QueueState]
    services: list[ServiceState]

    @property
    def good(self) -> bool:
        """Whether everything answers and nothing is dead."""
        dead = sum(queue.ready or 0 for queue in self.queues if queue.name.endswith(".dead"))
        return self.broker and all(service.ready for service in self.services) and not dead


def status(
    base_port: Annotated[int, typer.Option(help="First port of the single-machine stack.")] = 7600,
    amqp_url: Annotated[str | None, typer.Option(help="The broker, if it is not the local one.")] = None,
    url: Annotated[
        list[str] | None, typer.Option(help="A service elsewhere, e.g. scoring=https://…; repeat for more.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and look again every two seconds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show the system at a glance; exit 1 where a part is away or letters are dead.

    Examples: `citiesshare status --watch` · `citiesshare status --json`
    """
    ports = Ports(base_port)
    urls = {service: ports.page(service) for service in SERVICES}
    urls |= dict(one.split("=", 1) for one in url or ())
    broker = amqp_url or ports.amqp_url
    if watch:
        _watch(broker, urls)
        return
    state = asyncio.run(look(broker, urls))
    if as_json:
        typer.echo(json.dumps(state.model_dump()))
    else:
        Console().print(draw(state))
    raise typer.Exit(0 if state.good else 1)


def _watch(broker: str, urls: dict[str, str]) -> None:
    async def stay() -> None:
        with Live(console=Console(), screen=True, auto_refresh=False) as live:
            while True:
                live.update(draw(await look(broker, urls)), refresh=True)
                await asyncio.sleep(LOOK_EVERY)

    try:
        asyncio.run(stay())
    except KeyboardInterrupt:
        return


async def look(broker: str, urls: dict[str, str]) -> State:
    """Ask the broker and the services what there is now."""
    names = [*(work.name for work in WORK), *(f"{service}.dead" for service in SERVICES), UNHEARD]
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        services = await asyncio.gather(*(_service(client, name, base) for name, base in urls.items()))
    queues = await _queues(broker, names)
    return State(broker=queues is not None, queues=queues or [], services=list(services))


async def _queues(url: str, names: list[str]) -> list[QueueState] | None:
    try:
        async with asyncio.timeout(10), await aio_pika.connect(url) as connection:
            return [await _queue(connection, name) for name in names]
    except (OSError, TimeoutError, aio_pika.exceptions.AMQPError):
        return None


async def _queue(connection: aio_pika.abc.AbstractConnection, name: str) -> QueueState:
    channel = await connection.channel()
    try:
        declared = (await channel.declare_queue(name, passive=True)).declaration_result
    except aio_pika.exceptions.ChannelClosed:
        return QueueState(name=name)
    await channel.close()
    return QueueState(name=name, ready=declared.message_count, consumers=declared.consumer_count)


async def _service(client: httpx.AsyncClient, name: str, base: str) -> ServiceState:
    ready, work, counts = [await _ask(client, f"{base}{path}") for path in _PATHS]
    return ServiceState(
        name=name,
        ready=bool(ready and ready.get("ready")),
        in_work=work.get("in_work") if work else None,
        handled=work.get("handled") if work else None,
        counts=counts or {},
    )


_PATHS = ("/health/ready", "/health/work", "/v1/status")


async def _ask(client: httpx.AsyncClient, url: str) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = (await client.get(url)).json()
    except (httpx.HTTPError, json.JSONDecodeError):
        return None
    return answer


def draw(state: State) -> Group:
    """Return ``state`` as tables; what needs a look is red."""
    queues = Table(
        "queue", "ready", "consumers", title="Queues" if state.broker else "[red]Broker away[/red]"
    )
    for queue in state.queues:
        alarming = (queue.name.endswith(".dead") and queue.ready) or queue.ready is None
        style = "red" if alarming else None
        queues.add_row(queue.name, _shown(queue.ready), _shown(queue.consumers), style=style)
    services = Table("service", "ready", "in work", "handled", "what it has", title="Services")
    for service in state.services:
        had = " · ".join(f"{name} {count}" for name, count in sorted(service.counts.items()))
        ready = "yes" if service.ready else "[red]no[/red]"
        services.add_row(service.name, ready, _shown(service.in_work), _shown(service.handled), had)
    return Group(services, queues)


def _shown(count: int | None) -> str:
    return "–" if count is None else str(count)
