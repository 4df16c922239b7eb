"""A key in a letter belongs to the person it was written to, for a time; a page says why one is refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.addresses import same_address
from services.notifications.domain.letters import account
from services.notifications.domain.link_access import (
    LIFE,
    Closed,
    ends,
    return_is_void,
    same_holder,
    why_closed,
)
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import PATHS
from services.notifications.domain.vocabulary import CLOSED, NEXT
from services.notifications.http.pages import router
from services.notifications.samples import SAMPLES, official
from tests.unit.notifications.test_pages import SENDER, Memory, door

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LIBRARY_WORDS = ("Input should", "validation error", "pydantic", "Traceback", "Error:", "String should")
SUCCESSORS = {
    "another address": {"email": "jan@krakow.example.org", "name": "Jan Kowalski"},
    "the same mailbox": {"name": "Jan Kowalski"},
    "another city": {"city": "tampere"},
    "given up": {"status": "left"},
}


@pytest.fixture
def desk() -> Memory:
    return Memory()


@pytest.fixture
async def client(desk: Memory) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(router(desk.pages()))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as opened:
        yield opened


@pytest.mark.parametrize("changes", SUCCESSORS.values(), ids=SUCCESSORS)
async def test_an_old_holder_says_and_changes_nothing_with_any_key_of_any_letter(
    client: AsyncClient, desk: Memory, changes: dict[str, str]
) -> None:
    desk.official = official().model_copy(update=changes)
    filled = {"answer": "useful", "outcome": "failed", "words": "hello", "scope": "all", "cadence": "off"}
    written = [letter for letter in desk.letters.values() if letter.official == desk.official.id]
    for letter in written:
        for scope in PATHS:
            answer = await client.post(SENDER.link(scope, letter), data=filled)
            assert answer.status_code == (200 if scope == "unsubscribe" else 410), (letter.kind, scope)
    assert len(written) > 5
    assert (desk.done, desk.said, desk.remarks) == ([], [], [])
    assert desk.official == official().model_copy(update=changes)


async def test_the_page_of_an_ended_key_says_why_and_where_to_ask_for_a_new_one(
    client: AsyncClient, desk: Memory
) -> None:
    desk.official = official().model_copy(update={"name": "Jan Kowalski"})
    seen = await client.get(door(desk, "preferences"))
    assert CLOSED["handed_over"] in seen.text
    assert NEXT["handed_over"] in seen.text
    assert 'href="/in"' in seen.text
    assert "Jan Kowalski" not in seen.text, "who holds the post now is not told"
    gone = await client.post(door(desk, "unsubscribe"), content=b"List-Unsubscribe=One-Click")
    assert (gone.status_code, CLOSED["stopped_with_post"] in gone.text) == (200, True)


@pytest.mark.parametrize("scope", PATHS)
async def test_every_key_but_the_one_that_stops_letters_has_an_end(
    client: AsyncClient, desk: Memory, scope: str
) -> None:
    kind = {"confirm": "confirmation", "sign_in": "account", "introduce": "circle"}.get(scope, "alert")
    kind = "outcome_checkin" if scope == "outcome" else kind
    desk.since = datetime.now(UTC) - timedelta(days=365)
    letter = [one for one in desk.letters.values() if one.kind == kind][-1]
    if letter.expires is not None:
        desk.letters[letter.id] = letter.model_copy(update={"expires": desk.since})
    answer = await client.post(SENDER.link(scope, letter), data={"answer": "useful"})
    assert answer.status_code == (200 if scope == "unsubscribe" else 410)
    assert desk.done == (["one_click"] if scope == "unsubscribe" else [])
    assert desk.said == []


@pytest.mark.parametrize("scope", sorted(LIFE))
def test_a_key_works_until_its_end_and_not_after(scope: str) -> None:
    letter = SAMPLES["alert"]("en")
    end = ends(scope, letter, NOW)
    for holder in (official(), official().model_copy(update={"status": "paused"})):
        if end is None:
            assert why_closed(scope, letter, NOW, holder, NOW + timedelta(days=5_000)) is None
        else:
            assert why_closed(scope, letter, NOW, holder, end - timedelta(seconds=1)) is None
            assert why_closed(scope, letter, NOW, holder, end) is Closed.EXPIRED


def test_a_way_in_opens_its_pages_for_a_day_only() -> None:
    letter = account.write(official(), "sign_in", NOW)
    assert ends("sign_in", letter, NOW) == NOW + timedelta(minutes=15)
    assert ends("preferences", letter, NOW) == NOW + timedelta(days=1)


def test_who_has_not_confirmed_may_confirm_or_stop_and_nothing_else() -> None:
    pending = official().model_copy(update={"status": "pending"})
    letter = SAMPLES["alert"]("en")
    open_to = {scope for scope in LIFE if why_closed(scope, letter, NOW, pending, NOW) is None}
    assert open_to == {"confirm", "unsubscribe"}


async def test_a_confirmation_confirms_the_address_it_was_written_to_and_no_other(
    client: AsyncClient, desk: Memory
) -> None:
    successor = {"email": "jan@krakow.example.org", "name": "Jan", "status": "pending"}
    desk.official = official().model_copy(update=successor)
    assert (await client.post(door(desk, "confirm", "confirmation"))).status_code == 410
    assert desk.official.status == "pending"


@pytest.mark.parametrize("scope", ["topic:C", "topic:", "topic:CPV:60", "digest", "everything", ""])
async def test_a_key_stops_only_what_its_letter_is_about(
    client: AsyncClient, desk: Memory, scope: str
) -> None:
    """Anything else counts as the one click it was: letters of this kind stop."""
    await client.post(door(desk, "unsubscribe"), data={"scope": scope})
    assert (desk.official.topics_off, desk.official.kinds_off) == ((), ("alert",))


FIELDS = (
    "cadence pause_until min_fit max_risk instant_min_fit kinds topics topics_off topics_off_shown locale "
    "timezone at weekday quiet_start quiet_end quiet_holidays quiet_weekends find action scope answer how "
    "asked reason unit outcome cause first_warning_sign decision_to_change words email item"
)
ODD = (
    "adopted not_for_us not_adopted useful failed resume find save undo all CPV:9 34928500 lighting "
    "08:30+02:00 25:00 2027-13-01 NaN inf -1 1e400 Mars/Base ZZ xx yes"
)
VALUES = st.one_of(
    st.text(max_size=40), st.sampled_from(sorted(ODD.split(" "))), st.text(min_size=600, max_size=601)
)
FORMS = st.lists(st.tuples(st.sampled_from(sorted(FIELDS.split(" "))), VALUES), max_size=8)


@given(
    st.sampled_from([scope for scope in PATHS if scope != "sign_in"]),
    st.sampled_from(["alert", "digest", "outcome_checkin", "circle", "partners", "legacy_pack", "warning"]),
    FORMS,
    st.sampled_from(["get", "post"]),
)
async def test_whatever_is_typed_a_page_answers_in_its_own_words(
    scope: str, kind: str, fields: list[tuple[str, str]], method: str
) -> None:
    desk, app = Memory(), FastAPI()
    app.include_router(router(desk.pages()))
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    transport = ASGITransport(app, raise_app_exceptions=True)
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        at = door(desk, scope, kind)
        answer = await (client.post(at, data=form) if method == "post" else client.get(at, params=form))
    assert answer.status_code in {200, 404, 410, 422}
    typed = " ".join(value for _, value in fields)
    assert not [word for word in LIBRARY_WORDS if word in answer.text and word not in typed]
    assert method == "post" or (desk.done, desk.said) == ([], [])
    Official.model_validate(desk.official.model_dump())


async def test_asking_too_often_is_told_to_who_asks_and_says_nothing_of_the_address(
    client: AsyncClient, desk: Memory
) -> None:
    desk.free = False
    answers = [await client.post("/in", data={"email": f"{who}@x.org"}) for who in ("known", "unknown")]
    assert {answer.status_code for answer in answers} == {429}
    assert answers[0].text == answers[1].text
    assert CLOSED["too_many"] in answers[0].text


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Maria@Krakow.example.org", "maria@krakow.EXAMPLE.org", True),
        ("  maria@krakow.example.org\n", "maria@krakow.example.org", True),
        ("maria@xn--krakw-3ta.example", "maria@Kraków.example", True),
        ("maria@krako\u0301w.example", "maria@krak\u00f3w.example", True),
        ("jose\u0301@x.org", "jos\u00e9@x.org", True),
        ("maria@krakow.example.org.", "maria@krakow.example.org", True),
        ("maria@krakow.example.org", "mario@krakow.example.org", False),
        ("maria@krakow.example.org", "maria@krakow.example.com", False),
        ("ma.ria@x.org", "maria@x.org", False),
        ("maria+a@x.org", "maria@x.org", False),
    ],
)
def test_addresses_are_compared_as_mail_compares_them(first: str, second: str, *, same: bool) -> None:
    assert same_address(first, second) is same


@given(st.text(max_size=300))
def test_any_text_can_be_compared_as_an_address(text: str) -> None:
    assert same_address(text, text)


def test_a_domain_in_other_letters_is_kept_in_punycode() -> None:
    kept = Official.model_validate(official().model_dump() | {"email": "maria@kraków.example.org"})
    assert kept.email == "maria@xn--krakw-3ta.example.org"
    assert Official.model_validate(kept.model_dump()) == kept
    letter = SAMPLES["alert"]("en").model_copy(update={"to": "Maria@Kraków.example.org"})
    assert same_holder(letter, kept)


def test_a_bounce_counts_for_an_address_and_never_for_its_next_reader() -> None:
    letter = SAMPLES["alert"]("en")
    moved = official().model_copy(update={"email": "new@krakow.example.org"})
    next_reader = official().model_copy(update={"name": "Jan Kowalski"})
    for holder, void in ((official(), False), (None, False), (moved, False), (next_reader, True)):
        assert return_is_void(letter, NOW, holder, NOW) is void
    assert return_is_void(letter, NOW, official(), NOW + timedelta(days=91))
