"""Ports of the local stack: one block on loopback, apart from the standard ports."""

import os
import socket
from dataclasses import dataclass
from itertools import chain

HOST = "127.0.0.1"
GUEST = "guest"  # name and password of RabbitMQ's default account, which works from loopback only
NAMES = (
    "submissions", "scoring", "notifications", "mailbox", "smtp",
    "amqp", "management", "mongo", "distribution", "epmd",
    "submissions-operations", "scoring-operations", "notifications-operations",
)  # fmt: skip
# Below the ephemeral ports of the operating system.
BLOCKS = range(10_000, 32_000, 20)
_reserved: list[socket.socket] = []


@dataclass(frozen=True)
class Ports:
    """Consecutive ports from ``base``, one for each of ``NAMES``."""

    base: int = 7600

    def __getitem__(self, name: str) -> int:
        return self.base + NAMES.index(name)

    def taken(self) -> list[str]:
        """Return ``name port`` for each port of the block that is in use."""
        return [f"{name} {self[name]}" for name in NAMES if _in_use(self[name])]

    @property
    def amqp_url(self) -> str:
        """The AMQP URL with the account ``guest``: only without access control."""
        return self.amqp_url_of(GUEST, GUEST)

    def amqp_url_of(self, account: str, password: str) -> str:
        """Return the AMQP URL of the private broker with ``account``."""
        return f"amqp://{account}:{password}@{HOST}:{self['amqp']}/"

    @property
    def management_url(self) -> str:
        """The URL of the management API with the account ``guest``: only without access control."""
        return self.management_url_of(GUEST, GUEST)

    def management_url_of(self, account: str, password: str) -> str:
        """Return the URL of the management API, ending in the virtual host, with ``account``."""
        return f"http://{account}:{password}@{HOST}:{self['management']}/%2F"

    @property
    def mongo_url(self) -> str:
        """The URL of the embedded store, without retryable writes (unsupported) and with a timeout of 10 s.

        The store reports itself as a replica set: without ``directConnection`` a driver would connect to the
        address in that report and so bypass a proxy in tests.
        """
        return f"mongodb://{HOST}:{self['mongo']}/?directConnection=true&retryWrites=false&timeoutMS=10000"

    def page(self, name: str) -> str:
        """Return the URL of the HTTP port ``name``."""
        return f"http://{HOST}:{self[name]}"

    def operations(self, service: str) -> str:
        """Return the URL of the operators' port of ``service``."""
        return self.page(operations(service))


def operations(service: str) -> str:
    """Return the name of the operators' port of ``service`` in ``NAMES``."""
    return f"{service}-operations"


def free_block() -> int:
    """Return the base of a free block of ports, for a stack beside others.

    The port before the block is bound until this process ends and reserves the block while the stack starts.
    Each process begins its search at another block, so that concurrent calls rarely collide.
    """
    first = os.getpid() % len(BLOCKS)
    blocks = chain(BLOCKS[first:], BLOCKS[:first])
    return next(base for base in blocks if _reserve(base - 1) and not Ports(base).taken())


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _reserve(port: int) -> bool:
    """Bind ``port`` without listening, until this process ends; returns False where it is in use."""
    probe = socket.socket()
    try:
        probe.bind((HOST, port))
    except OSError:
        probe.close()
        return False
    _reserved.append(probe)
    return True
