"""Sessions of the desk: how they begin, what they open, how they end, and what they keep."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from services.notifications.adapters.mongo.erasure import erasing
from services.notifications.application.desk_sessions import POSTS, DeskSessions
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.letters import account
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.preferences import hand_over
from services.notifications.samples import brief, official
from services.notifications.settings import Settings
from services.notifications.web.desk import ROUTES
from shared.erasure.person import Person
from shared.events import Conflict, SubmissionRejected
from shared.store.mongo import Database
from tests.component.desk import COOKIE, CSRF, SETTINGS, Desk, a_desk, send

pytestmark = pytest.mark.component
HOLDER = official().model_copy(update={"administers": True, "city": "3094802"})
OTHER = official().model_copy(
    update={"id": "york-mobility", "name": "Ann Lee", "email": "ann@york.example.org", "city": "2633352"}
)
PAGES = sorted(route.path for route in ROUTES if "{" not in route.path)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        yield opened


async def link_of(desk: Desk, holder: Official, after: str | None = None) -> str:
    """The path of a sign-in link that was mailed to ``holder`` just now."""
    letter = account.write(holder, "sign_in", datetime.now(UTC), after)
    await desk.context.store.letters.claim(letter, b"the mail", letter.written, later=True)
    return SETTINGS.sender.link("sign_in", letter).removeprefix(SETTINGS.site)


async def test_who_is_signed_in_sees_the_desk_and_nobody_else_does(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser, desk.browser() as stranger:
        page = await browser.get("/desk")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert f"Kraków · {HOLDER.post}" in page.text
        away = await stranger.get("/desk/people?all=yes")
        assert (away.status_code, away.headers["location"]) == (303, "/in?next=%2Fdesk%2Fpeople%3Fall%3Dyes")


async def test_a_mailed_link_signs_in_once_and_only_by_its_button(desk: Desk, database: Database) -> None:
    await desk.context.store.officials.save(HOLDER, "import")
    at = await link_of(desk, HOLDER, "/desk/sessions")
    async with desk.browser() as scanner, desk.browser() as browser:
        assert "set-cookie" not in (await scanner.get(at)).headers
        signed = await browser.post(at, headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604"})
        assert (signed.status_code, signed.headers["location"]) == (303, "/desk/sessions")
        assert (await scanner.post(at)).status_code == 410
        assert "Safari on a phone" in (await browser.get("/desk/sessions")).text
        token = browser.cookies[COOKIE]
    stored = await database["desk_sessions"].find({}).to_list(None)
    assert len(stored) == 1
    assert token not in json.dumps(stored, default=str), "only a hash of the token is stored"


@pytest.mark.parametrize(
    ("site", "name", "secure"),
    [
        ("http://127.0.0.1:8000", "citiesshare", False),
        ("https://citiesshare.example", "__Host-citiesshare", True),
        ("http://citiesshare.example", "__Host-citiesshare", True),
    ],
)
async def test_the_cookie_is_bound_to_tls_and_its_host_wherever_that_is_not_one_machine(
    database: Database, site: str, name: str, secure: bool
) -> None:
    settings = Settings(public_url=site)
    async with a_desk(database, settings) as desk:
        await desk.context.store.officials.save(HOLDER, "import")
        letter = account.write(HOLDER, "sign_in", datetime.now(UTC))
        await desk.context.store.letters.claim(letter, b"the mail", letter.written, later=True)
        async with desk.browser() as browser:
            signed = await browser.post(settings.sender.link("sign_in", letter).removeprefix(site))
        cookie, *attributes = (part.strip() for part in signed.headers["set-cookie"].split(";"))
        assert cookie.startswith(f"{name}=")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
        assert ("Secure" in attributes) is secure
        assert not any(attribute.startswith("Domain") for attribute in attributes)


@pytest.mark.parametrize("address", PAGES)
async def test_no_form_acts_without_its_token_and_a_session_or_for_another_site(
    desk: Desk, address: str
) -> None:
    async with await desk.signed_in(HOLDER) as browser, desk.browser() as stranger:
        before = await desk.context.store.officials.all()
        token = CSRF.findall((await browser.get("/desk/out")).text)[0]
        for data, headers in (
            ({}, {}),
            ({"csrf": "guessed"}, {}),
            ({"csrf": token}, {"Sec-Fetch-Site": "cross-site"}),
            ({"csrf": token}, {"Sec-Fetch-Site": "same-site"}),
            ({"csrf": token}, {"Origin": "https://evil.example"}),
        ):
            answer = await browser.post(address, data=data, headers=headers)
            assert answer.status_code == 403, (data, headers)
            assert "Nothing was sent." in answer.text
        away = await stranger.post(address, data={"csrf": token, "all": "yes"})
        assert (away.status_code, away.headers["location"].split("&")[0]) == (
            303,
            f"/in?next={address.replace('/', '%2F')}",
        )
        assert (await browser.get("/desk")).status_code == 200, "still signed in"
    assert await desk.context.store.officials.all() == before
    assert desk.published == []


async def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(desk: Desk) -> None:
    async with (
        await desk.signed_in(HOLDER) as here,
        await desk.signed_in(HOLDER) as there,
        await desk.signed_in(OTHER) as stranger,
    ):
        listed = (await here.get("/desk/sessions")).text
        assert listed.count("Firefox on a computer") == 2
        assert listed.count("You are here") == 1
        theirs = await desk.database["desk_sessions"].find_one({"official": OTHER.id})
        mine = await desk.context.store.desk_sessions.of_official(HOLDER.id)
        assert theirs is not None
        await send(here, "/desk/sessions", session=theirs["_id"])
        assert (await stranger.get("/desk")).status_code == 200, "another official's session stays"
        token = CSRF.findall((await here.get("/desk/sessions")).text)[0]
        other = next(one.id for one in mine if one.csrf != token)
        ended = await send(here, "/desk/sessions", session=other)
        assert ended.headers["location"] == "/desk/sessions?done=session_ended"
        assert "You are signed out there." in (await here.get(ended.headers["location"])).text
        assert (await there.get("/desk")).status_code == 303
        await send(here, "/desk/sessions", all="yes")
        assert (await here.get("/desk")).status_code == 303


async def test_signing_out_asks_first_and_removes_the_cookie(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        gone = await send(browser, "/desk/out")
        assert (gone.headers["location"], "Max-Age=0" in gone.headers["set-cookie"]) == ("/in", True)
        assert (await browser.get("/desk")).headers["location"] == "/in?next=%2Fdesk"
    assert await desk.database["desk_sessions"].count_documents({}) == 0


@pytest.mark.parametrize(
    "after",
    [
        hand_over(HOLDER, "Jan Nowak", "jan@krakow.example.org").model_copy(update={"status": "active"}),
        HOLDER.model_copy(update={"email": "maria@elsewhere.example.org"}),
        HOLDER.model_copy(update={"status": "left"}),
    ],
    ids=["handed over", "another address", "left"],
)
async def test_the_session_of_who_does_not_hold_the_post_any_more_opens_nothing(
    desk: Desk, after: Official
) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        token = CSRF.findall((await browser.get("/desk/out")).text)[0]
        await desk.context.store.officials.save(after, "command")
        for address in PAGES:
            assert (await browser.get(address)).status_code == 303
            sent = await browser.post(address, data={"csrf": token})
            assert sent.headers["location"].startswith("/in?next=")
            assert "kept" not in sent.headers["location"]
    assert await desk.database["desk_kept"].count_documents({}) == 0


@pytest.mark.parametrize(("ago", "status"), [(timedelta(minutes=119), 200), (timedelta(hours=2), 303)])
async def test_an_idle_session_ends(desk: Desk, ago: timedelta, status: int) -> None:
    async with await desk.signed_in(HOLDER, ago) as browser:
        assert (await browser.get("/desk")).status_code == status


async def test_a_session_that_is_used_goes_on_until_its_last_hour_and_says_so(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER, timedelta(minutes=100)) as browser:
        await browser.get("/desk")
        stored = await desk.database["desk_sessions"].find_one({})
        assert stored is not None
        assert stored["ends"] - stored["used"] == timedelta(hours=2)
        begun = datetime.now(UTC) - timedelta(hours=11, minutes=45)
        await desk.database["desk_sessions"].update_one({}, {"$set": {"begun": begun}})
        assert "Text you send after that is kept" in (await browser.get("/desk")).text


async def ended(desk: Desk, browser: AsyncClient) -> None:
    """The session of ``browser`` ends."""
    await desk.database["desk_sessions"].update_many({}, {"$set": {"ends": datetime.now(UTC)}})
    assert (await browser.get("/desk")).status_code == 303


async def test_what_was_sent_with_an_ended_session_is_there_after_signing_in_and_for_nobody_else(
    desk: Desk,
) -> None:
    invitation = {"name": "Ola Lis", "email": "not an address", "post": "Archivist", "role": "member"}
    async with await desk.signed_in(HOLDER) as browser:
        page = await browser.get("/desk/people/new")
        token = CSRF.findall(page.text)[0]
        await ended(desk, browser)
        sent = await browser.post("/desk/people/new", data={"csrf": token, **invitation})
        assert sent.headers["location"] == "/in?next=%2Fdesk%2Fpeople%2Fnew&kept=yes"
        assert "Your text is kept." in (await browser.get(sent.headers["location"])).text
        again = await browser.post(await link_of(desk, HOLDER))
        form = await browser.get(again.headers["location"])
        assert "Your text is kept." in form.text
        assert 'value="Ola Lis"' in form.text
        assert 'value="Archivist"' in form.text
        kept_at = again.headers["location"]
        other = OTHER.model_copy(update={"administers": True})
        async with await desk.signed_in(other) as stranger:
            assert (await stranger.post(await link_of(desk, other))).headers["location"] == "/desk"
            assert "Ola Lis" not in (await stranger.get(kept_at)).text
        assert (await send(browser, kept_at, **invitation)).status_code == 422
        assert await desk.database["desk_kept"].count_documents({}) == 1, "not sent yet"
        done = await send(
            browser, kept_at, **{**invitation, "email": "ola@krakow.example.org", "locale": "pl"}
        )
        assert done.status_code == 303
    assert await desk.database["desk_kept"].count_documents({}) == 0


async def test_nothing_is_kept_of_what_was_not_our_form(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        await ended(desk, browser)
        sent = await browser.post("/desk/people/new", data={"csrf": "guessed", "name": "Ola"})
        assert sent.headers["location"] == "/in?next=%2Fdesk%2Fpeople%2Fnew"
    assert await desk.database["desk_kept"].count_documents({}) == 0


async def test_the_next_holder_of_the_post_does_not_see_what_the_last_one_typed(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        token = CSRF.findall((await browser.get("/desk/people/new")).text)[0]
        await ended(desk, browser)
        await browser.post("/desk/people/new", data={"csrf": token, "name": "Ola Lis"})
    next_holder = hand_over(HOLDER, "Jan Nowak", "jan@krakow.example.org").model_copy(
        update={"status": "active"}
    )
    kept = await desk.database["desk_kept"].find_one({})
    assert kept is not None
    async with await desk.signed_in(next_holder) as browser:
        assert (await browser.post(await link_of(desk, next_holder))).headers["location"] == "/desk"
        assert "Ola Lis" not in (await browser.get(f"/desk/people/new?kept={kept['_id']}")).text


async def test_too_many_forms_in_a_minute_are_refused(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        token = CSRF.findall((await browser.get("/desk/out")).text)[0]
        answers = [await browser.post("/desk/log", data={"csrf": token}) for _ in range(POSTS[0].most + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429


async def test_a_deputy_may_send_while_who_it_stands_in_for_is_away(desk: Desk) -> None:
    store, now = desk.context.store, datetime.now(UTC)
    changes = {"id": "krakow-deputy", "role": Role.DEPUTY, "stands_in_for": HOLDER.id}
    async with await desk.signed_in(HOLDER.model_copy(update=changes)) as browser:
        token = browser.cookies[COOKIE]
    for status, may in (("active", False), ("paused", True), ("left", True), ("active", False)):
        await store.officials.save(HOLDER.model_copy(update={"status": status}), "command")
        signed_in = await DeskSessions(store, SETTINGS.session_limits).find(token, now)
        assert signed_in is not None
        assert (Permission.SEND in signed_in.permissions) is may


async def test_a_page_that_is_not_there_or_not_for_this_post_says_so(desk: Desk) -> None:
    async with await desk.signed_in(OTHER) as browser:
        for address, status, words in (
            ("/desk/nothing", 404, "There is no such page."),
            ("/desk/people", 403, "Your post may not do this."),
        ):
            page = await browser.get(address)
            assert (page.status_code, words in page.text) == (status, True)


async def test_an_erasure_removes_the_sessions_of_the_person_and_what_it_typed(
    desk: Desk, database: Database
) -> None:
    store = desk.context.store
    async with await desk.signed_in(HOLDER) as browser, await desk.signed_in(OTHER) as other:
        token = CSRF.findall((await browser.get("/desk/people/new")).text)[0]
        await database["desk_sessions"].update_one(
            {"official": HOLDER.id}, {"$set": {"ends": datetime.now(UTC)}}
        )
        await browser.post("/desk/people/new", data={"csrf": token, "name": HOLDER.name})
        assert await database["desk_kept"].count_documents({"official": HOLDER.id}) == 1
        steps = erasing(database, store.address_statuses, SETTINGS.sender)(Person([HOLDER.email]))
        for step in steps.values():
            await step()
        assert await database["desk_kept"].count_documents({}) == 0
        assert await database["desk_sessions"].count_documents({"official": HOLDER.id}) == 0
        assert (await other.get("/desk")).status_code == 200


async def test_the_log_has_what_others_sent_about_the_citys_records(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        assert "None of it was accepted" not in (await browser.get("/desk/log")).text
        record = f"solution|{brief().solution.id}"
        refused = SubmissionRejected(
            source="urn:york",
            event="1",
            complaints=(),
            conflicts=(Conflict(record=record, owner=HOLDER.city, city=OTHER.city),),
            received=datetime(2026, 11, 2, tzinfo=UTC),
        )
        await desk.context.store.conflicts.save(refused)
        page = (await browser.get("/desk/log")).text
        assert "the records stayed as they were" in page
        assert "2 November 2026" in page


async def test_preferences_are_changed_at_the_desk_as_by_the_link_of_a_letter(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser:
        found = await send(browser, "/desk/letters", action="find", find="lighting", at="09:15")
        assert (found.status_code, "Topics for" in found.text) == (200, True)
        assert (await desk.context.store.officials.find(HOLDER.id)) == HOLDER, "looking saves nothing"
        saved = await send(browser, "/desk/letters", at="09:15", cadence="daily", timezone="Europe/Warsaw")
        assert saved.headers["location"] == "/desk/letters?done=saved"
        assert "Saved." in (await browser.get(saved.headers["location"])).text
    changed = await desk.context.store.officials.find(HOLDER.id)
    assert changed is not None
    assert (f"{changed.at:%H:%M}", changed.cadence) == ("09:15", "daily")
