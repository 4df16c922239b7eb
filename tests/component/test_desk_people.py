"""Who looks after a city's posts invites, changes, hands over and gives up posts, in its own city alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.notifications.domain.officials import Official
from services.notifications.samples import official
from shared.store.mongo import Database
from tests.component.desk import CSRF, Desk, a_desk, send
from tests.component.letters import letters_to

pytestmark = pytest.mark.component
ADMIN = official().model_copy(update={"administers": True, "city": "3094802"})
COLLEAGUE = official().model_copy(
    update={"id": "krakow-legal", "name": "Ewa Nowa", "email": "ewa@krakow.example.org", "city": "3094802"}
)
ELSEWHERE = official().model_copy(
    update={"id": "york-mobility", "name": "Ann Lee", "email": "ann@york.example.org", "city": "2633352"}
)
INVITATION = {
    "name": "Ola Lis",
    "email": "ola@krakow.example.org",
    "post": "City archivist",
    "role": "member",
    "locale": "pl",
    "departments": "Archive\nCulture",
}


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        for holder in (COLLEAGUE, ELSEWHERE):
            await opened.context.store.officials.save(holder, "import")
        yield opened


async def stored(desk: Desk, post: str) -> Official:
    holder = await desk.context.store.officials.find(post)
    assert holder is not None
    return holder


async def letters(desk: Desk, post: str) -> list[str]:
    return [letter["kind"] for letter in await letters_to(desk.context.store, post)]


async def test_who_is_invited_is_asked_to_confirm_once_however_often_the_form_is_sent(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        answers = [await send(browser, "/desk/people/new", **INVITATION) for _ in range(2)]
        assert len({answer.headers["location"] for answer in answers}) == 1
        page = await browser.get(answers[0].headers["location"])
        assert "A letter asks this address to confirm." in page.text
        assert "asked to confirm the address" in page.text
        listed = (await browser.get("/desk/people")).text
        assert listed.count("City archivist") == 1
        assert ELSEWHERE.email not in listed
    new = next(one for one in await desk.context.store.officials.all("3094802") if one.name == "Ola Lis")
    assert (new.status, new.locale, new.departments) == ("pending", "pl", ("Archive", "Culture"))
    assert (new.city, new.timezone, new.city_name) == ("3094802", ADMIN.timezone, ADMIN.city_name)
    assert await letters(desk, new.id) == ["confirmation"]
    assert (await desk.context.store.officials.changes(new.id))[0].way == "desk"


async def test_an_invitation_with_mistakes_comes_back_as_it_was_typed_and_nobody_is_asked(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        page = await send(browser, "/desk/people/new", **{**INVITATION, "email": "ola", "role": "king"})
    assert page.status_code == 422
    assert "<title>Error: Invite somebody" in page.text
    for field, label, words in (
        ("email", "Address", "Please give a whole address"),
        ("role", "What it does", "Please choose one of these."),
    ):
        assert f'href="#field-{field}">{label} – {words}' in page.text
        assert f'id="mistake-{field}">{words}' in page.text
    assert 'value="City archivist"' in page.text
    assert len(await desk.context.store.officials.all("3094802")) == 2


async def test_a_post_of_another_city_is_not_there(desk: Desk) -> None:
    before = await stored(desk, ELSEWHERE.id)
    async with await desk.signed_in(ADMIN) as browser:
        own = await browser.get("/desk/people/change/krakow-legal")
        token = own.text.partition('name="csrf" value="')[2].partition('"')[0]
        for page in ("post", "change", "hand-over", "leave"):
            at = f"/desk/people/{page}/{ELSEWHERE.id}"
            data = {"csrf": token, "name": "Eve", "email": "eve@example.org", "role": "lead", "post": "x"}
            for answer in (await browser.get(at), await browser.post(at, data=data)):
                assert answer.status_code == 404
                assert "Ann Lee" not in answer.text
    assert await stored(desk, ELSEWHERE.id) == before


async def test_a_post_is_handed_over_once_and_its_old_holder_is_signed_out(desk: Desk) -> None:
    new = {"name": "Jan Nowak", "email": "jan@krakow.example.org"}
    async with await desk.signed_in(ADMIN) as browser, await desk.signed_in(COLLEAGUE) as old:
        asks = await browser.get("/desk/people/hand-over/krakow-legal")
        assert "Ewa Nowa is signed out everywhere" in asks.text
        for _ in range(2):
            done = await send(browser, "/desk/people/hand-over/krakow-legal", **new)
            assert done.headers["location"] == "/desk/people/post/krakow-legal?done=handed_over"
        assert (await old.get("/desk")).status_code == 303
    after = await stored(desk, "krakow-legal")
    assert (after.name, after.status) == ("Jan Nowak", "pending")
    assert await letters(desk, "krakow-legal") == ["account"]


async def test_a_post_that_was_given_up_gets_no_letters_and_can_be_brought_back(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser, await desk.signed_in(COLLEAGUE) as old:
        gone = await send(browser, "/desk/people/leave/krakow-legal", action="leave")
        assert "The post is given up." in (await browser.get(gone.headers["location"])).text
        assert (await old.get("/desk")).status_code == 303
        assert (await stored(desk, "krakow-legal")).status == "left"
        await send(browser, "/desk/people/leave/krakow-legal", action="back")
    assert (await stored(desk, "krakow-legal")).status == "pending"
    assert await letters(desk, "krakow-legal") == ["confirmation"]


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("change", {"post": ADMIN.post, "role": "lead"}),
        ("leave", {"action": "leave"}),
    ],
)
async def test_somebody_looks_after_the_posts_whatever_is_changed(
    desk: Desk, page: str, form: dict[str, Any]
) -> None:
    at = f"/desk/people/{page}/{ADMIN.id}"
    async with await desk.signed_in(ADMIN) as browser:
        refused = await send(browser, at, **form)
        assert refused.status_code == 422
        assert "Somebody must look after the posts." in refused.text
        assert await stored(desk, ADMIN.id) == ADMIN
        change = {"post": COLLEAGUE.post, "role": "lead", "administers": "yes"}
        await send(browser, "/desk/people/change/krakow-legal", **change)
        assert (await stored(desk, "krakow-legal")).administers
        assert (await send(browser, at, **form)).status_code == 303
        left = await browser.get("/desk/people")
        assert left.status_code == (403 if page == "change" else 303)


async def test_a_change_of_a_post_leaves_what_its_holder_chose(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        form = {"post": "Lawyer", "role": "deputy", "stands_in_for": ADMIN.id, "departments": "Legal"}
        assert (await send(browser, "/desk/people/change/krakow-legal", **form)).status_code == 303
        shown = await browser.get("/desk/people/post/krakow-legal")
        assert f"{ADMIN.post} · {ADMIN.name}" in shown.text
    expected = COLLEAGUE.model_dump() | form | {"departments": ("Legal",)}
    assert await stored(desk, "krakow-legal") == Official.model_validate(expected)


async def two_administrators(desk: Desk) -> list[Official]:
    both = [ADMIN, COLLEAGUE.model_copy(update={"administers": True})]
    for one in both:
        await desk.context.store.officials.save(one, "import")
    return both


async def administrators(desk: Desk) -> int:
    return sum(one.administers for one in await desk.context.store.officials.of_city(ADMIN.city))


async def test_of_two_who_take_the_posts_from_each_other_one_after_the_other_the_second_stays(
    desk: Desk,
) -> None:
    first, second = await two_administrators(desk)
    change, off = desk.context.enrolment.change, {"administers": False}
    assert await change(first, first.model_copy(update=off))
    assert not await change(second, second.model_copy(update=off)), "it had read both"
    assert await administrators(desk) == 1


@pytest.mark.parametrize("gone", [{"administers": False}, {"status": "left"}], ids=["changed", "given up"])
async def test_of_two_who_take_the_posts_from_each_other_at_once_both_stay(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, gone: dict[str, Any]
) -> None:
    both, written = await two_administrators(desk), asyncio.Barrier(2)
    officials = desk.context.store.officials
    look = officials.of_city

    async def look_after_both_wrote(city: str) -> list[Official]:
        await written.wait()
        return await look(city)

    monkeypatch.setattr(officials, "of_city", look_after_both_wrote)
    change = desk.context.enrolment.change
    stays = await asyncio.gather(*(change(one, one.model_copy(update=gone)) for one in both))
    monkeypatch.undo()
    assert stays == [False, False]
    assert await administrators(desk) == 2
    assert {one.status for one in await officials.of_city(ADMIN.city)} == {"active"}


async def test_the_page_says_why_the_last_one_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await two_administrators(desk)
    async with await desk.signed_in(first) as browser:
        token = CSRF.search((await browser.get(f"/desk/people/leave/{first.id}")).text)
        officials = desk.context.store.officials
        seen = await officials.all(ADMIN.city)
        await officials.change_post(second, second.model_copy(update={"administers": False}))

        async def as_it_was(_: str | None = None) -> list[Official]:
            return seen

        monkeypatch.setattr(officials, "all", as_it_was)
        assert token is not None
        form = {"csrf": token[1], "action": "leave"}
        refused = await browser.post(f"/desk/people/leave/{first.id}", data=form)
        assert (refused.status_code, "Somebody must look after the posts." in refused.text) == (422, True)
        assert (await browser.get("/desk")).status_code == 200, "still signed in"
