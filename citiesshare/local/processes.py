"""Child processes of the single-machine stack: started with a log file, watched, restarted, stopped by id."""

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
    """Something of the stack did not come up; the message names it, its log and the mend."""


@dataclass
class Child:
    """One process: how it is started, and how one knows that it is there."""

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
        """Whether the process is there."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start in a session of its own, so that Ctrl-C reaches the stack first."""
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
        """Wait for the fact that it answers; raises StackError when it ends or takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while self.running:
                    if await self.ready():
                        return
                    await asyncio.sleep(0.1)
        raise StackError(f"{self.name} did not come up; the end of its log {self.log}:\n{_tail(self.log)}")

    async def stop(self) -> None:
        """Ask the process to stop, wait, and end its whole group if it does not."""
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
        """End the process and its whole group at once, as a crash would; nobody gets to say goodbye."""
        self.send(signal.SIGKILL)

    def send(self, sign: signal.Signals) -> None:
        """Send ``sign`` to the whole group: SIGSTOP makes it stall, SIGCONT lets it go on."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, sign)

    async def revive(self) -> None:
        """Start again after it was killed: what is left of its group first ends."""
        self.kill()
        self.restarts += 1
        await self.start()


def installed(*names: str) -> str:
    """Where the first of the programs ``names`` is that is installed; raises StackError where none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise StackError(f"{names[-1]} is not installed: `make setup` installs it")
    return found


def open_log(path: Path) -> BinaryIO:
    """Open ``path`` to write at its end; only its owner may read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE), "ab")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
