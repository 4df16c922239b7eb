"""Letters and pages: nothing is told of a record that is hidden when a letter goes or its page is opened."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from services.notifications.adapters.mime import render
from services.notifications.app import open_pages
from services.notifications.application.context import NotificationContext
from services.notifications.application.notification_log import NotificationLog
from services.notifications.domain.introductions import Meeting
from services.notifications.domain.letters import circle, digest, lineage
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.letters.partners import PartnersLetter
from services.notifications.domain.letters.registry import AnyLetter
from services.notifications.domain.letters.warning import WarningLetter as Warned
from services.notifications.domain.lineage import SolutionFollower
from services.notifications.domain.recipients import recipients
from services.notifications.domain.sender import Sender
from services.notifications.http.pages import router
from services.notifications.samples import SAMPLES, brief, circle_opened, match, matched, official
from services.notifications.settings import Settings
from shared.events import OutcomeRecorded, SolutionRecorded
from shared.facts import Solution
from shared.store.mongo import Database
from tests.builders import YORK, a_city, a_need, adoption_recorded, an_adoption, city_recorded, need_recorded
from tests.component.letters import a_context, letter_document, letters_to, nothing, save_officials

ON_A_STORE = pytest.mark.parametrize("database", ["motor"], indirect=True)
SENDER = Sender(site="http://here", secret=SecretStr("a secret of some length"))
NOW = datetime.now(UTC)
SOLUTION: Solution = brief().solution
TITLE = SOLUTION.title
READER = official()
TOMORROW = NOW.date() + timedelta(days=1)
HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"state": "draft"},
    "embargo until tomorrow": {"state": "confirmed", "embargo_until": TOMORROW},
    "embargo until a transition": {"state": "confirmed", "embargo_until": "9999-12-31"},
    "withdrawn": {"state": "withdrawn"},
}
SHOWN: dict[str, dict[str, Any]] = {
    "published": {},
    "stale": {"state": "stale"},
    "embargo until today": {"embargo_until": NOW.date()},
}
PERSONAL = {"account", "confirmation"}
"""What tells of no record: a way in, and the question whether an address is right."""


def solution_recorded(revision: int = 1, **changes: Any) -> SolutionRecorded:  # noqa: ANN401 - its fields
    usual = {"solution": SOLUTION, "revision": revision, "state": "published", "recorded": NOW}
    return SolutionRecorded.model_validate({**usual, **changes})


def outcome_recorded(city: str, revision: int = 1, state: str = "published") -> OutcomeRecorded:
    """What became of the solution in one city of the brief."""
    tried = next(one for one in brief().implementations if one.city == city)
    return OutcomeRecorded.model_validate(
        {"implementation": tried, "revision": revision, "state": state, "recorded": NOW}
    )


def test_every_kind_of_letter_says_which_records_it_tells_of() -> None:
    kinds = {kind.model_fields["kind"].default for kind in AnyLetter.__args__}
    assert kinds == SAMPLES.keys() | PERSONAL
    for kind in SAMPLES.keys() - PERSONAL:
        letter = SAMPLES[kind]("en")
        assert letter.tells_of, kind
        assert letter.without(frozenset()) == letter
        assert letter.without(frozenset(letter.tells_of)) is None


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_letter_that_names_a_hidden_record_is_cut_or_does_not_go(kind: str) -> None:
    letter = SAMPLES[kind]("en")
    for key in letter.tells_of:
        left = letter.without(frozenset({key}))
        assert left is None or key not in left.tells_of


def test_an_attempt_that_is_hidden_is_cut_out_of_a_digests_item() -> None:
    item = digest.item(matched(), match(), READER)
    assert item.failures
    hidden = frozenset(item.tells_of[2:])
    left = item.without(hidden)
    assert left is not None
    assert (left.failures, left.failed_in) == ((), ())


def test_a_circle_closes_where_two_cities_are_left() -> None:
    letter = circle.write(circle_opened(), READER)
    assert isinstance(letter, CircleLetter)
    keys = [f"outcome|{one.solution}|{one.city}" for one in letter.others]
    smaller = letter.without(frozenset(keys[:1]))
    assert smaller is None or (len(smaller.others), smaller.cities) == (len(keys) - 1, letter.cities - 1)
    assert letter.without(frozenset(keys)) is None or letter.cities > len(keys) + 1


@pytest.fixture
async def context(database: Database) -> AsyncIterator[NotificationContext]:
    """The service's context, in which the sample letters were written and a match is on its card."""
    async with a_context(Settings(), database) as one:
        await save_officials(one.store, [READER])
        await one.match_cards.save(matched(), match(), recipients([READER], match(), NOW.date()))
        yield one


@pytest.fixture
async def http(context: NotificationContext) -> AsyncIterator[AsyncClient]:
    """A browser."""
    app = FastAPI()
    app.include_router(router(open_pages(context, nothing, Settings(letter_secret=SENDER.secret))))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        yield client


async def written(context: NotificationContext, letter: Letter) -> Letter:
    """Let a letter be written, and wait to be sent."""
    await context.store.letters.claim(letter, render(letter, SENDER), NOW, later=True)
    return letter


def about_the_solution() -> list[Letter]:
    """One letter of each kind that is about the solution, to a reader in another city."""
    letters = [make("en") for make in SAMPLES.values()]
    return [one for one in letters if f"solution|{SOLUTION.id}" in one.tells_of and one.city != SOLUTION.city]


@ON_A_STORE
@pytest.mark.parametrize("state", HIDDEN)
async def test_no_letter_about_a_hidden_solution_goes_out(context: NotificationContext, state: str) -> None:
    await context.store.records.save_solution(solution_recorded())
    letters = about_the_solution()
    assert {one.kind for one in letters} >= {"alert", "update", "warning", "digest", "lineage"}
    before = {one.kind: (await context.delivery.decide(one, one.written)).skip for one in letters}
    assert "withdrawn" not in before.values()
    await context.store.records.save_solution(solution_recorded(2, **HIDDEN[state]))
    for letter in letters:
        look = await context.delivery.decide(letter, letter.written)
        left = look.instead
        assert look.skip == "withdrawn" or (left and f"solution|{SOLUTION.id}" not in left.tells_of), (
            letter.kind
        )


@ON_A_STORE
async def test_a_letter_about_an_outcome_that_was_withdrawn_does_not_go(context: NotificationContext) -> None:
    (city, *_) = SAMPLES["alert"]("en").attempts
    await context.store.records.save_solution(solution_recorded())
    await context.store.records.save_attempt(outcome_recorded(city))
    letter = SAMPLES["alert"]("en")
    assert (await context.delivery.decide(letter, letter.written)).skip is None
    await context.store.records.save_attempt(outcome_recorded(city, 2, "withdrawn"))
    assert (await context.delivery.decide(letter, letter.written)).skip == "withdrawn"


@ON_A_STORE
async def test_an_introduction_to_a_need_that_was_withdrawn_does_not_go(context: NotificationContext) -> None:
    letter = SAMPLES["partners"]("en")
    assert isinstance(letter, PartnersLetter)
    other = a_need(id=letter.other.need, city=letter.other.city)
    await context.store.records.save_need(need_recorded(need=other))
    assert (await context.delivery.decide(letter, letter.written)).skip != "withdrawn"
    await context.store.records.save_need(need_recorded(need=other, revision=2, state="withdrawn"))
    assert (await context.delivery.decide(letter, letter.written)).skip == "withdrawn"


@ON_A_STORE
async def test_a_held_digest_goes_without_the_item_that_was_hidden_meanwhile(
    context: NotificationContext,
) -> None:
    letter = SAMPLES["digest"]("en")
    assert isinstance(letter, DigestLetter)
    await written(context, letter)
    await context.store.records.save_solution(solution_recorded(1, state="withdrawn"))
    look = await context.delivery.decide(letter, letter.written)
    assert isinstance(look.instead, DigestLetter)
    await context.store.letters.rewrite(look.instead, render(look.instead, SENDER), "held")
    kept = await letter_document(context.store, letter.id)
    assert kept is not None
    assert len(look.instead.everything()) == len(letter.everything()) - 1
    assert TITLE not in str(kept["letter"])
    assert kept["state"] == "held"


PAGES = ("scorecard", "shared", "talk", "feedback", "outcome", "introduce", "unsubscribe")


async def told_on(http: AsyncClient, letter: Letter, method: str = "GET") -> list[str]:
    """The pages of a letter that name the solution."""
    found: list[str] = []
    offered = [scope for scope in PAGES if scope != "introduce" or isinstance(letter, Meeting)]
    for scope in offered:
        answer = await http.request(
            method, SENDER.link(scope, letter), data={"words": "-", "answer": "useful"}
        )
        found += [scope] if TITLE in answer.text else []
    return found


@ON_A_STORE
@pytest.mark.parametrize("state", SHOWN)
async def test_a_published_solution_is_on_the_pages_of_its_letters(
    context: NotificationContext, http: AsyncClient, state: str
) -> None:
    await context.store.records.save_solution(solution_recorded(**SHOWN[state]))
    alert = await written(context, SAMPLES["alert"]("en"))
    assert {*await told_on(http, alert)} >= {"scorecard", "shared", "talk", "feedback"}


@ON_A_STORE
@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_hidden_solution_is_on_no_page_of_any_letter(
    context: NotificationContext, http: AsyncClient, state: str, method: str
) -> None:
    for letter in about_the_solution():
        await written(context, letter)
    await context.store.records.save_solution(solution_recorded())
    await context.store.records.save_solution(solution_recorded(2, **HIDDEN[state]))
    for letter in about_the_solution():
        assert await told_on(http, letter, method) == [], letter.kind


@ON_A_STORE
@pytest.mark.parametrize("state", HIDDEN)
async def test_an_old_lineage_page_and_an_old_warning_go_on_telling_nothing(
    context: NotificationContext, http: AsyncClient, database: Database, state: str
) -> None:
    story, warned = SAMPLES["lineage"]("en"), SAMPLES["warning"]("en")
    assert isinstance(story, LineageLetter)
    assert isinstance(warned, Warned)
    await database["cards"].delete_many({})
    for letter in (story, warned):
        await written(context, letter)
        await context.store.records.save_solution(solution_recorded())
        assert TITLE in (await http.get(SENDER.link("scorecard", letter))).text
    await context.store.records.save_solution(solution_recorded(2, **HIDDEN[state]))
    for letter in (story, warned):
        assert TITLE not in (await http.get(SENDER.link("scorecard", letter))).text


def name_of(city: str) -> str:
    return f"City of {city}"


@ON_A_STORE
async def test_a_lineage_page_leaves_out_outcomes_and_adoptions_that_are_hidden(
    context: NotificationContext, http: AsyncClient
) -> None:
    letter = await written(context, SAMPLES["lineage"]("en"))
    cities = [one.city for one in brief().implementations]
    for city in (*cities, YORK):
        await context.store.records.save_city(city_recorded(city=a_city(id=city, name=name_of(city))))
    await context.store.records.save_solution(solution_recorded())
    for city in cities:
        await context.store.records.save_attempt(outcome_recorded(city))
    taken = an_adoption(solution="version", city=YORK, parent=SOLUTION.id)
    await context.store.records.save_adoption(adoption_recorded(adoption=taken))
    page = (await http.get(SENDER.link("scorecard", letter))).text
    assert all(name_of(city) in page for city in (*cities, YORK))
    for city in cities:
        await context.store.records.save_attempt(outcome_recorded(city, 2, "withdrawn"))
    version = SOLUTION.model_copy(update={"id": "version", "city": YORK})
    await context.store.records.save_solution(solution_recorded(solution=version, state="draft"))
    page = (await http.get(SENDER.link("scorecard", letter))).text
    assert not any(name_of(city) in page for city in cities)
    assert name_of(YORK) not in page


@ON_A_STORE
async def test_a_card_does_not_name_the_city_whose_outcome_was_withdrawn(
    context: NotificationContext,
) -> None:
    await context.store.records.save_solution(solution_recorded())
    for one in brief().implementations:
        await context.store.records.save_attempt(outcome_recorded(one.city))
    gone = next(one.city for one in brief().implementations if one.city != SOLUTION.city)
    name = brief().city_names.get(gone, gone)
    await context.store.records.save_attempt(outcome_recorded(gone, 2, "withdrawn"))
    card = await context.match_cards.find(SOLUTION.id, match().city)
    assert card is not None
    assert gone not in {one.city for one in card.brief.implementations}
    shown = card.match.model_dump_json(exclude={"need_title", "city_name", "city"})
    assert name not in shown


@ON_A_STORE
async def test_the_log_of_a_reader_names_no_solution_that_is_hidden(context: NotificationContext) -> None:
    await context.store.records.save_solution(solution_recorded())
    assert [line.title.text for line in await NotificationLog(context.store).of_official(READER)] == [TITLE]
    await context.store.records.save_solution(solution_recorded(2, state="withdrawn"))
    assert await NotificationLog(context.store).of_official(READER) == []


@ON_A_STORE
async def test_nobody_is_told_that_something_hidden_was_withdrawn(context: NotificationContext) -> None:
    other = READER.model_copy(update={"id": "york-1", "city": YORK, "email": "york@example.org"})
    await save_officials(context.store, [other])
    await context.store.records.save_solution(solution_recorded(1, state="confirmed", embargo_until=TOMORROW))
    taken = an_adoption(solution="version", city=YORK, parent=SOLUTION.id)
    await context.follower_updates.save_adoption(
        adoption_recorded(adoption=taken, recorded=NOW - timedelta(days=9))
    )
    await context.follower_updates.save_solution(solution_recorded(2, state="withdrawn"))
    assert await letters_to(context.store, other.id) == []


def test_a_withdrawal_is_told_after_it_was() -> None:
    told = lineage.LineageEvent("withdrawn", "5", NOW)
    letter = lineage.write(told, SOLUTION, "Tampere", SolutionFollower("krakow", "adapted"), READER)
    assert letter.without(frozenset({f"solution|{SOLUTION.id}"})) == letter
