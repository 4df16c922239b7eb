"""Saying it at the desk: a form is begun, saved step by step, checked and sent, by one official or two."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient, Response

from services.notifications.adapters.localizer import localizer_for
from services.notifications.application.ports import FoundSolution
from services.notifications.application.stored_models import MatchCard
from services.notifications.domain.desk.forms import build
from services.notifications.domain.officials import Role
from services.notifications.domain.topics import GATHERED
from services.notifications.samples import official
from shared.events import (
    AdoptionDeclared,
    NeedRecorded,
    NeedSubmitted,
    OutcomeReported,
    SolutionRecorded,
    SolutionSubmitted,
    State,
)
from shared.facts import Need, Outcome, Solution
from shared.store.mongo import Database
from tests.builders import TAMPERE, YORK, a_brief, a_match, a_need, a_solution, need_recorded
from tests.component.desk import CSRF, Desk, a_desk, send

pytestmark = pytest.mark.component
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
HOLDER = official()
COLLEAGUE = HOLDER.model_copy(update={"id": "colleague", "post": "Deputy of mobility"})
MEMBER = HOLDER.model_copy(update={"id": "member", "post": "Planner", "role": Role.MEMBER})
ELSEWHERE = HOLDER.model_copy(update={"id": "elsewhere", "city": "634963", "city_name": "Tampere"})
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = re.compile(r'name="form" value="([^"]+)"')
REPORT: dict[str, dict[str, str | list[str]]] = {
    "what": {"title": "Quiet vans", "summary": "Vans deliver at night."},
    "problem": {
        "service_owner": "Transport",
        "baseline_kpi": "Vans at the stop",
        "baseline_value": "1,200",
        "baseline_unit": "vans a month",
        "baseline_date_day": "31",
        "baseline_date_month": "5",
        "baseline_date_year": "2024",
    },
    "topics": {"topics": ["CPV:63712"]},
    "outcome": {"outcome": "failed"},
    "kept": {"learnt": "The loading bays stayed."},
    "cause": {"cause": "citizens"},
}


class FakeScoring:
    """Scoring that knows some solutions."""

    def __init__(self, found: tuple[FoundSolution, ...]) -> None:
        self.found = found

    async def search(self, query: str, locale: str, limit: int) -> tuple[FoundSolution, ...] | None:
        """Return what is known for any text."""
        return self.found[:limit] if query and locale else ()


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        yield opened


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[AsyncClient]:
    async with await desk.signed_in(HOLDER) as opened:
        yield opened


async def begin(browser: AsyncClient, address: str) -> str:
    """Begin a form; returns its address."""
    hidden = dict(HIDDEN.findall((await browser.get(address)).text))
    answer = await browser.post(address, data=hidden)
    assert answer.status_code == 303, answer.text
    return f"/desk/forms/{hidden['form']}"


async def save(browser: AsyncClient, form: str, step: str, **fields: str | list[str]) -> Response:
    """Save a step of a form as a browser does, with the version that stands in the page."""
    address = f"{form}/steps/{step}"
    page = await browser.get(address)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None, page.text
    return await send(browser, address, **{"version": version[1], "action": "save", **fields})


async def filled(browser: AsyncClient) -> str:
    """A report that can be sent."""
    form = await begin(browser, "/desk/report")
    for step, fields in REPORT.items():
        assert (await save(browser, form, step, **fields)).status_code == 303, step
    return form


async def test_a_failure_is_reported_one_question_at_a_time_and_sent_once(
    desk: Desk, browser: AsyncClient
) -> None:
    form = await filled(browser)
    page = await browser.get(f"{form}/check")
    for words in ("Vans at the stop", "1,200", "31 May 2024", "citizens rejected it or did not use it"):
        assert words in page.text, words
    for _ in range(2):
        answer = await browser.post(
            f"{form}/check", data={"csrf": CSRF.findall(page.text)[-1], "action": "send"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"{form}/sent")
    (solution,) = desk.published
    assert isinstance(solution, SolutionSubmitted)
    outcome = solution.attempt
    assert outcome is not None
    assert solution.id == f"{HOLDER.city}/{form.rpartition('/')[2]}"
    assert solution.actor is not None
    assert (solution.actor.post, outcome.outcome) == (HOLDER.post, "failed")
    assert outcome.failure is not None
    assert outcome.failure.kept == "The loading bays stayed."
    assert "What happens next" in (await browser.get(f"{form}/sent")).text
    assert "Quiet vans" not in (await browser.get("/desk/forms")).text


async def test_beginning_twice_is_beginning_once(desk: Desk, browser: AsyncClient) -> None:
    token = FORM.search((await browser.get("/desk/need")).text)
    assert token is not None
    for _ in range(2):
        answer = await send(browser, "/desk/need", form=token[1])
        assert answer.headers["location"] == f"/desk/forms/{token[1]}/steps/need"
    assert len(await desk.context.store.desk_forms.of_city(HOLDER.city)) == 1


async def test_each_step_leads_to_the_next_and_a_failure_is_asked_ten_questions(
    browser: AsyncClient,
) -> None:
    form = await begin(browser, "/desk/report")
    answer = await save(browser, form, "outcome", outcome="failed")
    assert answer.headers["location"] == f"{form}/steps/kept"
    answer = await save(browser, form, "outcome", outcome="succeeded")
    assert answer.headers["location"] == f"{form}/steps/why"
    answer = await save(browser, form, "what", title="Vans", action="later")
    assert answer.headers["location"] == "/desk/forms"
    assert "Vans" in (await browser.get("/desk/forms")).text


async def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(browser: AsyncClient) -> None:
    form = await begin(browser, "/desk/report")
    answer = await save(browser, form, "problem", baseline_value="many", service_owner="Transport")
    assert answer.status_code == 422
    for words in ("<title>Error:", 'href="#field-baseline_value"', 'value="many"', 'value="Transport"'):
        assert words in answer.text, words
    assert "many" not in (await browser.get(f"{form}/steps/problem")).text


async def test_nothing_is_sent_while_something_is_missing(desk: Desk, browser: AsyncClient) -> None:
    form = await begin(browser, "/desk/need")
    answer = await send(browser, f"{form}/check", action="send")
    assert (answer.status_code, desk.published) == (422, [])
    assert "Error:" in answer.text
    await save(browser, form, "need", need_title="Quieter vans")
    await send(browser, f"{form}/check", action="send")
    (need,) = desk.published
    assert isinstance(need, NeedSubmitted)
    assert need.title == "Quieter vans"


async def test_topics_are_suggested_from_the_text_and_found_by_a_word(browser: AsyncClient) -> None:
    form = await begin(browser, "/desk/need")
    await save(browser, form, "need", need_title="New street lighting")
    page = await browser.get(f"{form}/steps/topics")
    assert 'value="THEME:street-lighting"' in page.text
    found = await save(
        browser, form, "topics", action="search", find="waste", topics=["THEME:street-lighting"]
    )
    assert found.status_code == 200
    assert 'value="THEME:waste"' in found.text
    assert 'value="THEME:street-lighting" checked' in found.text
    await save(browser, form, "topics", topics=["THEME:waste"])
    assert "Waste and recycling" in (await browser.get(f"{form}/check")).text


async def test_two_people_who_save_one_step_see_each_others_text(desk: Desk, browser: AsyncClient) -> None:
    form = await begin(browser, "/desk/report")
    async with await desk.signed_in(COLLEAGUE) as other:
        first = await browser.get(f"{form}/steps/what")
        await save(other, form, "what", title="Their vans")
        late = await browser.post(
            f"{form}/steps/what",
            data={"csrf": CSRF.findall(first.text)[0], "version": "0", "action": "save", "title": "My vans"},
        )
        assert late.status_code == 409
        for words in ("My vans", "Their vans", COLLEAGUE.post):
            assert words in late.text, words
        version = re.search(r'name="version" value="(\d+)"', late.text)
        assert version is not None
        answer = await browser.post(
            f"{form}/steps/what",
            data={
                "csrf": CSRF.findall(late.text)[0],
                "version": version[1],
                "action": "save",
                "title": "My vans",
            },
        )
        assert answer.status_code == 303
        assert 'value="My vans"' in (await other.get(f"{form}/steps/what")).text


async def test_a_form_is_its_citys_alone(desk: Desk, browser: AsyncClient) -> None:
    form = await filled(browser)
    async with await desk.signed_in(ELSEWHERE) as stranger:
        for page in ("", "/steps/what", "/check", "/preview", "/sent", "/discard"):
            assert (await stranger.get(form + page)).status_code == 404, page
        assert "Quiet vans" not in (await stranger.get("/desk/forms")).text


async def test_who_may_only_draft_writes_and_does_not_send(desk: Desk) -> None:
    async with await desk.signed_in(MEMBER) as browser:
        form = await filled(browser)
        assert "Your post may write this" in (await browser.get(f"{form}/check")).text
        token = CSRF.search((await browser.get(f"{form}/steps/what")).text)
        assert token is not None
        answer = await browser.post(f"{form}/check", data={"csrf": token[1], "action": "send"})
        assert (answer.status_code, desk.published) == (403, [])


@pytest.mark.parametrize(
    "page", ["/desk/report", "/desk/need", "/desk/forms/x/check", "/desk/edit/need/x", "/desk/adopt"]
)
async def test_a_post_without_the_token_of_the_session_does_nothing(
    desk: Desk, browser: AsyncClient, page: str
) -> None:
    answer = await browser.post(page, data={"csrf": "guessed", "form": "abcdefghijklmnop"})
    assert (answer.status_code, desk.published) == (403, [])


async def test_a_form_is_discarded_after_a_question_and_twice_is_once(
    desk: Desk, browser: AsyncClient
) -> None:
    form = await begin(browser, "/desk/report")
    token = CSRF.findall((await browser.get(f"{form}/discard")).text)[0]
    assert len(await desk.context.store.desk_forms.of_city(HOLDER.city)) == 1
    for _ in range(2):
        answer = await browser.post(f"{form}/discard", data={"csrf": token})
        assert answer.headers["location"] == "/desk/forms"
    assert await desk.context.store.desk_forms.of_city(HOLDER.city) == []


async def recorded_solution(desk: Desk, **changes: object) -> Solution:
    """A solution of another city, or of the own one, as it was recorded."""
    fact = Solution.model_validate(a_solution(**changes).model_dump())
    event = SolutionRecorded(solution=fact, revision=1, state="published", recorded=NOW)
    await desk.context.follower_updates.save_solution(event)
    return fact


async def test_similar_ones_are_shown_before_sending_and_experience_is_added_to_one(
    desk: Desk, browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = await recorded_solution(desk, id="sol-1", title="Night vans")
    found = FoundSolution("sol-1", "Night vans", "en", theirs.city, None, (Outcome.SUCCEEDED,), similar=True)
    weak = found._replace(id="sol-2", title="Bins that call", similar=False)
    scoring = FakeScoring((found, weak))
    monkeypatch.setattr(desk.context.scoring, "search", scoring.search)
    form = await filled(browser)
    page = await browser.get(f"{form}/check")
    assert "Is it one of these?" in page.text
    assert "Night vans" in page.text
    assert "Bins that call" not in page.text, "it fits less than a match has to"
    answer = await send(browser, f"{form}/check", action="join", solution="sol-1")
    assert answer.status_code == 303
    await send(browser, f"{form}/check", action="send")
    (said,) = desk.published
    assert isinstance(said, OutcomeReported)
    assert (said.solution, said.city) == ("sol-1", HOLDER.city)


async def test_without_scoring_the_page_says_so_and_the_report_is_sent_all_the_same(
    desk: Desk, browser: AsyncClient
) -> None:
    form = await filled(browser)
    page = (await browser.get(f"{form}/check")).text
    assert "We cannot look for similar ones now" in page
    assert f'href="{form}/check">Look again' in page
    page = (await browser.get("/desk/adopt?q=night vans")).text
    assert "We cannot look for solutions now" in page
    assert 'href="/desk/adopt?q=night%20vans">Look again' in page
    await send(browser, f"{form}/check", action="send")
    assert len(desk.published) == 1


async def test_what_was_taken_over_is_said_component_by_component(desk: Desk, browser: AsyncClient) -> None:
    components = [{"name": "Night rate"}, {"name": "Signs"}]
    await recorded_solution(desk, id="sol-1", title="Night vans", components=components)
    form = await begin(browser, "/desk/adopt?solution=sol-1")
    await save(browser, form, "how", how="adapted")
    page = await browser.get(f"{form}/steps/components")
    assert "Night rate" in page.text
    await save(browser, form, "components", component_0="kept", component_1="dropped")
    await send(browser, f"{form}/check", action="send")
    (said,) = desk.published
    assert isinstance(said, AdoptionDeclared)
    assert (said.solution, said.parent) == (f"{HOLDER.city}/sol-1", "sol-1")
    assert (said.kept, said.dropped) == (("Night rate",), ("Signs",))


async def test_what_is_hidden_cannot_be_taken_over_and_looks_like_nothing(
    desk: Desk, browser: AsyncClient
) -> None:
    fact = Solution.model_validate(a_solution(id="sol-1").model_dump())
    event = SolutionRecorded(solution=fact, revision=1, state="draft", recorded=NOW)
    await desk.context.follower_updates.save_solution(event)
    hidden, unknown = [await browser.get(f"/desk/adopt?solution={one}") for one in ("sol-1", "sol-2")]
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text == unknown.text


async def recorded_need(desk: Desk, revision: int, city: str = HOLDER.city, **changes: str) -> None:
    """A need of the city in one of its revisions."""
    fact = Need.model_validate({"id": "need-1", "city": city, "title": "Vans", **changes})
    event = NeedRecorded(need=fact, revision=revision, state="published", recorded=NOW)
    await desk.context.store.records.save_need(event)


async def test_a_record_is_edited_on_top_of_what_others_changed_meanwhile(
    desk: Desk, browser: AsyncClient
) -> None:
    await recorded_need(desk, 1, route="A tender")
    form = await begin(browser, "/desk/edit/need/need-1")
    assert 'value="Vans"' in (await browser.get(f"{form}/steps/need")).text
    await save(browser, form, "need", need_title="My vans", description="Loud")
    await recorded_need(desk, 2, title="Their vans", route="A trial")
    page = await browser.get(f"{form}/check")
    assert "Their vans" in page.text
    token = CSRF.findall(page.text)[-1]
    blind = await browser.post(f"{form}/check", data={"csrf": token, "action": "send"})
    assert (blind.status_code, desk.published) == (409, [])
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert seen is not None
    await browser.post(f"{form}/check", data={"csrf": token, "action": "send", "seen": seen[1]})
    (said,) = desk.published
    assert isinstance(said, NeedSubmitted)
    assert (said.title, said.description, said.route, said.based_on) == ("My vans", "Loud", "A trial", 2)


async def test_a_record_of_another_city_cannot_be_edited(desk: Desk, browser: AsyncClient) -> None:
    await recorded_need(desk, 1, city=ELSEWHERE.city)
    theirs, unknown = [await browser.get(f"/desk/edit/need/{one}") for one in ("need-1", "need-2")]
    assert (theirs.status_code, theirs.text) == (404, unknown.text)


async def test_the_text_of_a_session_that_ended_is_shown_in_its_step_again(
    desk: Desk, browser: AsyncClient
) -> None:
    form = await filled(browser)
    found = await desk.context.store.desk_forms.find(HOLDER.city, form.rpartition("/")[2])
    assert found is not None
    assert build(found, localizer_for("en")).mistakes == {}
    page = await browser.get(f"{form}/steps/what")
    await desk.database["desk_sessions"].update_many({}, {"$set": {"ends": NOW}})
    answer = await browser.post(
        f"{form}/steps/what",
        data={"csrf": CSRF.findall(page.text)[0], "version": "1", "action": "save", "title": "Typed late"},
    )
    assert answer.headers["location"].startswith("/in?next=")
    assert "kept=yes" in answer.headers["location"]
    (kept,) = await desk.database["desk_kept"].find({}).to_list(None)
    async with await desk.signed_in(HOLDER) as again:
        shown = await again.get(f"{form}/steps/what?kept={kept['_id']}")
        assert 'value="Typed late"' in shown.text


async def test_none_of_the_topics_is_a_choice_of_the_form(desk: Desk, browser: AsyncClient) -> None:
    form = await begin(browser, "/desk/need")
    await save(browser, form, "need", need_title="New street lighting")
    both = await save(browser, form, "topics", topics=["THEME:street-lighting", "none"])
    assert (both.status_code, "Please choose topics, or say that none fits, not both." in both.text) == (
        422,
        True,
    )
    assert (await save(browser, form, "topics", topics=["none"])).status_code == 303
    broad = (await browser.get(f"{form}/steps/topics")).text
    assert 'value="none" checked' in broad
    assert broad.count('value="THEME:') == len(GATHERED)
    assert "No topic fits" in (await browser.get(f"{form}/check")).text
    await send(browser, f"{form}/check", action="send")
    (need,) = desk.published
    assert isinstance(need, NeedSubmitted)
    assert need.topics == ()


async def test_a_report_without_a_topic_is_told_why_it_needs_one(browser: AsyncClient) -> None:
    form = await filled(browser)
    await save(browser, form, "topics", topics=["none"])
    answer = await send(browser, f"{form}/check", action="send")
    assert (answer.status_code, "Without a topic no city finds it." in answer.text) == (422, True)


@pytest.mark.parametrize("kept_back", [True, False])
async def test_a_report_that_is_kept_back_promises_no_letter(browser: AsyncClient, kept_back: bool) -> None:
    form = await filled(browser)
    if kept_back:
        day = {"embargo_until_day": "1", "embargo_until_month": "2", "embargo_until_year": "2099"}
        await save(browser, form, "audience", embargo="day", contact="Head of mobility", **day)
    sent = await send(browser, f"{form}/check", action="send")
    page = (await browser.get(sent.headers["location"])).text
    assert ("Cities with this need get a letter about it." in page) != kept_back
    assert ("no other city sees it" in page) == kept_back


async def sent_attempt(desk: Desk, browser: AsyncClient, outcome: str) -> str:
    """What follows after an experience with another city's solution was sent, in words."""
    await recorded_solution(desk, id="sol-1", title="Night vans")
    form = await filled(browser)
    await save(browser, form, "outcome", outcome=outcome)
    await send(browser, f"{form}/check", action="join", solution="sol-1")
    await send(browser, f"{form}/check", action="send")
    return (await browser.get(f"{form}/sent")).text


async def plan(desk: Desk, city: str, state: State = "published") -> None:
    """A city with a need that the solution fits."""
    need = a_need(id=f"need-{city}", city=city)
    await desk.context.store.records.save_need(need_recorded(need=need, state=state))
    match = a_match(need=need.id, city=city)
    await desk.context.store.match_cards.save(MatchCard(a_brief(), match), datetime.now(UTC))


async def test_who_reports_a_failure_reads_how_many_cities_plan_the_same(
    desk: Desk, browser: AsyncClient
) -> None:
    for city, state in ((YORK, "published"), (TAMPERE, "published"), ("1", "withdrawn"), ("2", "draft")):
        await plan(desk, city, state)  # type: ignore[arg-type]
    await plan(desk, HOLDER.city)
    assert "2 cities plan this and will read it." in await sent_attempt(desk, browser, "failed")


@pytest.mark.parametrize(("outcome", "planned"), [("succeeded", True), ("failed", False)])
async def test_nothing_is_said_of_plans_where_it_went_well_or_where_none_is_known(
    desk: Desk, browser: AsyncClient, outcome: str, planned: bool
) -> None:
    if planned:
        await plan(desk, YORK)
    assert "will read it" not in await sent_attempt(desk, browser, outcome)
