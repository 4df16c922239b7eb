"""The local stack: a private broker, an embedded store, a mailbox and the three services."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import structlog

from citiesshare.local import components
from citiesshare.local.access_control import LocalAccounts, has_access_control
from citiesshare.local.broker import broker, epmd
from citiesshare.local.ports import HOST, Ports, free_port, operations
from citiesshare.local.private_files import private_folder
from citiesshare.local.processes import Child, StackError
from citiesshare.local.readiness import takes_writes
from citiesshare.local.secrets import every_signing_variable, load_or_make, signing_variables
from citiesshare.rabbitmq.permissions import OPERATOR
from shared.settings import ServiceSettings, read_settings

SERVICES = ("submissions", "scoring", "notifications")
STORE_CHECKED_EVERY = 15.0  # seconds
MISSED_WRITES = (
    3  # in a row: one may be missed while another process is killed, or while a test stops the loop
)
log = structlog.get_logger()


@dataclass
class Stack:
    """The processes of the whole system on one machine; the folder ``data`` keeps their data between two
    runs.

    ``settings`` apply to all services, ``own`` to one service by its name. With ``closed_doors`` (access
    control) services and publishers have accounts with the permissions of production, publishers and cities
    have keys, and RabbitMQ's account ``guest`` does not exist; see ``accounts``. Without it every process on
    this machine may send and read.
    """

    data: Path
    ports: Ports = field(default_factory=Ports)
    settings: dict[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    services: Sequence[str] = SERVICES
    closed_doors: bool = False
    children: dict[str, Child] = field(default_factory=dict)
    _watchers: Sequence[asyncio.Task[None]] = ()

    async def start(self, on_ready: Callable[[str], None] = lambda _: None) -> None:
        """Start everything in order and wait until each part is ready; raises StackError.

        ``on_ready`` is called with the name of each part that is ready.
        """
        if taken := self.ports.taken():
            raise StackError(f"these ports are in use: {', '.join(taken)}. Choose others with --base-port")
        self._check_access_control()
        private_folder(self.data)
        await self._start([*self._backing()], on_ready)
        if self.accounts is not None:
            await self.accounts.register(self.ports.mongo_url)
            await self.accounts.declare_topology(self.retry_waits)
        await self.serve(self.services, on_ready)
        self._watchers = [asyncio.create_task(self._watch()), asyncio.create_task(self._watch_store())]

    def _backing(self) -> Iterator[Child]:
        """Yield the parts other than services, in the order in which they start."""
        definitions = self.accounts.definitions() if self.accounts else None
        yield epmd(self.data, self.ports)
        yield broker(self.data, self.ports, self.amqp_url, definitions)
        yield components.store(self.data, self.ports)
        yield components.mailbox(self.data, self.ports)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The secrets of the services by variable, made once for this data folder."""
        return load_or_make(self.data, every_signing_variable())

    @cached_property
    def accounts(self) -> LocalAccounts | None:
        """The accounts and keys of a stack with access control, or None without it.

        Raises StackError where ``data`` is of a stack without access control.
        """
        if not self.closed_doors:
            return None
        self._check_access_control()
        return LocalAccounts.within(self.data, self.ports, self.secrets["CITY_SECRET"])

    def _check_access_control(self) -> None:
        """Raise StackError where ``data`` is of a stack with the other kind of access control."""
        if has_access_control(self.data) not in {None, self.closed_doors}:
            other = "without" if self.closed_doors else "with"
            raise StackError(
                f"{self.data} is of a stack {other} --closed-doors: choose another folder with --data"
            )

    @property
    def amqp_url(self) -> str:
        """The AMQP URL with the account that has all permissions."""
        return self.accounts.amqp_url(OPERATOR) if self.accounts else self.ports.amqp_url

    @property
    def management_url(self) -> str:
        """The URL of the management API with the account that has all permissions."""
        return self.accounts.management_url(OPERATOR) if self.accounts else self.ports.management_url

    @property
    def retry_waits(self) -> tuple[int, ...]:
        """The setting ``retry_waits`` of the services, in seconds."""
        if "RETRY_WAITS" in self.settings:
            return ServiceSettings.model_validate({"retry_waits": self.settings["RETRY_WAITS"]}).retry_waits
        return read_settings(ServiceSettings).retry_waits

    async def serve(self, services: Sequence[str], on_ready: Callable[[str], None] = lambda _: None) -> None:
        """Start ``services`` while the other parts run, and wait until they are ready; raises StackError."""
        self.services = services
        await self._start([self._service(name) for name in services], on_ready)

    async def stop(self) -> None:
        """Stop everything that was started: services first, then the other parts, epmd last."""
        for watcher in self._watchers:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
        services = [child for name, child in self.children.items() if name.split("-")[0] in self.services]
        await asyncio.gather(*(child.stop() for child in services))
        backing = [child for name, child in self.children.items() if name != "epmd"]
        await asyncio.gather(*(child.stop() for child in backing))
        if "epmd" in self.children:
            await self.children["epmd"].stop()

    async def scale(self, service: str, replicas: int) -> None:
        """Run ``replicas`` processes of ``service``; the first keeps its ports, the others use free ports."""
        extra = [name for name in self.children if name.startswith(f"{service}-")]
        for name in extra[max(0, replicas - 1) :]:
            await self.children.pop(name).stop()
        for number in range(len(extra) + 2, replicas + 1):
            await self._start([self._replica(service, number)], lambda _: None)

    async def roll(self, service: str) -> None:
        """Restart ``service`` as an orchestrator does: another replica is ready before it stops."""
        await self.scale(service, 2)
        await self.children.pop(service).stop()
        await self._start([self._service(service)], lambda _: None)
        await self.scale(service, 1)

    async def restart(self, service: str) -> None:
        """Stop ``service`` and start it with its current files.

        Raises StackError where it does not start; it then stays down until the next restart.
        """
        if service in self.children:
            await self.children.pop(service).stop()
        child = self._service(service)
        await child.start()
        try:
            await child.until_ready()
        except BaseException:  # also when cancelled, so that no process is left running
            await child.stop()
            raise
        self.children[service] = child

    def _service(self, name: str) -> Child:
        return components.service(name, service_environment(self, name), self.data, name)

    def _replica(self, service: str, number: int) -> Child:
        """Return another process of a service, on free ports."""
        ports = {"HTTP_PORT": str(free_port()), "OPERATIONS_PORT": str(free_port())}
        environment = {**service_environment(self, service), **ports}
        return components.service(service, environment, self.data, f"{service}-{number}")

    async def _start(self, children: Sequence[Child], on_ready: Callable[[str], None]) -> None:
        for child in children:
            self.children[child.name] = child
            await child.start()

        async def wait(child: Child) -> None:
            await child.until_ready()
            on_ready(child.name)

        await asyncio.gather(*(wait(child) for child in children))

    async def _watch(self) -> None:
        """Restart processes that ended: every part of the system may be killed at any time."""
        while True:
            await asyncio.sleep(0.5)
            for child in list(self.children.values()):
                if child.process is not None and not child.running:
                    log.warning("process_restarted", process=child.name)
                    await child.restart()

    async def _watch_store(self) -> None:
        """Kill the embedded store where it missed some writes in a row; ``_watch`` starts it again.

        Acknowledged writes survive. A deadlock inside it (see ``components``) would last until it is killed.
        """
        takes = takes_writes(self.ports.mongo_url)
        while True:
            await asyncio.sleep(STORE_CHECKED_EVERY)
            store = self.children["store"]
            pid, missed = store.pid, 0
            while missed < MISSED_WRITES and not await takes():
                missed += 1
            if missed == MISSED_WRITES and store.pid == pid:
                log.warning("store_stands_still", process=store.name)
                store.kill()


def service_environment(stack: Stack, name: str) -> dict[str, str]:
    """Return the settings of service ``name``, with the same names as in docker-compose.yml."""
    return {
        "MONGO_URL": stack.ports.mongo_url,
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(stack.ports[name]),
        "OPERATIONS_HOST": HOST,
        "OPERATIONS_PORT": str(stack.ports[operations(name)]),
        "PUBLIC_URL": stack.ports.page(name),
        "SITE_URL": stack.ports.page("notifications"),
        "SCORING_URL": stack.ports.page("scoring"),
        "SUBMISSIONS_URL": stack.ports.page("submissions"),
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(stack.ports["smtp"]),
        "NUMBA_CACHE_DIR": str(stack.data / "numba"),
        **_access_settings(stack, name),
        **stack.settings,
        **stack.own.get(name, {}),
    }


def _access_settings(stack: Stack, name: str) -> dict[str, str]:
    """Return the settings of the service for its account at the broker, access control and secrets.

    Without access control every process on this machine may send and read, so cities have no keys.
    """
    signing = {variable: stack.secrets[variable] for variable in signing_variables(name)}
    if stack.accounts is None:
        signing.pop("CITY_SECRET", None)
        return {"AMQP_URL": stack.amqp_url, "OPEN_DOORS": "true", **signing}
    restricted = {"OPEN_DOORS": "false", "DECLARE_TOPOLOGY": "false"}
    return {"AMQP_URL": stack.accounts.amqp_url(name), **restricted, **signing}


def default_data(*, closed_doors: bool = False) -> Path:
    """Return the data folder of a stack: ``CITIESSHARE_DATA``, else ``.citiesshare`` in the current folder.

    A stack with access control has a subfolder of its own, because without it anybody may have sent the
    records.
    """
    data = Path(os.environ.get("CITIESSHARE_DATA", ".citiesshare")).absolute()
    return data / "closed-doors" if closed_doors else data
