"""Evaluators at the desk: assigned by a city or an operator, private notes, a recommendation, a decision."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest

from services.notifications.adapters.mongo.address_statuses import MongoAddressStatuses
from services.notifications.adapters.mongo.erasure import erasing
from services.notifications.domain.desk.evaluations import assigned
from services.notifications.domain.officials import Role
from services.notifications.samples.people import official
from services.notifications.settings import Settings
from shared.erasure.person import Person
from shared.events import SolutionSubmitted
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    a_kpi,
    a_solution,
    adoption_recorded,
    an_adoption,
    solution_recorded,
)
from tests.component.desk import SITE, Desk, a_desk, send
from tests.security.ways_out import EVERY_SERVICE, SILENT, TELLS
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
LEAD = official().model_copy(update={"city": TAMPERE, "id": "tampere-lead", "email": "lead@tampere.example"})
COLLEAGUE = LEAD.model_copy(
    update={
        "id": "tampere-stats",
        "email": "stats@tampere.example",
        "post": "Statistics",
        "role": Role.MEMBER,
    }
)
JUDGE = official().model_copy(
    update={"city": KRAKOW, "id": "krakow-judge", "email": "judge@krakow.example", "post": "Audit office"}
)
OPERATOR = official().model_copy(
    update={"city": KRAKOW, "id": "operator", "email": "operator@example.org", "role": Role.MEMBER}
)
SETTINGS = Settings(public_url=SITE, operators=(OPERATOR.email,))
PAGE = "/desk/evaluators/sol-1"
NOTES = "The counts of May look odd to me"
OPINION = {"do": "recommend", "sms": "3", "sign": "+", "reason": "Beside a street without it."}


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """The desk, with a public solution of Tampere."""
    async with a_desk(database, SETTINGS) as desk:
        for one in (LEAD, COLLEAGUE, JUDGE, OPERATOR):
            await desk.context.store.officials.save(one, "import")
        shared = a_solution(id="sol-1", city=TAMPERE, title="Quiet vans", kpis=[a_kpi()])
        await desk.context.follower_updates.save_solution(solution_recorded(solution=shared))
        yield desk


async def asked(desk: Desk) -> str:
    """The page of the audit office of Kraków, which an operator asked."""
    async with await desk.signed_in(OPERATOR) as browser:
        done = await send(browser, PAGE, do="assign", email=JUDGE.email.upper())
        assert done.status_code == 303, done.text
    (evaluation,) = await desk.context.store.evaluations.of_solution("sol-1")
    return f"/desk/evaluations/{evaluation.id}"


async def test_a_city_asks_a_post_of_its_own_once_and_that_sees_it_at_its_desk(desk: Desk) -> None:
    async with await desk.signed_in(LEAD) as browser:
        assert "Audit office" not in (await browser.get(PAGE)).text, "posts of others are not listed"
        for _ in range(2):
            assert (await send(browser, PAGE, do="assign", evaluator=COLLEAGUE.id)).status_code == 303
        for other in (JUDGE.id, "nobody", ""):
            refused = await send(browser, PAGE, do="assign", evaluator=other)
            assert refused.status_code == 422
        address = await send(browser, PAGE, do="assign", email=JUDGE.email)
        assert address.status_code == 422, "only an operator asks somebody of another city"
    (evaluation,) = await desk.context.store.evaluations.of_solution("sol-1")
    assert (evaluation.official, evaluation.by_operator) == (COLLEAGUE.id, False)
    async with await desk.signed_in(COLLEAGUE) as browser:
        assert f"/desk/evaluations/{evaluation.id}" in (await browser.get("/desk")).text
        assert "Quiet vans" in (await browser.get("/desk/evaluations")).text
        assert (await browser.get(PAGE)).status_code == 404, "who does not send for the city assigns nobody"


@pytest.mark.parametrize("address", ["nobody@example.org", "", "@"])
async def test_an_operator_asks_only_who_holds_a_post(desk: Desk, address: str) -> None:
    async with await desk.signed_in(OPERATOR) as browser:
        assert (await send(browser, PAGE, do="assign", email=address)).status_code == 422
    assert await desk.context.store.evaluations.of_solution("sol-1") == []


async def test_who_looks_after_no_solution_and_every_hidden_one_is_answered_alike(desk: Desk) -> None:
    hidden = a_solution(id="hidden", city=TAMPERE, title="Quiet vans")
    await desk.context.follower_updates.save_solution(solution_recorded(solution=hidden, state="draft"))
    async with await desk.signed_in(JUDGE) as browser:
        foreign = await browser.get(PAGE)
    async with await desk.signed_in(OPERATOR) as browser:
        pages = [await browser.get(f"/desk/evaluators/{name}") for name in ("hidden", "nothing")]
    assert {page.status_code for page in (foreign, *pages)} == {404}
    assert pages[0].text == pages[1].text


async def test_a_recommendation_becomes_evidence_by_the_word_of_the_solutions_city_alone(desk: Desk) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        missing = await send(browser, page, do="recommend", sms="9", sign="", reason="")
        assert missing.status_code == 422
        assert missing.text.count('class="mistake"') == 3
        for _ in range(2):
            assert (await send(browser, page, **OPINION)).status_code == 303
    (evaluation,) = await desk.context.store.evaluations.of_solution("sol-1")
    assert evaluation.version == 2
    assert desk.published == [], "a recommendation is no evidence"
    form = {"evaluation": evaluation.id, "version": "2"}
    async with await desk.signed_in(OPERATOR) as browser:
        assert (await send(browser, PAGE, do="accept", **form)).status_code == 403
    async with await desk.signed_in(LEAD) as browser:
        assert PAGE in (await browser.get("/desk")).text
        shown = (await browser.get(PAGE)).text
        assert OPINION["reason"] in shown
        assert JUDGE.name not in shown
        assert (
            await send(browser, PAGE, do="decline", evaluation=evaluation.id, version="1")
        ).status_code == 422
        for _ in range(2):
            assert (await send(browser, PAGE, do="accept", **form)).status_code == 303
        assert PAGE not in (await browser.get("/desk")).text
    (said,) = desk.published
    assert isinstance(said, SolutionSubmitted)
    (study,) = said.studies
    assert (study.sms, study.independence, study.city) == (3, "independent", KRAKOW)
    assert said.actor is not None
    assert (said.actor.post, said.actor.city) == (LEAD.post, TAMPERE)
    async with await desk.signed_in(JUDGE) as browser:
        assert "Taken as evidence" in (await browser.get(page)).text


async def test_two_tabs_with_the_notes_do_not_overwrite_each_other(desk: Desk) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        for _ in range(2):
            assert (await send(browser, page, do="notes", notes=NOTES, version="0")).status_code == 303
        late = await send(browser, page, do="notes", notes="Another text", version="0")
        assert late.status_code == 422
        assert "Another text" in late.text, "what was typed is not lost"
        assert (await send(browser, page, do="notes", notes=NOTES + "!", version="1")).status_code == 303
        assert NOTES + "!" in (await browser.get(page)).text
        assert (await send(browser, page, do="notes", notes="x" * 20_001, version="2")).status_code == 422


async def test_notes_are_on_no_page_for_others_in_no_message_and_in_no_log(
    desk: Desk, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        await send(browser, page, do="notes", notes=NOTES, version="0")
        await send(browser, page, **OPINION)
    evaluation = page.rpartition("/")[2]
    values = {"record": "sol-1", "evaluation": evaluation, "kind": "solution", "solution": "sol-1"}
    ways = {**SILENT["notifications"], **dict.fromkeys(TELLS["notifications"]), **EVERY_SERVICE}
    paths = {
        re.sub(r"\{(\w+)(:path)?\}", lambda name: values.get(name[1], evaluation), path)
        for method, path in ways
        if method == "GET"
    }
    assert {page, PAGE, "/desk/evaluations"} <= paths
    successor = JUDGE.model_copy(update={"name": "Somebody New", "email": "new@krakow.example"})
    for reader in (LEAD, COLLEAGUE, OPERATOR, successor):
        async with await desk.signed_in(reader) as browser:
            for path in sorted(paths - {"/desk/out"}):
                assert NOTES not in (await browser.get(path)).text, (reader.post, path)
    async with desk.browser() as stranger:
        for path in sorted(paths):
            assert NOTES not in (await stranger.get(path)).text, path
    said = [event.model_dump_json() for event in desk.published]
    logged = [*capsys.readouterr(), caplog.text]
    assert not [text for text in (*said, *logged) if NOTES in text]


async def test_ending_an_evaluation_deletes_its_notes_and_closes_its_page(desk: Desk) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        await send(browser, page, do="notes", notes=NOTES, version="0")
    evaluation = page.rpartition("/")[2]
    async with await desk.signed_in(LEAD) as browser:
        for _ in range(2):
            assert (await send(browser, PAGE, do="end", evaluation=evaluation)).status_code == 303
        assert (await send(browser, PAGE, do="end", evaluation="another")).status_code == 404
    assert await desk.database["evaluator_notes"].find({}).to_list(None) == []
    async with await desk.signed_in(JUDGE) as browser:
        assert (await browser.get(page)).status_code == 404
    assert await asked(desk) == page, "it may begin anew"
    async with await desk.signed_in(JUDGE) as browser:
        assert NOTES not in (await browser.get(page)).text


async def test_two_who_decide_at_once_decide_one_thing(desk: Desk) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        await send(browser, page, **OPINION)
    form = {"evaluation": page.rpartition("/")[2], "version": "2"}
    async with await desk.signed_in(LEAD) as browser:
        answers = await asyncio.gather(
            *(send(browser, PAGE, do=verdict, **form) for verdict in ("accept", "decline"))
        )
    assert sorted(answer.status_code for answer in answers) == [303, 422]


async def test_an_erased_person_leaves_no_evaluation_and_no_name_in_the_notes_of_others(desk: Desk) -> None:
    page = await asked(desk)
    async with await desk.signed_in(JUDGE) as browser:
        await send(browser, page, do="notes", notes="Asked Zbigniew Nowakowski about May.", version="0")
    own = assigned("sol-1", TAMPERE, COLLEAGUE, LEAD, NOW, by_operator=False)
    await desk.context.store.evaluations.add(own)
    statuses = MongoAddressStatuses(desk.database)
    for words in (["Zbigniew Nowakowski"], [JUDGE.email]):
        steps = erasing(desk.database, statuses, SETTINGS.sender)(Person(dict.fromkeys(words)))
        for step in steps.values():
            await step()
        notes = await desk.database["evaluator_notes"].find({}).to_list(None)
        assert "Nowakowski" not in str(notes)
    assert notes == []
    assert [one.official for one in await desk.context.store.evaluations.of_solution("sol-1")] == [
        COLLEAGUE.id
    ]


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as started:
        yield started


async def test_pages_can_be_read_by_everybody_on_a_phone_and_in_the_dark(desk: Desk, opened: Browser) -> None:
    page, html = await asked(desk), dict[str, str]()
    adoption = adoption_recorded(
        adoption=an_adoption(solution="a", city=KRAKOW, kind="copied", parent="sol-1")
    )
    await desk.context.follower_updates.save_adoption(adoption)
    async with await desk.signed_in(JUDGE) as reader:
        for address in (page, "/desk/evaluations", "/desk", f"/desk/effect/a|{KRAKOW}"):
            html[address] = (await reader.get(address)).text
        html["mistakes"] = (await send(reader, page, do="recommend", sms="9", sign="", reason="")).text
        html["no effect"] = (await send(reader, f"/desk/effect/a|{KRAKOW}", before="x")).text
        await send(reader, page, **OPINION)
    async with await desk.signed_in(LEAD) as reader:
        html[PAGE] = (await reader.get(PAGE)).text
    screens: dict[Literal["light", "dark"], int] = {"dark": 320, "light": 1000}
    for address, text in html.items():
        for scheme, width in screens.items():
            opened.show(text, width, scheme)
            assert opened.violations() == [], address
            assert not opened.overflows(), (address, width)
