"""The pages: a GET changes nothing, a POST with any body acts, a key opens its own door only."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from services.notifications.adapters import country_names, topic_names
from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import MimeRenderer
from services.notifications.adapters.pdf import WeasyPrinter
from services.notifications.adapters.templates import words_in
from services.notifications.application.conflicts import ConflictLine, Conflicts
from services.notifications.application.desk_sessions import DeskSessions
from services.notifications.application.effects import EffectQueries
from services.notifications.application.introductions import Introductions
from services.notifications.application.match_cards import MatchCards
from services.notifications.application.notification_log import LogLine, NotificationLog
from services.notifications.application.questions import Questions
from services.notifications.application.replies_to_failures import RepliesToFailures
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.sign_in import SignIn
from services.notifications.application.solution_history import (
    AdoptionLine,
    SolutionHistories,
    SolutionHistory,
)
from services.notifications.application.stored_models import CommentLine, KeptForm, MatchCard, StoredLetter
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.desk.sessions import SessionLimits
from services.notifications.domain.letters import account, confirmation
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import LogEntry
from services.notifications.domain.official_changes import OfficialChange, Way
from services.notifications.domain.officials import Official, QuietHours
from services.notifications.domain.sender import PATHS, Sender
from services.notifications.domain.vocabulary import KINDS
from services.notifications.http.pages import router
from services.notifications.samples import SAMPLES, brief, match, official
from services.notifications.web.page_context import PageContext
from services.notifications.web.rendering import PageRenderer
from shared.events import AdoptionDeclared, Event, MatchAnswered, OutcomeReported, RecordWithdrawn

SENDER = Sender(site="http://testserver", secret=SecretStr("a secret of some length"))
RENDERER = PageRenderer(words_in, localizer_for)
# What the template of a scorecard takes where nobody replied to a failure.
WITHOUT_REPLIES: dict[str, Any] = {"solution": "sol-1", "replies": {}, "reply_cities": {}, "replying": {}}


class Memory:
    """The repositories and use cases of the pages, in memory; it remembers what was done."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        letters = [make("en") for make in SAMPLES.values()]
        letters += [account.write(official(), "sign_in", now), confirmation.write(official(), now)]
        self.letters = {letter.id: letter for letter in letters}
        self.done: list[str] = []
        self.said: list[Event] = []
        self.official = official()
        self.since = now
        self.changes: list[OfficialChange] = []
        self.free = True
        self.used: set[str] = set()
        self.carded = True
        self.remarks: list[CommentLine] = []
        self.conflicts: list[ConflictLine] = []
        self.hidden: frozenset[str] = frozenset()
        self.address_status = AddressStatus(stopped="hard_bounce")
        self.after: str | None = None
        self.kept: KeptForm | None = None
        self.sessions = SimpleNamespace(
            limits=SessionLimits(timedelta(hours=2), timedelta(hours=12)),
            begin=self.begin_session,
            end_by_token=self.end_session,
            newest_kept_form=self.find_kept_form,
        )

    def pages(self) -> PageContext:
        """What the pages work with."""
        store = SimpleNamespace(
            letters=SimpleNamespace(find=self.find_letter),
            officials=SimpleNamespace(
                find=self.find_official,
                changes=self.find_changes,
                update_preferences=self.update_preferences,
                confirm=self.confirm,
                undo=self.undo,
            ),
            records=SimpleNamespace(hidden=self.find_hidden),
            comments=SimpleNamespace(about=self.find_comments, save=self.save_comment),
            address_statuses=SimpleNamespace(find=self.find_status, remove=self.resume),
            used_links=SimpleNamespace(use=self.use),
        )
        cards = SimpleNamespace(find=self.find_card, alternatives=self.find_alternatives)
        return PageContext(
            store=cast("NotificationRepositories", store),
            match_cards=cast("MatchCards", cards),
            histories=cast("SolutionHistories", SimpleNamespace(find=self.find_history)),
            log=cast("NotificationLog", SimpleNamespace(of_official=self.find_log)),
            conflicts=cast("Conflicts", SimpleNamespace(for_official=self.find_conflicts)),
            replies=cast("RepliesToFailures", NO_REPLIES),
            introductions=cast("Introductions", SimpleNamespace(agree=self.agree)),
            questions=cast("Questions", SimpleNamespace()),
            effects=cast("EffectQueries", SimpleNamespace()),
            sign_in=cast("SignIn", SimpleNamespace(request=self.request_sign_in_link)),
            sessions=cast("DeskSessions", self.sessions),
            publish=self.publish,
            translate=no_translation,
            sender=SENDER,
            letter_renderer=MimeRenderer(SENDER),
            renderer=RENDERER,
            topics=topic_names,
            countries=country_names,
            pdf=WeasyPrinter(),
        )

    async def find_letter(self, letter: str) -> StoredLetter | None:
        stored = self.letters.get(letter)
        return StoredLetter(stored, self.since) if stored else None

    async def find_official(self, official: str) -> Official | None:
        return self.official if official == self.official.id else None

    async def find_card(self, solution: str, city: str) -> MatchCard | None:
        known = self.carded and city == "krakow" and solution == brief().solution.id
        return MatchCard(brief(), match()) if known else None

    async def find_alternatives(self, card: MatchCard) -> list[MatchCard]:
        return [card]

    async def find_hidden(self, keys: Iterable[str], city: str, now: datetime) -> frozenset[str]:
        return self.hidden.intersection(keys) if city and now else frozenset()

    async def find_history(self, solution: str, city: str) -> SolutionHistory:
        return (
            SolutionHistory((), (AdoptionLine("York", "adapted", 75.0),))
            if solution and city
            else SolutionHistory()
        )

    async def find_comments(self, solution: str, city: str) -> list[CommentLine]:
        return self.remarks if solution and city else []

    async def save_comment(self, letter: Letter, words: str, at: datetime) -> None:
        assert at >= self.since
        self.remarks.append(CommentLine(letter.written, letter.post, words, letter.locale))
        self.done.append("remark")

    async def find_status(self, email: str) -> AddressStatus:
        return self.address_status if email else AddressStatus()

    async def find_log(self, official: Official) -> list[LogLine]:
        entry = LogEntry(at=datetime(2026, 11, 1, tzinfo=UTC), state="not_sent", why="below_fit")
        return [LogLine(entry, LocalizedText(text=official.post, language="en"))]

    async def find_changes(self, official: str) -> list[OfficialChange]:
        return self.changes if official == self.official.id else []

    async def find_conflicts(self, official: Official) -> list[ConflictLine]:
        return self.conflicts if official == self.official else []

    async def update_preferences(self, before: Official, after: Official, way: Way) -> None:
        assert before == self.official
        self.official = after
        self.done.append(way)

    async def confirm(self, official: Official) -> None:
        self.official = official.model_copy(update={"status": "active"})
        self.done.append("confirmation")

    async def undo(self, official: Official) -> None:
        self.done.append(f"undo {official.id}")

    async def resume(self, email: str) -> None:
        self.done.append(f"resume {email}")

    async def agree(self, letter: Letter) -> None:
        self.done.append(f"agree {letter.kind}")

    async def request_sign_in_link(self, email: str, client: str, after: str | None) -> bool:
        self.done.append(f"way in {email}" if client else "")
        self.after = after
        return self.free

    async def use(self, letter: str, at: datetime) -> bool:
        assert at >= self.since
        self.done.append("use up")
        first = letter not in self.used
        self.used.add(letter)
        return first

    async def begin_session(self, official: Official, user_agent: str, now: datetime) -> str:
        assert now >= self.since
        assert user_agent.startswith("python-httpx")
        self.done.append(f"session of {official.id}")
        return "a token"

    async def end_session(self, token: str) -> None:
        if token:
            self.done.append(f"end {token}")

    async def find_kept_form(self, official: Official) -> KeptForm | None:
        return self.kept if official == self.official else None

    async def publish(self, event: Event) -> None:
        self.said.append(event)


async def no_replies(*_: object) -> dict[str, object]:
    return {}


NO_REPLIES = SimpleNamespace(beside=no_replies, names=no_replies, at=no_replies)


async def no_translation(
    _: Iterable[LocalizedText], __: Letter, ___: Iterable[str]
) -> tuple[LocalizedText, ...]:
    """Where no machine translates."""
    return ()


@pytest.fixture
def desk() -> Memory:
    return Memory()


@pytest.fixture
async def client(desk: Memory) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(router(desk.pages()))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as opened:
        yield opened


def door(desk: Memory, scope: str, kind: str = "alert") -> str:
    newest = [letter for letter in desk.letters.values() if letter.kind == kind][-1]
    return SENDER.link(scope, newest).removeprefix("http://testserver")


async def test_a_mail_scanner_that_follows_every_link_changes_nothing(
    client: AsyncClient, desk: Memory
) -> None:
    for letter in desk.letters.values():
        for scope in PATHS:
            answer = await client.get(SENDER.link(scope, letter))
            assert answer.status_code in {200, 404, 410}
    assert desk.done == []
    assert desk.said == []


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {"json": {"List-Unsubscribe": "One-Click"}},
    ],
    ids=["form", "multipart", "nothing", "json"],
)
async def test_one_click_unsubscribes_whatever_the_body(
    client: AsyncClient, desk: Memory, body: dict[str, object]
) -> None:
    """RFC 8058: no cookies, no login, no redirect, honoured at once, and only for this kind of letter."""
    answer = await client.post(door(desk, "unsubscribe"), **body)  # type: ignore[arg-type] # four kinds of body
    assert answer.status_code == 200
    assert desk.official.kinds_off == ("alert",)
    assert desk.done == ["one_click"]


async def test_one_click_for_a_post_that_is_gone_is_done_already(client: AsyncClient, desk: Memory) -> None:
    """RFC 8058: a mail program that clicks for its reader must not be told of an error."""
    at = door(desk, "unsubscribe")
    desk.official = desk.official.model_copy(update={"id": "somebody-else"})
    assert (await client.post(at, content=b"List-Unsubscribe=One-Click")).status_code == 200
    assert desk.done == []


async def test_unsubscribing_from_all_and_undoing_it(client: AsyncClient, desk: Memory) -> None:
    await client.post(door(desk, "unsubscribe"), data={"scope": "all"})
    assert desk.official.cadence == "off"
    await client.post(door(desk, "unsubscribe"), data={"scope": "undo"})
    assert desk.done[-1] == "undo krakow-mobility"


async def test_a_topic_can_be_switched_off_by_itself(client: AsyncClient, desk: Memory) -> None:
    page = await client.get(door(desk, "unsubscribe"))
    assert 'value="topic:CPV:60100000"' in page.text
    await client.post(door(desk, "unsubscribe"), data={"scope": "topic:CPV:60100000"})
    assert (desk.official.topics_off, desk.official.kinds_off) == (("CPV:60100000",), ())


async def test_a_key_opens_no_other_door(client: AsyncClient, desk: Memory) -> None:
    key = door(desk, "scorecard").removeprefix("/s/")
    for scope, path in PATHS.items():
        expected = 200 if scope == "scorecard" else 404
        assert (await client.get(f"/{path}/{key}")).status_code == expected
    assert (await client.post(f"/u/{key}")).status_code == 404
    assert desk.done == []


async def test_who_was_given_the_link_to_share_sees_the_scorecard_and_cannot_answer_for_its_reader(
    client: AsyncClient, desk: Memory
) -> None:
    own, shared = [(await client.get(door(desk, scope))).text for scope in ("scorecard", "shared")]
    assert "How every point comes about" in shared
    for scope in ("feedback", "talk", "preferences", "unsubscribe", "scorecard"):
        assert door(desk, scope) not in shared
    assert all(door(desk, scope) in own for scope in ("feedback", "talk", "shared"))


async def test_colleagues_of_all_departments_read_what_one_says_by_post_and_not_by_name(
    client: AsyncClient, desk: Memory
) -> None:
    """C5."""
    said = await client.post(door(desk, "talk"), data={"words": "<b>Legal</b> would agree."})
    seen = await client.get(door(desk, "scorecard"))
    for page in (said.text, seen.text):
        assert "&lt;b&gt;Legal&lt;/b&gt; would agree." in page
        assert "Head of Mobility" in page
        assert "Maria Nowak" not in page
    assert "would agree" not in (await client.get(door(desk, "shared"))).text, "not for other cities"
    assert desk.done == ["remark"]


async def test_old_buttons_do_not_let_anybody_in_but_unsubscribing_still_works(
    client: AsyncClient, desk: Memory
) -> None:
    old = account.write(official(), "sign_in", datetime.now(UTC) - timedelta(minutes=16))
    desk.letters[old.id] = old
    assert (await client.post(SENDER.link("sign_in", old))).status_code == 410
    assert (await client.post(door(desk, "unsubscribe"))).status_code == 200


async def test_a_way_in_works_once(client: AsyncClient, desk: Memory) -> None:
    first = await client.post(door(desk, "sign_in", "account"))
    assert (first.status_code, first.headers["location"]) == (303, "/desk")
    assert "HttpOnly" in first.headers["set-cookie"]
    assert desk.done == ["use up", "session of krakow-mobility"]
    again = await client.post(door(desk, "sign_in", "account"))
    assert again.status_code == 410
    assert "This link was used before." in again.text


async def test_the_page_asked_for_before_signing_in_is_opened_after_it(
    client: AsyncClient, desk: Memory
) -> None:
    for asked, expected in (("/desk/log", "/desk/log"), ("https://evil.example", None)):
        await client.post(f"/in?next={asked}", data={"email": "maria@krakow.example.org"})
        assert desk.after == expected
    letter = account.write(official(), "sign_in", datetime.now(UTC), "/desk/log")
    desk.letters[letter.id] = letter
    answer = await client.post(SENDER.link("sign_in", letter))
    assert answer.headers["location"] == "/desk/log"


async def test_a_sign_in_link_that_another_site_sends_signs_nobody_in(
    client: AsyncClient, desk: Memory
) -> None:
    at = door(desk, "sign_in", "account")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert (await client.post(at, headers=headers)).status_code == 403
    assert desk.done == []


async def test_preferences_are_kept_and_shown_again(client: AsyncClient, desk: Memory) -> None:
    form = {
        "cadence": "daily",
        "pause_until": "2027-01-01",
        "min_fit": "70",
        "max_risk": "40",
        "instant_min_fit": "",
        "kinds": ["alert", "digest"],
        "topics": ["CPV:905", "CPV:60"],
        "locale": "pl",
    }
    answer = await client.post(door(desk, "preferences"), data=form)
    assert answer.status_code == 200
    now = desk.official
    assert (now.cadence, now.thresholds.min_fit, now.thresholds.max_risk) == ("daily", 70, 40)
    assert now.thresholds.instant_min_fit is None
    assert now.topics == ("CPV:905", "CPV:60")
    for name in ("Refuse and waste related services", "Transport services (excl. Waste transport)"):
        assert name in (await client.get(door(desk, "preferences"))).text, "shown back by name"
    assert set(now.kinds_off) == set(KINDS) - {"alert", "digest"}
    assert not now.include_failures


async def test_quiet_hours_and_the_day_of_the_summary_are_wishes_too(
    client: AsyncClient, desk: Memory
) -> None:
    quiet = {"quiet_start": "17:00", "quiet_end": "08:30", "quiet_weekends": "yes", "quiet_holidays": "PL"}
    await client.post(door(desk, "preferences"), data={"at": "09:15", "weekday": "3", **quiet})
    now = desk.official
    assert (now.at, now.weekday) == (time(9, 15), 3)
    assert now.quiet == QuietHours(start=time(17), end=time(8, 30), weekends=True, holidays="PL")
    await client.post(door(desk, "preferences"), data={"quiet_start": "", "quiet_end": ""})
    assert desk.official.quiet is None
    wrong = await client.post(door(desk, "preferences"), data={"quiet_start": "17:00", "quiet_end": ""})
    assert wrong.status_code == 422


async def test_a_wish_that_cannot_be_used_is_refused_with_its_name(client: AsyncClient, desk: Memory) -> None:
    answer = await client.post(door(desk, "preferences"), data={"min_fit": "a lot"})
    assert answer.status_code == 422
    assert "Please give a number from 0 to 100." in answer.text
    assert 'value="a lot"' in answer.text, "what was typed is not lost"
    assert desk.done == []


async def test_an_objection_becomes_a_unit_gap_and_is_answered_by_how_another_city_closed_it(
    client: AsyncClient, desk: Memory
) -> None:
    """N14."""
    form = {"answer": "not_for_us", "reason": "unit_gap", "unit": "noise-rule"}
    answer = await client.post(door(desk, "feedback"), data=form)
    assert "In place in: Malmö" in answer.text
    assert "Tampere says: A by-law of one page" in answer.text
    said = desk.said[0]
    assert isinstance(said, MatchAnswered)
    assert (said.answer, said.reason, said.unit) == ("not_for_us", "unit_gap", "noise-rule")


async def test_an_adoption_names_the_letter_that_led_to_it(client: AsyncClient, desk: Memory) -> None:
    """N19."""
    await client.post(door(desk, "feedback"), data={"answer": "adopted", "how": "bought"})
    adopted = desk.said[1]
    assert isinstance(adopted, AdoptionDeclared)
    assert adopted.letter in desk.letters
    assert adopted.kind == "bought"
    assert adopted.parent == "tampere/night-freight-hub"
    assert adopted.solution == f"krakow/{adopted.parent}", "its own version, as the intake wants it"


@pytest.mark.parametrize(
    ("kind", "carded", "shows"),
    [
        ("alert", True, "How every point comes about"),
        ("update", True, "How every point comes about"),
        ("alert", False, "is not published any more"),
        ("digest", False, "What could work in Kraków"),
        ("warning", True, "How every point comes about"),
        ("warning", False, "Something like this failed in Heerlen"),
        ("lineage", False, "75% kept as it was"),
        ("legacy_pack", False, "Everything your city shared"),
    ],
)
async def test_what_a_letter_says_can_be_seen_is_there(
    client: AsyncClient, desk: Memory, kind: str, carded: bool, shows: str
) -> None:
    """A warning is about what need not match the city, a pack about the city's own: neither has a card."""
    desk.carded = carded
    seen = await client.get(door(desk, "scorecard", kind))
    assert shows in seen.text
    assert seen.status_code == (410 if "not published" in shows else 200)


async def test_an_item_of_a_digest_opens_its_own_scorecard_and_is_answered_by_itself(
    client: AsyncClient, desk: Memory
) -> None:
    digest = next(letter for letter in desk.letters.values() if isinstance(letter, DigestLetter))
    number = [one.solution for one in digest.everything()].index(brief().solution.id) + 1
    listed = await client.get(door(desk, "scorecard", "digest"))
    assert f'href="?item={number}"' in listed.text
    card = await client.get(f"{door(desk, 'scorecard', 'digest')}?item={number}")
    assert "How every point comes about" in card.text
    answers = door(desk, "feedback", "digest")
    assert f"{answers}?item={number}" in card.text
    await client.post(f"{answers}?item={number}", data={"answer": "useful"})
    said = desk.said[0]
    assert isinstance(said, MatchAnswered)
    assert (said.letter, said.solution) == (digest.id, brief().solution.id)
    for wrong in (0, -1, 99, "x", "1.5"):
        assert (await client.get(f"{answers}?item={wrong}")).status_code == 404


@pytest.mark.parametrize("form", [{}, {"answer": "maybe"}, {"answer": "not_for_us", "reason": "bored"}])
async def test_feedback_that_is_not_on_the_page_says_nothing(
    client: AsyncClient, desk: Memory, form: dict[str, str]
) -> None:
    assert (await client.post(door(desk, "feedback"), data=form)).status_code == 422
    assert desk.said == []


async def test_an_outcome_is_reported_with_its_failure_record(client: AsyncClient, desk: Memory) -> None:
    form = {"outcome": "failed", "cause": "skills", "first_warning_sign": "two left"}
    await client.post(door(desk, "outcome", "outcome_checkin"), data=form)
    said = desk.said[0]
    assert isinstance(said, OutcomeReported)
    assert said.failure is not None
    assert (said.outcome, said.failure.cause) == ("failed", "skills")


async def test_confirming_and_agreeing_take_one_button(client: AsyncClient, desk: Memory) -> None:
    desk.official = official().model_copy(update={"status": "pending"})
    await client.post(door(desk, "confirm", "confirmation"))
    assert desk.official.status == "active"
    await client.post(door(desk, "introduce", "partners"))
    assert desk.done == ["confirmation", "agree partners"]


async def test_the_way_in_says_the_same_whoever_asks(client: AsyncClient, desk: Memory) -> None:
    known, unknown = [await client.post("/in", data={"email": f"{who}@x.org"}) for who in "ab"]
    assert known.text == unknown.text
    assert desk.done == ["way in a@x.org", "way in b@x.org"]


async def test_topics_are_searched_for_by_name_and_nothing_typed_is_lost(
    client: AsyncClient, desk: Memory
) -> None:
    """The search is a GET of the same form: it shows what could be meant, and keeps nothing."""
    typed = {"find": "street light", "at": "09:15", "topics": ["THEME:waste"], "kinds": ["alert"]}
    found = await client.get(door(desk, "preferences"), params=typed)
    assert found.status_code == 200
    assert 'value="THEME:street-lighting"><span>Street lighting' in found.text
    assert 'value="CPV:349285"><span>Street-lighting equipment' in found.text
    assert 'value="THEME:waste" checked' in found.text
    assert 'value="09:15"' in found.text
    assert desk.done == []
    nothing = await client.get(door(desk, "preferences"), params={"find": "qwertz"})
    assert "No topic is called that." in nothing.text


@pytest.mark.parametrize(
    "form",
    [
        {"topics": "lighting"},
        {"topics": "34928500"},
        {"topics": ["CPV:905", "CPV:99999999"]},
        {"topics": "CPV:905 CPV:60"},
        {"find": "lighting"},
    ],
)
async def test_a_topic_that_will_not_be_understood_is_never_saved(
    client: AsyncClient, desk: Memory, form: dict[str, str | list[str]]
) -> None:
    answer = await client.post(door(desk, "preferences"), data={"cadence": "daily", **form})
    assert answer.status_code == 422
    assert "This is not a topic we know. Please choose one from the list." in answer.text
    assert "Saved." not in answer.text
    assert desk.done == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("quiet_holidays", "ZZ", "Please choose a country from the list."),
        ("timezone", "Mars/Base", "Please choose a time zone from the list."),
        ("locale", "xx", "Please choose one of these."),
        ("cadence", "hourly", "Please choose one of these."),
        ("weekday", "8", "Please choose one of these."),
        ("at", "25:00", "Please give a time, such as 08:30."),
        ("quiet_start", "08:30+02:00", "Please give a time, such as 08:30."),
        ("pause_until", "soon", "Please give a day, such as 2027-01-31."),
        ("max_risk", "101", "Please give a number from 0 to 100."),
        ("instant_min_fit", "nan", "Please give a number from 0 to 100."),
    ],
)
async def test_each_wish_that_cannot_be_used_is_marked_beside_its_field(
    client: AsyncClient, desk: Memory, field: str, value: str, words: str
) -> None:
    form = {"quiet_start": "18:00", "quiet_end": "07:00", field: value}
    answer = await client.post(door(desk, "preferences"), data=form)
    assert answer.status_code == 422
    assert f'id="mistake-{field}">{words}' in answer.text
    assert f'aria-describedby="mistake-{field}"' in answer.text or field == "cadence"
    assert desk.done == []


async def test_countries_and_zones_are_chosen_by_name(client: AsyncClient, desk: Memory) -> None:
    page = (await client.get(door(desk, "preferences"))).text
    assert '<option value="PL">Poland</option>' in page
    assert '<option value="Europe/Warsaw" selected>Poland · Warsaw</option>' in page


async def test_a_variant_of_a_language_stays_where_its_language_is_chosen_again(
    client: AsyncClient, desk: Memory
) -> None:
    desk.official = official().model_copy(update={"locale": "pt-AO"})
    await client.post(door(desk, "preferences"), data={"locale": "pt"})
    assert desk.official.locale == "pt-AO"


async def test_topics_switched_off_are_shown_and_can_be_switched_on_again(
    client: AsyncClient, desk: Memory
) -> None:
    desk.official = official().model_copy(update={"topics_off": ("CPV:905", "CPV:60")})
    assert "Refuse and waste related services" in (await client.get(door(desk, "preferences"))).text
    await client.post(door(desk, "preferences"), data={"cadence": "daily"})
    unchanged: tuple[str, ...] = desk.official.topics_off
    assert unchanged == ("CPV:905", "CPV:60"), "a page that did not show them changes nothing"
    form = {"topics_off_shown": "yes", "topics_off": "CPV:60"}
    await client.post(door(desk, "preferences"), data=form)
    left: tuple[str, ...] = desk.official.topics_off
    assert left == ("CPV:60",)


async def test_a_reader_cannot_resume_what_an_operator_stopped(client: AsyncClient, desk: Memory) -> None:
    desk.address_status = AddressStatus(stopped="admin")
    await client.post(door(desk, "preferences"), data={"action": "resume"})
    assert desk.done == []


async def test_who_holds_a_post_reads_what_was_changed_and_by_which_way(
    client: AsyncClient, desk: Memory
) -> None:
    desk.changes = [
        OfficialChange(at=datetime(2026, 11, 2, tzinfo=UTC), way="import", what=("post", "topics"))
    ]
    page = await client.get(door(desk, "preferences"))
    assert "2 November 2026" in page.text
    assert "Details of the post and Topics" in page.text
    assert "by your city" in page.text


async def test_an_adoption_asks_how_and_can_be_taken_back(client: AsyncClient, desk: Memory) -> None:
    at = door(desk, "feedback")
    asked = await client.post(at, data={"answer": "adopted"})
    assert (asked.status_code, desk.said) == (200, [])
    assert "How did you adopt it?" in asked.text
    missing = await client.post(at, data={"answer": "adopted", "asked": "yes"})
    assert (missing.status_code, desk.said) == (422, [])
    assert 'id="mistake-how">Please choose how you adopted it.' in missing.text
    done = await client.post(at, data={"answer": "adopted", "asked": "yes", "how": "copied"})
    assert "Kraków is now listed among the cities that have it. We copied it as it is." in done.text
    assert "Take it back" in done.text
    await client.post(at, data={"answer": "not_adopted"})
    adopted, back = desk.said[-2:]
    assert isinstance(adopted, AdoptionDeclared)
    assert isinstance(back, RecordWithdrawn)
    assert (back.kind, back.record, back.city) == ("adoption", f"{adopted.solution}|krakow", "krakow")


async def test_a_check_in_without_an_outcome_says_what_is_missing_beside_the_field(
    client: AsyncClient, desk: Memory
) -> None:
    form = {"cause": "skills", "first_warning_sign": "two left"}
    answer = await client.post(door(desk, "outcome", "outcome_checkin"), data=form)
    assert (answer.status_code, desk.said) == (422, [])
    assert 'id="mistake-outcome">Please choose how it went.' in answer.text
    assert 'value="two left"' in answer.text, "what was typed is not lost"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"outcome": ""},
        {"outcome": "  "},
        {"outcome": "splendid"},
        {"outcome": ["", "failed"]},
        {"outcome": "None"},
    ],
)
async def test_a_check_in_with_an_outcome_that_is_none_says_nothing_to_anybody(
    client: AsyncClient, desk: Memory, form: dict[str, str | list[str]]
) -> None:
    answer = await client.post(door(desk, "outcome", "outcome_checkin"), data=form)
    assert (answer.status_code, desk.said) == (422, [])
    assert 'id="mistake-outcome"' in answer.text
    assert "Input should be" not in answer.text


@pytest.mark.parametrize("scope", ["preferences", "unsubscribe", "feedback", "talk"])
async def test_a_check_in_is_answered_on_its_own_page_alone(
    client: AsyncClient, desk: Memory, scope: str
) -> None:
    """An outcome that came to another page is not taken for an answer there."""
    before = desk.official
    answer = await client.post(door(desk, scope), data={"outcome": "failed"})
    assert answer.status_code in {200, 422}
    assert desk.said == []
    if scope != "unsubscribe":
        assert desk.official == before


@pytest.mark.parametrize("form", [{}, {"scope": ""}, {"scope": "splendid"}, {"scope": "topic:"}])
async def test_unsubscribing_without_a_scope_stops_this_kind_and_nothing_else(
    client: AsyncClient, desk: Memory, form: dict[str, str]
) -> None:
    answer = await client.post(door(desk, "unsubscribe"), data=form)
    assert answer.status_code == 200
    assert (desk.official.kinds_off, desk.official.topics_off) == (("alert",), ())


async def test_preferences_that_were_sent_empty_change_nothing(client: AsyncClient, desk: Memory) -> None:
    before = desk.official
    answer = await client.post(door(desk, "preferences"), data={})
    assert answer.status_code in {200, 422}
    assert (desk.official, desk.done) == (before, [])


async def test_unsubscribing_and_introducing_name_topics_city_and_subject(
    client: AsyncClient, desk: Memory
) -> None:
    stop = (await client.get(door(desk, "unsubscribe"))).text
    for words in ("Head of Mobility · Kraków", "Night-time freight hub", "Road transport services"):
        assert words in stop
    meet = (await client.get(door(desk, "introduce", "partners"))).text
    for words in ("Head of Mobility · Kraków", "York: Fewer lorries in the old town"):
        assert words in meet


class Loads(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in {"script", "link", "img", "iframe", "object", "base"} or "style" in named or "src" in named:
            self.found.append(f"{tag} {attrs}")
        self.found.extend(name for name in named if name.startswith("on"))


async def test_pages_load_nothing_run_nothing_and_forbid_both(client: AsyncClient, desk: Memory) -> None:
    for scope, kind in (("scorecard", "alert"), ("scorecard", "digest"), ("preferences", "alert")):
        answer = await client.get(door(desk, scope, kind))
        loads = Loads()
        loads.feed(answer.text)
        assert loads.found == []
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
