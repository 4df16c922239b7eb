"""Replies through the real SMTP door: to the sharing city, and back, without anybody's address."""

from collections.abc import AsyncIterator

import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPRecipientsRefused
from pydantic import SecretStr

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.adapters.mime import put_into_words
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.app import returned_mail_handler
from services.notifications.application.context import NotificationContext
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import TAMPERE, an_official, solution_recorded
from tests.component.letters import a_context, a_letter, letters_to, save_officials

SETTINGS = Settings(reply_domain="reply.example.org", letter_secret=SecretStr("for tests only, long"))
SENDER = SETTINGS.sender
ASKER = an_official(email="official-1@example.org", quiet=None)
SHARER = an_official(id="sharer", email="sharer@example.org", city=TAMPERE, post="Logistics", quiet=None)
LETTER = a_letter()


@pytest.fixture
async def context(database: Database) -> AsyncIterator[NotificationContext]:
    async with a_context(SETTINGS, database) as one:
        await save_officials(one.store, [ASKER, SHARER])
        await one.store.records.save_solution(solution_recorded())
        await one.delivery.entrust(LETTER)
        yield one


@pytest.fixture
async def door(context: NotificationContext) -> AsyncIterator[int]:
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        handler = returned_mail_handler(context, SETTINGS, pool.read)
        inbox = Inbox(handler.is_read, handler.handle, context.store.unreadable_mail.save)
        async with serve_smtp(inbox, "127.0.0.1", 0) as port:
            yield port


async def write(door: int, to: str, words: str, by: str = ASKER.email, more: str = "") -> str:
    async with SMTP(hostname="127.0.0.1", port=door) as client:
        mail = f"From: Somebody <{by}>\r\nTo: {to}\r\nSubject: Re: 82%\r\n{more}\r\n{words}\r\n"
        _, said = await client.sendmail(by, [to], mail.encode())
        return said


async def questions(context: NotificationContext, official: str) -> list[QuestionLetter]:
    read = [read_letter(document["letter"]) for document in await letters_to(context.store, official)]
    return [one for one in read if isinstance(one, QuestionLetter)]


def address(letter: QuestionLetter | None = None) -> str:
    found = SENDER.reply_to(letter or LETTER)
    assert found is not None
    return found


async def test_a_reply_reaches_who_leads_in_the_sharing_city_and_the_answer_who_asked(
    context: NotificationContext, door: int
) -> None:
    for _ in range(2):
        await write(door, address(), "Who runs it at night?\r\n\r\n> 82%")
    (asked,) = await questions(context, SHARER.id)
    assert (asked.says, asked.words, asked.from_post) == ("asks", "Who runs it at night?", ASKER.post)
    assert ASKER.email not in asked.model_dump_json()
    await write(door, address(asked), "A cooperative.", by=SHARER.email)
    (answer,) = await questions(context, ASKER.id)
    assert (answer.says, answer.words, answer.from_post) == ("answers", "A cooperative.", "Logistics")
    assert SHARER.email not in answer.model_dump_json()


@pytest.mark.parametrize(
    ("to", "words", "by"),
    [
        (address(), "Hello", "somebody.else@example.org"),
        (address(), "> only a quotation", ASKER.email),
        ("r+nothing@reply.example.org", "Hello", ASKER.email),
        (address(), "x" * 9_000, ASKER.email),
    ],
)
async def test_a_reply_that_reaches_nobody_is_refused_so_that_its_writer_knows(
    to: str, words: str, by: str, context: NotificationContext, door: int
) -> None:
    with pytest.raises((SMTPDataError, SMTPRecipientsRefused)):
        await write(door, to, words, by)
    assert await questions(context, SHARER.id) == []


async def test_an_automatic_reply_is_not_passed_on(context: NotificationContext, door: int) -> None:
    said = await write(door, address(), "I am away.", more="Auto-Submitted: auto-replied\r\n")
    assert "asks for nothing" in said
    with pytest.raises(SMTPDataError, match="automatic"):
        await write(door, address(), "I am away.", more="Precedence: bulk\r\n")
    assert await questions(context, SHARER.id) == []


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ("", "On Mon, CitiesShare wrote:\r\n> First step: count lorries\r\n\r\nWhich by-law did you use?"),
        ("Content-Type: text/plain; charset=iso-8859-8-i\r\n", "Which by-law did you use?"),
        ("Content-Type: text/html\r\n", "<p>Which by-law did you use?</p><blockquote>82%</blockquote>"),
    ],
    ids=["below the quotation", "odd charset", "html alone"],
)
async def test_what_a_person_wrote_is_read_however_it_was_written(
    more: str, body: str, context: NotificationContext, door: int
) -> None:
    await write(door, address(), body, more=more)
    (asked,) = await questions(context, SHARER.id)
    assert asked.words == "Which by-law did you use?"


async def test_the_letter_that_was_answered_never_comes_through(
    context: NotificationContext, door: int
) -> None:
    said = put_into_words(LETTER, SENDER)
    unmarked = f"From: CitiesShare <{address()}>\nSent: Monday\nTo: Maria\nSubject: x\n\n{said.text}"
    await write(
        door, address(), f"Who runs it?\n\n{unmarked}", more="Content-Type: text/plain; charset=utf-8\r\n"
    )
    (asked,) = await questions(context, SHARER.id)
    assert asked.words == "Who runs it?"
