"""Asking the city that shared a solution: at the desk and by the link of a letter, once; and a reminder."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from httpx import AsyncClient, Response

from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import Official, Role
from services.notifications.domain.questions import CityQuestion
from shared.events import CommentMade
from shared.store.mongo import Database
from tests.builders import KRAKOW, NOW, TAMPERE, YORK, an_official, solution_recorded
from tests.component.desk import CSRF, SETTINGS, Desk, a_desk, send
from tests.component.letters import letters_to
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
ASKER = an_official(email="asker@krakow.example.org", quiet=None)
SHARER = an_official(
    id="sharer", name="Aino", email="sharer@tampere.example.org", city=TAMPERE, post="Logistics", quiet=None
)
STRANGER = an_official(id="stranger", email="ann@york.example.org", city=YORK, quiet=None)
MEMBER = SHARER.model_copy(update={"id": "member", "email": "m@tampere.example.org", "role": Role.MEMBER})
SCREENS: dict[Literal["light", "dark"], int] = {"dark": 320, "light": 1000}
WORDS = "Who runs it at night?"


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        for holder in (ASKER, SHARER, STRANGER):
            await opened.context.store.officials.save(holder, "import")
        await opened.context.store.records.save_solution(solution_recorded())
        yield opened


async def asked(desk: Desk, words: str = WORDS) -> str:
    """Ask at the desk; returns the address of the question."""
    async with await desk.signed_in(ASKER) as browser:
        answer = await send(browser, "/desk/ask/sol-1", words=words)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def stored(desk: Desk, address: str) -> CityQuestion:
    question = await desk.context.store.questions.find(address.rpartition("/")[2])
    assert question is not None
    return question


async def letters(desk: Desk, official: Official) -> list[QuestionLetter]:
    read = [read_letter(one["letter"]) for one in await letters_to(desk.context.store, official.id)]
    return [one for one in read if isinstance(one, QuestionLetter)]


async def send_to(browser: AsyncClient, address: str, **fields: str) -> Response:
    """Send a form of a page that shows none any more, with the token of the session."""
    token = CSRF.search((await browser.get("/desk/ask/sol-1")).text)
    assert token is not None
    return await browser.post(address, data={"csrf": token[1], **fields})


async def page(desk: Desk, official: Official, address: str) -> str:
    async with await desk.signed_in(official) as browser:
        return (await browser.get(address)).text


async def post_by_letter(browser: AsyncClient, link: str, **fields: str) -> Response:
    return await browser.post(link, data=fields)


async def test_a_question_that_is_sent_twice_is_asked_once(desk: Desk) -> None:
    addresses = {await asked(desk), await asked(desk, f"  {WORDS.upper()}\n")}
    assert len(addresses) == 1
    (letter,) = await letters(desk, SHARER)
    assert (letter.says, letter.words, letter.from_post) == ("asks", WORDS, ASKER.post)
    assert ASKER.email not in letter.model_dump_json()
    assert WORDS in await page(desk, ASKER, "/desk/questions")


async def test_who_is_asked_sees_it_as_due_and_opening_it_at_the_desk_is_reading_it(desk: Desk) -> None:
    address = await asked(desk)
    assert address in await page(desk, SHARER, "/desk")
    assert (await stored(desk, address)).state == "asked"
    assert WORDS in await page(desk, SHARER, address)
    assert (await stored(desk, address)).state == "read"
    assert ">read<" in await page(desk, ASKER, address)


async def test_the_link_of_the_letter_shows_the_question_and_takes_one_answer(desk: Desk) -> None:
    address = await asked(desk)
    (letter,) = await letters(desk, SHARER)
    link = SETTINGS.sender.link("question", letter)
    async with desk.browser() as browser:
        assert WORDS in (await browser.get(link)).text
        assert (await stored(desk, address)).state == "asked", "looking changes nothing"
        empty = await post_by_letter(browser, link, do="answer", words=" ")
        assert (empty.status_code, "Please write something." in empty.text) == (422, True)
        both = await asyncio.gather(
            *(post_by_letter(browser, link, do="answer", words="A cooperative.") for _ in range(2))
        )
        assert [one.status_code for one in both] == [303, 303]
        late = await post_by_letter(browser, link, do="answer", words="Another.")
        assert (late.status_code, "answered it meanwhile" in late.text) == (422, True)
    (answer,) = await letters(desk, ASKER)
    assert (answer.says, answer.words, answer.from_post) == ("answers", "A cooperative.", "Logistics")
    assert SHARER.email not in answer.model_dump_json()
    assert SHARER.name not in await page(desk, ASKER, address)
    assert address in await page(desk, ASKER, "/desk"), "the answer is news"
    assert address not in await page(desk, SHARER, "/desk"), "nothing is due any more"


async def test_declining_needs_no_reason_and_whoever_asked_is_told(desk: Desk) -> None:
    address = await asked(desk)
    async with await desk.signed_in(SHARER) as browser:
        assert (await send(browser, address, do="decline", words="")).status_code == 303
    (letter,) = await letters(desk, ASKER)
    assert (letter.says, letter.words) == ("declines", "")
    assert "does not answer" in await page(desk, ASKER, address)


@pytest.mark.parametrize("who", [STRANGER, ASKER, MEMBER], ids=["stranger", "asker", "member"])
async def test_nobody_answers_for_another_city_or_without_the_permission(desk: Desk, who: Official) -> None:
    address = await asked(desk)
    async with await desk.signed_in(who) as browser:
        token = (await browser.get("/desk/questions")).text
        assert (WORDS in token) == (who is not STRANGER)
        csrf = await desk.context.store.desk_sessions.of_official(who.id)
        sent = await browser.post(address, data={"csrf": csrf[0].csrf, "do": "answer", "words": "No."})
    assert sent.status_code != 303
    assert (await stored(desk, address)).is_open


@pytest.mark.parametrize(
    ("change", "status"),
    [({"state": "withdrawn"}, 404), ({"embargo_until": "2999-01-01"}, 404), ({"state": "draft"}, 404)],
    ids=["withdrawn", "embargoed", "draft"],
)
async def test_a_solution_that_is_hidden_is_not_asked_about_and_its_questions_are_not_told(
    desk: Desk, change: dict[str, str], status: int
) -> None:
    address = await asked(desk)
    await desk.context.store.records.save_solution(solution_recorded(revision=2, **change))
    async with await desk.signed_in(ASKER) as browser:
        for hidden in ("/desk/ask/sol-1", address):
            assert (await browser.get(hidden)).status_code == status
        assert WORDS not in (await browser.get("/desk/questions")).text


async def test_what_cannot_be_sent_stays_in_the_form(desk: Desk) -> None:
    async with await desk.signed_in(SHARER) as browser:
        page = await browser.get("/desk/ask/sol-1")
        assert "Your own city shared this." in page.text
    await desk.context.store.officials.save(SHARER.model_copy(update={"status": "left"}), "import")
    async with await desk.signed_in(ASKER) as browser:
        refused = await send(browser, "/desk/ask/sol-1", words=WORDS)
        assert refused.status_code == 422
        assert "Nobody in that city reads letters now." in refused.text
        assert WORDS in refused.text
        assert (await send(browser, "/desk/ask/sol-1", words="x" * 2_001)).status_code == 422


async def test_a_city_asks_at_most_so_much_a_day(desk: Desk) -> None:
    async with await desk.signed_in(ASKER) as browser:
        answers = [await send(browser, "/desk/ask/sol-1", words=f"{n}?") for n in range(21)]
    assert [one.status_code for one in answers] == [303] * 20 + [422]
    assert "Too many questions" in answers[-1].text


async def test_who_is_not_signed_in_comes_to_the_form_by_signing_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        assert "/desk/ask/sol-1" in (await browser.get("/solutions/sol-1/night-time-freight")).text
        first = await browser.get("/desk/ask/sol-1")
        assert first.headers["location"] == "/in?next=%2Fdesk%2Fask%2Fsol-1"


async def test_a_text_whose_session_ended_is_kept_for_the_form(desk: Desk) -> None:
    async with await desk.signed_in(ASKER, ago=timedelta(hours=3)) as browser:
        (session,) = await desk.context.store.desk_sessions.of_official(ASKER.id)
        sent = await browser.post("/desk/ask/sol-1", data={"csrf": session.csrf, "words": WORDS})
        assert "kept=yes" in sent.headers["location"]


async def test_the_asked_city_is_reminded_once_after_five_working_days(desk: Desk) -> None:
    address = await asked(desk)
    questions, now = desk.context.questions, datetime.now(UTC)
    assert await questions.run(now + timedelta(days=4)) == 0
    assert [await questions.run(now + timedelta(days=days)) for days in (9, 10, 60)] == [1, 0, 0]
    assert sorted(letter.says for letter in await letters(desk, SHARER)) == ["asks", "reminds"]
    async with await desk.signed_in(SHARER) as browser:
        await send(browser, address, do="answer", words="A cooperative.")
    assert "a reminder was sent" in await page(desk, ASKER, address)


async def test_what_a_crash_left_untold_is_told_by_the_next_round(desk: Desk) -> None:
    address = await asked(desk)
    question = await stored(desk, address)
    await desk.database["letters"].delete_many({"official": SHARER.id})
    untold = question.model_copy(update={"told": False, "version": question.version + 1})
    assert await desk.context.store.questions.replace(question, untold)
    await desk.context.questions.run(datetime.now(UTC) + timedelta(minutes=2))
    assert [letter.says for letter in await letters(desk, SHARER)] == ["asks"]
    assert (await stored(desk, address)).told
    assert question.city == KRAKOW


async def test_both_cities_publish_their_own_side_and_either_takes_it_back_for_good(desk: Desk) -> None:
    address = await asked(desk)
    async with await desk.signed_in(ASKER) as asker, await desk.signed_in(SHARER) as sharer:
        early = await send_to(asker, address, do="agree")
        assert (early.status_code, desk.published) == (422, [])
        await send(sharer, address, do="answer", words="A cooperative.")
        for _ in range(2):
            assert (await send_to(asker, address, do="agree")).status_code == 303
        (asking,) = desk.published
        assert isinstance(asking, CommentMade)
        assert (asking.kind, asking.city, asking.text) == ("question", KRAKOW, WORDS)
        assert "agrees" in (await sharer.get(address)).text
        await send(sharer, address, do="agree")
        answering = desk.published[1]
        assert isinstance(answering, CommentMade)
        assert (answering.kind, answering.city, answering.text) == ("answer", TAMPERE, "A cooperative.")
        assert asking.question == answering.question
        await send(sharer, address, do="take_back")
        back = desk.published[2]
        assert isinstance(back, CommentMade)
        assert (back.city, back.withdrawn, back.text) == (TAMPERE, True, "")
        assert (await send_to(asker, address, do="agree")).status_code == 303, "it had agreed"
        assert len(desk.published) == 3
        assert "not published any more" in (await asker.get(address)).text


async def test_published_answers_are_on_the_public_page_while_their_solution_is(desk: Desk) -> None:
    published = {"id": "q", "city": KRAKOW, "by": "Lead", "question": WORDS, "answered_by": "Logistics"}
    answers = [{**published, "answer": "A cooperative.", "said": NOW}]
    async with desk.browser() as browser:
        for revision, state, shown in ((2, "published", True), (3, "withdrawn", False)):
            event = solution_recorded(revision=revision, state=state, answers=answers)
            await desk.context.store.records.save_solution(event)
            text = (await browser.get("/solutions/sol-1/night-time-freight")).text
            assert ("A cooperative." in text, WORDS in text) == (shown, shown)


async def test_times_are_offered_chosen_and_cancelled_and_both_get_the_file(desk: Desk) -> None:
    address = await asked(desk)
    noon = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT12:00")
    async with await desk.signed_in(SHARER) as sharer, await desk.signed_in(ASKER) as asker:
        late = await send(sharer, address, do="offer", slot_1="2020-01-01T12:00", where="+358 3 1234")
        assert (late.status_code, "still to come" in late.text, "+358 3 1234" in late.text) == (
            422,
            True,
            True,
        )
        nowhere = await send(sharer, address, do="offer", slot_1=noon, where=" ")
        assert (nowhere.status_code, "Please say where" in nowhere.text) == (422, True)
        assert (await send(sharer, address, do="offer", slot_1=noon, where="+358 3 1234")).status_code == 303
        assert [letter.says for letter in await letters(desk, ASKER)] == ["offers"]
        assert (await send(asker, address, do="choose", slot="2020-01-01T12:00:00+00:00")).status_code == 422
        call = (await stored(desk, address)).call
        assert call is not None
        await send(asker, address, do="choose", slot=call.slots[0].isoformat())
        told = [
            letter for who in (ASKER, SHARER) for letter in await letters(desk, who) if letter.says == "calls"
        ]
        links = [f"{SETTINGS.sender.link('question', letter)}/call.ics" for letter in told]
        async with desk.browser() as browser:
            files = [await browser.get(link) for link in links]
        assert [file.headers["content-type"] for file in files] == ["text/calendar; charset=utf-8"] * 2
        assert all("METHOD:REQUEST" in file.text for file in files)
        await send(sharer, address, do="cancel")
    for who in (ASKER, SHARER):
        assert "cancels" in {letter.says for letter in await letters(desk, who)}
    await desk.context.store.records.save_solution(solution_recorded(revision=2, state="withdrawn"))
    async with desk.browser() as browser:
        assert "METHOD" not in (await browser.get(links[0])).text


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as started:
        yield started


async def test_pages_of_a_question_can_be_read_by_everybody(desk: Desk, opened: Browser) -> None:
    address = await asked(desk)
    noon = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT12:00")
    (letter,) = await letters(desk, SHARER)
    async with await desk.signed_in(SHARER) as sharer, await desk.signed_in(ASKER) as asker:
        pages = [
            await send(sharer, address, do="answer", words=" "),
            await sharer.get(SETTINGS.sender.link("question", letter)),
            await asker.get("/desk/ask/sol-1"),
        ]
        await send(sharer, address, do="offer", slot_1=noon, where="+358 3 1234")
        await send(sharer, address, do="answer", words="A cooperative.")
        seen = (address, "/desk/questions", "/desk")
        pages += [await one.get(path) for one in (sharer, asker) for path in seen]
    for page in pages:
        for scheme, width in SCREENS.items():
            opened.show(page.text, width, scheme)
            assert opened.violations() == [], (page.url, scheme)
            assert not opened.overflows(), (page.url, width)
