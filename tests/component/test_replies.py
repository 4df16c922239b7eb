"""Replies through the real SMTP door: to the sharing city, and back, without anybody's address."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPRecipientsRefused
from pydantic import SecretStr

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.adapters.mime import put_into_words
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.replies import Replies
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.handlers import HandlerContext, leads
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import TAMPERE, an_official, solution_recorded
from tests.component.letters import a_letter, a_room

SETTINGS = Settings(reply_domain="reply.example.org", letter_secret=SecretStr("for tests only, long"))
SENDER = SETTINGS.sender
ASKER = an_official(email="official-1@example.org", quiet=None)
SHARER = an_official(id="sharer", email="sharer@example.org", city=TAMPERE, post="Logistics", quiet=None)
LETTER = a_letter()


@pytest.fixture
async def room(database: Database) -> AsyncIterator[HandlerContext]:
    async with a_room(SETTINGS, database) as one:
        await one.store.keep_officials([ASKER, SHARER])
        await one.records.keep_solution(solution_recorded())
        await one.post.entrust(LETTER)
        yield one


@pytest.fixture
async def door(room: HandlerContext) -> AsyncIterator[int]:
    replies = Replies(room.desk, room.records, SENDER, partial(leads, room.store), room.post.entrust)
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        came_back = ReturnedMailHandler(room.store, room.desk, SENDER.inbound, pool.read, replies=replies)
        inbox = Inbox(came_back.known, came_back.take, room.unreadable.keep)
        async with serve_smtp(inbox, "127.0.0.1", 0) as port:
            yield port


async def write(door: int, to: str, words: str, by: str = ASKER.email, more: str = "") -> str:
    async with SMTP(hostname="127.0.0.1", port=door) as client:
        mail = f"From: Somebody <{by}>\r\nTo: {to}\r\nSubject: Re: 82%\r\n{more}\r\n{words}\r\n"
        _, said = await client.sendmail(by, [to], mail.encode())
        return said


async def questions(room: HandlerContext, official: str) -> list[QuestionLetter]:
    standing = [await room.store.letter(one["_id"]) for one in await room.store.letters(official)]
    read = [read_letter(one["letter"]) for one in standing if one is not None]
    return [one for one in read if isinstance(one, QuestionLetter)]


def address(letter: QuestionLetter | None = None) -> str:
    found = SENDER.reply_to(letter or LETTER)
    assert found is not None
    return found


async def test_a_reply_reaches_who_leads_in_the_sharing_city_and_the_answer_who_asked(
    room: HandlerContext, door: int
) -> None:
    for _ in range(2):
        await write(door, address(), "Who runs it at night?\r\n\r\n> 82%")
    (asked,) = await questions(room, SHARER.id)
    assert (asked.says, asked.words, asked.from_post) == ("asks", "Who runs it at night?", ASKER.post)
    assert ASKER.email not in asked.model_dump_json()
    await write(door, address(asked), "A cooperative.", by=SHARER.email)
    (answer,) = await questions(room, ASKER.id)
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
    to: str, words: str, by: str, room: HandlerContext, door: int
) -> None:
    with pytest.raises((SMTPDataError, SMTPRecipientsRefused)):
        await write(door, to, words, by)
    assert await questions(room, SHARER.id) == []


async def test_an_automatic_reply_is_not_passed_on(room: HandlerContext, door: int) -> None:
    said = await write(door, address(), "I am away.", more="Auto-Submitted: auto-replied\r\n")
    assert "asks for nothing" in said
    with pytest.raises(SMTPDataError, match="automatic"):
        await write(door, address(), "I am away.", more="Precedence: bulk\r\n")
    assert await questions(room, SHARER.id) == []


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
    more: str, body: str, room: HandlerContext, door: int
) -> None:
    await write(door, address(), body, more=more)
    (asked,) = await questions(room, SHARER.id)
    assert asked.words == "Which by-law did you use?"


async def test_the_letter_that_was_answered_never_comes_through(room: HandlerContext, door: int) -> None:
    said = put_into_words(LETTER, SENDER)
    unmarked = f"From: CitiesShare <{address()}>\nSent: Monday\nTo: Maria\nSubject: x\n\n{said.text}"
    await write(
        door, address(), f"Who runs it?\n\n{unmarked}", more="Content-Type: text/plain; charset=utf-8\r\n"
    )
    (asked,) = await questions(room, SHARER.id)
    assert asked.words == "Who runs it?"
