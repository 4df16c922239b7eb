"""Which language a text of a city is shown in, and that it says so."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import put_into_words, render, shown_in
from services.notifications.adapters.templates import words_in
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letter_content import attempt
from services.notifications.domain.letters import (
    account,
    alert,
    circle,
    confirmation,
    digest,
    legacy_pack,
    lineage,
    outcome_checkin,
    partners,
    question,
    update,
    warning,
)
from services.notifications.domain.letters.base import Letter, summary_for, title_for
from services.notifications.domain.letters.lineage import LineageEvent
from services.notifications.domain.lineage import SolutionFollower, differences
from services.notifications.domain.localized_texts import (
    LocalizedText,
    Speaker,
    by_machine,
    choose,
    distinct,
    phrases_in,
    to_translate,
)
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import Sender
from services.notifications.samples import (
    WRITTEN,
    brief,
    circle_opened,
    hub,
    match,
    matched,
    official,
)
from services.notifications.samples.heard import outcome_due, partners_found, warned
from services.notifications.web.rendering import PageRenderer
from services.notifications.web.scorecard import scorecard
from shared.events import SolutionMatched
from shared.facts import FailureRecord, Outcome, Phrase, Solution, Texts, Translation
from tests.unit.notifications.test_pages import WITHOUT_REPLIES

SENDER = Sender(secret=SecretStr("a secret for samples only"))
show = PageRenderer(words_in, localizer_for).show


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
    assert localizer_for("fi").language_name("xx") == "xx"
    assert localizer_for("fi").direction("xx") == "auto"


# ---------------------------------------------------------------------------- one rule for every text


@pytest.mark.parametrize(
    ("original", "others", "reader", "shown"),
    [
        ("ca", {"en": "step"}, ("fi",), ("step", "en")),
        ("ca", {"en": "step", "fi": "askel"}, ("fi",), ("askel", "fi")),
        ("ca", {"en": "step", "sv": "steg"}, ("fi", "sv"), ("steg", "sv")),
        ("ca", {"en": "step"}, ("ca",), ("pas", "ca")),
        ("ca", {"en": " . "}, ("fi",), ("pas", "ca")),
        ("ca", {}, ("fi",), ("pas", "ca")),
        (None, {}, ("fi",), ("pas", "und")),
        (None, {"en": "step"}, ("fi",), ("step", "en")),
    ],
)
def test_every_text_is_chosen_by_one_rule(
    original: str | None, others: dict[str, str], reader: tuple[str, ...], shown: tuple[str, str]
) -> None:
    said = choose("pas", original, others, reader)
    assert (said.text, said.language) == shown
    assert (said.original, said.written_in) == (
        (None, said.language) if said.text == "pas" else ("pas", original or "und")
    )


def test_a_machine_is_asked_for_what_a_reader_cannot_read_and_for_nothing_else() -> None:
    shown = [
        LocalizedText(text="askel", language="fi"),
        LocalizedText(text="steg", language="sv"),
        LocalizedText(text="pas", language="ca"),
        LocalizedText(text="step", language="en", original="samm", original_language="et"),
        LocalizedText(text="???", language="und"),
        LocalizedText(text="Schritt", language="fi", original="krok", original_language="pl", machine=True),
    ]
    assert [(one.text, one.language) for one in to_translate(shown, ("fi", "sv"))] == [
        ("pas", "ca"),
        ("samm", "et"),
    ]


def test_words_of_a_machine_stand_in_place_of_the_original_and_keep_it() -> None:
    said = by_machine(LocalizedText(text="pas", language="ca"), "askel", "fi")
    speaker = Speaker([said])
    assert speaker.spoken("pas", "ca") == said == speaker.retold(LocalizedText(text="pas", language="ca"))
    assert (said.original, said.written_in, said.machine) == ("pas", "ca", True)
    assert speaker.spoken("altre", "ca") == LocalizedText(text="altre", language="ca")


# ---------------------------------------------------------------------------- every kind, every language

SIGN = "Ω"
"""Begins every word of a city here, so that one which is shown without its language is seen."""
OF_A_CITY = frozenset(
    {
        "title",
        "summary",
        "name",
        "why",
        "first_warning_sign",
        "decision_to_change",
        "how_to_close",
        "training",
    }
    | {"post", "department", "first_step", "buying_route", "unit", "need_title"}
)


def signed(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any part of a model
    """``value`` with the sign before every text that a city wrote."""
    if isinstance(value, str) and type(value) is str:
        return f"{SIGN}{value}" if name in OF_A_CITY else value
    if isinstance(value, tuple):
        return tuple(signed(one, name) for one in value)
    if isinstance(value, BaseModel):
        skip = {"provider", "language", "id", "nearest_failure", "nearest_success", "prices", "assessment"}
        skip |= {"unit"} if "how_to_close" in type(value).model_fields else set()
        return value.model_copy(
            update={
                one: signed(getattr(value, one), one) for one in type(value).model_fields if one not in skip
            }
        )
    return value


def in_language(language: str, english: bool) -> SolutionMatched:
    """The sample match as a city says it that writes in ``language``."""
    event = matched()
    solution = signed(event.brief.solution).model_copy(update={"language": language})
    tried = tuple(
        signed(one).model_copy(update={"language": language}) for one in event.brief.implementations
    )
    one = signed(match()).model_copy(update={"need_language": language})
    if english:
        texts = [text for each in (solution, *tried) for text in own_texts(each)]
        given = tuple(Phrase(original=text, text=f"{text} in English") for text in dict.fromkeys(texts))
        solution = solution.model_copy(
            update={"translations": {"en": Translation(title=f"{SIGN}in English", texts=given)}}
        )
        tried = tuple(one.model_copy(update={"translations": {"en": Texts(texts=given)}}) for one in tried)
        one = one.model_copy(update={"need_titles": {"en": f"{SIGN}need in English"}})
    told = event.brief.model_copy(update={"solution": solution, "implementations": tried})
    return event.model_copy(update={"brief": told, "matches": (one,)})


def own_texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a model
    if isinstance(value, str) and value.startswith(SIGN):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from own_texts(one)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from own_texts(getattr(value, name))


def every_letter(language: str, locale: str, *, english: bool) -> Iterator[Letter]:
    event, who = in_language(language, english), official(locale)
    (one,) = event.matches
    solution = event.brief.solution
    yield alert.write(event, one, who)
    yield update.write(event, one, who)
    weekly = digest.write(who, "weekly|2026-W48", [digest.item(event, one, who)], event.matched)
    assert weekly is not None
    yield weekly
    raised = warned()
    need = raised.need.model_copy(update={"title": f"{SIGN}plan", "language": language})
    yield warning.write(raised.model_copy(update={"brief": event.brief, "need": need}), who)
    went = next(each for each in event.brief.implementations if each.failure)
    before = solution.model_copy(update={"components": solution.components[1:]})
    for told in (
        LineageEvent("updated", "4", WRITTEN, differences(before, solution)),
        LineageEvent("failed", "x", WRITTEN, failed=attempt(went, event.brief), tried=went),
    ):
        yield lineage.write(told, solution, "Tampere", SolutionFollower("krakow", "adapted"), who)
    pack = legacy_pack.write(who, WRITTEN.date(), (legacy_pack.shared_solution(solution, went),), WRITTEN)
    assert pack is not None
    yield pack
    pair = partners_found()
    sides = {
        name: signed(getattr(pair, name)).model_copy(update={"need_language": language})
        for name in ("first", "second")
    }
    yield partners.write(pair.model_copy(update=sides), who)
    opened = circle_opened()
    lessons = tuple(signed(each).model_copy(update={"language": language}) for each in opened.others)
    own = signed(opened.own).model_copy(update={"language": language})
    yield circle.write(opened.model_copy(update={"own": own, "others": lessons}), who)
    due = outcome_due().model_copy(update={"title": f"{SIGN}Parklets", "language": language})
    yield outcome_checkin.write(due, who)
    asking = official(language).model_copy(update={"post": f"{SIGN}post", "city": "tartu"})
    first = alert.write(event, one, asking)
    yield question.write(
        question.WrittenReply(f"{SIGN}words", asking, "Tartu", first, WRITTEN), solution, who
    )


class Languages(HTMLParser):
    """Every piece of text with the language it is said to be in."""

    VOID = frozenset({"meta", "br", "link", "input", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            above = self.open[-1][1] if self.open else None
            self.open.append((tag, dict(attrs).get("lang", above)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1:] and self.open[-1][0] not in {"title", "style"}:
            self.found.append((data, self.open[-1][1]))


def languages_in(html: str) -> set[tuple[str, str | None]]:
    """The texts of cities in a page or letter, with their languages."""
    parser = Languages()
    parser.feed(html)
    return {(text, language) for text, language in parser.found if SIGN in text}


@pytest.mark.parametrize("english", [False, True], ids=["original", "translated"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_text_of_a_city_carries_its_language_in_every_kind(locale: str, english: bool) -> None:
    wrong = [
        (letter.kind, text, language)
        for letter in every_letter("ar", locale, english=english)
        for text, language in languages_in(put_into_words(letter, SENDER).html)
        if language not in ({"en", "ar"} if english else {"ar"}) or ("English" in text) != (language == "en")
    ]
    assert wrong == []


ASKED: dict[str, Callable[[Official], Letter]] = {
    "confirmation": lambda who: confirmation.write(who, WRITTEN),
    "sign_in": lambda who: account.write(who, "sign_in", WRITTEN),
    "hand_over": lambda who: account.write(who, "hand_over", WRITTEN),
}
KINDS = Path(str(files("services.notifications.domain.letters")))
SENTENCE = re.compile(r'_\("((?:[^"\\]|\\.)+)"')


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_confirmation_and_account_mail_speak_the_readers_language_alone(locale: str, name: str) -> None:
    """No sentence of their templates stands there in English, and all of it says which language it is in."""
    letter = ASKED[name](official(locale))
    rendered, speech = put_into_words(letter, SENDER), localizer_for(locale)
    parser = Languages()
    parser.feed(rendered.html)
    said = {language for text, language in parser.found if text.strip()}
    assert said == {locale}
    sentences = {
        sentence
        for part in ("subject.txt", "letter.txt", "letter.html")
        for sentence in SENTENCE.findall((KINDS / letter.kind / part).read_text())
    }
    assert len(sentences) >= 4
    for sentence in sentences if speech.language != "en" else ():
        words = sentence.partition("%")[0].strip()
        translated = speech.catalogue.gettext(sentence)
        assert translated != sentence or len(words) < 10, f"{sentence} is not translated into {locale}"
        for text in (rendered.subject, rendered.text, rendered.html):
            assert len(words) < 10 or words not in text, sentence


LINKS: dict[str, Any] = {
    **dict.fromkeys(("share_link", "feedback_link", "talk_link"), "x"),
    "ask_link": None,
    **WITHOUT_REPLIES,
}


@pytest.mark.parametrize("locale", ["en", "fi", "ja"])
def test_every_text_of_a_city_carries_its_language_on_a_scorecard(locale: str) -> None:
    event = in_language("ar", english=False)
    (one,) = event.matches
    card = scorecard(event.brief, one.assessment, (locale,), one)
    html = show("scorecard", locale, scorecard=card, compared=(), comments=(), **LINKS)
    found = languages_in(html)
    assert len(found) > 10
    assert {language for _, language in found} == {"ar"}


@pytest.mark.parametrize("locale", ["de", "fi", "ja"])
def test_all_that_matters_falls_to_english_where_people_gave_it(locale: str) -> None:
    event = in_language("ar", english=True)
    (one,) = event.matches
    letter = alert.write(event, one, official(locale))
    html = put_into_words(letter, SENDER).html
    shown = {text for text, language in languages_in(html) if language == "en"}
    assert letter.here.first_step is not None
    assert letter.here.kpi is not None
    for original in (*letter.here.keep, letter.here.first_step, letter.here.kpi.name):
        assert f"{original} in English" in shown
    (failed,) = (each for each in letter.here.beware if each.decision_to_change)
    assert f"{failed.decision_to_change} in English" in shown


def translated(letter: Letter, locale: str) -> Letter:
    """``letter`` as it is with a machine that translates everything."""
    wanted = to_translate(shown_in(letter, SENDER), letter.languages)
    more = tuple(by_machine(one, f"{one.text} maschinell", locale) for one in wanted)
    return letter.model_copy(update={"phrases": distinct((*more, *letter.phrases))})


def marked(text: str, html: str, mark: str) -> bool:
    """Whether a star or the words follow ``text``, in or behind the link that it is."""
    behind = html[html.index(text, html.index("<body")) + len(text) :]
    return bool(re.match(rf"(</a>)?\s*(<[^>]+>)?(\*|\(\*|\({mark})", behind))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_a_machine_translated_is_marked_in_every_language(locale: str) -> None:
    mark = localizer_for(locale).say("machine translation")
    assert locale == "en" or mark != "machine translation"
    for original in every_letter("ar", locale, english=False):
        letter = translated(original, locale)
        assert letter.phrases
        said = put_into_words(letter, SENDER)
        assert mark in said.html
        assert mark in said.text
        machines = {one.text for one in letter.phrases if one.machine}
        unmarked = [text for text, _ in languages_in(said.html) if text in machines]
        assert [one for one in unmarked if not marked(one, said.html, mark)] == []


def test_the_original_stands_beside_the_machines_words_where_there_is_no_page() -> None:
    (letter,) = (one for one in every_letter("ar", "fi", english=False) if one.kind == "circle")
    said = put_into_words(translated(letter, "fi"), SENDER)
    assert isinstance(letter, circle.CircleLetter)
    for lesson in letter.others:
        assert lesson.title in said.html
        assert lesson.title in said.text
    assert 'class="machine"' not in said.html


def test_a_letter_leads_to_the_originals_on_its_page_which_has_them() -> None:
    event = in_language("ar", english=False)
    (one,) = event.matches
    letter = translated(alert.write(event, one, official("fi")), "fi")
    assert isinstance(letter, alert.AlertLetter)
    said = put_into_words(letter, SENDER)
    page = SENDER.link("scorecard", letter)
    stars = re.findall(r'<a (?=[^>]*class="machine")[^>]*href="([^"]+)"', said.html)
    assert len(stars) > 5
    assert {*stars} == {page}
    assert "Alkuperäiset tekstit ovat sivulla." in said.html
    assert f"Alkuperäiset tekstit ovat sivulla. {page}" in said.text
    card = scorecard(event.brief, one.assessment, ("fi",), one)
    speaker = Speaker(letter.phrases)
    html = show("scorecard", "fi", "UTC", speaker, scorecard=card, compared=(), comments=(), **LINKS)
    assert letter.here.first_step is not None
    found = {(text.strip(), language) for text, language in languages_in(html)}
    assert {(letter.here.first_step, "ar"), (f"{letter.here.first_step} maschinell", "fi")} <= found


def test_what_was_replied_is_in_no_list_for_a_machine() -> None:
    (letter,) = (one for one in every_letter("ar", "fi", english=False) if one.kind == "question")
    asked = {one.text for one in to_translate(shown_in(letter, SENDER), ("fi",))}
    assert asked == {f"{SIGN}Night-time freight hub"}


def test_the_same_letter_with_phrases_has_the_same_bytes() -> None:
    event = in_language("ar", english=True)
    first, second = (alert.write(event, event.matches[0], official("de")) for _ in range(2))
    assert render(first, SENDER) == render(second, SENDER)
    assert phrases_in(event.brief, ("ar",)) == ()


def test_a_translation_holds_for_the_words_it_is_of_and_for_no_others() -> None:
    given = Texts(texts=(Phrase(original="pas", text="step"),))
    tried = brief().implementations[2].model_copy(update={"why": "pas nou", "translations": {"en": given}})
    told = brief().model_copy(update={"solution": hub(), "implementations": (tried,)})
    speaker = Speaker(phrases_in(told, ("fi",)))
    assert speaker.spoken("pas nou", "ca").text == "pas nou"
