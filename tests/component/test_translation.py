"""Letters and pages with a LibreTranslate-compatible server, that is there, refuses, is slow, or is away."""

from collections.abc import AsyncIterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from time import monotonic
from typing import cast

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from services.notifications.adapters.libretranslate import LibreTranslate, in_requests
from services.notifications.app import open_pages
from services.notifications.application.context import NotificationContext
from services.notifications.application.ports import TranslationError
from services.notifications.domain.letters import alert, legacy_pack
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.recipients import recipients
from services.notifications.domain.sender import PATHS
from services.notifications.http.pages import router
from services.notifications.metrics import TRANSLATIONS
from services.notifications.samples import WRITTEN, hub, match, matched, official
from services.notifications.settings import Settings
from shared.events import SolutionMatched, SolutionRecorded
from shared.store.mongo import Database
from tests.component.letters import a_context, letter_document, nothing, save_officials
from tests.component.translators import Translator, translator

READER = official("fi")
RECORDED = {"state": "published", "recorded": WRITTEN, "revision": 1}


@pytest.fixture
async def machine() -> AsyncIterator[Translator]:
    """The server."""
    async with translator() as one:
        yield one


def settings(machine: Translator | None, seconds: float = 30) -> Settings:
    url = machine.url if machine else None
    return Settings(
        translation_url=url,
        translation_key=SecretStr("a key of the server"),
        translation_seconds=seconds,
        letter_secret=SecretStr("a secret for tests only"),
    )


@pytest.fixture
async def context(database: Database, machine: Translator) -> AsyncIterator[NotificationContext]:
    """The service's context with that server."""
    async with a_context(settings(machine), database) as one:
        await save_officials(one.store, [READER])
        yield one


def letter(event: SolutionMatched | None = None) -> Letter:
    told = event or matched()
    return alert.write(told, told.matches[0], READER)


async def claimed(context: NotificationContext, one: Letter) -> tuple[Letter, str, str]:
    """A letter as it stands in the store: what is kept of it, its text and its HTML."""
    await context.delivery.entrust(one)
    standing = await letter_document(context.store, one.id)
    mail = message_from_bytes(bytes(standing["raw"]), policy=policy.default)
    plain, html = mail.iter_parts()
    text, marked = (cast("EmailMessage", part).get_content() for part in (plain, html))
    return read_letter(standing["letter"]), str(text).replace("\r\n", "\n"), str(marked)


def counted(fate: str) -> float:
    return float(TRANSLATIONS.labels(fate)._value.get())


async def test_a_letter_comes_in_the_readers_language_marked_and_the_next_one_asks_nobody(
    context: NotificationContext, machine: Translator
) -> None:
    kept, text, html = await claimed(context, letter())
    assert hub().first_step is not None
    assert f"{hub().first_step} [fi]*" in text
    assert "konekäännös" in text
    assert "konekäännös" in html
    assert all(one.machine and one.language == "fi" and one.written_in == "en" for one in kept.phrases)
    (first,) = {(one["path"], one["source"], one["target"], one["format"]) for one in machine.asked}
    assert first == ("/translate", "en", "fi", "text")
    assert {one["api_key"] for one in machine.asked} == {"a key of the server"}
    assert len(machine.texts) == len(set(machine.texts))
    before = len(machine.asked)
    other = READER.model_copy(update={"id": "second", "email": "second@example.org"})
    same, _, _ = await claimed(context, alert.write(matched(), match(), other))
    assert len(machine.asked) == before
    assert same.phrases == kept.phrases


async def test_only_what_the_reader_sees_and_cannot_read_is_sent(
    context: NotificationContext, machine: Translator
) -> None:
    english = alert.write(matched(), match(), READER.model_copy(update={"extra_locales": ("en",)}))
    await claimed(context, english)
    assert machine.asked == []
    await claimed(context, letter())
    everything = " ".join(machine.texts)
    for private in ("Maria", "krakow.example.org", "Kraków", "Head of Mobility"):
        assert private not in everything


async def test_a_text_with_an_address_is_not_sent(context: NotificationContext, machine: Translator) -> None:
    event = matched()
    step = "Write to jan.kowalski@example.org"
    solution = event.brief.solution.model_copy(update={"first_step": step})
    told = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": solution})})
    _, text, _ = await claimed(context, letter(told))
    assert step in text
    assert machine.asked
    assert not [one for one in machine.texts if "@" in one]


@pytest.mark.parametrize(
    "standing",
    [{"state": "draft"}, {"state": "withdrawn"}, {"embargo_until": date(2099, 1, 1)}],
    ids=["draft", "withdrawn", "embargo"],
)
async def test_nothing_leaves_of_what_is_not_public(
    context: NotificationContext, machine: Translator, standing: dict[str, object]
) -> None:
    recorded = {**RECORDED, "solution": hub(), **standing}
    await context.store.records.save_solution(SolutionRecorded.model_validate(recorded))
    kept, _, _ = await claimed(context, letter())
    own = legacy_pack.write(READER, WRITTEN.date(), (legacy_pack.shared_solution(hub(), None),), WRITTEN)
    assert own is not None
    await claimed(context, own)
    assert machine.asked == []
    assert kept.phrases == ()


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 400},
        {"status": 429},
        {"status": 302},
        {"body": b"<html>"},
        {"body": b'{"translatedText": ["one"]}'},
        {"body": b'{"translatedText": [' + b'"x",' * 200_000 + b'"x"]}'},
    ],
    ids=["error", "language", "too many", "redirect", "no JSON", "too few", "too long"],
)
async def test_a_letter_goes_with_the_original_where_the_server_fails(
    context: NotificationContext, machine: Translator, fault: dict[str, object]
) -> None:
    for name, value in fault.items():
        setattr(machine, name, value)
    before = counted("failed")
    kept, text, _ = await claimed(context, letter())
    assert f"{hub().first_step}\n" in text
    assert "konekäännös" not in text
    assert kept.phrases == ()
    assert counted("failed") > before
    asked = len(machine.asked)
    other = READER.model_copy(update={"id": "second", "email": "second@example.org"})
    await claimed(context, alert.write(matched(), match(), other))
    assert len(machine.asked) == asked, "a server that failed is left alone for a while"


async def test_a_reader_waits_for_a_slow_server_only_so_long(database: Database, machine: Translator) -> None:
    machine.slow = 60
    async with a_context(settings(machine, seconds=0.5), database) as context:
        await save_officials(context.store, [READER])
        began = monotonic()
        kept, _, _ = await claimed(context, letter())
        assert monotonic() - began < 20
    assert kept.phrases == ()


async def test_a_server_that_is_away_holds_no_letter(database: Database) -> None:
    gone = Translator(port=9)
    async with a_context(settings(gone), database) as context:
        await save_officials(context.store, [READER])
        kept, _, _ = await claimed(context, letter())
    assert kept.phrases == ()


async def test_without_a_server_nothing_is_translated_or_looked_up(database: Database) -> None:
    async with a_context(settings(None), database) as context:
        kept, text, html = await claimed(context, letter())
        assert await database["translations"].count_documents({}) == 0
    assert kept.phrases == ()
    assert "konekäännös" not in text + html


async def test_words_of_people_come_before_those_of_a_machine(
    context: NotificationContext, machine: Translator
) -> None:
    event = matched()
    solution = event.brief.solution
    given = {"title": "Yökuljetukset", "texts": [{"original": solution.first_step, "text": "Laskekaa autot"}]}
    told = solution.model_validate({**solution.model_dump(), "translations": {"fi": given}})
    with_words = event.model_copy(update={"brief": event.brief.model_copy(update={"solution": told})})
    _, text, _ = await claimed(context, letter(with_words))
    assert "Laskekaa autot\n" in text
    assert solution.first_step not in machine.texts
    assert solution.title not in machine.texts


async def test_a_page_shows_the_machines_words_with_the_original_beside(
    context: NotificationContext, machine: Translator
) -> None:
    await context.match_cards.save(matched(), match(), recipients([READER], match(), date(2026, 11, 23)))
    one = letter()
    await claimed(context, one)
    sender = settings(machine).sender
    app = FastAPI()
    app.include_router(router(open_pages(context, nothing, settings(machine))))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as http:
        path = f"/{PATHS['scorecard']}/{sender.link('scorecard', one).rsplit('/', 1)[1]}"
        page = (await http.get(path)).text
        again = len(machine.asked)
        assert (await http.get(path)).text == page
    assert len(machine.asked) == again
    assert (
        f'{hub().first_step} [fi] <span class="quiet">(* <span lang="en" dir="ltr">{hub().first_step}</span>)'
        in page
    )
    why = next(each.why for each in matched().brief.implementations if each.why)
    assert f"{why} [fi]" in page


@pytest.mark.parametrize(
    ("lengths", "groups"),
    [([], []), ([10] * 26, [25, 1]), ([3_000, 3_000, 10], [1, 2]), ([6_000, 10], [1])],
)
def test_requests_are_bounded(lengths: list[int], groups: list[int]) -> None:
    assert [len(one) for one in in_requests(["x" * length for length in lengths])] == groups


async def test_an_address_that_is_none_is_said_so() -> None:
    with pytest.raises(TranslationError):
        await LibreTranslate("http://127.0.0.1:9").translate(["x"], "en", "fi")
