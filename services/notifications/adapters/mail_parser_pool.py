"""A few processes that parse mail for this one: a mail that kills its process is unreadable, no more.

Parsing is the one thing an outsider's bytes can make slow or large here. So it happens outside of the event
loop, with a limit on memory and on time, and without this process's environment.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from services.notifications.adapters.mail_parser_process import LENGTH
from services.notifications.domain.parsed_mail import MailParseError, ParsedMail
from shared.errors import RetryableError

ROOT = Path(__file__).parents[3]
LANGUAGE_AND_PATH = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")


class ParserLimits(NamedTuple):
    """How many processes, how much memory and time each has, and how many mails may wait for one."""

    processes: int = 2
    megabytes: int = 128
    seconds: float = 10.0
    waiting: int = 50
    seconds_to_start: float = 60.0


class ParserAnswer(BaseModel):
    """What a process says of one mail."""

    mail: ParsedMail | None = None
    unreadable: str = ""


class MailParserPool:
    """Starts processes when they are needed, and again where one died."""

    def __init__(self, bounds: ParserLimits = ParserLimits()) -> None:  # noqa: B008 - a constant
        self.bounds = bounds
        self._free = asyncio.Semaphore(bounds.processes)
        self._idle: list[Process] = []
        self._asked = 0

    async def read(self, raw: bytes) -> ParsedMail:
        """Parse ``raw``. Raises ``MailParseError`` with the reason, and ``RetryableError`` where too many
        wait.
        """
        if self._asked >= self.bounds.waiting:
            raise RetryableError("too many mails are being read; try again later")
        self._asked += 1
        try:
            async with self._free:
                return await self._ask(raw)
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """End all processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(self, raw: bytes) -> ParsedMail:
        process = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self.bounds.seconds):
                answer = await _answered(process, raw)
        except TimeoutError as error:
            await _end(process)
            raise MailParseError(f"reading it took longer than {self.bounds.seconds:g} seconds") from error
        except (OSError, asyncio.IncompleteReadError) as error:
            await _end(process)
            raise MailParseError(f"reading it took more than {self.bounds.megabytes} MB") from error
        except BaseException:
            await _end(process)
            raise
        self._idle.append(process)
        if answer.mail is None:
            raise MailParseError(answer.unreadable)
        return answer.mail

    async def _start(self) -> Process:
        environment = {name: os.environ[name] for name in LANGUAGE_AND_PATH if name in os.environ}
        module = ("-m", "services.notifications.adapters.mail_parser_process", str(self.bounds.megabytes))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *module, stdin=PIPE, stdout=PIPE, env={**environment, "PYTHONPATH": str(ROOT)}
        )
        try:
            async with asyncio.timeout(self.bounds.seconds_to_start):
                await _answer_of(process)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await _end(process)
            raise RetryableError(
                "the process that reads mail does not start; its error output says why"
            ) from error
        return process


@asynccontextmanager
async def mail_parser_pool(bounds: ParserLimits = ParserLimits()) -> AsyncIterator[MailParserPool]:  # noqa: B008 - a constant
    """A pool until the end of the block."""
    pool = MailParserPool(bounds)
    try:
        yield pool
    finally:
        await pool.close()


async def _answered(process: Process, raw: bytes) -> ParserAnswer:
    assert process.stdin is not None
    process.stdin.write(len(raw).to_bytes(LENGTH, "big") + raw)
    await process.stdin.drain()
    return ParserAnswer.model_validate_json(await _answer_of(process))


async def _answer_of(process: Process) -> bytes:
    assert process.stdout is not None
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
    return await process.stdout.readexactly(length)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
