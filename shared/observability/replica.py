"""The name of a process on its connection to the broker, by which operators recognise replicas."""

import os
import socket
from dataclasses import dataclass

from yarl import URL

VERSION = "0.1.0"
PRODUCT = "citiesshare"


@dataclass(frozen=True)
class Replica:
    """One process of a service: its release, and ``place`` as ``host:pid``."""

    service: str
    version: str
    place: str

    @property
    def name(self) -> str:
        """The name of the connection."""
        return f"{PRODUCT} {self.service} {self.version} {self.place}"


def this_replica(service: str) -> Replica:
    """Return the current process as a replica of ``service``."""
    return Replica(service, VERSION, f"{socket.gethostname()}:{os.getpid()}")


def read_name(name: str) -> Replica | None:
    """Return the replica whose connection has this name, or None for another program's connection."""
    product, *parts = name.split(" ")
    return Replica(*parts) if product == PRODUCT and len(parts) == 3 else None


def named(amqp_url: str, service: str) -> str:
    """Return ``amqp_url`` with the connection name of this replica of ``service`` (parameter ``name``)."""
    return str(URL(amqp_url).update_query(name=this_replica(service).name))
