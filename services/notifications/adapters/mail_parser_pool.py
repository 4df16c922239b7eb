"""A few processes that parse mail for this one: a mail that kills its process is unreadable, no more.

Parsing is the one thing an outsider's bytes can make slow or large here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel

from services.notifications.adapters.child_processes import ChildProcesses, Died, ProcessLimits, TooSlow
from services.notifications.domain.parsed_mail import MailParseError, ParsedMail

MODULE = "services.notifications.adapters.mail_parser_process"
ParserLimits = ProcessLimits


class ParserAnswer(BaseModel):
    """What a process says of one mail."""

    mail: ParsedMail | None = None
    unreadable: str = ""


class MailParserPool(ChildProcesses):
    """Processes that parse mail."""

    def __init__(self, bounds: ParserLimits = ParserLimits()) -> None:  # noqa: B008 - a constant
        super().__init__(MODULE, bounds)

    async def read(self, raw: bytes) -> ParsedMail:
        """Parse ``raw``. Raises ``MailParseError`` with the reason, and ``RetryableError`` where too many
        wait.
        """
        try:
            answer = ParserAnswer.model_validate_json(await self.ask(raw))
        except TooSlow as error:
            raise MailParseError(f"reading it took longer than {self.bounds.seconds:g} seconds") from error
        except Died as error:
            raise MailParseError(f"reading it took more than {self.bounds.megabytes} MB") from error
        if answer.mail is None:
            raise MailParseError(answer.unreadable)
        return answer.mail


@asynccontextmanager
async def mail_parser_pool(bounds: ParserLimits = ParserLimits()) -> AsyncIterator[MailParserPool]:  # noqa: B008 - a constant
    """A pool until the end of the block."""
    pool = MailParserPool(bounds)
    try:
        yield pool
    finally:
        await pool.close()
