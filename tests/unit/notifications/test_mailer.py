"""What a relay can do to a letter, and what we then say of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.notifications.adapters.smtp import SmtpMailer, xtext
from services.notifications.adapters.smtp_pool import DomainPacing, RelaySettings, SmtpPool
from services.notifications.application.ports import OutgoingMail, SmtpResult
from shared.errors import RetryableError

MESSAGE = b"Subject: x\r\n\r\n.dot\r\nbody\r\n"
PARCEL = OutgoingMail("delivery", "b+delivery.12345678@bounce.example.org", "a+b@city.example.org", MESSAGE)


class Server:
    """A relay of a few lines that answers as told and remembers what it heard."""

    def __init__(self, **answers: str) -> None:
        self.answers = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "END": "250 queued as 7"}
        self.answers |= answers
        self.heard: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line.decode().strip()
            self.heard.append(verb)
            answer = await self.answer(verb, reader)
            if answer == "drop":
                break
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
            if verb == "QUIT":
                break
        writer.close()

    async def answer(self, line: str, reader: asyncio.StreamReader) -> str:
        verb = line.split(maxsplit=1)[0].upper()
        if verb == "EHLO":
            return "250-here\r\n" + self.answers.get("EXTENSIONS", "250 DSN")
        if verb == "DATA" and self.answers["DATA"].startswith("354"):
            return await self.content(reader)
        return self.answers.get(verb, "250 ok")

    async def content(self, reader: asyncio.StreamReader) -> str:
        """The server speaks first: its writer is reached through the reader's transport."""
        reader._transport.write(b"354 go on\r\n")  # type: ignore[attr-defined]
        message = b""
        while (line := await reader.readline()) not in (b".\r\n", b""):
            message += line
        if self.answers["END"].startswith("250"):
            self.messages.append(message)
        return self.answers["END"]


@asynccontextmanager
async def relay(server: Server, connections: int = 1) -> AsyncIterator[SmtpMailer]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    pool = SmtpPool(RelaySettings(port=port, connections=connections, timeout=2, starttls=False))
    try:
        yield SmtpMailer(pool, DomainPacing(per_minute=1e6, back_off=0))
    finally:
        await pool.close()
        listening.close()


async def test_an_accepted_letter_arrives_byte_for_byte_with_its_delivery_options() -> None:
    server = Server()
    async with relay(server) as mailer:
        assert await mailer.hand_over(PARCEL) == SmtpResult("accepted", "data", 250, "queued as 7")
    assert server.messages == [MESSAGE.replace(b"\r\n.", b"\r\n..")]
    assert "MAIL FROM:<b+delivery.12345678@bounce.example.org> RET=HDRS ENVID=delivery" in server.heard
    assert (
        "RCPT TO:<a+b@city.example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@city.example.org"
        in server.heard
    )


async def test_one_connection_carries_many_letters() -> None:
    server = Server()
    async with relay(server) as mailer:
        for _ in range(5):
            await mailer.hand_over(PARCEL)
    assert server.connections == 1
    assert len(server.messages) == 5


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "END"])
async def test_a_5xx_answer_is_a_no_for_good_and_names_its_phase(phase: str) -> None:
    async with relay(Server(**{phase: "550 5.1.1 no such user"})) as mailer:
        handed = await mailer.hand_over(PARCEL)
    assert handed is not None
    assert handed.state == "rejected"
    assert handed.phase == {"MAIL": "mail", "RCPT": "rcpt", "END": "data"}[phase]
    assert handed.code == 550


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "END"])
async def test_a_4xx_answer_is_tried_again_later(phase: str) -> None:
    async with relay(Server(**{phase: "451 4.3.0 try later"})) as mailer:
        with pytest.raises(RetryableError, match="451"):
            await mailer.hand_over(PARCEL)


@pytest.mark.parametrize("phase", ["MAIL", "RCPT"])
async def test_a_line_lost_before_the_content_is_tried_again_later(phase: str) -> None:
    async with relay(Server(**{phase: "drop"})) as mailer:
        with pytest.raises(RetryableError):
            await mailer.hand_over(PARCEL)


async def test_a_line_lost_after_the_content_is_unknown_and_never_tried_again() -> None:
    async with relay(Server(END="drop")) as mailer:
        handed = await mailer.hand_over(PARCEL)
    assert handed is not None
    assert handed.state == "unknown"


async def test_after_a_refusal_the_same_connection_is_used_again() -> None:
    server = Server(RCPT="550 no")
    async with relay(server) as mailer:
        await mailer.hand_over(PARCEL)
        server.answers["RCPT"] = "250 ok"
        handed = await mailer.hand_over(PARCEL)
    assert handed is not None
    assert handed.state == "accepted"
    assert server.connections == 1


async def test_nothing_goes_out_where_somebody_else_has_the_letter() -> None:
    async def taken() -> bool:
        return False

    server = Server()
    async with relay(server) as mailer:
        assert await mailer.hand_over(PARCEL, taken) is None
    assert server.messages == []
    assert "RSET" in server.heard


async def test_a_connection_that_rested_too_long_is_not_trusted() -> None:
    server = Server()
    async with relay(server) as mailer:
        mailer.pool.relay = mailer.pool.relay.model_copy(update={"idle": 0.001})
        for _ in range(2):
            await mailer.hand_over(PARCEL)
            await asyncio.sleep(0.01)
    assert server.connections == 2


async def test_no_relay_at_all_is_tried_again_later() -> None:
    mailer = SmtpMailer(SmtpPool(RelaySettings(port=1, timeout=1)), DomainPacing(1e6, 0))
    with pytest.raises(RetryableError):
        await mailer.hand_over(PARCEL)


async def test_letters_to_one_domain_are_spread_and_other_domains_do_not_wait() -> None:
    clock = asyncio.get_running_loop().time
    pace = DomainPacing(per_minute=1200, back_off=0)
    begun = clock()
    await asyncio.gather(*(pace.wait("slow.example.org") for _ in range(4)))
    spread = clock() - begun
    await pace.wait("other.example.org")
    assert 0.14 <= spread < 1.0
    assert clock() - begun < spread + 0.05


JOZEF = OutgoingMail("delivery", "b+delivery.12345678@bounce.example.org", "józef@city.example.org", MESSAGE)


async def test_an_address_beyond_ascii_asks_the_relay_for_smtputf8_and_no_other_does() -> None:
    server = Server(EXTENSIONS="250-DSN\r\n250-8BITMIME\r\n250 SMTPUTF8")
    async with relay(server) as mailer:
        for parcel in (JOZEF, PARCEL):
            handed = await mailer.hand_over(parcel)
            assert handed is not None
            assert handed.state == "accepted"
    asked = [line for line in server.heard if line.startswith("MAIL")]
    assert ["SMTPUTF8" in line for line in asked] == [True, False]
    assert "RCPT TO:<józef@city.example.org> NOTIFY=FAILURE,DELAY" in server.heard


async def test_where_the_relay_takes_no_such_address_that_is_said() -> None:
    async with relay(Server()) as mailer:
        handed = await mailer.hand_over(JOZEF)
    assert handed is not None
    assert (handed.state, handed.phase) == ("rejected", "rcpt")
    assert "SMTPUTF8" in handed.text


def test_xtext_writes_what_rfc_3461_wants() -> None:
    assert xtext("a+b=c@x.org") == "a+2Bb+3Dc@x.org"
