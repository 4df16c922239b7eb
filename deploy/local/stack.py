"""The single-machine stack: a private broker, an embedded store, a mailbox and the three services."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aio_pika
import httpx
import structlog
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from deploy.local.ports import HOST, Ports, free_port
from deploy.local.processes import Child, StackError

SERVICES = ("submissions", "scoring", "notifications")
RABBITMQ = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")
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
        backing = (_epmd(self), _broker(self), _store(self), _mailbox(self))
        await self._start(backing, tell)
        await self.serve(self.services, tell)
        self._watcher = asyncio.create_task(self._watch())

    async def serve(self, services: Sequence[str], tell: Callable[[str], None] = lambda _: None) -> None:
        """Start ``services`` on what runs already, and wait until they are ready; raises StackError."""
        self.services = services
        await self._start([_service(self, name) for name in services], tell)

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
            await self._start([_replica(self, service, number)], lambda _: None)

    async def roll(self, service: str) -> None:
        """Restart ``service`` as an orchestrator does: another replica is there before it stops."""
        await self.scale(service, 2)
        await self.children.pop(service).stop()
        await self._start([_service(self, service)], lambda _: None)
        await self.scale(service, 1)

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


def _epmd(stack: Stack) -> Child:
    """Erlang's name server, on a port of its own, so that no other node is met."""
    port = str(stack.ports["epmd"])
    command = [_find("epmd"), "-port", port, "-address", HOST]
    return Child("epmd", command, {}, stack.data / "log/epmd.log", _listening(int(port)))


def _broker(stack: Stack) -> Child:
    home, ports = stack.data / "rabbitmq", stack.ports
    home.mkdir(exist_ok=True)
    config = home / "rabbitmq.conf"
    config.write_text(
        f"listeners.tcp.local = {HOST}:{ports['amqp']}\n"
        f"management.tcp.ip = {HOST}\nmanagement.tcp.port = {ports['management']}\n"
        "disk_free_limit.absolute = 200MB\nvm_memory_high_watermark.relative = 0.3\n"
    )
    plugins = home / "enabled_plugins"
    plugins.write_text("[rabbitmq_management].\n")
    environment = {
        "HOME": str(home),
        # A node named by its address needs no name resolution.
        "RABBITMQ_USE_LONGNAME": "true",
        "RABBITMQ_NODENAME": f"citiesshare@{HOST}",
        "ERL_CRASH_DUMP": str(stack.data / "log/erl_crash.dump"),
        "RABBITMQ_NODE_IP_ADDRESS": HOST,
        "RABBITMQ_NODE_PORT": str(ports["amqp"]),
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        # What comes out of a waiting room to a full queue tries again after seconds, not after three minutes.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"
        " -rabbit dead_letter_worker_publisher_confirm_timeout 5000"
        ' -eval file:eval(os:getenv("CITIESSHARE_BROKER")).',
        "CITIESSHARE_BROKER": str(Path(__file__).with_name("broker.erl")),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_MNESIA_DIR": str(home / "mnesia/node"),
        "RABBITMQ_LOG_BASE": str(stack.data / "log"),
        "RABBITMQ_CONFIG_FILE": str(config),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": HOST,
    }
    command = [_find(*RABBITMQ)]
    return Child("broker", command, environment, stack.data / "log/broker.log", _amqp(ports))


def _store(stack: Stack) -> Child:
    folder = stack.data / "store"
    folder.mkdir(exist_ok=True)
    command = [
        _find(str(Path(sys.executable).with_name("secantusd-py")), "secantusd-py"),
        *("--host", HOST, "--port", str(stack.ports["mongo"]), "--storage-path", str(folder)),
        *("--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING"),
        *("--oplog-max-entries", "1000", "--oplog-retention-seconds", "120"),
    ]
    return Child("store", command, {}, stack.data / "log/store.log", _listening(stack.ports["mongo"]))


def _mailbox(stack: Stack) -> Child:
    command = [sys.executable, "-m", "deploy.local.mailbox"]
    environment = {
        "MAILBOX_FOLDER": str(stack.data / "mail"),
        "MAILBOX_SMTP_PORT": str(stack.ports["smtp"]),
        "MAILBOX_HTTP_PORT": str(stack.ports["mailbox"]),
    }
    ready = _answering(f"{stack.ports.page('mailbox')}/health/live")
    return Child("mailbox", command, environment, stack.data / "log/mailbox.log", ready)


def _service(stack: Stack, name: str) -> Child:
    command = [sys.executable, "-m", "deploy.cli", name, "serve"]
    ready = _answering(f"{stack.ports.page(name)}/health/ready")
    return Child(name, command, service_environment(stack, name), stack.data / f"log/{name}.log", ready)


def _replica(stack: Stack, service: str, number: int) -> Child:
    """One more process of a service, on a port that the system chooses."""
    name = f"{service}-{number}"
    port = free_port()
    child = _service(stack, service)
    ready = _answering(f"http://{HOST}:{port}/health/ready")
    environment = {**child.environment, "HTTP_PORT": str(port)}
    return Child(name, child.command, environment, stack.data / f"log/{name}.log", ready)


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


def _find(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise StackError(f"{names[-1]} is not installed: `make setup` installs it")


def _listening(port: int) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def _amqp(ports: Ports) -> Callable[[], Awaitable[bool]]:
    listening = _listening(ports["amqp"])

    async def ready() -> bool:
        if not await listening():
            return False
        try:
            async with asyncio.timeout(5):
                await (await aio_pika.connect(ports.amqp_url)).close()
        except (*CONNECTION_EXCEPTIONS, TimeoutError):
            return False
        return True

    return ready


def _answering(url: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    return ready


def default_data() -> Path:
    """Where a stack keeps its data: ``CITIESSHARE_DATA``, else ``.citiesshare`` here."""
    return Path(os.environ.get("CITIESSHARE_DATA", ".citiesshare")).absolute()
