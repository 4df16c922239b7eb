"""Which language a text of a city is shown in, and that it says so."""

import pytest
from pydantic import SecretStr

from services.notifications.domain.here import attempt
from services.notifications.domain.letters import summary_for, title_for
from services.notifications.kinds import alert
from services.notifications.language import speech
from services.notifications.render import put_into_words
from services.notifications.samples import match, matched, official
from services.notifications.sender import Sender
from shared.events import SolutionMatched
from shared.facts import FailureRecord, Outcome, Solution, Translation

SENDER = Sender(secret=SecretStr("a secret for samples only"))


def written_in(language: str, *translated: str) -> Solution:
    given = {one: Translation(title=f"title in {one}", summary=f"summary in {one}") for one in translated}
    return matched().brief.solution.model_copy(
        update={"title": "original", "summary": "original", "language": language, "translations": given}
    )


@pytest.mark.parametrize(
    ("original", "translated", "reader", "shown"),
    [
        ("es", ("en",), ("pl",), "en"),
        ("es", ("en", "pl"), ("pl",), "pl"),
        ("es", ("en", "uk"), ("pl", "uk"), "uk"),
        ("es", ("fr",), ("pl",), "es"),
        ("es", ("en",), ("pl", "es"), "es"),
        ("es", ("pt",), ("pt-AO",), "pt"),
        ("es", ("pt-BR",), ("pt",), "pt-BR"),
        ("en", ("fr",), ("pl",), "en"),
        ("en-GB", ("en",), ("en",), "en-GB"),
    ],
)
def test_a_text_falls_to_another_language_of_the_reader_then_to_english_then_to_the_original(
    original: str, translated: tuple[str, ...], reader: tuple[str, ...], shown: str
) -> None:
    solution = written_in(original, *translated)
    summary = summary_for(solution, reader)
    assert summary is not None
    assert (title_for(solution, reader).language, summary.language) == (shown, shown)


def failed_in(language: str | None) -> SolutionMatched:
    """A match whose city wrote in Dutch and has an English title; one that failed told it in ``language``."""
    event = matched()
    record = FailureRecord(first_warning_sign="العلامة الأولى")
    tried = tuple(
        one.model_copy(update={"failure": record, "language": language})
        if one.outcome in (Outcome.FAILED, Outcome.ABANDONED)
        else one
        for one in event.brief.implementations
    )
    brief = event.brief.model_copy(update={"solution": written_in("nl", "en"), "implementations": tried})
    return event.model_copy(update={"brief": brief})


def test_a_failure_record_has_its_own_language_and_direction() -> None:
    html = put_into_words(alert.write(failed_in("ar"), match(), official("pl")), SENDER).html
    assert '<span lang="ar" dir="rtl">العلامة الأولى</span>' in html
    assert '<span lang="en" dir="ltr">title in en</span>' in html


def test_a_failure_record_without_a_language_has_that_of_the_solution_not_of_its_translation() -> None:
    event = failed_in(None)
    assert {attempt(one, event.brief).language for one in event.brief.implementations} == {"nl"}


def test_a_language_that_nobody_knows_fails_no_letter() -> None:
    assert speech("fi").language_name("xx") == "xx"
    assert speech("fi").direction("xx") == "auto"
