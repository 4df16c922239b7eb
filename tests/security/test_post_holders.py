"""A post and its holder in a real store: nothing brings an old holder back, every change is written down."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.app import prepare_store, returned_mail_handler
from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.context import NotificationContext
from services.notifications.application.introductions import Introductions
from services.notifications.application.ports import MailRefused, ReceivedMail
from services.notifications.application.questions import ASKED_BY
from services.notifications.application.sign_in import PER_ADDRESS, PER_CLIENT, SignIn
from services.notifications.domain.letters import circle
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.link_tokens import key_for
from services.notifications.domain.official_changes import HolderChanged
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import hand_over, stop
from services.notifications.samples import circle_opened
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import TAMPERE, YORK, an_official, solution_recorded
from tests.component.letters import a_context, a_letter, save_officials

SETTINGS = Settings(
    mail_domain="mail.example.org",
    bounce_domain="bounce.example.org",
    reply_domain="reply.example.org",
    letter_secret=SecretStr("for tests only, long"),
)
SENDER = SETTINGS.sender
HOLDER = an_official(email="official-1@example.org", cadence="daily", quiet=None)
NEXT = hand_over(HOLDER, "Jan Nowak", "jan@example.org")


@pytest.fixture
async def context(database: Database) -> AsyncIterator[NotificationContext]:
    async with a_context(SETTINGS, database) as one:
        await save_officials(one.store, [HOLDER])
        yield one


@pytest.fixture
async def back(context: NotificationContext) -> AsyncIterator[ReturnedMailHandler]:
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        yield returned_mail_handler(context, SETTINGS, pool.read)


async def holder(context: NotificationContext) -> Official:
    found = await context.store.officials.find(HOLDER.id)
    assert found is not None
    return found


async def test_a_page_that_read_the_old_holder_writes_nothing_over_the_new_one(
    context: NotificationContext,
) -> None:
    await context.store.officials.hand_over(HOLDER, NEXT)
    for late in (
        context.store.officials.update_preferences(HOLDER, stop(HOLDER, "all"), "page"),
        context.store.officials.confirm(HOLDER.model_copy(update={"status": "pending"})),
        context.store.officials.hand_over(HOLDER, HOLDER.model_copy(update={"name": "Eve"})),
    ):
        with pytest.raises(HolderChanged):
            await late
    assert await holder(context) == NEXT


async def test_undo_takes_back_the_last_wish_of_this_holder_and_never_the_holder(
    context: NotificationContext, database: Database
) -> None:
    await context.store.officials.update_preferences(HOLDER, stop(HOLDER, "alert"), "page")
    await context.store.officials.update_preferences(
        await holder(context), stop(await holder(context), "all"), "one_click"
    )
    for _ in range(2):
        await context.store.officials.undo(await holder(context))
        assert await holder(context) == stop(HOLDER, "alert"), "the last change only"
    await context.store.officials.update_preferences(
        await holder(context), stop(await holder(context), "all"), "one_click"
    )
    stopped = await holder(context)
    await context.store.officials.hand_over(stopped, hand_over(stopped, "Jan Nowak", "jan@example.org"))
    before = await holder(context)
    await context.store.officials.undo(before)
    assert await holder(context) == before, "what an old holder changed is not the new one's to take back"
    older = {"before": HOLDER.model_dump(mode="json"), "via": "hand_over"}
    await database["officials"].update_one({"_id": HOLDER.id}, {"$set": older})
    await context.store.officials.undo(before)
    assert await holder(context) == before, "nor by what an older version kept"


async def test_a_confirmation_brings_nobody_back_who_paused(context: NotificationContext) -> None:
    paused = HOLDER.model_copy(update={"status": "paused"})
    await save_officials(context.store, [paused])
    await context.store.officials.confirm(paused)
    assert (await holder(context)).status == "paused"


async def test_every_change_of_a_post_is_kept_with_its_time_and_its_way(context: NotificationContext) -> None:
    started = datetime.now(UTC) - timedelta(seconds=1)
    await context.store.officials.update_preferences(HOLDER, stop(HOLDER, "alert"), "page")
    now = await holder(context)
    await context.store.officials.update_preferences(now, stop(now, "all"), "one_click")
    await context.store.officials.undo(await holder(context))
    await save_officials(context.store, [(await holder(context)).model_copy(update={"post": "Chief"})])
    await context.enrolment.hand_over(HOLDER.id, "Jan Nowak", "jan@example.org")
    await context.store.officials.confirm(await holder(context))
    changes = await context.store.officials.changes(HOLDER.id)
    assert [(one.way, one.what) for one in reversed(changes)][1:] == [
        ("page", ("kinds_off",)),
        ("one_click", ("cadence",)),
        ("undo", ("cadence",)),
        ("import", ("post",)),
        ("hand_over", ("email", "name", "status")),
        ("confirmation", ("status",)),
    ]
    assert all(one.at >= started for one in changes)
    assert "example.org" not in str(changes), "what was changed, never the values"


async def test_the_log_of_a_post_does_not_grow_for_ever(
    context: NotificationContext, database: Database
) -> None:
    for number in range(130):
        now = await holder(context)
        kind = "all" if number % 2 else "alert"
        again = now.model_copy(update={"kinds_off": (), "cadence": "daily"})
        await context.store.officials.update_preferences(now, stop(again, kind), "page")
    document = await database["officials"].find_one({"_id": HOLDER.id})
    assert document is not None
    assert len(document["changes"]) == 100


async def test_nobody_is_introduced_by_the_yes_of_an_earlier_holder(
    context: NotificationContext, database: Database
) -> None:
    york = an_official(id="york", city=YORK, email="york@example.org")
    mine = HOLDER.model_copy(update={"city": circle_opened().city})
    await save_officials(context.store, [mine, york])
    await Introductions(context.store, context.delivery.entrust).agree(circle.write(circle_opened(), mine))
    after = mine.model_copy(update={"name": "Jan Nowak"})
    await context.store.officials.hand_over(mine, after)
    await Introductions(context.store, context.delivery.entrust).agree(circle.write(circle_opened(), york))
    assert await database["letters"].count_documents({"kind": "circle"}) == 0, "Jan agreed to nothing"
    await Introductions(context.store, context.delivery.entrust).agree(circle.write(circle_opened(), after))
    written = [one async for one in database["letters"].find({"kind": "circle"})]
    met = [CircleLetter.model_validate(one["letter"]).met for one in written]
    assert sorted(one.name for several in met for one in several) == sorted(["Jan Nowak", york.name])


async def asked(sign_in: SignIn, address: str, times: int, client: str = "") -> list[bool]:
    return [await sign_in.request(address, client or f"192.0.2.{number}") for number in range(times)]


async def sign_in_letters(database: Database) -> list[dict[str, Any]]:
    return await database["letters"].find({"kind": {"$in": ["account", "confirmation"]}}).to_list(None)


async def test_one_person_gets_three_sign_in_mails_an_hour_whoever_asks_and_wherever(
    context: NotificationContext, database: Database
) -> None:
    async with a_context(SETTINGS, database) as replica:
        for sign_in in (context.sign_in, replica.sign_in):
            for spelling in ("official-1@example.org", "Official-1@EXAMPLE.org "):
                for number in range(10):
                    assert await sign_in.request(spelling, f"192.0.2.{number}")
                    await asyncio.gather(context.sign_in.answer(), replica.sign_in.answer())
    assert len(await sign_in_letters(database)) == PER_ADDRESS[0].most == 3


async def test_a_page_does_the_same_for_known_and_unknown_addresses(
    context: NotificationContext, database: Database
) -> None:
    """Neither answer nor time can tell them apart: who it is, is looked up by the background."""
    kept = []
    for address in ("official-1@example.org", "nobody@example.org"):
        assert await asked(context.sign_in, address, 5) == [True] * 5
        requests = await database["sign_in_requests"].find({}).to_list(None)
        counters = (
            await database["rate_limits"].find({"_id": {"$regex": "^sign_in_(hour|day)"}}).to_list(None)
        )
        kept.append((len(requests), sorted(one["used"] for one in counters)))
    assert kept == [(2, [3, 3]), (4, [3, 3, 3, 3])] or kept[1][0] == 2 * kept[0][0]
    assert await sign_in_letters(database) == [], "nothing is written while the page answers"
    await context.sign_in.answer()
    assert [one["to"] for one in await sign_in_letters(database)] == ["official-1@example.org"]
    assert await database["sign_in_requests"].count_documents({}) == 0, "who asked is not kept"


async def test_one_client_asks_for_so_many_addresses_and_no_more(context: NotificationContext) -> None:
    most = PER_CLIENT[0].most
    said = [await context.sign_in.request(f"{number}@example.org", "192.0.2.1") for number in range(most + 5)]
    assert said == [True] * most + [False] * 5
    assert await context.sign_in.request("x@example.org", "192.0.2.2"), "others still may"


async def test_an_address_of_an_older_store_is_found_in_any_spelling(
    context: NotificationContext, database: Database
) -> None:
    old = HOLDER.model_dump(mode="json") | {"_id": "old", "id": "old", "email": "Old@example.org"}
    await database["officials"].insert_one(old)
    await prepare_store(database)
    await context.sign_in.request("old@Example.ORG", "192.0.2.1")
    await context.sign_in.answer()
    assert [one["official"] for one in await sign_in_letters(database)] == ["old"]


async def test_who_has_not_confirmed_is_sent_the_confirmation_instead_of_a_way_in(
    context: NotificationContext, database: Database
) -> None:
    await save_officials(context.store, [HOLDER.model_copy(update={"status": "pending"})])
    await context.sign_in.request(HOLDER.email, "192.0.2.1")
    await context.sign_in.answer()
    assert [one["kind"] for one in await sign_in_letters(database)] == ["confirmation"]


async def test_what_an_old_holder_mails_unsubscribes_and_bounces_nobody_else(
    context: NotificationContext, back: ReturnedMailHandler
) -> None:
    letter = a_letter()
    await context.delivery.entrust(letter)
    same_mailbox = HOLDER.model_copy(update={"name": "Jan Nowak"})
    await context.store.officials.hand_over(HOLDER, same_mailbox)
    key = key_for(SENDER.key, "unsubscribe", letter.id)
    assert await back.handle(ReceivedMail(f"Subject: {key}\r\n\r\n".encode(), "unsubscribe@mail.example.org"))
    report = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n--b--\r\n"
    )
    assert not await back.handle(ReceivedMail(report, SENDER.envelope_from(letter)))
    assert (await holder(context)).kinds_off == ()
    assert (await context.store.address_statuses.find(HOLDER.email)).stopped is None


@pytest.mark.parametrize("changes", [{"name": "Jan Nowak"}, {"email": "jan@example.org"}, {"status": "left"}])
async def test_an_old_holder_cannot_write_to_another_city(
    context: NotificationContext, back: ReturnedMailHandler, changes: dict[str, str]
) -> None:
    letter = await shared_letter(context)
    await save_officials(context.store, [HOLDER.model_copy(update=changes)])
    with pytest.raises(MailRefused):
        await back.handle(ReceivedMail(reply(HOLDER.email, "Who runs it?"), letter))


async def test_replies_are_limited_per_sender(
    context: NotificationContext, back: ReturnedMailHandler
) -> None:
    letter = await shared_letter(context)
    for number in range(ASKED_BY[0].most):  # each reply to what a city shares asks it
        assert await back.handle(ReceivedMail(reply("Official-1@EXAMPLE.org", f"Question {number}"), letter))
    with pytest.raises(MailRefused, match="tomorrow"):
        await back.handle(ReceivedMail(reply(HOLDER.email, "One more"), letter))


async def shared_letter(context: NotificationContext) -> str:
    """The address to reply to a letter about what Tampere shares."""
    sharer = an_official(id="sharer", email="sharer@example.org", city=TAMPERE, quiet=None)
    await save_officials(context.store, [sharer])
    await context.store.records.save_solution(solution_recorded())
    await context.delivery.entrust(a_letter())
    address = SENDER.reply_to(a_letter())
    assert address is not None
    return address


def reply(by: str, words: str) -> bytes:
    return f"From: Somebody <{by}>\r\nSubject: Re: 82%\r\n\r\n{words}\r\n".encode()
