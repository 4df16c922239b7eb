"""What the pages find and keep, in a real store."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifications.app import open_pages
from services.notifications.application.ports import SmtpResult
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letters import circle, partners
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.partners import PartnersLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import Thresholds
from services.notifications.domain.preferences import stop
from services.notifications.domain.recipients import recipients
from services.notifications.samples import SAMPLES, WRITTEN, brief, circle_opened, match, matched, official
from services.notifications.settings import Settings
from services.notifications.web.page_context import PageContext
from shared.events import Conflict, Event, MatchAnswered, PartnersFound, SolutionRecorded, SubmissionRejected
from shared.store.mongo import Database
from tests.builders import a_city, city_recorded
from tests.component.letters import a_context, save_officials

pytestmark = pytest.mark.component
TODAY = date(2026, 11, 23)
SOLUTION = brief().solution.id


class Ears:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.said: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.said.append(event)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def pages(database: Database, ears: Ears) -> AsyncIterator[PageContext]:
    async with a_context(Settings(), database) as context:
        yield open_pages(context, ears.publish, Settings())


async def written(database: Database) -> list[Letter]:
    """The letters that were left to the background."""
    documents = await database["letters"].find({}).to_list(None)
    return [read_letter(document["letter"]) for document in documents]


async def test_wishes_are_kept_and_can_be_undone_once(pages: PageContext) -> None:
    await pages.store.officials.save(official(), "import")
    await pages.store.officials.update_preferences(official(), stop(official(), "all"), "one_click")
    stopped = await pages.store.officials.find("krakow-mobility")
    assert stopped is not None
    assert stopped.cadence == "off"
    for _ in range(2):
        await pages.store.officials.undo(stopped)
        assert await pages.store.officials.find("krakow-mobility") == official()


async def test_a_match_becomes_a_card_that_is_hidden_while_its_solution_is(pages: PageContext) -> None:
    await pages.match_cards.save(matched(), match(), recipients([], match(), TODAY))
    card = await pages.match_cards.find(SOLUTION, "krakow")
    assert card == (brief(), match())
    assert await pages.match_cards.alternatives(card) == []
    solution, at = card.brief.solution, datetime.now(UTC)
    said = SolutionRecorded(solution=solution, revision=1, state="published", recorded=at)
    for revision, changed, shown in (
        (2, {"state": "withdrawn"}, False),
        (3, {"state": "published"}, True),
        (4, {"embargo_until": (at + timedelta(days=2)).date()}, False),
    ):
        await pages.store.records.save_solution(said.model_copy(update={"revision": revision, **changed}))
        assert (await pages.match_cards.find(SOLUTION, "krakow") is not None) is shown


async def test_the_log_says_who_was_told_and_who_was_not_and_why(pages: PageContext) -> None:
    """N10: kept once, however often the event is heard."""
    strict = official().model_copy(update={"id": "strict", "thresholds": Thresholds(min_fit=99)})
    divided = recipients([official(), strict], match(), TODAY)
    for _ in range(2):
        await pages.match_cards.save(matched(), match(), divided)
    waiting = await pages.log.of_official(official())
    assert [line.entry.state for line in waiting] == ["waiting"]
    letter, store = SAMPLES["alert"]("en"), pages.store.letters
    await store.claim(letter, b"raw", WRITTEN)
    await store.begin_handing(letter.id, WRITTEN)
    await store.finish(letter.id, SmtpResult("accepted", "data", 250, "ok"), WRITTEN)
    assert await pages.store.letters.find(letter.id) == (letter, WRITTEN)
    told, refused = await pages.log.of_official(official()), await pages.log.of_official(strict)
    assert [(line.entry.state, line.title.text) for line in told] == [("sent", "Night-time freight hub")]
    assert [(line.entry.state, line.entry.why) for line in refused] == [("not_sent", "below_fit")]


async def test_a_city_and_no_other_finds_what_others_sent_about_its_records(pages: PageContext) -> None:
    records, at = pages.store.records, datetime(2026, 11, 20, 9, tzinfo=UTC)
    for city, name in (("leeds", "Leeds"), ("krakow", "Kraków")):
        profile = a_city(id=city, name=name)
        await records.save_city(city_recorded(city=profile))
    solution = brief().solution.model_copy(update={"city": "krakow"})
    await records.save_solution(
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
        await pages.store.conflicts.save(refused)
    await pages.store.conflicts.save(refused.model_copy(update={"event": "2", "conflicts": ()}))
    own = await pages.conflicts.for_official(official())
    assert {(line.at, line.title.text, line.sent_for) for line in own} == {
        (at, solution.title, "Leeds"),
        (at, "urn:n1", None),
    }
    theirs = await pages.conflicts.for_official(official().model_copy(update={"city": "leeds"}))
    assert [(line.title.text, line.sent_for) for line in theirs] == [("urn:n2", None)]


async def test_a_stopped_address_is_remembered_until_it_is_resumed(pages: PageContext) -> None:
    await pages.store.address_statuses.save(
        "Maria@x.org", AddressStatus(score=4, last=TODAY, stopped="hard_bounce")
    )
    assert (await pages.store.address_statuses.find("maria@x.org")).stopped == "hard_bounce"
    await pages.store.address_statuses.remove("maria@x.org")
    assert await pages.store.address_statuses.find("maria@x.org") == AddressStatus()


async def test_a_way_in_goes_only_to_officials_and_works_once(pages: PageContext, database: Database) -> None:
    await pages.store.officials.save(official(), "import")
    for address in ("nobody@x.org", "Mobility@krakow.example.org"):
        assert await pages.sign_in.request(address, "192.0.2.1")
    assert await pages.sign_in.answer() == 1
    (letter,) = await written(database)
    assert letter.kind == "account"
    uses = [await pages.store.used_links.use(letter.id, datetime.now(UTC)) for _ in range(2)]
    assert uses == [True, False]


async def test_two_cities_are_introduced_when_both_said_yes_and_once(
    pages: PageContext, database: Database
) -> None:
    """Nobody's name is given before; a click that is repeated writes the same letters."""
    first = SAMPLES["partners"]("en")
    assert isinstance(first, PartnersLetter)
    reader = official().model_copy(update={"id": first.official, "city": first.city})
    other = reader.model_copy(update={"id": "other", "name": "Aino", "city": first.other.city})
    await save_officials(pages.store, [reader, other])
    found = PartnersFound(first=first.own, second=first.other, similarity=first.similarity, found=WRITTEN)
    second = partners.write(found, other)
    await pages.introductions.agree(first)
    assert await written(database) == []
    await pages.introductions.agree(second)
    await pages.introductions.agree(second)
    letters = await written(database)
    assert len(letters) == 2
    by_reader = {letter.official: letter for letter in letters if isinstance(letter, PartnersLetter)}
    assert [(met.name, met.post) for met in by_reader["other"].met] == [(reader.name, reader.post)]
    assert [met.email for met in by_reader[reader.id].met] == [other.email]


async def test_who_left_the_post_is_introduced_to_nobody(pages: PageContext, database: Database) -> None:
    york = official().model_copy(update={"id": "york", "city": "york", "status": "left"})
    await save_officials(pages.store, [official(), york])
    await pages.introductions.agree(circle.write(circle_opened(), york))
    await pages.introductions.agree(SAMPLES["circle"]("en"))
    assert await written(database) == []


async def test_what_a_reader_says_goes_out_as_a_message(pages: PageContext, ears: Ears) -> None:
    letter = SAMPLES["partners"]("en")
    said = MatchAnswered(letter=letter.id, city="krakow", solution="s", answer="useful", at=WRITTEN)
    await pages.publish(said)
    assert ears.said == [said]
