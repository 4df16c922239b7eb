"""Digests come from what waits: once a period, nothing lost, nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.mongo.known_records import MongoKnownRecords
from services.notifications.adapters.mongo.repositories import ensure_indexes, repositories
from services.notifications.adapters.time_zones import zone_of
from services.notifications.application.digests import DigestWriter
from services.notifications.application.ports import Calendar
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from services.notifications.domain.officials import Thresholds
from services.notifications.domain.recipients import recipients
from services.notifications.samples import match, matched, official
from shared.errors import RetryableError
from shared.store.mongo import Database
from tests.builders import a_solution, solution_recorded
from tests.component.letters import save_officials

pytestmark = pytest.mark.component
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
READER = official().model_copy(
    update={"cadence": "weekly", "thresholds": Thresholds(instant_min_fit=None), "status": "active"}
)
STRICT = READER.model_copy(update={"id": "strict", "thresholds": Thresholds(min_fit=99)})


class Sends:
    """Keeps the first of each letter, as the store does; may fail after it was sent."""

    def __init__(self, database: Database) -> None:
        self.store = repositories(database)
        self.letters: list[Letter] = []
        self.fails = False

    async def __call__(self, letter: Letter) -> None:
        claimed = await self.store.letters.claim(letter, b"raw", letter.written)
        if claimed.status.progress.claimed == letter.written and letter.id not in {
            one.id for one in self.letters
        }:
            self.letters.append(letter)
        if self.fails:
            raise RetryableError("killed after sending")


async def prepared(database: Database) -> tuple[DigestWriter, Sends]:
    sends = Sends(database)
    await ensure_indexes(database)
    made = DigestWriter(sends.store, Calendar(zone_of, closed_in), sends)
    await save_officials(sends.store, [READER, STRICT])
    return made, sends


async def hold(
    made: DigestWriter, solution: str, at: datetime, fit: float = 70.0, letter: str | None = None
) -> None:
    event = matched()
    one = event.brief.solution.model_copy(update={"id": solution, "title": solution})
    told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": one})})
    found = match().model_copy(update={"fit": fit})
    letters = {READER.id: letter} if letter else {}
    await made.add(told, found, recipients([READER, STRICT], found, at.date()), at, letters)


async def test_a_week_gives_one_digest_at_its_hour(database: Database) -> None:
    made, sends = await prepared(database)
    for solution in ("a", "b", "a"):
        await hold(made, solution, SUNDAY)
    assert await made.run(SUNDAY) == 0
    assert await made.run(MONDAY) == 1
    assert await made.run(MONDAY + timedelta(hours=1)) == 0
    letter = sends.letters[0]
    assert isinstance(letter, DigestLetter)
    assert {one.solution for one in letter.everything()} == {"a", "b"}


async def test_what_a_clock_that_was_ahead_put_aside_is_in_the_next_digest_once(database: Database) -> None:
    made, sends = await prepared(database)
    ahead = SUNDAY + timedelta(days=400)
    choosy = READER.model_copy(update={"thresholds": Thresholds(min_fit=60, instant_min_fit=None)})
    await save_officials(sends.store, [choosy])
    await hold(made, "a", ahead)
    poor = match().model_copy(update={"fit": 40.0})
    await made.add(matched(), poor, recipients([choosy], poor, ahead.date()), ahead)
    for week in range(3):
        await made.run(MONDAY + timedelta(days=7 * week))
    (letter,) = sends.letters
    assert isinstance(letter, DigestLetter)
    assert [one.solution for one in letter.everything()] == ["a"]
    assert letter.below_limits == 1


async def test_what_waited_too_long_does_not_arrive_as_new_when_digests_are_switched_on_again(
    database: Database,
) -> None:
    made, sends = await prepared(database)
    await hold(made, "old", SUNDAY - timedelta(days=60))
    await save_officials(sends.store, [READER.model_copy(update={"cadence": "off"})])
    assert await made.run(MONDAY - timedelta(days=7)) == 0
    await save_officials(sends.store, [READER])
    await hold(made, "new", SUNDAY)
    await made.run(MONDAY)
    assert [one.solution for letter in sends.letters for one in _all(letter)] == ["new"]
    dropped = await database["waiting"].find_one({"item.solution": "old"})
    assert dropped is not None
    assert (dropped["state"], dropped["why"]) == ("dropped", "too_old")


async def test_a_crash_after_sending_doubles_nothing_and_loses_nothing(database: Database) -> None:
    made, sends = await prepared(database)
    await hold(made, "a", SUNDAY)
    sends.fails = True
    with pytest.raises(RetryableError):
        await made.run(MONDAY)
    sends.fails = False
    await hold(made, "late", MONDAY)
    await made.run(MONDAY + timedelta(minutes=5))
    assert len(sends.letters) == 1
    await made.run(MONDAY + timedelta(days=7))
    assert [one.solution for letter in sends.letters[1:] for one in _all(letter)] == ["late"]


@pytest.mark.parametrize(
    ("state", "told"),
    [("held", True), ("accepted", True), ("unknown", True), ("rejected", False), ("skipped", False)],
)
async def test_a_digest_that_did_not_go_told_nobody(database: Database, state: str, *, told: bool) -> None:
    made, sends = await prepared(database)
    await hold(made, "a", SUNDAY)
    assert not await made.includes(READER.id, "a"), "it waits"
    await made.run(MONDAY)
    (letter,) = sends.letters
    await database["letters"].update_one({"_id": letter.id}, {"$set": {"state": state}})
    assert await made.includes(READER.id, "a") is told


async def test_matches_below_the_limits_are_a_count_and_never_a_letter_of_their_own(
    database: Database,
) -> None:
    made, sends = await prepared(database)
    await hold(made, "a", SUNDAY)
    await made.run(MONDAY)
    assert [letter.official for letter in sends.letters] == ["krakow-mobility"]
    generous = STRICT.model_copy(update={"thresholds": Thresholds(min_fit=60, instant_min_fit=None)})
    await made.add(matched(), match(), recipients([generous], match(), MONDAY.date()), MONDAY)
    await made.run(MONDAY + timedelta(days=7))
    last = sends.letters[-1]
    assert isinstance(last, DigestLetter)
    assert (last.official, last.below_limits) == ("strict", 1)


@pytest.mark.parametrize(
    ("state", "new", "told"),
    [
        ("accepted", ["other"], ["alerted"]),
        ("unknown", ["alerted", "other"], []),
        ("rejected", ["alerted", "other"], []),
        ("held", ["other"], []),
    ],
)
async def test_an_alert_that_nobody_knows_arrived_is_new_in_the_next_digest(
    database: Database, state: str, new: list[str], told: list[str]
) -> None:
    made, sends = await prepared(database)
    await database["letters"].insert_one({"_id": "its-alert", "state": state})
    await hold(made, "alerted", SUNDAY, letter="its-alert")
    await hold(made, "other", SUNDAY)
    await made.run(MONDAY)
    letter = sends.letters[0]
    assert isinstance(letter, DigestLetter)
    assert sorted(one.solution for one in letter.everything()) == new
    assert [one.solution for one in letter.told] == told


async def test_an_alert_still_on_its_way_after_a_week_is_new_all_the_same(database: Database) -> None:
    made, sends = await prepared(database)
    await database["letters"].insert_one({"_id": "its-alert", "state": "claimed"})
    await hold(made, "alerted", SUNDAY - timedelta(days=6), letter="its-alert")
    await made.run(MONDAY)
    assert [one.solution for one in _all(sends.letters[0])] == ["alerted"]


async def test_what_was_withdrawn_or_embargoed_while_it_waited_is_in_no_digest(database: Database) -> None:
    made, sends = await prepared(database)
    records = MongoKnownRecords(database)
    for name, change in (
        ("withdrawn", {"state": "withdrawn"}),
        ("embargoed", {"embargo_until": "2026-11-24"}),
    ):
        await hold(made, name, SUNDAY)
        await records.save_solution(solution_recorded(solution=a_solution(id=name), **change))
    await hold(made, "a", SUNDAY)
    await made.run(MONDAY)
    assert [one.solution for one in _all(sends.letters[0])] == ["a"]
    await made.run(MONDAY + timedelta(days=7))
    assert [one.solution for one in _all(sends.letters[1])] == ["embargoed"], "its embargo has ended"


async def test_a_topic_switched_off_while_something_waited_makes_no_letter(database: Database) -> None:
    made, sends = await prepared(database)
    await hold(made, "a", SUNDAY)
    await save_officials(sends.store, [READER.model_copy(update={"topics_off": match().topics})])
    assert await made.run(MONDAY) == 0
    await save_officials(sends.store, [READER])
    assert await made.run(MONDAY) == 0, "what was not wanted does not come back"


def _all(letter: Letter) -> tuple[DigestItem, ...]:
    assert isinstance(letter, DigestLetter)
    return letter.everything()
