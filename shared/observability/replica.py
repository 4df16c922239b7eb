"""Which process this is, as operators see it: the name it gives its connection to the broker."""

import os
import socket
from dataclasses import dataclass

from yarl import URL

VERSION = "0.1.0"
PRODUCT = "citiesshare"


@dataclass(frozen=True)
class Replica:
    """One process of a service: its release, and the host with the process id where it runs."""

    service: str
    version: str
    place: str

    @property
    def name(self) -> str:
        """As the connection is called."""
        return f"{PRODUCT} {self.service} {self.version} {self.place}"


def this_replica(service: str) -> Replica:
    """The process this runs in, as a replica of ``service``."""
    return Replica(service, VERSION, f"{socket.gethostname()}:{os.getpid()}")


def read_name(name: str) -> Replica | None:
    """The replica whose connection has this name; None where it is somebody else's."""
    product, *parts = name.split(" ")
    return Replica(*parts) if product == PRODUCT and len(parts) == 3 else None


def named(amqp_url: str, service: str) -> str:
    """``amqp_url`` for a connection that says which replica it is."""
    return str(URL(amqp_url).update_query(name=this_replica(service).name))
