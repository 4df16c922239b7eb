"""What is kept, through either driver: any order ends the same, and of many at once exactly one wins."""

import asyncio
from datetime import timedelta
from itertools import permutations

from services.notifications.adapters.mongo.letters import MongoLetters as Letters
from services.notifications.adapters.mongo.repositories import ensure_indexes, repositories
from services.notifications.application.ports import SmtpResult
from services.notifications.application.stored_models import AlreadyTold
from services.submissions.adapters.mongo.messages import MongoMessages
from services.submissions.adapters.mongo.records import MongoRecords as Records
from services.submissions.domain.drafts import Draft
from shared.messaging.cloudevents import Envelope
from shared.store import indexes
from shared.store.mongo import Database, keep_many_once, keep_newest, keep_once
from tests.builders import (
    NOW,
    a_match,
    a_need,
    an_official,
    solution_matched,
)
from tests.component.letters import a_letter, save_officials

MANY = 20


async def test_the_newest_revision_wins_in_any_order(database: Database) -> None:
    for number, order in enumerate(permutations((1, 2, 3))):
        for revision in order:
            await keep_newest(database["facts"], f"fact-{number}", revision, {"says": f"word {revision}"})
    kept = await database["facts"].find({}).to_list(None)
    assert {(fact["revision"], fact["says"]) for fact in kept} == {(3, "word 3")}
    assert len(kept) == 6


async def test_an_old_or_equal_revision_changes_nothing_and_says_so(database: Database) -> None:
    kept = [
        await keep_newest(database["facts"], "fact", revision, {"says": f"{revision}"})
        for revision in (2, 1, 2)
    ]
    assert kept == [True, False, False]


async def test_of_many_revisions_at_once_the_newest_stays(database: Database) -> None:
    await asyncio.gather(
        *(keep_newest(database["facts"], "fact", revision, {}) for revision in range(1, MANY + 1)),
        return_exceptions=False,
    )
    standing = await database["facts"].find_one({"_id": "fact"})
    assert standing is not None
    assert standing["revision"] == MANY


async def test_what_is_kept_once_is_new_once(database: Database) -> None:
    new = await asyncio.gather(
        *(keep_once(database["claims"], {"_id": "claim", "by": who}) for who in range(MANY))
    )
    assert sum(new) == 1


async def test_many_are_kept_once_whatever_is_there_already(database: Database) -> None:
    await keep_many_once(database["claims"], [{"_id": "b", "first": True}])
    await keep_many_once(database["claims"], [{"_id": name, "first": False} for name in "abc"])
    kept = await database["claims"].find({}).to_list(None)
    assert {(one["_id"], one["first"]) for one in kept} == {("a", False), ("b", True), ("c", False)}


async def test_indexes_may_be_prepared_again(database: Database) -> None:
    for _ in range(2):
        await indexes.ensure_indexes(database, [Records])
        await ensure_indexes(database)


def word(number: int) -> Draft:
    return Draft(fact=a_need(title=f"Word {number}"))


async def test_a_record_ends_with_the_newest_word_in_any_order(database: Database) -> None:
    store = Records(database)
    for number, order in enumerate(permutations((1, 2, 3))):
        for minute in order:
            draft = Draft(fact=a_need(id=f"need-{number}", title=f"Word {minute}"))
            await store.keep(draft, NOW + timedelta(minutes=minute), "urn:test")
    records = [await store.record(f"need|need-{number}") for number in range(6)]
    assert {record.draft.fact.title for record in records if record} == {"Word 3"}  # type: ignore[union-attr]
    assert None not in records


async def test_many_writers_of_one_record_end_with_the_newest_word(database: Database) -> None:
    store = Records(database)
    await asyncio.gather(
        *(store.keep(word(number), NOW + timedelta(minutes=number), "urn:test") for number in range(MANY))
    )
    record = await store.record("need|need-1")
    assert record is not None
    assert record.draft == word(MANY - 1)
    assert 1 <= record.revision <= MANY


async def test_the_same_word_from_many_is_one_revision(database: Database) -> None:
    store = Records(database)
    kept = await asyncio.gather(*(store.keep(word(1), NOW, "urn:test") for _ in range(MANY)))
    assert {record.revision for record in kept} == {1}


async def test_what_became_of_a_message_is_found_by_its_sender(database: Database) -> None:
    messages, said = MongoMessages(database), Envelope(id="event-1", source="urn:test", type="-")
    await asyncio.gather(*(messages.keep_fate(said, "recorded", NOW, ["need|need-1"]) for _ in range(MANY)))
    fate = await messages.fate("urn:test", "event-1")
    assert fate is not None
    assert (fate.fate, fate.records) == ("recorded", ("need|need-1",))
    assert await messages.fate("urn:test", "event-2") is None
    assert await messages.counts() == {"recorded": 1}


async def test_a_letter_is_claimed_once_and_keeps_its_first_bytes(database: Database) -> None:
    store = Letters(database)
    claims = await asyncio.gather(*(store.claim(a_letter(), b"bytes %d" % n, NOW) for n in range(MANY)))
    assert len({bytes(claim.unsent.message) for claim in claims if claim.unsent}) == 1
    assert await store.counts() == {"claimed": 1}


async def test_one_of_many_passes_the_point_of_no_return(database: Database) -> None:
    store = Letters(database)
    letter = a_letter()
    await store.claim(letter, b"bytes", NOW)
    passed = await asyncio.gather(*(store.begin_handing(letter.id, NOW) for _ in range(MANY)))
    assert sum(passed) == 1


async def test_of_many_letters_with_one_key_one_passes_the_point_of_no_return(database: Database) -> None:
    store = Letters(database)
    await ensure_indexes(database)
    many = [a_letter().model_copy(update={"id": f"letter-{number}"}) for number in range(MANY)]
    for letter in many:
        await store.claim(letter, b"bytes", NOW)

    async def handing() -> list[bool | BaseException]:
        return await asyncio.gather(
            *(store.begin_handing(letter.id, NOW, goes_once="key") for letter in many), return_exceptions=True
        )

    for freed in (True, True, False):
        passed = await handing()
        assert passed.count(True) == 1
        assert sum(isinstance(one, AlreadyTold) for one in passed) + passed.count(False) == MANY - 1
        if freed:
            await store.put_back(many[passed.index(True)].id)
    winner = many[passed.index(True)].id
    await store.finish(winner, SmtpResult("rejected", "data", 550, "no"), NOW)
    assert (await handing()).count(True) == 1, "a letter that was refused told nobody"
    left = await database["letters"].find_one({"state": "handing"})
    assert left is not None
    await store.abandon(left["_id"], NOW)
    assert (await handing()).count(True) == 0, "one that may have arrived counts"


async def test_the_end_of_a_letter_stands(database: Database) -> None:
    store = Letters(database)
    letter = a_letter()
    await store.claim(letter, b"bytes", NOW)
    await store.begin_handing(letter.id, NOW)
    await store.finish(letter.id, SmtpResult("accepted", "data", 250, "kept"), NOW)
    await store.finish(letter.id, SmtpResult("rejected", "data", 550, "no"), NOW)
    await store.abandon(letter.id, NOW)
    await store.put_back(letter.id)
    assert await store.counts() == {"accepted": 1}


async def test_officials_are_kept_by_id_and_found_by_city(database: Database) -> None:
    store = repositories(database)
    await ensure_indexes(database)
    for post in ("Lead", "Head"):
        await save_officials(store, [an_official(post=post), an_official(id="official-2", city="634963")])
    (found,) = await store.officials.of_city(a_match().city)
    assert found == an_official(post="Head")


async def test_times_come_back_with_their_zone(database: Database) -> None:
    store = Letters(database)
    await store.claim(a_letter(), b"bytes", NOW)
    status = await store.status(a_letter().id)
    assert status is not None
    assert status.progress.claimed == solution_matched().matched == NOW
