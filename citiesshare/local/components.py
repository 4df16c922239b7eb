"""The other processes of the local stack: the embedded store, the mailbox, and a service."""

import sys
from collections.abc import Mapping
from pathlib import Path

from citiesshare.local.ports import HOST, Ports
from citiesshare.local.private_files import private_folder
from citiesshare.local.processes import Child, find_program
from citiesshare.local.readiness import accepts_connections, answers_http

# WiredTiger lets client threads evict pages once 10 % of the cache is dirty. The embedded server does so
# while it holds its only lock, and the transaction that pins the pages waits for that lock: with 256 MB it
# deadlocked under load, with 1 GB it did once in a run of all tests. Memory is allocated only as it is used.
STORE_CACHE = "4G"


def store(data: Path, ports: Ports) -> Child:
    """Return the process of a server with MongoDB's protocol; acknowledged writes survive a kill."""
    folder = private_folder(data / "store")
    command = [
        find_program(str(Path(sys.executable).with_name("secantusd-py")), "secantusd-py"),
        *("--host", HOST, "--port", str(ports["mongo"]), "--storage-path", str(folder)),
        *("--sync-on-commit", "--cache-size", STORE_CACHE, "--log-level", "WARNING"),
        *("--oplog-max-entries", "1000", "--oplog-retention-seconds", "120"),
    ]
    return Child("store", command, {}, data / "log/store.log", accepts_connections(ports["mongo"]))


def mailbox(data: Path, ports: Ports) -> Child:
    """Return the process of the mailbox, which accepts and shows every letter and forwards none."""
    environment = {
        "MAILBOX_FOLDER": str(data / "mail"),
        "MAILBOX_SMTP_PORT": str(ports["smtp"]),
        "MAILBOX_HTTP_PORT": str(ports["mailbox"]),
    }
    command = [sys.executable, "-m", "citiesshare.local.mailbox"]
    ready = answers_http(f"{ports.page('mailbox')}/health/live")
    return Child("mailbox", command, environment, data / "log/mailbox.log", ready)


def service(name: str, environment: Mapping[str, str], data: Path, process: str) -> Child:
    """Return one process of the service ``name``; ``process`` is the unique name of this replica."""
    command = [sys.executable, "-m", "citiesshare.cli", name, "serve"]
    ready = answers_http(f"http://{HOST}:{environment['OPERATIONS_PORT']}/health/ready")
    return Child(process, command, environment, data / f"log/{process}.log", ready)
