"""The moderation queue and the right of reply at the desk: who sees what, decisions, and their absence."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Literal

import pytest

from services.notifications.app import open_pages
from services.notifications.domain.desk.moderation import Answer, NewDecision, Queue, QueueItem
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import recipients
from services.notifications.samples import SAMPLES, brief, match, matched, official
from services.notifications.settings import Settings
from services.notifications.web.page_session import PageSession
from services.notifications.web.problems import PageProblem
from services.notifications.web.scorecard_pages import scorecard_page
from shared.events import CommentMade, Event, Reply
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_city,
    an_implementation,
    city_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.desk import SITE, Desk, a_desk, send
from tests.component.letters import a_context
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
ADMIN = official().model_copy(update={"administers": True, "city": KRAKOW})
OPERATOR = official().model_copy(
    update={"id": "tampere-it", "email": "Ops@tampere.example.org", "city": TAMPERE, "city_name": "Tampere"}
)
MEMBER = official().model_copy(update={"id": "krakow-2", "email": "two@krakow.example.org", "city": KRAKOW})
TEXT = "Ask <b>Aino</b>, see https://example.org"


def an_item(**changes: object) -> QueueItem:
    text = {
        "path": "text",
        "text": TEXT,
        "language": "en",
        "marks": [(TEXT.index("https"), len(TEXT), "link")],
    }
    return QueueItem.model_validate(
        {
            "id": "c1",
            "kind": "comment",
            "state": "waiting",
            "since": NOW,
            "why": ["comment", "link"],
            "texts": [text],
            "about": "Night-time freight",
            "actions": ["refuse", "show"],
            **changes,
        }
    )


class AQueue:
    """The queue as the API of submissions has it, in memory."""

    def __init__(self) -> None:
        self.items: dict[str, QueueItem] = {"c1": an_item()}
        self.answer: Answer = "decided"
        self.decided: list[tuple[str, str | None, NewDecision]] = []
        self.asked: list[str | None] = []
        self.away = False

    async def queue(self, city: str | None, state: str) -> Queue | None:
        self.asked.append(city)
        waiting = tuple(
            item for item in self.items.values() if (item.state == "waiting") == (state == "waiting")
        )
        return None if self.away else Queue(items=waiting, total=len(waiting))

    async def item(self, item: str, city: str | None) -> object:
        self.asked.append(city)
        return None if self.away else self.items.get(item, "not_there")

    async def decide(self, item: str, city: str | None, decision: NewDecision) -> Answer:
        self.decided.append((item, city, decision))
        return self.answer

    async def close(self) -> None:
        pass


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> AQueue:
    made = AQueue()
    monkeypatch.setattr(Settings, "moderation", property(lambda _: made))
    return made


@pytest.fixture
async def desk(database: Database, queue: AQueue) -> AsyncIterator[Desk]:  # noqa: ARG001 - put in its place
    settings = Settings(public_url=SITE, operators=("ops@tampere.example.org",))
    async with a_desk(database, settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("who", "status", "share"), [(ADMIN, 200, KRAKOW), (OPERATOR, 200, None), (MEMBER, 403, "nothing")]
)
async def test_who_looks_after_a_city_sees_its_share_and_an_operator_everything(
    desk: Desk, queue: AQueue, who: Official, status: int, share: str | None
) -> None:
    async with await desk.signed_in(who) as browser:
        for address in ("/moderation", "/moderation?state=decided", "/moderation/item/c1"):
            assert (await browser.get(address)).status_code == status, address
    assert set(queue.asked) == ({share} if share != "nothing" else set())


async def test_an_operator_who_hands_the_post_over_takes_the_right_along(desk: Desk, queue: AQueue) -> None:
    new = OPERATOR.model_copy(update={"name": "Eve", "email": "eve@tampere.example.org", "administers": True})
    async with await desk.signed_in(new) as browser:
        await browser.get("/moderation")
    assert queue.asked == [TAMPERE]


async def test_the_words_to_look_at_are_marked_and_nothing_of_the_text_is_html(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        page = (await browser.get("/moderation/item/c1")).text
    assert "Ask &lt;b&gt;Aino&lt;/b&gt;, see <mark>https://example.org</mark>" in page


async def test_a_decision_is_sent_with_the_post_and_what_was_seen(desk: Desk, queue: AQueue) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        answer = await send(browser, "/moderation/item/c1", action="show", seen="waiting")
        assert answer.headers["location"] == "/moderation?done=decided"
        refused = {"action": "refuse", "reason": "spam", "words": "Twice.", "seen": "waiting"}
        await send(browser, "/moderation/item/c1", **refused)
        assert "Decided." in (await browser.get("/moderation?done=decided")).text
    assert [(item, city, made._asdict()) for item, city, made in queue.decided] == [
        ("c1", KRAKOW, NewDecision("show", ADMIN.post, "waiting")._asdict()),
        ("c1", KRAKOW, NewDecision("refuse", ADMIN.post, "waiting", "spam", "Twice.")._asdict()),
    ]


@pytest.mark.parametrize(
    ("form", "mistake"),
    [
        ({"action": "refuse"}, "Please choose a reason."),
        ({}, "Please choose one of these."),
        ({"action": "place", "city": YORK}, "Please choose one of these."),
        ({"action": "show", "words": "x" * 401}, "This is too long."),
    ],
)
async def test_a_decision_with_mistakes_is_not_sent(
    desk: Desk, queue: AQueue, form: dict[str, str], mistake: str
) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        page = await send(browser, "/moderation/item/c1", seen="waiting", **form)
    assert (page.status_code, queue.decided) == (422, [])
    assert mistake in page.text


async def test_a_decision_without_the_token_of_the_form_is_not_taken(desk: Desk, queue: AQueue) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        page = await browser.post("/moderation/item/c1", data={"action": "show", "seen": "waiting"})
    assert (page.status_code, queue.decided) == (403, [])


async def test_a_doubtful_place_is_given_to_a_city_or_to_none(desk: Desk, queue: AQueue) -> None:
    cities = [
        {"id": YORK, "name": "York", "country": "GB"},
        {"id": KRAKOW, "name": "Kraków", "country": "PL"},
    ]
    text = {"path": "name", "text": "York Council"}
    placed = {
        "kind": "place",
        "why": ["namesakes"],
        "texts": [text],
        "candidates": cities,
        "actions": ["place"],
    }
    queue.items["p1"] = an_item(id="p1", **placed)
    async with await desk.signed_in(OPERATOR) as browser:
        for form in ({"city": YORK}, {"city": "none"}, {"other": "2645425"}):
            await send(browser, "/moderation/item/p1", seen="waiting", **form)
        assert (await send(browser, "/moderation/item/p1", seen="waiting")).status_code == 422
    assert [made.city for _, _, made in queue.decided] == [YORK, None, "2645425"]
    async with await desk.signed_in(ADMIN) as browser:
        page = (await browser.get("/moderation/item/p1")).text
    assert re.findall(r'name="city" value="([^"]+)"', page) == [KRAKOW]


async def test_a_city_is_named_and_numbered_only_where_no_name_of_it_is_known(
    desk: Desk, queue: AQueue
) -> None:
    await desk.context.store.records.save_city(city_recorded(city=a_city(id=TAMPERE, name="Tampere")))
    queue.items["n1"] = an_item(
        id="n1",
        kind="reply",
        by=f"Clerk · {TAMPERE}",
        cities=[{"id": YORK, "name": "York"}, {"id": TAMPERE, "name": TAMPERE}, {"id": "77", "name": "77"}],
        decisions=[
            {"when": NOW, "who": f"{YORK}: Head of roads", "verdict": "refused"},
            {"when": NOW, "who": "operator: IT", "city": TAMPERE},
            {"when": NOW, "who": "88: Clerk", "verdict": "shown"},
        ],
        state="shown",
    )
    async with await desk.signed_in(OPERATOR) as browser:
        page = (await browser.get("/moderation/item/n1")).text
        listed = (await browser.get("/moderation?state=decided")).text
    for words in ("Clerk · Tampere", "York, Tampere, 77", "York: Head of roads", "operator: IT", "88: Clerk"):
        assert words in page, words
    assert TAMPERE not in page
    assert "88: Clerk" in listed


async def test_while_submissions_is_away_the_page_says_so_and_what_was_written_stays(
    desk: Desk, queue: AQueue
) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        form = await browser.get("/moderation/item/c1")
        queue.away = True
        token = form.text.partition('name="csrf" value="')[2].partition('"')[0]
        said = {
            "csrf": token,
            "action": "refuse",
            "reason": "other",
            "words": "Said often",
            "seen": "waiting",
        }
        page = await browser.post("/moderation/item/c1", data=said)
        assert page.status_code == 422
        assert 'name="words" value="Said often"' in page.text
        assert "The queue cannot be read now." in (await browser.get("/moderation")).text
        queue.away, queue.answer = False, "changed_meanwhile"
        late = await browser.post("/moderation/item/c1", data=said)
        assert late.status_code == 422
        assert "Somebody else decided meanwhile." in late.text


# The right of reply


WHY = "The vans from Kraków were late."
ATTEMPT = f"sol-1|{YORK}"
PAGE = f"/desk/reply/{ATTEMPT}"


def a_reply(**changes: object) -> Reply:
    said = {"id": "r1", "kind": "dispute", "city": TAMPERE, "by": OPERATOR.post, "text": "It was not so."}
    return Reply.model_validate({**said, "said": NOW, **changes})


async def a_failure(desk: Desk, state: str = "published", *replies: Reply, revision: int = 1) -> None:
    """York's failure at Tampere's solution, which names Kraków."""
    records = desk.context.store.records
    await records.save_solution(solution_recorded(revision=revision, state=state))
    attempt = an_implementation(city=YORK, outcome="failed", why=WHY)
    event = outcome_recorded(implementation=attempt, replies=replies, revision=revision)
    await records.save_attempt(event)


ELSEWHERE = official().model_copy(
    update={"id": "hull", "email": "h@hull.example.org", "city": "2645425", "city_name": "Hull"}
)
YORKS = official().model_copy(
    update={"id": "york", "email": "y@york.example.org", "city": YORK, "city_name": "York"}
)


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        (OPERATOR, ["reply", "dispute"]),
        (ADMIN.model_copy(update={"city_name": "Kraków"}), ["reply", "dispute"]),
        (YORKS, ["reply"]),
        (ELSEWHERE, None),
    ],
    ids=["of the solution", "named in the text", "its own city", "nobody named"],
)
async def test_who_is_named_in_a_failure_may_reply_and_nobody_else_sees_the_page(
    desk: Desk, who: Official, kinds: list[str] | None
) -> None:
    await a_failure(desk)
    async with await desk.signed_in(who) as browser:
        page = await browser.get(PAGE)
    assert page.status_code == (200 if kinds else 404)
    assert re.findall(r'name="kind" value="([^"]+)"', page.text) == (kinds or [])


@pytest.mark.parametrize("state", ["withdrawn", "draft", "confirmed"])
async def test_a_failure_that_may_not_be_told_of_has_no_page_and_shows_no_reply(
    desk: Desk, state: str
) -> None:
    await a_failure(desk, state, a_reply())
    async with await desk.signed_in(ADMIN.model_copy(update={"city_name": "Kraków"})) as browser:
        page = await browser.get(PAGE)
        refused = await browser.post(PAGE, data={"csrf": "x", "kind": "reply", "text": "x"})
    assert (page.status_code, refused.status_code, desk.published) == (404, 403, [])
    assert "It was not so." not in page.text


async def test_a_reply_is_sent_once_with_the_post_and_its_fate_is_shown(desk: Desk) -> None:
    await a_failure(desk)
    form = {"kind": "dispute", "text": "It was not so."}
    async with await desk.signed_in(OPERATOR) as browser:
        answers = [await send(browser, PAGE, **form) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {303}
        page = (await browser.get(answers[0].headers["location"])).text
        assert page.count("on its way to a moderator, or waiting for one") == 1
        (sent, again) = desk.published
        assert isinstance(sent, CommentMade)
        assert sent.message_id == again.message_id
        assert (sent.about, sent.city, sent.kind, sent.by) == (ATTEMPT, TAMPERE, "dispute", OPERATOR.post)
        assert sent.actor is not None
        assert sent.actor.post == OPERATOR.post
        (stored,) = await desk.context.store.sent_messages.about(f"outcome|{ATTEMPT}", TAMPERE)
        await a_failure(desk, "published", a_reply(said=stored.at), revision=2)
        page = (await browser.get(PAGE)).text
        assert "beside the record" in page
        assert "Disputed; its city has not answered yet." in page
        assert "Replies" in page
        answered = a_reply(said=stored.at, answered=NOW + timedelta(days=1))
        await a_failure(desk, "published", answered, revision=3)
        assert "Its city answered on" in (await browser.get(PAGE)).text
        refused = {"complaints": [{"path": "text", "message": "Said twice."}]}
        await desk.database["desk_sent"].update_one({"_id": stored.id}, {"$set": refused})
        assert "Said twice." not in (await browser.get(PAGE)).text, "it is shown on second thought"
        empty = await send(browser, PAGE, kind="other", text="")
        assert empty.status_code == 422
        assert "Please write something." in empty.text


async def test_a_reply_stands_beside_the_record_at_the_desk_of_its_city_and_of_the_solution(
    desk: Desk,
) -> None:
    await a_failure(desk, "published", a_reply())
    async with await desk.signed_in(YORKS) as browser:
        page = (await browser.get(f"/desk/records/outcome/{ATTEMPT}")).text
        assert "It was not so." in page
        assert f'href="{PAGE}"' in page
        assert "Confirm it for our city" in page
        assert "Somebody disputes what we say about this" in (await browser.get("/desk")).text
        await a_failure(desk, "published", a_reply(answered=NOW), revision=2)
        assert "Confirm it for our city" not in (await browser.get(f"/desk/records/outcome/{ATTEMPT}")).text
        assert "Somebody disputes what we say about this" not in (await browser.get("/desk")).text
    async with await desk.signed_in(OPERATOR) as browser:
        page = (await browser.get("/desk/records/solution/sol-1")).text
        assert WHY in page
        assert f'href="{PAGE}"' in page


# Seen by everybody


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as started:
        yield started


async def test_moderation_replies_and_legal_pages_can_be_read_by_everybody(
    desk: Desk, queue: AQueue, opened: Browser
) -> None:
    await a_failure(desk, "published", a_reply())
    made = {"when": NOW, "who": "operator: Moderator", "verdict": "refused", "reason": "spam"}
    queue.items["d1"] = an_item(id="d1", state="refused", decisions=[made])
    async with await desk.signed_in(OPERATOR) as reader:
        addresses = ("/moderation", "/moderation?state=decided", "/moderation/item/c1", "/moderation/item/d1")
        own = (PAGE, "/desk/records/solution/sol-1")
        legal = tuple(f"/legal/{name}" for name in ("terms", "privacy", "accessibility", "imprint"))
        pages = {address: await reader.get(address) for address in (*addresses, *own, *legal)}
        pages["a refusal without a reason"] = await send(reader, "/moderation/item/c1", action="refuse")
        pages["a reply without words"] = await send(reader, PAGE, kind="reply")
    for address, page in pages.items():
        assert page.status_code in {200, 422}, address
        for scheme, width in (("dark", 320), ("light", 1000)):
            opened.show(page.text, width, scheme)  # type: ignore[arg-type]
            assert opened.violations() == [], address
            assert not opened.overflows(), (address, width)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
@pytest.mark.parametrize("kind", ["alert", "warning", "lineage"])
async def test_replies_stand_on_the_pages_of_letters_while_the_failure_may_be_told_of(
    database: Database, kind: str, state: Literal["published", "withdrawn"]
) -> None:
    failure = next(attempt for attempt in brief().implementations if attempt.outcome == "failed")
    said = a_reply(city=failure.city, by="Night hubs Ltd", party="supplier")
    event = outcome_recorded(implementation=failure, replies=(said,), state=state)
    letter = SAMPLES[kind]("en")
    async with a_context(Settings(), database) as context:
        pages = open_pages(context, no_publish, Settings())
        if kind == "alert":
            await pages.match_cards.save(matched(), match(), recipients([], match(), NOW.date()))
        await context.store.records.save_attempt(event)
        session = PageSession(pages, letter, official(), {}, acts=False)
        if kind == "warning" and state == "withdrawn":
            with pytest.raises(PageProblem):
                await scorecard_page(session)
            return
        page = await scorecard_page(session)
    assert ("It was not so." in page.html) is (state == "published")
    assert ("Night hubs Ltd · supplier" in page.html) is (state == "published")


async def no_publish(_: Event) -> None:
    """A page that is looked at publishes nothing."""
    raise AssertionError
