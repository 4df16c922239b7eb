"""Child processes of the local stack: started with a log file, restarted, stopped by process id."""

import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from citiesshare.local.private_files import FILE, UMASK, private_folder

START_SECONDS = 240.0
STOP_SECONDS = 40.0


class StackError(Exception):
    """A part of the stack did not start; the message names it with its log or what to do."""


@dataclass
class Child:
    """One process: its command, environment (added to the current one), log, and check for readiness."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], Awaitable[bool]]
    process: asyncio.subprocess.Process | None = None
    restarts: int = field(default=0)

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self.process is not None, f"{self.name} has not been started"
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is running."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C does not reach it."""
        private_folder(self.log.parent)
        with open_log(self.log) as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdout=log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,
                umask=UMASK,
            )

    async def until_ready(self) -> None:
        """Wait until it is ready; raises StackError where it ends or takes more than ``START_SECONDS``."""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while self.running:
                    if await self.ready():
                        return
                    await asyncio.sleep(0.1)
        raise StackError(f"{self.name} did not start; the end of its log {self.log}:\n{_tail(self.log)}")

    async def stop(self) -> None:
        """Send SIGTERM, wait up to ``STOP_SECONDS``, then kill the process group."""
        if self.process is None:
            return
        if self.running:
            with suppress(ProcessLookupError):
                self.process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        self.kill()
        await self.process.wait()

    def kill(self) -> None:
        """Kill the process group with SIGKILL, as a crash would."""
        self.send(signal.SIGKILL)

    def send(self, sign: signal.Signals) -> None:
        """Send a signal to the process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, sign)

    async def restart(self) -> None:
        """Start again after the process ended; the rest of its group is killed first."""
        self.kill()
        self.restarts += 1
        await self.start()


def find_program(*names: str) -> str:
    """Return the path of the first installed program of ``names``; raises StackError where none is."""
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise StackError(f"{names[-1]} is not installed: `make setup` installs it")
    return path


def open_log(path: Path) -> BinaryIO:
    """Open ``path`` for appending, with mode 0600 where it is created."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE), "ab")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
