"""The local stack for development: services restart when their files change (``make dev``).

Broker, store and mailbox keep running. A change below ``services/<name>/`` restarts that service, a change
below ``shared/`` all three. A service that does not start stays down until its files change again. The log
lines of the services are shown together, one line each.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from watchfiles import PythonFilter, awatch

from citiesshare.local.ports import Ports
from citiesshare.local.processes import StackError
from citiesshare.local.stack import SERVICES, Stack, default_data

ROOT = Path(__file__).parents[1]
WATCHED = (ROOT / "services", ROOT / "shared")
SUFFIXES = (".html", ".txt", ".css", ".toml", ".json", ".csv", ".mo")
LOOK_SECONDS = 0.3
HIDDEN = frozenset({"timestamp", "service", "level", "event", "exception"})
COLOURS = {"debug": "\x1b[2m", "warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
PLAIN = "\x1b[0m"


def affected(paths: Iterable[Path]) -> list[str]:
    """Return the services to restart after a change of ``paths``, in the order in which they start."""
    parts = [path.relative_to(ROOT).parts for path in paths]
    if any(first == "shared" for first, *_ in parts):
        return list(SERVICES)
    changed = {rest[0] for first, *rest in parts if first == "services" and rest}
    return [service for service in SERVICES if service in changed]


def readable(name: str, line: str, *, colours: bool) -> str:
    """Return a log line of service ``name`` for display: time, service, event and fields.

    A line that is not a JSON object is shown unchanged after the name of the service.
    """
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return f"{'':8} {name:13} {line}"
    level = str(record.get("level", "info"))
    names = " ".join(
        f"{key}={value}" for key, value in record.items() if key not in HIDDEN and key != "exception"
    )
    text = f"{str(record.get('timestamp', ''))[11:19]:8} {name:13} {record.get('event', '')} {names}".rstrip()
    if colours and level in COLOURS:
        text = f"{COLOURS[level]}{text}{PLAIN}"
    return "\n".join([text, *str(record.get("exception", "")).splitlines()])


class LogTail:
    """Reads the lines that were appended to the logs of the services since the last call."""

    def __init__(self, folder: Path) -> None:
        self._ends = {folder / f"{service}.log": 0 for service in SERVICES}
        for log in self._ends:
            self._ends[log] = log.stat().st_size if log.exists() else 0

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield each new complete line with the name of its service."""
        for log, end in self._ends.items():
            if not log.exists():
                continue
            with log.open("rb") as file:
                file.seek(end)
                added = file.read()
            whole = added[: added.rfind(b"\n") + 1]
            self._ends[log] = end + len(whole)
            yield from ((log.stem, line) for line in whole.decode(errors="replace").splitlines())


def show(text: str) -> None:
    """Print one message and flush."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def show_logs(folder: Path) -> None:
    """Print the logs of the services until it is cancelled."""
    tail, colours = LogTail(folder), sys.stdout.isatty()
    while True:
        for name, line in tail.lines():
            show(readable(name, line, colours=colours))
        await asyncio.sleep(LOOK_SECONDS)


async def changes() -> AsyncIterator[list[str]]:
    """Yield the services to restart after each change of files."""
    async for changed in awatch(*WATCHED, watch_filter=PythonFilter(extra_extensions=SUFFIXES)):
        if services := affected(Path(path) for _, path in changed):
            yield services


async def restart(stack: Stack, services: Iterable[str]) -> None:
    """Restart ``services`` and print whether they are ready."""
    for service in services:
        show(f"── {service} restarts")
        try:
            await stack.restart(service)
        except StackError as error:
            show(f"{error}\n── {service} is down until its files change")
        else:
            show(f"── {service} is ready: {stack.ports.page(service)}/docs")


async def develop(stack: Stack) -> None:
    """Start the stack and restart changed services until SIGINT or SIGTERM."""
    work = asyncio.current_task()
    assert work is not None
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, work.cancel)
    logs = asyncio.create_task(show_logs(stack.data / "log"))
    try:
        await stack.start(lambda name: show(f"── {name} is ready"))
        show(f"── mailbox: {stack.ports.page('mailbox')} · Ctrl-C stops everything")
        async for services in changes():
            await restart(stack, services)
    finally:
        logs.cancel()
        await stack.stop()


def main() -> None:
    """Parse the options and run the stack."""
    parser = argparse.ArgumentParser(
        prog="make dev", description="The local stack, restarted as files change."
    )
    parser.add_argument("--base-port", type=int, default=7600, help="first of thirteen ports on loopback")
    parser.add_argument("--data", type=Path, default=default_data(), help="data folder")
    options = parser.parse_args()
    try:
        asyncio.run(develop(Stack(options.data.absolute(), Ports(options.base_port))))
    except StackError as error:
        sys.exit(str(error))
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    main()
