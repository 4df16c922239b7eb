"""The containers of one trial, beside a broker, a store and a mailbox that run on the machine itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from citiesshare.local.processes import Child
from citiesshare.local.stack import SERVICES, Stack, service_environment
from tests.image.compose_service import compose_service
from tests.image.engine import Engine

# Who one is, and at which of some places one may write.
WHO = "import os, sys; print(os.getuid(), *(place for place in sys.argv[1:] if os.access(place, os.W_OK)))"
PLACES = ("/", "/app", "/venv", "/home", "/tmp", "/var/lib/citiesshare")
KERNELS = (
    "import os, pathlib as p; print(*(k.name for k in p.Path(os.environ['NUMBA_CACHE_DIR']).rglob('*.nbc')))"
)


@dataclass(frozen=True)
class ContainerHost:
    """Where containers of ``image`` are started: they share the machine's network with ``stack``."""

    engine: Engine
    image: str
    stack: Stack

    def name(self, service: str) -> str:
        """What the container of ``service`` is called: no other trial has these ports."""
        return f"citiesshare-trial-{self.stack.ports.base}-{service}"

    def words(self, service: str, settings: Mapping[str, str]) -> list[str]:
        """The words of ``run`` for ``service``: as described, but for ``settings``."""
        shown = compose_service(service)
        told = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        options = ("--rm", "--network", "host", "--name", self.name(service), *shown.options())
        return ["run", *options, *told, self.image, *shown.command]

    def declare(self) -> None:
        """Have the topology declared, as whoever the broker knows here."""
        self.engine.do(*self.words("topology", {"AMQP_URL": self.stack.ports.amqp_url}))

    def child(self, service: str) -> Child:
        """The container of ``service``, ready when the health check of the compose file says so."""
        check = ("exec", self.name(service), *compose_service(service).health)

        async def ready() -> bool:
            return await asyncio.to_thread(self.engine.can, *check)

        settings = service_environment(self.stack, service)
        del settings["NUMBA_CACHE_DIR"]  # the image has its own
        command = [*self.engine.command, *self.words(service, settings)]
        return Child(service, command, {}, self.stack.data / f"log/{service}.log", ready)

    def ask(self, service: str, code: str, *words: str) -> list[str]:
        """What Python prints in the running container of ``service``, word by word."""
        return self.engine.do("exec", self.name(service), "python", "-c", code, *words).split()

    def who(self, service: str) -> tuple[int, list[str]]:
        """The user that ``service`` runs as, and the PLACES where it may write."""
        user, *writable = self.ask(service, WHO, *PLACES)
        return int(user), writable

    def shipped_kernels(self) -> set[str]:
        """The compiled kernels that the image has."""
        return set(self.engine.do("run", "--rm", "--entrypoint", "python", self.image, "-c", KERNELS).split())

    def kernels(self) -> set[str]:
        """The compiled kernels that the running container of scoring has."""
        return set(self.ask("scoring", KERNELS))


@dataclass(frozen=True)
class Running:
    """The containers of the three services, and the seconds until each was ready."""

    children: dict[str, Child]
    seconds: dict[str, float]

    def ended(self) -> dict[str, int | None]:
        """The status that each ended with; none while it runs."""
        processes = {name: child.process for name, child in self.children.items()}
        return {name: process.returncode for name, process in processes.items() if process is not None}


@asynccontextmanager
async def serving(room: ContainerHost) -> AsyncIterator[Running]:
    """Have the topology declared and the three services run, until the end of the block."""
    await asyncio.to_thread(room.declare)
    children = {service: room.child(service) for service in SERVICES}
    started = time.monotonic()

    async def up(child: Child) -> float:
        await child.start()
        await child.until_ready()
        return round(time.monotonic() - started, 1)

    try:
        seconds = await asyncio.gather(*(up(child) for child in children.values()))
        yield Running(children, dict(zip(children, seconds, strict=True)))
    finally:
        await asyncio.gather(*(child.stop() for child in children.values()))
        for service in SERVICES:
            room.engine.can("rm", "--force", room.name(service))
