"""A letter on its way to a relay that misbehaves: handed over once, or truthfully unknown, never doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from services.notifications.adapters.mime import MimeRenderer
from services.notifications.adapters.mongo.letters import MongoLetters
from services.notifications.adapters.mongo.repositories import repositories
from services.notifications.adapters.smtp import SmtpMailer
from services.notifications.adapters.smtp_pool import DomainPacing, RelaySettings, SmtpPool
from services.notifications.application.delivery import LetterDelivery
from services.notifications.domain.letters import account
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.recipients import recipients
from services.notifications.domain.retry_policy import RetryPolicy
from services.notifications.domain.sender import Sender
from services.notifications.settings import Settings
from shared.errors import RetryableError
from shared.events import LetterSent
from shared.store.mongo import Database
from tests.builders import a_match, an_official, solution_matched
from tests.component.letters import a_context, a_letter, letter_document, save_officials
from tests.component.relays import Behaviour, relay

SENDER = Sender(secret=SecretStr("a secret for tests only"))
PATIENCE = RetryPolicy(lease=timedelta(seconds=60))
LETTER = a_letter()
TODAY = date(2026, 11, 23)


@asynccontextmanager
async def post(database: Database, port: int, patience: float = 30) -> AsyncIterator[LetterDelivery]:
    pool = SmtpPool(RelaySettings(port=port, timeout=patience, starttls=False, back_off=0))
    letters, renderer = MongoLetters(database), MimeRenderer(SENDER)
    yield LetterDelivery(letters, renderer, SmtpMailer(pool, DomainPacing(1e6, 0)), SENDER, PATIENCE)
    await pool.close()


async def sent(sending: LetterDelivery, letter: Letter = LETTER) -> LetterSent:
    """Send a letter that is not held back, and return what became of it."""
    told = await sending.send(letter)
    assert told is not None
    return told


async def state(database: Database, letter: str = LETTER.id) -> str:
    return str((await letter_document(repositories(database), letter))["state"])


async def test_an_accepted_letter_is_said_and_never_sent_again(database: Database) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, post(database, port) as sending:
        told = [await sent(sending) for _ in range(3)]
    assert [one.state for one in told] == ["accepted"] * 3
    assert told[0] == told[2], "a repeat says the same"
    assert len(behaviour.taken) == 1


async def test_of_many_who_send_one_letter_one_does(database: Database) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, post(database, port) as sending:
        told = await asyncio.gather(*(sent(sending) for _ in range(12)), return_exceptions=True)
    assert {type(one).__name__ for one in told} <= {"LetterSent", "RetryableError"}
    assert "LetterSent" in {type(one).__name__ for one in told}
    assert len(behaviour.taken) == 1
    assert await state(database) == "accepted"


@pytest.mark.parametrize(
    "does",
    [{"rcpt": "550 5.1.1 no such user"}, {"data": "554 5.7.1 not wanted"}],
    ids=["address", "content"],
)
async def test_a_refusal_for_good_is_an_end(database: Database, does: dict[str, Any]) -> None:
    behaviour = Behaviour(**does)
    async with relay(behaviour) as port, post(database, port) as sending:
        first, again = await sent(sending), await sent(sending)
    assert (first.state, again.state) == ("rejected", "rejected")
    assert first.reason is not None
    assert behaviour.tries == 1


@pytest.mark.parametrize(
    "does",
    [{"rcpt": "451 4.7.1 greylisted"}, {"data": "452 4.2.2 full"}, {"hang_up": "rcpt"}],
    ids=["address put off", "content put off", "line lost before the content"],
)
async def test_what_the_relay_puts_off_is_held_and_sent_once(
    database: Database, does: dict[str, Any]
) -> None:
    """It was tried with its message before, and so given up after an hour; held letters have days."""
    behaviour = Behaviour(**does)
    async with relay(behaviour) as port, post(database, port) as sending:
        assert await sending.send(LETTER) is None
        assert await state(database) == "held"
        assert await sending.send(LETTER) is None, "who hears the message again leaves it to the round"
        behaviour.rcpt, behaviour.data, behaviour.hang_up = "250 ok", "250 kept", None
        await database["letters"].update_one({"_id": LETTER.id}, {"$set": {"not_before": datetime.now(UTC)}})
        await sending.send_held(LETTER.id)
        assert (await sent(sending)).state == "accepted"
    assert len(behaviour.taken) == 1


async def test_an_alert_that_is_put_off_lives_as_long_as_a_held_letter(database: Database) -> None:
    patience = RetryPolicy(lease=timedelta(seconds=60), first=timedelta(0), most=timedelta(days=5))
    async with relay(Behaviour(rcpt="451 4.7.1 greylisted")) as port, post(database, port) as sending:
        sending.retry_policy = patience
        assert await sending.send(LETTER) is None
        for days, expected in ((4, "held"), (6, "rejected")):
            since = datetime.now(UTC) - timedelta(days=days)
            await database["letters"].update_one({"_id": LETTER.id}, {"$set": {"put_off.since": since}})
            with pytest.raises(RetryableError):
                await sending.send_held(LETTER.id)
            assert await state(database) == expected


@pytest.mark.parametrize(
    ("answer", "grade", "score"),
    [("550 5.1.1 no such user", "hard", 2), ("554 5.7.1 blocked using zen.spamhaus.org", "other", 0)],
)
async def test_a_refusal_at_once_counts_where_it_is_about_the_address(
    answer: str, grade: str, score: int, database: Database
) -> None:
    behaviour = Behaviour(rcpt=answer)
    async with relay(behaviour) as port:
        settings = Settings(smtp_port=port, smtp_starttls=False)
        async with a_context(settings, database) as context:
            await save_officials(context.store, [an_official(id="official-1", email=LETTER.to, quiet=None)])
            told = await context.delivery.send(LETTER)
            assert told is not None
            assert told.state == "rejected"
            assert (await context.store.address_statuses.find(LETTER.to)).score == score
            kept = await letter_document(context.store, LETTER.id)
    assert [one["grade"] for one in kept["returned"]] == [grade]


async def test_a_letter_is_dated_when_it_is_sent_and_names_its_city(database: Database) -> None:
    behaviour = Behaviour()
    settings = Settings(letter_secret=SENDER.secret, smtp_starttls=False)
    reader = an_official(id="official-1", email=LETTER.to, quiet=None)
    letter = account.write(reader, "sign_in", datetime.now(UTC) - timedelta(minutes=5))
    assert letter.city_name == letter.city
    async with relay(behaviour) as port:
        here = settings.model_copy(update={"smtp_port": port})
        async with a_context(here, database) as context:
            await save_officials(context.store, [reader])
            await context.match_cards.save(solution_matched(), a_match(), recipients([], a_match(), TODAY))
            await context.delivery.send(letter)
    (raw,) = behaviour.taken
    sent_at = parsedate_to_datetime(str(message_from_bytes(raw)["Date"]))
    assert datetime.now(UTC) - sent_at < timedelta(minutes=1)
    kept = await letter_document(repositories(database), letter.id)
    assert kept["letter"]["city_name"] == "Kraków"


@pytest.mark.parametrize("other", ["451 later", "550 never"])
async def test_nobody_takes_a_letter_back_that_another_is_handing_over(
    database: Database, other: str
) -> None:
    """Two replicas read "claimed"; one passes the point of no return, the other meets a refusal."""
    store = MongoLetters(database)
    claimed = await store.claim(LETTER, b"bytes", datetime.now(UTC))
    assert claimed.unsent is not None
    async with relay(Behaviour(rcpt=other)) as port, post(database, port) as late:
        await store.begin_handing(LETTER.id, datetime.now(UTC) + PATIENCE.lease)
        with suppress(RetryableError):
            await late._hand_over(LETTER, claimed.unsent.message)
    assert await state(database) == "handing"


async def test_a_relay_that_is_away_is_asked_later(database: Database) -> None:
    async with post(database, port=1) as sending:
        assert await sending.send(LETTER) is None
    assert await state(database) == "held"


@pytest.mark.parametrize(
    ("does", "taken"),
    [
        ({"hang_up": "data"}, 0),
        ({"hang_up": "after"}, 1),
        ({"stall": True}, 1),
    ],
    ids=["hangs up, took nothing", "hangs up, took it", "took it and stalls"],
)
async def test_a_line_lost_after_the_content_is_unknown_and_never_repeated(
    database: Database, does: dict[str, Any], taken: int
) -> None:
    behaviour = Behaviour(**does)
    async with relay(behaviour) as port, post(database, port, patience=1.5) as sending:
        first = await sent(sending)
        behaviour.hang_up, behaviour.stall = None, False
        again = await sent(sending)
    assert (first.state, again.state) == ("unknown", "unknown")
    assert len(behaviour.taken) == taken


async def test_who_died_while_handing_over_leaves_a_letter_that_becomes_unknown(database: Database) -> None:
    behaviour = Behaviour()
    store = MongoLetters(database)
    await store.claim(LETTER, b"bytes", datetime.now(UTC))
    await store.begin_handing(LETTER.id, datetime.now(UTC) + PATIENCE.lease)
    async with relay(behaviour) as port, post(database, port) as sending:
        with pytest.raises(RetryableError):
            await sent(sending)
        await database["letters"].update_one(
            {"_id": LETTER.id}, {"$set": {"lease": datetime.now(UTC) - timedelta(seconds=1)}}
        )
        assert (await sent(sending)).state == "unknown"
    assert behaviour.taken == []


async def test_who_died_before_the_content_leaves_a_letter_that_is_sent(database: Database) -> None:
    behaviour = Behaviour()
    await MongoLetters(database).claim(LETTER, b"Subject: first words\r\n\r\nx\r\n", datetime.now(UTC))
    async with relay(behaviour) as port, post(database, port) as sending:
        assert (await sent(sending)).state == "accepted"
    assert behaviour.taken[0].startswith(b"Subject: first words"), "the bytes of the first claim are sent"


async def test_letters_to_several_officials_go_side_by_side(database: Database) -> None:
    behaviour = Behaviour()
    letters = [a_letter(f"official-{number}") for number in range(10)]
    async with relay(behaviour) as port, post(database, port) as sending:
        told = await asyncio.gather(*(sent(sending, letter) for letter in letters))
    assert {one.state for one in told} == {"accepted"}
    assert len(behaviour.taken) == len({one.letter for one in told}) == 10
