"""What letters state of cities, gaps and changes: names instead of ids, figures that say of what."""

import asyncio
import re
from typing import cast

import pytest

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.message_format import sentence
from services.notifications.adapters.mime import put_into_words
from services.notifications.application.city_names import with_city_names
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.city_names import real_name
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letter_content import how_it_could_work, name_in
from services.notifications.domain.letters import alert, circle, digest, update
from services.notifications.domain.text_cleanup import clause, fill
from services.notifications.samples.fit import match, matched
from services.notifications.samples.heard import circle_opened
from services.notifications.samples.hub import attempts, brief, hub
from services.notifications.samples.people import official
from services.notifications.web.scorecard import scorecard
from shared.events import Brief, Match, Sentence
from shared.facts import Implementation, Outcome, Study
from tests.unit.notifications.test_claims import SENDER, plain


@pytest.mark.parametrize(
    ("text", "before_a_sign"),
    [
        ("Night-time freight hub.", "Night-time freight hub"),
        ("Framework contract; see www.example.org.", "Framework contract; see www.example.org"),
        ("One hub. Two vans.", "One hub. Two vans"),
        ("Vans, bicycles etc.", "Vans, bicycles etc."),
        ("Hub Co.", "Hub Co."),
        ("Hub Betrieb e.V.", "Hub Betrieb e.V."),
        ("Vozy s.r.o.", "Vozy s.r.o."),
        ("And so on...", "And so on..."),
        ("Fewer lorries!", "Fewer lorries!"),
        ("夜間配送。", "夜間配送"),
        ("No stop", "No stop"),
        (".", "."),
        ("", ""),
    ],
)
def test_words_that_something_follows_have_no_full_stop(text: str, before_a_sign: str) -> None:
    assert clause(text) == before_a_sign


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("%(words)s; and more", "A by-law; and more"),
        ("%(words)s – and more", "A by-law – and more"),
        ("(%(words)s)", "(A by-law)"),
        ("%(words)s.", "A by-law."),
        ("They say: %(words)s", "They say: A by-law."),
    ],
)
def test_a_filled_sentence_has_no_full_stop_before_another_sign(template: str, filled: str) -> None:
    assert fill(template, {"words": "A by-law."}) == filled


def stopped(text: str) -> str:
    return f"{text}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_has_a_full_stop_before_another_sign(language: str) -> None:
    solution = hub().model_copy(
        update={
            "title": stopped(hub().title),
            "first_step": "Count lorries.",
            "buying_route": "Framework contract; see www.example.org.",
            "components": tuple(
                part.model_copy(update={"name": stopped(part.name)}) for part in hub().components
            ),
            "kpis": tuple(kpi.model_copy(update={"name": stopped(kpi.name)}) for kpi in hub().kpis),
        }
    )
    gaps = tuple(gap.model_copy(update={"name": stopped(gap.name)}) for gap in match().gaps)
    found = match().model_copy(update={"gaps": gaps, "need_title": "Fewer lorries."})
    event = matched().model_copy(update={"brief": brief().model_copy(update={"solution": solution})})
    reader = official(language)
    weekly = digest.write(reader, "weekly|2026-W48", [digest.item(event, found, reader)], event.matched)
    assert weekly is not None
    for letter in (alert.write(event, found, reader), update.write(event, found, reader), weekly):
        rendered = put_into_words(letter, SENDER)
        for text in (rendered.subject, rendered.text, plain(rendered.html)):
            own = re.sub(r"https?://\S+|г\.|р\.", "", text)
            assert not re.search(r"\.(;| [·–→(]|\)|,)", own), own


def told(which: Brief, found: Match, language: str) -> str:
    event = matched().model_copy(update={"brief": which, "matches": (found,)})
    rendered = put_into_words(alert.write(event, found, official(language)), SENDER)
    return f"{rendered.subject}\n{rendered.text}\n{plain(rendered.html)}"


@pytest.mark.parametrize(("have", "to_build"), [(None, True), (0.0, True), (0.2, True), (0.99, True),
                                                (0.995, False), (0.999, False), (1.0, False)])  # fmt: skip
def test_what_is_all_there_is_not_to_be_built_first(have: float | None, to_build: bool) -> None:
    gap = match().gaps[0].model_copy(update={"have": have})
    here = how_it_could_work(brief(), match().model_copy(update={"gaps": (gap,)}))
    assert bool(here.build_first) == to_build


def test_the_readers_own_attempt_is_not_what_became_of_it_elsewhere() -> None:
    own = Implementation(solution=hub().id, city="krakow", outcome=Outcome.FAILED)
    names = {**brief().city_names, "krakow": "Kraków"}
    which = brief().model_copy(update={"implementations": (*attempts(), own), "city_names": names})
    event = matched().model_copy(update={"brief": which})
    letter = alert.write(event, match(), official("en"))
    assert match().city == "krakow"
    assert "Kraków" not in {one.city for one in (*letter.elsewhere, *letter.here.beware)}
    assert letter.others_tried == alert.write(matched(), match(), official("en")).others_tried


def test_the_scorecard_says_apart_what_became_of_it_in_the_readers_city() -> None:
    own = Implementation(solution=hub().id, city="krakow", outcome=Outcome.FAILED)
    which = brief().model_copy(update={"implementations": (*attempts(), own)})
    card = scorecard(which, match().assessment, ("en",), match())
    assert [row.city for row in card.own_attempts] == ["krakow"]
    assert len(card.elsewhere) == len(attempts())
    anybodys = scorecard(which, match().assessment, ("en",), None)
    assert (anybodys.own_attempts, len(anybodys.elsewhere)) == ((), len(attempts()) + 1)


@pytest.mark.parametrize(
    ("city", "name"),
    [(None, None), ("tampere", "Tampere"), ("Tampere", "Tampere"), ("634963", None), ("Lahti", "Lahti")],
)
def test_the_city_of_a_study_has_a_name_or_none(city: str | None, name: str | None) -> None:
    which = brief().model_copy(update={"city_names": {"tampere": "Tampere"}})
    card = scorecard(which, match().assessment, ("en",), match())
    assert card.city_of(Study(sms=3, sign="+", city=city)) == name


@pytest.mark.parametrize(
    ("name", "city", "real"),
    [
        ("Tampere", "634963", "Tampere"),
        ("634963", "634963", None),
        ("634963", "", None),
        ("tampere", "tampere", None),
        ("", "x", None),
        (None, "x", None),
    ],
)
def test_a_name_is_no_id_and_no_number(name: str | None, city: str, real: str | None) -> None:
    assert real_name(name, city) == real
    assert localizer_for("en").named(name, city) == (real or "a city")
    assert name_in({city: name} if name else {}, city) == (real or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_whose_name_nobody_told_is_never_written_as_its_id(language: str) -> None:
    say = localizer_for(language).say
    peers = {
        name: peer and peer.model_copy(update={"name": peer.city})
        for name, peer in (
            ("nearest_success", match().nearest_success), ("nearest_failure", match().nearest_failure)
        )
    }  # fmt: skip
    for names in ({}, {"heerlen": "heerlen", "malmo": "malmo", "york": "york"}):
        which = brief().model_copy(update={"city_names": names})
        text = told(which, match().model_copy(update={**peers, "prices": ()}), language)
        outside = re.sub(r"\S+@\S+|https?://\S+", "", text)
        assert not re.search(r"(?<![\w/-])(heerlen|malmo|york|tampere)(?![\w/-])", outside)
        assert say("a city") in text


class Names:
    """A store that knows what cities are called, as far as anybody told."""

    def __init__(self, **names: str) -> None:
        self.names, self.asked = names, list[str]()

    async def city_name(self, city: str) -> str:
        self.asked.append(city)
        return self.names.get(city, city)


def test_names_that_an_event_lacks_are_those_of_the_profiles_known_here() -> None:
    store = Names(heerlen="Heerlen")
    bare = brief().model_copy(
        update={"city_names": {"tampere": "Tampere", "malmo": "malmo"}, "city_name": "tampere"}
    )
    named = asyncio.run(with_city_names(cast("NotificationRepositories", store), bare))
    assert named.city_names == {"tampere": "Tampere", "heerlen": "Heerlen"}
    assert named.city_name == "Tampere"
    assert "tampere" not in store.asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fit_is_said_to_be_one_wherever_it_is_shown(language: str) -> None:
    speak, reader = localizer_for(language), official(language)
    fit = speak.percent(match().fit)
    weekly = digest.write(
        reader, "weekly|2026-W48", [digest.item(matched(), match(), reader)], matched().matched
    )
    assert weekly is not None
    letters = (alert.write(matched(), match(), reader), update.write(matched(), match(), reader), weekly)
    for letter in letters:
        rendered = put_into_words(letter, SENDER)
        lines = [*rendered.text.splitlines(), rendered.subject]
        for line in lines:
            if fit in line:
                assert speak.say("fit").casefold() in line.casefold(), line
        assert speak.say("fit") in plain(rendered.html)


@pytest.mark.parametrize(
    ("score", "before", "after", "said"),
    [
        ("risk", 19.2, 26.7, "Risk of failure: from 1 in 5 (19%) to 1 in 4 (27%); outside the old interval"),
        ("risk", 24.2, 26.7, "Risk of failure: from 24% to 27%; outside the old interval"),
        ("evaluation", 64.4, 72.0, "Evidence that it works: from 64% to 72%; outside the old interval"),
        ("evaluation", 64.1, 64.4, "Evidence that it works: from 64.1% to 64.4%; outside the old interval"),
        ("transferability", 0.0, 0.4, "Fits your city: from 0% to less than 1%; outside the old interval"),
    ],
)
def test_a_change_says_its_figures_as_the_letter_says_them_elsewhere(
    score: str, before: float, after: float, said: str
) -> None:
    change = Sentence(
        reason="x", message="point_left", parameters={"score": score, "before": before, "after": after}
    )
    assert sentence(change, localizer_for("en")).text == said


def test_cities_of_a_circle_failed_or_stopped_as_each_of_them_is_said_to() -> None:
    text = put_into_words(circle.write(circle_opened(), official("en")), SENDER).text
    assert "cities failed or stopped for the same reason" in text


def test_a_price_in_the_readers_own_currency_is_not_converted() -> None:
    price = match().prices[0]
    own = price.model_copy(update={"own": price.paid})
    assert "≈" in told(brief(), match().model_copy(update={"prices": (price,)}), "en")
    assert "≈" not in told(brief(), match().model_copy(update={"prices": (own,)}), "en")


NOT_MIXED = {
    "it": re.compile(r"\b(avete|abbiate|siete|condividete|vostr[oaie])\b", re.IGNORECASE),
    "ga": re.compile(r"\b(tú|thú|duit|leat|agat|chugat|do (sheoladh|phost|litreacha))\b"),
}


@pytest.mark.parametrize("language", NOT_MIXED)
def test_a_language_has_one_form_of_address(language: str) -> None:
    speak = localizer_for(language)
    catalogue = speak.catalogue._catalog  # type: ignore[attr-defined]
    for english, text in catalogue.items():
        assert not english or not NOT_MIXED[language].search(text), (english, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_over_one_city_is_right_for_one(language: str) -> None:
    say = localizer_for(language).say
    plural = {"fr": "villes", "el": "πόλεις", "uk": "містах", "ga": "cathracha"}.get(language)
    for text in ("Failed in %(cities)s", "Failed or stopped in: %(cities)s. No success is known."):
        assert plural is None or plural not in say(text)
