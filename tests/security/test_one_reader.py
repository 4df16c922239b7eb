"""One reader never stops the rest: whatever is wrong with one digest, every other one is written."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from services.notifications.adapters.mime import MOST_BYTES, TooLong, render
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.application import digests
from services.notifications.application.digests import DigestWriter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from services.notifications.domain.officials import Official, Thresholds
from services.notifications.domain.recipients import recipients
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES, match, matched, official
from shared.errors import RetryableError
from shared.store.mongo import Database
from tests.builders import a_solution, solution_recorded

SENDER = Sender.model_validate({"secret": "for these tests alone, long"})
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
GOOD = official().model_copy(
    update={
        "id": "good",
        "cadence": "weekly",
        "thresholds": Thresholds(instant_min_fit=None),
        "status": "active",
        "quiet": None,
    }
)


class Room:
    """The round on a store; letters are rendered and kept as in the service."""

    def __init__(self, database: Database) -> None:
        self.database, self.store = database, LetterRepository(database)
        self.letters: list[Letter] = []
        self.round = DigestWriter(database, self.send)
        self.away_for: str | None = None

    async def send(self, letter: Letter) -> None:
        if letter.official == self.away_for:
            raise RetryableError("the store is busy")
        await self.store.claim(letter, render(letter, SENDER), letter.written)
        self.letters.append(letter)

    async def waits(self, *readers: Official, title: str = "Night deliveries", solution: str = "a") -> None:
        event = matched()
        one = event.brief.solution.model_copy(update={"id": solution, "title": title})
        told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": one})})
        await self.store.keep_officials(readers)
        found = match().model_copy(update={"fit": 70.0})
        await self.round.hold(told, found, recipients(readers, found, SUNDAY.date()), SUNDAY)

    def readers(self) -> list[str]:
        return [letter.official for letter in self.letters]


@pytest.fixture
async def room(database: Database) -> Room:
    made = Room(database)
    await made.round.prepare()
    return made


def reader(name: str, **changes: Any) -> Official:  # noqa: ANN401 - any wish
    return GOOD.model_copy(update={"id": name, "email": f"{name}@example.org", **changes})


async def test_an_unknown_time_zone_ends_nobodys_digests(room: Room) -> None:
    await room.waits(reader("aa-bad-zone", timezone="Europe/Nowhere"), reader("zz-reader"))
    await room.round.run(MONDAY)
    assert sorted(room.readers()) == ["aa-bad-zone", "zz-reader"], "a zone that is not known is taken for UTC"


async def test_wishes_that_make_no_sense_set_one_reader_aside_and_are_told(room: Room) -> None:
    await room.waits(reader("aa"), reader("zz"))
    await room.database["officials"].update_one({"_id": "aa"}, {"$set": {"weekday": 9}})
    await room.round.run(MONDAY)
    assert room.readers() == ["zz"]
    (failed,) = await room.round.failed()
    assert (failed["official"], failed["items"]) == ("aa", 1)
    await room.database["officials"].update_one({"_id": "aa"}, {"$set": {"weekday": 1}})
    assert await room.round.retry("aa") == 1
    await room.round.run(MONDAY)
    assert room.readers() == ["zz", "aa"]
    assert await room.round.failed() == []


async def test_one_item_that_cannot_be_read_is_set_aside_alone(room: Room) -> None:
    await room.waits(reader("aa"), reader("zz"))
    await room.waits(reader("aa"), solution="broken")
    broken = {"official": "aa", "item.solution": "broken"}
    await room.database["waiting"].update_one(broken, {"$set": {"item.fit": "maja@example.org"}})
    await room.round.run(MONDAY)
    assert room.readers() == ["aa", "zz"]
    (failed,) = await room.round.failed()
    assert (failed["official"], failed["items"]) == ("aa", 1)
    assert "@example.org" not in str(failed["why"])


async def test_a_digest_that_is_too_long_is_cut_to_the_best_and_never_dropped(room: Room) -> None:
    for number in range(40):
        await room.waits(reader("aa"), title="Дорога " * 70 + str(number), solution=f"{number:02}")
    many = tuple(f"Город {number} " * 20 for number in range(200))
    await room.database["waiting"].update_many({}, {"$set": {"item.failures": many}})
    await room.waits(reader("zz"))
    await room.round.run(MONDAY)
    assert room.readers() == ["aa", "zz"]
    letter = room.letters[0]
    assert isinstance(letter, DigestLetter)
    assert len(letter.everything()) == 40
    assert letter.more >= 30
    assert len(render(letter, SENDER)) <= MOST_BYTES
    assert await room.database["waiting"].count_documents({"state": "held"}) == 0


async def test_readers_who_are_not_due_starve_nobody(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST_READERS", 5)
    later = [reader(f"aa-{number:03}", at=time(23, 59)) for number in range(60)]
    await room.waits(*later, reader("zz"))
    await room.round.run(MONDAY)
    assert room.readers() == ["zz"]


async def test_readers_who_are_due_and_have_nothing_to_read_starve_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_READERS", 5)
    await room.waits(*(reader(f"aa-{number:03}") for number in range(20)), solution="hidden")
    hidden = solution_recorded(solution=a_solution(id="hidden"), embargo_until="2027-01-01")
    await KnownRecordRepository(room.database).keep_solution(hidden)
    await room.waits(reader("zz"))
    for minute in range(5):
        await room.round.run(MONDAY + timedelta(minutes=minute))
    assert room.readers() == ["zz"]


async def test_what_could_work_later_waits_and_the_others_are_written(room: Room) -> None:
    await room.waits(reader("aa"), reader("zz"))
    room.away_for = "aa"
    with pytest.raises(RetryableError):
        await room.round.run(MONDAY)
    assert room.readers() == ["zz"]
    room.away_for = None
    await room.round.run(MONDAY)
    assert room.readers() == ["zz", "aa"]


async def test_who_has_no_post_any_more_waits_for_no_digest(room: Room) -> None:
    await room.waits(reader("aa"))
    await room.database["officials"].delete_one({"_id": "aa"})
    await room.round.run(MONDAY)
    assert [one["state"] for one in await room.database["waiting"].find({}).to_list(None)] == ["dropped"]


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_letter_with_long_texts_is_cut_whatever_its_kind(kind: str) -> None:
    letter = SAMPLES[kind]("ru")
    long = {
        name: "Слово " * 1_600
        for name in ("title", "reason", "words", "city_name", "sharing_city", "post")
        if isinstance(getattr(letter, name, None), str)
    }
    assert len(render(letter.model_copy(update=long), SENDER)) <= MOST_BYTES


def test_a_digest_that_cannot_be_cut_enough_says_which_it_is() -> None:
    letter = SAMPLES["digest"]("en")
    assert isinstance(letter, DigestLetter)
    one: DigestItem = letter.everything()[0]
    endless = one.model_copy(update={"harm": True, "failures": ("City",) * 40_000})
    with pytest.raises(TooLong, match=letter.id):
        render(letter.model_copy(update={"failures": (endless,)}), SENDER)
