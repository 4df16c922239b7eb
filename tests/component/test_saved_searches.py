"""Saved searches from the results to the desk to a letter: each record once, only what is public."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.letters.searches import SearchesLetter
from tests.builders import YORK, a_failure, an_implementation, an_official, outcome_recorded
from tests.component import test_catalogue as public
from tests.component.desk import send
from tests.component.letters import letters_to
from tests.component.test_catalogue import HIDDEN, Catalogue
from tests.unit.notifications.browser import browser

pytestmark = pytest.mark.component
catalogue = public.catalogue
MAJA = an_official(quiet=None, cadence="daily", city_name="Kraków", locale="en")
SAVE = "/desk/searches?search=q%3Dnight%26outcome%3Dfailed"


@pytest.fixture
async def saved(catalogue: Catalogue) -> Catalogue:
    """Maja follows a search since now."""
    await catalogue.save_hub()
    async with await catalogue.desk.signed_in(MAJA) as maja:
        answer = await send(maja, SAVE, search="q=night&outcome=failed", name="Night failures")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/searches?done=search_saved")
    return catalogue


async def a_failure_is_told(catalogue: Catalogue, revision: int = 2, state: str = "published") -> None:
    """York says today that it failed."""
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    now = datetime.now(UTC) + timedelta(minutes=1)
    event = outcome_recorded(implementation=failed, revision=revision, state=state, recorded=now)
    await catalogue.desk.context.store.records.save_attempt(event)


async def letters(catalogue: Catalogue) -> list[SearchesLetter]:
    """The letters about searches to Maja."""
    documents = await letters_to(catalogue.desk.context.store, MAJA.id)
    read = [read_letter(document["letter"]) for document in documents]
    return [letter for letter in read if isinstance(letter, SearchesLetter)]


async def rounds(catalogue: Catalogue, *days: int) -> list[int]:
    """How many letters each round wrote, on these days from now."""
    run = catalogue.desk.context.saved_searches.run
    return [await run(datetime.now(UTC) + timedelta(days=day)) for day in days]


async def test_news_of_a_saved_search_comes_once_at_the_readers_hour(saved: Catalogue) -> None:
    assert await rounds(saved, 0) == [0], "nothing is new"
    await a_failure_is_told(saved)
    assert await rounds(saved, 1, 1, 2, 3) == [1, 0, 0, 0]
    (letter,) = await letters(saved)
    (group,) = letter.groups
    assert (group.name, group.address) == ("Night failures", "/solutions?q=night&outcome=failed")
    assert [line.records for line in group.lines] == [(f"outcome|sol-1|{YORK}",)]
    asked = saved.scoring.asked[-1][0]
    assert asked.startswith("/v1/catalogue?text=night&text_language=en&outcome=failed&sort=newest")
    texts = saved.desk.context.renderer.texts(letter)
    assert "York" in texts.html
    assert "/desk/searches" in texts.text
    await a_failure_is_told(saved, revision=3)
    assert await rounds(saved, 4) == [0], "a record is told once"


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_hidden_is_no_news(saved: Catalogue, state: str) -> None:
    await a_failure_is_told(saved)
    until = HIDDEN[state].get("embargo_until")
    later = {"embargo_until": until + timedelta(days=30)} if until and until != date.max else {}
    await saved.save_hub(revision=2, **HIDDEN[state] | later)
    assert await rounds(saved, 1) == [0]
    assert await letters(saved) == []


async def test_an_attempt_that_is_withdrawn_is_no_news(saved: Catalogue) -> None:
    await a_failure_is_told(saved, state="withdrawn")
    assert await rounds(saved, 1) == [0]


async def test_while_scoring_is_away_news_waits(saved: Catalogue) -> None:
    await a_failure_is_told(saved)
    answers, saved.scoring.answers = saved.scoring.answers, {}
    assert await rounds(saved, 1) == [0]
    saved.scoring.answers = answers
    assert await rounds(saved, 1) == [1]


@pytest.mark.parametrize("change", [{"kinds_off": ["searches"]}, {"cadence": "off"}])
async def test_who_wants_no_such_letters_gets_none(saved: Catalogue, change: dict[str, object]) -> None:
    await saved.desk.context.store.officials.save(MAJA.model_validate(MAJA.model_dump() | change), "import")
    await a_failure_is_told(saved)
    assert await rounds(saved, 1) == [0]


async def test_a_search_is_listed_and_ended_at_the_desk_and_saved_twice_it_is_one(saved: Catalogue) -> None:
    async with await saved.desk.signed_in(MAJA) as maja:
        await send(maja, SAVE, search="q=night&outcome=failed&sort=newest", name="Another name")
        page = await maja.get("/desk/searches")
        assert page.text.count("Night failures</a>") == 1
        assert "Another name" not in page.text
        results = (await maja.get("/solutions?q=night&outcome=failed&page=2")).text
        assert 'href="/desk/searches?search=q%3Dnight%26outcome%3Dfailed"' in results
        (search,) = await saved.desk.context.saved_searches.of_official(MAJA)
        ended = await send(maja, "/desk/searches", end=search.id)
        assert ended.headers["location"] == "/desk/searches?done=search_ended"
        assert "You follow no search yet" in (await maja.get("/desk/searches")).text
    await a_failure_is_told(saved)
    assert await rounds(saved, 1) == [0]


async def test_nobody_ends_or_sees_the_search_of_another_post(saved: Catalogue) -> None:
    other = an_official(id="official-2", email="other@example.org", locale="en")
    (search,) = await saved.desk.context.saved_searches.of_official(MAJA)
    async with await saved.desk.signed_in(other) as stranger:
        await send(stranger, SAVE, search="q=other", name="Mine")
        await send(stranger, "/desk/searches", end=search.id)
        assert "Night failures" not in (await stranger.get("/desk/searches")).text
    assert len(await saved.desk.context.saved_searches.of_official(MAJA)) == 1


async def test_a_search_without_a_name_or_one_too_many_is_not_saved_and_it_is_said(saved: Catalogue) -> None:
    async with await saved.desk.signed_in(MAJA) as maja:
        page = await send(maja, SAVE, search="q=x", name=" ")
        assert page.status_code == 422
        for number in range(19):
            await send(maja, SAVE, search=f"q=word{number}", name="More")
        page = await send(maja, SAVE, search="q=x", name="One too many")
        assert page.status_code == 422
        assert "One too many" in page.text
        assert len(await saved.desk.context.saved_searches.of_official(MAJA)) == 20


async def test_the_name_that_is_proposed_says_what_is_searched_for_and_the_page_is_accessible(
    saved: Catalogue,
) -> None:
    async with await saved.desk.signed_in(MAJA) as maja:
        page = (await maja.get(SAVE)).text
    assert 'value="night · failed"' in page
    with browser() as opened:
        opened.show(page, 320, "dark")
        assert opened.violations() == []
        assert not opened.overflows()
