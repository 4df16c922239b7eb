"""What the pages find and keep, in a real store."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.smtp import SmtpResult
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letters import circle, partners
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.partners import PartnersLetter
from services.notifications.domain.officials import Thresholds
from services.notifications.domain.preferences import stop
from services.notifications.domain.recipients import recipients
from services.notifications.samples import SAMPLES, WRITTEN, brief, circle_opened, match, matched, official
from shared.events import Conflict, Event, MatchAnswered, PartnersFound, SolutionRecorded, SubmissionRejected
from shared.store.mongo import Database
from tests.builders import a_city, city_recorded

pytestmark = pytest.mark.component
TODAY = date(2026, 11, 23)
SOLUTION = brief().solution.id


class Ears:
    """Remembers what was said and sent."""

    def __init__(self) -> None:
        self.said: list[Event] = []
        self.sent: list[Letter] = []

    async def say(self, event: Event) -> None:
        self.said.append(event)

    async def send(self, letter: Letter) -> None:
        self.sent.append(letter)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def desk(database: Database, ears: Ears) -> PageService:
    made = PageService(database, ears.say, ears.send)
    await LetterRepository(database).prepare()
    await made.prepare()
    return made


async def test_wishes_are_kept_and_can_be_undone_once(desk: PageService) -> None:
    await desk.keep_official(official(), "import")
    await desk.change_wishes(official(), stop(official(), "all"), "one_click")
    stopped = await desk.find_official("krakow-mobility")
    assert stopped is not None
    assert stopped.cadence == "off"
    for _ in range(2):
        await desk.undo(stopped)
        assert await desk.find_official("krakow-mobility") == official()


async def test_a_match_becomes_a_card_that_is_hidden_while_its_solution_is(
    desk: PageService, database: Database
) -> None:
    await desk.keep_match(matched(), match(), recipients([], match(), TODAY))
    card = await desk.find_card(SOLUTION, "krakow")
    assert card == (brief(), match())
    assert await desk.find_rivals(card) == []
    solution, at = card.brief.solution, datetime.now(UTC)
    said = SolutionRecorded(solution=solution, revision=1, state="published", recorded=at)
    for revision, changed, shown in (
        (2, {"state": "withdrawn"}, False),
        (3, {"state": "published"}, True),
        (4, {"embargo_until": (at + timedelta(days=2)).date()}, False),
    ):
        await KnownRecordRepository(database).keep_solution(
            said.model_copy(update={"revision": revision, **changed})
        )
        assert (await desk.find_card(SOLUTION, "krakow") is not None) is shown


async def test_the_log_says_who_was_told_and_who_was_not_and_why(
    desk: PageService, database: Database
) -> None:
    """N10: kept once, however often the event is heard."""
    strict = official().model_copy(update={"id": "strict", "thresholds": Thresholds(min_fit=99)})
    divided = recipients([official(), strict], match(), TODAY)
    for _ in range(2):
        await desk.keep_match(matched(), match(), divided)
    waiting = await desk.find_log(official())
    assert [line.entry.state for line in waiting] == ["waiting"]
    letter, store = SAMPLES["alert"]("en"), LetterRepository(database)
    await store.claim(letter, b"raw", WRITTEN)
    await store.begin_handing(letter.id, WRITTEN)
    await store.finish(letter.id, SmtpResult("accepted", "data", 250, "ok"), WRITTEN)
    assert await desk.find_delivery(letter.id) == (letter, WRITTEN)
    told, refused = await desk.find_log(official()), await desk.find_log(strict)
    assert [(line.entry.state, line.title.text) for line in told] == [("sent", "Night-time freight hub")]
    assert [(line.entry.state, line.entry.why) for line in refused] == [("not_sent", "below_fit")]


async def test_a_city_and_no_other_finds_what_others_sent_about_its_records(
    desk: PageService, database: Database
) -> None:
    records, at = KnownRecordRepository(database), datetime(2026, 11, 20, 9, tzinfo=UTC)
    for city, name in (("leeds", "Leeds"), ("krakow", "Kraków")):
        profile = a_city(id=city, name=name)
        await records.keep_city(city_recorded(city=profile))
    solution = brief().solution.model_copy(update={"city": "krakow"})
    await records.keep_solution(
        SolutionRecorded(solution=solution, revision=1, state="published", recorded=at)
    )
    refused = SubmissionRejected(
        source="urn:leeds",
        event="1",
        complaints=(),
        received=at,
        conflicts=(
            Conflict(record=f"solution|{SOLUTION}", owner="krakow", city="leeds"),
            Conflict(record="need|urn:n1", owner="krakow", city="krakow", opened_by="a portal"),
            Conflict(record="need|urn:n2", owner="leeds", city="unresolved"),
        ),
    )
    for _ in range(2):
        await desk.keep_conflicts(refused)
    await desk.keep_conflicts(refused.model_copy(update={"event": "2", "conflicts": ()}))
    own = await desk.find_conflicts(official())
    assert {(line.at, line.title.text, line.sent_for) for line in own} == {
        (at, solution.title, "Leeds"),
        (at, "urn:n1", None),
    }
    theirs = await desk.find_conflicts(official().model_copy(update={"city": "leeds"}))
    assert [(line.title.text, line.sent_for) for line in theirs] == [("urn:n2", None)]


async def test_a_stopped_address_is_remembered_until_it_is_resumed(desk: PageService) -> None:
    await desk.keep_standing("Maria@x.org", AddressStatus(score=4, last=TODAY, stopped="hard_bounce"))
    assert (await desk.find_standing("maria@x.org")).stopped == "hard_bounce"
    await desk.resume("maria@x.org")
    assert await desk.find_standing("maria@x.org") == AddressStatus()


async def test_a_way_in_goes_only_to_officials_and_works_once(desk: PageService, ears: Ears) -> None:
    await desk.keep_official(official(), "import")
    for address in ("nobody@x.org", "Mobility@krakow.example.org"):
        assert await desk.ask_way_in(address, "192.0.2.1")
    assert await desk.sign_in.answer() == 1
    assert [letter.kind for letter in ears.sent] == ["account"]
    assert [await desk.use_up(ears.sent[0].id) for _ in range(2)] == [True, False]


async def test_two_cities_are_introduced_when_both_said_yes_and_once(
    desk: PageService, ears: Ears, database: Database
) -> None:
    """Nobody's name is given before; a click that is repeated writes the same letters."""
    first = SAMPLES["partners"]("en")
    assert isinstance(first, PartnersLetter)
    reader = official().model_copy(update={"id": first.official, "city": first.city})
    other = reader.model_copy(update={"id": "other", "name": "Aino", "city": first.other.city})
    await LetterRepository(database).keep_officials([reader, other])
    found = PartnersFound(first=first.own, second=first.other, similarity=first.similarity, found=WRITTEN)
    second = partners.write(found, other)
    await desk.agree(first)
    assert ears.sent == []
    await desk.agree(second)
    await desk.agree(second)
    assert len(ears.sent) == 4
    by_reader = {letter.official: letter for letter in ears.sent if isinstance(letter, PartnersLetter)}
    assert len({letter.id for letter in ears.sent}) == 2
    assert [(met.name, met.post) for met in by_reader["other"].met] == [(reader.name, reader.post)]
    assert [met.email for met in by_reader[reader.id].met] == [other.email]


async def test_who_left_the_post_is_introduced_to_nobody(
    desk: PageService, ears: Ears, database: Database
) -> None:
    york = official().model_copy(update={"id": "york", "city": "york", "status": "left"})
    await LetterRepository(database).keep_officials([official(), york])
    await desk.agree(circle.write(circle_opened(), york))
    await desk.agree(SAMPLES["circle"]("en"))
    assert ears.sent == []


async def test_what_a_reader_says_goes_out_as_a_message(desk: PageService, ears: Ears) -> None:
    letter = SAMPLES["partners"]("en")
    said = MatchAnswered(letter=letter.id, city="krakow", solution="s", answer="useful", at=WRITTEN)
    await desk.say(said)
    assert ears.said == [said]
