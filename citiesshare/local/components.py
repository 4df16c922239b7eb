"""The parts beside the broker, as processes: the embedded store, the mailbox, and a service."""

import sys
from collections.abc import Mapping
from pathlib import Path

from citiesshare.local.ports import HOST, Ports
from citiesshare.local.private_files import private_folder
from citiesshare.local.processes import Child, installed
from citiesshare.local.readiness import accepting, answering

# WiredTiger has clients' threads evict once a tenth of the cache holds changes. The server does so under its
# one lock, and what pins the changes waits for that lock: with 256 MB it stood still for ever under load.
# Memory is taken as it is used.
STORE_CACHE = "1G"


def store(data: Path, ports: Ports) -> Child:
    """A server that speaks MongoDB's protocol; what it acknowledged survives that it is killed."""
    folder = private_folder(data / "store")
    command = [
        installed(str(Path(sys.executable).with_name("secantusd-py")), "secantusd-py"),
        *("--host", HOST, "--port", str(ports["mongo"]), "--storage-path", str(folder)),
        *("--sync-on-commit", "--cache-size", STORE_CACHE, "--log-level", "WARNING"),
        *("--oplog-max-entries", "1000", "--oplog-retention-seconds", "120"),
    ]
    return Child("store", command, {}, data / "log/store.log", accepting(ports["mongo"]))


def mailbox(data: Path, ports: Ports) -> Child:
    """Takes every letter and shows it; sends nothing on."""
    environment = {
        "MAILBOX_FOLDER": str(data / "mail"),
        "MAILBOX_SMTP_PORT": str(ports["smtp"]),
        "MAILBOX_HTTP_PORT": str(ports["mailbox"]),
    }
    command = [sys.executable, "-m", "citiesshare.local.mailbox"]
    ready = answering(f"{ports.page('mailbox')}/health/live")
    return Child("mailbox", command, environment, data / "log/mailbox.log", ready)


def service(which: str, environment: Mapping[str, str], data: Path, called: str) -> Child:
    """One process of the service ``which``; replicas are ``called`` something of their own."""
    command = [sys.executable, "-m", "citiesshare.cli", which, "serve"]
    ready = answering(f"http://{HOST}:{environment['OPERATIONS_PORT']}/health/ready")
    return Child(called, command, environment, data / f"log/{called}.log", ready)
