"""Ports of the single-machine stack: one block, far from the standard ones, on loopback only."""

import os
import socket
from dataclasses import dataclass
from itertools import chain

HOST = "127.0.0.1"
GUEST = "guest"  # RabbitMQ's own account, name and password, which it lets in from loopback only
NAMES = (
    "submissions", "scoring", "notifications", "mailbox", "smtp",
    "amqp", "management", "mongo", "distribution", "epmd",
    "submissions-operations", "scoring-operations", "notifications-operations",
)  # fmt: skip
# Below the ports that systems give to whoever calls somebody.
BLOCKS = range(10_000, 32_000, 20)
_holding: list[socket.socket] = []


@dataclass(frozen=True)
class Ports:
    """As many ports in a row from ``base`` as there are NAMES."""

    base: int = 7600

    def __getitem__(self, name: str) -> int:
        return self.base + NAMES.index(name)

    def taken(self) -> list[str]:
        """Return ``name port`` of what somebody else listens on."""
        return [f"{name} {self[name]}" for name in NAMES if _listens(self[name])]

    @property
    def amqp_url(self) -> str:
        """Where the private broker is, for RabbitMQ's own account: with open doors only."""
        return self.amqp_url_of(GUEST, GUEST)

    def amqp_url_of(self, account: str, password: str) -> str:
        """Where the private broker is, for ``account``."""
        return f"amqp://{account}:{password}@{HOST}:{self['amqp']}/"

    @property
    def management_url(self) -> str:
        """Where the private broker can be asked about itself, with its virtual host: with open doors only."""
        return self.management_url_of(GUEST, GUEST)

    def management_url_of(self, account: str, password: str) -> str:
        """Where the private broker can be asked about itself by ``account``."""
        return f"http://{account}:{password}@{HOST}:{self['management']}/%2F"

    @property
    def mongo_url(self) -> str:
        """Where the embedded store is; it wants no retryable writes, and a stalled call must end.

        It calls itself a replica set: without ``directConnection`` a driver goes on to the address that it
        names, past any line that was laid before it.
        """
        return f"mongodb://{HOST}:{self['mongo']}/?directConnection=true&retryWrites=false&timeoutMS=10000"

    def page(self, name: str) -> str:
        """The address of a web page of ``name``."""
        return f"http://{HOST}:{self[name]}"

    def operations(self, service: str) -> str:
        """The address at which operators ask ``service`` how it is."""
        return self.page(operations(service))


def operations(service: str) -> str:
    """What the operators' port of ``service`` is called."""
    return f"{service}-operations"


def free_block() -> int:
    """Return a base whose ports are free: for a stack beside others.

    The port before the block is held until this process ends: what shall use the block takes seconds until it
    listens, and nobody else is given it meanwhile. Who asks at the same time begins to look elsewhere.
    """
    first = os.getpid() % len(BLOCKS)
    blocks = chain(BLOCKS[first:], BLOCKS[:first])
    return next(base for base in blocks if _hold(base - 1) and not Ports(base).taken())


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _hold(port: int) -> bool:
    """Take ``port`` for this process without listening; False where somebody has it."""
    probe = socket.socket()
    try:
        probe.bind((HOST, port))
    except OSError:
        probe.close()
        return False
    _holding.append(probe)
    return True
