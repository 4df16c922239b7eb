"""The single-machine stack: a private broker, an embedded store, a mailbox and the three services."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import structlog

from citiesshare.local import components
from citiesshare.local.access_control import ClosedDoors, is_closed
from citiesshare.local.broker import broker, epmd
from citiesshare.local.ports import HOST, Ports, free_port, operations
from citiesshare.local.private_files import private_folder
from citiesshare.local.processes import Child, StackError
from citiesshare.local.secrets import every_signing_variable, kept_in, signing_variables
from citiesshare.rabbitmq.permissions import OPERATOR
from shared.settings import ServiceSettings, read_settings

SERVICES = ("submissions", "scoring", "notifications")
log = structlog.get_logger()


@dataclass
class Stack:
    """What runs on one machine; ``data`` keeps everything between two runs.

    ``settings`` are those of all services, ``own`` those of one alone, by its name. With ``closed_doors``
    services and publishers have accounts with the rights of production, publishers and cities have keys, and
    RabbitMQ's guest does not exist; ``closed`` tells who they are. Without it whoever reaches loopback may
    speak.
    """

    data: Path
    ports: Ports = field(default_factory=Ports)
    settings: dict[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    services: Sequence[str] = SERVICES
    closed_doors: bool = False
    children: dict[str, Child] = field(default_factory=dict)
    _watcher: asyncio.Task[None] | None = None

    async def start(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Start everything in order and wait until each part answers; raises StackError."""
        if taken := self.ports.taken():
            raise StackError(f"these ports are taken: {', '.join(taken)}. Choose others with --base-port")
        self._refuse_other_doors()
        private_folder(self.data)
        await self._start([*self._backing()], tell)
        if self.closed is not None:
            await self.closed.register(self.ports.mongo_url)
            await self.closed.declare_topology(self.retry_waits)
        await self.serve(self.services, tell)
        self._watcher = asyncio.create_task(self._watch())

    def _backing(self) -> Iterator[Child]:
        """The parts that are no services, in the order in which they start."""
        definitions = self.closed.definitions() if self.closed else None
        yield epmd(self.data, self.ports)
        yield broker(self.data, self.ports, self.amqp_url, definitions)
        yield components.store(self.data, self.ports)
        yield components.mailbox(self.data, self.ports)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The secrets that the services sign with, by their variables: drawn once for this data folder."""
        return kept_in(self.data, every_signing_variable())

    @cached_property
    def closed(self) -> ClosedDoors | None:
        """The accounts and keys of a stack with closed doors; None where they are open.

        Raises StackError where ``data`` is of a stack with open doors.
        """
        if not self.closed_doors:
            return None
        self._refuse_other_doors()
        return ClosedDoors.within(self.data, self.ports, self.secrets["CITY_SECRET"])

    def _refuse_other_doors(self) -> None:
        """Raise StackError where ``data`` was begun with other doors: what is in it was said by others."""
        if is_closed(self.data) not in {None, self.closed_doors}:
            was = "open" if self.closed_doors else "closed"
            raise StackError(f"{self.data} is of a stack with {was} doors: choose another folder with --data")

    @property
    def amqp_url(self) -> str:
        """Where the broker is, for the account that may do everything."""
        return self.closed.amqp_url(OPERATOR) if self.closed else self.ports.amqp_url

    @property
    def management_url(self) -> str:
        """Where the broker can be asked about itself, for the account that may do everything."""
        return self.closed.management_url(OPERATOR) if self.closed else self.ports.management_url

    @property
    def retry_waits(self) -> tuple[int, ...]:
        """The waits between tries that the services are told, in seconds."""
        if "RETRY_WAITS" in self.settings:
            return ServiceSettings.model_validate({"retry_waits": self.settings["RETRY_WAITS"]}).retry_waits
        return read_settings(ServiceSettings).retry_waits

    async def serve(self, services: Sequence[str], tell: Callable[[str], None] = lambda _: None) -> None:
        """Start ``services`` on what runs already, and wait until they are ready; raises StackError."""
        self.services = services
        await self._start([self._service(name) for name in services], tell)

    async def stop(self) -> None:
        """Stop all that was started, last first, and nothing else."""
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        services = [child for name, child in self.children.items() if name.split("-")[0] in self.services]
        await asyncio.gather(*(child.stop() for child in services))
        backing = [child for name, child in self.children.items() if name != "epmd"]
        await asyncio.gather(*(child.stop() for child in backing))
        if "epmd" in self.children:
            await self.children["epmd"].stop()

    async def scale(self, service: str, replicas: int) -> None:
        """Run so many replicas of ``service``; the first keeps its ports, the others take free ones."""
        extra = [name for name in self.children if name.startswith(f"{service}-")]
        for name in extra[max(0, replicas - 1) :]:
            await self.children.pop(name).stop()
        for number in range(len(extra) + 2, replicas + 1):
            await self._start([self._replica(service, number)], lambda _: None)

    async def roll(self, service: str) -> None:
        """Restart ``service`` as an orchestrator does: another replica is there before it stops."""
        await self.scale(service, 2)
        await self.children.pop(service).stop()
        await self._start([self._service(service)], lambda _: None)
        await self.scale(service, 1)

    async def restart(self, service: str) -> None:
        """Stop ``service`` and start it as its files are now.

        Raises StackError where it does not start; it is down then until it is restarted.
        """
        if service in self.children:
            await self.children.pop(service).stop()
        child = self._service(service)
        await child.start()
        try:
            await child.until_ready()
        except BaseException:  # also where it is cancelled: nothing that was started stays behind
            await child.stop()
            raise
        self.children[service] = child

    def _service(self, name: str) -> Child:
        return components.service(name, service_environment(self, name), self.data, name)

    def _replica(self, service: str, number: int) -> Child:
        """One more process of a service, on a port that the system chooses."""
        ports = {"HTTP_PORT": str(free_port()), "OPERATIONS_PORT": str(free_port())}
        environment = {**service_environment(self, service), **ports}
        return components.service(service, environment, self.data, f"{service}-{number}")

    async def _start(self, children: Sequence[Child], tell: Callable[[str], None]) -> None:
        for child in children:
            self.children[child.name] = child
            await child.start()

        async def wait(child: Child) -> None:
            await child.until_ready()
            tell(child.name)

        await asyncio.gather(*(wait(child) for child in children))

    async def _watch(self) -> None:
        """Start again what ended by itself: every part of the system may be killed at any time."""
        while True:
            await asyncio.sleep(0.5)
            for child in list(self.children.values()):
                if child.process is not None and not child.running:
                    log.warning("process_restarted", process=child.name)
                    await child.revive()


def service_environment(stack: Stack, name: str) -> dict[str, str]:
    """The settings of service ``name``: the same names as in docker-compose.yml."""
    return {
        "MONGO_URL": stack.ports.mongo_url,
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(stack.ports[name]),
        "OPERATIONS_HOST": HOST,
        "OPERATIONS_PORT": str(stack.ports[operations(name)]),
        "PUBLIC_URL": stack.ports.page(name),
        "SITE_URL": stack.ports.page("notifications"),
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(stack.ports["smtp"]),
        "NUMBA_CACHE_DIR": str(stack.data / "numba"),
        **_doors(stack, name),
        **stack.settings,
        **stack.own.get(name, {}),
    }


def _doors(stack: Stack, name: str) -> dict[str, str]:
    """Who the service ``name`` is at the broker, whom it lets in, and what it signs with.

    With open doors whoever reaches the machine may speak and read, so cities have no keys.
    """
    signing = {variable: stack.secrets[variable] for variable in signing_variables(name)}
    if stack.closed is None:
        signing.pop("CITY_SECRET", None)
        return {"AMQP_URL": stack.amqp_url, "OPEN_DOORS": "true", **signing}
    shut = {"OPEN_DOORS": "false", "DECLARE_TOPOLOGY": "false"}
    return {"AMQP_URL": stack.closed.amqp_url(name), **shut, **signing}


def default_data(*, closed_doors: bool = False) -> Path:
    """Where a stack keeps its data: ``CITIESSHARE_DATA``, else ``.citiesshare`` here.

    One with closed doors keeps its own in a folder within: what was said with open doors was said by anybody.
    """
    data = Path(os.environ.get("CITIESSHARE_DATA", ".citiesshare")).absolute()
    return data / "closed-doors" if closed_doors else data
