"""The desk in a real browser without scripts: from a sign-in page to what another city reads.

Two of these journeys run in ``make test``, the others in ``make test-slow``.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from citiesshare.local.sample_messages import SAMPLE, SOURCE, bare_release, native
from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from services.notifications.domain.officials import Official
from services.notifications.settings import Settings
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.events import CityDescribed, SolutionSubmitted
from shared.store.mongo import open_database
from tests.journey.desk_users import Begin, DeskUser, HastyUser, KeyboardUser, Mailbox, an_official, browsers
from tests.journey.letters import tell
from tests.waiting import until

GRAZ, BERGEN, VENLO = "2778067", "3161732", "2745641"
"""Cities of which no other test tells anything."""
MOBILITY = an_official("mobility", GRAZ, "Graz", administers=True)
PLANNING = an_official("planning", GRAZ, "Graz")
HARBOUR = an_official("harbour", BERGEN, "Bergen")
PARKS, QUAY = an_official("parks", GRAZ, "Graz"), an_official("quay", BERGEN, "Bergen")
ROADS = an_official("roads", GRAZ, "Graz", administers=True)
SQUARES, SCHOOLS = an_official("squares", GRAZ, "Graz"), an_official("schools", GRAZ, "Graz")
BRIDGES = an_official("bridges", GRAZ, "Graz")
"""Nobody asks for more than three links in an hour."""
WASTE = an_official("waste", VENLO, "Venlo", administers=True)
CITIES: list[dict[str, object]] = [
    {"id": GRAZ, "name": "Graz", "country": "AT", "timezone": "Europe/Vienna", "languages": ["en"]},
    {"id": VENLO, "name": "Venlo", "country": "NL", "timezone": "Europe/Amsterdam", "languages": ["en"]},
    {"id": BERGEN, "name": "Bergen", "country": "NO", "timezone": "Europe/Oslo", "languages": ["en"]},
]
OFFICIALS = [MOBILITY, PLANNING, HARBOUR, PARKS, QUAY, ROADS, SQUARES, SCHOOLS, BRIDGES, WASTE]
TOLD: dict[str, object] = {
    "title": "Cargo bicycles lent to bakeries",
    "summary": "Vans of bakeries blocked the cycle lane; bakeries borrow cargo bicycles.",
    "language": "en",
    "topics": [{"scheme": "CPV", "id": "34430000"}],
    "problem": {
        "code": {"scheme": "CPV", "id": "34430000"},
        "statement": "Vans of bakeries block the cycle lane.",
        "service_owner": "Mobility",
        "baseline": {"kpi": "Vans in the lane", "value": 420, "unit": "vans a day", "date": "2024-05-31"},
    },
    "attempt": {"outcome": "succeeded", "started": "2024-06-01", "ended": "2025-06-01"},
}
REPORT: dict[str, dict[str, str]] = {
    "what": {"title": "Cargo bicycles on loan for bakeries", "summary": "Bakeries borrowed cargo bicycles."},
    "problem": {
        "statement": "Vans of bakeries block the cycle lane.",
        "service_owner": "Mobility",
        "baseline_kpi": "Vans in the lane",
        "baseline_value": "420",
        "baseline_unit": "vans a day",
        "baseline_date_day": "31",
        "baseline_date_month": "5",
        "baseline_date_year": "2024",
    },
    "topics": {},
    "outcome": {"outcome": "failed"},
    "kept": {"learnt": "The bicycles are used by the parks now."},
    "cause": {"cause": "citizens"},
    "expectation": {"expectation": "Half of the bakeries would borrow one."},
    "result": {"result": "Two of forty did."},
    "sign": {"first_warning_sign": "Nobody came to the trial day."},
    "change": {"decision_to_change": "Ask the bakers before buying."},
}


@pytest.fixture
async def begin(stack: Stack) -> AsyncIterator[Begin]:
    """New browsers, for officials who are known, of cities that described themselves."""
    await import_into(stack.ports.mongo_url, OFFICIALS)
    await tell(stack, [native(CityDescribed, city, "urn:citiesshare:journey") for city in CITIES])
    async with browsers(stack) as new:
        yield new


async def answer(user: DeskUser, steps: dict[str, dict[str, str]]) -> None:
    """Answer the questions of a form one after another, from the page on which it begins."""
    await user.press("Begin")
    await go_through(user, steps)


async def go_through(user: DeskUser, steps: dict[str, dict[str, str]]) -> None:
    """Answer the questions of a form that was begun."""
    await user.open_first_question()
    while "/steps/" in user.page.url:
        step = user.page.url.rpartition("/")[2]
        await user.can_be_used_by_everybody()
        if step == "topics":
            await user.fill(find="bicycles")
            await user.press("Look for it")
            await user.tick("topics")
        await user.fill(**steps.get(step, {}))
        await user.press("Save and go on")


async def say_need(user: DeskUser, title: str) -> None:
    """Say what the city needs, on the topic of the reports."""
    await user.go("/desk/need")
    await answer(
        user, {"need": {"need_title": title, "description": "Vans of bakeries block the cycle lane."}}
    )
    await user.press("Send to cities that could help")


@pytest.mark.parametrize(
    ("kind", "reports", "reads"),
    [(HastyUser, MOBILITY, HARBOUR), pytest.param(KeyboardUser, PARKS, QUAY, marks=pytest.mark.slow)],
)
async def test_a_failure_that_is_reported_at_the_desk_reaches_another_city(
    stack: Stack, begin: Begin, kind: type[DeskUser], reports: Official, reads: Official
) -> None:
    reader, reporter = await begin(kind), await begin(kind)
    title = f"Cargo bicycles on loan, {kind.__name__}"
    await reader.sign_in(reads)
    await say_need(reader, f"Bakeries without vans, {kind.__name__}")
    await reader.reads(f"Bakeries without vans, {kind.__name__}", on="/desk")
    await reporter.sign_in(reports, "/desk/report")
    await answer(reporter, {**REPORT, "what": {**REPORT["what"], "title": title}})
    assert "Check your answers" in await reporter.page.title()
    await reporter.can_be_used_by_everybody()
    await reporter.press("Send to cities with this need")
    await reporter.reads(title, on="/desk")

    async def letter() -> str | None:
        letters = await Mailbox(stack).letters(reads.email, "alert")
        return next((text for text in letters if title in text), None)

    text = await until(letter)
    assert "Nobody came to the trial day." in text
    assert reports.name not in text
    await reader.reads(title, on="/desk")
    await reader.can_be_used_by_everybody()


@pytest.mark.parametrize(
    ("kind", "official"), [(DeskUser, BRIDGES), pytest.param(KeyboardUser, SCHOOLS, marks=pytest.mark.slow)]
)
async def test_text_that_was_typed_when_the_session_ended_is_there_after_sign_in(
    stack: Stack, begin: Begin, kind: type[DeskUser], official: Official
) -> None:
    user = await begin(kind)
    await user.sign_in(official, "/desk/need")
    await user.press("Begin")
    await user.open_first_question()
    await user.fill(need_title="Shade at tram stops", description="It is too hot to wait.")
    await end_sessions(stack)
    before = len(await user.mailbox.letters(official.email, "account"))
    await user.press("Save and go on")
    assert "Your text is kept" in await user.page.inner_text("main")
    await user.can_be_used_by_everybody()
    await user.ask_for_link(official.email)
    await user.follow_link(official.email, before)
    assert await user.page.locator("[name=need_title]").input_value() == "Shade at tram stops"
    await user.press("Save and go on")
    assert user.page.url.endswith("/steps/topics")


async def end_sessions(stack: Stack) -> None:
    """Let every session be over, as if nobody had used it for hours."""
    database = open_database(Settings(mongo_url=stack.ports.mongo_url), "notifications")
    await database["desk_sessions"].update_many({}, {"$set": {"ends": datetime(2026, 1, 1, tzinfo=UTC)}})
    await database.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "people"), [(DeskUser, (MOBILITY, PLANNING)), (KeyboardUser, (ROADS, SQUARES))]
)
async def test_two_people_who_edit_one_record_see_each_others_change(
    begin: Begin, kind: type[DeskUser], people: tuple[Official, Official]
) -> None:
    first, second = await begin(kind), await begin(kind)
    title = f"Quiet road works at night, {kind.__name__}"
    await first.sign_in(people[0])
    await say_need(first, title)
    await first.reads(title, on="/desk")
    await second.sign_in(people[1])
    for user in (first, second):
        await user.go("/desk")
        await user.follow(title)
        await user.can_be_used_by_everybody()
        await user.follow("Change it")
        await user.press("Go on")
    await change_description(first, "Noise after ten.")
    await first.press("Send to cities that could help")
    record = await address_of(first, title)
    await first.reads("Noise after ten.", on=record)
    await change_description(second, "Noise before six.")
    seen = await second.page.inner_text("main")
    assert "This was changed since you began" in seen
    assert ("Noise after ten." in seen, "Noise before six." in seen) == (True, True)
    await second.can_be_used_by_everybody()
    await second.press("Send to cities that could help")
    await second.reads("Noise before six.", on=record)


async def change_description(user: DeskUser, words: str) -> None:
    """Open the first questions of a form about a need, write another description, and go to the check."""
    await user.open_first_question()
    await user.fill(description=words)
    await user.press("Save and go on")
    await user.go(user.page.url.partition("/steps/")[0].removeprefix(user.site) + "/check")


async def address_of(user: DeskUser, title: str) -> str:
    """Return the address of a record by its title."""
    await user.go("/desk")
    await user.follow(title)
    return user.page.url.removeprefix(user.site)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "admins", "holds"), [(DeskUser, MOBILITY, PLANNING), (KeyboardUser, ROADS, SQUARES)]
)
async def test_the_holder_of_a_post_is_signed_out_when_the_post_is_handed_over(
    stack: Stack, begin: Begin, kind: type[DeskUser], admins: Official, holds: Official
) -> None:
    admin, old, new = await begin(kind), await begin(kind), await begin(kind)
    post, invited, follows = (
        f"Head of trees, {kind.__name__}",
        f"jonas-{holds.id}@example.org",
        f"ida-{holds.id}@example.org",
    )
    await admin.sign_in(admins, "/desk/people")
    await admin.can_be_used_by_everybody()
    await admin.follow("Invite somebody")
    await admin.fill(name="Jonas Berg", email=invited, post=post, role="lead")
    await admin.can_be_used_by_everybody()
    await admin.press("Send the invitation")
    await admin.reads(post, on="/desk/people")
    await until(lambda: Mailbox(stack).letters(invited, "confirmation"))
    await old.sign_in(holds)
    await admin.follow(holds.post)
    await admin.follow("Hand the post over")
    await admin.fill(name="Ida Holm", email=follows)
    await admin.press("Hand the post over")
    await old.go("/desk")
    assert "/in" in old.page.url
    (letter, *_) = await until(lambda: Mailbox(stack).letters(follows, "account"))
    confirm = next(word for word in letter.split() if "/c/" in word)
    await new.page.goto(confirm)
    await new.press("Confirm")
    await new.sign_in(holds.model_copy(update={"name": "Ida Holm", "email": follows}))
    assert "Graz" in await new.page.inner_text("header")


def contracts(number: int) -> list[OutgoingMessage]:
    """Releases of contracts of Venlo that ended early, each of a process and with a title of its own."""
    text = (SAMPLE / "releases/05-contract-terminated-heerlen-bins.json").read_text("utf-8")
    releases = []
    for place in range(number):
        release = json.loads(text.replace("Heerlen", "Venlo"))
        release["ocid"] = f"ocds-c17155-{uuid4().hex}"
        title = f"Kaartlezers voor restafvalcontainers in wijk {place + 1}"
        release["tender"]["title"] = release["contracts"][0]["title"] = title
        releases.append(bare_release(json.dumps(release).encode(), SOURCE, release["ocid"]))
    return releases


@pytest.mark.slow
@pytest.mark.parametrize("kind", [DeskUser, KeyboardUser])
async def test_a_draft_is_corrected_and_ten_are_confirmed_at_once_and_taken_back(
    stack: Stack, begin: Begin, kind: type[DeskUser]
) -> None:
    user = await begin(kind)
    await tell(stack, contracts(11))
    await user.sign_in(WASTE, "/desk/drafts")
    await user.can_be_used_by_everybody()
    keys = await drafts_of(user)
    corrected, *others = keys
    await user.follow("What we share")
    record = user.page.url.removeprefix(user.site)
    await user.can_be_used_by_everybody()
    await user.follow("Change it")
    await user.press("Go on")
    await go_through(
        user, {"what": {"summary": "Two of three quarters kept them."}, "problem": REPORT["problem"]}
    )
    await user.can_be_used_by_everybody()
    await user.press("Send to cities with this need")
    await user.reads("Two of three quarters kept them.", on=record)
    await until_drafts(user, {*others})
    chosen = others[:10]
    await user.tick("draft", *chosen)
    await user.press("They are right: publish them")
    await user.can_be_used_by_everybody()
    assert "10 drafts" in await user.page.inner_text("main")
    await user.press("Send it")
    await user.can_be_used_by_everybody()
    done = user.page.url.removeprefix(user.site)
    await until_drafts(user, {*others} - {*chosen})
    await user.go(done)
    await user.press("It was a mistake: take it back")
    assert "Taken back" in await user.page.inner_text("main")
    assert corrected not in await drafts_of(user)  # its attempt was sent with it


async def drafts_of(user: DeskUser) -> list[str]:
    """The keys of the drafts on the page that are about contracts."""
    boxes = await user.page.locator("[name=draft]").all()
    keys = [await box.get_attribute("value") for box in boxes]
    return [key for key in keys if key and key.startswith("solution|")]


async def until_drafts(user: DeskUser, keys: set[str]) -> None:
    """Open the page of the drafts again and again until only ``keys`` wait."""

    async def only_those() -> bool:
        await user.go("/desk/drafts")
        return {*await drafts_of(user)} == keys

    await until(only_those)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [DeskUser, KeyboardUser])
async def test_who_states_a_need_sees_the_first_matches_at_the_desk(
    stack: Stack, begin: Begin, kind: type[DeskUser]
) -> None:
    told = {**TOLD, "id": f"graz-{uuid4().hex}", "city": GRAZ}
    await tell(stack, [native(SolutionSubmitted, told, "urn:citiesshare:journey")])
    user = await begin(kind)
    await user.sign_in(HARBOUR)
    await say_need(user, f"Bakeries without vans, {kind.__name__}")
    await user.can_be_used_by_everybody()
    await user.reads("Cargo bicycles lent to bakeries", on="/desk")
    await user.can_be_used_by_everybody()
