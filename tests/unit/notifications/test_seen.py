"""Letters and pages in a real browser: axe-core finds nothing against WCAG 2 A or AA, none is too wide."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from pydantic import SecretStr

from services.notifications.domain.here import Said, attempted
from services.notifications.kinds.digest import Digest
from services.notifications.language import LANGUAGES
from services.notifications.pages.desk import Remark, Story, Taken
from services.notifications.pages.page import show
from services.notifications.pages.scorecard import scorecard, side_by_side
from services.notifications.render import put_into_words
from services.notifications.samples import SAMPLES, WRITTEN, assessment, brief, match, official
from services.notifications.sender import Sender
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
SENDER = Sender(secret=SecretStr("a secret for samples only"))
LINK = "https://citiesshare.example/p/key"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


def a_scorecard(locale: str) -> str:
    card = scorecard(brief(), assessment(), official(locale).speaks(), match())
    other = card.model_copy(update={"title": Said(text="Kerb space by the hour", language="en"), "bars": ()})
    both = side_by_side([card, other])
    links = dict.fromkeys(("share_link", "feedback_link", "talk_link"), LINK)
    return show("scorecard", locale, scorecard=card, compared=both, remarks=(), **links)


def feedback(locale: str) -> str:
    card = scorecard(brief(), assessment(), official(locale).speaks(), match())
    assert card.here is not None
    return show("feedback", locale, done=False, title=card.title, units=card.here.build_first)


def preferences(locale: str) -> str:
    return show(
        "preferences", locale, official=official(locale), saved=True, stopped=True, languages=LANGUAGES
    )


def unsubscribe(locale: str) -> str:
    return show(
        "unsubscribe",
        locale,
        done=False,
        kind="alert",
        scope="alert",
        topic="CPV:60100000",
        preferences_link=LINK,
    )


def outcome(locale: str) -> str:
    return show("outcome", locale, done=False, title="Parklets")


def way_in(locale: str) -> str:
    return show("ask_sign_in", locale, done=False)


def button(locale: str) -> str:
    return show("button", locale, answer="confirm", button="confirm")


def digest_list(locale: str) -> str:
    letter = SAMPLES["digest"](locale)
    assert isinstance(letter, Digest)
    return show("list", locale, city_name=letter.city_name, items=letter.everything())


def pack(locale: str) -> str:
    return show("pack", locale, letter=SAMPLES["legacy_pack"](locale))


def warned(locale: str) -> str:
    return show("warned", locale, letter=SAMPLES["warning"](locale))


def talk(locale: str) -> str:
    said = (Remark(WRITTEN, "Head of Legal", "The by-law of 2024 would allow it.", "en"),)
    return show("talk", locale, title=Said(text="Night-time freight hub", language="en"), remarks=said)


def lineage(locale: str) -> str:
    attempts = tuple(attempted(one, brief().city_names) for one in brief().implementations)
    story = Story(attempts, (Taken("York", "adapted", 75.0),))
    return show("lineage", locale, letter=SAMPLES["lineage"](locale), story=story)


PAGES: tuple[Callable[[str], str], ...] = (
    a_scorecard,
    digest_list,
    pack,
    warned,
    lineage,
    talk,
    feedback,
    preferences,
    unsubscribe,
    outcome,
    way_in,
    button,
)


@pytest.mark.parametrize("kind", SAMPLES)
def test_letters_can_be_read_by_everybody_in_light_and_dark(kind: str, opened: Browser) -> None:
    for scheme in SCHEMES:
        for locale, width in (("en", 390), ("fi", 700)):
            opened.show(put_into_words(SAMPLES[kind](locale), SENDER).html, width, scheme)
            assert opened.violations() == []
            assert not opened.overflows()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.__name__))
def test_pages_can_be_read_by_everybody_in_light_and_dark(
    page: Callable[[str], str], opened: Browser
) -> None:
    for scheme in SCHEMES:
        for locale, width in (("en", 390), ("ru", 700)):
            opened.show(page(locale), width, scheme)
            assert opened.violations() == []
            assert not opened.overflows()


def test_the_check_itself_finds_what_is_wrong(opened: Browser) -> None:
    opened.show(
        "<html><body><p style='color:#ccc;background:#fff'>faint</p><img src=x></body></html>", 390, "light"
    )
    found = " ".join(opened.violations())
    assert "color-contrast" in found
    assert "image-alt" in found


def test_the_longest_words_fit_a_phone_in_every_language(opened: Browser) -> None:
    for locale in LANGUAGES:
        for html in (put_into_words(SAMPLES["alert"](locale), SENDER).html, a_scorecard(locale)):
            opened.show(html, 360, "light")
            assert not opened.overflows(), locale
