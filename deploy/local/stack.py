"""The single-machine stack: a private broker, an embedded store, a mailbox and the three services."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from deploy.local import parts
from deploy.local.broker import broker, epmd
from deploy.local.ports import HOST, Ports, free_port
from deploy.local.processes import Child, StackError

SERVICES = ("submissions", "scoring", "notifications")
log = structlog.get_logger()


@dataclass
class Stack:
    """What runs on one machine; ``data`` keeps everything between two runs.

    ``settings`` are those of all services, ``own`` those of one alone, by its name.
    """

    data: Path
    ports: Ports = field(default_factory=Ports)
    settings: dict[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    services: Sequence[str] = SERVICES
    children: dict[str, Child] = field(default_factory=dict)
    _watcher: asyncio.Task[None] | None = None

    async def start(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Start everything in order and wait until each part answers; raises StackError."""
        if taken := self.ports.taken():
            raise StackError(f"these ports are taken: {', '.join(taken)}. Choose others with --base-port")
        self.data.mkdir(parents=True, exist_ok=True)
        backing = [build(self.data, self.ports) for build in (epmd, broker, parts.store, parts.mailbox)]
        await self._start(backing, tell)
        await self.serve(self.services, tell)
        self._watcher = asyncio.create_task(self._watch())

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

    def _service(self, name: str) -> Child:
        return parts.service(name, service_environment(self, name), self.data, name)

    def _replica(self, service: str, number: int) -> Child:
        """One more process of a service, on a port that the system chooses."""
        environment = {**service_environment(self, service), "HTTP_PORT": str(free_port())}
        return parts.service(service, environment, self.data, f"{service}-{number}")

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
        "AMQP_URL": stack.ports.amqp_url,
        "MONGO_URL": stack.ports.mongo_url,
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(stack.ports[name]),
        "PUBLIC_URL": stack.ports.page(name),
        "OPEN_DOORS": "true",  # on loopback, whoever reaches the machine may speak
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(stack.ports["smtp"]),
        "NUMBA_CACHE_DIR": str(stack.data / "numba"),
        **stack.settings,
        **stack.own.get(name, {}),
    }


def default_data() -> Path:
    """Where a stack keeps its data: ``CITIESSHARE_DATA``, else ``.citiesshare`` here."""
    return Path(os.environ.get("CITIESSHARE_DATA", ".citiesshare")).absolute()
