"""Our city at the desk: its first page, its records, and the drafts that procurement data made."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from services.notifications.application.stored_models import MatchCard
from services.notifications.domain.letters import warning
from services.notifications.domain.officials import Role
from services.notifications.samples import official
from services.notifications.settings import Settings
from services.notifications.web.desk.addresses import record_address
from shared.events import (
    AdoptionRecorded,
    Complaint,
    LaterStatement,
    NeedRecorded,
    OutcomeDue,
    OutcomeRecorded,
    RecordConfirmed,
    Recorded,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionRecorded,
    SolutionSubmitted,
    SubmissionRejected,
)
from shared.facts import Implementation
from shared.store.mongo import Database
from shared.visibility import UNTIL_TRANSITION
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    a_city,
    a_match,
    a_need,
    a_solution,
    adoption_recorded,
    an_adoption,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_matched,
    solution_recorded,
    warning_raised,
)
from tests.component.desk import SITE, Desk, a_desk, send
from tests.component.scoring_servers import scoring_server

pytestmark = pytest.mark.component
HOLDER = official().model_copy(update={"city": KRAKOW})
TODAY = datetime.now(UTC).date()


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        yield opened


def ours(id: str, **changes: Any) -> Any:  # noqa: A002, ANN401 - the builders' way
    return a_solution(id=id, city=KRAKOW, **changes)


async def record(desk: Desk, *events: Recorded) -> None:
    records = desk.context.store.records
    for event in events:
        match event:
            case SolutionRecorded():
                await records.save_solution(event)
            case NeedRecorded():
                await records.save_need(event)
            case OutcomeRecorded():
                await records.save_attempt(event)
            case AdoptionRecorded():
                await records.save_adoption(event)


def words(html: str) -> str:
    """The text of a page without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main", 1)[-1]).split())


async def test_a_new_city_is_told_what_to_do_first(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        page = words((await browser.get("/desk")).text)
    assert "Nothing waits for us." in page
    assert "Say what we need, and solutions that fit it stand here." in page
    assert "Some figures are missing here" in page
    assert "To sharpen what we are told: Inhabitants" in page


async def test_the_first_page_has_what_is_due_and_new_and_ours(desk: Desk) -> None:
    store = desk.context.store
    await store.officials.save(HOLDER, "import")
    await store.records.save_city(city_recorded(city=a_city(id=KRAKOW, name="Kraków")))
    await record(
        desk,
        need_recorded(need=a_need(id="need-1", city=KRAKOW, title="Quiet nights")),
        need_recorded(need=a_need(id="other", city=TAMPERE, title="Not ours")),
        solution_recorded(solution=ours("krakow-1", title="Night lorries")),
        solution_recorded(solution=ours("krakow-2", title="A cycle street")),
        solution_recorded(solution=ours("krakow-3", title="Taken back"), state="withdrawn"),
        solution_recorded(solution=ours("krakow-4", title="Bought", origin="procurement"), state="draft"),
        outcome_recorded(
            implementation=an_implementation(solution="krakow-1", city=KRAKOW, outcome="running")
        ),
        adoption_recorded(adoption=an_adoption(solution="krakow/sol-1", city=KRAKOW, parent="sol-1")),
        solution_recorded(solution=a_solution(id="sol-1", city=TAMPERE, title="Parcels at night")),
    )
    due = OutcomeDue(
        solution="krakow-1", title="Night lorries", city=KRAKOW, months=12, due=TODAY, reason="It began."
    )
    await store.check_ins.save(due, datetime.now(UTC))
    match = a_match(city=KRAKOW, need="need-1")
    await store.match_cards.save(MatchCard(solution_matched().brief, match), datetime.now(UTC))
    raised = warning_raised(city=KRAKOW)
    warned = warning.write(raised, HOLDER)
    await store.letters.claim(warned, b"a letter", datetime.now(UTC))
    async with await desk.signed_in(HOLDER) as browser:
        html = (await browser.get("/desk")).text
    page = words(html)
    assert "Night lorries : what became of it? after 12 months" in page
    assert "1 draft that procurement data made waits for us" in page
    assert "Quiet nights" in page
    assert "Not ours" not in page
    assert "Taken back" not in page
    assert "Night lorries still running" in page
    assert "Parcels at night" in page
    assert "A cycle street" in page
    assert page.index("Due") < page.index("New for our needs") < page.index("Ours")
    assert f"{SITE}/s/" in html
    assert "/desk/records/outcome/krakow-1|" in html


async def test_a_match_without_a_letter_has_a_page_while_it_may_be_told_of(desk: Desk) -> None:
    store = desk.context.store
    need = need_recorded(need=a_need(id="need-1", city=KRAKOW))
    await record(desk, need, solution_recorded(solution=a_solution(id="sol-1", city=TAMPERE)))
    match = a_match(city=KRAKOW, need="need-1")
    await store.match_cards.save(MatchCard(solution_matched().brief, match), datetime.now(UTC))
    async with await desk.signed_in(HOLDER) as browser:
        assert 'href="/desk/matches/sol-1"' in (await browser.get("/desk")).text
        page = await browser.get("/desk/matches/sol-1")
        assert page.status_code == 200
        assert "Night-time freight" in page.text
        assert "What became of it elsewhere" in page.text
        assert f"{SITE}/" not in page.text, "no key of a letter that nobody got"
        assert (await browser.get("/desk/matches/sol-2")).status_code == 404
        await record(desk, need.model_copy(update={"state": "withdrawn", "revision": 2}))
        assert (await browser.get("/desk/matches/sol-1")).status_code == 404


async def test_a_briefing_is_for_the_own_city_and_private_or_else_the_public_one(desk: Desk) -> None:
    store = desk.context.store
    need = need_recorded(need=a_need(id="need-1", city=KRAKOW, title="Quieter deliveries"))
    other = solution_recorded(solution=a_solution(id="sol/2", city=TAMPERE, title="Parcel lockers"))
    await record(desk, need, solution_recorded(solution=a_solution(id="sol-1", city=TAMPERE)), other)
    match = a_match(city=KRAKOW, need="need-1")
    await store.match_cards.save(MatchCard(solution_matched().brief, match), datetime.now(UTC))
    async with await desk.signed_in(HOLDER) as browser:
        assert 'href="/desk/briefing/sol-1"' in (await browser.get("/desk/matches/sol-1")).text
        page = await browser.get("/desk/briefing/sol-1")
        assert page.headers["cache-control"] == "no-store"
        assert "Quieter deliveries" in page.text
        assert "82%" in page.text
        pdf = await browser.get("/desk/briefing.pdf/sol-1")
        assert (pdf.headers["content-type"], pdf.headers["cache-control"]) == ("application/pdf", "no-store")
        assert pdf.content.startswith(b"%PDF")
        public = await browser.get("/desk/briefing/sol/2")
        assert public.headers["location"].startswith("/solutions/sol%2F2/briefing?lang=")
        assert (await browser.get("/desk/briefing/sol-3")).status_code == 404
        await record(desk, need.model_copy(update={"state": "withdrawn", "revision": 2}))
        assert (await browser.get("/desk/briefing/sol-1")).headers["location"].startswith("/solutions/sol-1/")
        withdrawn = solution_recorded(
            solution=a_solution(id="sol-1", city=TAMPERE), state="withdrawn", revision=2
        )
        await record(desk, withdrawn)
        for address in ("/desk/briefing/sol-1", "/desk/briefing.pdf/sol-1"):
            assert (await browser.get(address)).status_code == 404
    async with desk.browser() as stranger:
        assert (await stranger.get("/desk/briefing/sol-1")).headers["location"].startswith("/in?")


async def test_a_match_of_another_city_has_no_page(desk: Desk) -> None:
    match = a_match(city=TAMPERE, need="need-1")
    card = MatchCard(solution_matched().brief, match)
    await desk.context.store.match_cards.save(card, datetime.now(UTC))
    async with await desk.signed_in(HOLDER) as browser:
        assert (await browser.get("/desk/matches/sol-1")).status_code == 404


async def test_an_answered_question_is_not_due_any_more(desk: Desk) -> None:
    store, asked = desk.context.store, datetime.now(UTC) - timedelta(days=2)
    due = OutcomeDue(
        solution="krakow-1", title="Night lorries", city=KRAKOW, months=6, due=TODAY, reason="It began."
    )
    await store.check_ins.save(due, asked)
    await store.check_ins.save(due, datetime.now(UTC))  # the same question again
    tried = {"solution": "krakow-1", "city": KRAKOW, "outcome": "running"}
    running = an_implementation(**tried)
    await record(desk, outcome_recorded(implementation=running, recorded=asked - timedelta(days=1)))
    async with await desk.signed_in(HOLDER) as browser:
        assert "what became of it?" in (await browser.get("/desk")).text
        answered = outcome_recorded(implementation=running, revision=2, recorded=asked + timedelta(days=1))
        await record(desk, answered)
        assert "what became of it?" not in (await browser.get("/desk")).text


async def test_figures_of_scoring_are_shown_with_what_they_mean(database: Database) -> None:
    async with scoring_server() as scoring:
        city = f"/v1/cities/{KRAKOW}"
        scoring.answers = {
            f"{city}/portfolio": {
                "agreed_risk": 0.25,
                "projects": 4,
                "expected": 1.2,
                "agreed": 1.0,
                "beyond": 0.33,
                "running": [],
            },
            f"{city}/learning": [],
            f"{city}/sharing": {"pledge": 0.01, "spent": None, "adopted": 2, "survey": [0.005, 0.02]},
        }
        settings = Settings(public_url=SITE, scoring_url=scoring.url)
        async with a_desk(database, settings) as desk, await desk.signed_in(HOLDER) as browser:
            profile = a_city(id=KRAKOW, name="Kraków", agreed_risk=0.25)
            await desk.context.store.records.save_city(city_recorded(city=profile))
            page = words((await browser.get("/desk")).text)
            await desk.context.scoring.close()
    assert "We agreed that about 1 in 4 of our projects may fail." in page
    assert "4 projects are running. Of these we expect 1.2 to fail; the limit allows 1." in page
    assert "We pledged 1% of our budget to sharing." in page
    assert "Some figures are missing" not in page


RECORDS = [
    (
        solution_recorded(solution=ours("krakow/1", title="Night lorries", summary="Quiet ones")),
        "solution",
        "krakow/1",
    ),
    (need_recorded(need=a_need(id="need?1#a", city=KRAKOW, title="Quiet nights")), "need", "need?1#a"),
    (
        outcome_recorded(implementation=an_implementation(solution="sol-9", city=KRAKOW, outcome="failed")),
        "outcome",
        f"sol-9|{KRAKOW}",
    ),
    (
        adoption_recorded(adoption=an_adoption(solution="sol-8", city=KRAKOW, kind="copied")),
        "adoption",
        f"sol-8|{KRAKOW}",
    ),
]


@pytest.mark.parametrize(("event", "kind", "name"), RECORDS, ids=[kind for _, kind, _ in RECORDS])
async def test_each_kind_of_record_has_a_page_in_words(
    desk: Desk,
    event: Recorded,
    kind: str,
    name: str,
) -> None:
    await record(desk, event)
    async with await desk.signed_in(HOLDER) as browser:
        page = await browser.get(record_address(kind, name))
    assert page.status_code == 200, words(page.text)
    assert "Everybody can see it." in page.text
    assert "first known here" in page.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("way", ["records/solution", "withdraw/solution", "embargo"])
async def test_a_record_of_another_city_is_answered_like_one_that_does_not_exist(
    desk: Desk, way: str, method: str
) -> None:
    await record(desk, solution_recorded(solution=a_solution(id="sol-1", city=TAMPERE), state="draft"))
    async with await desk.signed_in(HOLDER) as browser:
        token = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/desk/drafts")).text)
        fields = {"csrf": token[1] if token else ""}
        pages = [
            await browser.request(method, f"/desk/{way}/{name}", data=fields if method == "POST" else None)
            for name in ("sol-1", "nothing")
        ]
    assert pages[0].status_code == pages[1].status_code
    assert pages[0].text == pages[1].text
    assert pages[0].status_code in {403, 404}
    assert desk.published == []


async def test_confirming_withdrawing_and_keeping_back_say_so_once_and_name_the_post(desk: Desk) -> None:
    await record(desk, solution_recorded(solution=ours("k1", title="Night lorries"), state="stale"))
    async with await desk.signed_in(HOLDER) as browser:
        address = "/desk/records/solution/k1"
        for _ in range(2):
            done = await send(browser, address, revision="1")
            assert (done.status_code, done.headers["location"]) == (303, address)
        assert {event.message_id for event in desk.published} == {desk.published[0].message_id}
        await send(browser, "/desk/withdraw/solution/k1", revision="1", reason="Wrong numbers")
        await send(browser, "/desk/embargo/k1", revision="1", until="transition")
        await send(browser, "/desk/withdraw/solution/k1", revision="7", reason="An old page")
        page = words((await browser.get(address)).text)
    confirmed, _, withdrawn, kept_back = desk.published
    assert isinstance(confirmed, RecordConfirmed)
    assert (confirmed.by, confirmed.based_on, confirmed.actor and confirmed.actor.post) == (
        HOLDER.post,
        1,
        HOLDER.post,
    )
    assert isinstance(withdrawn, RecordWithdrawn)
    assert withdrawn.reason == "Wrong numbers"
    assert isinstance(kept_back, SolutionEmbargoed)
    assert kept_back.until_transition
    assert page.count("on its way") >= 3
    assert HOLDER.post in page


LATER = LaterStatement(
    said=NOW, fields={"outcome": "succeeded", "ended": "2027-01-31", "cost": {"amount": 9, "currency": "EUR"}}
)


AWARD = "urn:ocid:o1#award=50 %/A"
"""The id of a solution with the signs that an address has to escape."""


@pytest.mark.parametrize(
    "page", ["/desk/drafts", f"/desk/records/outcome/{quote(AWARD, safe='')}%7C{KRAKOW}"]
)
@pytest.mark.parametrize("do", ["take", "keep"])
async def test_what_the_records_say_since_is_shown_and_taken_over_or_not_by_one_message(
    desk: Desk, page: str, do: str
) -> None:
    tried = an_implementation(solution=AWARD, city=KRAKOW, outcome="running")
    await record(
        desk,
        solution_recorded(solution=ours(AWARD, title="Night lorries")),
        outcome_recorded(implementation=tried, later=LATER, revision=4),
    )
    async with await desk.signed_in(HOLDER) as browser:
        assert (
            "The procurement system says something else of 1 record since"
            in (await browser.get("/desk")).text
        )
        html = (await browser.get(page)).text
        for text in ("31 January 2027", "9 EUR", "running", "succeeded"):
            assert text in words(html), text
        actions = re.findall(r'<form[^>]* action="([^"]+)"', html)
        (address,) = {action for action in actions if "award" in action}
        for _ in range(2):
            done = await send(browser, address, do=do, revision="4")
            assert done.status_code == 303
        await send(browser, address, do=do, revision="3")
        assert {event.message_id for event in desk.published} == {desk.published[0].message_id}
        said = desk.published[0]
        assert isinstance(said, RecordConfirmed)
        assert said.takes_over == (do == "take")
        assert (said.based_on, said.actor and said.actor.post) == (4, HOLDER.post)
        await record(desk, outcome_recorded(implementation=tried, revision=5))
        assert "The procurement system says" not in (await browser.get(page)).text


async def test_a_day_that_is_past_keeps_nothing_back(desk: Desk) -> None:
    await record(desk, solution_recorded(solution=ours("k1")))
    async with await desk.signed_in(HOLDER) as browser:
        for day in (("31", "2", "2099"), ("1", "1", "2020"), ("", "", "")):
            parts = dict(zip(("day_day", "day_month", "day_year"), day, strict=True))
            page = await send(browser, "/desk/embargo/k1", revision="1", until="day", **parts)
            assert page.status_code == 422
            assert "Error:" in page.text
            assert "Please give a day that is still to come." in page.text
        parts = {"day_day": "1", "day_month": "2", "day_year": "2099"}
        await send(browser, "/desk/embargo/k1", revision="1", until="day", **parts)
    (kept_back,) = desk.published
    assert isinstance(kept_back, SolutionEmbargoed)
    assert kept_back.until == date(2099, 2, 1)


async def test_what_was_not_accepted_stands_at_the_record_in_words(desk: Desk) -> None:
    await record(desk, solution_recorded(solution=ours("k1"), state="stale"))
    async with await desk.signed_in(HOLDER) as browser:
        await send(browser, "/desk/records/solution/k1", revision="1")
        complaint = Complaint(path="based_on", message="It was changed since: look at it and send again")
        refused = SubmissionRejected(
            source="urn:citiesshare:notifications",
            event=desk.published[0].message_id,
            complaints=(complaint,),
            received=datetime.now(UTC),
        )
        await desk.context.store.sent_messages.reject(refused)
        page = words((await browser.get("/desk/records/solution/k1")).text)
    assert "Confirmed: not accepted" in page
    assert complaint.message in page


async def test_the_history_names_what_changed_and_not_what_it_says(desk: Desk) -> None:
    secret = ours("k1", summary="Told to nobody", cost={"amount": 5, "currency": "EUR"})
    await record(
        desk,
        solution_recorded(solution=ours("k1"), state="draft", revision=1),
        solution_recorded(solution=ours("k1"), state="published", revision=2),
        solution_recorded(solution=secret, state="published", revision=3),
        solution_recorded(solution=ours("k1"), revision=2),
    )
    (document,) = await desk.database["solutions"].find({"_id": "k1"}).to_list(None)
    assert [entry["revision"] for entry in document["history"]] == [1, 2, 3]
    assert "Told to nobody" not in str(document["history"])
    async with await desk.signed_in(HOLDER) as browser:
        page = words((await browser.get("/desk/records/solution/k1")).text)
    assert "Price and Description" in page or "Description and Price" in page
    assert "published" in page


DRAFTS = 3


def abandoned(solution: str) -> Implementation:
    return an_implementation(
        solution=solution, city=KRAKOW, outcome="abandoned", verification="procurement_record"
    )


async def a_desk_with_drafts(desk: Desk) -> None:
    for number in range(DRAFTS):
        await record(
            desk,
            solution_recorded(
                solution=ours(f"p{number}", title=f"Contract {number}", origin="procurement"), state="draft"
            ),
            outcome_recorded(
                implementation=abandoned(f"p{number}"),
                state="draft",
            ),
        )


@pytest.mark.parametrize(
    ("decision", "kind", "opposite"),
    [
        ("confirm", RecordConfirmed, (RecordWithdrawn,)),
        ("not_ours", RecordWithdrawn, (RecordWithdrawn,)),
        ("no_solution", RecordWithdrawn, (RecordWithdrawn,)),
    ],
)
async def test_drafts_are_decided_in_bulk_after_one_more_question_and_can_be_taken_back(
    desk: Desk, decision: str, kind: type, opposite: tuple[type, ...]
) -> None:
    await a_desk_with_drafts(desk)
    async with await desk.signed_in(HOLDER) as browser:
        chosen = ["solution|p0", "solution|p2", "solution|of another city"]
        asked = await send(browser, "/desk/drafts", do=decision, draft=chosen)
        assert (asked.status_code, desk.published) == (200, [])
        assert "2 drafts" in asked.text
        assert "Contract 1" not in asked.text
        done = await send(browser, "/desk/drafts", do=decision, draft=chosen, sure="yes")
        assert done.status_code == 303
        assert {type(event) for event in desk.published} == {kind}
        records = sorted((event.kind, event.record) for event in desk.published)  # type: ignore[attr-defined]
        assert records == [("solution", "p0"), ("solution", "p2")]
        assert all(event.attempt.based_on == 1 for event in desk.published)  # type: ignore[attr-defined]
        after = await browser.get(done.headers["location"])
        assert "Sent. It is on its way." in after.text
        when = re.search(r'name="done" value="([^"]+)"', after.text)
        assert when
        await send(browser, "/desk/drafts", undo="yes", done=when[1])
        about_attempt = await browser.get(f"/desk/records/outcome/p0%7C{KRAKOW}")
        assert words(about_attempt.text).count(": on its way") == 2
    assert len(desk.published) == 4
    assert {type(event) for event in desk.published[2:]} == {*opposite}
    assert all(event.attempt is not None for event in desk.published[2:])  # type: ignore[attr-defined]
    undone = [event for event in desk.published[2:] if isinstance(event, RecordWithdrawn)]
    assert {event.taken_back for event in undone} == {decision != "confirm"}


PAGES_OF_P0 = ("/desk/records/solution/p0", f"/desk/records/outcome/p0%7C{KRAKOW}")


@pytest.mark.parametrize("address", PAGES_OF_P0)
async def test_a_draft_is_decided_on_with_its_attempt_from_the_page_of_either(
    desk: Desk, address: str
) -> None:
    await a_desk_with_drafts(desk)
    async with await desk.signed_in(HOLDER) as browser:
        assert "This goes with it:" in (await browser.get(address)).text
        for _ in range(2):
            await send(browser, address, revision="1")
        await send(browser, address.replace("records", "withdraw"), revision="1", reason="Not ours")
        assert {words((await browser.get(page)).text).count(": on its way") for page in PAGES_OF_P0} == {2}
    confirmed, again, withdrawn = desk.published
    assert again.message_id == confirmed.message_id
    assert isinstance(confirmed, RecordConfirmed)
    assert isinstance(withdrawn, RecordWithdrawn)
    for event in (confirmed, withdrawn):
        assert (event.kind, event.record) == ("solution", "p0")
        assert event.attempt is not None


@pytest.mark.parametrize("address", PAGES_OF_P0)
async def test_a_draft_that_was_withdrawn_with_its_attempt_is_put_back_with_it(
    desk: Desk, address: str
) -> None:
    await a_desk_with_drafts(desk)
    solution, attempt = ours("p0", origin="procurement"), abandoned("p0")
    await record(
        desk,
        solution_recorded(solution=solution, state="withdrawn", revision=2),
        outcome_recorded(implementation=attempt, state="withdrawn", revision=2),
    )
    async with await desk.signed_in(HOLDER) as browser:
        await send(browser, address, revision="2")
    (put_back,) = desk.published
    assert isinstance(put_back, RecordWithdrawn)
    assert (put_back.record, put_back.taken_back) == ("p0", True)
    assert put_back.attempt is not None
    assert put_back.attempt.based_on == 2


@pytest.mark.parametrize("address", PAGES_OF_P0)
async def test_a_draft_that_is_changed_is_sent_with_its_attempt(desk: Desk, address: str) -> None:
    await a_desk_with_drafts(desk)
    async with await desk.signed_in(HOLDER) as browser:
        edit = address.replace("records", "edit")
        token = re.search(r'name="form" value="([^"]+)"', (await browser.get(edit)).text)
        begun = await send(browser, edit, form=token[1] if token else "")
        check = f"{begun.headers['location']}/check"
        sent = await send(browser, check, action="send")
        assert sent.status_code == 303, words(sent.text)
    (said,) = desk.published
    assert isinstance(said, SolutionSubmitted)
    assert (said.id, said.based_on) == ("p0", 1)
    assert said.attempt is not None
    assert (said.attempt.outcome, said.attempt.verification, said.attempt.based_on) == (
        "abandoned",
        "self",
        1,
    )


async def test_what_was_put_back_since_is_not_taken_back_by_an_old_page(desk: Desk) -> None:
    await a_desk_with_drafts(desk)
    draft = solution_recorded(solution=ours("p0", origin="procurement"), revision=1, state="draft")
    async with await desk.signed_in(HOLDER) as browser:
        done = await send(browser, "/desk/drafts", do="confirm", draft=["solution|p0"], sure="yes")
        when = done.headers["location"].partition("done=")[2]
        for revision, state, sent, told in (
            (2, "published", 2, "yes"),
            (2, "published", 2, "no"),  # the same form again
            (3, "withdrawn", 2, "no"),
            (4, "published", 2, "no"),  # put back meanwhile
        ):
            await record(
                desk,
                draft.model_copy(update={"revision": revision, "state": state}),
                outcome_recorded(
                    implementation=an_implementation(solution="p0", city=KRAKOW),
                    revision=revision,
                    state=state,
                ),
            )
            again = await send(browser, "/desk/drafts", undo="yes", done=when)
            assert again.headers["location"] == f"/desk/drafts?undone={told}"
            assert len(desk.published) == sent
        assert "stays as it is" in (await browser.get("/desk/drafts?undone=no")).text


ROADS = HOLDER.model_copy(update={"role": Role.OWNER, "departments": ("Roads",)})
PARKS = {"service_owner": "Parks and graves"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("lead", {"Roads", "Parks", ""}), ("barrier_buster", {"Roads", "Parks", ""}), ("owner", {"Roads", ""})],
)
@pytest.mark.parametrize("department", ["Roads", "Parks", ""])
@pytest.mark.parametrize("kind", ["solution", "need", "outcome", "adoption"])
async def test_owners_act_on_records_of_their_own_departments_alone(
    desk: Desk, kind: str, department: str, role: str, allowed: set[str]
) -> None:
    named = (department,) if department else ()
    await record(
        desk,
        solution_recorded(solution=ours("k1", problem={"service_owner": department or None})),
        need_recorded(need=a_need(id="k1", city=KRAKOW, departments=named)),
        outcome_recorded(implementation=an_implementation(solution="k1", city=KRAKOW), later=LATER),
        adoption_recorded(adoption=an_adoption(solution="k1", city=KRAKOW, parent="other")),
    )
    pair = f"k1|{KRAKOW}"
    name = "k1" if kind in {"solution", "need"} else pair
    holder = ROADS.model_copy(update={"role": Role(role)})
    may = department in allowed
    async with await desk.signed_in(holder) as browser:
        shown = await browser.get(record_address(kind, name))
        assert ("/desk/withdraw/" in shown.text) is may
        asked = await browser.get(record_address(kind, name, "/desk/withdraw"))
        assert asked.status_code == (200 if may else 403)
        if kind == "solution":
            assert (await browser.get("/desk/embargo/k1")).status_code == (200 if may else 403)
        token = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/desk/sessions")).text)
        csrf = token[1] if token else ""
        for do in ("take", "keep") if kind == "outcome" else ("",):
            posted = await browser.post(
                record_address(kind, name), data={"csrf": csrf, "do": do, "revision": "1"}
            )
            assert posted.status_code == (303 if may else 403)
    assert bool(desk.published) is may


async def test_a_link_may_name_a_choice_which_only_a_button_sends(desk: Desk) -> None:
    await a_desk_with_drafts(desk)
    async with await desk.signed_in(HOLDER) as browser:
        page = await browser.get("/desk/drafts?draft=solution%7Cp0&do=not_ours")
        assert "1 draft: They are not ours" in words(page.text)
        assert desk.published == []
        gone = await browser.get("/desk/drafts?draft=solution%7Cgone&do=not_ours")
        assert (gone.status_code, "Contract 1" in gone.text) == (200, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "confirm"}, "Please choose at least one draft."),
        ({"do": "confirm", "draft": "solution|nothing"}, "Please choose at least one draft."),
        ({"draft": "solution|p0"}, "Please choose one of these."),
    ],
)
async def test_a_choice_that_is_missing_is_asked_for(desk: Desk, fields: dict[str, str], said: str) -> None:
    await a_desk_with_drafts(desk)
    async with await desk.signed_in(HOLDER) as browser:
        page = await send(browser, "/desk/drafts", **fields)
    assert page.status_code == 422
    assert said in page.text
    assert desk.published == []


async def test_who_may_not_send_reads_records_and_decides_nothing(desk: Desk) -> None:
    await a_desk_with_drafts(desk)
    member = HOLDER.model_copy(update={"role": Role.MEMBER})
    async with await desk.signed_in(member) as browser:
        page = await browser.get("/desk/records/solution/p0")
        assert page.status_code == 200
        assert "What you can do" not in page.text
        assert "drafts that procurement data made" not in (await browser.get("/desk")).text
        async with await desk.signed_in(HOLDER) as lead:
            assert f"{DRAFTS} drafts that procurement data made" in (await lead.get("/desk")).text
        await desk.context.store.officials.save(member, "import")
        for address in ("/desk/drafts", "/desk/withdraw/solution/p0", "/desk/embargo/p0"):
            assert (await browser.get(address)).status_code == 403
        token = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/desk/sessions")).text)
        posted = await browser.post("/desk/records/solution/p0", data={"csrf": token[1] if token else ""})
        assert posted.status_code == 403
    assert desk.published == []


async def test_the_first_page_asks_the_store_as_often_for_many_records_as_for_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Database.__getitem__

    def counted(database: Database, name: str) -> Any:  # noqa: ANN401 - a collection
        asked.append(name)
        return real(database, name)

    async with await desk.signed_in(HOLDER) as browser:
        await a_desk_with_drafts(desk)
        monkeypatch.setattr(Database, "__getitem__", counted)
        await browser.get("/desk")
        few = len(asked)
        for number in range(60):
            await record(
                desk,
                solution_recorded(solution=ours(f"s{number}")),
                outcome_recorded(implementation=an_implementation(solution=f"s{number}", city=KRAKOW)),
            )
        asked.clear()
        await browser.get("/desk")
    assert few == len(asked) > 0


async def test_an_older_need_without_its_words_has_a_page(desk: Desk) -> None:
    await desk.database["needs"].insert_one(
        {"_id": "old", "city": KRAKOW, "state": "published", "revision": 3}
    )
    async with await desk.signed_in(HOLDER) as browser:
        assert (await browser.get("/desk")).status_code == 200
        page = await browser.get("/desk/records/need/old")
        assert page.status_code == 200
        assert "What it says is not known here yet." in page.text


async def test_who_can_see_a_record_is_said_with_the_day(desk: Desk) -> None:
    ahead = TODAY + timedelta(days=40)
    await record(
        desk,
        solution_recorded(solution=ours("k1"), embargo_until=ahead, state="confirmed"),
        solution_recorded(solution=ours("k2"), embargo_until=UNTIL_TRANSITION, state="confirmed"),
    )
    async with await desk.signed_in(HOLDER) as browser:
        first, second = [
            words((await browser.get(f"/desk/records/solution/{name}")).text) for name in ("k1", "k2")
        ]
    assert "Only we can see it. Everybody can from the day on which its embargo ends." in first
    assert str(ahead.year) in first
    assert "until our administration changes" in second


async def test_cities_like_ours_are_shown_with_reasons_and_what_can_be_asked(database: Database) -> None:
    alike = [{"indicator": "innovation_unit", "here": "yes", "there": "no"}]
    tampere = {"city": TAMPERE, "name": "Tampere", "country": "FI", "similarity": 0.82, "known": 2}
    async with scoring_server() as scoring:
        scoring.answers = {
            f"/v1/cities/{KRAKOW}/peers": [{**tampere, "asked": 21, "reasons": [], "alike": alike}]
        }
        async with a_desk(database, Settings(public_url=SITE, scoring_url=scoring.url)) as desk:
            for event in (
                solution_recorded(),
                solution_recorded(solution=a_solution(id="hidden", title="A hidden one"), state="draft"),
            ):
                await desk.context.store.records.save_solution(event)
            async with await desk.signed_in(official().model_copy(update={"city": KRAKOW})) as browser:
                page = (await browser.get("/desk/peers")).text
                assert "compared on 2 of 21" in page
                assert "Is there a unit for innovation? – here: yes; there: no" in page
                assert "/desk/ask/sol-1" in page
                assert "A hidden one" not in page
                scoring.answers = {}
                assert "cannot be reached just now" in (await browser.get("/desk/peers")).text
            await desk.context.scoring.close()
