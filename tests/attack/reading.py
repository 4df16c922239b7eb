"""Files are read by the offline commands in a process of their own, held to memory and time."""

import io
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from multiprocessing.queues import Queue
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import typer

from services.submissions.cli.read import read
from services.submissions.cli.table import table
from services.submissions.cli.validate import validate
from tests.attack.inputs import File
from tests.attack.plan import Plan

SECONDS = 20  # of processor: what a busy machine takes is no stall of a command
STANDING = 300  # seconds by the clock, for what waits and does not work
BYTES = 3_000_000_000
AS_OF = datetime(2026, 11, 30)  # noqa: DTZ001 - as the command line gives it
GROUP = 100


class Reading(NamedTuple):
    """What became of one file: the command's answer, its seconds, and the error that must not be."""

    number: int
    answer: str
    seconds: float
    error: str = ""


class TooLong(BaseException):
    """A file took more than its seconds."""


def work(seed: int, numbers: Iterable[int], folder: Path, results: "Queue[list[Reading] | None]") -> None:
    """Read the files among ``numbers``; give what became of each, some at a time, and None in the end."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    plan, done = Plan(seed), list[Reading]()
    for number in numbers:
        content = plan.input(number).content if plan.is_file(number) else None
        if isinstance(content, File):
            done.append(try_file(number, content, folder))
        if len(done) >= GROUP:
            results.put(done)
            done = []
    results.put(done)
    results.put(None)


def try_file(number: int, file: File, folder: Path) -> Reading:
    """Have one file read by its command."""
    path = folder / file.name
    path.write_bytes(file.content)
    began = time.monotonic()
    try:
        with _limited(), _silent():
            answer, error = _command(file.command, path), ""
    except (TooLong, Exception) as trouble:  # noqa: BLE001 - whatever a reader may raise is a finding
        answer, error = "crash", _told(trouble)
    finally:
        path.unlink()
    return Reading(number, answer, time.monotonic() - began, error)


def _command(command: str, path: Path) -> str:
    run: Callable[[], Any] = {
        "read": lambda: read([path], None, AS_OF, "attack", as_json=True),
        "validate": lambda: validate([path], None, AS_OF, "attack", as_json=True),
        "table": lambda: table("needs", path, to=None, as_json=True),
    }[command]
    try:
        run()
    except typer.Exit as end:
        return f"exit {end.exit_code}"
    except typer.BadParameter:
        return "exit 2"
    return "exit 0"


@contextmanager
def _limited() -> Iterator[None]:
    def end(which: int, _: FrameType | None) -> None:
        seconds = SECONDS if which == signal.SIGPROF else STANDING
        raise TooLong(f"more than {seconds} s{' of processor' if which == signal.SIGPROF else ''}")

    for which in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(which, end)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, STANDING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _silent() -> Iterator[None]:
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")), redirect_stderr(io.StringIO()):
        yield


def _told(trouble: BaseException) -> str:
    frames = traceback.extract_tb(trouble.__traceback__)
    own = [frame for frame in frames if "/services/" in frame.filename or "/shared/" in frame.filename]
    place = own[-1] if own else frames[-1]
    where = (
        place.filename[place.filename.find("services/") :]
        if "services/" in place.filename
        else place.filename
    )
    sys.stderr.flush()
    return f"{type(trouble).__name__} at {where}:{place.lineno}: {trouble}"[:300]
