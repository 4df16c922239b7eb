"""The briefing: how texts are shortened, what it says, and that it is one page in every language."""

import re
import time
import zlib

import pytest

from services.notifications.adapters import pdf_process
from services.notifications.adapters.child_processes import ProcessLimits
from services.notifications.adapters.pdf import WeasyPrinter
from services.notifications.application.ports import NoPdf
from services.notifications.domain.catalogue.briefing import briefing_of, legal_questions
from services.notifications.domain.catalogue.one_page import DETAILS, shortened, width
from services.notifications.domain.catalogue.slugs import slug_of
from services.notifications.domain.languages import LANGUAGES
from services.notifications.web.briefing import BriefingPage
from shared.facts import Legal
from tests.builders import (
    KRAKOW,
    TAMPERE,
    YORK,
    a_brief,
    a_solution,
    a_study,
    an_assessment,
    an_implementation,
)
from tests.unit.notifications.longest import ALONE, JAPANESE, RENDERER, WORDS, longest_page, longest_text


@pytest.mark.parametrize(
    ("text", "letters", "shown"),
    [
        ("Lorries wait.", 20, "Lorries wait."),
        ("Lorries  wait\nat night.", 30, "Lorries wait at night."),
        ("Lorries wait at night in the street", 20, "Lorries wait at…"),
        ("Lorries wait at night. Nobody sleeps, it is loud", 40, "Lorries wait at night. Nobody sleeps…"),
        ("Lorries wait at night. Nobody sleeps", 30, "Lorries wait at night."),
        ("Lorries wait – and wait – for hours", 26, "Lorries wait – and wait…"),
        ("市街地の騒音と渋滞が大きく減少した", 12, "市街地の騒…"),
        ("Straßenverkehrsordnung", 10, "Straßenve…"),
        ("", 10, ""),
    ],
)
def test_a_text_is_shortened_at_a_sentence_or_a_word(text: str, letters: int, shown: str) -> None:
    assert shortened(text, letters) == shown


@pytest.mark.parametrize("letters", [*range(5, 90), *(detail.letters for detail in DETAILS)])
@pytest.mark.parametrize("text", [WORDS, JAPANESE, "a. b. c. d. e. f. g. h. i. j. k. l. m. n. o"])
def test_a_shortened_text_is_a_beginning_with_whole_words_and_no_longer_than_allowed(
    text: str, letters: int
) -> None:
    text = longest_text(text)
    shown = shortened(text, letters)
    kept = shown.removesuffix("…")
    assert width(shown) <= letters
    assert text.startswith(kept)
    if " " in text[: len(kept) + 1]:
        assert not text[len(kept)].isalnum(), "a word was cut"


def test_failures_come_first_and_outcomes_are_counted() -> None:
    attempts = [
        an_implementation(city=TAMPERE, outcome="succeeded"),
        an_implementation(city=YORK, outcome="failed", ended="2024-01-01"),
        an_implementation(city=KRAKOW, outcome="failed", ended="2025-01-01"),
    ]
    told = briefing_of(a_brief(implementations=attempts))
    assert told.outcomes == (("failed", 2), ("succeeded", 1))
    assert [one.city for one in told.attempts] == [KRAKOW, YORK, TAMPERE]


def test_each_source_is_named_once_and_what_nobody_said_of_law_is_not_known() -> None:
    studies = [a_study(source="https://a.example"), a_study(source="https://b.example"), a_study()]
    told = briefing_of(a_brief(solution=a_solution(studies=studies, page="https://a.example")))
    assert told.sources == ("https://a.example", "https://b.example")
    questions = legal_questions(Legal(legal_basis=True, data_protection=False))
    assert questions.settled == ("legal_basis",)
    assert questions.not_settled == ("data_protection",)
    assert questions.not_known == ("procurement_route", "security_review", "accessibility")


def test_the_title_of_a_solution_does_not_take_the_address_of_a_briefing() -> None:
    assert slug_of("Briefing") == "solution-briefing"


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_record_is_on_one_page_in_every_language(language: str) -> None:
    text = JAPANESE if language == "ja" else WORDS
    pages, pdf = pdf_process.one_page([longest_page(language, text).printed().pages[-1]])
    assert pages == 1
    assert pdf.startswith(b"%PDF-1.7")


def test_words_longer_than_a_line_are_on_one_page_too() -> None:
    assert pdf_process.one_page(list(longest_page("de", ALONE).printed().pages))[0] == 1


def test_a_short_record_is_printed_whole() -> None:
    page = BriefingPage(
        RENDERER, ("en",), "https://a.example", "/solutions/sol-1", a_brief(), an_assessment()
    )
    longest = page.printed().pages[0]
    assert "…" not in longest
    assert pdf_process.one_page([longest])[0] == 1


def test_the_pdf_is_tagged_and_has_its_language_and_title() -> None:
    _, pdf = pdf_process.one_page([longest_page("fi").printed().pages[-1]])
    told = pdf + b"".join(
        map(zlib.decompress, re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", pdf, re.DOTALL))
    )
    assert re.search(rb"pdfuaid:part[^0-9]*1", told)
    assert re.search(rb"/Lang ?\(fi\)", told)
    assert b"/StructTreeRoot" in told
    assert re.search(rb"<dc:title>.*Verkehrs", told, re.DOTALL)


def test_nothing_is_fetched_for_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(_: object, url: str, __: object = None) -> None:
        asked.append(url)
        raise ValueError(url)

    monkeypatch.setattr(pdf_process.NothingElse, "fetch", fetch)
    html = (
        '<html lang="en"><title>t</title><link rel="stylesheet" href="file:///etc/passwd">'
        '<style>@import "http://127.0.0.1:9/a.css"; @font-face { font-family: f; src: url(file:///f.ttf) }'
        "p { background: url(http://127.0.0.1:9/b.png); font-family: f }</style>"
        '<p><img src="file:///etc/hostname" alt="x"></p></html>'
    )
    pages, _ = pdf_process.one_page([html])
    assert pages == 1
    assert len(asked) >= 4
    monkeypatch.undo()
    with pytest.raises(ValueError, match="loads nothing"):
        pdf_process.NothingElse().fetch("file:///etc/passwd")


async def test_a_page_that_takes_too_long_has_no_pdf() -> None:
    printer = WeasyPrinter(ProcessLimits(processes=1, megabytes=1_500, seconds=0.0))
    with pytest.raises(NoPdf):
        await printer.print(longest_page("en").printed().pages)
    await printer.close()


async def test_the_same_page_is_laid_out_once() -> None:
    printer = WeasyPrinter()
    pages = BriefingPage(RENDERER, ("en",), "https://a.example", "/s", a_brief(), None).printed().pages
    first = await printer.print(pages)
    begun = time.perf_counter()
    assert await printer.print(pages) is first
    assert time.perf_counter() - begun < 0.05
    await printer.close()
