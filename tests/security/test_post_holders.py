"""A post and its holder in a real store: nothing brings an old holder back, every change is written down."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from services.notifications.adapters.mail_parser_pool import ParserLimits, mail_parser_pool
from services.notifications.adapters.mongo.officials import HolderChanged
from services.notifications.adapters.mongo.page_service import REPLIES_SENT, PageService
from services.notifications.adapters.smtp_server import MailRefused, Received
from services.notifications.app import reader_of_returns
from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.sign_in import PER_ADDRESS, PER_CLIENT
from services.notifications.domain.letters import circle
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.link_tokens import key_for
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import hand_over, stop
from services.notifications.handlers import HandlerContext
from services.notifications.samples import circle_opened
from services.notifications.settings import Settings
from shared.store.mongo import Database
from tests.builders import TAMPERE, YORK, an_official, solution_recorded
from tests.component.letters import a_letter, a_room

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
async def room(database: Database) -> AsyncIterator[HandlerContext]:
    async with a_room(SETTINGS, database) as one:
        await one.store.keep_officials([HOLDER])
        yield one


@pytest.fixture
async def back(room: HandlerContext) -> AsyncIterator[ReturnedMailHandler]:
    async with mail_parser_pool(ParserLimits(processes=1)) as pool:
        yield reader_of_returns(room, SETTINGS, pool.read)


async def holder(room: HandlerContext) -> Official:
    found = await room.desk.find_official(HOLDER.id)
    assert found is not None
    return found


async def test_a_page_that_read_the_old_holder_writes_nothing_over_the_new_one(room: HandlerContext) -> None:
    await room.desk.hand_over(HOLDER, NEXT)
    for late in (
        room.desk.change_wishes(HOLDER, stop(HOLDER, "all"), "page"),
        room.desk.confirm(HOLDER.model_copy(update={"status": "pending"})),
        room.desk.hand_over(HOLDER, HOLDER.model_copy(update={"name": "Eve"})),
    ):
        with pytest.raises(HolderChanged):
            await late
    assert await holder(room) == NEXT


async def test_undo_takes_back_the_last_wish_of_this_holder_and_never_the_holder(
    room: HandlerContext, database: Database
) -> None:
    await room.desk.change_wishes(HOLDER, stop(HOLDER, "alert"), "page")
    await room.desk.change_wishes(await holder(room), stop(await holder(room), "all"), "one_click")
    for _ in range(2):
        await room.desk.undo(await holder(room))
        assert await holder(room) == stop(HOLDER, "alert"), "the last change only"
    await room.desk.change_wishes(await holder(room), stop(await holder(room), "all"), "one_click")
    stopped = await holder(room)
    await room.desk.hand_over(stopped, hand_over(stopped, "Jan Nowak", "jan@example.org"))
    before = await holder(room)
    await room.desk.undo(before)
    assert await holder(room) == before, "what an old holder changed is not the new one's to take back"
    older = {"before": HOLDER.model_dump(mode="json"), "via": "hand_over"}
    await database["officials"].update_one({"_id": HOLDER.id}, {"$set": older})
    await room.desk.undo(before)
    assert await holder(room) == before, "nor by what an older version kept"


async def test_a_confirmation_brings_nobody_back_who_paused(room: HandlerContext) -> None:
    paused = HOLDER.model_copy(update={"status": "paused"})
    await room.store.keep_officials([paused])
    await room.desk.confirm(paused)
    assert (await holder(room)).status == "paused"


async def test_every_change_of_a_post_is_kept_with_its_time_and_its_way(room: HandlerContext) -> None:
    started = datetime.now(UTC) - timedelta(seconds=1)
    await room.desk.change_wishes(HOLDER, stop(HOLDER, "alert"), "page")
    now = await holder(room)
    await room.desk.change_wishes(now, stop(now, "all"), "one_click")
    await room.desk.undo(await holder(room))
    await room.store.keep_officials([(await holder(room)).model_copy(update={"post": "Chief"})])
    await room.enrolment.hand_over(HOLDER.id, "Jan Nowak", "jan@example.org")
    await room.desk.confirm(await holder(room))
    changes = await room.desk.find_changes(HOLDER)
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


async def test_the_log_of_a_post_does_not_grow_for_ever(room: HandlerContext, database: Database) -> None:
    for number in range(130):
        now = await holder(room)
        kind = "all" if number % 2 else "alert"
        again = now.model_copy(update={"kinds_off": (), "cadence": "daily"})
        await room.desk.change_wishes(now, stop(again, kind), "page")
    document = await database["officials"].find_one({"_id": HOLDER.id})
    assert document is not None
    assert len(document["changes"]) == 100


async def test_nobody_is_introduced_by_the_yes_of_an_earlier_holder(
    room: HandlerContext, database: Database
) -> None:
    york = an_official(id="york", city=YORK, email="york@example.org")
    mine = HOLDER.model_copy(update={"city": circle_opened().city})
    await room.store.keep_officials([mine, york])
    await room.desk.agree(circle.write(circle_opened(), mine))
    after = mine.model_copy(update={"name": "Jan Nowak"})
    await room.desk.hand_over(mine, after)
    await room.desk.agree(circle.write(circle_opened(), york))
    assert await database["letters"].count_documents({"kind": "circle"}) == 0, "Jan agreed to nothing"
    await room.desk.agree(circle.write(circle_opened(), after))
    written = [one async for one in database["letters"].find({"kind": "circle"})]
    met = [CircleLetter.model_validate(one["letter"]).met for one in written]
    assert sorted(one.name for several in met for one in several) == sorted(["Jan Nowak", york.name])


async def asked(desk: PageService, address: str, times: int, client: str = "") -> list[bool]:
    return [await desk.ask_way_in(address, client or f"192.0.2.{number}") for number in range(times)]


async def sign_in_letters(database: Database) -> list[dict[str, Any]]:
    return await database["letters"].find({"kind": {"$in": ["account", "confirmation"]}}).to_list(None)


async def test_one_person_gets_three_sign_in_mails_an_hour_whoever_asks_and_wherever(
    room: HandlerContext, database: Database
) -> None:
    async with a_room(SETTINGS, database) as replica:
        for desk in (room.desk, replica.desk):
            for spelling in ("official-1@example.org", "Official-1@EXAMPLE.org "):
                for number in range(10):
                    assert await desk.ask_way_in(spelling, f"192.0.2.{number}")
                    await asyncio.gather(room.desk.sign_in.answer(), replica.desk.sign_in.answer())
    assert len(await sign_in_letters(database)) == PER_ADDRESS[0].most == 3


async def test_a_page_does_the_same_for_known_and_unknown_addresses(
    room: HandlerContext, database: Database
) -> None:
    """Neither answer nor time can tell them apart: who it is, is looked up by the background."""
    kept = []
    for address in ("official-1@example.org", "nobody@example.org"):
        assert await asked(room.desk, address, 5) == [True] * 5
        requests = await database["sign_in_requests"].find({}).to_list(None)
        counters = (
            await database["rate_limits"].find({"_id": {"$regex": "^sign_in_(hour|day)"}}).to_list(None)
        )
        kept.append((len(requests), sorted(one["used"] for one in counters)))
    assert kept == [(2, [3, 3]), (4, [3, 3, 3, 3])] or kept[1][0] == 2 * kept[0][0]
    assert await sign_in_letters(database) == [], "nothing is written while the page answers"
    await room.desk.sign_in.answer()
    assert [one["to"] for one in await sign_in_letters(database)] == ["official-1@example.org"]
    assert await database["sign_in_requests"].count_documents({}) == 0, "who asked is not kept"


async def test_one_client_asks_for_so_many_addresses_and_no_more(room: HandlerContext) -> None:
    most = PER_CLIENT[0].most
    said = [await room.desk.ask_way_in(f"{number}@example.org", "192.0.2.1") for number in range(most + 5)]
    assert said == [True] * most + [False] * 5
    assert await room.desk.ask_way_in("x@example.org", "192.0.2.2"), "others still may"


async def test_an_address_of_an_older_store_is_found_in_any_spelling(
    room: HandlerContext, database: Database
) -> None:
    old = HOLDER.model_dump(mode="json") | {"_id": "old", "id": "old", "email": "Old@example.org"}
    await database["officials"].insert_one(old)
    await room.prepare()
    await room.desk.ask_way_in("old@Example.ORG", "192.0.2.1")
    await room.desk.sign_in.answer()
    assert [one["official"] for one in await sign_in_letters(database)] == ["old"]


async def test_who_has_not_confirmed_is_sent_the_confirmation_instead_of_a_way_in(
    room: HandlerContext, database: Database
) -> None:
    await room.store.keep_officials([HOLDER.model_copy(update={"status": "pending"})])
    await room.desk.ask_way_in(HOLDER.email, "192.0.2.1")
    await room.desk.sign_in.answer()
    assert [one["kind"] for one in await sign_in_letters(database)] == ["confirmation"]


async def test_what_an_old_holder_mails_unsubscribes_and_bounces_nobody_else(
    room: HandlerContext, back: ReturnedMailHandler
) -> None:
    letter = a_letter()
    await room.post.entrust(letter)
    same_mailbox = HOLDER.model_copy(update={"name": "Jan Nowak"})
    await room.desk.hand_over(HOLDER, same_mailbox)
    key = key_for(SENDER.key, "unsubscribe", letter.id)
    assert await back.take(Received(f"Subject: {key}\r\n\r\n".encode(), "unsubscribe@mail.example.org"))
    report = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n--b--\r\n"
    )
    assert not await back.take(Received(report, SENDER.envelope_from(letter)))
    assert (await holder(room)).kinds_off == ()
    assert (await room.desk.find_standing(HOLDER.email)).stopped is None


@pytest.mark.parametrize("changes", [{"name": "Jan Nowak"}, {"email": "jan@example.org"}, {"status": "left"}])
async def test_an_old_holder_cannot_write_to_another_city(
    room: HandlerContext, back: ReturnedMailHandler, changes: dict[str, str]
) -> None:
    letter = await shared_letter(room)
    await room.store.keep_officials([HOLDER.model_copy(update=changes)])
    with pytest.raises(MailRefused):
        await back.take(Received(reply(HOLDER.email, "Who runs it?"), letter))


async def test_replies_are_limited_per_sender(room: HandlerContext, back: ReturnedMailHandler) -> None:
    letter = await shared_letter(room)
    for number in range(REPLIES_SENT[0].most):
        assert await back.take(Received(reply("Official-1@EXAMPLE.org", f"Question {number}"), letter))
    with pytest.raises(MailRefused, match="tomorrow"):
        await back.take(Received(reply(HOLDER.email, "One more"), letter))


async def shared_letter(room: HandlerContext) -> str:
    """The address to reply to a letter about what Tampere shares."""
    sharer = an_official(id="sharer", email="sharer@example.org", city=TAMPERE, quiet=None)
    await room.store.keep_officials([sharer])
    await room.records.keep_solution(solution_recorded())
    await room.post.entrust(a_letter())
    address = SENDER.reply_to(a_letter())
    assert address is not None
    return address


def reply(by: str, words: str) -> bytes:
    return f"From: Somebody <{by}>\r\nSubject: Re: 82%\r\n\r\n{words}\r\n".encode()
