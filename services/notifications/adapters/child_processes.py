"""A few processes that work for this one, started when they are needed, and again where one died.

What can be slow or large happens in them: outside of the event loop, with a limit on memory and on time, and
without this process's environment. A question that kills its process is not asked again.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from services.notifications.adapters.child_process import LENGTH
from shared.errors import RetryableError

ROOT = Path(__file__).parents[3]
LANGUAGE_AND_PATH = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")


class ProcessLimits(NamedTuple):
    """How many processes, how much memory and time each has, and how many questions may wait for one."""

    processes: int = 2
    megabytes: int = 128
    seconds: float = 10.0
    waiting: int = 50
    seconds_to_start: float = 60.0


class TooSlow(Exception):
    """A question took longer than it may."""


class Died(Exception):
    """A question ended its process, most often for want of memory."""


class ChildProcesses:
    """Processes that run ``module``, which calls ``answer_questions`` with the megabytes it is given."""

    def __init__(self, module: str, bounds: ProcessLimits) -> None:
        self.bounds = bounds
        self._module = module
        self._free = asyncio.Semaphore(bounds.processes)
        self._idle: list[Process] = []
        self._asked = 0

    async def ask(self, question: bytes) -> bytes:
        """Return the answer.

        Raises ``TooSlow``, ``Died``, and ``RetryableError`` where too many wait or no process starts.
        """
        if self._asked >= self.bounds.waiting:
            raise RetryableError("too many wait for a process; try again later")
        self._asked += 1
        try:
            async with self._free:
                return await self._ask(question)
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """End all processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(self, question: bytes) -> bytes:
        process = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self.bounds.seconds):
                answer = await _answered(process, question)
        except TimeoutError as error:
            await _end(process)
            raise TooSlow from error
        except (OSError, asyncio.IncompleteReadError) as error:
            await _end(process)
            raise Died from error
        except BaseException:
            await _end(process)
            raise
        self._idle.append(process)
        return answer

    async def _start(self) -> Process:
        environment = {name: os.environ[name] for name in LANGUAGE_AND_PATH if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", self._module, str(self.bounds.megabytes)),
            stdin=PIPE,
            stdout=PIPE,
            env={**environment, "PYTHONPATH": str(ROOT)},
        )
        try:
            async with asyncio.timeout(self.bounds.seconds_to_start):
                await _answer_of(process)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await _end(process)
            raise RetryableError(f"{self._module} does not start; its error output says why") from error
        return process


async def _answered(process: Process, question: bytes) -> bytes:
    assert process.stdin is not None
    process.stdin.write(len(question).to_bytes(LENGTH, "big") + question)
    await process.stdin.drain()
    return await _answer_of(process)


async def _answer_of(process: Process) -> bytes:
    assert process.stdout is not None
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
    return await process.stdout.readexactly(length)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
