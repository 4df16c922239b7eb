"""The SMTP server for what comes back, whoever connects: bounded, and with a true answer for each mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtplib import SMTP, SMTPResponseException

from services.notifications.adapters.smtp_server import (
    MOST_CONNECTIONS,
    Inbox,
    serve_smtp,
)
from services.notifications.application.ports import MailRefused, ReceivedMail
from services.notifications.domain.parsed_mail import MOST_BYTES, MailParseError
from shared.errors import RetryableError

OURS = "b+key@bounce.example.org"


class Reader:
    """Takes mail to one address; fails as it is told, and keeps what is set aside."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.full = False
        self.taken: list[ReceivedMail] = []
        self.aside: list[str] = []

    def is_read(self, address: str) -> bool:
        return address == OURS

    async def handle(self, mail: ReceivedMail) -> bool:
        if self.fails is not None:
            raise self.fails
        self.taken.append(mail)
        return True

    async def set_aside(self, _: ReceivedMail, reason: str) -> None:
        if self.full:
            raise ConnectionError("the store is away")
        self.aside.append(reason)


@asynccontextmanager
async def door(reader: Reader) -> AsyncIterator[int]:
    async with serve_smtp(Inbox(reader.is_read, reader.handle, reader.set_aside), "127.0.0.1", 0) as port:
        yield port


async def mailed(port: int, raw: bytes = b"Subject: x\r\n\r\nx\r\n") -> int:
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.mail("")
        await client.rcpt(OURS)
        try:
            return (await client.data(raw)).code
        except SMTPResponseException as error:
            return error.code


@pytest.mark.parametrize(
    ("fails", "full", "code", "aside"),
    [
        (None, False, 250, 0),
        (MailRefused("nobody"), False, 550, 0),
        (MailParseError("too deep"), False, 554, 1),
        (IndexError("a parser's own fault"), False, 554, 1),
        (RecursionError("deep"), False, 554, 1),
        (RetryableError("busy"), False, 451, 0),
        (ConnectionError("the store is away"), False, 451, 0),
        (MailParseError("too deep"), True, 451, 0),
    ],
)
async def test_each_mail_has_a_true_answer_and_what_fails_is_set_aside(
    fails: Exception | None, full: bool, code: int, aside: int
) -> None:
    reader = Reader()
    reader.fails, reader.full = fails, full
    async with door(reader) as port:
        assert await mailed(port) == code
        assert len(reader.aside) == aside
        reader.fails = None
        assert await mailed(port) == 250
    assert reader.taken[-1].sender == ""


async def test_the_size_that_is_taken_is_told_and_more_is_refused() -> None:
    async with door(Reader()) as port, SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.ehlo()
        assert client.esmtp_extensions["size"] == str(MOST_BYTES)
        with pytest.raises(SMTPResponseException, match="552"):
            await client.mail("", options=[f"SIZE={MOST_BYTES + 1}"])
    async with door(Reader()) as port:
        assert await mailed(port, b"x" * 78 + b"\r\n" + (b"x" * 78 + b"\r\n") * (MOST_BYTES // 80)) == 552


@pytest.mark.parametrize("endless", [b"x" * 100_000, b"x" * 900 + b"\r\n"], ids=["line", "mail"])
async def test_what_does_not_end_is_hung_up_on(endless: bytes) -> None:
    """The library keeps a line that is too long until it ends."""
    reader = Reader()
    async with door(reader) as port:
        coming, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{OURS}>\r\nDATA\r\n".encode())
        sent = 0
        try:
            while sent < 20 * MOST_BYTES:
                writer.write(endless * 10)
                await writer.drain()
                sent += len(endless) * 10
        except ConnectionError:
            assert sent < 20 * MOST_BYTES
        writer.close()
        assert sent < 20 * MOST_BYTES
        assert await mailed(port) == 250
        assert coming is not None


async def test_more_connections_than_places_are_turned_away_and_a_place_is_free_again() -> None:
    async with door(Reader()) as port:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_CONNECTIONS)]
        greeted = [(await reader.readline())[:3] for reader, _ in lines]
        assert set(greeted) == {b"220"}
        late, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await late.readline()).startswith(b"421")
        for _, open_line in (*lines, (late, writer)):
            open_line.close()
        await asyncio.sleep(0.2)
        assert await mailed(port) == 250


async def test_many_mails_go_over_one_connection() -> None:
    """What is counted of a connection is counted anew for each mail."""
    reader = Reader()
    raw = b"Subject: x\r\n\r\n" + (b"x" * 78 + b"\r\n") * (MOST_BYTES // 100)
    async with door(reader) as port, SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for _ in range(6):
            await client.sendmail("", [OURS], raw)
    assert len(reader.taken) == 6
