"""What comes back through the real SMTP door: bounces, complaints and unsubscribes by mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiosmtplib import SMTP, SMTPResponseException
from pydantic import SecretStr

from services.notifications.came_back import CameBack
from services.notifications.domain.tokens import bounce_address, key_for
from services.notifications.front_desk import FrontDesk
from services.notifications.inbound import open_door
from services.notifications.store import Store
from shared.events import Event
from shared.mongo import Database
from tests.builders import an_official
from tests.component.letters import a_letter

SECRET = SecretStr("for tests only, long").get_secret_value().encode()
OURS = frozenset({"bounce.example.org", "mail.example.org"})
LETTER, READER = a_letter(), an_official(email="official-1@example.org")
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
BACK = bounce_address(SECRET, LETTER.id, "bounce.example.org")


class Calendar:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def report(status: str, action: str = "failed", words: str = "no such user") -> bytes:
    return (
        "From: MAILER-DAEMON@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {LETTER.to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n\r\n--b--\r\n"
    ).encode()


async def nothing(_: object) -> None:
    """Nobody listens."""


@asynccontextmanager
async def door(database: Database) -> AsyncIterator[tuple[int, FrontDesk, Calendar]]:
    store, clock = Store(database), Calendar()

    async def say(_: Event) -> None:
        """Nobody listens."""

    desk = FrontDesk(database, say, nothing)
    await store.keep_officials([READER])
    await store.claim(LETTER, b"raw", START)
    back = CameBack(store, desk, SECRET, clock)
    async with open_door(back.take, OURS, "127.0.0.1", 0) as port:
        yield port, desk, clock


async def mail(port: int, raw: bytes, to: str) -> int:
    """Mail ``raw`` to the door; the code it answered with."""
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        try:
            await client.sendmail("", [to], raw)
        except SMTPResponseException as error:
            return error.code
        except Exception as error:  # noqa: BLE001 - all recipients refused
            return int(getattr(error, "recipients", [error])[0].code)
    return 250


async def test_two_hard_bounces_on_different_days_stop_an_address_and_one_click_resumes_it(
    database: Database,
) -> None:
    async with door(database) as (port, desk, clock):
        assert await mail(port, report("5.1.1"), BACK) == 250
        assert (await desk.find_standing(LETTER.to)).stopped is None
        clock.now = START + timedelta(days=2)
        assert await mail(port, report("5.1.1", words="still nobody"), BACK) == 250
        assert (await desk.find_standing(LETTER.to)).stopped == "hard_bounce"
        await desk.resume(LETTER.to)
        assert (await desk.find_standing(LETTER.to)).stopped is None


async def test_the_same_report_twice_counts_once(database: Database) -> None:
    async with door(database) as (port, desk, clock):
        for day in range(6):
            clock.now = START + timedelta(days=day)
            await mail(port, report("5.2.0"), BACK)
        assert (await desk.find_standing(LETTER.to)).score == 2


async def test_a_report_that_anybody_could_have_made_up_stops_nobody(database: Database) -> None:
    async with door(database) as (port, desk, _):
        forged = f"b+{LETTER.id}.aaaaaaaa@bounce.example.org"
        assert await mail(port, report("5.1.1"), forged) == 250
        assert (await desk.find_standing(LETTER.to)).score == 0


async def test_mail_for_somebody_else_is_refused(database: Database) -> None:
    async with door(database) as (port, _, __):
        assert await mail(port, b"Subject: hello\r\n\r\nhello\r\n", "someone@elsewhere.example") == 550


async def test_an_unsubscribe_by_mail_needs_only_the_key_of_its_letter(database: Database) -> None:
    async with door(database) as (port, desk, _):
        for key in ("a" * 35, key_for(SECRET, "unsubscribe", LETTER.id)):
            raw = f"From: {LETTER.to}\r\nSubject: {key}\r\n\r\n\r\n".encode()
            assert await mail(port, raw, "unsubscribe@mail.example.org") == 250
            reader = await desk.find_official(READER.id)
            assert reader is not None
            assert reader.kinds_off == (() if key[0] == key[1] == key[2] else ("alert",))
