"""What comes back through the real SMTP door: bounces, complaints and unsubscribes by mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtplib import SMTP, SMTPResponseException
from pydantic import SecretStr

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.adapters.mongo.repositories import repositories
from services.notifications.adapters.mongo.unreadable_mail import MongoUnreadableMail
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.inbound_addresses import InboundAddresses
from services.notifications.domain.link_tokens import bounce_address, key_for
from shared.store.mongo import Database
from tests.builders import an_official
from tests.component.letters import a_letter, save_officials
from tests.mail import feedback, nested, reply, report

SECRET = SecretStr("for tests only, long").get_secret_value().encode()
ADDRESSES = InboundAddresses(
    SECRET, "bounce.example.org", "mail.example.org", complaints="complaints@mail.example.org"
)
LETTER, READER = a_letter(), an_official(email="official-1@example.org")
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
BACK = bounce_address(SECRET, LETTER.id, "bounce.example.org")


class Calendar:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def door(database: Database) -> AsyncIterator[tuple[int, NotificationRepositories, Calendar]]:
    store, clock = repositories(database), Calendar()
    await save_officials(store, [READER])
    await store.letters.claim(LETTER, b"raw", START)
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        handler = ReturnedMailHandler(store, ADDRESSES, pool.read, clock)
        inbox = Inbox(handler.is_read, handler.handle, store.unreadable_mail.save)
        async with serve_smtp(inbox, "127.0.0.1", 0) as port:
            yield port, store, clock


async def mail(port: int, raw: bytes, to: str, sender: str = "") -> int:
    """Mail ``raw`` to the door; the code it answered with."""
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        try:
            await client.sendmail(sender, [to], raw)
        except SMTPResponseException as error:
            return error.code
        except Exception as error:  # noqa: BLE001 - all recipients refused
            return int(getattr(error, "recipients", [error])[0].code)
    return 250


async def test_two_hard_bounces_on_different_days_stop_an_address_and_one_click_resumes_it(
    database: Database,
) -> None:
    async with door(database) as (port, store, clock):
        assert await mail(port, report("5.1.1"), BACK) == 250
        assert (await store.address_statuses.find(LETTER.to)).stopped is None
        clock.now = START + timedelta(days=2)
        assert await mail(port, report("5.1.1", diagnostic="smtp; still nobody"), BACK) == 250
        assert (await store.address_statuses.find(LETTER.to)).stopped == "hard_bounce"
        await store.address_statuses.remove(LETTER.to)
        assert (await store.address_statuses.find(LETTER.to)).stopped is None


async def test_the_same_report_twice_counts_once(database: Database) -> None:
    async with door(database) as (port, store, clock):
        for day in range(6):
            clock.now = START + timedelta(days=day)
            await mail(port, report("5.2.0"), BACK)
        assert (await store.address_statuses.find(LETTER.to)).score == 2


async def test_a_report_that_anybody_could_have_made_up_stops_nobody(database: Database) -> None:
    async with door(database) as (port, store, _):
        forged = f"b+{LETTER.id}.aaaaaaaa@bounce.example.org"
        assert await mail(port, report("5.1.1"), forged) == 550
        assert (await store.address_statuses.find(LETTER.to)).score == 0


async def test_mail_for_somebody_else_is_refused(database: Database) -> None:
    async with door(database) as (port, _, __):
        assert await mail(port, b"Subject: hello\r\n\r\nhello\r\n", "someone@elsewhere.example") == 550


async def test_an_unsubscribe_by_mail_needs_only_the_key_of_its_letter(database: Database) -> None:
    async with door(database) as (port, store, _):
        genuine = key_for(SECRET, "unsubscribe", LETTER.id)
        for key, code, off in (("a" * 35, 550, ()), (genuine, 250, ("alert",))):
            raw = f"From: {LETTER.to}\r\nSubject: {key}\r\n\r\n\r\n".encode()
            assert await mail(port, raw, "unsubscribe@mail.example.org") == code
            reader = await store.officials.find(READER.id)
            assert reader is not None
            assert reader.kinds_off == off


async def test_what_reaches_nobody_is_refused_and_what_is_a_machines_is_taken(database: Database) -> None:
    person, machine = reply("Hello"), reply("I am away.", "Auto-Submitted: auto-replied\r\n")
    async with door(database) as (port, _, __):
        for to in ("alerts@mail.example.org", "postmaster@mail.example.org", "b+x.y@bounce.example.org"):
            assert await mail(port, person, to, "reader@example.org") == 550
        assert await mail(port, person, BACK, "reader@example.org") == 550
        assert await mail(port, machine, BACK, "reader@example.org") == 250
        assert await mail(port, person, BACK) == 250


async def test_what_cannot_be_read_is_set_aside_with_its_reason_and_the_next_is_read(
    database: Database,
) -> None:
    async with door(database) as (port, store, _):
        for _ in range(2):
            assert await mail(port, nested(900), BACK) == 554
        assert await mail(port, report("5.1.1"), BACK) == 250
        assert (await store.address_statuses.find(LETTER.to)).score == 2
    (kept,) = await MongoUnreadableMail(database).all()
    assert (kept.to, kept.size) == (BACK, len(nested(900)))
    assert "parts" in kept.reason
    assert await MongoUnreadableMail(database).content(kept.name) == nested(900)
    assert await MongoUnreadableMail(database).remove(kept.name)
    assert await MongoUnreadableMail(database).all() == []


async def test_the_key_is_asked_for_before_the_content(database: Database) -> None:
    async with (
        door(database) as (port, _, __),
        SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client,
    ):
        await client.mail("")
        with pytest.raises(SMTPResponseException, match=r"5\.1\.1"):
            await client.rcpt(f"b+{LETTER.id}.aaaaaaaa@bounce.example.org")
        with pytest.raises(SMTPResponseException):
            await client.data(b"Subject: x\r\n\r\nx\r\n")


async def test_one_mail_has_one_recipient_so_that_each_has_an_answer_of_its_own(database: Database) -> None:
    async with (
        door(database) as (port, _, __),
        SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client,
    ):
        await client.mail("")
        await client.rcpt(BACK)
        with pytest.raises(SMTPResponseException, match=r"4\.5\.3"):
            await client.rcpt("unsubscribe@mail.example.org")


async def test_a_complaint_counts_for_the_letter_whose_key_it_reports(database: Database) -> None:
    async with door(database) as (port, store, _):
        to = "complaints@mail.example.org"
        assert await mail(port, feedback("abuse", f"Message-ID: <{LETTER.id}@mail.example.org>"), to) == 550
        assert await mail(port, feedback("not-spam", f"Return-Path: <{BACK}>"), to) == 250
        assert (await store.address_statuses.find(LETTER.to)).stopped is None
        assert await mail(port, feedback("abuse", f"Return-Path: <{BACK}>"), to) == 250
        assert (await store.address_statuses.find(LETTER.to)).stopped == "complaint"
