"""The public catalogue without a broker: its pages on a real store, with scoring's answers from a server."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

import pytest
from httpx import AsyncClient

from services.notifications.settings import Settings
from shared.facts import Blueprint, Funding, SharedDocument
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    a_failure,
    a_kpi,
    a_solution,
    a_study,
    a_unit,
    adoption_recorded,
    an_adoption,
    an_assessment,
    an_implementation,
    city_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.desk import SITE, Desk, a_desk
from tests.component.scoring_servers import ScoringServer, scoring_server
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
SECRET = "Kvartsilaakso"
TODAY = datetime.now(UTC).date()
HUB = a_solution(
    title=f"{SECRET} at night",
    summary="Lorries deliver at night.",
    cost={"amount": 120000, "currency": "EUR"},
    months=9,
    components=[{"name": "Hub", "core": True, "note": "At the ring road"}],
    units=[a_unit()],
    kpis=[a_kpi()],
    studies=[a_study(source="https://city.example/study")],
    legal={"legal_basis": True, "data_protection": False},
    reuse={"blueprint": True},
    lockin={"open_interfaces": False},
    page="https://city.example/hub",
    first_step="Count the lorries",
)
LOCKERS = a_solution(id="sol/2", title="Parcel lockers", summary="", parent="sol-1", city=KRAKOW)
SOLUTION = "/solutions/sol-1/kvartsilaakso-at-night"
BRIEFING = "/solutions/sol-1/briefing"
PDF = "/solutions/sol-1/briefing.pdf"
LISTED = {
    "city": TAMPERE,
    "country": "FI",
    "language": "en",
    "band": "Ready to adapt",
    "evaluation": 60,
    "risk": 20,
    "learning": 40,
    "outcomes": ["succeeded", "failed"],
    "evidence": 3,
    "year": 2025,
}
CATALOGUE: dict[str, Any] = {
    "total": 45,
    "limited": False,
    "solutions": [
        {**LISTED, "solution": "sol-1", "title": HUB.title},
        {**LISTED, "solution": "sol/2", "title": LOCKERS.title, "outcomes": []},
    ],
    "facets": [
        {"facet": "outcome", "values": [{"value": "failed", "solutions": 7}]},
        {"facet": "topic", "values": [{"value": "CPV:63", "solutions": 45}]},
        {"facet": "cost", "values": [{"value": "50k_250k", "solutions": 3}]},
    ],
    "suppliers": {"startups": 2, "suppliers": 9, "not_known": 4, "unnamed": 30},
}
SCORE = {"assessment": an_assessment(transferability=None).model_dump(mode="json")}
HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"state": "draft"},
    "embargo until tomorrow": {"state": "confirmed", "embargo_until": TODAY + timedelta(days=1)},
    "embargo until tomorrow, as an older release says it": {"embargo_until": TODAY + timedelta(days=1)},
    "embargo until a transition": {"state": "confirmed", "embargo_until": date.max},
    "withdrawn": {"state": "withdrawn"},
}
SHOWN: dict[str, dict[str, Any]] = {
    "published": {},
    "stale": {"state": "stale"},
    "embargo until today": {"embargo_until": TODAY},
}


class Catalogue(NamedTuple):
    """The pages, somebody who reads them, and what is in the place of scoring."""

    desk: Desk
    reader: AsyncClient
    scoring: ScoringServer

    async def save_hub(self, revision: int = 1, **changes: Any) -> None:  # noqa: ANN401 - fields of the event
        event = solution_recorded(solution=HUB, revision=revision, **changes)
        await self.desk.context.store.records.save_solution(event)


@pytest.fixture
async def catalogue(database: Database) -> AsyncIterator[Catalogue]:
    async with scoring_server() as scoring:
        scoring.answers = {"/v1/catalogue": CATALOGUE, "/v1/solutions/sol-1/score": SCORE}
        async with (
            a_desk(database, Settings(public_url=SITE, scoring_url=scoring.url)) as desk,
            desk.browser() as reader,
        ):
            records = desk.context.store.records
            for city, name in ((TAMPERE, "Tampere"), (KRAKOW, "Kraków"), (YORK, "York")):
                await records.save_city(city_recorded(city=a_city(id=city, name=name)))
            await records.save_solution(solution_recorded(solution=LOCKERS))
            await records.save_attempt(outcome_recorded())
            failed = an_implementation(
                city=YORK, outcome="failed", failure=a_failure(first_warning_sign="Empty vans")
            )
            await records.save_attempt(outcome_recorded(implementation=failed))
            adoption = an_adoption(solution="sol/2", city=KRAKOW, kept=["Hub"])
            await records.save_adoption(adoption_recorded(adoption=adoption))
            yield Catalogue(desk, reader, scoring)
            await desk.context.scoring.close()


async def test_results_have_their_outcome_in_words_and_facets_are_links(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    page = await catalogue.reader.get("/solutions?q=night&country=FI&page=2&sort=newest&lang=en")
    assert page.status_code == 200
    text = page.text
    assert SECRET in text
    assert re.search(r"succeeded</span> <span[^>]*>failed</span>", text)
    assert "outcome not known" in text
    assert "45 results" in text
    assert "Page 2 of 3" in text
    assert "/solutions?q=night&amp;outcome=failed&amp;country=FI&amp;sort=newest&amp;lang=en" in text
    assert 'name="country" value="FI"' in text
    assert "/solutions/sol%2F2/parcel-lockers?lang=en" in text
    asked = catalogue.scoring.asked[0][0]
    assert asked == ("/v1/catalogue?text=night&text_language=en&country=FI&sort=newest&skip=20&most=20")


async def test_start_ups_among_suppliers_are_told_for_an_area_or_a_need(catalogue: Catalogue) -> None:
    told = "Start-ups among the suppliers of these: 2 of 9; of 4 it is not known"
    for address in ("/solutions?topic=CPV:63&lang=en", "/solutions?q=quiet+nights&lang=en"):
        assert told in (await catalogue.reader.get(address)).text
    assert "Start-ups among" not in (await catalogue.reader.get("/solutions?lang=en")).text
    older = {name: value for name, value in CATALOGUE.items() if name != "suppliers"}
    catalogue.scoring.answers["/v1/catalogue"] = older
    page = await catalogue.reader.get("/solutions?topic=CPV:63&lang=en")
    assert (page.status_code, "Start-ups among" in page.text) == (200, False)


async def test_the_first_page_has_the_search_and_failures_beside_successes(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    text = (await catalogue.reader.get("/?lang=en")).text
    assert text.index("Newest successes") < text.index("Newest failures")
    assert "/solutions?outcome=failed&amp;sort=newest&amp;lang=en" in text
    assert 'action="/solutions"' in text
    assert "/desk" in text
    asked = sorted(address for address, _ in catalogue.scoring.asked)
    assert asked == [
        f"/v1/catalogue?outcome={outcome}&sort=newest&skip=0&most=20" for outcome in ("failed", "succeeded")
    ]
    catalogue.scoring.answers = {}
    away = (await catalogue.reader.get("/")).text
    assert SECRET in away
    assert "Newest failures" not in away


async def test_what_cannot_be_read_in_an_address_is_left_out(catalogue: Catalogue) -> None:
    page = await catalogue.reader.get("/solutions?outcome=great&page=-4&sort=x&year=12&topic=%3Cb%3E&lang=xx")
    assert page.status_code == 200
    assert catalogue.scoring.asked[0][0] == "/v1/catalogue?sort=learning&skip=0&most=20"


async def test_where_nothing_is_found_the_page_says_what_to_leave_out(catalogue: Catalogue) -> None:
    catalogue.scoring.answers["/v1/catalogue"] = {**CATALOGUE, "total": 0, "solutions": [], "facets": []}
    page = await catalogue.reader.get("/solutions?q=night&outcome=failed")
    assert "Nothing was found." in page.text
    assert 'href="/solutions?q=night"' in page.text
    assert 'href="/solutions?outcome=failed"' in page.text


async def test_while_scoring_is_away_the_newest_are_shown_and_it_is_said(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    catalogue.scoring.answers = {}
    page = await catalogue.reader.get("/solutions?q=night")
    assert "cannot be reached" in page.text
    assert SECRET in page.text
    page = await catalogue.reader.get(SOLUTION)
    assert page.status_code == 200
    assert "The score cannot be reached" in page.text
    assert "Empty vans" in page.text


async def test_a_solution_has_all_that_is_known_of_it_in_words(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    text = (await catalogue.reader.get(SOLUTION)).text
    for words in (
        "Vans block the street.",
        "120,000 EUR",
        "9 months",
        "At the ring road",
        "A night rule",
        "Count the lorries",
        "citizens rejected it or did not use it",
        "Empty vans",
        "before and after, beside a place without it",
        'href="https://city.example/study" rel="nofollow noopener noreferrer"',
        "There is a legal basis: Yes",
        "Data protection is settled: No",
        "Open interfaces: No",
        "A blueprint: Yes",
        "Kraków adapted it.",
        "100% kept as it was",
        "/solutions/sol%2F2/parcel-lockers",
    ):
        assert words in text, words
    assert "such projects fail" in text


async def test_a_briefing_says_what_a_council_asks_on_one_page(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    text = (await catalogue.reader.get(f"{BRIEFING}?lang=en")).text
    for words in (
        "Vans block the street.",
        "120,000 EUR",
        "9 months",
        "Yes: There is a legal basis",
        "No: Data protection is settled",
        "Not known: The route of procurement is clear",
        "such projects fail",
        "Empty vans",
        "Count the lorries",
        "https://city.example/study",
        f'href="{PDF}?lang=en"',
        f'href="{SITE}/solutions/sol-1"',
    ):
        assert words in text, words
    assert text.index("York") < text.index("Tampere –"), "failures come first"
    assert (
        'href="/solutions/sol-1/briefing?lang=en"' in (await catalogue.reader.get(SOLUTION + "?lang=en")).text
    )


async def test_a_briefing_as_pdf_is_cached_by_what_it_is_made_from(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    pdf = await catalogue.reader.get(PDF)
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.content.startswith(b"%PDF-1.7")
    assert pdf.headers["cache-control"] == "public, no-cache"
    assert "kvartsilaakso-at-night.pdf" in pdf.headers["content-disposition"]
    assert "set-cookie" not in pdf.headers
    again = await catalogue.reader.get(PDF, headers={"if-none-match": pdf.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await catalogue.reader.get(PDF + "?lang=fi")
    assert other.headers["etag"] != pdf.headers["etag"]


async def test_an_id_that_ends_like_a_briefing_leads_to_its_solution(catalogue: Catalogue) -> None:
    records = catalogue.desk.context.store.records
    await records.save_solution(solution_recorded(solution=a_solution(id="x/briefing", title="Boxes")))
    answer = await catalogue.reader.get("/solutions/x%2Fbriefing")
    assert answer.headers["location"] == "/solutions/x%2Fbriefing/boxes"
    assert (await catalogue.reader.get("/solutions/x%2Fbriefing/briefing")).status_code == 200


@pytest.mark.parametrize(
    "address", ["/solutions/sol-1/another-title", "/solutions/sol-1", "/solutions/sol-1/x"]
)
async def test_another_end_of_the_address_leads_to_the_right_one(catalogue: Catalogue, address: str) -> None:
    await catalogue.save_hub()
    answer = await catalogue.reader.get(address)
    assert (answer.status_code, answer.headers["location"]) == (301, SOLUTION)


async def test_an_id_with_a_slash_has_a_page(catalogue: Catalogue) -> None:
    for address in ("/solutions/sol%2F2", "/solutions/sol/2", "/solutions/sol%2F2/old"):
        answer = await catalogue.reader.get(address)
        assert answer.headers["location"] == "/solutions/sol%2F2/parcel-lockers", address
    page = await catalogue.reader.get("/solutions/sol%2F2/parcel-lockers")
    assert page.status_code == 200
    assert "Parcel lockers" in page.text


@pytest.mark.parametrize("state", SHOWN)
async def test_what_is_public_is_told_of_on_every_page(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub(**SHOWN[state])
    told = ["/", "/solutions", SOLUTION, BRIEFING, "/solutions/sol%2F2/parcel-lockers"]
    assert await told_of(catalogue) == told
    catalogue.scoring.answers = {}
    assert SECRET in (await catalogue.reader.get("/solutions")).text


@pytest.mark.parametrize("before", ["hidden from the start", "published before"])
@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_hidden_is_told_of_on_no_page_though_scoring_still_finds_it(
    catalogue: Catalogue, state: str, before: str
) -> None:
    if before == "published before":
        await catalogue.save_hub()
    await catalogue.save_hub(revision=2, **HIDDEN[state])
    assert await told_of(catalogue) == []
    hidden, unknown = [
        await catalogue.reader.get(address) for address in (SOLUTION, "/solutions/nothing/at-all")
    ]
    assert (hidden.status_code, hidden.text) == (404, unknown.text)
    for address in ("/solutions/sol-1", BRIEFING, PDF):
        assert (await catalogue.reader.get(address)).status_code == 404, address
    catalogue.scoring.answers = {}
    assert SECRET not in (await catalogue.reader.get("/solutions")).text


async def told_of(catalogue: Catalogue) -> list[str]:
    """Which pages tell of the hub: its own, the results, and that of what was made from it."""
    pages = ("/", "/solutions", SOLUTION, BRIEFING, "/solutions/sol%2F2/parcel-lockers")
    return [page for page in pages if SECRET in (await catalogue.reader.get(page)).text]


async def test_what_a_named_city_replies_to_a_failure_stands_beside_it_and_goes_with_it(
    catalogue: Catalogue,
) -> None:
    await catalogue.save_hub()
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    said = {
        "id": "r",
        "kind": "reply",
        "city": TAMPERE,
        "by": "Head of streets",
        "text": "We had warned them.",
    }
    replied = outcome_recorded(implementation=failed, revision=2, replies=[{**said, "said": NOW}])
    await catalogue.desk.context.store.records.save_attempt(replied)
    text = (await catalogue.reader.get(SOLUTION)).text
    assert "We had warned them." in text
    assert "Head of streets" in text
    withdrawn = replied.model_copy(update={"revision": 3, "state": "withdrawn"})
    await catalogue.desk.context.store.records.save_attempt(withdrawn)
    assert "We had warned them." not in (await catalogue.reader.get(SOLUTION)).text


async def test_a_solution_has_its_blueprint_documents_and_who_paid(catalogue: Catalogue) -> None:
    contract = {"kind": "contract", "title": "The contract", "link": "https://city.example/contract"}
    audit = {"kind": "due_diligence", "title": "The audit", "link": "https://city.example/audit"}
    allowed = {"licence": "CC-BY-4.0", "users": "public_bodies", "expires": TODAY + timedelta(days=1)}
    hub = HUB.model_copy(
        update={
            "blueprint": Blueprint(steps=("Count lorries", "Rent a hall"), roles=("Half a post for a year",)),
            "documents": (
                SharedDocument.model_validate(contract | allowed),
                SharedDocument.model_validate(audit | {"expires": TODAY}),
            ),
            "funding": (Funding(source="ERDF", programme="Urban 2021", share=0.6), Funding(source="City")),
        }
    )
    await catalogue.desk.context.store.records.save_solution(solution_recorded(solution=hub))
    page = (await catalogue.reader.get(f"{SOLUTION}?lang=en")).text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in (
        "Count lorries",
        "Half a post for a year",
        "Contract: The contract",
        "CC-BY-4.0 · public bodies may use it · offered until",
        "ERDF, Urban 2021: 60% of the cost",
        "City: its share is not known",
    ):
        assert words in text, words
    assert 'href="https://city.example/contract" rel="nofollow noopener noreferrer"' in page
    assert "city.example/audit" not in page
    briefing = (await catalogue.reader.get(f"{BRIEFING}?lang=en")).text
    assert "city.example/audit" not in briefing
    assert "Half a post for a year" in briefing
    assert "60% of the cost" in briefing


async def test_an_attempt_or_an_adoption_that_is_not_public_is_not_told_of(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    records = catalogue.desk.context.store.records
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    await records.save_attempt(outcome_recorded(implementation=failed, revision=2, state="withdrawn"))
    await records.save_solution(solution_recorded(solution=LOCKERS, revision=2, state="withdrawn"))
    text = (await catalogue.reader.get(SOLUTION)).text
    assert "York" not in text
    assert "Kraków" not in text
    assert "Parcel lockers" not in text


async def test_a_page_is_the_same_for_everybody_and_asked_for_again_by_its_etag(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    for address in ("/", "/solutions", BRIEFING, SOLUTION):
        page = await catalogue.reader.get(address)
        assert page.headers["cache-control"] == "public, no-cache"
        assert "set-cookie" not in page.headers
        assert "x-robots-tag" not in page.headers
        assert "<script" not in page.text
        assert len(page.content) < 60_000
        again = await catalogue.reader.get(address, headers={"if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    await catalogue.save_hub(revision=2, state="withdrawn")
    assert (
        await catalogue.reader.get(SOLUTION, headers={"if-none-match": page.headers["etag"]})
    ).status_code == 404


async def test_the_page_is_in_the_language_of_the_address_or_of_the_browser(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    asked = await catalogue.reader.get("/solutions", headers={"accept-language": "pl-PL,pl;q=0.9"})
    assert '<html lang="pl"' in asked.text
    named = await catalogue.reader.get("/solutions?lang=fi", headers={"accept-language": "pl"})
    assert '<html lang="fi"' in named.text
    assert catalogue.scoring.asked == [("/v1/catalogue?sort=learning&skip=0&most=20", None)] * 2


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as started:
        yield started


async def test_pages_can_be_read_by_everybody_on_a_phone_and_in_the_dark(
    catalogue: Catalogue, opened: Browser
) -> None:
    await catalogue.save_hub()
    pages = {
        address: (await catalogue.reader.get(address)).text
        for address in ("/", "/solutions?q=night&outcome=failed&page=2", SOLUTION, BRIEFING)
    }
    catalogue.scoring.answers["/v1/catalogue"] = {**CATALOGUE, "total": 0, "solutions": [], "facets": []}
    pages["nothing found"] = (await catalogue.reader.get("/solutions?q=night&outcome=failed")).text
    catalogue.scoring.answers = {}
    pages["scoring away"] = (await catalogue.reader.get("/solutions")).text
    screens: dict[Literal["light", "dark"], int] = {"dark": 320, "light": 1000}
    for address, page in pages.items():
        for scheme, width in screens.items():
            opened.show(page, width, scheme)
            assert opened.violations() == [], address
            assert not opened.overflows(), (address, width)
