"""One reader never stops the rest: whatever is wrong with one digest, every other one is written."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.mime import MOST_BYTES, render
from services.notifications.adapters.mongo.known_records import MongoKnownRecords
from services.notifications.adapters.mongo.repositories import ensure_indexes, repositories
from services.notifications.adapters.time_zones import zone_of
from services.notifications.application import digests
from services.notifications.application.digests import DigestWriter
from services.notifications.application.ports import Calendar, LetterTooLong
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from services.notifications.domain.officials import Official, Thresholds
from services.notifications.domain.recipients import recipients
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES, match, matched, official
from shared.errors import RetryableError
from shared.store.mongo import Database
from tests.builders import a_solution, solution_recorded
from tests.component.letters import save_officials

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


class Rounds:
    """The round on a store; letters are rendered and kept as in the service."""

    def __init__(self, database: Database) -> None:
        self.database, self.store = database, repositories(database)
        self.letters: list[Letter] = []
        self.round = DigestWriter(self.store, Calendar(zone_of, closed_in), self.send)
        self.away_for: str | None = None

    async def send(self, letter: Letter) -> None:
        if letter.official == self.away_for:
            raise RetryableError("the store is busy")
        await self.store.letters.claim(letter, render(letter, SENDER), letter.written)
        self.letters.append(letter)

    async def waits(self, *readers: Official, title: str = "Night deliveries", solution: str = "a") -> None:
        event = matched()
        one = event.brief.solution.model_copy(update={"id": solution, "title": title})
        told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": one})})
        await save_officials(self.store, readers)
        found = match().model_copy(update={"fit": 70.0})
        await self.round.add(told, found, recipients(readers, found, SUNDAY.date()), SUNDAY)

    def readers(self) -> list[str]:
        return [letter.official for letter in self.letters]


@pytest.fixture
async def rounds(database: Database) -> Rounds:
    made = Rounds(database)
    await ensure_indexes(database)
    return made


def reader(name: str, **changes: Any) -> Official:  # noqa: ANN401 - any wish
    return GOOD.model_copy(update={"id": name, "email": f"{name}@example.org", **changes})


async def test_an_unknown_time_zone_ends_nobodys_digests(rounds: Rounds) -> None:
    await rounds.waits(reader("aa-bad-zone", timezone="Europe/Nowhere"), reader("zz-reader"))
    await rounds.round.run(MONDAY)
    assert sorted(rounds.readers()) == ["aa-bad-zone", "zz-reader"], (
        "a zone that is not known is taken for UTC"
    )


async def test_wishes_that_make_no_sense_set_one_reader_aside_and_are_told(rounds: Rounds) -> None:
    await rounds.waits(reader("aa"), reader("zz"))
    await rounds.database["officials"].update_one({"_id": "aa"}, {"$set": {"weekday": 9}})
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["zz"]
    (failed,) = await rounds.round.failed()
    assert (failed.official, failed.items) == ("aa", 1)
    await rounds.database["officials"].update_one({"_id": "aa"}, {"$set": {"weekday": 1}})
    assert await rounds.round.retry("aa") == 1
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["zz", "aa"]
    assert await rounds.round.failed() == []


async def test_one_item_that_cannot_be_read_is_set_aside_alone(rounds: Rounds) -> None:
    await rounds.waits(reader("aa"), reader("zz"))
    await rounds.waits(reader("aa"), solution="broken")
    broken = {"official": "aa", "item.solution": "broken"}
    await rounds.database["waiting"].update_one(broken, {"$set": {"item.fit": "maja@example.org"}})
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["aa", "zz"]
    (failed,) = await rounds.round.failed()
    assert (failed.official, failed.items) == ("aa", 1)
    assert "@example.org" not in str(failed.why)


async def test_a_digest_that_is_too_long_is_cut_to_the_best_and_never_dropped(rounds: Rounds) -> None:
    for number in range(40):
        await rounds.waits(reader("aa"), title="Дорога " * 70 + str(number), solution=f"{number:02}")
    many = tuple(f"Город {number} " * 20 for number in range(200))
    await rounds.database["waiting"].update_many({}, {"$set": {"item.failures": many}})
    await rounds.waits(reader("zz"))
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["aa", "zz"]
    letter = rounds.letters[0]
    assert isinstance(letter, DigestLetter)
    assert len(letter.everything()) == 40
    assert letter.more >= 30
    assert len(render(letter, SENDER)) <= MOST_BYTES
    assert await rounds.database["waiting"].count_documents({"state": "held"}) == 0


async def test_readers_who_are_not_due_starve_nobody(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST_READERS", 5)
    later = [reader(f"aa-{number:03}", at=time(23, 59)) for number in range(60)]
    await rounds.waits(*later, reader("zz"))
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["zz"]


async def test_readers_who_are_due_and_have_nothing_to_read_starve_nobody(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_READERS", 5)
    await rounds.waits(*(reader(f"aa-{number:03}") for number in range(20)), solution="hidden")
    hidden = solution_recorded(solution=a_solution(id="hidden"), embargo_until="2027-01-01")
    await MongoKnownRecords(rounds.database).save_solution(hidden)
    await rounds.waits(reader("zz"))
    for minute in range(5):
        await rounds.round.run(MONDAY + timedelta(minutes=minute))
    assert rounds.readers() == ["zz"]


async def test_what_could_work_later_waits_and_the_others_are_written(rounds: Rounds) -> None:
    await rounds.waits(reader("aa"), reader("zz"))
    rounds.away_for = "aa"
    with pytest.raises(RetryableError):
        await rounds.round.run(MONDAY)
    assert rounds.readers() == ["zz"]
    rounds.away_for = None
    await rounds.round.run(MONDAY)
    assert rounds.readers() == ["zz", "aa"]


async def test_who_has_no_post_any_more_waits_for_no_digest(rounds: Rounds) -> None:
    await rounds.waits(reader("aa"))
    await rounds.database["officials"].delete_one({"_id": "aa"})
    await rounds.round.run(MONDAY)
    assert [one["state"] for one in await rounds.database["waiting"].find({}).to_list(None)] == ["dropped"]


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
    endless = one.model_copy(
        update={"harm": True, "failures": tuple(f"City {number}" for number in range(40_000))}
    )
    with pytest.raises(LetterTooLong, match=letter.id):
        render(letter.model_copy(update={"failures": (endless,)}), SENDER)
